#pragma once

#include <crmetrics/core/discount_rate.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/core/text.hpp>
#include <crmetrics/core/time_unit.hpp>
#include <crmetrics/detail/math.hpp>

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace crmetrics {

/// Which payment a lifetime value begins with.
enum class first_payment : std::uint8_t {
  now,           ///< the one of the current period, which is certain: a customer just won
  after_renewal  ///< the one after the next renewal: a customer who has just paid
};

/// What a lifetime value is worth, and how far it looks; the discount has no default.
///
///     clv_terms{.discount = discount_rate::annual(.10), .period = time_unit::month}
struct clv_terms {
  discount_rate discount;
  time_unit period = time_unit::year;  ///< of one margin and one renewal
  payment_timing timing = payment_timing::start;
  first_payment first = first_payment::now;
  std::optional<std::uint32_t> horizon = {};  ///< payments that count; without one, for ever
  std::int64_t acquisition_cost = 0;          ///< taken off once, in minor units
  friend bool operator==(const clv_terms&, const clv_terms&) = default;

  /// The first k whose payment counts, when k renewals lie before the payment.
  constexpr std::uint32_t first_renewals() const noexcept {
    return first == first_payment::now ? 0 : 1;
  }
  /// What 1 is worth that is paid in the period after k renewals.
  double factor(double renewals) const noexcept {
    const double into = timing == payment_timing::start    ? 0
                        : timing == payment_timing::middle ? .5
                                                           : 1;
    return discount.factor(renewals + into, period);
  }
  convention_text describe() const {
    convention_text text("per ");
    text.append(to_string(period)).append(", ");
    text.append(std::string_view(detail::shown(100 * discount.per(time_unit::year))));
    text.append(" % a year, paid at ").append(to_string(timing)).append(", first ");
    text.append(first == first_payment::now ? "now" : "after renewal");
    if (horizon) {
      text.append(", ").append(*horizon).append(" payments");
    } else {
      text.append(", for ever");
    }
    if (acquisition_cost != 0) text.append(", less ").append(acquisition_cost);
    return text;
  }
};

/// Who is still a customer after k renewals: at(0) = 1, falling, in [0, 1]. A constant retention
/// rate is one; a model with a distribution of them (shifted beta-geometric) is another. Whatever
/// is one can be handed to `discounted_lifetime`.
template <class C>
concept lifetime_curve = requires(const C& curve, std::uint64_t k) {
  { curve.at(k) } -> std::convertible_to<double>;
};

/// How many payments a customer is worth today: sum of at(k) times the discount factor of payment
/// k. Times the margin of a period, less the cost of acquisition, it is the lifetime value.
///
/// Summed until what is left cannot change the 16th digit, or to the horizon.
/// @throws invalid_setting for ever without a discount, which no sum reaches
template <lifetime_curve C>
double discounted_lifetime(const C& curve, const clv_terms& terms) {
  if (!terms.horizon && terms.discount.is_none()) {
    throw invalid_setting("discounted lifetime: for ever needs a discount, or a horizon");
  }
  const double step = terms.discount.factor(1, terms.period);
  const std::uint64_t begin = terms.first_renewals();
  double sum = 0;
  for (std::uint64_t k = begin; !terms.horizon || k < begin + *terms.horizon; ++k) {
    const double factor = terms.factor(static_cast<double>(k));
    const double share = curve.at(k);
    sum += share * factor;
    // The curve only falls: the rest is at most this geometric series.
    if (!terms.horizon && share * factor * step / (1 - step) <= 1e-17 * sum) break;
  }
  return sum;
}

/// The curve of a retention rate that never changes: at(k) = r^k. It overstates how soon a mixed
/// base is gone: those who stay are more loyal (Fader and Hardie 2010, Marketing Science 29(1),
/// 85-93, https://doi.org/10.1287/mksc.1080.0482).
struct constant_retention {
  double rate = 1;
  double at(std::uint64_t k) const noexcept { return detail::pow(rate, static_cast<double>(k)); }
};

namespace detail {

/// `discounted_lifetime` of a constant retention rate, and its derivative by that rate.
struct geometric_lifetime {
  double sum = 0;
  double slope = 0;
  bool finite = true;

  geometric_lifetime(double retention, const clv_terms& terms) {
    const double step = terms.discount.factor(1, terms.period);
    const double q = retention * step;
    const double first = terms.factor(0);
    const std::uint32_t begin = terms.first_renewals();
    if (!terms.horizon) {
      finite = q < 1;
      if (!finite) return;
      sum = first * (begin == 0 ? 1 : q) / (1 - q);
      slope = first * step / (1 - q) / (1 - q);
      return;
    }
    double power = 1;     // q^k
    double previous = 0;  // k q^(k - 1)
    for (std::uint32_t k = 0; k < begin + *terms.horizon; ++k) {
      if (k >= begin) {
        sum += power;
        slope += previous;
      }
      previous = static_cast<double>(k + 1) * power;
      power *= q;
    }
    sum *= first;
    slope *= first * step;
  }
};

}  // namespace detail
}  // namespace crmetrics
