#include <crmetrics/io/ranking_json.hpp>
#include <crmetrics/io/ranking_text.hpp>

#include "../scorecard/team_of_totals.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include <array>
#include <cmath>
#include <string>
#include <string_view>

// Differences, pairs, rank sets, rankings and bars as text and JSON.
namespace {

namespace crm = crmetrics;
namespace json = boost::json;
using team_of_totals::results;

double number(const json::value& v) { return v.to_number<double>(); }

TEST(ranking_output, a_difference_with_its_doubt) {
  const auto r = results({{"A", 85, 4}, {"B", 75, 3}});
  const auto d = crm::total_difference(*r.find("A"), *r.find("B"));
  EXPECT_EQ(crm::to_text(d, crm::unit::points),
            "+10.00 [+0.20, +19.80] (95 % normal, from the standard errors of the totals; p = "
            "0.046)");
  const json::value v = json::parse(crm::to_json(d, crm::unit::points));
  EXPECT_EQ(v.at("schema").as_string(), "crmetrics/difference/1");
  EXPECT_EQ(v.at("unit").as_string(), "points");
  EXPECT_EQ(v.at("status").as_string(), "ok");
  EXPECT_NEAR(number(v.at("value")), 10, 1e-12);
  EXPECT_NEAR(number(v.at("standard_error")), 5, 1e-12);
  EXPECT_NEAR(number(v.at("interval").at("low")), .2001800772997, 1e-9);
  EXPECT_NEAR(number(v.at("p_value")), .0455002638963584, 1e-12);
  EXPECT_EQ(v.at("level").as_double(), .95);
  EXPECT_TRUE(v.at("n_a").is_null()) << "a total has no n";
}

TEST(ranking_output, a_difference_of_metrics_has_its_n) {
  crm::difference_parts parts;
  parts.status = crm::status::ok;
  parts.value = -.16;
  parts.interval = crm::interval{-.25, -.07};
  parts.p_value = 1.5e-8;
  parts.method = "Newcombe";
  parts.n_a = 100, parts.n_b = 120;
  const crm::difference d(parts);
  EXPECT_EQ(crm::to_text(d, crm::unit::fraction),
            "-16.0 [-25.0, -7.0] % (95 % Newcombe; p = 1.5e-08; n = 100 and 120)");
  const json::value v = json::parse(crm::to_json(d, crm::unit::fraction));
  EXPECT_EQ(v.at("n_a").as_int64(), 100);
  EXPECT_EQ(v.at("n_b").as_int64(), 120);
}

TEST(ranking_output, what_is_not_known_is_a_word_and_null) {
  const auto r = results({{"A", 85, 4}, {"B", 75}});
  const auto unknown = crm::total_difference(*r.find("A"), *r.find("B"));
  EXPECT_EQ(crm::to_text(unknown, crm::unit::points), "+10.00 (insufficient data)");
  json::value v = json::parse(crm::to_json(unknown, crm::unit::points));
  EXPECT_EQ(v.at("status").as_string(), "insufficient data");
  EXPECT_TRUE(v.at("interval").is_null() && v.at("p_value").is_null());
  EXPECT_TRUE(v.at("standard_error").is_null());
  EXPECT_EQ(crm::to_text(crm::difference(), crm::unit::points), "no data");
  v = json::parse(crm::to_json(crm::difference(), crm::unit::points));
  EXPECT_TRUE(v.at("value").is_null()) << "never 0";
}

TEST(ranking_output, pairs_are_corrected_for_their_number) {
  // Differences of 10, 25 and 15 with errors of 5: p = .0455, 5.7e-07 and .0027; by Holm .0455,
  // 1.7e-06 and .0054.
  const double error = 5 / std::sqrt(2.);
  const auto r = results({{"A", 85, error}, {"B", 75, error}, {"C", 60, error}, {"D", 50}});
  const auto pairs = crm::total_differences(r);
  const std::string text = crm::to_text(pairs);
  EXPECT_NE(text.find("A - B  +10.00 [+0.20, +19.80]    0.046    0.046    differ\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("B - C  +15.00 [+5.20, +24.80]    0.0027   0.0054   differ\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("A - D  +35.00                    insufficient data\n"), std::string::npos)
      << text;
  const std::string rules(crm::detail::hash_text(r.find("A")->definition).view());
  EXPECT_NE(text.find("95 % normal, from the standard errors of the totals; Holm over 3 pairs; "
                      "rules " +
                      rules),
            std::string::npos)
      << text;
  const json::value v = json::parse(crm::to_json(pairs));
  EXPECT_EQ(v.at("schema").as_string(), "crmetrics/differences/1");
  ASSERT_EQ(v.at("pairs").as_array().size(), 6u);
  const auto& ac = v.at("pairs").at(1);
  EXPECT_EQ(ac.at("a").as_string(), "A");
  EXPECT_EQ(ac.at("b").as_string(), "C");
  EXPECT_EQ(std::string_view(ac.at("rules").as_string()), rules);
  EXPECT_NEAR(number(ac.at("adjusted_p")), 3 * 5.733031437583867e-07, 1e-15);
  EXPECT_TRUE(v.at("pairs").at(2).at("adjusted_p").is_null());
  EXPECT_EQ(v.at("pairs").at(2).at("status").as_string(), "insufficient data");
  EXPECT_EQ(crm::to_text(crm::total_differences(results({{"A", 85, 4}}))),
            "no pairs: fewer than two have a total\n");
}

TEST(ranking_output, a_ranking_with_sets_errors_and_bars) {
  const auto r = results({{"Ann", 90, 2}, {"Bo", 88, 2}, {"Li", 50, 2}, {"Mo", 20}});
  const auto ranking = crm::rank_team(r, {}, crm::rank_errors::own);
  const auto bars = crm::bars_for(ranking);
  ASSERT_TRUE(bars);
  EXPECT_NEAR(bars->multiplier, 1.3859038, 1e-6) << "equal errors";
  const std::string text = crm::to_text(ranking, bars);
  EXPECT_NE(text.find("1 (1-3)     Ann             90.00    2.00       1.7    87.23 to 92.77  -"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("4 (1-4)     Mo              20.00       -         -                 -"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("own errors, all pairs at once at 95 %: "), std::string::npos) << text;
  EXPECT_NE(text.find("10000 draws, seed 1"), std::string::npos) << text;
  EXPECT_NE(text.find("bars of 1.386 standard errors (83.4 % intervals)"), std::string::npos);
  EXPECT_EQ(text.find("nan"), std::string::npos) << text;

  const json::value v = json::parse(crm::to_json(ranking, bars));
  EXPECT_EQ(v.at("schema").as_string(), "crmetrics/team-ranking/1");
  const auto& ann = v.at("lines").at(0);
  EXPECT_EQ(ann.at("who").as_string(), "Ann");
  EXPECT_EQ(ann.at("could_be").at("last").as_int64(), 3);
  EXPECT_NEAR(number(ann.at("bar").at("high")), 90 + 2 * bars->multiplier, 1e-12);
  EXPECT_EQ(ann.at("uncertainty").at("method").as_string(), "delta method");
  EXPECT_EQ(std::string_view(ann.at("rules").as_string()),
            crm::detail::hash_text(r.find("Ann")->definition).view());
  EXPECT_TRUE(v.at("lines").at(3).at("standard_error").is_null());
  EXPECT_TRUE(v.at("lines").at(3).at("bar").is_null());
  EXPECT_TRUE(v.at("lines").at(3).at("expected_rank").is_null());
  EXPECT_EQ(v.at("errors").as_string(), "own");
  EXPECT_EQ(number(v.at("critical_value")), ranking.critical_value);
  EXPECT_NEAR(number(v.at("bars").at("level")), bars->level, 1e-15);
  EXPECT_EQ(v.at("seed").as_string(), "1");

  const auto without_errors = results({{"Ann", 90}, {"Bo", 88}});
  const auto nobody = crm::rank_team(without_errors);
  EXPECT_FALSE(crm::bars_for(nobody));
  EXPECT_NE(crm::to_text(nobody).find("not compared: no errors are known\n"), std::string::npos);
  const json::value none = json::parse(crm::to_json(nobody));
  EXPECT_TRUE(none.at("critical_value").is_null()) << "nothing was compared: not 0";
  EXPECT_TRUE(none.at("bars").is_null());
  EXPECT_TRUE(none.at("lines").at(0).at("could_be").is_null());
}

TEST(ranking_output, pooled_errors_are_those_that_were_used) {
  const auto r = results({{"Ann", 90, 2}, {"Bo", 88}, {"Li", 50, 2}});
  const auto pooled = crm::rank_team(r);
  ASSERT_TRUE(pooled.lines[1].standard_error) << "from the others";
  EXPECT_EQ(json::parse(crm::to_json(pooled)).at("errors").as_string(), "pooled");
  EXPECT_FALSE(crm::rank_team(r, {}, crm::rank_errors::own).lines[1].standard_error);
}

TEST(ranking_output, rank_sets_and_bars_alone) {
  const std::array<crm::ranked_value, 3> totals{{{60, 2}, {90, 2}, {88, 2}}};
  const auto sets = crm::rank_sets(totals);
  const std::string text = crm::to_text(sets);
  EXPECT_EQ(text.rfind("value 1: rank 3\nvalue 2: rank 1-2\nvalue 3: rank 1-2\n"
                       "not separable: 2, 3\nall pairs at once at 95 %: ",
                       0),
            0u)
      << text;
  const json::value v = json::parse(crm::to_json(sets));
  EXPECT_EQ(v.at("sets").at(0).at("first").as_int64(), 3);
  EXPECT_EQ(v.at("not_separable").at(0).at(0).as_int64(), 1) << "places from 0";
  EXPECT_FALSE(v.at("nothing_separates").as_bool());
  const auto bars = crm::bars_for_pair(3, 3);
  EXPECT_NEAR(number(json::parse(crm::to_json(bars)).at("multiplier")), bars.multiplier, 1e-15);
}

}  // namespace
