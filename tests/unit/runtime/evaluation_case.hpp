#pragma once

#include <crmetrics/io/score_json.hpp>
#include <crmetrics/runtime/card_from_spec.hpp>
#include <crmetrics/runtime/observation_table.hpp>
#include <crmetrics/runtime/spec_evaluation.hpp>
#include <crmetrics/runtime/spec_parser.hpp>
#include <crmetrics/time/calendar.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crmetrics::test {

inline constexpr double missing_cell = std::numeric_limits<double>::quiet_NaN();
inline constexpr std::uint32_t nobody = observation_table::nobody;

/// Owns the columns of a table.
struct table_data {
  std::string name;
  std::vector<std::string> owner_names;
  std::vector<std::uint32_t> owners = {};
  std::vector<std::int64_t> instants = {};
  std::vector<std::string> cause_names = {};
  std::vector<std::uint32_t> causes = {};
  struct column {
    std::string metric;
    std::string name;
    std::vector<double> values;
    std::vector<double> ages = {};
  };
  std::vector<column> columns = {};
  std::vector<std::string> contact_metrics = {};
  std::vector<contact_fact> facts = {};
  std::vector<std::int64_t> opened = {};

  /// The rows [first, last).
  observation_table part(std::size_t first, std::size_t last) const {
    const auto cut = [&](const auto& all) {
      return std::span(all).subspan(all.empty() ? 0 : first, all.empty() ? 0 : last - first);
    };
    observation_table out;
    out.name = name;
    out.owners = cut(owners);
    out.owner_names = owner_names;
    out.instants = cut(instants);
    out.causes = cut(causes);
    out.cause_names = cause_names;
    for (const column& c : columns)
      out.columns.push_back({c.metric, c.name, cut(c.values), cut(c.ages)});
    if (!contact_metrics.empty()) out.linked = {contact_metrics, {cut(facts)}, cut(opened)};
    return out;
  }
  /// All of them, also of columns of other lengths.
  observation_table whole() const {
    observation_table out = part(0, 0);
    out.owners = owners;
    out.instants = instants;
    out.causes = causes;
    for (std::size_t c = 0; c != columns.size(); ++c) {
      out.columns[c].values = columns[c].values;
      out.columns[c].ages = columns[c].ages;
    }
    if (out.linked) out.linked = {contact_metrics, facts, opened};
    return out;
  }
};

/// The reports of agents and of the team they make, by cards that got each event by `update`.
struct reports_of_events {
  std::map<std::string, dynamic_scorecard> cards;
  problem_list refused;

  /// @param card_of the empty card of an agent
  template <class CardOf>
  static reports_of_events from(const std::vector<listed_agent>& agents,
                                const std::vector<observation_table>& tables, const period& within,
                                const CardOf& card_of) {
    reports_of_events out;
    for (const listed_agent& a : agents) out.cards.emplace(a.id, card_of(a));
    const auto counts = [&](std::span<const std::int64_t> instants, std::size_t row) {
      return instants.empty() || (instants[row] != observation_table::no_time &&
                                  within.contains(instant{instants[row]}));
    };
    for (const observation_table& t : tables) {
      const auto give = [&](std::size_t row, const std::string& metric, auto observed) {
        if (t.owners[row] == nobody) return;
        const auto card = out.cards.find(t.owner_names[t.owners[row]]);
        if (card == out.cards.end()) return;
        label cause;
        if (!t.causes.empty() && t.causes[row] != nobody) {
          cause = interned(t.cause_names[t.causes[row]]);
        }
        card->second.update({interned(metric), observed, cause});
      };
      for (const auto& c : t.columns) {
        for (std::size_t row = 0; row != t.rows(); ++row) {
          if (!counts(t.instants, row)) continue;
          const double age = c.ages.empty() ? missing_cell : c.ages[row];
          if (c.values[row] != c.values[row] && age == age) {
            give(row, c.metric, open_span{age});
          } else {
            give(row, c.metric, c.values[row]);
          }
        }
      }
      if (!t.linked) continue;
      const auto instants = t.linked->instants.empty() ? t.instants : t.linked->instants;
      for (const std::string& metric : t.linked->metrics) {
        for (std::size_t row = 0; row != t.rows(); ++row) {
          if (counts(instants, row)) give(row, metric, t.linked->facts[row]);
        }
      }
    }
    return out;
  }

