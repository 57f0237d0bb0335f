#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/core/estimate.hpp>
#include <crmetrics/core/label.hpp>
#include <crmetrics/time/instant.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace crmetrics {

/// Where a review stands. A breach opens it; only a person closes it.
enum class review_state : std::uint8_t {
  open,
  confirmed,   ///< there was a cause; the note says which
  false_alarm  ///< looked at, no cause: chance, or an error in the data
};

constexpr std::string_view to_string(review_state s) noexcept {
  switch (s) {
    case review_state::open:
      return "open";
    case review_state::confirmed:
      return "confirmed";
    case review_state::false_alarm:
      return "false alarm";
  }
  return "?";
}

/// A record that somebody has to look at something: who, which metric, its value and n, the limit
/// that it broke, since when, and what came of it. Made by an alarm that was raised.
struct review {
  std::string who;
  label alarm;       ///< name of the alarm that opened it
  estimate raw;      ///< the value with its n, interval and definition
  double limit = 0;  ///< that was broken
  bool above_limit = true;
  std::optional<double> false_alarm_rate;  ///< of the alarm, per value, where it is known
  instant opened;
  review_state state = review_state::open;
  std::optional<instant> closed;
  std::string note;

  /// Closes it with what was found. @throws error where it is closed already, where nothing was
  /// found ("open"), or for a time before it was opened
  void close(review_state found, instant when, std::string what) {
    if (state != review_state::open) {
      throw error("review of " + who + ", " + std::string(alarm.view()) + ": already closed as " +
                  std::string(to_string(state)));
    }
    if (found == review_state::open) {
      throw error("review of " + who + ", " + std::string(alarm.view()) +
                  ": to close it say confirmed or false alarm");
    }
    if (when < opened) {
      throw error("review of " + who + ", " + std::string(alarm.view()) +
                  ": closed before it was opened");
    }
    note = std::move(what);
    closed = when;
    state = found;
  }
};

/// What became of the reviews that one alarm opened: the share of false alarms as it was found,
/// beside the rate that was stated.
struct review_tally {
  std::uint64_t open = 0;
  std::uint64_t confirmed = 0;
  std::uint64_t false_alarms = 0;

  /// @param reviews any range of `review`
  template <class Reviews>
  static review_tally of(const Reviews& reviews, std::string_view alarm) {
    review_tally t;
    for (const review& r : reviews) {
      if (r.alarm.view() != alarm) continue;
      ++(r.state == review_state::open        ? t.open
         : r.state == review_state::confirmed ? t.confirmed
                                              : t.false_alarms);
    }
    return t;
  }
  friend constexpr bool operator==(const review_tally&, const review_tally&) = default;
};

}  // namespace crmetrics
