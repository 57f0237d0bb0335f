#pragma once

#include <crmetrics/detail/input.hpp>

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace crmetrics::detail {

/// A pair of whole numbers, or an optional one.
template <class T, class Pair>
concept pair_input = std::same_as<T, Pair> || std::same_as<T, std::optional<Pair>> ||
                     std::same_as<T, std::nullopt_t>;

/// The pair in an input; nullptr where it is missing, which then went to the screen.
template <class Pair, class T, class Screen, class Weight>
constexpr const Pair* read_pair(const T& input, std::string_view field, Screen& screen, Weight w) {
  if constexpr (std::same_as<T, Pair>) {
    return &input;
  } else {
    if constexpr (std::same_as<T, std::optional<Pair>>) {
      if (input.has_value()) return &*input;
    }
    screen.on_missing(field, w);
    return nullptr;
  }
}

inline std::string pair_text(std::int64_t a, std::int64_t b) {
  return std::to_string(a) + " / " + std::to_string(b);
}

}  // namespace crmetrics::detail
