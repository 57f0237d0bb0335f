// What an evaluation shows: trends, targets, plans, ranks, warnings, definitions.

#include <crmetrics/derive/detail/contact_flags.hpp>
#include <crmetrics/runtime/evaluation.hpp>
#include <crmetrics/runtime/evaluation_settings.hpp>
#include <crmetrics/runtime/spec_evaluation.hpp>
#include <crmetrics/runtime/spec_parser.hpp>
#include <crmetrics/runtime/table_quality.hpp>
#include <crmetrics/time/calendar_periods.hpp>

#include "evaluation_case.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace {

namespace crm = crmetrics;
using crm::test::agent_named;
using crm::test::day_of_quarter;
using crm::test::missing_cell;
using crm::test::quarter;
using crm::test::small_table;
using crm::test::spec;
using crm::test::table_data;
using crm::test::three;
using crm::test::unit_named;

const crm::period second_quarter = crm::calendar_quarter(2025, 2);

// Rows of four quarters, the last one the second of 2025, each with its own mean.
table_data four_quarters() {
  table_data t;
  t.name = "log";
  t.owner_names = {"ann", "bo"};
  t.columns = {{"nps", "recommends", {}}, {"score", "points", {}}};
  for (int q = 0; q != 4; ++q) {
    for (int i = 0; i != 40; ++i) {
      t.owners.push_back(static_cast<std::uint32_t>(i % 2));
      t.instants.push_back(crm::period_before(second_quarter, q).from().microseconds + i);
      t.columns[0].values.push_back((i * 7 + q) % 11);
      t.columns[1].values.push_back(50 + 3 * q + i % 5 + i % 2);
    }
  }
  return t;
}

crm::evaluation evaluated(const table_data& data, const std::vector<crm::listed_agent>& agents,
                          const crm::evaluation_settings& settings = {},
                          const crm::period& in = second_quarter) {
  const std::vector<crm::observation_table> tables{data.whole()};
  return crm::spec_evaluation(spec(), in, settings).evaluate(agents, tables);
}

TEST(evaluation_views, each_line_of_a_trend_is_the_evaluation_of_its_period) {
  const auto data = four_quarters();
  const std::vector<crm::listed_agent> agents{
      {"ann", "", "south", ""}, {"bo", "", "south", ""}, {"cy", "", "north", ""}};
  crm::evaluation_settings settings;
  settings.earlier_periods = 3;
  const auto e = evaluated(data, agents, settings);
  const auto& trend = unit_named(e, "south").trend;
  ASSERT_TRUE(trend);
  ASSERT_EQ(trend->size(), 4u);
  for (std::size_t i = 0; i != 4; ++i) {
    const auto p = crm::period_before(second_quarter, static_cast<std::int64_t>(3 - i));
    const auto alone = evaluated(data, agents, {}, p);
    const crm::trend_line& line = (*trend)[i];
    EXPECT_EQ(line.period, p);
    EXPECT_EQ(line.total, unit_named(alone, "south").view.team.total);
    EXPECT_EQ((*agent_named(e, "bo").trend)[i].total,
              agent_named(alone, "bo").view.why.report.total);
    // The rules changed on the first of April.
    EXPECT_EQ(line.other_rules, i == 3) << i;
    EXPECT_EQ(line.change.has_value(), i == 1 || i == 2) << i;
  }
  EXPECT_EQ((*trend)[1].change->value(), *(*trend)[1].total - *(*trend)[0].total);
  // Two changes: the smaller p-value counts twice, whichever of them was found out first.
  const auto p_of = [&](std::size_t i) { return *(*trend)[i].change->p_value(); };
  const double twice = (std::min)(1.0, 2 * (std::min)(p_of(1), p_of(2)));
  EXPECT_EQ(*(*trend)[p_of(1) < p_of(2) ? 1 : 2].adjusted_p, twice);
  EXPECT_EQ(*(*trend)[p_of(1) < p_of(2) ? 2 : 1].adjusted_p,
            (std::max)(twice, (std::max)(p_of(1), p_of(2))));
  // What changed is said once for each thing.
  std::vector<std::string> changed;
  for (const auto& d : e.diagnostics) {
    if (d.code == "W11") changed.push_back(d.path + " " + d.value);
  }
  EXPECT_EQ(changed,
            (std::vector<std::string>{"metrics.nps 50 % -> 40 %", "metrics.score 20 % -> 30 %"}));

  // The weights of this team are its own, and stay as they are.
  const std::vector<crm::listed_agent> north{{"ann", "", "north", ""}, {"bo", "", "north", ""}};
  const auto kept = evaluated(data, north, settings);
  EXPECT_FALSE(unit_named(kept, "north").trend->back().other_rules);
  for (const auto& d : kept.diagnostics) EXPECT_NE(d.code, "W11") << d.text();

  // Before the first version there is nothing to score by.
  settings.earlier_periods = 8;
  const auto longer = evaluated(data, agents, settings);
  EXPECT_EQ(unit_named(longer, "south").trend->size(), 6u);
  EXPECT_EQ(unit_named(longer, "south").trend->front().total, std::nullopt);
  const bool said = std::any_of(longer.diagnostics.begin(), longer.diagnostics.end(), [](auto& d) {
    return d.code == "W11" && d.path == "versions" && d.value == "2023-Q4";
  });
  EXPECT_TRUE(said);
}

