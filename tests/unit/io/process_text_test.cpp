#include <crmetrics/io/process_text.hpp>

#include <crmetrics/accumulators/proportion.hpp>
#include <crmetrics/metrics/error_rate.hpp>
#include <crmetrics/metrics/given.hpp>
#include <crmetrics/scorecard/control_charts.hpp>
#include <crmetrics/scorecard/scorecard.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

namespace {

namespace crm = crmetrics;

template <class M = crm::proportion>
crm::estimate share(std::uint64_t x, std::uint64_t n) {
  M p;
  p.update(crm::successes_of{x, n});
  return p.result();
}

TEST(process_text, targets_and_attainment) {
  EXPECT_EQ(crm::to_text(crm::target::at_least(.95).judge(share(171, 180))),
            "met: 95.0 % [90.8, 97.3], n = 180, target at least 95.0 %, within chance");
  EXPECT_EQ(crm::to_text(crm::target::at_most(.005).needing(50).judge(share(0, 40))),
            "not assessed (insufficient, n = 40), target at most 0.50 %");
  EXPECT_EQ(crm::to_text(crm::attainment{2, 1, 1}),
            "2 of 3 met their target (66.7 %), 1 not assessed");
  EXPECT_EQ(crm::to_text(crm::attainment{0, 0, 2}), "0 of 0 met their target, 2 not assessed");
}

TEST(process_text, payouts) {
  const crm::payout p({{60, 50'000}, {80, 100'000}, {95, 160'000}});
  EXPECT_EQ(crm::to_text(p.of(85.44)), "1217.60 for 85.44 (paid)");
  EXPECT_EQ(crm::to_text(p.of(20)), "0.00 for 20.00 (below the threshold)");
  EXPECT_EQ(crm::to_text(p.of(100), 0), "160000 for 100.00 (capped)");
  EXPECT_EQ(crm::to_text(crm::payout_line{}), "not assessed (missing)");
  crm::score_report r;
  r.total = 85.44;
  r.definition = 0xabc;
  EXPECT_EQ(crm::to_text(p.of(r)), "1217.60 for 85.44 (paid); rules 0000000000000abc");
  r.total.reset();
  r.coverage = .4;
  EXPECT_EQ(crm::to_text(p.of(r)), "not assessed (coverage too low); rules 0000000000000abc");
  EXPECT_EQ(crm::to_text(p.of(crm::estimate())), "not assessed (missing)");
}

TEST(process_text, alarms_and_reviews) {
  const auto alarm =
      crm::alarm("errors", crm::p_chart{.02, crm::confidence_level{.95}}).at_least(50);
  // Binomial(300, .02): below 2 or above 11 in 3.56 %; 1 / 0.03558 = 28.1.
  const auto raised = alarm.judge(share<crm::error_rate>(12, 300));
  EXPECT_EQ(
      crm::to_text(raised),
      "errors raised: 4.0 % [2.3, 6.9], n = 300 above the limit 3.7 %; false alarms 3.56 % of "
      "values, one in 28");
  EXPECT_EQ(
      crm::to_text(alarm.judge(share<crm::error_rate>(6, 300))),
      "errors quiet: 2.0 % [0.9, 4.3], n = 300 within 0.67 % to 3.7 %; false alarms 3.56 % of "
      "values, one in 28");
  EXPECT_EQ(crm::to_text(alarm.judge(share<crm::error_rate>(6, 30))),
            "errors not assessable (insufficient, n = 30)");
  auto review = *crm::review_of("Bo", raised, crm::instant{0});
  review.close(crm::review_state::confirmed, crm::instant{1}, "new form");
  EXPECT_EQ(crm::to_text(review),
            "Bo, errors: confirmed; 4.0 % [2.3, 6.9], n = 300, limit 3.7 %; new form");
}

TEST(process_text, attribution_of_a_card_with_its_doubt_and_rules) {
  crm::attribution_effect<crm::score_report> e;
  e.before.total = 50;
  e.after.total = 59.21;
  e.after.definition = 0xabc;
  e.after.uncertainty.emplace();
  e.after.uncertainty->standard_error = 3;
  e.after.uncertainty->interval = {53.33, 65.09};
  e.judged = 100;
  e.excluded.add("product fault", 5);
  EXPECT_EQ(crm::to_text(e),
            "counts: 59.21 points [53.33, 65.09]; with all events: 50.00 points; 5 of 100 left "
            "out: 5 product fault; rules 0000000000000abc");
}

TEST(process_text, lists_and_tallies) {
  const std::vector<crm::removal_line<std::string>> lines{
      {"Bo", 30, 100, crm::interval{.2, .4}, .067, 1.5e-8, true}, {"Cy", 0, 0, {}, {}, {}, false}};
  EXPECT_EQ(crm::to_text(lines),
            "Bo: 30 of 100 left out (30.0 %), others 6.7 %, p = 1.5e-08: look at it\n"
            "Cy: 0 of 0 left out");
  EXPECT_EQ(crm::to_text(crm::review_tally{1, 3, 2}), "1 open, 3 confirmed, 2 false alarms");
}

// What was weak and is too little to show now: a word, neither a number nor nan.
TEST(process_text, a_follow_up_of_a_hidden_value) {
  auto card = crm::make_scorecard(
      crm::component("peers", crm::given{}, crm::linear{0, 100}, 1).anonymous_below(5));
  auto next = card;
  card.update(crm::figure{40, 9, 2.0}), next.update(crm::figure{77, 3, 2.0});
  const std::vector<crm::finding_rule> rules{{"peers", 60, {}, "ask them"}};
  const auto items = crm::plan_for("Bo", card.result(), rules, crm::instant{0});
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(crm::to_text(crm::follow_up(items[0], next.result())),
            "Bo, peers: not assessed, from 40.00 to not shown (suppressed)");
}

TEST(process_text, follow_up) {
  crm::plan_item item;
  item.who = "Bo";
  item.component = "in time";
  item.before = share(80, 100);
  item.better = crm::direction::higher_is_better;
  item.goal = crm::target::at_least(.95);
  item.action = "look at the late ones";
  item.score = 40;
  item.loss = 22.5;
  EXPECT_EQ(crm::to_text(item), "Bo, in time: look at the late ones (40.00 points, costs 22.50)");
  // Newcombe: 96 / 100 - 80 / 100 by hand from Wilson [90.16, 98.43] and [71.12, 86.66].
  EXPECT_EQ(crm::to_text(crm::follow_up(item, share(96, 100))),
            "Bo, in time: improved, change 16.0 [7.1, 25.2] %, from 80.0 % to 96.0 %; target at "
            "least 95.0 % met");
}

}  // namespace
