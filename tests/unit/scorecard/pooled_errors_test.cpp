#include <crmetrics/accumulators/mean.hpp>
#include <crmetrics/combinators/by.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/metrics/error_rate.hpp>
#include <crmetrics/metrics/given.hpp>
#include <crmetrics/scorecard/beta_binomial.hpp>
#include <crmetrics/scorecard/normal_normal.hpp>
#include <crmetrics/scorecard/pooled_errors.hpp>
#include <crmetrics/scorecard/rank_sets.hpp>
#include <crmetrics/scorecard/scorecard.hpp>
#include <crmetrics/scorecard/team_ranking.hpp>
#include <crmetrics/scorecard/uncertainty.hpp>
#include <crmetrics/workload/rng.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace {

namespace crm = crmetrics;

crm::estimate share(std::uint64_t successes, std::uint64_t trials) {
  crm::proportion p;
  p.update(crm::successes_of{successes, trials});
  return p.result();
}

TEST(pooled_errors, of_shares_are_those_of_the_common_share) {
  const std::vector<crm::estimate> agents{share(29, 30), share(20, 30), share(41, 60), share(0, 0)};
  const auto pooled = crm::pooled_errors(agents);
  ASSERT_EQ(pooled.size(), 4u);
  EXPECT_NEAR(pooled[0]->value, 29. / 30, 1e-15);
  // 90 of 120: sqrt(.75 x .25 / n)
  EXPECT_NEAR(pooled[0]->standard_error, std::sqrt(.1875 / 30), 1e-15);
  EXPECT_NEAR(pooled[2]->standard_error, std::sqrt(.1875 / 60), 1e-15);
  EXPECT_FALSE(pooled[3]);
}

TEST(pooled_errors, of_means_have_the_mean_variance) {
  crm::mean a, b;
  for (const double x : {1., 2., 3.}) a.update(x);  // variance 1
  for (const double x : {0., 6.}) b.update(x);      // variance 18
  const auto pooled = crm::pooled_errors(std::vector<crm::estimate>{a.result(), b.result()});
  const double variance = (3 * 1. + 2 * 18.) / 5;
  EXPECT_NEAR(pooled[0]->standard_error, std::sqrt(variance / 3), 1e-12);
  EXPECT_NEAR(pooled[1]->standard_error, std::sqrt(variance / 2), 1e-12);

  crm::mean one;
  one.update(4.);
  ASSERT_FALSE(one.result().standard_error());
  const auto with_one =
      crm::pooled_errors(std::vector<crm::estimate>{a.result(), b.result(), one.result()});
  EXPECT_NEAR(with_one[2]->standard_error, std::sqrt(variance), 1e-12) << "from the others";
  EXPECT_FALSE(crm::pooled_errors(std::vector<crm::estimate>{one.result()})[0]);
}

struct contact {
  int agent;
  bool resolved;
};
auto team() {
  return crm::by(
      &contact::agent,
      crm::make_scorecard(crm::component("resolved", crm::on(&contact::resolved, crm::proportion{}),
                                         crm::linear{0, 1}, 1))
          .with(crm::delta{}));
}

TEST(pooled_errors, of_totals_go_through_the_marginal_values) {
  auto agents = team();
  for (int i = 0; i != 30; ++i) {
    agents.update(contact{1, i < 29});
    agents.update(contact{2, i < 16});
  }
  const auto results = agents.result();
  const auto pooled = crm::pooled_total_errors(results);
  ASSERT_EQ(pooled.size(), 2u);
  EXPECT_NEAR(pooled[0]->value, 100 * 29. / 30, 1e-12);
  EXPECT_NEAR(pooled[0]->standard_error, 100 * std::sqrt(.1875 / 30), 1e-12);
  EXPECT_LT(results.find(1)->uncertainty->standard_error, pooled[0]->standard_error / 2)
      << "his own error is what luck made it";
}

