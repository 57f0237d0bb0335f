#include <crmetrics/combinators/by.hpp>
#include <crmetrics/scorecard/dense_ranking.hpp>
#include <crmetrics/scorecard/fractional_ranking.hpp>
#include <crmetrics/scorecard/ranking.hpp>

#include "service_card.hpp"

#include <gtest/gtest.h>

#include <boost/json/src.hpp>

#include <fstream>
#include <sstream>
#include <string>

// All eight agents of the fixture worked_scorecard_1.json, whose expected values were computed in
// exact rational arithmetic by somebody else.
namespace {

namespace crm = crmetrics;
namespace json = boost::json;
using service_card::counted;
using service_card::measured;
using s = service_card::source;

double number(const json::value& v) { return v.to_number<double>(); }
double decimal(const json::value& v) { return number(v.at("dec")); }

template <s S, class Card>
void feed_figure(Card& card, const json::object& observed, const char* key) {
  if (const auto* v = observed.if_contains(key)) {
    card.update(measured<S>{{number(v->at("value")), v->at("n").to_number<std::uint64_t>()}});
  }
}
template <s S, class Card>
void feed_counts(Card& card, const json::object& observed, const char* key) {
  if (const auto* v = observed.if_contains(key)) {
    card.update(counted<S>{
        {v->at("num").to_number<std::uint64_t>(), v->at("den").to_number<std::uint64_t>()}});
  }
}

template <class Card>
Card scored(Card card, const json::object& observed) {
  feed_figure<s::csat>(card, observed, "csat");
  feed_figure<s::nps>(card, observed, "nps");
  feed_counts<s::res24>(card, observed, "res24");
  feed_figure<s::aht>(card, observed, "aht");
  feed_counts<s::repeat7>(card, observed, "repeat7");
  feed_figure<s::qa>(card, observed, "qa");
  feed_figure<s::knowledge>(card, observed, "knowledge");
  feed_counts<s::renewal>(card, observed, "renewal");
  feed_counts<s::compliance>(card, observed, "compliance");
  const auto suggestions = observed.at("_bonus").to_number<int>();
  for (int i = 0; i != suggestions; ++i) card.update(service_card::suggestion{});
  return card;
}

json::value fixture() {
  const std::string path =
      std::string(CRMETRICS_SHARED_DATA) + "/scorecard/worked_scorecard_1.json";
  std::ifstream file(path);
  if (!file) return nullptr;
  std::stringstream text;
  text << file.rdbuf();
  return json::parse(text.str());
}

void expect_leaf(const crm::component_line& line, const json::value& leaf) {
  SCOPED_TRACE(std::string(line.name.view()));
  const std::string status(leaf.at("status").as_string());
  EXPECT_EQ(status == "ok" ? "assessed" : status, to_string(line.absent));
  if (status != "ok") return;
  EXPECT_NEAR(line.points, decimal(leaf.at("score_before_correction")), 1e-12 * 100);
  EXPECT_NEAR(line.score, decimal(leaf.at("score")), 1e-12 * 100);
  if (const auto* factor = leaf.as_object().if_contains("factor")) {
    EXPECT_NEAR(line.factor, decimal(*factor), 1e-12);
  }
}

TEST(worked_scorecard, eight_agents_totals_lines_flags_and_ranks) {
  const json::value all = fixture();
  if (all.is_null()) GTEST_SKIP() << "no worked_scorecard_1.json under " CRMETRICS_SHARED_DATA;
  std::vector<std::pair<std::string, crm::score_report>> reports;
  for (const auto& [name, agent] : all.at("agents").as_object()) {
    SCOPED_TRACE(std::string(name));
    const bool key_accounts = agent.at("team").as_string() == "key-accounts";
    const auto rules =
        key_accounts
            ? service_card::weights{.satisfaction = 30, .efficiency = 20, .relationship = 30}
            : service_card::weights{};
    const auto card = scored(service_card::make(rules), agent.at("observed").as_object());
    const crm::score_report r = card.result();
    const json::value& expected = all.at("expected").at(name);

    for (const auto& [leaf, value] : expected.at("leaf").as_object()) {
      expect_leaf(r.component(std::string(leaf)), value);
    }
    for (const auto& [group, value] : expected.at("group").as_object()) {
      const auto& score = r.group(std::string(group)).score;
      ASSERT_EQ(score.has_value(), !value.is_null()) << group;
      if (score) {
        EXPECT_NEAR(*score, decimal(value), 1e-12 * 100) << group;
      }
    }
    EXPECT_NEAR(r.coverage, decimal(expected.at("coverage")), 1e-12);
    ASSERT_EQ(r.total.has_value(), !expected.at("total").is_null());
    const auto flags = json::serialize(expected.at("flags"));
    const auto& veto = r.veto("compliance");
    if (r.total) {
      EXPECT_NEAR(*r.composite, decimal(expected.at("composite")), 1e-12 * 100);
      EXPECT_NEAR(*r.total, decimal(expected.at("total")), 1e-12 * 100);
      EXPECT_EQ(r.band, std::string(expected.at("band").as_string()));
      for (const auto& [leaf, value] : expected.at("contribution").as_object()) {
        EXPECT_NEAR(r.component(std::string(leaf)).contribution, decimal(value), 1e-12 * 100)
            << leaf;
      }
      EXPECT_EQ(veto.state == crm::veto_state::fired, flags == R"(["veto compliance"])");
      EXPECT_EQ(veto.state == crm::veto_state::not_assessable,
                flags == R"(["veto compliance not assessable: insufficient"])");
    }
    reports.emplace_back(std::string(name), r);
  }
  ASSERT_EQ(reports.size(), 8u);

  crm::group_results<std::string, crm::score_report> results;
  for (const auto& [name, report] : reports) results.rows.push_back({name, report});
  const auto expect_ranks = [&](const auto& lines, const char* kind) {
    ASSERT_EQ(lines.size(), 8u);
    const auto& ranks = all.at("ranking").at(kind).as_object();
    for (const auto& line : lines) {
      const auto* rank = ranks.if_contains(line.key);
      ASSERT_EQ(line.rank.has_value(), rank != nullptr) << kind << " " << line.key;
      if (rank) {
        EXPECT_EQ(static_cast<double>(*line.rank), number(*rank)) << kind << " " << line.key;
      }
    }
  };
  expect_ranks(crm::competition_ranking(results), "competition");
  expect_ranks(crm::dense_ranking(results), "dense");
  expect_ranks(crm::fractional_ranking(results), "fractional");
}

TEST(worked_scorecard, april_version_and_attainment) {
  const json::value all = fixture();
  if (all.is_null()) GTEST_SKIP() << "no worked_scorecard_1.json under " CRMETRICS_SHARED_DATA;
  const auto& a = all.at("agents").at("A").at("observed").as_object();
  const auto april =
      service_card::make({.satisfaction = 35, .relationship = 15, .res24 = 60, .aht = 40});
  EXPECT_NEAR(*scored(april, a).result().total,
              decimal(all.at("variants_of_A").at("from_2025_04_01")), 1e-10);

  // "res24 at least 95 %": decided on counts, 171 of 180 is a hit.
  std::size_t met = 0;
  for (const auto& [name, agent] : all.at("agents").as_object()) {
    const auto raw = scored(service_card::make(), agent.at("observed").as_object())
                         .result()
                         .component("res24")
                         .raw;
    met += raw.exact().compare(.95) >= 0;
  }
  EXPECT_EQ(met, all.at("team_attainment").at("res24 at least 95 %").at("met").as_array().size());
}

}  // namespace
