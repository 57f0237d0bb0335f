#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/derive/detail/on_threads.hpp>
#include <crmetrics/runtime/card_spec.hpp>
#include <crmetrics/runtime/detail/card_feeds.hpp>
#include <crmetrics/runtime/detail/evaluated_units.hpp>
#include <crmetrics/runtime/detail/evaluation_account.hpp>
#include <crmetrics/runtime/detail/evaluation_input.hpp>
#include <crmetrics/runtime/detail/evaluation_views.hpp>
#include <crmetrics/runtime/detail/joined_table.hpp>
#include <crmetrics/runtime/dynamic_scorecard.hpp>
#include <crmetrics/runtime/evaluation.hpp>
#include <crmetrics/runtime/evaluation_settings.hpp>
#include <crmetrics/runtime/listed_agent.hpp>
#include <crmetrics/runtime/metric_factory.hpp>
#include <crmetrics/runtime/observation_table.hpp>
#include <crmetrics/scorecard/agent_view.hpp>
#include <crmetrics/scorecard/evaluate_each.hpp>
#include <crmetrics/scorecard/perspective_view.hpp>
#include <crmetrics/scorecard/score_change.hpp>
#include <crmetrics/time/calendar_periods.hpp>
#include <crmetrics/time/period.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crmetrics::detail {

/// What one evaluation is made from.
struct evaluation_task {
  const card_spec& spec;
  const metric_factory& factory;
  const evaluation_settings& settings;
  crmetrics::period period;
  std::optional<std::span<const listed_agent>> agents;  ///< none: the owners that appear
  std::span<const observation_table> tables;
};

/// Tables of one name as one table.
/// @throws bad_input naming every batch with other columns, and tables of more rows than numbers
inline std::vector<grouped_table> joined(std::span<const observation_table> tables,
                                         problem_list& problems) {
  std::vector<grouped_table> out;
  for (const observation_table& t : tables) {
    auto at = std::find_if(out.begin(), out.end(),
                           [&](const grouped_table& g) { return g.table.name() == t.name; });
    if (at == out.end()) at = out.insert(at, grouped_table{joined_table(t.name), {}});
    const auto& batches = at->table.batches();
    if (!batches.empty() && !same_layout(*batches.front(), t)) {
      problems.add({t.name, 0, std::to_string(batches.size() + 1),
                    "this batch of the table has other columns than the first"});
    }
    if (at->table.rows() + t.rows() >= joined_table::unknown) {
      problems.add({t.name, 0, std::to_string(at->table.rows() + t.rows()),
                    "more rows than 32 bits can number: make two tables of it"});
      continue;
    }
    at->table.add(t);
  }
  return out;
}

/// One evaluation, step by step.
class evaluation_run {
 public:
  explicit evaluation_run(const evaluation_task& task)
      : task_(task),
        in_force_(task.spec),
        current_(&in_force_.at(task.period)),
        periods_(in_force_.back_from(task.period, task.settings.earlier_periods)) {
    check();
    std::vector<listed_agent> agents =
        task.agents ? std::vector<listed_agent>(task.agents->begin(), task.agents->end())
                    : owners_in(task.tables, periods_);
    staff_.emplace(std::move(agents));
    for (std::size_t p = 0; p != periods_.size(); ++p)
      versions_.push_back(&in_force_.at(periods_[p]));
    staff_->make_cards(versions_, task.factory);
    group();
  }

  evaluation run() {
    trends_of_agents_.resize(staff_->size());
    trends_of_units_.resize(staff_->units().size());
    for (std::size_t p = 0; p != periods_.size(); ++p) score(p);
    split_changes();
    return assemble();
  }

 private:
  /// What the cards of one period say.
  struct scored {
    std::vector<std::optional<score_report>> agents;
    std::vector<std::optional<score_report>> units;
  };

