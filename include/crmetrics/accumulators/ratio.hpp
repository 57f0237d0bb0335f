#pragma once

#include <crmetrics/accumulators/detail/pair_input.hpp>
#include <crmetrics/accumulators/detail/pair_moments.hpp>
#include <crmetrics/concepts.hpp>
#include <crmetrics/core/confidence_level.hpp>
#include <crmetrics/core/estimate.hpp>
#include <crmetrics/core/interval.hpp>
#include <crmetrics/core/missing.hpp>
#include <crmetrics/core/normal.hpp>
#include <crmetrics/core/weight.hpp>
#include <crmetrics/detail/bulk.hpp>
#include <crmetrics/detail/screen.hpp>
#include <crmetrics/fwd.hpp>
#include <crmetrics/intervals/samples.hpp>

#include <cstdint>
#include <string_view>

namespace crmetrics {

/// A numerator and a denominator that were observed together: spent and planned, errors and items.
struct ratio_pair {
  std::int64_t numerator = 0;
  std::int64_t denominator = 0;
  friend constexpr bool operator==(const ratio_pair&, const ratio_pair&) = default;
};

/// What a plain `ratio` is called; a metric that is a ratio of sums brings its own traits.
struct ratio_of_sums {
  static constexpr std::string_view name = "ratio";
  static constexpr std::string_view definition = "sum of numerators / sum of denominators";
  static constexpr crmetrics::unit unit = crmetrics::unit::number;
  static constexpr crmetrics::direction direction = crmetrics::direction::neutral;
};

/// The normal interval R -+ z SE of a ratio, with the SE of the delta method; the usual one for
/// n from 30 or so. `student_t` in its place is wider for few pairs.
/// Cochran 1977, Sampling Techniques, 3rd edition, ISBN 978-0471162407, chapter 6
struct delta_method {
  static constexpr std::string_view name = "delta method";

  /// @throws bad_input for a sample that cannot be
  static interval bounds(const mean_sample& s, confidence_level level = {}) {
    require_valid(s);
    const double half = critical_value(level) * s.standard_error;
    return {s.mean - half, s.mean + half};
  }
  friend constexpr bool operator==(delta_method, delta_method) = default;
};

/// Ratio of two sums, R = sum x / sum y, over pairs (x, y): budget use, errors for each item, cost
/// for each contact. Not the mean of the single ratios, which weighs a small pair like a large one.
///
/// Standard error by linearisation (the delta method), with n pairs:
///     SE = sqrt(sum (x - R y)^2 / (n - 1) / n) / mean y,
/// Cochran 1977, Sampling Techniques, 3rd edition, ISBN 978-0471162407, chapter 6. The pairs count
/// as independent: give one pair for each customer or agent, not for each of their events. n = 1
/// has a value and no interval; denominators that are all 0 give `undefined`.
///
/// State: 96 bytes of exact sums, squares and products in 128 bits; merge is exact, and the
/// residuals come from these integers without cancellation. O(1) an event.
///
/// Observes `ratio_pair` and optionals of it; std::nullopt is missing; a negative denominator is
/// invalid. The numerator may have either sign.
template <class Traits, class Interval, class Missing, class Invalid>
class basic_ratio {
 public:
  using weight_type = frequency_weight;
  static constexpr merge_exactness exactness = merge_exactness::exact;
  static constexpr shard_constraint sharding = shard_constraint::any;
  static constexpr crmetrics::unit unit = Traits::unit;
  static constexpr crmetrics::direction direction = Traits::direction;

  constexpr basic_ratio() = default;

  static constexpr std::string_view name() { return Traits::name; }
  static constexpr convention_text convention() {
    convention_text text(Traits::definition);
    detail::screen<Missing, Invalid>::describe(text);
    return text;
  }

  template <detail::pair_input<ratio_pair> T>
  constexpr void update(const T& pair, weight_type w = {}) {
    const ratio_pair* given = detail::read_pair<ratio_pair>(pair, name(), screen_, w);
    if (given == nullptr) return;
    if (given->denominator >= 0) {
      moments_.add(given->numerator, given->denominator, w);
    } else {
      screen_.on_invalid(name(), detail::pair_text(given->numerator, given->denominator),
                         "negative denominator", w);
    }
  }
  /// All rows or none. @throws bad_input naming each bad row
  template <class Range>
  constexpr void update_many(const Range& rows, std::string_view field = {}) {
    detail::update_all(*this, rows, field);
  }

  constexpr basic_ratio& merge(const basic_ratio& other) {
    auto screen = screen_;
    screen.merge(other.screen_);
    moments_.merge(other.moments_);  // all or nothing, as the line before
    screen_ = screen;
    return *this;
  }
  constexpr basic_ratio fresh() const { return {}; }

  estimate result(confidence_level level = {}) const {
    estimate_parts parts;
    parts.name = name();
    parts.convention = convention();
    parts.method = Interval::name;
    parts.unit = unit;
    parts.direction = direction;
    parts.level = level;
    parts.n = moments_.n();
    parts.missing = screen_.missing;
    parts.invalid = screen_.invalid;
    if (parts.n == 0) return estimate(parts);
    if (moments_.sum_y() <= 0) {
      parts.status = status::undefined;
      return estimate(parts);
    }
    parts.status = status::ok;
    parts.value = moments_.ratio();
    parts.exact = moments_.exact();
    if (parts.n > 1) {
      const double se = moments_.ratio_standard_error();
      parts.standard_error = se;
      if (level.wanted()) {
        parts.interval =
            Interval::bounds(mean_sample{static_cast<double>(parts.n), parts.value, se}, level);
      }
    }
    return estimate(parts);
  }

  friend constexpr bool operator==(const basic_ratio&, const basic_ratio&) = default;
  constexpr void serialize(auto& archive) { archive(moments_), archive(screen_); }

 private:
  detail::pair_moments moments_;
  detail::screen<Missing, Invalid> screen_;
};

}  // namespace crmetrics
