#pragma once

#include <cstdint>
#include <string_view>

namespace crmetrics {

/// The length of a period in formulas that count periods. A month is a twelfth of a year.
enum class time_unit : std::uint8_t { day, week, month, year };

/// 1, 7, 30.4375 and 365.25 days.
constexpr double days_in(time_unit u) noexcept {
  switch (u) {
    case time_unit::day:
      return 1;
    case time_unit::week:
      return 7;
    case time_unit::month:
      return 30.4375;
    case time_unit::year:
      return 365.25;
  }
  return 1;
}

constexpr std::string_view to_string(time_unit u) noexcept {
  switch (u) {
    case time_unit::day:
      return "day";
    case time_unit::week:
      return "week";
    case time_unit::month:
      return "month";
    case time_unit::year:
      return "year";
  }
  return "?";
}

}  // namespace crmetrics
