#include <crmetrics/io/score_json.hpp>
#include <crmetrics/io/view_json.hpp>
#include <crmetrics/io/view_text.hpp>
#include <crmetrics/metrics/csat.hpp>
#include <crmetrics/metrics/given.hpp>

#include "../scorecard/service_card.hpp"
#include "../scorecard/team_of_months.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// Boost.JSON, which is not ours, reads what is written; numbers are read by std::from_chars,
// because Boost.JSON may miss the last bit of a double.
namespace {

namespace crm = crmetrics;
namespace json = boost::json;
using service_card::counted;
using s = service_card::source;

crm::score_report agent_a(int suggestions) {
  auto card = service_card::make().with(crm::monte_carlo{1'000, 18'446'744'073'709'551'615u});
  service_card::observe_agent_a_with_errors(card);
  for (int i = 0; i != suggestions; ++i) card.update(service_card::suggestion{});
  return card.result();
}

// The numbers that follow each `"name":` in a text, in their order.
std::vector<double> numbers_of(const std::string& text, const std::string& name) {
  std::vector<double> out;
  const std::string key = "\"" + name + "\":";
  for (std::size_t at = text.find(key); at != std::string::npos; at = text.find(key, at + 1)) {
    double x = std::nan("");
    std::from_chars(text.data() + at + key.size(), text.data() + text.size(), x);
    out.push_back(x);
  }
  return out;
}
bool same_bits(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

TEST(score_json, numbers_come_back_bit_for_bit) {
  const auto r = agent_a(2);
  const std::string text = crm::to_json(r);
  ASSERT_EQ(numbers_of(text, "total").size(), 1u);
  EXPECT_TRUE(same_bits(numbers_of(text, "total")[0], *r.total));
  EXPECT_TRUE(same_bits(numbers_of(text, "composite")[0], *r.composite));
  EXPECT_TRUE(same_bits(numbers_of(text, "coverage")[0], r.coverage));
  for (const auto& [name, member] : {std::pair<const char*, double crm::component_line::*>{
                                         "contribution", &crm::component_line::contribution},
                                     {"slope", &crm::component_line::slope},
                                     {"weight_used", &crm::component_line::weight_used},
                                     {"factor", &crm::component_line::factor},
                                     {"sensitivity", &crm::component_line::sensitivity}}) {
    const auto numbers = numbers_of(text, name);
    ASSERT_EQ(numbers.size(), r.components.size()) << name;
    for (std::size_t i = 0; i != numbers.size(); ++i) {
      EXPECT_TRUE(same_bits(numbers[i], r.components[i].*member)) << name;
    }
  }
  EXPECT_TRUE(same_bits(numbers_of(text, "standard_error")[0], r.uncertainty->standard_error));
  EXPECT_EQ(text, crm::to_json(agent_a(2)));
}

TEST(score_json, holds_every_member_of_a_report) {
  const auto r = agent_a(2);
  const json::value v = json::parse(crm::to_json(r));
  EXPECT_EQ(v.at("schema").as_string(), "crmetrics/score-report/1");
  EXPECT_EQ(std::string_view(v.at("rules").as_string()),
            crm::detail::hash_text(r.definition).view());
  EXPECT_EQ(v.at("band").as_string(), "A");
  EXPECT_TRUE(v.at("why_absent").is_null());
  const auto& u = v.at("uncertainty");
  EXPECT_EQ(u.at("method").as_string(), "Monte Carlo");
  EXPECT_EQ(u.at("draws").as_int64(), 1'000);
  EXPECT_EQ(u.at("seed").as_string(), "18446744073709551615") << "more than a double can hold";
  EXPECT_EQ(u.at("bands").as_array().size(), 5u);
  const auto& aht = v.at("components").at(3);
  EXPECT_EQ(aht.at("name").as_string(), "aht");
  EXPECT_EQ(aht.at("group").as_string(), "efficiency");
  EXPECT_TRUE(aht.at("perspective").is_null());
  EXPECT_EQ(aht.at("corrected_by").as_string(), "repeat7");
  EXPECT_EQ(aht.at("absent").as_string(), "assessed");
  EXPECT_EQ(aht.at("evidence").as_string(), "measured");
  EXPECT_TRUE(aht.at("raw").at("exact").is_null());
  const auto& res24 = v.at("components").at(2).at("raw");
  EXPECT_EQ(res24.at("exact").at("numerator").as_int64(), 171);
  EXPECT_EQ(res24.at("exact").at("denominator").as_int64(), 180);
  EXPECT_EQ(res24.at("unit").as_string(), "fraction");
  EXPECT_EQ(res24.at("n").as_int64(), 180);
  EXPECT_EQ(v.at("groups").as_array().size(), 4u);
  EXPECT_TRUE(v.at("groups").at(0).at("parent").is_null());
  EXPECT_EQ(v.at("correctors").at(0).at("name").as_string(), "repeat7");
  EXPECT_EQ(v.at("vetoes").at(0).at("name").as_string(), "compliance");
  EXPECT_EQ(v.at("vetoes").at(0).at("state").as_string(), "clear");
  EXPECT_EQ(v.at("adjustments").at(0).at("name").as_string(), "suggestions");
  EXPECT_TRUE(v.at("nested").as_array().empty());
  EXPECT_TRUE(v.at("excluded").as_array().empty());
}

TEST(score_json, holds_cards_inside_whole) {
  const auto inner =
      crm::make_scorecard(crm::component("rating", crm::csat{}, crm::linear{0, 1}, 1),
                          crm::veto("tone", crm::csat{}, crm::below{.9}, crm::cap{40}));
  auto card = crm::make_scorecard(
      crm::component("desk", crm::make_scorecard(crm::component("service", inner, 1)), 1));
  for (const int rating : {5, 5, 1, 5}) card.update(rating);
  const json::value v = json::parse(crm::to_json(card.result()));
  const auto& desk = v.at("nested").at(0);
  EXPECT_EQ(desk.at("component").as_string(), "desk");
  const auto& service = desk.at("report").at("nested").at(0).at("report");
  EXPECT_EQ(service.at("composite").to_number<double>(), 75);
  EXPECT_EQ(service.at("total").to_number<double>(), 40);
  EXPECT_EQ(service.at("vetoes").at(0).at("name").as_string(), "tone");
  EXPECT_EQ(service.at("components").at(0).at("raw").at("n").as_int64(), 4);
  EXPECT_EQ(service.at("adjustments").at(0).at("points").to_number<double>(), -35);
}

TEST(score_json, what_there_is_not_is_null) {
  const json::value v = json::parse(crm::to_json(service_card::make().result()));
  EXPECT_TRUE(v.at("total").is_null());
  EXPECT_TRUE(v.at("band").is_null());
  EXPECT_EQ(v.at("why_absent").as_string(), "missing");
  EXPECT_TRUE(v.at("uncertainty").is_null());
  EXPECT_TRUE(v.at("components").at(0).at("raw").at("value").is_null());
  EXPECT_TRUE(v.at("components").at(0).at("raw").at("interval").is_null());
  EXPECT_TRUE(v.at("groups").at(0).at("score").is_null());
}

TEST(score_json, a_hidden_value_is_no_value_and_a_held_total_says_so) {
  auto card = crm::make_scorecard(
      crm::component("own", crm::given{}, crm::linear{0, 100}, 1),
      crm::component("peers", crm::given{}, crm::linear{0, 100}, 1).anonymous_below(5),
      crm::veto("tone", crm::given{}, crm::below{72}, crm::cap{10}));
  card.update(crm::figure{71, 3});
  const json::value v = json::parse(crm::to_json(card.result()));
  const auto& peers = v.at("components").at(1);
  EXPECT_EQ(peers.at("absent").as_string(), "suppressed");
  EXPECT_EQ(peers.at("raw").at("status").as_string(), "undefined");
  EXPECT_TRUE(peers.at("raw").at("value").is_null());
  EXPECT_TRUE(peers.at("raw").at("standard_error").is_null());
  EXPECT_EQ(peers.at("raw").at("n").as_int64(), 3);
  EXPECT_EQ(v.at("total").to_number<double>(), 10);
  EXPECT_TRUE(v.at("held").as_bool());
  EXPECT_FALSE(json::parse(crm::to_json(agent_a(2))).at("held").as_bool());
}

TEST(score_json, an_explanation_with_its_report) {
  const auto e = crm::explain(agent_a(2));
  const std::string text = crm::to_json(e);
  const json::value v = json::parse(text);
  EXPECT_EQ(v.at("schema").as_string(), "crmetrics/explanation/1");
  EXPECT_EQ(v.at("parts").as_array().size(), 8u);
  EXPECT_TRUE(v.at("parts").as_array().back().at("adjustment").as_bool());
  EXPECT_EQ(v.at("losses").at(0).at("name").as_string(), "aht");
  EXPECT_EQ(v.at("values").as_array().size(), 8u);
  EXPECT_EQ(v.at("report").at("schema").as_string(), "crmetrics/score-report/1");
  double sum = 0;
  const auto points = numbers_of(text.substr(0, text.find("\"values\"")), "points");
  for (const double x : points) sum += x;
  EXPECT_EQ(sum, *e.report.total) << "also for those who read the text";
}

TEST(view_json, every_view) {
  using team_of_months::month;
  auto team = crm::by(&month::agent, team_of_months::card().with(crm::delta{}));
  team.update_many(team_of_months::months());
  const auto results = team.result();
  const std::array<crm::followed_target, 2> targets{
      {{"speed", crm::target::at_most(500)}, {crm::label(), crm::target::at_least(70)}}};
  const auto view =
      crm::view_of_team(team.total().result(), results, targets, {}, crm::rank_errors::own);
  const json::value v = json::parse(crm::to_json(view));
  EXPECT_EQ(v.at("schema").as_string(), "crmetrics/team-view/1");
  EXPECT_EQ(v.at("targets").at(0).at("component").as_string(), "speed");
  EXPECT_EQ(v.at("targets").at(0).at("met").as_int64(), 2);
  EXPECT_EQ(v.at("targets").at(0).at("not_assessed").as_int64(), 2);
  EXPECT_TRUE(v.at("targets").at(1).at("component").is_null());
  EXPECT_EQ(v.at("bottlenecks").at(0).at("component").as_string(), "satisfaction");
  EXPECT_EQ(v.at("ranking").at(0).at("who").as_string(), "Cy");
  EXPECT_EQ(v.at("ranking").at(0).at("could_be").at("last").as_int64(), 2);
  EXPECT_TRUE(v.at("ranking").at(3).at("rank").is_null());
  EXPECT_EQ(v.at("not_separable").at(1).at(0).as_string(), "Ann");

  const json::value agent = json::parse(crm::to_json(crm::view_of_agent(view, std::string("Bo"))));
  EXPECT_EQ(agent.at("who").as_string(), "Bo");
  EXPECT_EQ(agent.at("rank").as_int64(), 3);
  EXPECT_EQ(agent.at("why").at("report").at("band").as_string(), "B");

  const auto& cy = *results.find(std::string("Cy"));
  const json::value perspectives = json::parse(crm::to_json(crm::by_perspective(cy)));
  EXPECT_EQ(perspectives.at("perspectives").at(2).at("name").as_string(), "finance");
  EXPECT_EQ(perspectives.at("perspectives").at(2).at("components").at(0).as_int64(), 2);
  EXPECT_TRUE(perspectives.at("perspectives").at(1).at("score").is_null());

  crm::window_results<crm::score_report> year;
  year.rows.push_back({crm::calendar_month(2026, 10), *results.find(std::string("Ann"))});
  year.rows.push_back({crm::calendar_month(2026, 11), *results.find(std::string("Bo"))});
  const json::value trend = json::parse(crm::to_json(crm::trend(year)));
  EXPECT_EQ(trend.at("periods").at(0).at("from").as_int64(), 1'790'812'800'000'000);
  EXPECT_TRUE(trend.at("periods").at(0).at("change").is_null());
  EXPECT_NEAR(trend.at("periods").at(1).at("change").at("value").to_number<double>(), -5, 1e-12);
  EXPECT_TRUE(trend.at("periods").at(0).at("adjusted_p").is_null());
  EXPECT_NEAR(trend.at("periods").at(1).at("adjusted_p").to_number<double>(),
              *crm::trend(year)[1].change->p_value(), 1e-15)
      << "one change";
  EXPECT_EQ(std::string_view(trend.at("periods").at(1).at("rules").as_string()),
            crm::detail::hash_text(results.find(std::string("Bo"))->definition).view());

  const auto& ann = *results.find(std::string("Ann"));
  const std::array<crm::finding_rule, 1> rules{
      {{"speed", 60, crm::target::at_most(450), "fewer transfers"}}};
  std::vector<crm::plan_followup> plans;
  for (const auto& item : crm::plan_for("Ann", ann, rules, {1'000})) {
    plans.push_back(crm::follow_up(item, *results.find(std::string("Bo"))));
  }
  ASSERT_EQ(plans.size(), 1u);
  const json::value followed = json::parse(crm::to_json(plans));
  EXPECT_EQ(followed.at("plans").at(0).at("component").as_string(), "speed");
  EXPECT_EQ(followed.at("plans").at(0).at("state").as_string(), "improved");
  EXPECT_EQ(followed.at("plans").at(0).at("goal").at("reached").as_string(), "met");
  EXPECT_EQ(followed.at("plans").at(0).at("agreed").as_int64(), 1'000);
  EXPECT_NEAR(followed.at("plans").at(0).at("change").at("value").to_number<double>(), -100, 1e-12);
}

TEST(json_writer, escapes_text_and_keeps_numbers) {
  crm::detail::json_writer w;
  w.begin_object();
  w.member("a \"b\" \\ \n\t", "\x01 \xe6\xbb\xa1");
  w.member("tiny", 5e-324);
  w.member("third", 1. / 3);
  w.member("most", UINT64_MAX);
  w.member("no", false);
  w.key("none");
  w.value(std::nan(""));
  w.end_object();
  const std::string text = std::move(w).text();
  EXPECT_EQ(text, R"({"a \"b\" \\ \u000a\u0009":"\u0001 )"
                  "\xe6\xbb\xa1"
                  R"(","tiny":5e-324,"third":0.3333333333333333,"most":18446744073709551615,)"
                  R"("no":false,"none":null})");
  EXPECT_EQ(json::parse(text).as_object().size(), 6u);
}

}  // namespace
