#pragma once

#include <pybind11/pybind11.h>

#include <crmetrics/core/time_span.hpp>
#include <crmetrics/runtime/quantity.hpp>

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>

namespace crmetrics::python {

namespace py = pybind11;

/// A length of time as people give it to Python: "7d", "30s" or a timedelta; a number alone does
/// not say whether it counts seconds or days.
/// @throws py::value_error naming the argument
inline time_span to_span(const py::object& value, const std::string& argument) {
  if (py::isinstance<py::str>(value)) {
    const auto parsed = quantity_from(value.cast<std::string>());
    const auto exact = parsed && parsed->is_span() ? parsed->length() : std::nullopt;
    if (exact) return *exact;
  } else if (py::hasattr(value, "total_seconds")) {
    const auto days = value.attr("days").cast<std::int64_t>();
    return {days * 86'400'000'000 + value.attr("seconds").cast<std::int64_t>() * 1'000'000 +
            value.attr("microseconds").cast<std::int64_t>()};
  }
  throw py::value_error(argument + " " + py::repr(value).cast<std::string>() +
                        ": must be a time span, such as \"7d\", \"30s\" or a timedelta");
}

/// The same, or a number of seconds: a limit of values that are seconds themselves.
/// @throws py::value_error naming the argument
inline time_span to_limit(const py::object& value, const std::string& argument) {
  if (!PyFloat_Check(value.ptr()) && !PyLong_Check(value.ptr())) return to_span(value, argument);
  const double microseconds = value.cast<double>() * 1e6;
  if (!(std::abs(microseconds) < 9e18)) {
    throw py::value_error(argument + " " + py::repr(value).cast<std::string>() +
                          ": must be a number of seconds that microseconds can count");
  }
  return {static_cast<std::int64_t>(std::llround(microseconds))};
}

}  // namespace crmetrics::python
