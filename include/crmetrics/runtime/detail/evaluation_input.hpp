#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/runtime/card_spec.hpp>
#include <crmetrics/runtime/detail/card_feeds.hpp>
#include <crmetrics/runtime/detail/joined_table.hpp>
#include <crmetrics/runtime/detail/nearest.hpp>
#include <crmetrics/runtime/dynamic_event.hpp>
#include <crmetrics/runtime/dynamic_metric.hpp>
#include <crmetrics/runtime/interned.hpp>
#include <crmetrics/runtime/listed_agent.hpp>
#include <crmetrics/runtime/metric_factory.hpp>
#include <crmetrics/runtime/observation_table.hpp>
#include <crmetrics/runtime/open_span.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Checks of what an evaluation is given. Each adds all that is wrong to one list.
namespace crmetrics::detail {

inline void check_agents(std::span<const listed_agent> agents, const card_rules& rules,
                         problem_list& problems) {
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i != agents.size(); ++i) {
    const listed_agent& a = agents[i];
    if (a.id.empty()) {
      problems.add({"agents.id", i + 1, "", "is empty"});
    } else if (!seen.insert(a.id).second) {
      problems.add({"agents.id", i + 1, a.id, "stands in the list twice"});
    }
    const bool known =
        a.post.empty() || std::any_of(rules.posts.begin(), rules.posts.end(),
                                      [&](const post_spec& p) { return p.name == a.post; });
    if (!known) {
      std::vector<std::string> names;
      for (const post_spec& p : rules.posts) names.push_back(p.name);
      const std::string hint = nearest_hint(a.post, names);
      problems.add({"agents.post", i + 1, a.post,
                    "the spec has no post of this name" + (hint.empty() ? "" : "; " + hint)});
    }
  }
}

/// Columns of one length, and numbers within their lists of names.
/// @param before rows of the batches before this one
inline void check_columns(const observation_table& t, std::uint64_t before,
                          problem_list& problems) {
  const auto field = [&](const std::string& column) { return t.name + "." + column; };
  const auto length = [&](const std::string& column, std::size_t size) {
    if (size == t.rows()) return;
    problems.add({field(column), 0, std::to_string(size),
                  "another number of rows than the owners, which are " + std::to_string(t.rows())});
  };
  const auto numbers = [&](const std::string& column, std::span<const std::uint32_t> list,
                           const std::vector<std::string>& names) {
    for (std::size_t i = 0; i != list.size(); ++i) {
      if (list[i] < names.size() || list[i] == observation_table::nobody) continue;
      problems.add({field(column), before + i + 1, std::to_string(list[i]),
                    "no such number: there are " + std::to_string(names.size()) + " names"});
    }
  };
  numbers(t.owner_column, t.owners, t.owner_names);
  if (!t.instants.empty()) length(t.time_column, t.instants.size());
  if (!t.causes.empty()) length(t.cause_column, t.causes.size());
  numbers(t.cause_column, t.causes, t.cause_names);
  for (const auto& c : t.columns) {
    length(c.name, c.values.size());
    if (!c.ages.empty()) length(c.name + " (ages)", c.ages.size());
  }
  // A row is one observation of a metric, not two.
  std::set<std::string_view> fed;
  const auto feed = [&](const std::string& metric, const std::string& column) {
    if (fed.insert(metric).second) return;
    problems.add({field(column), 0, metric, "the table feeds this metric already"});
  };
  for (const auto& c : t.columns) feed(c.metric, c.name);
  if (t.linked) {
    fed.clear();  // no metric takes both
    for (const std::string& metric : t.linked->metrics) feed(metric, "linked contacts");
    length("linked contacts", t.linked->facts.size());
    if (!t.linked->instants.empty()) length("linked contacts' times", t.linked->instants.size());
  }
}

/// Whether two batches of a table have the same columns.
inline bool same_layout(const observation_table& a, const observation_table& b) {
  const auto same_column = [](const auto& x, const auto& y) {
    return x.metric == y.metric && x.name == y.name;
  };
  // Without rows a column of times or causes cannot be told from none.
  const auto same_presence = [&](const auto& x, const auto& y) {
    return a.rows() == 0 || b.rows() == 0 || x.empty() == y.empty();
  };
  return std::equal(a.columns.begin(), a.columns.end(), b.columns.begin(), b.columns.end(),
                    same_column) &&
         same_presence(a.instants, b.instants) && same_presence(a.causes, b.causes) &&
         a.linked.has_value() == b.linked.has_value() &&
         (!a.linked || (a.linked->metrics == b.linked->metrics &&
                        same_presence(a.linked->instants, b.linked->instants)));
}

/// Whether the metric of a card takes what a column holds. Metrics of no card in force, but of the
/// spec, pass: nobody takes their rows.
class metric_takers {
 public:
  metric_takers(const card_spec& spec, const metric_factory& factory)
      : spec_(&spec), factory_(&factory) {}

