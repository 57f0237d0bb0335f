#pragma once

#include <crmetrics/accumulators/detail/integer_moments.hpp>
#include <crmetrics/accumulators/detail/mean_parts.hpp>
#include <crmetrics/accumulators/detail/real_moments.hpp>
#include <crmetrics/concepts.hpp>
#include <crmetrics/core/missing.hpp>
#include <crmetrics/detail/bulk.hpp>
#include <crmetrics/detail/definition.hpp>
#include <crmetrics/detail/input.hpp>
#include <crmetrics/detail/screen.hpp>
#include <crmetrics/fwd.hpp>
#include <crmetrics/intervals/student_t.hpp>

#include <concepts>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace crmetrics {

/// Mean of numbers with the standard error s / sqrt(n), s^2 = sum (x - mean)^2 / (n - 1), and
/// Student's t interval (Student 1908, https://doi.org/10.1093/biomet/6.1.1).
///
/// `mean` takes real numbers: Welford's update, Chan's merge, equal to one pass up to rounding.
/// `integer_mean` takes whole numbers (points, minor units) and keeps exact 128-bit sums: the same
/// state for any split and order. n = 1 has a value and no interval.
///
/// Observes numbers and optionals of them; std::nullopt and NaN are missing; infinities, and for
/// `integer_mean` fractions, are invalid. O(1) an event.
template <class Value, class Interval, class Missing, class Invalid>
class basic_mean {
  static_assert(!std::same_as<Missing, missing::as_failure> &&
                    !std::same_as<Missing, missing::as_passive>,
                "crmetrics: this metric has no such treatment of missing values");

  static_assert(std::same_as<Value, double> || std::same_as<Value, std::int64_t>,
                "basic_mean keeps double or std::int64_t");
  static constexpr bool whole = std::same_as<Value, std::int64_t>;

 public:
  using weight_type = frequency_weight;
  static constexpr merge_exactness exactness =
      whole ? merge_exactness::exact : merge_exactness::up_to_rounding;
  static constexpr shard_constraint sharding = shard_constraint::any;
  static constexpr crmetrics::unit unit = crmetrics::unit::number;
  static constexpr crmetrics::direction direction = crmetrics::direction::neutral;

  constexpr basic_mean() = default;

  static constexpr std::string_view name() { return "mean"; }
  static constexpr convention_text convention() {
    convention_text text(whole ? "arithmetic mean of whole numbers" : "arithmetic mean");
    detail::screen<Missing, Invalid>::describe(text);
    return text;
  }

  template <detail::number_input T>
  constexpr void update(const T& x, weight_type w = {}) {
    if (detail::is_missing(x)) {
      screen_.on_missing("value", w);
    } else if constexpr (whole) {
      std::int64_t value = 0;
      if (detail::read_whole(x, INT64_MIN, INT64_MAX, value)) {
        moments_.add(value, w);
      } else {
        screen_.on_invalid("value", x, "not a whole number of 64 bits", w);
      }
    } else {
      const auto value = static_cast<double>(detail::value_of(x));
      if (detail::is_finite(value)) {
        moments_.add(value, w);
      } else {
        screen_.on_invalid("value", x, "not finite", w);
      }
    }
  }
  /// All rows or none. @throws bad_input naming each bad row
  template <class Range>
  constexpr void update_many(const Range& rows, std::string_view field = {}) {
    detail::update_all(*this, rows, field);
  }

  constexpr basic_mean& merge(const basic_mean& other) {
    auto screen = screen_;
    screen.merge(other.screen_);
    moments_.merge(other.moments_);  // all or nothing, as the line before
    screen_ = screen;
    return *this;
  }
  constexpr basic_mean fresh() const { return {}; }

  constexpr estimate result(confidence_level level = {}) const {
    estimate_parts parts = detail::mean_parts<Interval>(moments_, 1, level);
    parts.name = name();
    parts.convention = convention();
    parts.unit = unit;
    parts.direction = direction;
    parts.missing = screen_.missing;
    parts.invalid = screen_.invalid;
    return estimate(parts);
  }

  friend constexpr bool operator==(const basic_mean&, const basic_mean&) = default;
  constexpr void serialize(auto& archive) { archive(moments_), archive(screen_); }

 private:
  std::conditional_t<whole, detail::integer_moments, detail::real_moments> moments_;
  detail::screen<Missing, Invalid> screen_;
};

}  // namespace crmetrics
