#pragma once

#include <crmetrics/scorecard/points.hpp>
#include <crmetrics/scorecard/score_report.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

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
/// unranked. A rank says nothing about whether a difference is more than noise.
/// @param results what `by(key, card).result()` gives; it must outlive the ranking
template <class Results>
auto competition_ranking(const Results& results) {
  using key = decltype(results.rows.front().key);
  std::vector<rank_line<key>> lines;
  lines.reserve(results.rows.size());
  for (const auto& row : results.rows) lines.push_back({row.key, std::nullopt, &row.result});

  const auto points = [](const rank_line<key>& line) {
    return grid_points::of(*line.report->total);
  };
  // Ties stand in the order of their keys.
  std::sort(lines.begin(), lines.end(), [&](const auto& a, const auto& b) {
    const bool a_ranked = a.report->total.has_value();
    const bool b_ranked = b.report->total.has_value();
    if (a_ranked != b_ranked) return a_ranked;
    if (a_ranked && points(a) != points(b)) return points(b) < points(a);
    return a.key < b.key;
  });
  for (std::size_t i = 0; i != lines.size() && lines[i].report->total; ++i) {
    const bool tied = i != 0 && points(lines[i]) == points(lines[i - 1]);
    lines[i].rank = tied ? lines[i - 1].rank : i + 1;
  }
  return lines;
}

}  // namespace crmetrics
