#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/detail/math.hpp>

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>

namespace crmetrics::detail {

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <>
inline constexpr bool is_optional<std::nullopt_t> = true;

template <class T>
concept number = (std::integral<T> && !std::same_as<T, bool>) || std::floating_point<T>;

/// A number, or an optional one: std::nullopt and NaN are missing observations.
template <class T>
concept number_input =
    number<T> || std::same_as<T, std::nullopt_t> || (is_optional<T> && requires(const T& t) {
      requires number<std::remove_cvref_t<decltype(*t)>>;
    });

/// Yes or no. Only bool itself: that 3 or a pointer converts to true is never meant here.
template <class T>
concept yes_no_input = std::same_as<T, bool> || std::same_as<T, std::nullopt_t> ||
                       std::same_as<T, std::optional<bool>>;

template <class T>
constexpr bool is_missing(const T& x) {
  if constexpr (std::same_as<T, std::nullopt_t>) {
    return true;
  } else if constexpr (is_optional<T>) {
    return !x.has_value() || is_missing(*x);
  } else if constexpr (std::floating_point<T>) {
    return x != x;
  } else if constexpr (std::is_pointer_v<T>) {
    return x == nullptr;
  } else {
    return false;
  }
}

/// The value of an input that is not missing.
template <class T>
constexpr auto value_of(const T& x) {
  if constexpr (std::same_as<T, std::nullopt_t>) {
    return 0;
  } else if constexpr (is_optional<T>) {
    return *x;
  } else {
    return x;
  }
}

/// The same without a copy, for keys of any type.
template <class T>
constexpr const auto& held(const T& x) {
  if constexpr (is_optional<T>) {
    return *x;
  } else {
    return x;
  }
}

template <class T>
std::string text_of(const T& x) {
  if (is_missing(x)) return "missing";
  if constexpr (std::same_as<decltype(value_of(x)), bool>) {
    return value_of(x) ? "true" : "false";
  } else if constexpr (std::floating_point<decltype(value_of(x))>) {
    return shown(static_cast<double>(value_of(x)));
  } else {
    return std::to_string(value_of(x));
  }
}

/// Reads a whole number in [low, high]; false where the input is anything else.
template <number_input T>
constexpr bool read_whole(const T& input, std::int64_t low, std::int64_t high, std::int64_t& out) {
  const auto x = value_of(input);
  using number_type = std::remove_const_t<decltype(x)>;
  if constexpr (std::floating_point<number_type>) {
    const auto d = static_cast<double>(x);
    if (!is_whole(d)) return false;
    out = static_cast<std::int64_t>(d);
  } else {
    if constexpr (std::unsigned_integral<number_type> && sizeof(number_type) == 8) {
      if (x > static_cast<number_type>(INT64_MAX)) return false;
    }
    out = static_cast<std::int64_t>(x);
  }
  return low <= out && out <= high;
}

}  // namespace crmetrics::detail