TEST(evaluation_views, a_post_that_was_not_there_begins_its_trend_when_it_is) {
  const auto two = crm::card_spec_from(R"spec({ "spec": "scorecard/1", "id": "posts",
    "metrics": {
      "score": { "use": "mean(exam)", "better": "higher",
                 "score": { "linear": { "floor": 0, "target": 100 } } },
      "nps": { "use": "nps", "score": { "linear": { "floor": 0, "target": "+50" } } } },
    "versions": [
      { "from": "2025-01-01", "to": "2025-02-01",
        "groups": { "a": { "weight": 1, "of": { "score": 1, "nps": 1 } } } },
      { "from": "2025-02-01", "groups": { "a": { "weight": 1, "of": { "score": 1, "nps": 1 } } },
        "posts": { "trainer": { "not_applicable": ["nps"] } } } ] })spec");
  auto data = four_quarters();
  for (std::int64_t& t : data.instants) t = std::min(t, day_of_quarter(31));  // in February at last
  const std::vector<crm::observation_table> tables{data.whole()};
  const std::vector<crm::listed_agent> agents{{"ann", "", "x", "trainer"}, {"bo", "", "x", ""}};
  crm::evaluation_settings settings;
  settings.earlier_periods = 1;
  const auto e =
      crm::spec_evaluation(two, crm::calendar_month(2025, 2), settings).evaluate(agents, tables);
  EXPECT_EQ(unit_named(e, "x", "trainer").trend->size(), 1u);
  EXPECT_EQ(agent_named(e, "ann").trend->size(), 1u);
  EXPECT_FALSE(agent_named(e, "ann").trend->front().other_rules);
  EXPECT_EQ(unit_named(e, "x").trend->size(), 2u);
}

TEST(evaluation_views, targets_of_the_spec_and_more_are_followed) {
  table_data data = four_quarters();
  data.owners.assign(14, 0);
  data.instants.assign(14, day_of_quarter(3));
  // Ann's NPS is 10, on the line of "> 10": 3 promoters and 2 detractors of 10.
  data.columns[0].values = {9, 9, 9, 8, 8, 8, 8, 8, 1, 1, 9, 9, 9, 9};
  data.columns[1].values.assign(14, 60);
  for (std::size_t i = 10; i != 14; ++i) data.owners[i] = 1;
  crm::evaluation_settings settings;
  settings.targets = {{"score", crm::target::at_least(60)}, {crm::label(), crm::target::below(50)}};
  const auto e = evaluated(data, {{"ann", "", "", ""}, {"bo", "", "", ""}}, settings, quarter());
  const auto& targets = e.units[0].view.targets;
  ASSERT_EQ(targets.size(), 5u);
  EXPECT_EQ(targets[0].component.view(), "nps");
  EXPECT_EQ(targets[0].goal, crm::target::above(.1));
  EXPECT_EQ(targets[0].counts, (crm::attainment{1, 1, 0}));
  EXPECT_EQ(targets[1].goal, crm::target::at_least(.5));
  EXPECT_EQ(targets[1].counts, (crm::attainment{0, 0, 2}));
  EXPECT_EQ(targets[2].goal, crm::target::at_most(600));
  EXPECT_EQ(targets[3].counts, (crm::attainment{2, 0, 0}));
  EXPECT_EQ(targets[4].component, crm::label());
  EXPECT_EQ(targets[4].counts.assessed(), 2u);
}

