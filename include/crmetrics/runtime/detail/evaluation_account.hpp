#pragma once

#include <crmetrics/core/confidence_level.hpp>
#include <crmetrics/core/estimate.hpp>
#include <crmetrics/core/text.hpp>
#include <crmetrics/derive/contact_rule.hpp>
#include <crmetrics/runtime/card_from_spec.hpp>
#include <crmetrics/runtime/card_spec.hpp>
#include <crmetrics/runtime/detail/card_feeds.hpp>
#include <crmetrics/runtime/detail/evaluated_units.hpp>
#include <crmetrics/runtime/detail/evaluation_views.hpp>
#include <crmetrics/runtime/detail/nearest.hpp>
#include <crmetrics/runtime/diagnostic.hpp>
#include <crmetrics/runtime/dynamic_scorecard.hpp>
#include <crmetrics/runtime/evaluation.hpp>
#include <crmetrics/runtime/metric_factory.hpp>
#include <crmetrics/runtime/result_checks.hpp>
#include <crmetrics/runtime/table_quality.hpp>
#include <crmetrics/time/calendar_periods.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

/// The account of an evaluation: what was measured and how, what the data lack, what is odd.
namespace crmetrics::detail {

/// What each metric says of itself after all observations.
class seen_definitions {
 public:
  void see(const dynamic_scorecard& team) {
    team.each_metric([&](const dynamic_metric& m) {
      const estimate e = m.result(confidence_level::none());
      const auto [at, is_new] = results_.emplace(m.id().view(), e);
      // Contacts say by which rule they were linked only where there are some.
      if (!is_new && at->second.n() == 0) at->second = e;
    });
  }

  /// W12: metrics of the cards that no column feeds. Nobody is assessed in them.
  void check_fed(const card_feeds& feeds, std::vector<diagnostic>& out) const {
    for (const auto& [metric, result] : results_) {
      const auto feeds_it = [&](const metric_feed& f) { return f.metric.view() == metric; };
      if (std::any_of(feeds.all().begin(), feeds.all().end(), feeds_it)) continue;
      out.push_back(warning("W12", metric_path(metric), "", "no table feeds it",
                            "nobody is assessed in it; give the table, or leave it out"));
    }
  }

  /// By role, in the order of the spec.
  std::vector<evaluation::definition> of(const card_rules& rules,
                                         const metric_factory& factory) const {
    std::vector<evaluation::definition> out;
    std::set<std::pair<std::string, std::string_view>> listed;
    const auto add = [&](const std::string& id, std::string_view role) {
      if (!listed.emplace(id, role).second) return;
      const metric_spec* m = rules.metric(id);
      std::optional<estimate> e;
      if (const auto seen = results_.find(id); seen != results_.end()) {
        e = seen->second;
      } else if (m != nullptr) {
        e = factory.make(interned(id), m->use).result(confidence_level::none());
      } else {
        e = bonus_events(id).result(confidence_level::none());
      }
      out.push_back({id, "", std::string(e->convention()), e->unit(), e->direction(), role});
      if (m == nullptr) return;
      out.back().use = m->use;
      // The metric of the library may be a plain mean: what it stands for is in the catalogue.
      const auto use = metric_use::from(m->use);
      const catalogue_entry* entry = use ? factory.catalogue().find(use->name) : nullptr;
      if (entry != nullptr) {
        out.back().unit = entry->unit;
        out.back().direction = entry->direction;
      }
      if (m->better == better::higher) out.back().direction = direction::higher_is_better;
      if (m->better == better::lower) out.back().direction = direction::lower_is_better;
      if (m->better == better::unsaid && out.back().direction == direction::neutral &&
          !std::holds_alternative<std::monostate>(m->score)) {
        out.back().direction = curve_from(*m).direction();
      }
    };
    std::vector<std::string> components;
    leaves(rules.groups, components);
    for (const post_spec& post : rules.posts) leaves(post.groups, components);
    for (const std::string& id : components) add(id, "component");
    for (const std::string& id : components) {
      const metric_spec* m = rules.metric(id);
      if (m != nullptr && m->correct_by) add(m->correct_by->metric, "corrector");
    }
    for (const veto_spec& v : rules.vetoes) add(v.metric, "veto");
    for (const bonus_spec& b : rules.bonus) add(b.event, "bonus");
    return out;
  }

