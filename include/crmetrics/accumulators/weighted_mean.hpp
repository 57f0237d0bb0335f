#pragma once

#include <crmetrics/concepts.hpp>
#include <crmetrics/core/estimate.hpp>
#include <crmetrics/core/missing.hpp>
#include <crmetrics/core/weight.hpp>
#include <crmetrics/detail/bulk.hpp>
#include <crmetrics/detail/checked_sum.hpp>
#include <crmetrics/detail/definition.hpp>
#include <crmetrics/detail/input.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/detail/screen.hpp>
#include <crmetrics/intervals/samples.hpp>
#include <crmetrics/intervals/student_t.hpp>

#include <cstdint>
#include <string_view>

namespace crmetrics {

/// Mean of real numbers under sampling weights: m = sum w x / sum w.
///
/// Standard error by linearisation, sqrt(sum w^2 (x - m)^2) / sum w, times sqrt(k / (k - 1)) with
/// Kish's effective n, k = (sum w)^2 / sum w^2; Student's t interval at k. With equal weights that
/// is the standard error of `mean`. Source: Cochran 1977, Sampling Techniques, ISBN 978-0471162407,
/// section 6; Kish 1965, Survey Sampling, ISBN 978-0471489009.
///
/// Keeps the mean, sum w, and sums of w^2 (x - m)^k that are shifted when m moves, so that nothing
/// cancels. Merge is exact up to rounding. O(1) an event. Observes numbers and optionals of them;
/// std::nullopt and NaN are missing, infinities invalid. All weights zero: undefined.
class weighted_mean {
 public:
  using weight_type = sampling_weight;
  static constexpr merge_exactness exactness = merge_exactness::up_to_rounding;
  static constexpr shard_constraint sharding = shard_constraint::any;
  static constexpr crmetrics::unit unit = crmetrics::unit::number;
  static constexpr crmetrics::direction direction = crmetrics::direction::neutral;

  static constexpr std::string_view name() { return "weighted mean"; }
  static constexpr convention_text convention() { return "arithmetic mean, sampling weights"; }

  template <detail::number_input T>
  constexpr void update(const T& x, sampling_weight w = {}) {
    if (detail::is_missing(x)) {
      screen_.on_missing("value", w);
      return;
    }
    const auto value = static_cast<double>(detail::value_of(x));
    if (!detail::is_finite(value)) {
      screen_.on_invalid("value", x, "not finite", w);
      return;
    }
    weighted_mean one;
    one.n_ = 1;
    one.weight_ = w.value();
    one.mean_ = value;
    one.squares_ = w.value() * w.value();
    merge(one);
  }
  /// All rows or none. @throws bad_input naming each bad row
  template <class Range>
  constexpr void update_many(const Range& rows, std::string_view field = {}) {
    detail::update_all(*this, rows, field);
  }

  constexpr weighted_mean& merge(const weighted_mean& other) {
    weighted_mean b = other;
    const std::uint64_t n = detail::checked_count(n_, b.n_);
    screen_.merge(b.screen_);
    n_ = n;
    if (b.weight_ == 0) return *this;
    if (weight_ == 0) {  // the identity has to be exact on both sides
      const auto screen = screen_;
      *this = b;
      n_ = n;
      screen_ = screen;
      return *this;
    }
    const double share = b.weight_ / (weight_ + b.weight_);
    double centre = mean_ + (b.mean_ * share - mean_ * share);
    if (!detail::is_finite(centre)) centre = mean_ * (1 - share) + b.mean_ * share;
    b.shift(centre);
    shift(centre);
    weight_ += b.weight_;
    squares_ += b.squares_;
    first_ += b.first_;
    second_ += b.second_;
    keep_defined();
    return *this;
  }
  constexpr weighted_mean fresh() const { return {}; }

  constexpr estimate result(confidence_level level = {}) const {
    estimate_parts parts;
    parts.name = name();
    parts.convention = convention();
    parts.method = student_t::name;
    parts.unit = unit;
    parts.direction = direction;
    parts.level = level;
    parts.n = n_;
    parts.missing = screen_.missing;
    if (n_ == 0) return estimate(parts);
    if (weight_ == 0) {
      parts.status = status::undefined;
      return estimate(parts);
    }
    const double k = weight_ * weight_ / squares_;
    parts.status = status::ok;
    parts.value = mean_;
    parts.effective_n = k;
    if (n_ > 1 && k > 1) {
      const double se = detail::sqrt(second_ * (k / (k - 1))) / weight_;
      if (detail::is_finite(se)) {
        parts.standard_error = se;
        if (level.wanted()) {
          parts.interval = student_t::bounds(mean_sample{k, mean_, se}, level);
        }
      }
    }
    return estimate(parts);
  }

  friend constexpr bool operator==(const weighted_mean&, const weighted_mean&) = default;
  constexpr void serialize(auto& archive) {
    archive(n_), archive(weight_), archive(mean_), archive(squares_), archive(first_);
    archive(second_), archive(screen_);
  }
  constexpr bool possible() const noexcept {
    const bool numbers = weight_ >= 0 && squares_ >= 0 && first_ == first_ && second_ == second_;
    const bool nothing = mean_ == 0 && squares_ == 0 && first_ == 0 && second_ == 0;
    return n_ <= INT64_MAX && numbers && detail::is_finite(mean_) && (n_ != 0 || weight_ == 0) &&
           (weight_ != 0 || nothing);
  }

 private:
  // Moves the centre of the sums of w^2 (x - mean)^k.
  constexpr void shift(double to) {
    const double by = mean_ - to;
    second_ += by * (2 * first_ + by * squares_);
    first_ += by * squares_;
    mean_ = to;
    keep_defined();
  }
  // Values near the largest double: the spread is then infinite for good, and has no interval.
  constexpr void keep_defined() {
    if (detail::is_finite(first_) && detail::is_finite(second_)) return;
    first_ = 0;
    second_ = detail::infinity();
  }

  std::uint64_t n_ = 0;
  double weight_ = 0;
  double mean_ = 0;
  double squares_ = 0;  // sum of w^2
  double first_ = 0;    // sum of w^2 (x - mean)
  double second_ = 0;   // sum of w^2 (x - mean)^2
  detail::screen<missing::skip, invalid::reject> screen_;
};

}  // namespace crmetrics
