#pragma once

#include "cells.hpp"
#include "results.hpp"
#include "settings.hpp"
#include "state.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crmetrics::python {

/// The state behind a Python object of a metric.
class State {
 public:
  /// @throws py::value_error where there is no such metric, py::type_error for settings it has not
  State(const std::string& metric, const keyword_arguments& given);
  State(const State& other) : held_(other.held_->clone()) {}
  explicit State(std::unique_ptr<any_state> held) : held_(std::move(held)) {}
  State& operator=(const State&) = delete;
  State(State&&) = default;
  ~State() = default;

  any_state& operator*() const { return *held_; }
  any_state* operator->() const { return held_.get(); }
  void replace(std::unique_ptr<any_state> held) { held_ = std::move(held); }

 private:
  std::unique_ptr<any_state> held_;
};

/// The bytes of a state, from Python and to it.
inline std::span<const std::byte> bytes_of(const py::bytes& data) {
  const auto view = static_cast<std::string_view>(data);
  return std::as_bytes(std::span(view.data(), view.size()));
}
inline py::bytes to_python(const std::vector<std::byte>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Results of columns by group: `observe` takes the keys, without the GIL.
template <class Observe>
group_table by_group(const std::vector<column>& values, const std::vector<column>& by,
                     const Observe& observe) {
  const std::vector<column> groups = as_keys(by);
  const py::gil_scoped_release released;
  if (values.empty() || by.empty()) throw py::type_error("no column");
  require_rows(by.front(), values.front());
  composite_keys keys(groups);
  auto found = observe(keys);
  return group_table(keys, std::move(found));
}

/// The level that Python gives: 0 for none.
inline confidence_level level_of(double level) {
  return level == 0 ? confidence_level::none() : confidence_level(level);
}

}  // namespace crmetrics::python
