#pragma once

#include <crmetrics/core/time_span.hpp>
#include <crmetrics/detail/input.hpp>
#include <crmetrics/detail/screen.hpp>

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace crmetrics::detail {

/// A span of time, or an optional one.
template <class T>
concept span_input =
    span_value<T> || std::same_as<T, std::nullopt_t> || (is_optional<T> && requires(const T& t) {
      requires span_value<std::remove_cvref_t<decltype(*t)>>;
    });

/// As `is_missing`, and a std::chrono duration whose count is NaN.
template <span_input T>
constexpr bool is_missing_span(const T& x) {
  if constexpr (chrono_like<T>) {
    return is_missing(x.count());
  } else if constexpr (is_optional<T> && !std::same_as<T, std::nullopt_t>) {
    return !x.has_value() || is_missing_span(*x);
  } else {
    return is_missing(x);
  }
}

/// A span as it is shown in a message; made into text only there.
template <span_value T>
struct shown_span {
  const T& x;
  std::string text() const {
    time_span span;
    if (!read_span(x, span)) return "infinite, or over 292,000 years";
    return std::to_string(static_cast<double>(span.microseconds) / 1e6) + " s";
  }
};

/// Reads a span that a metric can take. Missing and invalid ones go to the screen; negative spans
/// (end before start) and infinite ones are invalid.
/// @return true where `out` holds a span
template <span_input T, class Screen, class Weight>
constexpr bool read_span_input(const T& x, std::string_view field, Screen& screen, Weight w,
                               time_span& out) {
  if (is_missing_span(x)) {
    screen.on_missing(field, w);
    return false;
  }
  if constexpr (std::same_as<T, std::nullopt_t>) {
    return false;
  } else if constexpr (is_optional<T>) {
    return read_span_input(*x, field, screen, w, out);
  } else {
    if (!read_span(x, out)) {
      screen.on_invalid(field, shown_span<T>{x}, "not a finite span", w);
      return false;
    }
    if (out.microseconds < 0) {
      screen.on_invalid(field, shown_span<T>{x}, "negative: ends before it starts", w);
      return false;
    }
    return true;
  }
}

}  // namespace crmetrics::detail
