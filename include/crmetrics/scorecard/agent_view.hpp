#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/scorecard/explanation.hpp>
#include <crmetrics/scorecard/ranking.hpp>

#include <cstddef>
#include <optional>
#include <utility>

namespace crmetrics {

/// What one agent is shown: the own metrics and why they gave this total, the own rank, and the
/// largest losses. Nothing of anybody else but how many were ranked.
template <class Key>
struct agent_view {
  /// The places that cannot be told apart from the own one.
  struct places {
    std::size_t best = 0;
    std::size_t worst = 0;
  };

  Key who;
  explanation why;                  ///< with the whole report
  std::optional<std::size_t> rank;  ///< competition rank; none without a total
  std::size_t ranked = 0;           ///< how many have a rank
  std::optional<places> rank_set;   ///< where somebody computed rank sets
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

}  // namespace crmetrics