// 400 agents who are all as good, 20 contacts each, at beta_binomial{.8, 60}: of what is measured a
// quarter gets through, and so the totals scatter by a quarter.
TEST(pooled_errors, of_shrunk_components_are_those_that_their_totals_have) {
  const crm::beta_binomial prior{.8, 60};
  auto agents = crm::by(
      &contact::agent,
      crm::make_scorecard(crm::component("resolved", crm::on(&contact::resolved, crm::proportion{}),
                                         crm::linear{.5, 1}, 1)
                              .shrunk_by(prior))
          .with(crm::delta{}));
  crm::workload::random_stream random(3);
  std::vector<crm::estimate> measured;
  double resolved = 0;
  for (int agent = 0; agent != 400; ++agent) {
    std::uint64_t of_20 = 0;
    for (int i = 0; i != 20; ++i) {
      const bool yes = random.chance(80, 100);
      agents.update(contact{agent, yes});
      of_20 += yes ? 1 : 0;
    }
    measured.push_back(share(of_20, 20));
    resolved += static_cast<double>(of_20);
  }
  const auto results = agents.result();
  double mean = 0;
  for (const auto& row : results) mean += *row.result.total / 400;
  double squares = 0;
  for (const auto& row : results)
    squares += (*row.result.total - mean) * (*row.result.total - mean);
  const double scatter = std::sqrt(squares / 399);
  const double p = resolved / 8000;
  const auto pooled = crm::pooled_total_errors(results);
  EXPECT_NEAR(pooled[0]->standard_error, 200 * .25 * std::sqrt(p * (1 - p) / 20), 1e-12);
  EXPECT_NEAR(pooled[0]->standard_error / scatter, 1, .1) << scatter;

  const auto of_values = crm::pooled_errors(measured, prior);
  EXPECT_NEAR(of_values[7]->value, prior.shrink(measured[7]).value(), 1e-15);
  EXPECT_NEAR(of_values[7]->standard_error, .25 * std::sqrt(p * (1 - p) / 20), 1e-15);
}

// Of means the variance of one observation is that of what was measured, not of what was drawn.
TEST(pooled_errors, of_shrunk_means_have_the_measured_variance) {
  struct review {
    int agent;
    double points;
  };
  const crm::normal_normal prior{.mean = 5, .between = 1};
  auto agents =
      crm::by(&review::agent,
              crm::make_scorecard(crm::component("points", crm::on(&review::points, crm::mean{}),
                                                 crm::linear{0, 10}, 1)
                                      .shrunk_by(prior)));
  for (const double x : {5., 6., 7.}) agents.update(review{1, x});  // variance 1
  for (const double x : {4., 10.}) agents.update(review{2, x});     // variance 18
  const auto pooled = crm::pooled_total_errors(agents.result());
  const double variance = (3 * 1. + 2 * 18.) / 5;
  EXPECT_NEAR(pooled[0]->standard_error, 10 * (1 / (1 + 1. / 3)) * std::sqrt(variance / 3), 1e-12);
  EXPECT_NEAR(pooled[1]->standard_error, 10 * (1 / (1 + 9.)) * std::sqrt(variance / 2), 1e-12);

  crm::mean one;
  one.update(4.);
  EXPECT_FALSE(crm::pooled_errors(
      std::vector<crm::estimate>{agents.find(1)->result().components[0].raw, one.result()},
      prior)[1])
      << "without an error of its own all of it is the prior";
}

// A component that counts and whose error nobody knows, and totals that nothing known can move.
TEST(pooled_errors, of_totals_are_not_known_from_a_part_of_the_card) {
  struct rating {
    int agent;
    crm::figure points;
  };
  const auto agent_of = [](const auto& e) { return e.agent; };
  auto agents = crm::by<int>(
      agent_of,
      crm::make_scorecard(
          crm::component("resolved", crm::on(&contact::resolved, crm::proportion{}),
                         crm::linear{0, .9}, 1),
          crm::component("judged", crm::on(&rating::points, crm::given{}), crm::linear{0, 10}, 1)));
  for (int i = 0; i != 30; ++i) {
    agents.update(contact{1, i < 20});
    agents.update(contact{2, i < 29});
    agents.update(contact{3, i < 22});
  }
  agents.update(rating{1, {7}});
  const auto pooled = crm::pooled_total_errors(agents.result());
  EXPECT_FALSE(pooled[0]) << "judged by somebody, with no error that is known";
  EXPECT_TRUE(pooled[1]) << "at the end of the curve, but most of the team is not";
  EXPECT_TRUE(pooled[2]);

  // 71 of 90 resolved, between 20 and 22 of 30 the curve falls by 100 / .9 a share: so it does at
  // 29 of 30, where the end is that of the curve.
  const double error = std::sqrt(71. / 90 * 19 / 90 / 30);
  EXPECT_LT(pooled[1]->standard_error, error * 100 / .9);
  EXPECT_GT(pooled[1]->standard_error, error * 100 / .9 * .7);
}

