#pragma once

#include <crmetrics/core/label.hpp>
#include <crmetrics/scorecard/attainment.hpp>
#include <crmetrics/scorecard/points.hpp>
#include <crmetrics/scorecard/rank_sets.hpp>
#include <crmetrics/scorecard/score_report.hpp>
#include <crmetrics/scorecard/target.hpp>
#include <crmetrics/scorecard/team_ranking.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace crmetrics {

/// A target that a manager follows: of one component, or of the total where the name is empty.
struct followed_target {
  label component;
  target goal;
};

/// What a manager is shown of a team: the team as one state, who met which target, which component
/// holds the team back, and the ranking with what it can tell apart.
template <class Key>
struct team_view {
  /// How many met a target, with both counts.
  struct attained {
    label component;  ///< empty: the total
    target goal;
    crmetrics::attainment counts;
  };
  /// How far the team is from 100 points in one component.
  struct bottleneck {
    label component;
    double points = 0;       ///< sum over the agents of weight x (100 - score)
    std::size_t agents = 0;  ///< assessed in it
  };
  struct place {
    Key who;
    std::optional<double> rank;           ///< competition rank; none without a total
    std::optional<rank_set> could_be;     ///< the ranks that the data leave open
    std::optional<double> expected_rank;  ///< the mean if the month came again
    score_report report;
  };

  score_report team;  ///< of the merged states, never a mean of the agents
  std::vector<attained> targets;
  std::vector<bottleneck> bottlenecks;          ///< worst first
  std::vector<place> ranking;                   ///< best first, those without a total last
  std::vector<std::vector<Key>> not_separable;  ///< runs of the ranking that are all noise
};

namespace detail {

template <class Key>
void add_bottlenecks(const score_report& report,
                     std::vector<typename team_view<Key>::bottleneck>& sums) {
  for (const component_line& c : report.components) {
    if (!c.assessed()) continue;
    auto at = std::find_if(sums.begin(), sums.end(),
                           [&](const auto& b) { return b.component == c.name; });
    if (at == sums.end()) at = sums.insert(sums.end(), {c.name, 0, 0});
    at->points += c.weight * (100 - c.score);
    ++at->agents;
  }
}

}  // namespace detail

/// The view of a team from its agents' reports and the report of the team itself.
///
/// Bottleneck: the component with the largest sum over the assessed agents of weight x (100 -
/// score), with the weight of the definition, so that what one agent lacks makes nobody's other
/// components heavier. Ranking, rank sets and expected ranks are those of `rank_team`.
/// @param team report of the merged states: `team.total().result()`
/// @param results what `by(agent, card).result()` or `evaluate_each` gives
/// @param errors which standard errors the totals are compared by
/// @param min_coverage who was assessed on less of the weight has no rank
/// @throws error where a target names a component that the card does not have
template <class Results>
auto view_of_team(score_report team, const Results& results,
                  std::span<const followed_target> targets = {}, const simultaneous& how = {},
                  rank_errors errors = rank_errors::pooled, double min_coverage = 0) {
  using key = decltype(results.rows.front().key);
  team_view<key> view;
  view.team = std::move(team);
  for (const followed_target& t : targets) {
    const attainment counts = t.component == label()
                                  ? attainment_of(results, t.goal)
                                  : attainment_of(results, t.component.view(), t.goal);
    view.targets.push_back({t.component, t.goal, counts});
  }
  for (const auto& row : results.rows) {
    detail::add_bottlenecks<key>(row.result, view.bottlenecks);
  }
  std::sort(view.bottlenecks.begin(), view.bottlenecks.end(), [](const auto& a, const auto& b) {
    const auto x = grid_points::of(a.points);
    const auto y = grid_points::of(b.points);
    return x != y ? x > y : a.component.view() < b.component.view();
  });
  auto ranked = rank_team(results, how, errors, min_coverage);
  for (const auto& line : ranked.lines) {
    view.ranking.push_back({line.key, line.rank, line.set, line.expected, *line.report});
  }
  view.not_separable = std::move(ranked.not_separable);
  return view;
}

}  // namespace crmetrics