  void check() {
    problem_list problems;
    if (task_.period.from() == task_.period.to()) {
      problems.add({"period", 0, period_name(task_.period), "is empty"});
    }
    if (task_.agents) check_agents(*task_.agents, current_->rules, problems);
    const metric_takers takers(task_.spec, task_.factory);
    std::map<std::string_view, std::uint64_t> rows;
    for (const observation_table& t : task_.tables) {
      check_columns(t, rows[t.name], problems);
      rows[t.name] += t.rows();
      takers.check(t, problems);
      const bool undated =
          t.rows() != 0 && (joined_table::instants_of(t, false).empty() ||
                            (t.linked && joined_table::instants_of(t, true).empty()));
      if (undated && task_.settings.earlier_periods != 0) {
        problems.add({t.name + "." + t.time_column, 0, "",
                      "a trend needs to know when rows count: this table has no times"});
      }
    }
    if (task_.settings.threads == 0) problems.add({"threads", 0, "0", "must be 1 or more"});
    tables_ = joined(task_.tables, problems);
    problems.throw_if_any();
  }

  void group() {
    const auto numbers = staff_->numbers();
    // The next table for whichever thread is done with its own.
    std::atomic<std::size_t> next = 0;
    quality_.resize(tables_.size());
    on_threads(task_.settings.threads, [&](unsigned) {
      for (std::size_t i = next++; i < tables_.size(); i = next++) {
        grouped_table& g = tables_[i];
        g.table.know(numbers);
        g.groups.emplace_back(g.table, false, periods_, staff_->size());
        if (g.table.has_contact_times()) {
          g.groups.emplace_back(g.table, true, periods_, staff_->size());
        }
        quality_[i] = quality_of(g.table, periods_);
      }
    });
  }

  /// The cards of a period with all that was observed in it, of those who have one; `rules` may be
  /// those of another period.
  std::vector<dynamic_scorecard> fed(std::size_t p, std::size_t rules,
                                     const std::vector<std::uint32_t>& who) {
    const card_feeds feeds(tables_, versions_[rules]->rules);
    std::vector<std::vector<char>> on_card;
    for (const evaluated_unit& unit : staff_->units()) {
      const auto& card = unit.cards[rules];
      on_card.push_back(card ? feeds.on_card(*card) : std::vector<char>());
    }
    std::vector<dynamic_scorecard> cards;
    cards.reserve(who.size());
    for (const std::uint32_t agent : who) cards.push_back(*staff_->card(rules, agent));

    constexpr std::size_t at_once = 64;
    std::atomic<std::size_t> next = 0;
    std::vector<card_feeds::scratch> scratch(task_.settings.threads);
    try {
      on_threads(task_.settings.threads, [&](unsigned t) {
        for (std::size_t i = next.fetch_add(at_once); i < who.size(); i = next.fetch_add(at_once)) {
          const std::size_t end = (std::min)(i + at_once, who.size());
          for (std::size_t k = i; k != end; ++k) {
            feeds.feed(cards[k], on_card[staff_->unit_of(who[k])], p, who[k], scratch[t]);
          }
        }
      });
    } catch (const bad_input&) {
      if (p != rules) throw;
      refused_rows(tables_, periods_, [&](std::size_t when, std::uint32_t agent) {
        return staff_->card(when, agent);
      }).throw_if_any();
      throw;
    }
    if (p == periods_.last() && p == rules) account_for_cells(feeds, scratch, tables_, quality_);
    return cards;
  }

  /// What was observed in a period by the rules of the same or another one.
  scored scored_by(std::size_t p, std::size_t rules) {
    std::vector<std::uint32_t> who;
    for (std::uint32_t i = 0; i != staff_->size(); ++i) {
      if (staff_->card(rules, i) != nullptr) who.push_back(i);
    }
    const std::vector<dynamic_scorecard> cards = fed(p, rules, who);
    std::vector<score_report> reports =
        evaluate_each(cards, task_.settings.threads, task_.settings.level);

    scored now;
    now.agents.resize(staff_->size());
    for (const evaluated_unit& unit : staff_->units()) {
      now.units.emplace_back();
      if (!unit.cards[rules]) continue;
      dynamic_scorecard team = *unit.cards[rules];
      for (const std::uint32_t agent : unit.members) {
        // Of those who have a card: all of a unit, or none of it.
        const auto at = std::lower_bound(who.begin(), who.end(), agent);
        team.merge(cards[static_cast<std::size_t>(at - who.begin())]);
      }
      now.units.back() = team.result(task_.settings.level);
      if (p == periods_.last() && p == rules) definitions_.see(team);
    }
    for (std::size_t k = 0; k != who.size(); ++k) now.agents[who[k]] = std::move(reports[k]);
    return now;
  }

