#pragma once

#include <crmetrics/scorecard/detail/ranked_order.hpp>
#include <crmetrics/scorecard/score_report.hpp>

#include <cstddef>
#include <optional>

namespace crmetrics {

/// One place in a ranking by fractional ranks.
template <class Key>
struct fractional_rank_line {
  Key key;
  std::optional<double> rank;
  const score_report* report = nullptr;  ///< in the results that were ranked
};

/// Fractional ranks ("1, 2.5, 2.5, 4"): the mean of the places that tied totals take together. They
/// add up to n (n + 1) / 2 whatever the ties, which rank correlations need. Order, ties and who is
/// unranked as in `competition_ranking`.
template <class Results>
auto fractional_ranking(const Results& results, double min_coverage = 0) {
  using line = fractional_rank_line<decltype(results.rows.front().key)>;
  auto order = detail::order_by_total<line>(results, min_coverage);
  for (std::size_t i = 0; i != order.ranked;) {
    const std::size_t end = order.end_of_tie(i);
    const double rank = static_cast<double>(i + 1 + end) / 2;
    for (; i != end; ++i) order.lines[i].rank = rank;
  }
  return order.lines;
}
template <class Results>
auto fractional_ranking(const Results&&, double = 0) = delete;  // its lines would dangle

}  // namespace crmetrics
