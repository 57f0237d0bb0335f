#include <crmetrics/scorecard/relevance_review.hpp>

#include <crmetrics/combinators/by.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/metrics/error_rate.hpp>
#include <crmetrics/metrics/given.hpp>
#include <crmetrics/scorecard/scorecard.hpp>
#include <crmetrics/scorecard/target_range.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace {

namespace crm = crmetrics;

struct month {
  int agent;
  crm::figure speed;       // seconds
  crm::figure quality;     // goes with the outcome
  crm::figure same;        // twice the quality
  crm::figure attendance;  // the same for all
  crm::successes_of errors;
};

auto card() {
  return crm::make_scorecard(
             crm::component("speed", crm::on(&month::speed, crm::given{}), crm::linear{20, 0}, 20),
             crm::component("quality", crm::on(&month::quality, crm::given{}), crm::linear{0, 20},
                            30),
             crm::component("same", crm::on(&month::same, crm::given{}), crm::linear{0, 40}, 20),
             crm::component("attendance", crm::on(&month::attendance, crm::given{}),
                            crm::linear{0, 100}, 10),
             crm::component("errors", crm::on(&month::errors, crm::error_rate{}),
                            crm::linear{.5, 0}, 10),
             crm::component("errors again", crm::on(&month::errors, crm::error_rate{}),
                            crm::linear{1, 0}, 10))
      .graded({{"good", 20}, {"bad", 0}});
}

const std::vector<double> x{5, 1, 4, 2, 3, 9, 7, 6, 8, 10};
const std::vector<double> y{2, 1, 7, 3, 3, 8, 9, 5, 6, 10};

auto team() {
  auto m = crm::by(&month::agent, card());
  for (std::size_t i = 0; i != x.size(); ++i) {
    m.update(month{static_cast<int>(i),
                   {x[i]},
                   {x[i]},
                   {2 * x[i]},
                   {100},
                   {static_cast<std::uint64_t>(x[i]), 100}});
  }
  return m.result();
}
const auto outcome = [](int agent) -> std::optional<double> {
  return y[static_cast<std::size_t>(agent)];
};

TEST(relevance_review, says_which_components_go_with_the_outcome) {
  const auto r = crm::relevance_review{}.of(team(), "renewals next quarter", outcome);
  EXPECT_EQ(r.agents, 10u);
  // The numbers of tests/unit/intervals/correlation_test.cpp, by scipy.
  const auto& quality = r.component("quality");
  EXPECT_NEAR(quality.by_rank.r, 0.8145934285312865, 1e-14);
  EXPECT_NEAR(quality.linear.interval->low, 0.41736593515721837, 1e-12);
  EXPECT_EQ(quality.state, crm::relevance::supported);
  EXPECT_EQ(r.component("speed").better, crm::direction::lower_is_better)
      << "a given figure has no direction; its curve has";
  EXPECT_EQ(r.component("speed").state, crm::relevance::contradicted)
      << "slower agents have more of the outcome";
  EXPECT_EQ(r.component("errors").state, crm::relevance::contradicted);
  EXPECT_THROW(static_cast<void>(r.component("qualty")), crm::error);
}

TEST(relevance_review, names_what_says_nothing_and_what_says_the_same) {
  const auto r = crm::relevance_review{}.of(team(), "renewals", outcome);
  const auto& attendance = r.component("attendance");
  EXPECT_TRUE(attendance.no_variation);
  EXPECT_TRUE(attendance.target_always_met());
  EXPECT_EQ(attendance.state, crm::relevance::not_assessable);
  EXPECT_TRUE(r.component("quality").target_never_met());
  EXPECT_FALSE(r.component("quality").target_always_met());

  // speed, quality, same, errors and errors again are one line: ten pairs.
  EXPECT_EQ(r.overlaps.size(), 10u);
  int shared = 0;
  for (const auto& o : r.overlaps) {
    EXPECT_NEAR(std::abs(o.together.r), 1, 1e-12);
    if (!o.shared_measure) continue;
    ++shared;
    const bool errors = o.a.view() == "errors" && o.b.view() == "errors again";
    const bool figures = o.a.view() == "speed" && o.b.view() == "quality";
    EXPECT_TRUE(errors || figures);
    EXPECT_NEAR(o.weight, errors ? .2 : .5, 1e-15);
  }
  EXPECT_EQ(shared, 2);
  EXPECT_EQ(r.only_band, "good");
}

TEST(relevance_review, chance_is_not_shown_and_few_agents_are_not_assessable) {
  std::map<int, double> noise{{0, 3}, {1, 9}, {2, 1}, {3, 4}, {4, 8},
                              {5, 2}, {6, 7}, {7, 6}, {8, 5}, {9, 4.5}};
  const auto r = crm::relevance_review{}.of(
      team(), "noise", [&](int agent) -> std::optional<double> { return noise[agent]; });
  EXPECT_EQ(r.component("quality").state, crm::relevance::not_shown);

  const auto half = crm::relevance_review{}.of(
      team(), "half", [&](int agent) { return agent < 5 ? outcome(agent) : std::nullopt; });
  EXPECT_EQ(half.component("quality").by_rank.n, 5u);
  EXPECT_EQ(half.component("quality").state, crm::relevance::not_assessable);
  EXPECT_EQ(half.component("quality").assessed, 10u);
}

