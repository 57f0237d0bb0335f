#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/detail/math.hpp>

#include <cstdint>

namespace crmetrics {

/// Frequency weight: the event was observed this many times. Weight 2 equals two updates, exactly.
struct frequency_weight {
  std::uint64_t times = 1;
  friend constexpr bool operator==(frequency_weight, frequency_weight) = default;
};

/// Sampling weight: how many units of the population this one stands for. Real and not negative;
/// carries its own uncertainty, so a metric that takes it reports Kish's effective sample size
/// n_eff = (sum w)^2 / sum w^2 (Kish 1965, Survey Sampling, ISBN 978-0471489009).
class sampling_weight {
 public:
  constexpr sampling_weight() = default;
  /// @throws bad_input unless 0 or between 1e-100 and 1e100, whose sums of squares no number of
  ///         observations makes infinite or 0
  constexpr explicit sampling_weight(double w) : w_(w) {
    if (w != 0 && !(w >= 1e-100 && w <= 1e100)) {
      throw bad_input(problem{"sampling weight", 0, detail::shown(w),
                              w < 0 || !detail::is_finite(w)
                                  ? "must be finite and not negative"
                                  : "must be 0 or lie between 1e-100 and 1e100"});
    }
  }
  constexpr double value() const noexcept { return w_; }
  friend constexpr bool operator==(sampling_weight, sampling_weight) = default;

 private:
  double w_ = 1;
};

}  // namespace crmetrics
