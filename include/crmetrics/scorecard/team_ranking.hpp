#pragma once

#include <crmetrics/scorecard/expected_ranks.hpp>
#include <crmetrics/scorecard/pooled_errors.hpp>
#include <crmetrics/scorecard/rank_sets.hpp>
#include <crmetrics/scorecard/ranked_value.hpp>
#include <crmetrics/scorecard/ranking.hpp>
#include <crmetrics/scorecard/score_report.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace crmetrics {

/// Which standard errors a team is compared by.
enum class rank_errors : std::uint8_t {
  pooled,  ///< one variance for all, as where nobody differs: see `pooled_total_errors`
  own,     ///< what each report says of itself
  none     ///< they are not compared: ranks without sets
};

/// A ranking with what is known about it.
template <class Key>
struct team_ranking {
  struct line {
    Key key;
    std::optional<std::size_t> rank;       ///< competition rank; none without a total
    std::optional<rank_set> set;           ///< the ranks that are open; none without an error
    std::optional<double> expected;        ///< the mean rank if the month came again; none likewise
    const score_report* report = nullptr;  ///< in the results that were ranked
  };

  std::vector<line> lines;  ///< highest total first, the unranked last
  /// Runs of neighbours of whom nobody can be told from anybody, best first; they overlap.
  std::vector<std::vector<Key>> not_separable;
  bool nothing_separates = true;    ///< the ranking says nothing at all
  double critical_value = 0;        ///< standard errors that two totals must lie apart
  double critical_value_error = 0;  ///< Monte Carlo error of it
  simultaneous settings;
};

/// Ranks a team and says which ranks the data leave open: `competition_ranking`, `rank_sets` and
/// `expected_ranks` in one, by the keys of the team.
///
/// Who has a total but no standard error has a rank and no set, and is left out of the comparisons.
/// @param results what `by(agent, card).result()` gives; it must outlive the ranking
/// @param errors for `own` the card must ask for its uncertainty
/// @param min_coverage as for `competition_ranking`
template <class Results>
auto rank_team(const Results& results, const simultaneous& how = {},
               rank_errors errors = rank_errors::pooled, double min_coverage = 0) {
  using key = decltype(results.rows.front().key);
  std::map<const score_report*, std::optional<ranked_value>> known;
  if (errors == rank_errors::pooled) {
    const auto pooled = pooled_total_errors(results);
    for (std::size_t i = 0; i != pooled.size(); ++i) {
      // An error of 0 here is no knowledge: no component has one.
      const bool any = pooled[i] && pooled[i]->standard_error > 0;
      known[&results.rows[i].result] = any ? pooled[i] : std::nullopt;
    }
  } else if (errors == rank_errors::own) {
    for (const auto& row : results.rows) known[&row.result] = ranked_total(row.result);
  }

  team_ranking<key> out;
  out.settings = how;
  std::vector<ranked_value> values;
  std::vector<std::size_t> compared;  // the lines that the values belong to
  for (const auto& line : competition_ranking(results, min_coverage)) {
    if (line.rank && known[line.report]) {
      values.push_back(*known[line.report]);
      compared.push_back(out.lines.size());
    }
    out.lines.push_back({line.key, line.rank, std::nullopt, std::nullopt, line.report});
  }
  const rank_set_table sets = rank_sets(values, how);
  const std::vector<double> expected = expected_ranks(values);
  for (std::size_t i = 0; i != values.size(); ++i) {
    out.lines[compared[i]].set = sets[i];
    out.lines[compared[i]].expected = expected[i];
  }
  for (const auto& run : sets.not_separable()) {
    auto& keys = out.not_separable.emplace_back();
    for (const std::size_t i : run) keys.push_back(out.lines[compared[i]].key);
  }
  out.nothing_separates = sets.nothing_separates();
  out.critical_value = sets.critical_value();
  out.critical_value_error = sets.critical_value_error();
  return out;
}

}  // namespace crmetrics
