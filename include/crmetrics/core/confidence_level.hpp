#pragma once

#include <crmetrics/core/error.hpp>

namespace crmetrics {

/// Two-sided confidence level of an interval, strictly between 0 and 1; 0.95 unless said. Or none:
/// `m.result(confidence_level::none())` is the estimate without an interval, which costs most of
/// the time where many small groups are scored.
class confidence_level {
 public:
  constexpr confidence_level() = default;
  /// @throws invalid_setting outside (0, 1) or NaN
  constexpr explicit confidence_level(double level) : level_(level) {
    if (!(level > 0 && level < 1)) {
      throw invalid_setting("confidence level " + detail::shown(level) +
                            ": must lie between 0 and 1, both excluded");
    }
  }

  static constexpr confidence_level none() noexcept {
    confidence_level l;
    l.level_ = 0;
    return l;
  }
  /// False for `none()`.
  constexpr bool wanted() const noexcept { return level_ != 0; }

  constexpr double value() const noexcept { return level_; }
  /// Probability below the upper end of the interval: 0.975 for 0.95.
  constexpr double upper_tail_point() const noexcept { return 0.5 + level_ / 2; }

  friend constexpr bool operator==(confidence_level, confidence_level) = default;

 private:
  double level_ = 0.95;
};

}  // namespace crmetrics
