#include <crmetrics/io/evaluation_json.hpp>
#include <crmetrics/io/evaluation_text.hpp>
#include <crmetrics/io/score_json.hpp>
#include <crmetrics/runtime/spec_evaluation.hpp>

#include "../runtime/evaluation_case.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include <sstream>
#include <string>
#include <vector>

namespace {

namespace crm = crmetrics;
namespace json = boost::json;
using crm::test::agent_named;
using crm::test::quarter;
using crm::test::small_table;
using crm::test::spec;

using names = std::vector<std::string>;
names keys_of(const json::value& v) {
  names out;
  for (const auto& member : v.as_object()) out.emplace_back(member.key());
  return out;
}

const crm::evaluation& two_quarters() {
  static const crm::evaluation all = [] {
    auto data = small_table();
    data.contact_metrics = {"again"};
    data.facts.assign(
        8, crm::contact_fact(crm::contact_rule{crm::days{7}}, 1, crm::time_span{-1}, false));
    data.opened = data.instants;
    data.opened[3] = crm::observation_table::no_time;
    const std::vector<crm::observation_table> tables{data.whole()};
    const std::vector<crm::listed_agent> agents{{"ann", "Ann \"A\"", "south", ""},
                                                {"bo", "Bo", "south", "trainer"},
                                                {"new", "", "south", ""}};
    crm::evaluation_settings settings;
    settings.title = "Desk";
    settings.earlier_periods = 1;
    settings.observed_until = quarter().to();
    settings.findings = {{"score", 60, crm::target::above(80), "train"}};
    settings.level = crm::confidence_level(.9);
    crm::diagnostic d;
    d.code = "W05", d.path = "metrics.aht", d.value = "v", d.message = "m", d.hint = "h";
    settings.warnings = {d};
    return crm::spec_evaluation(spec(), quarter(), settings).evaluate(agents, tables);
  }();
  return all;
}

TEST(evaluation_json, has_the_fields_of_the_schema_in_order) {
  const json::value v = json::parse(crm::to_json(two_quarters()));
  EXPECT_EQ(keys_of(v), (names{"schema", "title", "period", "level", "spec", "version",
                               "definitions", "units", "without_data", "quality", "diagnostics"}));
  EXPECT_EQ(v.at("schema").as_string(), "crmetrics/evaluation/1");
  EXPECT_EQ(v.at("title").as_string(), "Desk");
  EXPECT_EQ(v.at("level").as_double(), .9);
  EXPECT_EQ(keys_of(v.at("period")), (names{"name", "from", "to", "observed_until"}));
  EXPECT_EQ(v.at("period").at("name").as_string(), "2025-Q1");
  EXPECT_EQ(v.at("period").at("from").as_int64(), quarter().from().microseconds);
  EXPECT_EQ(v.at("period").at("to").as_int64(), quarter().to().microseconds);
  EXPECT_EQ(v.at("period").at("observed_until").as_int64(), quarter().to().microseconds);
  EXPECT_EQ(keys_of(v.at("version")), (names{"from", "to", "note", "approved"}));
  EXPECT_EQ(v.at("version").at("from").as_string(), "2024-01-01");
  EXPECT_EQ(v.at("version").at("to").as_string(), "2025-04-01");
  EXPECT_EQ(v.at("version").at("note").as_string(), "first");
  EXPECT_EQ(v.at("version").at("approved").as_string(), "Ann");

  ASSERT_EQ(v.at("definitions").as_array().size(), 7u);
  EXPECT_EQ(keys_of(v.at("definitions").at(0)),
            (names{"metric", "use", "convention", "unit", "direction", "role"}));
  EXPECT_EQ(v.at("definitions").at(4).at("role").as_string(), "corrector");

  ASSERT_EQ(v.at("units").as_array().size(), 2u);
  const json::value& unit = v.at("units").at(0);
  EXPECT_EQ(keys_of(unit),
            (names{"name", "post", "rules", "view", "perspectives", "trend", "change", "agents"}));
  EXPECT_EQ(unit.at("name").as_string(), "south");
  EXPECT_TRUE(unit.at("post").is_null());
  EXPECT_EQ(v.at("units").at(1).at("post").as_string(), "trainer");
  EXPECT_EQ(unit.at("rules"), unit.at("view").at("team").at("rules"));
  EXPECT_EQ(unit.at("view").at("schema").as_string(), "crmetrics/team-view/1");
  EXPECT_EQ(unit.at("perspectives").at("schema").as_string(), "crmetrics/perspectives/1");
  EXPECT_EQ(unit.at("trend").at("schema").as_string(), "crmetrics/trend/1");
  EXPECT_EQ(unit.at("trend").at("periods").as_array().size(), 2u);
  const json::value& agent = unit.at("agents").at(0);
  EXPECT_EQ(keys_of(agent),
            (names{"id", "name", "view", "targets", "perspectives", "trend", "plan", "change"}));
  EXPECT_EQ(agent.at("id").as_string(), "ann");
  EXPECT_EQ(agent.at("name").as_string(), "Ann \"A\"");
  EXPECT_EQ(agent.at("view").at("schema").as_string(), "crmetrics/agent-view/1");
  EXPECT_EQ(agent.at("view").at("who").as_string(), "ann");
  EXPECT_EQ(agent.at("plan").at("schema").as_string(), "crmetrics/follow-up/1");
  EXPECT_TRUE(agent.at("plan").at("plans").at(0).at("goal").at("strict").as_bool());

  ASSERT_EQ(v.at("without_data").as_array().size(), 1u);
  EXPECT_EQ(keys_of(v.at("without_data").at(0)), (names{"id", "name", "team"}));
  EXPECT_EQ(v.at("without_data").at(0).at("name").as_string(), "new");

  const json::value& quality = v.at("quality").at(0);
  EXPECT_EQ(keys_of(quality), (names{"table", "rows", "in_period", "outside_period", "without_time",
                                     "without_owner", "unknown_owner", "columns", "linked"}));
  EXPECT_EQ(quality.at("rows").as_int64(), 8);
  EXPECT_EQ(
      keys_of(quality.at("columns").at(0)),
      (names{"column", "role", "missing", "rows", "not_on_card", "open", "open_without_time"}));
  EXPECT_EQ(keys_of(quality.at("linked")),
            (names{"within", "rows", "pending", "unknown_customer", "left_out"}));
  EXPECT_EQ(quality.at("linked").at("within").as_string(), "within 7 d of resolution");

  const json::value& diagnostic = v.at("diagnostics").at(0);
  EXPECT_EQ(keys_of(diagnostic), (names{"code", "severity", "path", "value", "message", "hint"}));
  EXPECT_EQ(diagnostic.at("severity").as_string(), "warning");
  crm::diagnostic error;
  error.code = "E05";
  EXPECT_EQ(json::parse(crm::to_json(error)).at("severity").as_string(), "error");
}

// The states of the agents are those that the team's view counts.
TEST(evaluation_json, says_which_targets_each_agent_met) {
  const json::value v = json::parse(crm::to_json(two_quarters()));
  std::size_t targets = 0;
  for (const json::value& unit : v.at("units").as_array()) {
    const auto& of_team = unit.at("view").at("targets").as_array();
    for (std::size_t i = 0; i != of_team.size(); ++i) {
      std::int64_t met = 0;
      std::int64_t not_met = 0;
      for (const json::value& agent : unit.at("agents").as_array()) {
        const json::value& t = agent.at("targets").at(i);
        EXPECT_EQ(t.at("component"), of_team[i].at("component"));
        EXPECT_EQ(t.at("threshold"), of_team[i].at("threshold"));
        met += t.at("state").as_string() == "met" ? 1 : 0;
        not_met += t.at("state").as_string() == "not met" ? 1 : 0;
        EXPECT_EQ(t.at("state").as_string() == "not assessed",
                  t.at("absent").as_string() != "assessed");
      }
      EXPECT_EQ(of_team[i].at("met").as_int64(), met);
      EXPECT_EQ(of_team[i].at("not_met").as_int64(), not_met);
      ++targets;
    }
  }
  EXPECT_GT(targets, 0U);
}

TEST(evaluation_json, holds_the_reports_and_the_spec_unchanged) {
  const crm::evaluation& e = two_quarters();
  const std::string text = crm::to_json(e);
  EXPECT_NE(text.find(crm::to_json(e.units[0].view)), std::string::npos);
  EXPECT_NE(text.find(crm::to_json(agent_named(e, "bo").view)), std::string::npos);
  const std::string begin = "\"spec\":";
  const std::size_t at = text.find(begin) + begin.size();
  const std::string printed = text.substr(at, text.find(",\"version\":{\"from\"") - at);
  EXPECT_EQ(crm::card_spec_from(printed), spec());
}

TEST(evaluation_json, what_was_not_asked_for_is_null) {
  const auto data = small_table();
  const std::vector<crm::observation_table> tables{data.whole()};
  const auto e = crm::spec_evaluation(spec(), crm::calendar_quarter(2025, 2)).evaluate(tables);
  const json::value empty = json::parse(crm::to_json(e));
  EXPECT_TRUE(empty.at("units").as_array().empty());
  EXPECT_TRUE(empty.at("period").at("observed_until").is_null());
  EXPECT_TRUE(empty.at("version").at("to").is_null());
  EXPECT_TRUE(empty.at("quality").at(0).at("linked").is_null());
  const json::value v =
      json::parse(crm::to_json(crm::spec_evaluation(spec(), quarter()).evaluate(tables)));
  EXPECT_EQ(v.at("title").as_string(), "desk");
  EXPECT_EQ(v.at("units").at(0).at("name").as_string(), "");
  EXPECT_TRUE(v.at("units").at(0).at("trend").is_null());
  EXPECT_TRUE(v.at("units").at(0).at("agents").at(0).at("trend").is_null());
  EXPECT_TRUE(v.at("units").at(0).at("agents").at(0).at("plan").is_null());
}

TEST(evaluation_text, names_people_and_what_the_tables_lack) {
  std::ostringstream out;
  out << two_quarters();
  const std::string text = out.str();
  EXPECT_EQ(text.substr(0, 30), "Desk, 2025-Q1\n\nsouth\nteam: 88.");
  EXPECT_NE(text.find("\nsouth, trainer\nteam: "), std::string::npos) << text;
  EXPECT_NE(text.find("Ann \"A\""), std::string::npos);
  EXPECT_NE(text.find("\nwithout data: new\n"), std::string::npos);
  EXPECT_NE(text.find("\nlog: 7 of 8 rows in the period, 1 without an owner, 2 of unknown owners, "
                      "1 without recommends\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("\nW05 metrics.aht: v: m; h\n"), std::string::npos);
}

}  // namespace