 private:
  static void leaves(const std::vector<part_spec>& parts, std::vector<std::string>& out) {
    for (const part_spec& part : parts) {
      if (part.is_group) {
        leaves(part.of, out);
      } else if (std::find(out.begin(), out.end(), part.name) == out.end()) {
        out.push_back(part.name);
      }
    }
  }

  std::map<std::string, estimate, std::less<>> results_;
};

/// W14: causes that a metric leaves out, and that no row of its tables names: it counts them all.
inline void check_causes(const card_feeds& feeds, std::vector<diagnostic>& out) {
  for (const metric_feed& feed : feeds.all()) {
    std::vector<std::string_view> known;
    std::vector<std::string_view> silent;  // tables
    for (const feed_source& source : feed.sources) {
      const joined_table& table = source.from->table;
      if (table.rows() != 0 && !table.has_causes()) silent.push_back(table.name());
      for (const observation_table* batch : table.batches()) {
        known.insert(known.end(), batch->cause_names.begin(), batch->cause_names.end());
      }
    }
    std::string path = metric_path(feed.metric.view());
    append_segment(path, "exclude");
    if (feed.causes.empty()) continue;
    for (const std::string_view table : silent) {
      out.push_back(warning("W14", path, std::string(table),
                            "the table names no causes, so nothing is left out",
                            "give the column of causes the role \"cause\""));
    }
    if (silent.size() == feed.sources.size()) continue;
    for (const label cause : feed.causes) {
      if (std::find(known.begin(), known.end(), cause.view()) != known.end()) continue;
      out.push_back(warning("W14", path, std::string(cause.view()), "no row names this cause",
                            nearest_hint(cause.view(), known)));
    }
  }
}

/// Rows of spans that have not ended, and of which nobody knows when they count.
inline std::uint64_t open_without_time(const joined_table& table, std::size_t column) {
  std::uint64_t out = 0;
  for (const observation_table* batch : table.batches()) {
    const auto& c = batch->columns[column];
    if (c.ages.empty() || batch->instants.empty()) continue;
    for (std::size_t i = 0; i != batch->rows(); ++i) {
      const bool open = c.values[i] != c.values[i] && c.ages[i] == c.ages[i];
      if (open && batch->instants[i] == observation_table::no_time) ++out;
    }
  }
  return out;
}

/// W13: open spans that lie in no period, because rows count when they end.
inline void check_open(const std::vector<table_quality>& quality, std::vector<diagnostic>& out) {
  for (const table_quality& q : quality) {
    for (const table_quality::column& c : q.columns) {
      if (c.open_without_time == 0) continue;
      out.push_back(warning("W13", metric_path(c.role), std::to_string(c.open_without_time),
                            "rows of " + q.table + "." + c.name +
                                " have not ended and have no time: they count in no period",
                            "let the time of a row be that of its beginning"));
    }
  }
}

/// Puts the counts of cells to the tables that they are of.
inline void account_for_cells(const card_feeds& feeds,
                              const std::vector<card_feeds::scratch>& by_thread,
                              const std::vector<grouped_table>& tables,
                              std::vector<table_quality>& quality) {
  std::vector<cell_tally> sums(feeds.sources());
  for (const auto& scratch : by_thread) {
    for (std::size_t i = 0; i != scratch.tallies.size(); ++i) sums[i].add(scratch.tallies[i]);
  }
  for (std::size_t t = 0; t != tables.size(); ++t) {
    const observation_table& first = tables[t].table.first();
    const auto tally_of = [&](bool contacts, std::string_view metric, std::size_t column) {
      for (const metric_feed& feed : feeds.all()) {
        if (feed.contacts != contacts || feed.metric.view() != metric) continue;
        for (const feed_source& source : feed.sources) {
          if (source.from == &tables[t] && source.column == column) return sums[source.tally];
        }
      }
      return cell_tally{};
    };
    for (std::size_t c = 0; c != first.columns.size(); ++c) {
      const auto& column = first.columns[c];
      const cell_tally sum = tally_of(false, column.metric, c);
      quality[t].columns.push_back({column.name, column.metric, sum.missing, sum.rows,
                                    sum.not_on_card, sum.open,
                                    open_without_time(tables[t].table, c)});
    }
    if (!first.linked) continue;
    table_quality::contacts linked;
    for (const observation_table* batch : tables[t].table.batches()) {
      const contact_column& facts = batch->linked->facts;
      if (facts.size() == 0 || !linked.within.empty()) continue;
      convention_text rule;
      facts[0].rule().describe(rule);
      linked.within = rule.view();
    }
    for (const std::string& metric : first.linked->metrics) {
      const cell_tally sum = tally_of(true, metric, 0);
      linked.rows = sum.rows;
      linked.pending = (std::max)(linked.pending, sum.pending);
      linked.unknown_customer = (std::max)(linked.unknown_customer, sum.missing);
      linked.left_out = (std::max)(linked.left_out, sum.left_out);
    }
    quality[t].linked = linked;
  }
}

/// The warnings that the results of all units show together.
inline void check_results(const card_rules& rules, const std::vector<evaluation::unit>& units,
                          std::vector<diagnostic>& out) {
  const auto append = [&](const std::vector<diagnostic>& some) {
    out.insert(out.end(), some.begin(), some.end());
  };
  std::vector<leaf_scores> leaves;
  std::vector<std::string_view> grades;
  std::map<std::string_view, target_record> targets;
  std::size_t seen = 0;
  for (const evaluation::unit& unit : units) {
    for (const auto& place : unit.view.ranking) {
      grades.push_back(place.report.band);
      for (const component_line& c : place.report.components) {
        auto leaf = std::find_if(leaves.begin(), leaves.end(),
                                 [&](const leaf_scores& l) { return l.metric == c.name.view(); });
        if (leaf == leaves.end()) leaf = leaves.insert(leaf, {std::string(c.name.view()), {}});
        leaf->scores.resize(seen + 1);
        if (c.assessed()) leaf->scores[seen] = c.score;
      }
      ++seen;
    }
    for (const auto& t : unit.view.targets) {
      const metric_spec* m = rules.metric(t.component.view());
      if (m == nullptr || !m->target || t.goal != target_from(*m->target)) continue;
      target_record& record = targets[m->id];
      record.metric = m->id;
      record.met += t.counts.met;
      record.assessed += t.counts.assessed();
    }
  }
  for (leaf_scores& leaf : leaves) leaf.scores.resize(seen);
  append(check_overlap(leaves));
  append(check_grades(grades));
  std::vector<target_record> records;
  for (const auto& [metric, record] : targets) records.push_back(record);
  append(check_targets(records));
}

/// What makes the periods of a trend differ, and those that it does not have.
inline void check_trend(const period& evaluated, std::size_t earlier,
                        const evaluated_periods& periods,
                        const std::vector<const version_spec*>& versions,
                        const std::vector<evaluated_unit>& units, std::vector<diagnostic>& out) {
  if (periods.size() != earlier + 1) {
    const period missing = period_before(evaluated, static_cast<std::int64_t>(periods.size()));
    out.push_back(warning("W11", "versions", period_name(missing),
                          "is not inside one version of the spec: the trend begins after it",
                          "give the spec a version for the time before"));
  }
  for (std::size_t i = 1; i < versions.size(); ++i) {
    const bool other = std::any_of(units.begin(), units.end(), [&](const evaluated_unit& unit) {
      return unit.cards[i] && unit.cards[i - 1] &&
             unit.cards[i]->definition() != unit.cards[i - 1]->definition();
    });
    if (!other) continue;
    const auto some = check_comparable(versions[i - 1]->rules, versions[i]->rules);
    out.insert(out.end(), some.begin(), some.end());
  }
}

}  // namespace crmetrics::detail
