#pragma once

#include <crmetrics/core/unit.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/intervals/difference.hpp>
#include <crmetrics/io/detail/json_writer.hpp>
#include <crmetrics/io/view_json.hpp>
#include <crmetrics/scorecard/comparison_bars.hpp>
#include <crmetrics/scorecard/rank_sets.hpp>
#include <crmetrics/scorecard/team_ranking.hpp>
#include <crmetrics/scorecard/total_difference.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// JSON of what tells totals apart; schemas on docs/io/score-json.md.
namespace crmetrics {

namespace detail {

/// The members of a difference. Null: no value, no error, no interval; n of totals, which have
/// none.
inline void write_difference(json_writer& json, const difference& d) {
  json.member("status", to_string(d.status()));
  json.member("value", d.has_value() ? d.value() : quiet_nan());
  json.member("standard_error", d.standard_error());
  write_interval(json, d.interval());
  json.member("level", d.level().value());
  json.member("p_value", d.p_value());
  json.member_or_null("method", d.method());
  const bool counted = d.n_a() != 0 || d.n_b() != 0;
  json.member("n_a", counted ? std::optional(d.n_a()) : std::nullopt);
  json.member("n_b", counted ? std::optional(d.n_b()) : std::nullopt);
}

inline void write_bars(json_writer& json, const std::optional<comparison_bars>& bars) {
  json.key("bars");
  if (!bars) return json.null();
  json.begin_object();
  json.member("multiplier", bars->multiplier);
  json.member("level", bars->level);
  json.end_object();
}

inline void write_simultaneous(json_writer& json, const simultaneous& how) {
  json.member("level", how.level.value());
  json.member("draws", how.draws);
  json.member("seed", std::to_string(how.seed));
  json.member("step_down", how.step_down);
}

}  // namespace detail

/// One difference. @param u the unit of both sides: `unit::points` for totals
inline std::string to_json(const difference& d, unit u) {
  detail::json_writer json;
  json.begin_object();
  json.member("schema", "crmetrics/difference/1");
  json.member("unit", to_string(u));
  detail::write_difference(json, d);
  json.end_object();
  return std::move(json).text();
}

/// All pairs of a team, in points.
template <class Key>
std::string to_json(const std::vector<pair_difference<Key>>& pairs) {
  return detail::listed("crmetrics/differences/1", "pairs", pairs,
                        [](detail::json_writer& json, const pair_difference<Key>& pair) {
                          json.key("a");
                          detail::write_key(json, pair.a);
                          json.key("b");
                          detail::write_key(json, pair.b);
                          json.member("rules", detail::hash_text(pair.definition).view());
                          detail::write_difference(json, pair.difference);
                          json.member("adjusted_p", pair.adjusted_p);
                        });
}

inline std::string to_json(const comparison_bars& bars) {
  detail::json_writer json;
  json.begin_object();
  json.member("schema", "crmetrics/comparison-bars/1");
  json.member("multiplier", bars.multiplier);
  json.member("level", bars.level);
  json.end_object();
  return std::move(json).text();
}

/// Sets and runs by the places in the input, from 0.
inline std::string to_json(const rank_set_table& sets) {
  detail::json_writer json;
  json.begin_object();
  json.member("schema", "crmetrics/rank-sets/1");
  json.key("sets");
  json.begin_array();
  for (std::size_t i = 0; i != sets.size(); ++i) {
    json.begin_object();
    json.member("first", sets[i].first);
    json.member("last", sets[i].last);
    json.end_object();
  }
  json.end_array();
  detail::write_runs(json, sets.not_separable());
  json.member("nothing_separates", sets.nothing_separates());
  json.member("critical_value", sets.critical_value());
  json.member("critical_value_error", sets.critical_value_error());
  detail::write_simultaneous(json, sets.settings());
  json.end_object();
  return std::move(json).text();
}

/// A ranking; with bars each line has its own, [total - reach, total + reach].
template <class Key>
std::string to_json(const team_ranking<Key>& ranking,
                    const std::optional<comparison_bars>& bars = {}) {
  bool compared = false;
  detail::json_writer json;
  json.begin_object();
  json.member("schema", "crmetrics/team-ranking/1");
  json.array("lines", ranking.lines, [&](const auto& line) {
    const score_report& r = *line.report;
    compared = compared || line.set;
    json.begin_object();
    json.key("who");
    detail::write_key(json, line.key);
    json.member("rank", line.rank);
    detail::write_rank_set(json, line.set);
    json.member("expected_rank", line.expected);
    json.member("total", r.total);
    json.member("standard_error", line.standard_error);
    std::optional<interval> bar;
    if (bars && line.standard_error) {
      const double reach = bars->multiplier * *line.standard_error;
      bar = interval{*r.total - reach, *r.total + reach};
    }
    detail::write_interval(json, bar, "bar");
    json.member_or_null("band", r.band);
    json.key("why_absent");
    r.total ? json.null() : json.value(to_string(r.why_absent()));
    json.member("coverage", r.coverage);
    json.member("weight_not_assessed", r.weight_not_assessed);
    detail::write_uncertainty(json, r);
    json.member("rules", detail::hash_text(r.definition).view());
    json.end_object();
  });
  detail::write_runs(json, ranking.not_separable);
  json.member("nothing_separates", ranking.nothing_separates);
  json.member("errors", to_string(ranking.errors));
  json.member("compared", compared);
  json.member("critical_value", compared ? ranking.critical_value : detail::quiet_nan());
  json.member("critical_value_error",
              compared ? ranking.critical_value_error : detail::quiet_nan());
  detail::write_simultaneous(json, ranking.settings);
  detail::write_bars(json, bars);
  json.end_object();
  return std::move(json).text();
}

}  // namespace crmetrics