  void check(const observation_table& t, problem_list& problems) const {
    for (const auto& c : t.columns) {
      check(t.name + "." + c.name, c.metric, false, problems, c.yes_or_no, c.seconds);
    }
    if (!t.linked) return;
    for (const std::string& metric : t.linked->metrics) {
      check(t.name + ".linked contacts", metric, true, problems);
    }
  }

 private:
  /// Whether it is a metric of 1 and 0: others take more numbers than these, or not both.
  static bool takes_yes_or_no(const dynamic_metric& metric) {
    const auto takes = [&](double x) {
      try {
        metric.check(x);
      } catch (const bad_input&) {
        return false;
      }
      return true;
    };
    return takes(0) && takes(1) && !takes(2);
  }
  static bool takes_seconds(const dynamic_metric& metric) {
    return metric.limit() || metric.result(confidence_level::none()).unit() == unit::second;
  }
  void check(const std::string& field, const std::string& metric, bool contacts,
             problem_list& problems, bool yes_or_no = false, bool seconds = false) const {
    std::vector<std::string> names;
    bool known = false;
    for (const version_spec& v : spec_->versions) {
      if (const metric_spec* m = v.rules.metric(metric)) {
        const dynamic_metric made = factory_->make(interned(m->id), m->use);
        if (contacts ? !made.takes_contacts() : !made.takes_numbers()) {
          problems.add({field, 0, metric,
                        contacts ? "the metric takes numbers, not linked contacts"
                                 : "the metric takes linked contacts, not numbers"});
        } else if (yes_or_no && !takes_yes_or_no(made)) {
          problems.add({field, 0, metric, "the column says yes and no, the metric takes numbers"});
        } else if (seconds && !takes_seconds(made)) {
          problems.add({field, 0, metric, "the column holds lengths of time, the metric none"});
        }
        return;
      }
      for (const metric_spec& m : v.rules.metrics) names.push_back(m.id);
      for (const bonus_spec& b : v.rules.bonus) {
        known = known || b.event == metric;
        names.push_back(b.event);
      }
    }
    if (known && contacts) {
      problems.add({field, 0, metric, "the event of a bonus is a number, not a linked contact"});
    }
    if (known && seconds) {
      problems.add({field, 0, metric, "the event of a bonus is a number, not a length of time"});
    }
    if (known) return;
    const std::string hint = nearest_hint(metric, names);
    problems.add(
        {field, 0, metric,
         "the spec has no metric or bonus of this name" + (hint.empty() ? "" : "; " + hint)});
  }

  const card_spec* spec_;
  const metric_factory* factory_;
};

/// A value, or how old a span is that has not ended.
inline decltype(dynamic_event::observed) observed_in(const observation_table::column& c,
                                                     std::size_t row) {
  const double x = c.values[row];
  if (x != x && !c.ages.empty() && c.ages[row] == c.ages[row]) return open_span{c.ages[row]};
  return x;
}

/// What the cards refuse, row by row in the order of the tables. Read only where a card refused a
/// block of rows: the numbers of the rows were lost there.
/// @param card_of the empty card of (period, agent), or nullptr
template <class CardOf>
problem_list refused_rows(const std::vector<grouped_table>& tables,
                          const evaluated_periods& periods, const CardOf& card_of) {
  problem_list problems;
  for (const grouped_table& g : tables) {
    const joined_table& table = g.table;
    const auto ask = [&](bool linked, const auto& each_event) {
      table.each_row(linked, periods,
                     [&](std::size_t batch, std::size_t i, std::size_t when, std::uint32_t agent) {
                       if (when >= periods.size() || agent >= joined_table::unknown) return;
                       const dynamic_scorecard* card = card_of(when, agent);
                       if (card == nullptr) return;
                       const observation_table& b = *table.batches()[batch];
                       label cause;  // only looked at
                       if (table.says_cause(batch, i))
                         cause = label::of_static(b.cause_names[b.causes[i]]);
                       each_event(b, i, [&](const std::string& column, dynamic_event event) {
                         event.cause = cause;
                         bool known = false;
                         card->each_metric([&](const dynamic_metric& m) {
                           known = known || m.id() == event.metric;
                         });
                         if (!known) return;
                         try {
                           card->check(event);
                         } catch (const bad_input& e) {
                           for (problem p : e.problems()) {
                             p.row = std::uint64_t{table.begin_of(batch)} + i + 1;
                             p.field = table.name() + "." + column;
                             problems.add(std::move(p));
                           }
                         }
                       });
                     });
    };
    ask(false, [](const observation_table& b, std::size_t i, const auto& event) {
      for (const auto& c : b.columns) {
        event(c.name, dynamic_event{label::of_static(c.metric), observed_in(c, i)});
      }
    });
    if (!table.first().linked) continue;
    ask(true, [](const observation_table& b, std::size_t i, const auto& event) {
      for (const std::string& metric : b.linked->metrics) {
        event("linked contacts", dynamic_event{label::of_static(metric), b.linked->facts[i]});
      }
    });
  }
  return problems;
}

}  // namespace crmetrics::detail
