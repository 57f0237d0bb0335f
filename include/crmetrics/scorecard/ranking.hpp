#pragma once

#include <crmetrics/scorecard/detail/ranked_order.hpp>
#include <crmetrics/scorecard/points.hpp>
#include <crmetrics/scorecard/score_report.hpp>

#include <cstddef>
#include <optional>

namespace crmetrics {

/// One place in a ranking; unranked where there is no total.
template <class Key>
struct rank_line {
  Key key;
  std::optional<std::size_t> rank;
  const score_report* report = nullptr;  ///< in the results that were ranked
};

/// Competition ranks ("1, 2, 2, 4"): one more than the number of totals that are strictly better,
/// highest first, ties decided on totals rounded to 1e-9 points. Those without a total come last,
/// unranked. A rank says nothing about whether a difference is more than noise: see `rank_sets`.
/// @param results what `by(key, card).result()` gives; it must outlive the ranking
/// @param min_coverage who was assessed on less of the weight has no rank; a card with a rule of
///        its own gives them no total in the first place
template <class Results>
auto competition_ranking(const Results& results, double min_coverage = 0) {
  using line = rank_line<decltype(results.rows.front().key)>;
  auto order = detail::order_by_total<line>(results, min_coverage);
  for (std::size_t i = 0; i != order.ranked;) {
    const std::size_t end = order.end_of_tie(i);
    for (const std::size_t first = i; i != end; ++i) order.lines[i].rank = first + 1;
  }
  return order.lines;
}
template <class Results>
auto competition_ranking(const Results&&, double = 0) = delete;  // its lines would dangle

}  // namespace crmetrics
