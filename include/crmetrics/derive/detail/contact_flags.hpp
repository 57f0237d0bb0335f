#pragma once

#include <cstdint>

namespace crmetrics::detail {

/// What linking found out about a contact, one bit each.
enum contact_flag : std::uint8_t {
  known_customer = 1,     ///< linked at all
  anchored = 2,           ///< its window has a beginning
  mature = 4,             ///< its window ended within the observation
  repeated = 8,           ///< another contact began in its window
  follows = 16,           ///< began in the window of an earlier one
  short_look_back = 32,   ///< opened less than a window after the observation began
  at_the_same_time = 64,  ///< an earlier row was opened at the same instant
  bad_row = 128           ///< a bad row, linked with nothing; no other is set
};

/// The rule and the observation as the kernel needs them, in microseconds.
struct link_window {
  std::int64_t length = 0;
  bool includes_last = true;  ///< exactly `length` later still counts
  bool includes_simultaneous = false;
  std::int64_t observed_from = INT64_MIN;
  std::int64_t observed_until = INT64_MAX;

  constexpr bool reaches(std::int64_t gap) const noexcept {
    return includes_last ? gap <= length : gap < length;
  }
};

}  // namespace crmetrics::detail
