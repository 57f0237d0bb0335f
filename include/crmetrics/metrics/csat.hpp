#pragma once

#include <crmetrics/accumulators/ordinal.hpp>
#include <crmetrics/concepts.hpp>
#include <crmetrics/core/text.hpp>
#include <crmetrics/detail/definition.hpp>
#include <crmetrics/detail/rating_mean.hpp>
#include <crmetrics/detail/share.hpp>
#include <crmetrics/fwd.hpp>
#include <crmetrics/intervals/wilson.hpp>
#include <crmetrics/metrics/csat_score.hpp>

#include <string_view>

namespace crmetrics {

/// Customer satisfaction from ratings on a scale.
///
/// The score is a policy, because one set of ratings gives very different figures: `top_box<K>`
/// (share of the K best points, the default with K = 2 on 1-5), `mean_rating`, `min_max`
/// ((mean - low) / (high - low)), `mean_over_max` (what many dashboards ship; cannot reach 0 on a
/// 1-based scale), `good_of_rated<Good, Bad>`, `net_satisfied<Good, Bad>`. The state is the same
/// for all: one count a scale point (40 bytes on 1-5).
///
/// The denominator is rated answers only: an offered survey without an answer is non-response, not
/// dissatisfaction; missing ratings are counted beside. Interval: Wilson for shares, Student's t
/// for means, adjusted Wald for the net score; `Interval` names another for shares.
/// Merge is exact with counts. O(1) an event; a contiguous column of numbers is read at about the
/// speed of memory.
template <class Scale, class Score, class Interval, class Missing, class Invalid, class Cell>
class basic_csat {
 public:
  using weight_type = typename Cell::weight_type;
  using counts_type = ordinal<Scale, Missing, Invalid, Cell>;
  static constexpr merge_exactness exactness = Cell::exactness;
  static constexpr shard_constraint sharding = shard_constraint::any;
  static constexpr crmetrics::unit unit = Score::unit;
  static constexpr crmetrics::direction direction = crmetrics::direction::higher_is_better;

  constexpr basic_csat() = default;
  /// CSAT of ratings that were counted by another score policy on the same scale.
  constexpr explicit basic_csat(const counts_type& counts) : counts_(counts) {}

  static constexpr std::string_view name() { return "CSAT"; }
  static constexpr convention_text convention() {
    convention_text text = Score::template definition<Scale>();
    detail::append_part(text, counts_type::convention());
    return text;
  }

  template <detail::number_input T>
  constexpr void update(const T& x, weight_type w = {}) {
    counts_.update(x, w);
  }
  /// All rows or none. @throws bad_input naming each bad row
  template <class Range>
  constexpr void update_many(const Range& rows, std::string_view field = {}) {
    counts_.update_many(rows, field);
  }

  constexpr basic_csat& merge(const basic_csat& other) {
    counts_.merge(other.counts_);
    return *this;
  }
  constexpr basic_csat fresh() const { return {}; }

  constexpr estimate result(confidence_level level = {}) const {
    estimate_parts parts = Score::template parts<Interval>(counts_, level);
    parts.name = name();
    parts.convention = convention();
    parts.direction = direction;
    parts.missing = counts_.missing();
    parts.invalid = counts_.invalid();
    return estimate(parts);
  }

  /// The counts behind it: one for each scale point.
  constexpr const counts_type& counts() const noexcept { return counts_; }

  friend constexpr bool operator==(const basic_csat&, const basic_csat&) = default;
  constexpr void serialize(auto& archive) { archive(counts_); }

 private:
  counts_type counts_;
};

}  // namespace crmetrics
