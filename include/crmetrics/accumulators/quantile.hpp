#pragma once

#include <crmetrics/accumulators/detail/log_linear.hpp>
#include <crmetrics/accumulators/detail/quantile_parts.hpp>
#include <crmetrics/accumulators/detail/quantile_position.hpp>
#include <crmetrics/accumulators/detail/sorted_counts.hpp>
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
#include <string_view>
#include <vector>

namespace crmetrics {

/// Quantiles of whole numbers that are not negative.
struct quantile_of_numbers {
  using value_type = std::int64_t;
  static constexpr std::string_view name = "quantile";
  static constexpr crmetrics::unit unit = crmetrics::unit::number;
  static constexpr crmetrics::direction direction = crmetrics::direction::neutral;
};

/// Quantiles of time spans, kept in microseconds and reported in seconds.
struct quantile_of_spans {
  using value_type = time_span;
  static constexpr std::string_view name = "duration quantile";
  static constexpr crmetrics::unit unit = crmetrics::unit::second;
  static constexpr crmetrics::direction direction = crmetrics::direction::lower_is_better;
};

/// A quantile that merges: `duration_quantile{0.9}`, `quantile{0.5}`.
///
/// Values are counted in log-linear buckets numbered by the bits of the integer, with PrecisionBits
/// digits: below 2^(PrecisionBits + 1) every whole number has its own bucket; above, a value is
/// taken as the middle of its bucket, which is at most 2^-(PrecisionBits + 1) of itself away: 0.4 %
/// with the default of 7. All nine types are averages of two such values, so the same bound holds
/// for the result against the exact quantile of the data. The layout is that of HdrHistogram (G.
/// Tene, https://hdrhistogram.org).
///
/// Interval: by order statistics, for any distribution (Thompson 1936, The Annals of Mathematical
/// Statistics 7(3), 122-128, https://doi.org/10.1214/aoms/1177732502); its ends are the outer edges
/// of their buckets, so that it never covers less than its level. There is none where n is too
/// small to bound the quantile on both sides: p = 0.9 at 95 % needs 36 values, p = 0.5 needs 6.
///
/// State: 16 bytes for each bucket in use, of which there are at most 7,296 with 7 bits (114 KiB);
/// a day of durations between 1 s and 1 h fills some 1,500. Merge is exact for any split and order.
/// O(log buckets) an event, O(buckets) for a result. Other quantiles come from the same state by
/// `at(p)`; p and the type are settings and must agree to merge.
///
/// Observes whole numbers from 0 to 2^63 - 1, or what `duration` observes, and optionals of them;
/// std::nullopt and NaN are missing; negative values, fractions and infinities are invalid.
template <class Traits, int PrecisionBits, class Missing, class Invalid>
class basic_quantile {
  using buckets = detail::log_linear<PrecisionBits>;
  using value_type = typename Traits::value_type;
  using screen_type = detail::screen<Missing, Invalid>;

 public:
  using weight_type = frequency_weight;
  static constexpr merge_exactness exactness = merge_exactness::exact;
  static constexpr shard_constraint sharding = shard_constraint::any;
  static constexpr crmetrics::unit unit = Traits::unit;
  static constexpr crmetrics::direction direction = Traits::direction;
  /// The distance of a reported quantile from the exact one is at most this share of it.
  static constexpr double relative_error = 0.5 / (1 << PrecisionBits);

  /// @throws invalid_setting for p outside [0, 1]
  explicit basic_quantile(double p = 0.5, quantile_type type = quantile_type::linear)
      : p_(p), type_(type) {
    detail::require_quantile(p, type);
  }

  static constexpr std::string_view name() { return Traits::name; }
  convention_text convention() const { return convention(p_); }
  double p() const noexcept { return p_; }
  quantile_type type() const noexcept { return type_; }

