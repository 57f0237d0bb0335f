#pragma once

#include <crmetrics/combinators/by.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/core/label.hpp>
#include <crmetrics/runtime/card_spec.hpp>
#include <crmetrics/runtime/evaluation_settings.hpp>
#include <crmetrics/runtime/interned.hpp>
#include <crmetrics/scorecard/dense_ranking.hpp>
#include <crmetrics/scorecard/fractional_ranking.hpp>
#include <crmetrics/scorecard/improvement_plan.hpp>
#include <crmetrics/scorecard/ordinal_ranking.hpp>
#include <crmetrics/scorecard/points.hpp>
#include <crmetrics/scorecard/score_report.hpp>
#include <crmetrics/scorecard/team_view.hpp>
#include <crmetrics/scorecard/trend.hpp>
#include <crmetrics/time/period.hpp>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Views of one unit by the rules of its spec.
namespace crmetrics::detail {

using unit_results = group_results<std::string, score_report>;

inline const component_line* find_component(const score_report& r, std::string_view name) {
  for (const component_line& c : r.components) {
    if (c.name.view() == name) return &c;
  }
  return nullptr;
}

inline target target_from(const target_spec& t) {
  const double x = t.value.value();
  switch (t.how) {
    case target_spec::comparison::at_least:
      return target::at_least(x);
    case target_spec::comparison::above:
      return target::above(x);
    case target_spec::comparison::at_most:
      return target::at_most(x);
    case target_spec::comparison::below:
      break;
  }
  return target::below(x);
}

/// The targets of the spec, then those asked for, as far as this card has their components.
inline std::vector<followed_target> targets_of(const card_rules& rules, const score_report& team,
                                               const std::vector<followed_target>& more) {
  std::vector<followed_target> out;
  for (const metric_spec& m : rules.metrics) {
    if (m.target && find_component(team, m.id) != nullptr) {
      out.push_back({interned(m.id), target_from(*m.target)});
    }
  }
  for (const followed_target& t : more) {
    if (t.component == label() || find_component(team, t.component.view()) != nullptr) {
      out.push_back(t);
    }
  }
  return out;
}

/// Ranks by the spec's rule for ties, and the order that follows from it.
inline void rank_by(const rank_spec& rule, const unit_results& results,
                    team_view<std::string>& view) {
  const double coverage = rule.min_coverage.to_double();
  const auto put = [&](const auto& lines) {
    std::vector<team_view<std::string>::place> places;
    places.reserve(lines.size());
    std::vector<std::pair<std::string_view, std::size_t>> by_key;
    for (std::size_t i = 0; i != view.ranking.size(); ++i)
      by_key.emplace_back(view.ranking[i].who, i);
    std::sort(by_key.begin(), by_key.end());
    for (const auto& line : lines) {
      const auto at = std::lower_bound(by_key.begin(), by_key.end(),
                                       std::pair(std::string_view(line.key), std::size_t{0}));
      places.push_back(view.ranking[at->second]);
      places.back().rank = line.rank;
    }
    view.ranking = std::move(places);
  };
  if (rule.ties == rank_spec::tie_rule::dense) put(dense_ranking(results, coverage));
  if (rule.ties == rank_spec::tie_rule::fractional) put(fractional_ranking(results, coverage));
  if (rule.ties == rank_spec::tie_rule::ordinal) {
    put(ordinal_ranking(results, coverage, [&](const score_report& r) {
      std::vector<grid_points> keys;
      for (const std::string& metric : rule.keys) {
        const component_line* c = find_component(r, metric);
        const bool counts = c != nullptr && c->counts();
        keys.push_back(counts ? grid_points::of(c->score)
                              : grid_points{-std::numeric_limits<double>::infinity()});
      }
      return keys;
    }));
  }
}

inline team_view<std::string> unit_view(score_report team, const unit_results& results,
                                        const card_rules& rules,
                                        const evaluation_settings& settings) {
  const auto targets = targets_of(rules, team, settings.targets);
  simultaneous how = settings.ranks;
  how.level = settings.level;
  how.threads = settings.threads;
  const bool few = results.rows.size() <= settings.rank_sets_up_to;
  auto view =
      view_of_team(std::move(team), results, targets, how,
                   few ? settings.errors : rank_errors::none, rules.rank.min_coverage.to_double());
  rank_by(rules.rank, results, view);
  return view;
}

/// The line of a trend that comes behind `before`, or begins it.
inline trend_line next_line(const period& now_in, const score_report& now, const period* before_in,
                            const score_report* before, confidence_level level) {
  struct line {
    const crmetrics::period& period;
    const score_report& result;
  };
  struct {
    std::vector<line> rows;
  } results;
  if (before != nullptr) results.rows.push_back({*before_in, *before});
  results.rows.push_back({now_in, now});
  return trend(results, level).back();
}

/// A trend that was made line by line: only now it is known how many changes it has.
inline std::vector<trend_line> whole_trend(std::vector<trend_line>&& lines) {
  adjust_for_number(lines);
  return std::move(lines);
}

/// What became of the findings of the period before. A finding whose metric is not on the card any
/// more, or is defined otherwise, is not assessed.
inline std::vector<plan_followup> followed_up(const std::string& who, const score_report& before,
                                              const score_report& now,
                                              const evaluation_settings& settings, instant agreed) {
  std::vector<finding_rule> rules;
  for (const finding_rule& rule : settings.findings) {
    if (find_component(before, rule.component.view()) != nullptr) rules.push_back(rule);
  }
  std::vector<plan_followup> out;
  for (plan_item& item : plan_for(who, before, rules, agreed)) {
    const component_line* line = find_component(now, item.component.view());
    if (line != nullptr && line->raw.name() == item.before.name() &&
        (!line->assessed() || line->raw.convention() == item.before.convention())) {
      out.push_back(follow_up(std::move(item), now, settings.level));
    } else {
      plan_followup f;
      if (line != nullptr) f.now = line->raw;
      f.item = std::move(item);
      out.push_back(std::move(f));
    }
  }
  return out;
}

}  // namespace crmetrics::detail
