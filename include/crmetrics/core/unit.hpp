#pragma once

#include <cstdint>
#include <string_view>

namespace crmetrics {

/// The unit of a value as it is held inside. Text output multiplies: a fraction and
/// a relative value print as per cent, a net fraction (NPS) times 100 without a sign for per cent,
/// seconds as they are.
enum class unit : std::uint8_t {
  fraction,      ///< share in [0, 1]
  net_fraction,  ///< difference of two shares, in [-1, 1]
  second,        ///< time spans
  points,        ///< scores, ratings, scorecard points
  money,         ///< minor units of one currency
  per_exposure,  ///< events for each unit of exposure
  number,        ///< plain number
  relative       ///< quotient of like things that may leave [0, 1]: net revenue retention of 1.1
};

constexpr std::string_view to_string(unit u) noexcept {
  switch (u) {
    case unit::fraction:
      return "fraction";
    case unit::net_fraction:
      return "net fraction";
    case unit::second:
      return "seconds";
    case unit::points:
      return "points";
    case unit::money:
      return "minor units";
    case unit::per_exposure:
      return "per unit of exposure";
    case unit::number:
      return "number";
    case unit::relative:
      return "relative";
  }
  return "?";
}

}  // namespace crmetrics
