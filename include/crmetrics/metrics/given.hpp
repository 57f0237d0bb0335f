#pragma once

#include <crmetrics/concepts.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/core/estimate.hpp>
#include <crmetrics/core/normal.hpp>
#include <crmetrics/core/weight.hpp>
#include <crmetrics/detail/bulk.hpp>
#include <crmetrics/detail/checked_sum.hpp>
#include <crmetrics/detail/definition.hpp>
#include <crmetrics/detail/math.hpp>

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace crmetrics {

/// A figure that was measured elsewhere: its value, the n behind it, and its standard error where
/// somebody knows it.
struct figure {
  double value = 0;
  std::uint64_t n = 1;
  std::optional<double> standard_error = {};
};

/// A figure from elsewhere as a metric, so that a scorecard can weigh it: a test score from the
/// training system, a market share from finance. Several figures are pooled by their n:
/// value = sum n v / sum n, standard error = sqrt(sum (n se)^2) / sum n, which takes them as
/// independent; without one of the standard errors there is no interval. Merge is exact up to
/// rounding. O(1) a figure.
class given {
 public:
  using weight_type = frequency_weight;
  static constexpr merge_exactness exactness = merge_exactness::up_to_rounding;
  static constexpr shard_constraint sharding = shard_constraint::any;
  static constexpr crmetrics::unit unit = crmetrics::unit::number;
  static constexpr crmetrics::direction direction = crmetrics::direction::neutral;

  static constexpr std::string_view name() { return "given figure"; }
  static constexpr convention_text convention() { return "measured elsewhere, pooled by n"; }

  /// @throws bad_input where the value or the standard error is not finite, or n is 0
  /// @throws overflow where more than 2^64 - 1 stand behind all figures
  template <std::same_as<figure> T>
  constexpr void update(const T& f) {
    const bool error_ok =
        !f.standard_error || (*f.standard_error >= 0 && detail::is_finite(*f.standard_error));
    if (!detail::is_finite(f.value) || f.n == 0 || !error_ok) refuse(f, error_ok);

    given one;
    one.n_ = f.n;
    one.value_ = f.value;
    if (f.standard_error) {
      const double scaled = static_cast<double>(f.n) * *f.standard_error;
      one.spread_ = scaled * scaled;
    } else {
      one.without_error_ = 1;
    }
    merge(one);
  }
  template <std::same_as<std::optional<figure>> T>
  constexpr void update(const T& f) {
    if (f) {
      update(*f);
    } else {
      ++missing_;
    }
  }
  /// All rows or none. @throws bad_input naming each bad row
  template <class Range>
  constexpr void update_many(const Range& rows, std::string_view field = {}) {
    detail::update_all(*this, rows, field);
  }

  constexpr given& merge(const given& other) {
    const std::uint64_t n = detail::checked_sum(n_, other.n_);
    missing_ = detail::checked_sum(missing_, other.missing_);
    if (other.n_ == 0) return *this;
    if (n_ == 0) {  // one figure alone comes out bit for bit
      value_ = other.value_;
    } else {
      const double share =
          static_cast<double>(other.n_) / (static_cast<double>(n_) + static_cast<double>(other.n_));
      const double delta = other.value_ - value_;
      value_ = detail::is_finite(delta) ? value_ + delta * share
                                        : value_ * (1 - share) + other.value_ * share;
    }
    n_ = n;
    spread_ += other.spread_;
    without_error_ += other.without_error_;
    return *this;
  }
  constexpr given fresh() const { return {}; }

  constexpr estimate result(confidence_level level = {}) const {
    estimate_parts parts;
    parts.name = name();
    parts.convention = convention();
    parts.method = "given, no standard error";
    parts.level = level;
    parts.n = n_;
    parts.missing = missing_;
    if (n_ != 0) {
      parts.status = status::ok;
      parts.value = value_;
      const double se = detail::sqrt(spread_) / static_cast<double>(n_);
      if (without_error_ == 0 && detail::is_finite(se)) {
        parts.method = "normal, given standard error";
        parts.standard_error = se;
        if (level.wanted()) {
          const double reach = critical_value(level) * se;
          parts.interval = interval{value_ - reach, value_ + reach};
        }
      }
    }
    return estimate(parts);
  }

  friend constexpr bool operator==(const given&, const given&) = default;
  constexpr void serialize(auto& archive) {
    archive(n_), archive(value_), archive(spread_), archive(without_error_), archive(missing_);
  }
  constexpr bool possible() const noexcept {
    return detail::is_finite(value_) && spread_ >= 0 && without_error_ <= n_ &&
           (n_ != 0 || (value_ == 0 && spread_ == 0));
  }

 private:
  [[noreturn]] static void refuse(const figure& f, bool error_ok) {
    problem_list problems;
    if (!detail::is_finite(f.value)) {
      problems.add({"value", 0, detail::shown(f.value), "not finite"});
    }
    if (f.n == 0) problems.add({"n", 0, "0", "a figure needs the n behind it, at least 1"});
    if (!error_ok) {
      problems.add({"standard error", 0, detail::shown(*f.standard_error),
                    "must be finite and not negative"});
    }
    throw bad_input(problems);
  }

  std::uint64_t n_ = 0;
  double value_ = 0;
  double spread_ = 0;  // sum of (n x standard error)^2
  std::uint64_t without_error_ = 0;
  std::uint64_t missing_ = 0;
};

}  // namespace crmetrics
