#pragma once

#include <crmetrics/detail/math.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace crmetrics {

/// On which side of its limits a value lies. On a limit is inside.
enum class control_signal : std::uint8_t { inside, too_low, too_high };

constexpr std::string_view to_string(control_signal s) noexcept {
  switch (s) {
    case control_signal::inside:
      return "inside";
    case control_signal::too_low:
      return "too low";
    case control_signal::too_high:
      return "too high";
  }
  return "?";
}

/// Limits within which a process in control stays, and how often it leaves them all the same.
///
/// The rates of false alarms are per value (a month, an agent), computed from the distribution that
/// `method` names, with the centre taken as known: limits set from little history are off, and
/// alarms come more often than stated.
struct control_limits {
  double low = 0;
  double centre = 0;
  double high = 0;
  double false_alarm_low = 0;   ///< probability of a value below `low`, in control
  double false_alarm_high = 0;  ///< probability of a value above `high`, in control
  std::string_view method;      ///< a literal
  /// The limits as counts, where the value is a count over n: decided in integers.
  std::optional<std::uint64_t> low_count = {};
  std::optional<std::uint64_t> high_count = {};

  constexpr double false_alarm_rate() const noexcept { return false_alarm_low + false_alarm_high; }
  /// Values until a false alarm, on average: 1 / rate. Infinite where there is never one.
  constexpr double average_run_length() const noexcept {
    return false_alarm_rate() > 0 ? 1 / false_alarm_rate() : detail::infinity();
  }
  constexpr control_signal judge(double value) const noexcept {
    if (value < low) return control_signal::too_low;
    if (value > high) return control_signal::too_high;
    return control_signal::inside;
  }
  /// The same for a count, for limits that have counts.
  constexpr control_signal judge_count(std::uint64_t count) const noexcept {
    if (low_count && count < *low_count) return control_signal::too_low;
    if (high_count && count > *high_count) return control_signal::too_high;
    return control_signal::inside;
  }
};

}  // namespace crmetrics
