#pragma once

#include <crmetrics/core/confidence_level.hpp>
#include <crmetrics/runtime/diagnostic.hpp>
#include <crmetrics/scorecard/improvement_plan.hpp>
#include <crmetrics/scorecard/rank_sets.hpp>
#include <crmetrics/scorecard/team_ranking.hpp>
#include <crmetrics/scorecard/team_view.hpp>
#include <crmetrics/time/instant.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace crmetrics {

/// How an evaluation is made, beside the spec and the period.
struct evaluation_settings {
  std::string title = {};        ///< empty: the spec's id
  std::string period_name = {};  ///< empty: as `period_name` says
  /// Of the intervals of metrics and of changes; grades use the level that the spec says.
  confidence_level level = {};
  unsigned threads = 1;             ///< changes nothing but the time
  std::size_t earlier_periods = 0;  ///< of the same length, for the trend
  /// The tables are complete up to then; shown in the result.
  std::optional<instant> observed_until = {};
  /// To follow beside those of the spec; the total where the component is empty.
  std::vector<followed_target> targets = {};
  /// What was a finding in the period before becomes a plan, and is followed up in this one.
  std::vector<finding_rule> findings = {};
  simultaneous ranks = {};  ///< how a ranking is compared; level and threads as above
  rank_errors errors = rank_errors::pooled;
  /// Units with more agents have ranks, but no rank sets: those cost n^2 for each draw at worst.
  std::size_t rank_sets_up_to = 5'000;
  std::vector<diagnostic> warnings = {};  ///< of the spec, to be shown in the result
};

}  // namespace crmetrics
