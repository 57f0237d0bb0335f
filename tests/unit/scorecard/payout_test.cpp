#include <crmetrics/scorecard/payout.hpp>

#include <crmetrics/accumulators/mean.hpp>
#include <crmetrics/accumulators/occurrences.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/metrics/csat.hpp>
#include <crmetrics/scorecard/scorecard.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <random>
#include <string>

namespace {

namespace crm = crmetrics;
using crm::payout_state;

const crm::payout scheme({{60, 50'000}, {80, 100'000}, {95, 160'000}});

TEST(payout, nothing_below_the_threshold_lines_between_the_steps_a_cap_above) {
  EXPECT_EQ(*scheme.of(59.9).amount, 0);
  EXPECT_EQ(scheme.of(59.9).state, payout_state::below_threshold);
  EXPECT_EQ(*scheme.of(60).amount, 50'000);
  EXPECT_EQ(scheme.of(60).state, payout_state::paid);
  EXPECT_EQ(*scheme.of(70).amount, 75'000);  // half of the way to 1,000.00
  EXPECT_EQ(*scheme.of(80).amount, 100'000);
  EXPECT_EQ(*scheme.of(85.44).amount, 121'760);  // 100000 + 60000 x 5.44 / 15
  EXPECT_EQ(*scheme.of(95).amount, 160'000);
  EXPECT_EQ(scheme.of(95).state, payout_state::capped);
  EXPECT_EQ(*scheme.of(100).amount, 160'000);
}

TEST(payout, a_score_that_lost_its_last_bits_is_paid) {
  EXPECT_EQ(*scheme.of(59.99999999999999).amount, 50'000);
  EXPECT_EQ(*scheme.of(94.99999999999999).amount, 160'000);
  EXPECT_EQ(*scheme.of(59.999999).amount, 0);
}

TEST(payout, rounds_once_as_stated) {
  // 3 units on 2 points: a third of the way is 1.5, two thirds of the way 2 exactly.
  const auto half_up = crm::payout({{0, 0}, {2, 3}});
  const auto down = crm::payout({{0, 0}, {2, 3}}, crm::money_rounding::down);
  EXPECT_EQ(*half_up.of(1).amount, 2);
  EXPECT_EQ(*down.of(1).amount, 1);
  EXPECT_EQ(*half_up.of(.999999).amount, 1);
  EXPECT_EQ(*down.of(2).amount, 3);
  // 0.1 and 0.7 have no exact double: 7 of 10 units, not 6.
  EXPECT_EQ(*crm::payout({{0, 0}, {1, 10}}, crm::money_rounding::down).of(.7).amount, 7);
}

TEST(payout, a_better_score_never_pays_less) {
  std::mt19937_64 random(5);
  const auto draw = [&](std::uint64_t n) { return random() % n; };
  for (int i = 0; i != 1000; ++i) {
    std::vector<crm::payout::step> steps;
    double score = 0;
    std::int64_t amount = 0;
    for (std::uint64_t k = 1 + draw(5); k-- != 0;) {
      score += static_cast<double>(1 + draw(3000)) / 100;
      amount += static_cast<std::int64_t>(draw(100'000));
      steps.push_back({score, amount});
    }
    const crm::payout p(steps,
                        i % 2 == 0 ? crm::money_rounding::half_up : crm::money_rounding::down);
    std::int64_t last = 0;
    for (int x = 0; x <= 10'000; x += 37) {
      const std::int64_t pays = *p.of(x / 100.).amount;
      ASSERT_GE(pays, last);
      ASSERT_LE(pays, amount);
      last = pays;
    }
  }
}

TEST(payout, large_amounts_do_not_overflow) {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  const crm::payout p({{-1e6, 0}, {1e6, most}});
  EXPECT_EQ(*p.of(0).amount, most / 2 + 1);  // half of an odd number goes up
  EXPECT_EQ(*p.of(std::numeric_limits<double>::infinity()).amount, most);
}

TEST(payout, all_problems_of_a_scheme_are_named_at_once) {
  try {
    const crm::payout wrong({{60, 100}, {60, 200}, {70, 150}, {80, -1}});
    FAIL();
  } catch (const crm::bad_input& e) {
    const std::string text = e.what();
    EXPECT_EQ(e.problems().total(), 4u) << text;
    EXPECT_NE(text.find("payout step 2: value \"60\": scores must rise"), std::string::npos);
    EXPECT_NE(text.find("payout step 3: value \"150\": a better score would pay less"),
              std::string::npos);
    EXPECT_NE(text.find("payout step 4: value \"-1\": amount is negative"), std::string::npos);
  }
  EXPECT_THROW(crm::payout({}), crm::bad_input);
  EXPECT_THROW(static_cast<void>(scheme.of(std::numeric_limits<double>::quiet_NaN())),
               crm::bad_input);
}

struct month {
  double quality;
  bool violation;
};

TEST(payout, of_a_card_comes_after_its_deductions_and_vetoes) {
  auto card = crm::make_scorecard(
      crm::component("quality", crm::on(&month::quality, crm::mean{}), crm::linear{0, 100}, 1),
      crm::deduction("violations", crm::on(&month::violation, crm::occurrences{}),
                     {.points = 5, .at_most = 20}));
  EXPECT_EQ(scheme.of(card.result()).state, payout_state::not_assessed);
  EXPECT_FALSE(scheme.of(card.result()).amount.has_value()) << "nothing known is not 0.00";
  card.update(month{80, false});
  EXPECT_EQ(*scheme.of(card.result()).amount, 100'000);
  card.update(month{80, true});
  card.update(month{80, true});
  const auto r = card.result();
  EXPECT_EQ(*r.total, 70);
  EXPECT_EQ(*scheme.of(r).amount, 75'000);
}

TEST(payout, of_one_metric) {
  crm::csat satisfied;
  const crm::payout bonus({{.9, 20'000}, {.95, 30'000}});
  EXPECT_EQ(bonus.of(satisfied.result()).state, payout_state::not_assessed);
  for (int i = 0; i != 100; ++i) satisfied.update(i < 92 ? 5 : 1);
  EXPECT_EQ(*bonus.of(satisfied.result()).amount, 24'000);
}

}  // namespace