// The whole team beyond the end of the curve, and a total that a veto holds.
TEST(pooled_errors, of_totals_that_nothing_known_moves_are_not_known) {
  struct check {
    int agent;
    bool failed;
  };
  const auto agent_of = [](const auto& e) { return e.agent; };
  auto agents = crm::by<int>(
      agent_of,
      crm::make_scorecard(crm::component("resolved", crm::on(&contact::resolved, crm::proportion{}),
                                         crm::linear{0, .5}, 1),
                          crm::veto("breach", crm::on(&check::failed, crm::error_rate{}),
                                    crm::above{.005}, crm::cap{20})));
  for (int i = 0; i != 30; ++i) {
    for (int agent = 1; agent != 5; ++agent) agents.update(contact{agent, i < 25 + agent % 4});
  }
  for (const auto& e : crm::pooled_total_errors(agents.result())) EXPECT_FALSE(e);
  for (int i = 0; i != 30; ++i) {
    agents.update(contact{5, i < 6});
    agents.update(contact{6, i < 10});
  }
  agents.update(check{6, true});
  const auto pooled = crm::pooled_total_errors(agents.result());
  EXPECT_TRUE(pooled[4]);
  EXPECT_FALSE(pooled[5]) << "held by a veto";
}

// Where everybody was right every time, the next month may differ: a share of 1 is not exact.
TEST(pooled_errors, of_shares_of_all_are_those_of_a_prior) {
  const std::vector<crm::estimate> agents{share(20, 20), share(30, 30)};
  const auto pooled = crm::pooled_errors(agents);
  const double p = 50.5 / 51;
  EXPECT_NEAR(pooled[0]->standard_error, std::sqrt(p * (1 - p) / 20), 1e-15);
  EXPECT_NEAR(pooled[1]->standard_error, std::sqrt(p * (1 - p) / 30), 1e-15);
}