  std::string json_of(const std::string& id) const { return to_json(cards.at(id).result()); }
  template <class Ids>
  std::string json_of_team(const Ids& ids) const {
    std::optional<dynamic_scorecard> team;
    for (const auto& id : ids) {
      if (team) {
        team->merge(cards.at(id));
      } else {
        team = cards.at(id);
      }
    }
    return to_json(team->result());
  }
};

inline const evaluation::unit& unit_named(const evaluation& e, std::string_view name,
                                          std::string_view post = "") {
  for (const evaluation::unit& u : e.units) {
    if (u.name == name && u.post == post) return u;
  }
  throw error("no such unit");
}
inline const evaluation::agent& agent_named(const evaluation& e, std::string_view id) {
  for (const evaluation::unit& u : e.units) {
    for (const evaluation::agent& a : u.agents) {
      if (a.id == id) return a;
    }
  }
  throw error("no such agent");
}

// Metrics of every kind of state: counts, durations, a quantile, sums of doubles; two causes left
// out, two posts, a bonus, a veto, and other weights in the second quarter.
inline const card_spec& spec() {
  static const card_spec all = card_spec_from(R"spec({
    "spec": "scorecard/1", "id": "desk", "grain": "quarter",
    "metrics": {
      "nps":   { "use": "nps", "min_n": 2, "target": "> 10",
                 "score": { "linear": { "floor": "-50", "target": "+50" } } },
      "res":   { "use": "resolved_in(1h)", "min_n": 2, "target": ">= 50%", "exclude": ["outage", "strike"],
                 "score": { "linear": { "floor": "10%", "target": "90%" } } },
      "aht":   { "use": "aht.median", "target": "<= 10m",
                 "score": { "linear": { "floor": "900s", "target": "300s" } },
                 "correct_by": { "metric": "again", "start": "8%", "full": "18%", "strength": 0.5 } },
      "again": { "use": "repeat_contact(7d)" },
      "score": { "use": "mean(exam)", "better": "higher",
                 "score": { "linear": { "floor": 0, "target": 100 } } },
      "errors": { "use": "error_rate", "min_n": 3 },
      "unused": { "use": "csat" } },
    "versions": [
      { "from": "2024-01-01", "to": "2025-04-01", "note": "first", "approved": "Ann",
        "groups": { "voice": { "weight": 50, "perspective": "customer", "of": { "nps": 1 } },
                    "speed": { "weight": 30, "perspective": "process", "of": { "res": 60, "aht": 40 } },
                    "skill": { "weight": 20, "of": { "score": 1 } } },
        "override": { "team:north": { "voice": 20, "speed": 40, "skill": 40 } },
        "posts": { "trainer": { "not_applicable": ["res"] },
                   "data": { "groups": { "skill": { "weight": 1, "of": { "score": 1 } } } } },
        "bonus": [ { "event": "idea", "points": 1, "cap": 3 } ],
        "veto": [ { "metric": "errors", "above": "50%", "effect": { "cap": 40 } } ],
        "bands": [ ["A", 70], ["B", 40], ["C", 0] ],
        "uncertainty": { "method": "delta", "level": 0.9 } },
      { "from": "2025-04-01", "base": "2024-01-01", "note": "second",
        "set": { "groups.voice.weight": 40, "groups.skill.weight": 30 } } ] })spec");
  return all;
}

inline const period& quarter() {
  static const period q = calendar_quarter(2025, 1);
  return q;
}
inline std::int64_t day_of_quarter(std::int64_t day) {
  return quarter().from().microseconds + day * 86'400'000'000;
}

// One table of three agents; rows one after the other.
inline table_data small_table() {
  table_data t;
  t.name = "log";
  t.owner_names = {"ann", "bo", "cy", "zoe"};
  t.owners = {0, 0, 1, 1, 2, nobody, 3, 0};
  for (const std::int64_t day : {1, 2, 3, 4, 5, 6, 7, -1})
    t.instants.push_back(day_of_quarter(day));
  t.columns = {{"nps", "recommends", {9, 10, 3, missing_cell, 8, 9, 9, 0}},
               {"score", "points", {50, 70, 30, 40, missing_cell, 1, 1, 1}}};
  return t;
}
inline const std::vector<listed_agent>& three() {
  static const std::vector<listed_agent> all{{"cy", "Cyrus", "north", "trainer"},
                                             {"ann", "Ann", "south", ""},
                                             {"bo", "", "north", "data"}};
  return all;
}

}  // namespace crmetrics::test