  template <detail::quantile_input<value_type> T>
  void update(const T& x, weight_type w = {}) {
    std::int64_t value = 0;
    if (read(x, screen_, w, value)) counts_.add(buckets::key(value), w.times);
  }
  /// Throws what update(x) would throw, without the cost of a state.
  template <detail::quantile_input<value_type> T>
  void check(const T& x) const {
    screen_type scratch = screen_;
    std::int64_t value = 0;
    if (read(x, scratch, weight_type{}, value)) detail::checked_count(counts_.total(), 1);
  }
  /// All rows or none. @throws bad_input naming each bad row
  template <class Range>
  void update_many(const Range& rows, std::string_view field = {}) {
    if constexpr (requires { rows.size(); }) {
      if (static_cast<std::size_t>(rows.size()) >= column::buckets_of_all / 8) {
        column all;
        detail::update_all(all, rows, field);
        basic_quantile next = fresh();
        for (std::size_t k = 0; k != all.times.size(); ++k) {
          next.counts_.append(static_cast<typename buckets::key_type>(k), all.times[k]);
        }
        next.screen_ = all.screen;
        merge(next);
        return;
      }
    }
    detail::update_all(*this, rows, field);
  }

  /// @throws definition_mismatch where p or the type differ
  basic_quantile& merge(const basic_quantile& other) {
    detail::require_same_definition(*this, other);
    auto screen = screen_;
    screen.merge(other.screen_);
    counts_.merge(other.counts_);  // all or nothing, as the line before
    screen_ = screen;
    return *this;
  }
  basic_quantile fresh() const { return basic_quantile(p_, type_); }

  estimate result(confidence_level level = {}) const { return at(p_, level); }
  /// Another quantile of the same values. @throws invalid_setting for p outside [0, 1]
  estimate at(double p, confidence_level level = {}) const {
    detail::require_quantile(p, type_);
    constexpr double scale = detail::holds_spans<value_type> ? 1e6 : 1;
    const auto locate = [&](std::uint64_t rank) {
      const auto k = counts_.at_rank(rank);
      return detail::located_value{static_cast<double>(buckets::lowest(k)) / scale,
                                   buckets::middle(k) / scale,
                                   static_cast<double>(buckets::highest(k)) / scale};
    };
    estimate_parts parts = detail::quantile_parts(counts_.total(), p, type_, level, locate);
    parts.name = name();
    parts.convention = convention(p);
    parts.unit = unit;
    parts.direction = direction;
    parts.missing = screen_.missing;
    parts.invalid = screen_.invalid;
    return estimate(parts);
  }

  /// How many buckets are in use; each takes 16 bytes.
  std::size_t size() const noexcept { return counts_.size(); }

  friend bool operator==(const basic_quantile&, const basic_quantile&) = default;
  void serialize(auto& archive) { archive(counts_), archive(screen_); }
  bool possible() const noexcept { return counts_.possible(buckets::last_key); }

 private:
  /// A long column is counted in a plain array of all buckets, ten times as fast.
  struct column {
    static constexpr std::size_t buckets_of_all = std::size_t{buckets::last_key} + 1;
    std::vector<std::uint64_t> times = std::vector<std::uint64_t>(buckets_of_all);
    screen_type screen;

    column fresh() const { return {}; }
    void update(const auto& x) {
      std::int64_t value = 0;
      if (read(x, screen, weight_type{}, value)) ++times[buckets::key(value)];
    }
    void merge(const column& filled) { *this = filled; }
  };

  template <class T>
  static bool read(const T& x, screen_type& screen, weight_type w, std::int64_t& out) {
    if constexpr (detail::holds_spans<value_type>) {
      time_span span;
      if (!detail::read_span_input(x, name(), screen, w, span)) return false;
      out = span.microseconds;
      return true;
    } else {
      if (detail::is_missing(x)) {
        screen.on_missing("value", w);
        return false;
      }
      if (detail::read_whole(x, 0, INT64_MAX, out)) return true;
      screen.on_invalid("value", x, "not a whole number from 0 to 2^63 - 1", w);
      return false;
    }
  }

  convention_text convention(double p) const {
    convention_text text = detail::quantile_text(p, type_);
    text.append(", relative error <= 1/").append(2 << PrecisionBits);
    screen_type::describe(text);
    return text;
  }

  double p_;
  quantile_type type_;
  detail::sorted_counts<typename buckets::key_type> counts_;
  screen_type screen_;
};

}  // namespace crmetrics
