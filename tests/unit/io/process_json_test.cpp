#include <crmetrics/io/process_json.hpp>

#include <crmetrics/accumulators/proportion.hpp>
#include <crmetrics/combinators/by.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/metrics/csat.hpp>
#include <crmetrics/metrics/error_rate.hpp>
#include <crmetrics/metrics/given.hpp>
#include <crmetrics/scorecard/control_charts.hpp>
#include <crmetrics/scorecard/scorecard.hpp>

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Targets, payouts, attribution, alarms, reviews, relevance and plans as JSON.
namespace {

namespace crm = crmetrics;
namespace json = boost::json;

template <class T>
json::value read(const T& x) {
  return json::parse(crm::to_json(x));
}
double number(const json::value& v) { return v.to_number<double>(); }

template <class M = crm::proportion>
crm::estimate share(std::uint64_t x, std::uint64_t n) {
  M p;
  p.update(crm::successes_of{x, n});
  return p.result();
}

TEST(process_json, targets_and_attainment) {
  const json::value met = read(crm::target::at_least(.95).judge(share(171, 180)));
  EXPECT_EQ(met.at("schema").as_string(), "crmetrics/target/1");
  EXPECT_EQ(met.at("state").as_string(), "met");
  EXPECT_EQ(met.at("threshold").as_double(), .95);
  EXPECT_FALSE(met.at("sure").as_bool());
  EXPECT_EQ(met.at("raw").at("n").as_int64(), 180);
  EXPECT_EQ(met.at("raw").at("exact").at("numerator").as_int64(), 171);
  const json::value few = read(crm::target::at_most(.005).needing(50).judge(share(0, 40)));
  EXPECT_EQ(few.at("state").as_string(), "not assessed");
  EXPECT_EQ(few.at("absent").as_string(), "insufficient");
  const json::value counts = read(crm::attainment{2, 1, 1});
  EXPECT_EQ(counts.at("not_met").as_int64(), 1);
  EXPECT_NEAR(number(counts.at("rate")), 2. / 3, 1e-15);
  EXPECT_TRUE(read(crm::attainment{0, 0, 2}).at("rate").is_null()) << "of nobody: not 0";
}

TEST(process_json, payouts_of_a_card_and_of_nothing) {
  const crm::payout p({{60, 50'000}, {80, 100'000}, {95, 160'000}});
  crm::score_report r;
  r.total = 85.44;
  r.definition = 0xabc;
  json::value v = read(p.of(r));
  EXPECT_EQ(v.at("schema").as_string(), "crmetrics/payout/1");
  EXPECT_EQ(v.at("amount").as_int64(), 121'760);
  EXPECT_NEAR(number(v.at("score")), 85.44, 1e-12);
  EXPECT_EQ(v.at("state").as_string(), "paid");
  EXPECT_EQ(v.at("rules").as_string(), "0000000000000abc");
  r.total.reset();
  v = read(p.of(r));
  EXPECT_TRUE(v.at("amount").is_null()) << "not assessed is not 0";
  EXPECT_TRUE(v.at("score").is_null());
  EXPECT_EQ(v.at("absent").as_string(), "missing");
  EXPECT_EQ(v.at("rules").as_string(), "0000000000000abc");
  EXPECT_TRUE(read(p.of(70)).at("rules").is_null()) << "no card";
  crm::estimate_parts few;
  few.status = crm::status::insufficient_data;
  few.n = 1;
  EXPECT_EQ(read(p.of(crm::estimate(few))).at("absent").as_string(), "insufficient");
}

TEST(process_json, evidence) {
  auto card =
      crm::make_scorecard(crm::component("speed", crm::given{}, crm::linear{0, 100}, 3),
                          crm::component("manners", crm::given{}, crm::linear{0, 100}, 1).rated());
  card.update(crm::figure{50, 9});
  const json::value v = read(crm::evidence_share::used(card.result()));
  EXPECT_EQ(v.at("measured").to_number<double>(), .75);
  EXPECT_EQ(v.at("rated").to_number<double>(), .25);
  EXPECT_EQ(v.at("unmarked").to_number<double>(), 1);
  EXPECT_EQ(v.at("filled").to_number<double>(), 0);
}

struct survey {
  std::string agent;
  int rating = 5;
  bool fault = false;
};

TEST(process_json, attribution_before_and_after) {
  auto metric =
      crm::attributed(crm::on(&survey::rating, crm::csat{}), crm::cause("fault", &survey::fault));
  auto card =
      crm::attributed(crm::make_scorecard(crm::component(
                          "csat", crm::on(&survey::rating, crm::csat{}), crm::linear{0, 1}, 1)),
                      crm::cause("fault", &survey::fault));
  for (int i = 0; i != 10; ++i) {
    const survey s{"Bo", i < 6 ? 5 : 1, i >= 8};
    metric.update(s), card.update(s);
  }
  const json::value v = read(metric.effect());
  EXPECT_EQ(v.at("schema").as_string(), "crmetrics/attribution/1");
  EXPECT_EQ(v.at("judged").as_int64(), 10);
  EXPECT_EQ(v.at("left_out").as_int64(), 2);
  EXPECT_NEAR(number(v.at("share_left_out")), .2, 1e-15);
  EXPECT_EQ(v.at("excluded").at(0).at("cause").as_string(), "fault");
  EXPECT_EQ(v.at("before").at("exact").at("denominator").as_int64(), 10);
  EXPECT_EQ(v.at("after").at("exact").at("denominator").as_int64(), 8);
  EXPECT_FALSE(v.at("after").at("interval").is_null());
  const json::value of_card = read(card.effect());
  EXPECT_NEAR(number(of_card.at("before").at("total")), 60, 1e-9);
  EXPECT_NEAR(number(of_card.at("after").at("total")), 75, 1e-9);
  EXPECT_EQ(std::string_view(of_card.at("after").at("rules").as_string()),
            crm::detail::hash_text(card.effect().after.definition).view());
  EXPECT_TRUE(read(metric.fresh().effect()).at("share_left_out").is_null());

  auto team = crm::by(&survey::agent, metric.fresh());
  for (int i = 0; i != 40; ++i) {
    team.update(survey{"Bo", 5, i < 20});
    team.update(survey{"Cy", 5, false});
  }
  const json::value guard = read(crm::attribution_guard{}.check(team));
  EXPECT_EQ(guard.at("agents").at(0).at("who").as_string(), "Bo");
  EXPECT_EQ(guard.at("agents").at(0).at("left_out").as_int64(), 20);
  EXPECT_TRUE(guard.at("agents").at(0).at("outlier").as_bool());
  EXPECT_FALSE(guard.at("agents").at(0).at("interval").is_null());
  EXPECT_EQ(number(guard.at("agents").at(0).at("share_of_others")), 0);
}

TEST(process_json, alarms_and_reviews) {
  const auto alarm =
      crm::alarm("errors", crm::p_chart{.02, crm::confidence_level{.95}}).at_least(50);
  const auto raised = alarm.judge(share<crm::error_rate>(12, 300));
  json::value v = read(raised);
  EXPECT_EQ(v.at("schema").as_string(), "crmetrics/alarm/1");
  EXPECT_EQ(v.at("state").as_string(), "raised");
  EXPECT_NEAR(number(v.at("limit")), 11. / 300, 1e-12);
  EXPECT_TRUE(v.at("above_limit").as_bool());
  EXPECT_NEAR(number(v.at("false_alarm_rate")), .0356, 1e-4);
  EXPECT_NEAR(number(v.at("limits").at("low")), 2. / 300, 1e-12);
  EXPECT_EQ(v.at("raw").at("n").as_int64(), 300);
  EXPECT_FALSE(v.at("raw").at("interval").is_null());
  v = read(alarm.judge(share<crm::error_rate>(6, 30)));
  EXPECT_EQ(v.at("state").as_string(), "not assessable");
  EXPECT_EQ(v.at("absent").as_string(), "insufficient");
  EXPECT_TRUE(v.at("limit").is_null() && v.at("limits").is_null()) << "nothing was judged";
  EXPECT_TRUE(v.at("above_limit").is_null());

  auto review = *crm::review_of("Bo", raised, crm::instant{5});
  v = read(review);
  EXPECT_EQ(v.at("state").as_string(), "open");
  EXPECT_TRUE(v.at("closed").is_null());
  review.close(crm::review_state::false_alarm, crm::instant{9}, "a \"test\" form");
  const std::vector<crm::review> reviews{review};
  v = read(reviews);
  EXPECT_EQ(v.at("schema").as_string(), "crmetrics/reviews/1");
  const auto& one = v.at("reviews").at(0);
  EXPECT_EQ(one.at("who").as_string(), "Bo");
  EXPECT_EQ(one.at("opened").as_int64(), 5);
  EXPECT_EQ(one.at("closed").as_int64(), 9);
  EXPECT_EQ(one.at("state").as_string(), "false alarm");
  EXPECT_EQ(one.at("note").as_string(), "a \"test\" form");
  EXPECT_EQ(one.at("raw").at("convention").as_string(), raised.raw.convention());
  EXPECT_EQ(read(crm::review_tally::of(reviews, "errors")).at("false_alarms").as_int64(), 1);
}

struct month {
  int agent;
  crm::figure quality;
  crm::figure same;
};

TEST(process_json, relevance) {
  auto team = crm::by(
      &month::agent,
      crm::make_scorecard(
          crm::component("quality", crm::on(&month::quality, crm::given{}), crm::linear{0, 20}, 3),
          crm::component("same", crm::on(&month::same, crm::given{}), crm::linear{0, 40}, 1)));
  const std::vector<double> y{2, 1, 7, 3, 3, 8, 9, 5, 6, 10};
  for (int i = 0; i != 10; ++i) {
    const double x = y[static_cast<std::size_t>(i)] + .01 * i;
    team.update(month{i, {x}, {2 * x}});
  }
  const auto results = team.result();
  const auto outcome = [&](int agent) -> std::optional<double> {
    return y[static_cast<std::size_t>(agent)];
  };
  const auto report = crm::relevance_review{}.of(results, "renewals", outcome);
  const json::value v = read(report);
  EXPECT_EQ(v.at("schema").as_string(), "crmetrics/relevance/1");
  EXPECT_EQ(v.at("outcome").as_string(), "renewals");
  EXPECT_EQ(v.at("agents").as_int64(), 10);
  EXPECT_EQ(std::string_view(v.at("rules").as_string()),
            crm::detail::hash_text(results.rows[0].result.definition).view());
  const auto& quality = v.at("components").at(0);
  EXPECT_EQ(quality.at("state").as_string(), "supported");
  EXPECT_EQ(quality.at("by_rank").at("n").as_int64(), 10);
  EXPECT_EQ(quality.at("by_rank").at("method").as_string(), "Spearman, Bonett-Wright");
  EXPECT_FALSE(quality.at("linear").at("interval").is_null());
  EXPECT_EQ(v.at("overlaps").at(0).at("a").as_string(), "quality");
  EXPECT_NEAR(number(v.at("overlaps").at(0).at("together").at("r")), 1, 1e-9);
  EXPECT_TRUE(v.at("only_band").is_null());
  const crm::relevance_report nobody =
      crm::relevance_review{}.of(team.fresh().result(), "renewals", outcome);
  EXPECT_TRUE(read(nobody).at("rules").is_null());
  const json::value few = read(crm::relevance_review{.min_agents = 20}.of(
      results, "renewals", [](int) { return std::optional<double>(); }));
  EXPECT_EQ(few.at("components").at(0).at("state").as_string(), "not assessable");
  EXPECT_TRUE(few.at("components").at(0).at("by_rank").at("r").is_null()) << "no data: not 0";
  EXPECT_EQ(few.at("components").at(0).at("by_rank").at("status").as_string(), "no data");
}

TEST(process_json, plans) {
  auto card = crm::make_scorecard(
      crm::component("nps", crm::given{}, crm::linear{0, 100}, 1).anonymous_below(5));
  auto next = card;
  card.update(crm::figure{40, 9, 2.0}), next.update(crm::figure{77, 3, 2.0});
  const std::vector<crm::finding_rule> rules{{"nps", 60, crm::target::at_least(50), "listen"}};
  const auto items = crm::plan_for("Bo", card.result(), rules, crm::instant{7});
  const json::value plan = read(items);
  EXPECT_EQ(plan.at("schema").as_string(), "crmetrics/plan/1");
  const auto& item = plan.at("items").at(0);
  EXPECT_EQ(item.at("action").as_string(), "listen");
  EXPECT_EQ(number(item.at("loss")), 60);
  EXPECT_EQ(number(item.at("goal").at("threshold")), 50);
  EXPECT_EQ(item.at("before").at("n").as_int64(), 9);
  const std::vector<crm::plan_followup> followed{crm::follow_up(items[0], next.result())};
  const json::value now = read(followed);
  EXPECT_EQ(now.at("plans").at(0).at("absent").as_string(), "suppressed");
  EXPECT_TRUE(now.at("plans").at(0).at("now").at("value").is_null());
  EXPECT_TRUE(now.at("plans").at(0).at("change").is_null());
}

}  // namespace
