#include <crmetrics/runtime/evaluation.hpp>
#include <crmetrics/runtime/evaluation_settings.hpp>
#include <crmetrics/runtime/listed_agent.hpp>
#include <crmetrics/runtime/observation_table.hpp>
#include <crmetrics/runtime/spec_evaluation.hpp>
#include <crmetrics/runtime/spec_parser.hpp>
#include <crmetrics/runtime/table_quality.hpp>

#include <crmetrics/io/csv.hpp>
#include <crmetrics/io/evaluation_json.hpp>
#include <crmetrics/io/table_events.hpp>
#include <crmetrics/workload/csv.hpp>
#include <crmetrics/workload/service_desk.hpp>

#include <support/desk_tables.hpp>
#include "evaluation_case.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace crm = crmetrics;
using crm::test::agent_named;
using crm::test::day_of_quarter;
using crm::test::missing_cell;
using crm::test::nobody;
using crm::test::quarter;
using crm::test::reports_of_events;
using crm::test::small_table;
using crm::test::spec;
using crm::test::table_data;
using crm::test::three;
using crm::test::unit_named;

std::string text_of(const std::string& file) {
  std::ifstream in(std::string(CRMETRICS_SOURCE_DIR) + "/" + file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

crm::dynamic_scorecard card_of(const crm::listed_agent& a) {
  const std::string who = "team:" + a.team;
  return crm::card_timeline(spec(), {.who = who, .post = a.post}).at(quarter()).definition;
}

TEST(spec_evaluation, the_workload_equals_events_one_by_one) {
  const auto folder = std::filesystem::temp_directory_path() / "crmetrics_spec_evaluation";
  crm::workload::service_desk_settings settings;
  settings.agents = 9;
  settings.issues = 6'000;
  settings.customers = 2'000;
  const auto desk = crm::workload::generate(settings);
  crm::workload::write_csv(desk, folder);
  const auto card = crm::card_spec_from(text_of("examples/score_csv/card.json"));
  const crm::test::desk_tables data(desk);
  const auto agents = data.agents();

  std::map<std::string, crm::dynamic_scorecard> cards;
  for (const auto& a : agents) {
    const std::string who = "team:" + a.team;
    cards.emplace(a.id, crm::card_timeline(card, {.who = who}).at(quarter()).definition);
  }
  const auto when = [](std::string_view text) {
    const auto number = [&](std::size_t at, std::size_t n) {
      int out = 0;
      for (const char c : text.substr(at, n)) out = out * 10 + (c - '0');
      return out;
    };
    crm::instant t = crm::start_of(
        {number(0, 4), static_cast<unsigned>(number(5, 2)), static_cast<unsigned>(number(8, 2))});
    if (text.size() > 10) {
      t.microseconds += 1'000'000LL * (3'600 * number(11, 2) + 60 * number(14, 2) + number(17, 2));
    }
    return t;
  };
  std::size_t events = 0;
  for (const auto& [name, roles] :
       crm::table_roles_from(text_of("examples/score_csv/tables.json"))) {
    const auto table = crm::read_csv(folder / (name + ".csv"));
    for (const auto& e :
         crm::events_of(table, name, roles, when, quarter(), crm::instant{desk.observed_until})) {
      cards.at(e.owner).update(e.event);
      ++events;
    }
  }
  std::filesystem::remove_all(folder);
  ASSERT_GT(events, 10'000u);

  const auto e = crm::spec_evaluation(card, quarter()).evaluate(agents, data.tables());
  ASSERT_EQ(e.units.size(), 3u);
  for (const auto& unit : e.units) {
    std::optional<crm::dynamic_scorecard> team;
    std::vector<std::string> ids;
    for (const auto& a : unit.agents) ids.push_back(a.id);
    std::sort(ids.begin(), ids.end());
    for (const std::string& id : ids) {
      team ? static_cast<void>(team->merge(cards.at(id))) : static_cast<void>(team = cards.at(id));
      EXPECT_EQ(crm::to_json(agent_named(e, id).view.why.report),
                crm::to_json(cards.at(id).result()))
          << id;
    }
    EXPECT_EQ(crm::to_json(unit.view.team), crm::to_json(team->result()));
    EXPECT_EQ(unit.rules(), team->definition());
  }
  EXPECT_EQ(e.units[0].agents.size() + e.units[1].agents.size() + e.units[2].agents.size(), 9u);
}

// Random tables: values that metrics take, missing ones, causes, rows of nobody, of strangers and
// of other times; one metric fed by two tables.
table_data random_table(const std::string& name, std::size_t agents, bool second) {
  table_data t;
  t.name = name;
  for (std::size_t i = 0; i != agents; ++i) t.owner_names.push_back("a" + std::to_string(i));
  t.owner_names.push_back("stranger");
  t.owner_names.push_back("");
  t.cause_names = {"outage", "rain", "strike", ""};
  const auto rows = *rc::gen::inRange<std::size_t>(0, 60);
  const auto cells = [&](const auto& one) {
    std::vector<double> out;
    for (std::size_t i = 0; i != rows; ++i) {
      out.push_back(*rc::gen::inRange(0, 8) == 0 ? missing_cell : one());
    }
    return out;
  };
  const bool with_causes = *rc::gen::arbitrary<bool>();
  for (std::size_t i = 0; i != rows; ++i) {
    const auto owner = *rc::gen::inRange<std::uint32_t>(0, static_cast<std::uint32_t>(agents) + 3);
    t.owners.push_back(owner == agents + 2 ? nobody : owner);
    const auto day = *rc::gen::inRange<std::int64_t>(-20, 110);
    t.instants.push_back(day == 0 ? crm::observation_table::no_time : day_of_quarter(day));
    if (!with_causes) continue;
    const auto cause = *rc::gen::inRange<std::uint32_t>(0, 6);
    t.causes.push_back(cause > 3 ? nobody : cause);
  }
  const auto real = [] { return *rc::gen::inRange(0, 1'000'000) / 7.0; };
  t.columns.push_back({"score", "points", cells(real)});
  if (second) {
    t.columns.push_back({"idea", "idea", cells([] { return double(*rc::gen::inRange(0, 2)); })});
    t.columns.push_back({"errors", "wrong", cells([] { return double(*rc::gen::inRange(0, 2)); })});
    return t;
  }
  t.columns.push_back(
      {"nps", "recommends", cells([] { return double(*rc::gen::inRange(0, 11)); })});
  const auto age = [] { return *rc::gen::inRange(0, 8'000) / 1.0; };
  const bool with_ages = *rc::gen::arbitrary<bool>();
  t.columns.push_back({"res", "took", cells([] { return *rc::gen::inRange(0, 8'000) / 1.0; }),
                       with_ages ? cells(age) : std::vector<double>()});
  t.columns.push_back({"aht", "handled", cells([] { return *rc::gen::inRange(0, 2'000) / 3.0; })});
  for (std::size_t i = 0; i != rows; ++i) {
    const auto flags = *rc::gen::inRange(0, 128);
    t.facts.emplace_back(crm::contact_rule{crm::days{7}}, static_cast<std::uint8_t>(flags),
                         crm::time_span{-1}, false);
    t.opened.push_back(day_of_quarter(*rc::gen::inRange<std::int64_t>(-9, 99)));
  }
  t.contact_metrics = {"again"};
  return t;
}

TEST(spec_evaluation, random_columns_equal_events_one_by_one) {
  // evaluate() is update() of each event, on any threads and in any batches.
  EXPECT_TRUE(rc::check([] {
    const auto people = *rc::gen::inRange<std::size_t>(1, 6);
    const table_data first = random_table("first", people, false);
    const table_data second = random_table("second", people, true);
    std::vector<crm::listed_agent> agents;
    for (std::size_t i = 0; i != people; ++i) {
      agents.push_back({"a" + std::to_string(i), "", i % 2 == 0 ? "north" : "south", ""});
    }
    const std::vector<crm::observation_table> tables{first.whole(), second.whole()};
    // The bits of sums of doubles depend on the order: score, then the others, as documented.
    auto expected = reports_of_events::from(agents, tables, quarter(),
                                            [](const crm::listed_agent& a) { return card_of(a); });

    crm::evaluation_settings settings;
    settings.ranks.draws = 100;
    const auto e = crm::spec_evaluation(spec(), quarter(), settings).evaluate(agents, tables);
    std::size_t seen = 0;
    for (const auto& unit : e.units) {
      std::vector<std::string> ids;
      for (const crm::listed_agent& a : agents) {
        if (a.team == unit.name) ids.push_back(a.id);
      }
      RC_ASSERT(crm::to_json(unit.view.team) == expected.json_of_team(ids));
      for (const auto& a : unit.agents) {
        RC_ASSERT(crm::to_json(a.view.why.report) == expected.json_of(a.id));
        ++seen;
      }
    }
    RC_ASSERT(seen + e.without_data.size() == people);
    for (const auto& a : e.without_data) {
      RC_ASSERT(expected.json_of(a.id) == crm::to_json(card_of(a).result()));
    }

    // More threads than there is work.
    settings.threads = *rc::gen::inRange(2U, 5U);
    const auto threaded =
        crm::spec_evaluation(spec(), quarter(), settings).evaluate(agents, tables);
    RC_ASSERT(crm::to_json(threaded) == crm::to_json(e));

    // Each table in three batches, cut anywhere.
    std::vector<crm::observation_table> batches;
    for (const table_data* t : {&first, &second}) {
      const std::size_t rows = t->owners.size();
      const auto a = *rc::gen::inRange<std::size_t>(0, rows + 1);
      const auto b = *rc::gen::inRange<std::size_t>(a, rows + 1);
      batches.push_back(t->part(0, a));
      batches.push_back(t->part(a, b));
      batches.push_back(t->part(b, rows));
    }
    const auto batched =
        crm::spec_evaluation(spec(), quarter(), settings).evaluate(agents, batches);
    RC_ASSERT(crm::to_json(batched) == crm::to_json(e));
  }));
}

TEST(spec_evaluation, units_are_teams_and_posts) {
  const auto data = small_table();
  const std::vector<crm::observation_table> tables{data.whole()};
  const auto e = crm::spec_evaluation(spec(), quarter()).evaluate(three(), tables);
  ASSERT_EQ(e.units.size(), 3u);
  EXPECT_EQ(e.units[0].name, "north");
  EXPECT_EQ(e.units[0].post, "data");
  EXPECT_EQ(e.units[1].post, "trainer");
  EXPECT_EQ(e.units[2].name, "south");
  for (const crm::listed_agent& a : three()) {
    const auto& unit = unit_named(e, a.team, a.post);
    EXPECT_EQ(unit.rules(), card_of(a).definition());
    ASSERT_EQ(unit.agents.size(), 1u);
    EXPECT_EQ(unit.agents[0].id, a.id);
    EXPECT_EQ(unit.agents[0].name, a.name.empty() ? a.id : a.name);
    EXPECT_EQ(unit.agents[0].view.who, a.id);
    EXPECT_FALSE(unit.trend);
    EXPECT_FALSE(unit.agents[0].trend);
    EXPECT_FALSE(unit.agents[0].plan);
  }
  EXPECT_EQ(e.title, "desk");
  EXPECT_EQ(e.period_name, "2025-Q1");
  EXPECT_EQ(e.in_force.note, "first");
  EXPECT_EQ(e.in_force.approved, "Ann");
  EXPECT_TRUE(e.in_force.from == (crm::date{2024, 1, 1}));
  EXPECT_TRUE(e.without_data.empty());

  // The weights of the team, and the line that the post does not have.
  const auto& cy = agent_named(e, "cy").view.why.report;
  EXPECT_EQ(cy.component("res").absent, crm::absence::not_applicable);
  EXPECT_NEAR(cy.component("nps").weight, .2 / (.2 + .4 * .4 + .4), .2);
  const auto& ann = agent_named(e, "ann").view.why.report;
  EXPECT_NEAR(ann.component("nps").weight, .5, 1e-15);
  EXPECT_EQ(ann.component("nps").raw.n(), 2u);  // the day before the quarter is not in it
  EXPECT_EQ(ann.component("score").raw.value(), 60);
  // The card of this post has no nps: its rows are nobody's, and counted.
  const auto& bo = agent_named(e, "bo").view.why.report;
  ASSERT_EQ(bo.components.size(), 1u);
  EXPECT_EQ(*bo.total, 35);
  ASSERT_EQ(e.quality.size(), 1u);
  const crm::table_quality& q = e.quality[0];
  EXPECT_EQ(q.rows, 8u);
  EXPECT_EQ(q.in_period, 7u);
  EXPECT_EQ(q.outside_period, 1u);
  EXPECT_EQ(q.without_owner, 1u);
  EXPECT_EQ(q.unknown_owner, 1u);
  ASSERT_EQ(q.columns.size(), 4u);
  EXPECT_EQ(q.columns[0], (crm::table_quality::column{"owner", "owner", 1, 7, 0}));
  EXPECT_EQ(q.columns[1], (crm::table_quality::column{"time", "time", 0, 8, 0}));
  EXPECT_EQ(q.columns[2], (crm::table_quality::column{"recommends", "nps", 0, 5, 2}));
  EXPECT_EQ(q.columns[3], (crm::table_quality::column{"points", "score", 1, 5, 0}));
  EXPECT_FALSE(q.linked);
}

TEST(spec_evaluation, without_a_list_the_owners_of_the_period_are_listed) {
  const auto data = small_table();
  const std::vector<crm::observation_table> tables{data.whole()};
  const auto e = crm::spec_evaluation(spec(), quarter()).evaluate(tables);
  ASSERT_EQ(e.units.size(), 1u);
  EXPECT_EQ(e.units[0].name, "");
  ASSERT_EQ(e.units[0].agents.size(), 4u);
  EXPECT_EQ(agent_named(e, "zoe").view.why.report.component("nps").raw.n(), 1u);
  EXPECT_EQ(e.quality[0].unknown_owner, 0u);

  // Who only has rows of another time is not.
  const auto later = crm::spec_evaluation(spec(), crm::calendar_quarter(2024, 4)).evaluate(tables);
  ASSERT_EQ(later.units.size(), 1u);
  ASSERT_EQ(later.units[0].agents.size(), 1u);
  EXPECT_EQ(later.units[0].agents[0].id, "ann");
  // Nobody at all.
  const auto none = crm::spec_evaluation(spec(), crm::calendar_quarter(2024, 1)).evaluate(tables);
  EXPECT_TRUE(none.units.empty());
  EXPECT_TRUE(none.without_data.empty());
}

TEST(spec_evaluation, who_is_listed_and_has_no_row_is_without_data) {
  const auto data = small_table();
  const std::vector<crm::observation_table> tables{data.whole()};
  std::vector<crm::listed_agent> agents{{"ann", "Ann", "south", ""}, {"new", "Nora", "south", ""}};
  const auto e = crm::spec_evaluation(spec(), quarter()).evaluate(agents, tables);
  ASSERT_EQ(e.without_data.size(), 1u);
  EXPECT_EQ(e.without_data[0], agents[1]);
  ASSERT_EQ(e.units.size(), 1u);
  EXPECT_EQ(e.units[0].agents.size(), 1u);
  EXPECT_EQ(e.quality[0].unknown_owner, 4u);
}

std::string problems_of(const std::vector<crm::listed_agent>& agents,
                        const std::vector<crm::observation_table>& tables,
                        const crm::evaluation_settings& settings = {}) {
  try {
    static_cast<void>(crm::spec_evaluation(spec(), quarter(), settings).evaluate(agents, tables));
  } catch (const crm::bad_input& e) {
    return e.what();
  }
  return "";
}

// Five cases solved in half an hour, five open for a day, two for a minute, one of unknown age.
TEST(spec_evaluation, open_cases_are_failures_beyond_the_limit_and_pending_before) {
  table_data t;
  t.name = "cases";
  t.owner_names = {"ann"};
  const auto row = [&](double took, double age) {
    t.owners.push_back(0);
    t.instants.push_back(day_of_quarter(3));
    t.columns[0].values.push_back(took);
    t.columns[0].ages.push_back(age);
  };
  t.columns = {{"res", "opened to solved", {}}};
  for (int i = 0; i != 5; ++i) row(1'800, missing_cell);
  for (int i = 0; i != 5; ++i) row(missing_cell, 86'400);
  for (int i = 0; i != 2; ++i) row(missing_cell, 60);
  row(missing_cell, 3'600);  // exactly on the limit it may still be met
  row(missing_cell, missing_cell);
  row(missing_cell, 90'000);
  t.instants.back() = crm::observation_table::no_time;
  const std::vector<crm::observation_table> tables = {t.whole()};
  const auto e = crm::spec_evaluation(spec(), quarter()).evaluate(tables);
  const auto raw = agent_named(e, "ann").view.why.report.component("res").raw;
  EXPECT_EQ(raw.n(), 10u);
  EXPECT_EQ(raw.value(), .5);
  EXPECT_EQ(raw.pending(), 3u);
  EXPECT_EQ(raw.missing(), 1u);
  const auto& columns = e.quality.at(0).columns;
  const auto column =
      std::find_if(columns.begin(), columns.end(), [](const auto& c) { return c.role == "res"; });
  ASSERT_NE(column, columns.end());
  EXPECT_EQ(column->open, 8u);
  EXPECT_EQ(column->missing, 1u);
  EXPECT_EQ(column->open_without_time, 1u);
  const auto told = std::find_if(e.diagnostics.begin(), e.diagnostics.end(),
                                 [](const auto& d) { return d.code == "W13"; });
  ASSERT_NE(told, e.diagnostics.end());
  EXPECT_EQ(told->path, "metrics.res");
  EXPECT_EQ(told->value, "1");
}

TEST(spec_evaluation, refused_values_are_named_by_row_of_the_table) {
  auto data = small_table();
  data.columns[0].values = {9, 11, 3, 4.5, 8, 77, 77, 77};  // 77: nobody, a stranger, another time
  data.columns[1].values[2] = std::numeric_limits<double>::infinity();
  auto other = small_table();
  other.name = "more";
  other.columns = {{"errors", "wrong", {0, 1, 2, 0, 1, 0, 0, 0}}};
  std::vector<crm::listed_agent> agents = three();
  for (auto& a : agents) a.post.clear();
  const std::string expected =
      "4 problems\n"
      "  row 2: log.recommends: value \"11\": not a whole point of the scale\n"
      "  row 3: log.points: value \"inf\": not finite\n"
      "  row 4: log.recommends: value \"4.5\": not a whole point of the scale\n"
      "  row 3: more.wrong: value \"2\": must be 1 (yes) or 0 (no)";
  EXPECT_EQ(problems_of(agents, {data.whole(), other.whole()}), expected);
  // The rows of a table go on from batch to batch, and threads change nothing.
  crm::evaluation_settings settings;
  settings.threads = 3;
  EXPECT_EQ(
      problems_of(agents, {data.part(0, 3), data.part(3, 8), other.part(0, 1), other.part(1, 8)},
                  settings),
      expected);
}

TEST(spec_evaluation, causes_that_no_row_names_are_told) {
  auto data = small_table();
  data.columns.push_back({"res", "took", std::vector<double>(8, 60)});
  const auto told = [](const table_data& t) {
    const std::vector<crm::observation_table> tables = {t.whole()};
    std::string out;
    for (const auto& d :
         crm::spec_evaluation(spec(), quarter()).evaluate(three(), tables).diagnostics)
      if (d.code == "W14") out += d.text() + "\n";
    return out;
  };
  EXPECT_EQ(told(data),
            "W14 metrics.res.exclude: log: the table names no causes, so nothing is left out; give "
            "the column of causes the role \"cause\"\n");
  data.cause_names = {"outages", "strike"};
  data.causes = {0, 1, 0, 1, nobody, nobody, 0, 0};
  EXPECT_EQ(
      told(data),
      "W14 metrics.res.exclude: outage: no row names this cause; did you mean \"outages\"?\n");
  data.cause_names[0] = "outage";
  EXPECT_EQ(told(data), "");
}

TEST(spec_evaluation, weights_of_a_team_that_nobody_is_in_are_told) {
  const table_data data = small_table();
  const std::vector<crm::observation_table> tables = {data.whole()};
  const auto told = [&](const char* team) {
    std::vector<crm::listed_agent> agents = three();
    for (auto& a : agents) a.team = team, a.post.clear();
    std::string out;
    for (const auto& d :
         crm::spec_evaluation(spec(), quarter()).evaluate(agents, tables).diagnostics)
      if (d.code == "W15") out += d.text();
    return out;
  };
  EXPECT_EQ(told("north"), "");
  EXPECT_EQ(told("North"),
            "W15 override.team:north: nobody who is listed is in this team; did you mean "
            "\"team:North\"?");
}

TEST(spec_evaluation, a_row_feeds_a_metric_once) {
  auto data = small_table();
  data.columns.push_back({"score", "marks", std::vector<double>(8, 60)});
  data.contact_metrics = {"again", "again"};
  data.facts.assign(
      8, crm::contact_fact(crm::contact_rule{crm::days{7}}, 0, crm::time_span{-1}, false));
  data.opened = data.instants;
  EXPECT_EQ(problems_of(three(), {data.whole()}),
            "2 problems\n"
            "  log.marks: value \"score\": the table feeds this metric already\n"
            "  log.linked contacts: value \"again\": the table feeds this metric already");
}

TEST(spec_evaluation, yes_and_no_are_only_for_metrics_of_yes_and_no) {
  auto data = small_table();
  data.columns = {{"nps", "recommends", std::vector<double>(8, 1)},
                  {"res", "took", std::vector<double>(8, 1)},
                  {"score", "points", std::vector<double>(8, 1)},
                  {"errors", "wrong", std::vector<double>(8, 1)},
                  {"idea", "idea", std::vector<double>(8, 1)}};
  crm::observation_table table = data.whole();
  for (auto& c : table.columns) c.yes_or_no = true;
  EXPECT_EQ(
      problems_of(three(), {table}),
      "3 problems\n"
      "  log.recommends: value \"nps\": the column says yes and no, the metric takes numbers\n"
      "  log.took: value \"res\": the column says yes and no, the metric takes numbers\n"
      "  log.points: value \"score\": the column says yes and no, the metric takes numbers");
  for (std::size_t i = 0; i != 3; ++i) table.columns[i].yes_or_no = false;
  EXPECT_EQ(problems_of(three(), {table}), "");
}

// Six minutes are no rating of 360: what was turned into seconds is for metrics of time.
TEST(spec_evaluation, lengths_of_time_are_only_for_metrics_of_time) {
  auto data = small_table();
  data.columns = {{"nps", "recommends", std::vector<double>(8, 1)},
                  {"res", "took", std::vector<double>(8, 1)},
                  {"score", "points", std::vector<double>(8, 1)},
                  {"idea", "idea", std::vector<double>(8, 1)}};
  crm::observation_table table = data.whole();
  for (auto& c : table.columns) c.seconds = true;
  EXPECT_EQ(problems_of(three(), {table}),
            "3 problems\n"
            "  log.recommends: value \"nps\": the column holds lengths of time, the metric none\n"
            "  log.points: value \"score\": the column holds lengths of time, the metric none\n"
            "  log.idea: value \"idea\": the event of a bonus is a number, not a length of time");
}

TEST(spec_evaluation, all_that_is_wrong_with_the_input_is_found_at_once) {
  auto data = small_table();
  data.owners[2] = 4;
  data.instants.pop_back();
  data.columns[1].metric = "scor";
  data.columns.push_back({"again", "back", std::vector<double>(3)});
  data.contact_metrics = {"nps"};
  data.facts.resize(8);
  auto other = small_table();
  other.columns.pop_back();
  const std::vector<crm::listed_agent> agents{
      {"ann", "", "", ""}, {"", "", "", ""}, {"ann", "", "", "trainers"}};
  crm::evaluation_settings settings;
  settings.threads = 0;
  EXPECT_EQ(
      problems_of(agents, {data.whole(), other.whole()}, settings),
      "11 problems\n"
      "  row 2: agents.id: is empty\n"
      "  row 3: agents.id: value \"ann\": stands in the list twice\n"
      "  row 3: agents.post: value \"trainers\": the spec has no post of this name; did you mean "
      "\"trainer\"?\n"
      "  row 3: log.owner: value \"4\": no such number: there are 4 names\n"
      "  log.time: value \"7\": another number of rows than the owners, which are 8\n"
      "  log.back: value \"3\": another number of rows than the owners, which are 8\n"
      "  log.points: value \"scor\": the spec has no metric or bonus of this name; did you mean "
      "\"score\"?\n"
      "  log.back: value \"again\": the metric takes linked contacts, not numbers\n"
      "  log.linked contacts: value \"nps\": the metric takes numbers, not linked contacts\n"
      "  threads: value \"0\": must be 1 or more\n"
      "  log: value \"2\": this batch of the table has other columns than the first");
  // The number of a row is that in the table, not in the batch.
  data = small_table();
  data.owners[5] = 9;
  EXPECT_EQ(problems_of(three(), {data.part(0, 4), data.part(4, 8)}),
            "1 problem\n  row 6: log.owner: value \"9\": no such number: there are 4 names");
  // A trend needs times.
  data = small_table();
  data.instants.clear();
  settings.threads = 1;
  EXPECT_EQ(problems_of(three(), {data.whole()}, settings), "");
  settings.earlier_periods = 1;
  EXPECT_EQ(
      problems_of(three(), {data.whole()}, settings),
      "1 problem\n  log.time: a trend needs to know when rows count: this table has no times");
  // What is to be followed must be on a card.
  settings.earlier_periods = 0;
  settings.targets = {{"npss", crm::target::at_least(.1)}};
  settings.findings = {{"csat", 60, {}, "talk"}};
  data = small_table();
  EXPECT_EQ(problems_of(three(), {data.whole()}, settings),
            "2 problems\n  targets: value \"npss\": no card has this component\n"
            "  findings: value \"csat\": no card has this component");
}

// Two quarters of a spec whose second version has other weights, another exclusion and a metric
// more: cards of the first cannot take the results of the second, its tables can.
TEST(spec_evaluation, a_change_is_split_into_results_and_rules) {
  const crm::card_spec two = crm::card_spec_from(R"spec({
    "spec": "scorecard/1", "id": "two", "grain": "quarter",
    "metrics": {
      "nps":   { "use": "nps", "score": { "linear": { "floor": "-100", "target": "+100" } } },
      "res":   { "use": "resolved_in(1h)", "exclude": ["outage"],
                 "score": { "linear": { "floor": "0%", "target": "100%" } } },
      "score": { "use": "mean(exam)", "score": { "linear": { "floor": 0, "target": 100 } } } },
    "versions": [
      { "from": "2025-01-01", "to": "2025-04-01",
        "groups": { "voice": { "weight": 50, "of": { "nps": 1 } },
                    "speed": { "weight": 50, "of": { "res": 1 } } } },
      { "from": "2025-04-01", "base": "2025-01-01",
        "set": { "metrics.res.exclude": ["strike"],
                 "groups.voice": { "weight": 25, "of": { "nps": 1 } },
                 "groups.speed": { "weight": 75, "of": { "res": 1, "score": 1 } } } } ] })spec");
  table_data t;
  t.name = "log";
  t.owner_names = {"ann"};
  t.cause_names = {"outage", "strike"};
  t.columns = {{"nps", "recommends", {}}, {"res", "took", {}}, {"score", "points", {}}};
  const auto row = [&](std::int64_t day, double nps, double took, double points,
                       std::uint32_t cause) {
    t.owners.push_back(0);
    t.instants.push_back(day_of_quarter(day));
    t.causes.push_back(cause);
    t.columns[0].values.push_back(nps);
    t.columns[1].values.push_back(took);
    t.columns[2].values.push_back(points);
  };
  row(1, 10, 60, 80, nobody), row(2, 10, 60, 80, nobody), row(3, 5, 9'000, 80, 0);
  row(4, 7, 9'000, 80, 1);
  row(91, 10, 60, 60, nobody), row(92, 0, 9'000, 60, 0), row(93, 10, 60, 60, 1);
  const std::vector<crm::observation_table> tables = {t.whole()};
  const auto second = crm::calendar_quarter(2025, 2);
  crm::evaluation_settings settings;
  settings.earlier_periods = 1;
  const auto e = crm::spec_evaluation(two, second, settings).evaluate(tables);
  const auto& change = agent_named(e, "ann").change;
  ASSERT_TRUE(change);
  // By hand. First quarter: nps (2 - 1) / 4 = .25, 62.5 points; res 2 of 3 without the outage, 2 of
  // 3 without the strike. Second: nps 1 / 3, 66.67 points; res 2 of 2 and 1 of 2.
  const double voice_1 = 62.5;
  const double voice_2 = 200.0 / 3;
  const double third = 200.0 / 3;
  EXPECT_NEAR(*change->before, (voice_1 + third) / 2, 1e-9);
  EXPECT_NEAR(*change->before_by_new, voice_1 / 4 + .75 * (third + 80) / 2, 1e-9);
  EXPECT_NEAR(*change->after_by_old, (voice_2 + 100) / 2, 1e-9);
  EXPECT_NEAR(*change->after, voice_2 / 4 + .75 * (50 + 60) / 2, 1e-9);
  EXPECT_NEAR(*change->by_results + *change->by_rules, *change->after - *change->before, 1e-9);
  EXPECT_FALSE(change->comparable());
  EXPECT_EQ(change->new_rules, e.units.front().rules());
  EXPECT_EQ(e.units.front().change->by_rules, change->by_rules) << "a team of one";
  EXPECT_EQ(agent_named(e, "ann").view.why.report.definition, change->new_rules);
  // The account is of the period itself, once.
  EXPECT_EQ(e.quality.front().columns.back().rows, 3u);
  // Without a period before, or of one version, there is nothing to split.
  EXPECT_FALSE(agent_named(crm::spec_evaluation(two, second).evaluate(tables), "ann").change);
  EXPECT_FALSE(agent_named(crm::spec_evaluation(two, crm::calendar_month(2025, 1), settings)
                               .evaluate(std::vector{t.whole()}),
                           "ann")
                   .change);
}

TEST(spec_evaluation, says_why_a_change_is_not_split) {
  const crm::card_spec two = crm::card_spec_from(R"spec({
    "spec": "scorecard/1", "id": "two", "grain": "quarter",
    "metrics": { "back": { "use": "repeat_contact(7d)",
                           "score": { "linear": { "floor": "100%", "target": "0%" } } } },
    "versions": [
      { "from": "2025-01-01", "to": "2025-04-01",
        "groups": { "all": { "weight": 1, "of": { "back": 1 } } } },
      { "from": "2025-04-01", "base": "2025-01-01",
        "set": { "metrics.back.use": "repeat_contact(30d)" } } ] })spec");
  // Each quarter's contacts were linked by the window of its version.
  const auto linked_within = [](const char* name, std::int64_t days, std::int64_t day) {
    table_data t;
    t.name = name;
    t.owner_names = {"ann"};
    t.owners = {0, 0};
    t.instants = {day_of_quarter(day), day_of_quarter(day + 1)};
    t.contact_metrics = {"back"};
    for (const int more : {0, 0 + crm::detail::follows}) {
      t.facts.push_back(crm::contact_fact(
          crm::contact_rule{crm::days{days}},
          static_cast<std::uint8_t>(crm::detail::known_customer | crm::detail::anchored | more),
          crm::time_span{-1}, false));
    }
    t.opened = t.instants;
    return t;
  };
  const table_data first = linked_within("winter", 7, 1);
  const table_data second = linked_within("spring", 30, 100);
  const std::vector<crm::observation_table> tables{first.whole(), second.whole()};
  crm::evaluation_settings settings;
  settings.earlier_periods = 1;
  const auto e =
      crm::spec_evaluation(two, crm::calendar_quarter(2025, 2), settings).evaluate(tables);
  const auto& ann = agent_named(e, "ann");
  EXPECT_FALSE(ann.change);
  EXPECT_EQ(ann.view.why.report.total, 50);
  std::string told;
  for (const crm::diagnostic& d : e.diagnostics) told += d.text() + "\n";
  EXPECT_NE(told.find("W11 versions: the change cannot be split into what results and what rules"),
            std::string::npos)
      << told;
  EXPECT_NE(told.find("repeat contact"), std::string::npos) << told;
}

TEST(spec_evaluation, a_period_must_lie_inside_one_version) {
  const auto data = small_table();
  const std::vector<crm::observation_table> tables{data.whole()};
  const auto at = [&](const crm::period& p, std::size_t earlier = 0) {
    crm::evaluation_settings settings;
    settings.earlier_periods = earlier;
    return crm::spec_evaluation(spec(), p, settings).evaluate(tables);
  };
  EXPECT_THROW(at(crm::calendar_quarter(2023, 4)), crm::bad_input);
  EXPECT_THROW(at(crm::period(crm::start_of({2025, 3, 1}), crm::start_of({2025, 5, 1}))),
               crm::bad_input);
  EXPECT_THROW(at(crm::period(quarter().from(), quarter().from())), crm::bad_input);
  EXPECT_NO_THROW(at(crm::calendar_quarter(2025, 2)));
}

}  // namespace
