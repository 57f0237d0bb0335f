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

/// A length of time as people give it to Python: "7d", "30s", a timedelta, or a number of seconds.
/// @throws py::value_error naming the argument
inline time_span to_span(const py::object& value, const std::string& argument) {
  const auto refuse = [&]() {
    throw py::value_error(argument + " " + py::repr(value).cast<std::string>() +
                          ": must be a time span, such as \"7d\", \"30s\" or a timedelta");
  };
  double seconds = 0;
  if (py::isinstance<py::str>(value)) {
    const auto parsed = quantity_from(value.cast<std::string>());
    if (!parsed || !parsed->is_span()) refuse();
    seconds = parsed->value();
  } else if (py::hasattr(value, "total_seconds")) {
    const auto days = value.attr("days").cast<std::int64_t>();
    return {days * 86'400'000'000 + value.attr("seconds").cast<std::int64_t>() * 1'000'000 +
            value.attr("microseconds").cast<std::int64_t>()};
  } else if (PyFloat_Check(value.ptr()) || PyLong_Check(value.ptr())) {
    seconds = value.cast<double>();
  } else {
    refuse();
  }
  const double microseconds = seconds * 1e6;
  if (!(std::abs(microseconds) < 9e18)) refuse();
  return {static_cast<std::int64_t>(std::llround(microseconds))};
}

}  // namespace crmetrics::python
