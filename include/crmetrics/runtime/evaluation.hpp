#pragma once

#include <crmetrics/core/confidence_level.hpp>
#include <crmetrics/core/direction.hpp>
#include <crmetrics/core/unit.hpp>
#include <crmetrics/runtime/card_spec.hpp>
#include <crmetrics/runtime/diagnostic.hpp>
#include <crmetrics/runtime/listed_agent.hpp>
#include <crmetrics/runtime/table_quality.hpp>
#include <crmetrics/scorecard/agent_view.hpp>
#include <crmetrics/scorecard/improvement_plan.hpp>
#include <crmetrics/scorecard/perspective_view.hpp>
#include <crmetrics/scorecard/score_change.hpp>
#include <crmetrics/scorecard/team_view.hpp>
#include <crmetrics/scorecard/trend.hpp>
#include <crmetrics/time/calendar.hpp>
#include <crmetrics/time/instant.hpp>
#include <crmetrics/time/period.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crmetrics {

/// What `spec_evaluation` finds out: every agent's card in a period, by units whose cards compare,
/// with the definitions that were in force and an account of the data.
struct evaluation {
  /// One metric in one role of the card.
  struct definition {
    std::string metric;      ///< id in the spec, or the event of a bonus
    std::string use;         ///< as the spec says; empty for the event of a bonus
    std::string convention;  ///< in words
    crmetrics::unit unit = crmetrics::unit::number;
    crmetrics::direction direction = crmetrics::direction::neutral;
    std::string_view role;  ///< "component", "corrector", "veto", "bonus"
    friend bool operator==(const definition&, const definition&) = default;
  };
  struct agent {
    std::string id;
    std::string name;
    agent_view<std::string> view;  ///< `who` is the id
    std::vector<perspective_line> perspectives;
    std::optional<std::vector<trend_line>> trend;    ///< where earlier periods were asked for
    std::optional<std::vector<plan_followup>> plan;  ///< where there were findings before
    /// Against the period before, where that had other rules and both can be scored by both.
    std::optional<score_change> change;
  };
  /// The agents of one team and post: their cards have one definition, so that they compare.
  struct unit {
    std::string name;  ///< of the team
    std::string post;  ///< empty: without one
    team_view<std::string> view;
    std::vector<perspective_line> perspectives;    ///< of the team
    std::optional<std::vector<trend_line>> trend;  ///< of the team
    std::vector<agent> agents;                     ///< in the order of the ranking
    std::optional<score_change> change;            ///< of the team, as for an agent

    /// Hash of the rules.
    std::uint64_t rules() const noexcept { return view.team.definition; }
  };
  /// The version of the spec in force.
  struct version {
    date from;
    std::optional<date> to;
    std::string note;
    std::string approved;
    friend bool operator==(const version&, const version&) = default;
  };

  std::string title;
  std::string period_name;
  crmetrics::period period;
  std::optional<instant> observed_until;
  confidence_level level;
  card_spec spec;
  version in_force;
  std::vector<definition> definitions;
  std::vector<unit> units;                 ///< by team, then post
  std::vector<listed_agent> without_data;  ///< listed, and no row in the period; by id
  std::vector<table_quality> quality;      ///< in the order of the tables
  std::vector<diagnostic> diagnostics;     ///< warnings of the spec and of its results
};

}  // namespace crmetrics
