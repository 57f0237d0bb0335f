#pragma once

#include <crmetrics/scorecard/points.hpp>
#include <crmetrics/scorecard/score_report.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

namespace crmetrics::detail {

/// Lines in the order of a ranking: those that have a rank first.
template <class Line>
struct ranked_order {
  std::vector<Line> lines;
  std::size_t ranked = 0;  ///< so many of them, from the first

  grid_points points(std::size_t i) const { return grid_points::of(*lines[i].report->total); }
  /// The line behind the last one that is tied with line i.
  std::size_t end_of_tie(std::size_t i) const {
    std::size_t end = i + 1;
    while (end != ranked && points(end) == points(i)) ++end;
    return end;
  }
};

/// Highest total first, on the grid of totals; then by `before`, then by key. Without a total, or
/// below the coverage, there is no rank.
template <class Line, class Results, class Before>
ranked_order<Line> order_by_total(const Results& results, double min_coverage,
                                  const Before& before) {
  ranked_order<Line> out;
  out.lines.reserve(results.rows.size());
  const auto has_rank = [&](const score_report& r) {
    return r.total && grid_points::of(r.coverage) >= grid_points::of(min_coverage);
  };
  for (const auto& row : results.rows) {
    out.lines.push_back({row.key, std::nullopt, &row.result});
    out.ranked += has_rank(row.result) ? 1U : 0U;
  }
  std::sort(out.lines.begin(), out.lines.end(), [&](const Line& a, const Line& b) {
    const bool a_ranked = has_rank(*a.report);
    const bool b_ranked = has_rank(*b.report);
    if (a_ranked != b_ranked) return a_ranked;
    if (a_ranked) {
      const grid_points x = grid_points::of(*a.report->total);
      const grid_points y = grid_points::of(*b.report->total);
      if (x != y) return y < x;
      if (before(a, b)) return true;
      if (before(b, a)) return false;
    }
    return a.key < b.key;
  });
  return out;
}
template <class Line, class Results>
ranked_order<Line> order_by_total(const Results& results, double min_coverage) {
  return order_by_total<Line>(results, min_coverage,
                              [](const Line&, const Line&) { return false; });
}

}  // namespace crmetrics::detail