TEST(evaluation_views, findings_of_the_period_before_are_followed_up) {
  auto data = four_quarters();
  // Bo's exam goes from 50 to 90 points in the second quarter.
  for (std::size_t i = 0; i != data.owners.size(); ++i) {
    const bool weak = data.owners[i] == 1 && data.instants[i] < second_quarter.from().microseconds;
    data.columns[1].values[i] = (weak ? 50 : 90) + static_cast<double>(i % 5);
  }
  const std::vector<crm::listed_agent> agents{{"ann", "", "", ""}, {"bo", "", "", ""}};
  crm::evaluation_settings settings;
  settings.findings = {{"score", 60, crm::target::at_least(80), "train"}};
  // Without a period before there is nothing to follow.
  EXPECT_FALSE(agent_named(evaluated(data, agents, settings), "bo").plan);
  settings.earlier_periods = 2;
  const auto e = evaluated(data, agents, settings);
  ASSERT_TRUE(agent_named(e, "ann").plan);
  EXPECT_TRUE(agent_named(e, "ann").plan->empty());
  const auto& plan = agent_named(e, "bo").plan;
  ASSERT_TRUE(plan);
  ASSERT_EQ(plan->size(), 1u);
  const crm::plan_followup& f = plan->front();
  EXPECT_EQ(f.item.who, "bo");
  EXPECT_EQ(f.item.action, "train");
  EXPECT_EQ(f.item.agreed, second_quarter.from());
  EXPECT_DOUBLE_EQ(f.item.before.value(), 52);
  EXPECT_DOUBLE_EQ(f.now.value(), 92);
  EXPECT_EQ(f.state, crm::plan_state::improved);
  EXPECT_EQ(f.reached->state, crm::target_state::met);
}