// Agents with 1 to 12 contacts an hour, of which 5 to 7 are wanted, on a metric without a
// direction. Whoever stands first in the list must not decide which way is better (law L3).
struct pace {
  int agent;
  crm::figure per_hour;
};
auto paces(bool turned) {
  auto m =
      crm::by(&pace::agent,
              crm::make_scorecard(crm::component("pace", crm::on(&pace::per_hour, crm::given{}),
                                                 crm::target_range{0, 5, 7, 12.5}, 1)));
  for (int i = 1; i <= 12; ++i) m.update(pace{turned ? 12 - i : i, {static_cast<double>(i)}});
  return m.result();
}

TEST(relevance_review, a_curve_that_rewards_both_ways_is_reviewed_by_its_points) {
  const auto of = [](bool turned, double (*outcome_of)(double)) {
    return crm::relevance_review{}
        .of(paces(turned), "renewals",
            [&](int agent) { return std::optional(outcome_of(turned ? 12 - agent : agent)); })
        .component("pace");
  };
  const auto more_is_more = [](double per_hour) { return per_hour; };
  const auto best_in_range = [](double per_hour) {
    return 100 - std::abs(per_hour - 6.1) + (per_hour == 3 ? -9 : 0);
  };
  for (const bool turned : {false, true}) {
    const auto wanted = of(turned, best_in_range);
    EXPECT_EQ(wanted.state, crm::relevance::supported);
    EXPECT_EQ(wanted.better, crm::direction::neutral);
    EXPECT_EQ(of(turned, [](double v) { return std::abs(v - 6.1); }).state,
              crm::relevance::contradicted);
    EXPECT_EQ(of(turned, more_is_more).state, crm::relevance::not_shown);
  }
  EXPECT_NEAR(of(false, more_is_more).by_rank.r, of(true, more_is_more).by_rank.r, 1e-15);
}

// Ranks that agree fully have no interval of Fisher's: their order itself is the evidence.
TEST(relevance_review, full_agreement_is_more_than_chance_where_the_order_is) {
  const auto with = [](const auto& outcome_of, crm::relevance_review how = {}) {
    return how.of(team(), "renewals", [&](int agent) {
      return std::optional<double>(outcome_of(x[static_cast<std::size_t>(agent)]));
    });
  };
  const auto same = with([](double v) { return v * v; });
  EXPECT_EQ(same.component("quality").by_rank.r, 1);
  EXPECT_FALSE(same.component("quality").by_rank.interval);
  EXPECT_EQ(same.component("quality").state, crm::relevance::supported);
  EXPECT_EQ(same.component("speed").state, crm::relevance::contradicted);
  const auto reversed = with([](double v) { return -v; });
  EXPECT_EQ(reversed.component("quality").state, crm::relevance::contradicted);
  EXPECT_EQ(reversed.component("speed").state, crm::relevance::supported);

  // Four agents in one order or the reverse come by chance in 2 of 24.
  const crm::relevance_review of_four{.level = crm::confidence_level(.9), .min_agents = 4};
  const auto four = [&](crm::relevance_review how) {
    return how
        .of(team(), "renewals",
            [](int agent) {
              return agent < 4 ? std::optional(x[static_cast<std::size_t>(agent)]) : std::nullopt;
            })
        .component("quality")
        .state;
  };
  EXPECT_EQ(four(of_four), crm::relevance::supported);
  EXPECT_EQ(four({.min_agents = 4}), crm::relevance::not_shown);
  // One agent of ten who differs in both comes in 1 of 10, however full the agreement.
  auto m = crm::by(&pace::agent,
                   crm::make_scorecard(crm::component(
                       "pace", crm::on(&pace::per_hour, crm::given{}), crm::linear{0, 10}, 1)));
  for (int i = 0; i != 10; ++i) m.update(pace{i, {i == 3 ? 9. : 1.}});
  const auto one = crm::relevance_review{}.of(
      m.result(), "renewals", [](int agent) { return std::optional(agent == 3 ? 1. : 0.); });
  EXPECT_EQ(one.component("pace").by_rank.r, 1);
  EXPECT_EQ(one.component("pace").state, crm::relevance::not_shown);
}

TEST(relevance_review, not_assessed_agents_are_left_out_and_definitions_must_agree) {
  auto m = crm::by(&month::agent, card());
  const auto none = crm::relevance_review{}.of(m.result(), "renewals", outcome);
  EXPECT_EQ(none.agents, 0u);
  EXPECT_TRUE(none.components.empty());

  auto results = team();
  auto other = crm::by(&month::agent, card().reweighted({{"speed", 50}}));
  other.update(month{99, {1}, {1}, {1}, {1}, {1, 2}});
  results.rows.push_back(other.result().rows.front());
  EXPECT_THROW(static_cast<void>(crm::relevance_review{}.of(
                   results, "renewals", [](int) -> std::optional<double> { return 1; })),
               crm::definition_mismatch);
  EXPECT_THROW(
      static_cast<void>(crm::relevance_review{.overlap_above = 1}.of(team(), "renewals", outcome)),
      crm::invalid_setting);
}

}  // namespace
