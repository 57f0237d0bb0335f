#pragma once

#include <pybind11/pybind11.h>
#include <pybind11/typing.h>

#include <crmetrics/core/error.hpp>

#include <cstdint>
#include <initializer_list>
#include <set>
#include <string>
#include <string_view>

namespace crmetrics::python {

namespace py = pybind11;

using keyword_arguments = py::typing::Dict<py::str, py::object>;

/// The keyword arguments of a metric, taken one after the other; each problem names the argument
/// and what it may be.
class __attribute__((visibility("hidden"))) settings {
 public:
  settings(std::string metric, py::dict given)
      : metric_(std::move(metric)), given_(std::move(given)) {}

  bool has(const char* name) {
    known_.insert(name);
    return given_.contains(name) && !given_[name].is_none();
  }
  py::object get(const char* name) {
    return has(name) ? py::reinterpret_borrow<py::object>(given_[name]) : py::none();
  }
  /// One of the allowed words, the first one where nothing is given.
  std::string word(const char* name, std::initializer_list<std::string_view> allowed) {
    const py::object value = get(name);
    if (value.is_none()) return std::string(*allowed.begin());
    const auto text = py::str(value).cast<std::string>();
    for (const std::string_view word : allowed) {
      if (text == word) return text;
    }
    std::string all;
    for (const std::string_view word : allowed)
      all += (all.empty() ? "\"" : ", \"") + std::string(word) + "\"";
    throw py::value_error(metric_ + ": " + name + " \"" + text + "\": must be one of " + all);
  }
  double number(const char* name, double otherwise) {
    const py::object value = get(name);
    if (value.is_none()) return otherwise;
    const bool is_number = PyFloat_Check(value.ptr()) || PyIndex_Check(value.ptr());
    if (!is_number || PyBool_Check(value.ptr())) {
      throw py::type_error(metric_ + ": " + name + " " + py::repr(value).cast<std::string>() +
                           ": must be a number");
    }
    return py::float_(value);
  }
  /// @throws py::value_error outside [low, high]
  std::int64_t whole(const char* name, std::int64_t low, std::int64_t high,
                     std::int64_t otherwise) {
    const double x = number(name, static_cast<double>(otherwise));
    if (!(x >= static_cast<double>(low) && x <= static_cast<double>(high)) ||
        x != static_cast<double>(static_cast<std::int64_t>(x))) {
      refuse(std::string(name) + " " + crmetrics::detail::shown(x) +
             ": must be a whole number from " + std::to_string(low) + " to " +
             std::to_string(high));
    }
    return static_cast<std::int64_t>(x);
  }
  bool flag(const char* name, bool otherwise) {
    const py::object value = get(name);
    if (value.is_none()) return otherwise;
    if (!PyBool_Check(value.ptr())) refuse(std::string(name) + " must be True or False");
    return value.cast<bool>();
  }
  std::int64_t whole(const char* name, std::int64_t otherwise) {
    const py::object value = get(name);
    if (value.is_none()) return otherwise;
    if (!PyLong_Check(value.ptr()) || PyBool_Check(value.ptr())) {
      refuse(std::string(name) + " must be a whole number");
    }
    return value.cast<std::int64_t>();
  }
  /// @throws py::type_error naming arguments that nothing asked for
  void finish() const {
    std::string unknown;
    for (const auto& [name, value] : given_) {
      const auto text = name.cast<std::string>();
      if (!known_.contains(text)) unknown += (unknown.empty() ? "" : ", ") + text;
    }
    if (!unknown.empty()) throw py::type_error(metric_ + ": no such setting: " + unknown);
  }
  [[noreturn]] void refuse(const std::string& why) const {
    throw py::value_error(metric_ + ": " + why);
  }
  const std::string& metric() const { return metric_; }

 private:
  std::string metric_;
  py::dict given_;
  std::set<std::string> known_;
};

}  // namespace crmetrics::python
