#pragma once

#include <cstdint>
#include <string_view>

namespace crmetrics {

/// Which way is better.
enum class direction : std::uint8_t { higher_is_better, lower_is_better, neutral };

constexpr std::string_view to_string(direction d) noexcept {
  switch (d) {
    case direction::higher_is_better:
      return "higher is better";
    case direction::lower_is_better:
      return "lower is better";
    case direction::neutral:
      return "neutral";
  }
  return "?";
}

}  // namespace crmetrics