  void score(std::size_t p) {
    scored now = scored_by(p, p);
    if (task_.settings.earlier_periods != 0) {
      follow(p, now.agents, now_.agents, trends_of_agents_);
      follow(p, now.units, now_.units, trends_of_units_);
    }
    before_ = std::move(now_);
    now_ = std::move(now);
  }

  void follow(std::size_t p, const std::vector<std::optional<score_report>>& now,
              const std::vector<std::optional<score_report>>& before,
              std::vector<std::vector<trend_line>>& trends) const {
    for (std::size_t i = 0; i != now.size(); ++i) {
      if (!now[i]) continue;
      const bool first = p == 0 || !before[i];
      trends[i].push_back(next_line(periods_[p], *now[i], first ? nullptr : &periods_[p - 1],
                                    first ? nullptr : &*before[i], task_.settings.level));
    }
  }

  /// What the results did and what the rules did, where the last two periods have other rules. The
  /// tables are read again, so that metrics may be others, too; contacts that were linked by one
  /// window cannot be read by another, and then there is no split, and a warning says so.
  void split_changes() {
    changes_of_agents_.resize(staff_->size());
    changes_of_units_.resize(staff_->units().size());
    const std::size_t now = periods_.last();
    if (now == 0 || versions_[now] == versions_[now - 1]) return;
    scored before_by_new;
    scored after_by_old;
    try {
      before_by_new = scored_by(now - 1, now);
      after_by_old = scored_by(now, now - 1);
    } catch (const bad_input& e) {
      why_not_split_ = e.what();
      return;
    } catch (const definition_mismatch& e) {
      why_not_split_ = e.what();
      return;
    }
    const auto split = [](const auto& before, const auto& by_new, const auto& by_old,
                          const auto& after, auto& out) {
      for (std::size_t i = 0; i != out.size(); ++i) {
        if (!before[i] || !by_new[i] || !by_old[i] || !after[i]) continue;
        if (before[i]->definition == after[i]->definition) continue;
        out[i] = change_of(*before[i], *by_new[i], *by_old[i], *after[i]);
      }
    };
    split(before_.agents, before_by_new.agents, after_by_old.agents, now_.agents,
          changes_of_agents_);
    split(before_.units, before_by_new.units, after_by_old.units, now_.units, changes_of_units_);
  }

  bool has_rows(std::size_t agent) const {
    return std::any_of(tables_.begin(), tables_.end(), [&](const grouped_table& g) {
      return !g.of_rows().of(periods_.last(), agent).empty() ||
             !g.of_contacts().of(periods_.last(), agent).empty();
    });
  }

  evaluation assemble() {
    require_components();
    const evaluation_settings& settings = task_.settings;
    evaluation out;
    out.title = settings.title.empty() ? task_.spec.id : settings.title;
    out.period_name =
        settings.period_name.empty() ? period_name(task_.period) : settings.period_name;
    out.period = task_.period;
    out.observed_until = settings.observed_until;
    out.level = settings.level;
    out.spec = task_.spec;
    out.in_force = {current_->from, current_->to, current_->note, current_->approved};
    out.definitions = definitions_.of(current_->rules, task_.factory);
    for (std::size_t u = 0; u != staff_->units().size(); ++u) add_unit(u, out);
    out.quality = std::move(quality_);
    out.diagnostics = settings.warnings;
    if (!out.units.empty()) {
      const card_feeds feeds(tables_, current_->rules);
      definitions_.check_fed(feeds, out.diagnostics);
      check_causes(feeds, out.diagnostics);
    }
    check_teams(out.diagnostics);
    check_open(out.quality, out.diagnostics);
    check_results(current_->rules, out.units, out.diagnostics);
    check_trend(task_.period, settings.earlier_periods, periods_, versions_, staff_->units(),
                out.diagnostics);
    if (!why_not_split_.empty()) {
      out.diagnostics.push_back(warning(
          "W11", "versions", "",
          "the change cannot be split into what results and what rules did: " + why_not_split_,
          "compare the periods by the rules of one of them"));
    }
    return out;
  }

