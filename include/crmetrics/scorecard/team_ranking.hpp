#pragma once

#include <crmetrics/detail/math.hpp>
#include <crmetrics/scorecard/comparison_bars.hpp>
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
#include <string_view>
#include <vector>

namespace crmetrics {

/// Which standard errors a team is compared by.
enum class rank_errors : std::uint8_t {
  pooled,  ///< one variance for all, as where nobody differs: see `pooled_total_errors`
  own,     ///< what each report says of itself
  none     ///< they are not compared: ranks without sets
};

constexpr std::string_view to_string(rank_errors e) noexcept {
  switch (e) {
    case rank_errors::pooled:
      return "pooled";
    case rank_errors::own:
      return "own";
    case rank_errors::none:
      return "none";
  }
  return "?";
}

/// A ranking with what is known about it.
template <class Key>
struct team_ranking {
  struct line {
    Key key;
    std::optional<std::size_t> rank;       ///< competition rank; none without a total
    std::optional<rank_set> set;           ///< the ranks that are open; none without a rank
    std::optional<double> expected;        ///< the mean rank if the month came again; none without
                                           ///< an error
    std::optional<double> standard_error;  ///< of the total, by which it was compared
    const score_report* report = nullptr;  ///< in the results that were ranked
  };

  std::vector<line> lines;  ///< highest total first, the unranked last
  /// Runs of neighbours of whom nobody can be told from anybody, best first; they overlap.
  std::vector<std::vector<Key>> not_separable;
  bool nothing_separates = true;           ///< the ranking says nothing at all
  double critical_value = 0;               ///< standard errors that two totals must lie apart
  double critical_value_error = 0;         ///< Monte Carlo error of it
  rank_errors errors = rank_errors::none;  ///< which it was compared by
  simultaneous settings;
};

/// Bars for a chart of a ranking (`bars_for_chart`): multiplier x `standard_error` of a line on
/// both sides of its total. None where fewer than two totals know their errors, or no level is
/// wanted. O(n^2), some sixty times: not for 10,000 agents.
template <class Key>
std::optional<comparison_bars> bars_for(const team_ranking<Key>& ranking) {
  std::vector<ranked_value> values;
  for (const auto& line : ranking.lines) {
    if (line.standard_error && *line.standard_error > 0) {
      values.push_back({*line.report->total, *line.standard_error});
    }
  }
  if (values.size() < 2 || !ranking.settings.level.wanted()) return std::nullopt;
  return bars_for_chart(values, ranking.settings.level);
}

/// Ranks a team and says which ranks the data leave open: `competition_ranking`, `rank_sets` and
/// `expected_ranks` in one, by the keys of the team.
///
/// Who has a total whose error is not known (a cap, a veto or a flat curve holds it; a component
/// knows none) can be told from nobody: all ranks are open to him, and to the others also those
/// that he may take. Where nobody's error is known nothing is compared, and there are no sets.
/// @param results what `by(agent, card).result()` gives; it must outlive the ranking
/// @param errors for `own` the card must ask for its uncertainty
/// @param min_coverage as for `competition_ranking`
template <class Results>
auto rank_team(const Results& results, const simultaneous& how = {},
               rank_errors errors = rank_errors::pooled, double min_coverage = 0) {
  using key = decltype(results.rows.front().key);
  std::map<const score_report*, ranked_value> known;
  if (errors == rank_errors::pooled) {
    const auto pooled = pooled_total_errors(results);
    for (std::size_t i = 0; i != pooled.size(); ++i) {
      if (pooled[i]) known[&results.rows[i].result] = *pooled[i];
    }
  } else if (errors == rank_errors::own) {
    for (const auto& row : results.rows) {
      if (const auto total = ranked_total(row.result)) known[&row.result] = *total;
    }
  }

  team_ranking<key> out;
  out.settings = how;
  out.errors = errors;
  std::vector<ranked_value> values;  // of the lines with a rank, which are the first
  bool any = false;
  for (const auto& line : competition_ranking(results, min_coverage)) {
    out.lines.push_back(
        {line.key, line.rank, std::nullopt, std::nullopt, std::nullopt, line.report});
    if (!line.rank) continue;
    const auto found = known.find(line.report);
    any = any || found != known.end();
    values.push_back(found != known.end() ? found->second
                                          : ranked_value{*line.report->total, detail::infinity()});
  }
  if (!any) return out;
  const rank_set_table sets = rank_sets(values, how);
  const std::vector<double> expected = expected_ranks(values);
  for (std::size_t i = 0; i != values.size(); ++i) {
    out.lines[i].set = sets[i];
    if (!detail::is_finite(values[i].standard_error)) continue;
    out.lines[i].expected = expected[i];
    out.lines[i].standard_error = values[i].standard_error;
  }
  for (const auto& run : sets.not_separable()) {
    auto& keys = out.not_separable.emplace_back();
    for (const std::size_t i : run) keys.push_back(out.lines[i].key);
  }
  out.nothing_separates = sets.nothing_separates();
  out.critical_value = sets.critical_value();
  out.critical_value_error = sets.critical_value_error();
  return out;
}
template <class Results>
auto rank_team(const Results&&, const simultaneous& = {}, rank_errors = rank_errors::pooled,
               double = 0) = delete;  // its lines would dangle

}  // namespace crmetrics