// Twenty agents who are all as good, 30 contacts each: the board must say so. The set of whoever
// comes first holds rank 20 in at least 90 % of 1,000 months.
TEST(rank_sets, twenty_equal_agents_are_not_separable) {
  crm::workload::random_stream random(20'251'123);
  int last_rank_open = 0;
  int nothing_separates = 0;
  int by_own_errors = 0;
  const crm::simultaneous how{.level = crm::confidence_level(.9), .draws = 1'000};
  for (int month = 0; month != 1'000; ++month) {
    auto agents = team();
    for (int agent = 0; agent != 20; ++agent) {
      for (int i = 0; i != 30; ++i) agents.update(contact{agent, random.chance(75, 100)});
    }
    const auto results = agents.result(crm::confidence_level::none());
    std::vector<crm::ranked_value> pooled;
    std::vector<crm::ranked_value> own;
    for (const auto& v : crm::pooled_total_errors(results)) pooled.push_back(*v);
    for (const auto& row : results) own.push_back(*crm::ranked_total(row.result));
    const auto sets = crm::rank_sets(pooled, how);
    const auto first = static_cast<std::size_t>(
        std::max_element(pooled.begin(), pooled.end(),
                         [](const auto& a, const auto& b) { return a.value < b.value; }) -
        pooled.begin());
    last_rank_open += sets[first].contains(20) ? 1 : 0;
    nothing_separates += sets.nothing_separates() ? 1 : 0;
    if (month < 200) by_own_errors += crm::rank_sets(own, how).nothing_separates() ? 1 : 0;
  }
  RecordProperty("months_of_1000_with_rank_20_open", last_rank_open);
  RecordProperty("months_of_200_by_own_errors", by_own_errors);
  EXPECT_GE(last_rank_open, 900);
  EXPECT_LE(last_rank_open, 985) << "a level that holds is not one that never speaks";
  EXPECT_EQ(nothing_separates, last_rank_open) << "with equal errors the widest gap decides";
  EXPECT_LT(by_own_errors, 180) << "own errors separate by luck: why they are pooled";
}

// The same where many come out at a target, a floor or a cap: there the agent's own marginal value
// is 0, and errors made of it tell equal agents apart in 123 of 300 months.
struct checked {
  int agent;
  bool good;
};
struct curve_case {
  unsigned percent;
  crm::linear curve;
};
class rank_sets_at_a_target : public testing::TestWithParam<curve_case> {};

TEST_P(rank_sets_at_a_target, twenty_equal_agents_are_not_separable) {
  const curve_case how = GetParam();
  const auto agent_of = [](const auto& e) { return e.agent; };
  const auto empty = crm::by<int>(
      agent_of,
      crm::make_scorecard(
          crm::component("resolved", crm::on(&contact::resolved, crm::proportion{}), how.curve, 60),
          crm::component("quality", crm::on(&checked::good, crm::proportion{}), how.curve, 40)));
  crm::workload::random_stream random(20'251'124);
  int nothing_separates = 0;
  for (int month = 0; month != 1'000; ++month) {
    auto agents = empty;
    for (int agent = 0; agent != 20; ++agent) {
      for (int i = 0; i != 30; ++i) {
        agents.update(contact{agent, random.chance(how.percent, 100)});
        agents.update(checked{agent, random.chance(how.percent, 100)});
      }
    }
    const auto results = agents.result(crm::confidence_level::none());
    const auto ranking =
        crm::rank_team(results, {.level = crm::confidence_level(.9), .draws = 1'000});
    nothing_separates += ranking.nothing_separates ? 1 : 0;
  }
  RecordProperty("months_of_1000_without_a_difference", nothing_separates);
  EXPECT_GE(nothing_separates, 900);
  EXPECT_LT(nothing_separates, 1'000) << "a level that holds is not one that never speaks";
}
INSTANTIATE_TEST_SUITE_P(curves, rank_sets_at_a_target,
                         testing::Values(curve_case{90, {.floor = .4, .target = .9}},
                                         curve_case{90, {.floor = .4, .target = 1}},
                                         curve_case{85, {.floor = .6, .target = .9}},
                                         curve_case{60, {.floor = .6, .target = .9}}));

struct rating {
  int agent;
  double points;
};
struct inspected {
  int agent;
  bool failed;
};
struct call_back {
  int agent;
  bool again;
};
struct breach {
  int agent;
  bool found;
};
constexpr auto agent_of = [](const auto& e) { return e.agent; };

// Two equal reviews each: nobody knows how reviews scatter, so nobody is ranked by their means.
TEST(pooled_errors, values_that_are_all_equal_are_no_certainty) {
  const auto card = crm::make_scorecard(
      crm::component("reviews", crm::on(&rating::points, crm::mean{}), crm::linear{0, 100}, 80),
      crm::component("checks", crm::on(&inspected::failed, crm::error_rate{}), crm::linear{1, 0},
                     20));
  const auto with = [&](double apart) {
    auto team = crm::by<int>(agent_of, card);
    for (int agent = 0; agent != 3; ++agent) {
      team.update(rating{agent, 80. + agent}), team.update(rating{agent, 80. + agent + apart});
      for (int i = 0; i != 50; ++i) team.update(inspected{agent, i % 7 == 0});
    }
    return crm::pooled_total_errors(team.result());
  };
  for (const auto& known : with(0)) EXPECT_FALSE(known);
  for (const auto& known : with(2)) EXPECT_TRUE(known);
}

// What holds the total of one agent changes nothing in the errors of the others.
TEST(pooled_errors, a_veto_on_one_agent_leaves_the_others_alone) {
  const auto card = crm::make_scorecard(
      crm::component("checks", crm::on(&inspected::failed, crm::error_rate{}), crm::linear{1, 0}, 1)
          .corrected_by("repeats", crm::scaled{.start = .05, .full = .6, .strength = .8}),
      crm::corrector("repeats", crm::on(&call_back::again, crm::error_rate{})),
      crm::veto("breach", crm::on(&breach::found, crm::error_rate{}), crm::above{0}, crm::cap{10}));
  const auto with = [&](int vetoed) {
    auto team = crm::by<int>(agent_of, card);
    for (int agent = 0; agent != 3; ++agent) {
      for (int i = 0; i != 40; ++i) {
        team.update(inspected{agent, i % 7 == 0}), team.update(call_back{agent, i % 5 == 0});
      }
      team.update(breach{agent, agent == vetoed});
    }
    return crm::pooled_total_errors(team.result());
  };
  const auto none = with(-1);
  for (int vetoed = 0; vetoed != 3; ++vetoed) {
    const auto some = with(vetoed);
    for (int agent = 0; agent != 3; ++agent) {
      const auto i = static_cast<std::size_t>(agent);
      if (agent == vetoed) {
        EXPECT_FALSE(some[i]);
      } else {
        EXPECT_NEAR(some[i].value().standard_error, none[i].value().standard_error, 1e-12);
      }
    }
  }
}

}  // namespace
