#pragma once

#include <crmetrics/detail/int128.hpp>
#include <crmetrics/detail/math.hpp>

#include <compare>
#include <cstdint>
#include <optional>

namespace crmetrics {

/// A short decimal number, digits / 10^places, as a person writes a target or a threshold.
///
/// 0.005 has no exact double; comparing 1/200 with the double nearest to 0.005 can go either way.
/// A threshold that came as a double is therefore read as the shortest decimal that this double
/// prints as, and compared with counts as integers.
struct decimal {
  std::int64_t digits = 0;
  int places = 0;  ///< 0 to 15

  /// The decimal with the fewest places that reads back as the double; none where that takes more
  /// than 15 places or digits (a computed 1.0 / 3 was never written as a decimal).
  static constexpr std::optional<decimal> of(double x) noexcept {
    double power = 1;
    for (int places = 0; places <= 15; ++places, power *= 10) {
      const double scaled = x * power;
      if (!(detail::abs(scaled) < 9e15)) break;
      const auto rounded = static_cast<std::int64_t>(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
      // Whole numbers below 2^53 and powers of ten up to 10^22 are exact doubles, so the quotient
      // is correctly rounded: it equals x exactly if the decimal reads back as x.
      if (static_cast<double>(rounded) / power == x) return decimal{rounded, places};
    }
    return std::nullopt;
  }

  constexpr detail::int128 scale() const noexcept {
    detail::int128 s = 1;
    for (int i = 0; i != places; ++i) s *= 10;
    return s;
  }
  constexpr double to_double() const noexcept {
    return static_cast<double>(digits) / static_cast<double>(scale());
  }

  friend constexpr bool operator==(const decimal& a, const decimal& b) {
    return a.digits * b.scale() == b.digits * a.scale();
  }
};

/// A value known exactly as numerator / denominator (counts, sums of integers); denominator 0
/// means that the value is not known exactly.
struct exact_ratio {
  std::int64_t numerator = 0;
  std::int64_t denominator = 0;

  constexpr bool known() const noexcept { return denominator > 0; }
  constexpr double value() const noexcept {
    return static_cast<double>(numerator) / static_cast<double>(denominator);
  }
  /// The nearest whole number, half up; for a numerator that is not negative.
  constexpr std::int64_t rounded() const noexcept {
    return numerator / denominator +
           (numerator % denominator >= denominator - denominator / 2 ? 1 : 0);
  }

  /// Compares numerator / denominator with the decimal as integers: no rounding at all.
  constexpr std::strong_ordering compare(const decimal& d) const noexcept {
    const detail::int128 left = numerator * d.scale();
    const detail::int128 right = static_cast<detail::int128>(d.digits) * denominator;
    return left < right   ? std::strong_ordering::less
           : left > right ? std::strong_ordering::greater
                          : std::strong_ordering::equal;
  }
  /// The same against a double: as its decimal where it has a short one, else in doubles.
  constexpr std::partial_ordering compare(double threshold) const noexcept {
    if (const auto d = decimal::of(threshold)) return compare(*d);
    return value() <=> threshold;
  }
  friend constexpr bool operator==(const exact_ratio&, const exact_ratio&) = default;
};

}  // namespace crmetrics