TEST(evaluation_views, a_finding_whose_metric_is_gone_or_changed_is_not_assessed) {
  const auto changed = [](const std::string& first, const std::string& second) {
    return crm::card_spec_from(
        R"spec({ "spec": "scorecard/1", "id": "changed", "metrics": {
          "res": { "use": "resolved_in(1h)", "score": { "linear": { "floor": 0, "target": "100%" } } },
          "fast": { "use": "resolved_in(1h)", "score": { "linear": { "floor": 0, "target": "100%" } } } },
        "versions": [ { "from": "2025-01-01", "to": "2025-04-01",
                        "groups": { "g": { "weight": 1, "of": )spec" +
        first +
        R"spec( } } }, { "from": "2025-04-01", "groups": { "g": { "weight": 1, "of": )spec" +
        second + " } } } ] }");
  };
  table_data data = four_quarters();
  data.columns = {{"res", "took", std::vector<double>(data.owners.size(), 9'000)}};
  const std::vector<crm::observation_table> tables{data.whole()};
  crm::evaluation_settings settings;
  settings.earlier_periods = 1;
  settings.findings = {{"res", 60, {}, "queue"}, {"fast", 60, {}, "never seen"}};
  const auto e =
      crm::spec_evaluation(changed(R"({ "res": 1 })", R"({ "fast": 1 })"), second_quarter, settings)
          .evaluate(tables);
  const auto& plan = agent_named(e, "ann").plan;
  ASSERT_TRUE(plan);
  ASSERT_EQ(plan->size(), 1u);
  EXPECT_EQ(plan->front().item.action, "queue");
  EXPECT_EQ(plan->front().state, crm::plan_state::not_assessed);
  EXPECT_FALSE(plan->front().now.has_value());
}

crm::card_spec ranked_by(const std::string& rank) {
  return crm::card_spec_from(R"spec({ "spec": "scorecard/1", "id": "ranks", "metrics": {
      "a": { "use": "mean(a)", "better": "higher",
             "score": { "linear": { "floor": 0, "target": 100 } } },
      "b": { "use": "mean(b)", "better": "higher",
             "score": { "linear": { "floor": 0, "target": 100 } } } },
    "versions": [ { "from": "2025-01-01",
      "groups": { "g": { "weight": 1, "of": { "a": 1 } }, "h": { "weight": 1, "of": { "b": 1 } } },
      "rank": )spec" + rank + " } ] }");
}

TEST(evaluation_views, ties_and_coverage_are_ranked_as_the_spec_says) {
  table_data t;
  t.name = "log";
  t.owner_names = {"p", "q", "r", "s"};
  t.owners = {0, 1, 2, 3};
  t.columns = {{"a", "a", {60, 70, 80, 99}}, {"b", "b", {80, 70, 40, missing_cell}}};
  const std::vector<crm::observation_table> tables{t.whole()};
  const auto ranks = [&](const std::string& rank) {
    const auto e = crm::spec_evaluation(ranked_by(rank), quarter()).evaluate(tables);
    const crm::evaluation::unit& unit = e.units.at(0);
    std::string out;
    for (std::size_t i = 0; i != unit.agents.size(); ++i) {
      const crm::evaluation::agent& a = unit.agents[i];
      EXPECT_EQ(unit.view.ranking[i].who, a.id);
      EXPECT_EQ(unit.view.ranking[i].rank, a.view.rank);
      out += a.id + " " + (a.view.rank ? crm::detail::shown(*a.view.rank) : "-") + " of " +
             std::to_string(a.view.ranked) + "; ";
    }
    return out;
  };
  EXPECT_EQ(ranks(R"({ "ties": "competition" })"), "s 1 of 4; p 2 of 4; q 2 of 4; r 4 of 4; ");
  EXPECT_EQ(ranks(R"({ "ties": "dense" })"), "s 1 of 4; p 2 of 4; q 2 of 4; r 3 of 4; ");
  EXPECT_EQ(ranks(R"({ "ties": "fractional" })"), "s 1 of 4; p 2.5 of 4; q 2.5 of 4; r 4 of 4; ");
  EXPECT_EQ(ranks(R"({ "ties": "ordinal", "keys": ["a"] })"),
            "s 1 of 4; q 2 of 4; p 3 of 4; r 4 of 4; ");
  EXPECT_EQ(ranks(R"({ "ties": "ordinal", "keys": ["b"] })"),
            "s 1 of 4; p 2 of 4; q 3 of 4; r 4 of 4; ");
  // Who was assessed on half of the weight is not ranked.
  EXPECT_EQ(ranks(R"({ "min_coverage": 0.6 })"), "p 1 of 3; q 1 of 3; r 3 of 3; s - of 3; ");
  EXPECT_EQ(ranks(R"({ "ties": "dense", "min_coverage": 0.6 })"),
            "p 1 of 3; q 1 of 3; r 2 of 3; s - of 3; ");
}

TEST(evaluation_views, large_units_have_ranks_without_sets) {
  const auto data = four_quarters();
  crm::evaluation_settings settings;
  const std::vector<crm::listed_agent> agents{{"ann", "", "", ""}, {"bo", "", "", ""}};
  const auto with = evaluated(data, agents, settings);
  settings.rank_sets_up_to = 1;
  const auto without = evaluated(data, agents, settings);
  for (std::size_t i = 0; i != 2; ++i) {
    const auto& a = with.units.at(0).view.ranking.at(i);
    const auto& b = without.units.at(0).view.ranking.at(i);
    EXPECT_TRUE(a.rank);
    EXPECT_TRUE(a.could_be);
    EXPECT_TRUE(a.expected_rank);
    EXPECT_EQ(a.rank, b.rank);
    EXPECT_FALSE(b.could_be);
    EXPECT_FALSE(b.expected_rank);
  }
}

TEST(evaluation_views, warnings_are_those_of_the_spec_and_of_the_results) {
  crm::evaluation_settings settings;
  crm::diagnostic own;
  own.code = "W05", own.message = "speed alone";
  settings.warnings = {own};
  const auto e = evaluated(four_quarters(), {{"ann", "", "", ""}, {"bo", "", "", ""}}, settings);
  std::vector<std::string> found;
  for (const auto& d : e.diagnostics) found.push_back(std::string(d.code) + " " + d.path);
  EXPECT_EQ(found, (std::vector<std::string>{"W05 ", "W12 metrics.again", "W12 metrics.aht",
                                             "W12 metrics.errors", "W12 metrics.idea",
                                             "W12 metrics.res", "W15 override.team:north",
                                             "W09 bands", "W10 metrics.nps.target"}));
}

TEST(evaluation_views, definitions_say_what_was_measured_in_which_role) {
  auto data = small_table();
  data.contact_metrics = {"again"};
  data.facts.assign(data.owners.size(),
                    crm::contact_fact(crm::contact_rule{crm::days{7}}, crm::detail::known_customer,
                                      crm::time_span{-1}, false));
  std::string out;
  for (const auto& d : evaluated(data, three(), {}, quarter()).definitions) {
    out += d.metric + " | " + d.use + " | " + d.convention + " | " +
           std::string(to_string(d.unit)) + " | " + std::string(to_string(d.direction)) + " | " +
           std::string(d.role) + "\n";
  }
  EXPECT_EQ(
      out,
      "nps | nps | scale 0-10, promoters 9-10, passives 7-8, detractors 0-6 | net fraction | "
      "higher is better | component\n"
      "res | resolved_in(1h) | resolution time: within 3600 s, without: outage, without: strike | "
      "fraction | "
      "higher is better | component\n"
      "aht | aht.median | 0.5 quantile, type 7, relative error <= 1/256 | seconds | lower is "
      "better | component\n"
      "score | mean(exam) | exam: arithmetic mean | number | higher is better | component\n"
      "again | repeat_contact(7d) | contacts that follow an earlier one within 7 d | fraction "
      "| lower is better | corrector\n"
      "errors | error_rate | errors / checked | fraction | lower is better | veto\n"
      "idea |  | number of true | number | neutral | bonus\n");
}

TEST(evaluation_views, linked_contacts_have_their_own_account) {
  using namespace crm::detail;
  auto data = small_table();
  data.contact_metrics = {"again"};
  const auto fact = [](int flags) {
    return crm::contact_fact(crm::contact_rule{crm::days{7}}, static_cast<std::uint8_t>(flags),
                             crm::time_span{-1}, false);
  };
  const int known = known_customer | anchored;
  data.facts = {fact(known),           fact(known), fact(bad_row), fact(0),
                fact(known | follows), fact(known), fact(known),   fact(known | mature)};
  // The first contact was opened before the quarter, the last one in it.
  data.opened = data.instants;
  std::swap(data.opened.front(), data.opened.back());
  std::vector<crm::listed_agent> agents = three();
  for (auto& a : agents) a.post.clear();
  const auto e = evaluated(data, agents, {}, quarter());
  ASSERT_TRUE(e.quality[0].linked);
  EXPECT_EQ(*e.quality[0].linked,
            (crm::table_quality::contacts{"within 7 d of resolution", 5, 2, 1, 1}));
  EXPECT_EQ(agent_named(e, "ann").view.why.report.correctors.at(0).raw.n(), 2u);
  EXPECT_EQ(agent_named(e, "cy").view.why.report.correctors.at(0).raw.value(), 1);
  const auto& bo = agent_named(e, "bo").view.why.report.correctors.at(0).raw;
  EXPECT_EQ(bo.n(), 0u);
  EXPECT_EQ(bo.excluded().total(), 2u);

  // A table of contacts alone: they are its rows.
  auto alone = data;
  alone.columns.clear();
  alone.instants.clear();
  const auto f = evaluated(alone, {agents[1]}, {}, quarter());
  EXPECT_EQ(f.quality[0].in_period, 7u);
  EXPECT_EQ(f.quality[0].outside_period, 1u);
  EXPECT_EQ(f.quality[0].columns.at(1).role, "time");
  const auto late = evaluated(alone, {agents[1]}, {}, second_quarter);
  EXPECT_EQ(late.without_data.size(), 1u);
  EXPECT_TRUE(crm::spec_evaluation(spec(), second_quarter)
                  .evaluate(std::vector<crm::observation_table>{alone.whole()})
                  .units.empty());

  // Linked by another window than the spec's.
  data.facts.assign(8, crm::contact_fact(crm::contact_rule{crm::days{3}}, known_customer,
                                         crm::time_span{-1}, false));
  EXPECT_THROW(evaluated(data, agents, {}, quarter()), crm::definition_mismatch);
}

}  // namespace
