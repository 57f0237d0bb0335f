#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/scorecard/explanation.hpp>
#include <crmetrics/scorecard/rank_sets.hpp>
#include <crmetrics/scorecard/ranking.hpp>
#include <crmetrics/scorecard/team_view.hpp>

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

namespace crmetrics {

/// What one agent is shown: the own metrics and why they gave this total, the own rank, and the
/// largest losses. Nothing of anybody else but how many were ranked.
template <class Key>
struct agent_view {
  Key who;
  explanation why;                   ///< with the whole report
  std::optional<double> rank;        ///< as in the view of the team; none without a total
  std::size_t ranked = 0;            ///< how many have a rank
  std::optional<rank_set> could_be;  ///< the ranks that the data leave open, where known
};

/// The view of one agent of a team.
/// @param results what `by(agent, card).result()` gives
/// @throws error where nobody has this key. O(agents x log agents)
template <class Results, class K>
auto view_of_agent(const Results& results, const K& who,
                   const explanation_settings& settings = {}) {
  using key = decltype(results.rows.front().key);
  const score_report* report = results.find(who);
  if (report == nullptr) throw error("agent view: nothing was observed of this agent");
  agent_view<key> out{key(who), explain(*report, settings), {}, 0, {}};
  for (const auto& line : competition_ranking(results)) {
    if (!line.rank) continue;
    ++out.ranked;
    if (line.report == report) out.rank = line.rank;
  }
  return out;
}

/// The same out of the view of the team, which has rank sets where totals know how sure they are.
template <class Key, class K>
agent_view<Key> view_of_agent(const team_view<Key>& team, const K& who,
                              const explanation_settings& settings = {}) {
  std::optional<agent_view<Key>> out;
  std::size_t ranked = 0;
  for (const auto& place : team.ranking) {
    if (place.rank) ++ranked;
    if (!(place.who == who)) continue;
    out =
        agent_view<Key>{place.who, explain(place.report, settings), place.rank, 0, place.could_be};
  }
  if (!out) throw error("agent view: nothing was observed of this agent");
  out->ranked = ranked;
  return *std::move(out);
}
/// The views of all agents of a team, in the order of the ranking. O(agents)
template <class Key>
std::vector<agent_view<Key>> views_of_agents(const team_view<Key>& team,
                                             const explanation_settings& settings = {}) {
  std::size_t ranked = 0;
  for (const auto& place : team.ranking) ranked += place.rank ? 1U : 0U;
  std::vector<agent_view<Key>> out;
  out.reserve(team.ranking.size());
  for (const auto& place : team.ranking) {
    out.push_back({place.who, explain(place.report, settings), place.rank, ranked, place.could_be});
  }
  return out;
}

}  // namespace crmetrics
