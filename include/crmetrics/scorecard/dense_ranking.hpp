#pragma once

#include <crmetrics/scorecard/detail/ranked_order.hpp>
#include <crmetrics/scorecard/ranking.hpp>

#include <cstddef>

namespace crmetrics {

/// Dense ranks ("1, 2, 2, 3"): one more than the number of different better totals. Says how many
/// levels are above one, not how many people. Order, ties and who is unranked as in
/// `competition_ranking`.
template <class Results>
auto dense_ranking(const Results& results, double min_coverage = 0) {
  using line = rank_line<decltype(results.rows.front().key)>;
  auto order = detail::order_by_total<line>(results, min_coverage);
  std::size_t rank = 0;
  for (std::size_t i = 0; i != order.ranked;) {
    const std::size_t end = order.end_of_tie(i);
    ++rank;
    for (; i != end; ++i) order.lines[i].rank = rank;
  }
  return order.lines;
}
template <class Results>
auto dense_ranking(const Results&&, double = 0) = delete;  // its lines would dangle

}  // namespace crmetrics
