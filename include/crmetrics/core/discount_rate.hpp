#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/core/time_unit.hpp>
#include <crmetrics/detail/math.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace crmetrics {

/// What money loses by being paid later. Made only by functions that say what the number means: 10
/// % a year and 10 % a week are both "0.10", and the wrong one is a value many times too low.
///
///     discount_rate::annual(.10)                        10 % a year, effective
///     discount_rate::per_period(.01, time_unit::month)  1 % a month, effective
///     discount_rate::annual_nominal(.12, 12)            12 % a year, added monthly: 1 % a month
///     discount_rate::continuous(.0953)                  e^-0.0953 after a year
///
/// Kept as one force of interest; a year has 365.25 days, a month 30.4375. A negative rate throws
/// `invalid_setting`. Equal rates that were made in different ways agree to 1e-15.
class discount_rate {
 public:
  /// Effective rate d: a payment in a year is worth 1 / (1 + d).
  static discount_rate annual(double d) { return per_period(d, time_unit::year); }
  /// Effective rate d of one period.
  static discount_rate per_period(double d, time_unit period) {
    require(d);
    return discount_rate(__builtin_log1p(d) / years(1, period));
  }
  /// Nominal rate of a year that is added `times` a year: (1 + d / times)^times - 1 effective.
  static discount_rate annual_nominal(double d, int times) {
    require(d);
    if (times < 1) {
      throw invalid_setting("discount rate: added " + std::to_string(times) + " times a year");
    }
    return discount_rate(times * __builtin_log1p(d / times));
  }
  /// Force of interest: a payment after t units is worth e^(-force t).
  static discount_rate continuous(double force, time_unit unit = time_unit::year) {
    require(force);
    return discount_rate(force / years(1, unit));
  }
  static discount_rate none() { return discount_rate(0); }

  /// What 1 is worth that is paid so many units later.
  double factor(double count, time_unit unit) const noexcept {
    return detail::exp(-force_ * years(count, unit));
  }
  /// The effective rate of one period.
  double per(time_unit period) const noexcept { return __builtin_expm1(force_ * years(1, period)); }
  /// The force of interest of a year.
  double force() const noexcept { return force_; }
  bool is_none() const noexcept { return force_ == 0; }

  friend bool operator==(const discount_rate&, const discount_rate&) = default;

 private:
  explicit discount_rate(double force) : force_(force) {}
  static constexpr double years(double count, time_unit unit) noexcept {
    return count * days_in(unit) / days_in(time_unit::year);
  }
  static void require(double d) {
    if (d >= 0 && detail::is_finite(d)) return;
    throw invalid_setting("discount rate " + detail::shown(d) +
                          ": must be finite and not negative");
  }

  double force_;
};

/// When in its period a payment is made.
enum class payment_timing : std::uint8_t { start, middle, end };

constexpr std::string_view to_string(payment_timing t) noexcept {
  switch (t) {
    case payment_timing::start:
      return "start";
    case payment_timing::middle:
      return "middle";
    case payment_timing::end:
      return "end";
  }
  return "?";
}

}  // namespace crmetrics