  /// W15: weights for teams that nobody listed is in.
  void check_teams(std::vector<diagnostic>& out) const {
    if (!task_.agents || task_.agents->empty()) return;
    for (const override_spec& o : current_->rules.overrides) {
      const auto in_it = [&](const evaluated_unit& u) { return "team:" + u.team == o.who; };
      if (std::any_of(staff_->units().begin(), staff_->units().end(), in_it)) continue;
      std::vector<std::string> teams;
      for (const evaluated_unit& u : staff_->units()) teams.push_back("team:" + u.team);
      std::string path = "override";
      append_segment(path, o.who);
      out.push_back(warning("W15", std::move(path), "", "nobody who is listed is in this team",
                            nearest_hint(o.who, teams)));
    }
  }

  void add_unit(std::size_t number, evaluation& out) {
    const evaluated_unit& unit = staff_->units()[number];
    unit_results results;
    std::map<std::string_view, std::uint32_t> numbers;
    for (const std::uint32_t i : unit.members) {
      if (!has_rows(i)) {
        out.without_data.push_back(staff_->agent(i));
        continue;
      }
      numbers.emplace(staff_->agent(i).id, i);
      results.rows.push_back({staff_->agent(i).id, std::move(*now_.agents[i])});
    }
    if (results.rows.empty()) return;
    const bool trends = task_.settings.earlier_periods != 0;
    evaluation::unit& to = out.units.emplace_back();
    to.name = unit.team;
    to.post = unit.post;
    to.view = unit_view(std::move(*now_.units[number]), results, current_->rules, task_.settings);
    to.perspectives = by_perspective(to.view.team);
    if (trends) to.trend = whole_trend(std::move(trends_of_units_[number]));
    to.change = std::move(changes_of_units_[number]);
    for (auto& view : views_of_agents(to.view)) {
      const std::uint32_t i = numbers.at(view.who);
      evaluation::agent& agent = to.agents.emplace_back();
      agent.id = view.who;
      agent.name = staff_->agent(i).name;
      agent.view = std::move(view);
      agent.perspectives = by_perspective(agent.view.why.report);
      if (trends) agent.trend = whole_trend(std::move(trends_of_agents_[i]));
      agent.change = std::move(changes_of_agents_[i]);
      if (!task_.settings.findings.empty() && !before_.agents.empty() && before_.agents[i]) {
        agent.plan = followed_up(agent.id, *before_.agents[i], agent.view.why.report,
                                 task_.settings, task_.period.from());
      }
    }
  }

  /// @throws bad_input for each target and finding whose component no card has
  void require_components() const {
    if (staff_->size() == 0) return;
    problem_list problems;
    const auto has = [](const scored& of, label component) {
      return std::any_of(of.units.begin(), of.units.end(), [&](const auto& report) {
        return report && find_component(*report, component.view()) != nullptr;
      });
    };
    const auto require = [&](const char* field, label component, bool there) {
      if (there) return;
      problems.add({field, 0, std::string(component.view()), "no card has this component"});
    };
    for (const followed_target& t : task_.settings.targets) {
      require("targets", t.component, t.component == label() || has(now_, t.component));
    }
    for (const finding_rule& f : task_.settings.findings) {
      require("findings", f.component, has(now_, f.component) || has(before_, f.component));
    }
    problems.throw_if_any();
  }

  evaluation_task task_;
  versions_in_force in_force_;
  const version_spec* current_;
  evaluated_periods periods_;
  std::vector<const version_spec*> versions_;  ///< in force in each period
  std::vector<grouped_table> tables_;
  std::vector<table_quality> quality_;
  std::optional<evaluated_staff> staff_;
  seen_definitions definitions_;
  scored now_;
  scored before_;
  std::vector<std::vector<trend_line>> trends_of_agents_;
  std::vector<std::vector<trend_line>> trends_of_units_;
  std::vector<std::optional<score_change>> changes_of_agents_;
  std::vector<std::optional<score_change>> changes_of_units_;
  std::string why_not_split_;
};

}  // namespace crmetrics::detail
