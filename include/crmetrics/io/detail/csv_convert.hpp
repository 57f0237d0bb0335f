#pragma once

#include <charconv>
#include <cmath>
#include <concepts>
#include <exception>
#include <limits>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>

namespace crmetrics::detail {

template <class T>
inline constexpr bool csv_is_optional = false;
template <class T>
inline constexpr bool csv_is_optional<std::optional<T>> = true;

// `int` of `std::optional<int>`, `int` of `int`.
template <class T>
struct csv_inner {
  using type = T;
};
template <class T>
struct csv_inner<std::optional<T>> {
  using type = T;
};

constexpr bool csv_same_word(std::string_view cell, std::string_view lower) noexcept {
  if (cell.size() != lower.size()) return false;
  for (std::size_t i = 0; i != cell.size(); ++i) {
    const char c =
        cell[i] >= 'A' && cell[i] <= 'Z' ? static_cast<char>(cell[i] - 'A' + 'a') : cell[i];
    if (c != lower[i]) return false;
  }
  return true;
}

template <class T>
concept csv_number = std::is_arithmetic_v<T> && !std::same_as<T, bool> && !std::same_as<T, char> &&
                     !std::same_as<T, wchar_t> && !std::same_as<T, char8_t> &&
                     !std::same_as<T, char16_t> && !std::same_as<T, char32_t>;

// Reads a whole cell by the type that is asked for; what is returned is the reason why not, empty
// where all is well.
struct csv_by_type {
  template <class T>
  std::string operator()(std::string_view cell, T& out) const {
    if constexpr (std::same_as<T, bool>) {
      for (const std::string_view word : {"true", "yes", "1"}) {
        if (csv_same_word(cell, word)) return out = true, "";
      }
      for (const std::string_view word : {"false", "no", "0"}) {
        if (csv_same_word(cell, word)) return out = false, "";
      }
      return "is none of true, false, yes, no, 1, 0";
    } else if constexpr (std::same_as<T, std::string>) {
      out = cell;
      return "";
    } else {
      static_assert(csv_number<T>, "no built-in reading of this type from CSV: give a converter");
      const auto [end, status] = std::from_chars(cell.data(), cell.data() + cell.size(), out);
      const bool read = status == std::errc{} && end == cell.data() + cell.size();
      if constexpr (std::integral<T>) {
        if (read) return "";
        return "is not a whole number from " + std::to_string((std::numeric_limits<T>::min)()) +
               " to " + std::to_string((std::numeric_limits<T>::max)());
      } else {
        if (read && std::isfinite(out)) return "";
        return status == std::errc::result_out_of_range ? "is a number out of range"
                                                        : "is not a finite number";
      }
    }
  }
};

// Reads a whole cell with the caller's function: it returns the value, or an optional that is empty
// where the cell cannot be read, or throws with the reason.
template <class Function>
struct csv_by_function {
  Function function;

  template <class T>
  std::string operator()(std::string_view cell, T& out) const {
    using result = std::invoke_result_t<const Function&, std::string_view>;
    try {
      if constexpr (csv_is_optional<std::remove_cvref_t<result>>) {
        auto value = function(cell);
        if (!value) return "cannot be read";
        out = static_cast<T>(*std::move(value));
      } else {
        out = static_cast<T>(function(cell));
      }
      return "";
    } catch (const std::bad_alloc&) {
      throw;
    } catch (const std::exception& failure) {
      const std::string reason = failure.what();
      return reason.empty() ? "cannot be read" : reason;
    }
  }
};

// An empty cell is missing where the type can say so, and a problem where it cannot; an empty text
// is a text.
template <class T, class Convert>
std::string csv_convert(std::string_view cell, T& out, const Convert& convert) {
  using inner = typename csv_inner<T>::type;
  if constexpr (csv_is_optional<T>) {
    if (cell.empty()) return out.reset(), "";
    inner value{};
    std::string reason = convert(cell, value);
    if (reason.empty()) out = std::move(value);
    return reason;
  } else {
    if (cell.empty() && !std::same_as<T, std::string>) return "is empty";
    return convert(cell, out);
  }
}

}  // namespace crmetrics::detail
