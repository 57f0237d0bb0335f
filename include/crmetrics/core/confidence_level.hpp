#pragma once

#include <crmetrics/core/error.hpp>

namespace crmetrics {

/// Two-sided confidence level of an interval, strictly between 0 and 1; 0.95 unless said.
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

  constexpr double value() const noexcept { return level_; }
  /// Probability below the upper end of the interval: 0.975 for 0.95.
  constexpr double upper_tail_point() const noexcept { return 0.5 + level_ / 2; }

  friend constexpr bool operator==(confidence_level, confidence_level) = default;

 private:
  double level_ = 0.95;
};

}  // namespace crmetrics
