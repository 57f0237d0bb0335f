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
    for (const auto& e : crm::events_of(table, name, roles, when, quarter(), quarter().to())) {
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
  t.columns.push_back({"res", "took", cells([] { return *rc::gen::inRange(0, 8'000) / 1.0; })});
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
