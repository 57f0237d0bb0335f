#pragma once

#include <crmetrics/accumulators/detail/quantile_parts.hpp>
#include <crmetrics/accumulators/detail/quantile_position.hpp>
#include <crmetrics/accumulators/detail/value_counts.hpp>
#include <crmetrics/accumulators/quantile_type.hpp>
#include <crmetrics/concepts.hpp>
#include <crmetrics/core/missing.hpp>
#include <crmetrics/core/time_span.hpp>
#include <crmetrics/detail/bulk.hpp>
#include <crmetrics/detail/definition.hpp>
#include <crmetrics/detail/input.hpp>
#include <crmetrics/detail/screen.hpp>
#include <crmetrics/detail/span_input.hpp>
#include <crmetrics/fwd.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <type_traits>

namespace crmetrics {

/// Exact quantiles of real numbers.
struct exact_quantile_of_numbers {
  using value_type = double;
  static constexpr std::string_view name = "exact quantile";
  static constexpr crmetrics::unit unit = crmetrics::unit::number;
  static constexpr crmetrics::direction direction = crmetrics::direction::neutral;
};

/// Exact quantiles of time spans, kept in microseconds and reported in seconds.
struct exact_quantile_of_spans {
  using value_type = time_span;
  static constexpr std::string_view name = "exact duration quantile";
  static constexpr crmetrics::unit unit = crmetrics::unit::second;
  static constexpr crmetrics::direction direction = crmetrics::direction::lower_is_better;
};

/// A sample quantile without approximation: `exact_quantile{0.9}`, `exact_duration_quantile{0.5}`.
///
/// Keeps every distinct value with its count, in order, so its memory is O(distinct values), about
/// 64 bytes each; use `quantile` where that is too much. By any of the nine types; interval by
/// order statistics as for `quantile` (Thompson 1936, The Annals of Mathematical Statistics 7(3),
/// 122-128, https://doi.org/10.1214/aoms/1177732502). Merge is exact for any split and order. O(log
/// values) an event, O(values) for a result. Other quantiles come from the same state by `at(p)`.
///
/// Observes numbers, kept as double, or what `duration` observes, and optionals of them;
/// std::nullopt and NaN are missing; infinities and negative time spans are invalid.
template <class Traits, class Missing, class Invalid>
class basic_exact_quantile {
  using value_type = typename Traits::value_type;
  static constexpr bool spans = detail::holds_spans<value_type>;
  using kept_type = std::conditional_t<spans, std::int64_t, double>;
  using screen_type = detail::screen<Missing, Invalid>;

 public:
  using weight_type = frequency_weight;
  static constexpr merge_exactness exactness = merge_exactness::exact;
  static constexpr shard_constraint sharding = shard_constraint::any;
  static constexpr crmetrics::unit unit = Traits::unit;
  static constexpr crmetrics::direction direction = Traits::direction;

  /// @throws invalid_setting for p outside [0, 1]
  explicit basic_exact_quantile(double p = 0.5, quantile_type type = quantile_type::linear)
      : p_(p), type_(type) {
    detail::require_quantile(p, type);
  }

  static constexpr std::string_view name() { return Traits::name; }
  convention_text convention() const { return convention(p_); }
  double p() const noexcept { return p_; }
  quantile_type type() const noexcept { return type_; }

  template <detail::quantile_input<value_type> T>
  void update(const T& x, weight_type w = {}) {
    kept_type value = 0;
    if (read(x, screen_, w, value)) counts_.add(value, w.times);
  }
  /// Throws what update(x) would throw, without the cost of a state.
  template <detail::quantile_input<value_type> T>
  void check(const T& x) const {
    screen_type scratch = screen_;
    kept_type value = 0;
    if (read(x, scratch, weight_type{}, value)) detail::checked_count(counts_.total(), 1);
  }
  /// All rows or none. @throws bad_input naming each bad row
  template <class Range>
  void update_many(const Range& rows, std::string_view field = {}) {
    detail::update_all(*this, rows, field);
  }

  /// @throws definition_mismatch where p or the type differ
  basic_exact_quantile& merge(const basic_exact_quantile& other) {
    detail::require_same_definition(*this, other);
    auto screen = screen_;
    screen.merge(other.screen_);
    counts_.merge(other.counts_);  // all or nothing, as the line before
    screen_ = screen;
    return *this;
  }
  basic_exact_quantile fresh() const { return basic_exact_quantile(p_, type_); }

  estimate result(confidence_level level = {}) const { return at(p_, level); }
  /// Another quantile of the same values. @throws invalid_setting for p outside [0, 1]
  estimate at(double p, confidence_level level = {}) const {
    detail::require_quantile(p, type_);
    estimate_parts parts = counts_.with_sorted([&](const auto& all) {
      const auto locate = [&](std::uint64_t rank) {
        const double x = static_cast<double>(detail::key_at_rank(all, rank)) / (spans ? 1e6 : 1);
        return detail::located_value{x, x, x};
      };
      return detail::quantile_parts(counts_.total(), p, type_, level, locate);
    });
    parts.name = name();
    parts.convention = convention(p);
    parts.unit = unit;
    parts.direction = direction;
    parts.missing = screen_.missing;
    parts.invalid = screen_.invalid;
    return estimate(parts);
  }

  /// How many distinct values are kept.
  std::size_t size() const { return counts_.size(); }

  friend bool operator==(const basic_exact_quantile&, const basic_exact_quantile&) = default;
  void serialize(auto& archive) { archive(counts_), archive(screen_); }
  bool possible() const noexcept {
    return counts_.possible(spans ? 0 : (std::numeric_limits<kept_type>::lowest)());
  }

 private:
  template <class T>
  static bool read(const T& x, screen_type& screen, weight_type w, kept_type& out) {
    if constexpr (spans) {
      time_span span;
      if (!detail::read_span_input(x, name(), screen, w, span)) return false;
      out = span.microseconds;
      return true;
    } else {
      if (detail::is_missing(x)) {
        screen.on_missing("value", w);
        return false;
      }
      out = static_cast<double>(detail::value_of(x)) + 0.0;  // -0 and 0 are one value
      if (detail::is_finite(out)) return true;
      screen.on_invalid("value", x, "not finite", w);
      return false;
    }
  }

  convention_text convention(double p) const {
    convention_text text = detail::quantile_text(p, type_);
    screen_type::describe(text);
    return text;
  }

  double p_;
  quantile_type type_;
  detail::value_counts<kept_type> counts_;
  screen_type screen_;
};

}  // namespace crmetrics
