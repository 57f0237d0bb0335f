#pragma once

#include <crmetrics/core/estimate.hpp>
#include <crmetrics/core/text.hpp>
#include <crmetrics/detail/rating_mean.hpp>
#include <crmetrics/detail/share.hpp>
#include <crmetrics/fwd.hpp>
#include <crmetrics/intervals/adjusted_wald.hpp>
#include <crmetrics/intervals/student_t.hpp>

#include <cstdint>

/// Score policies of `basic_csat`: each turns one count a scale point into an estimate.
namespace crmetrics {

/// How many points make the top box on a scale of this many points, by common practice:
/// up to 3 points: 1; 4 to 9: 2; from 10 on: 3.
constexpr int usual_top_box(int points) noexcept { return points <= 3 ? 1 : points >= 10 ? 3 : 2; }

/// Share of answers in the K best points: on 1-5 with K = 2, the share of 4 and 5.
template <int K>
struct top_box {
  static_assert(K >= 1);
  static constexpr crmetrics::unit unit = crmetrics::unit::fraction;
  template <class Scale>
  static constexpr convention_text definition() {
    static_assert(K < Scale::points, "the top box must leave at least one point outside");
    convention_text text("share of ");
    if constexpr (K > 1) text.append(Scale::high - K + 1).append("-");
    return text.append(Scale::high);
  }
  template <class Interval, class Counts>
  static constexpr estimate_parts parts(const Counts& counts, confidence_level level) {
    using scale = typename Counts::scale;
    const int cut = scale::high - K;
    return detail::share_parts<Interval>(counts.between(cut + 1, scale::high),
                                         counts.between(scale::low, cut), level);
  }
};

/// Mean rating, in scale points.
struct mean_rating {
  static constexpr crmetrics::unit unit = crmetrics::unit::points;
  template <class Scale>
  static constexpr convention_text definition() {
    return "mean rating";
  }
  template <class Interval, class Counts>
  static constexpr estimate_parts parts(const Counts& counts, confidence_level level) {
    return detail::rating_mean_parts<student_t>(counts, level);
  }
};

namespace detail {

/// (mean - offset) / width as a fraction, with its exact quotient kept where it fits.
template <class Counts>
constexpr estimate_parts rescaled_mean(const Counts& counts, int offset, int width,
                                       confidence_level level) {
  estimate_parts p = rating_mean_parts<student_t>(counts, level);
  p.unit = unit::fraction;
  if (p.status != status::ok) return p;
  p.value = (p.value - offset) / width;
  if (p.exact.known()) {
    exact_ratio scaled;
    std::int64_t shift = 0;
    if (__builtin_mul_overflow(p.exact.denominator, offset, &shift) ||
        __builtin_mul_overflow(p.exact.denominator, width, &scaled.denominator)) {
      p.exact = {};
    } else {
      scaled.numerator = p.exact.numerator - shift;
      p.exact = scaled;
      p.value = scaled.value();
    }
  }
  if (p.standard_error) p.standard_error = *p.standard_error / width;
  if (p.interval) {
    const auto into = [&](double x) { return clamp((x - offset) / width, 0.0, 1.0); };
    p.interval = crmetrics::interval{into(p.interval->low), into(p.interval->high)};
  }
  return p;
}

}  // namespace detail

/// (mean - low) / (high - low): 0 at the worst rating, 1 at the best.
struct min_max {
  static constexpr crmetrics::unit unit = crmetrics::unit::fraction;
  template <class Scale>
  static constexpr convention_text definition() {
    return "(mean - min) / (max - min)";
  }
  template <class Interval, class Counts>
  static constexpr estimate_parts parts(const Counts& counts, confidence_level level) {
    using scale = typename Counts::scale;
    return detail::rescaled_mean(counts, scale::low, scale::high - scale::low, level);
  }
};

/// mean / high. Never reaches 0 on a scale that starts at 1; offered because reports use it.
struct mean_over_max {
  static constexpr crmetrics::unit unit = crmetrics::unit::fraction;
  template <class Scale>
  static constexpr convention_text definition() {
    static_assert(Scale::low >= 0, "mean / max needs a scale without negative points");
    return "mean / max";
  }
  template <class Interval, class Counts>
  static constexpr estimate_parts parts(const Counts& counts, confidence_level level) {
    return detail::rescaled_mean(counts, 0, Counts::scale::high, level);
  }
};

/// good / (good + bad): ratings from Good up are good, up to Bad are bad; those between are left
/// out of both and shown as excluded ("neither good nor bad").
template <int Good, int Bad>
struct good_of_rated {
  static_assert(Bad < Good, "good must start above bad");
  static constexpr crmetrics::unit unit = crmetrics::unit::fraction;
  template <class Scale>
  static constexpr convention_text definition() {
    convention_text text("good (");
    return text.append(Good).append("+) / (good + bad (to ").append(Bad).append("))");
  }
  template <class Interval, class Counts>
  static constexpr estimate_parts parts(const Counts& counts, confidence_level level) {
    using scale = typename Counts::scale;
    static_assert(scale::low <= Bad && Good <= scale::high, "cuts must lie on the scale");
    estimate_parts p = detail::share_parts<Interval>(counts.between(Good, scale::high),
                                                     counts.between(scale::low, Bad), level);
    const auto neutral = counts.between(Bad + 1, Good - 1).observations();
    p.excluded.add("neither good nor bad", neutral);
    if (p.n == 0 && neutral != 0) p.status = status::undefined;
    return p;
  }
};

/// Share of good minus share of bad among all ratings, in [-1, 1]. One sample, so the variance is
/// that of NPS; adjusted Wald interval.
template <int Good, int Bad>
struct net_satisfied {
  static_assert(Bad < Good, "good must start above bad");
  static constexpr crmetrics::unit unit = crmetrics::unit::net_fraction;
  template <class Scale>
  static constexpr convention_text definition() {
    convention_text text("share of ");
    return text.append(Good).append("+ minus share to ").append(Bad);
  }
  template <class Interval, class Counts>
  static constexpr estimate_parts parts(const Counts& counts, confidence_level level) {
    using scale = typename Counts::scale;
    static_assert(scale::low <= Bad && Good <= scale::high, "cuts must lie on the scale");
    return detail::net_parts<adjusted_wald>(counts.between(scale::low, Bad),
                                            counts.between(Bad + 1, Good - 1),
                                            counts.between(Good, scale::high), level);
  }
};

}  // namespace crmetrics
