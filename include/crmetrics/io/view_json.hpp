#pragma once

#include <crmetrics/intervals/difference.hpp>
#include <crmetrics/io/detail/json_writer.hpp>
#include <crmetrics/io/score_json.hpp>
#include <crmetrics/scorecard/agent_view.hpp>
#include <crmetrics/scorecard/improvement_plan.hpp>
#include <crmetrics/scorecard/perspective_view.hpp>
#include <crmetrics/scorecard/team_view.hpp>
#include <crmetrics/scorecard/trend.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crmetrics {

namespace detail {

inline void write_rank_set(json_writer& json, const std::optional<rank_set>& set) {
  json.key("could_be");
  if (!set) return json.null();
  json.begin_object();
  json.member("first", set->first);
  json.member("last", set->last);
  json.end_object();
}

/// Runs of a ranking that are all noise, by keys or places.
template <class Runs>
void write_runs(json_writer& json, const Runs& runs) {
  json.array("not_separable", runs, [&](const auto& run) {
    json.begin_array();
    for (const auto& who : run) write_key(json, who);
    json.end_array();
  });
}

inline void write_change(json_writer& json, const std::optional<difference>& change) {
  json.key("change");
  if (!change) return json.null();
  json.begin_object();
  json.member("value", change->value());
  json.member("standard_error", change->standard_error());
  write_interval(json, change->interval());
  json.member("level", change->level().value());
  json.member("p_value", change->p_value());
  json.end_object();
}

/// An object with one array, each element written by `write(json, element)` inside braces.
template <class Range, class F>
std::string listed(std::string_view schema, std::string_view name, const Range& range,
                   const F& write) {
  json_writer json;
  json.begin_object();
  json.member("schema", schema);
  json.array(name, range, [&](const auto& element) {
    json.begin_object();
    write(json, element);
    json.end_object();
  });
  json.end_object();
  return std::move(json).text();
}

}  // namespace detail

/// What one agent is shown, as JSON; schemas of all views on docs/io/score-json.md.
template <class Key>
std::string to_json(const agent_view<Key>& view) {
  detail::json_writer json;
  json.begin_object();
  json.member("schema", "crmetrics/agent-view/1");
  json.key("who");
  detail::write_key(json, view.who);
  json.member("rank", view.rank);
  json.member("ranked", view.ranked);
  detail::write_rank_set(json, view.could_be);
  json.key("why");
  detail::write_explanation(json, view.why);
  json.end_object();
  return std::move(json).text();
}

/// What a manager is shown of a team.
template <class Key>
std::string to_json(const team_view<Key>& view) {
  detail::json_writer json;
  json.begin_object();
  json.member("schema", "crmetrics/team-view/1");
  json.key("team");
  detail::write_report(json, view.team);
  json.array("targets", view.targets, [&](const auto& t) {
    json.begin_object();
    json.member_or_null("component", t.component.view());
    json.member("better", to_string(t.goal.better()));
    json.member("threshold", t.goal.threshold());
    json.member("strict", t.goal.strict());
    json.member("needing", t.goal.min_n());
    json.member("met", t.counts.met);
    json.member("not_met", t.counts.not_met);
    json.member("not_assessed", t.counts.not_assessed);
    json.member("rate", t.counts.value());
    json.end_object();
  });
  json.array("bottlenecks", view.bottlenecks, [&](const auto& b) {
    json.begin_object();
    json.member("component", b.component.view());
    json.member("points", b.points);
    json.member("agents", b.agents);
    json.end_object();
  });
  json.array("ranking", view.ranking, [&](const auto& place) {
    json.begin_object();
    json.key("who");
    detail::write_key(json, place.who);
    json.member("rank", place.rank);
    detail::write_rank_set(json, place.could_be);
    json.member("expected_rank", place.expected_rank);
    json.key("report");
    detail::write_report(json, place.report);
    json.end_object();
  });
  detail::write_runs(json, view.not_separable);
  json.end_object();
  return std::move(json).text();
}

/// A report by perspectives; components by their places in the report.
inline std::string to_json(const std::vector<perspective_line>& lines) {
  return detail::listed("crmetrics/perspectives/1", "perspectives", lines,
                        [](detail::json_writer& json, const perspective_line& p) {
                          json.member_or_null("name", p.name.view());
                          json.member("weight", p.weight);
                          json.member("weight_used", p.weight_used);
                          json.member("contribution", p.contribution);
                          json.member("not_assessed", p.not_assessed);
                          json.member("score", p.score);
                          json.array("components", p.components,
                                     [&](std::size_t i) { json.value(i); });
                        });
}

/// A trend; times in microseconds since 1970 (UTC).
inline std::string to_json(const std::vector<trend_line>& lines) {
  return detail::listed("crmetrics/trend/1", "periods", lines,
                        [](detail::json_writer& json, const trend_line& t) {
                          json.member("from", t.period.from().microseconds);
                          json.member("to", t.period.to().microseconds);
                          json.member("total", t.total);
                          json.member_or_null("band", t.band);
                          json.member("weight_not_assessed", t.weight_not_assessed);
                          json.member("rules", detail::hash_text(t.definition).view());
                          json.member("other_rules", t.other_rules);
                          detail::write_change(json, t.change);
                          json.member("adjusted_p", t.adjusted_p);
                          json.array("parts", t.parts, [&](const trend_line::part& p) {
                            json.begin_object();
                            json.member("name", p.name.view());
                            json.member("points", p.points);
                            json.end_object();
                          });
                        });
}

/// What was agreed, before there is anything to hold it against.
inline std::string to_json(const std::vector<plan_item>& items) {
  return detail::listed("crmetrics/plan/1", "items", items,
                        [](detail::json_writer& json, const plan_item& i) {
                          json.member("who", std::string_view(i.who));
                          json.member("component", i.component.view());
                          json.member("action", std::string_view(i.action));
                          json.member("agreed", i.agreed.microseconds);
                          json.member("score", i.score);
                          json.member("loss", i.loss);
                          json.member("better", to_string(i.better));
                          json.key("goal");
                          if (i.goal) {
                            json.begin_object();
                            json.member("better", to_string(i.goal->better()));
                            json.member("threshold", i.goal->threshold());
                            json.member("strict", i.goal->strict());
                            json.end_object();
                          } else {
                            json.null();
                          }
                          detail::write_estimate(json, "before", i.before);
                        });
}

/// Improvement plans and what became of them.
inline std::string to_json(const std::vector<plan_followup>& plans) {
  return detail::listed(
      "crmetrics/follow-up/1", "plans", plans,
      [](detail::json_writer& json, const plan_followup& f) {
        json.member("who", std::string_view(f.item.who));
        json.member("component", f.item.component.view());
        json.member("action", std::string_view(f.item.action));
        json.member("agreed", f.item.agreed.microseconds);
        json.member("state", to_string(f.state));
        json.member("absent", to_string(f.absent));
        json.member("score", f.item.score);
        json.member("loss", f.item.loss);
        json.member("better", to_string(f.item.better));
        json.key("goal");
        if (f.item.goal) {
          json.begin_object();
          json.member("better", to_string(f.item.goal->better()));
          json.member("threshold", f.item.goal->threshold());
          json.member("strict", f.item.goal->strict());
          json.member("reached",
                      to_string(f.reached ? f.reached->state : target_state::not_assessed));
          json.end_object();
        } else {
          json.null();
        }
        detail::write_change(json, f.change.has_value() ? std::optional(f.change) : std::nullopt);
        detail::write_estimate(json, "before", f.item.before);
        detail::write_estimate(json, "now", f.now);
      });
}

}  // namespace crmetrics
