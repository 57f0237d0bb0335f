#include <crmetrics/scorecard/arithmetic.hpp>
#include <crmetrics/scorecard/geometric.hpp>
#include <crmetrics/scorecard/harmonic.hpp>
#include <crmetrics/scorecard/minimum.hpp>
#include <crmetrics/scorecard/power.hpp>

#include "means.hpp"

#include <limits>

namespace {

namespace crm = crmetrics;

static_assert(crm::combining<crm::power>);

// COINr, tests/testthat/test-aggregate.R: M_-1 is the harmonic mean, M_1 = 2.
TEST(power, coinr) {
  EXPECT_NEAR(means::mean(crm::power{1}, {1, 1, 1}, {1, 2, 3}), 2, 1e-15);
  EXPECT_NEAR(means::mean(crm::power{-1}, {2, 1, 1}, {1, 2, 3}), 24. / 17, 1e-15);
  EXPECT_NEAR(means::mean(crm::power{0}, {1, 1, 1}, {1, 2, 3}), std::cbrt(6.0), 1e-15);
  EXPECT_NEAR(means::mean(crm::power{2}, {1, 1, 1}, {1, 2, 3}), std::sqrt(14. / 3), 1e-15);
}

TEST(power, laws) {
  for (const double p : {-30., -3., -1., -.5, 0., .3, 1., 2., 7.}) {
    SCOPED_TRACE(p);
    means::expect_lawful(crm::power{p}, 5);
  }
}

// Law L6: M_p never falls as p rises.
TEST(power, rises_with_p) {
  means::numbers random;
  const double ps[] = {-100, -10,   -2,   -1, -.5, -1e-3, -1e-9, -1e-300,
                       0,    1e-12, 1e-3, .5, 1,   2,     10,    100};
  for (int round = 0; round != 1000; ++round) {
    std::vector<double> scores;
    for (int i = 0; i != 5; ++i) scores.push_back(random.between(1, 100));
    const std::vector<double> weights = {.1, .3, .2, .25, .15};
    double last = means::combine(crm::minimum{}, weights, scores).mean;
    for (const double p : ps) {
      const double mean = means::combine(crm::power{p}, weights, scores).mean;
      EXPECT_GE(mean, last - 1e-12) << "p " << p;
      last = mean;
    }
  }
}

TEST(power, meets_the_named_means) {
  means::numbers random;
  for (int round = 0; round != 1000; ++round) {
    const std::vector<double> scores = {random.between(1, 100), random.between(1, 100),
                                        random.between(1, 100)};
    const std::vector<double> weights = {.5, .2, .3};
    const auto same = [&](double p, auto how) {
      const auto a = means::combine(crm::power{p}, weights, scores);
      const auto b = means::combine(how, weights, scores);
      EXPECT_NEAR(a.mean, b.mean, 1e-12);
      for (std::size_t i = 0; i != 3; ++i) EXPECT_NEAR(a.gradient[i], b.gradient[i], 1e-12);
    };
    same(1, crm::arithmetic{});
    same(0, crm::geometric{});
    same(-1, crm::harmonic{});
  }
}

TEST(power, is_continuous_at_p_0) {
  const std::vector<double> weights = {.5, .5};
  const double geometric = means::combine(crm::geometric{}, weights, {20, 80}).mean;  // 40
  EXPECT_NEAR(geometric, 40, 1e-13);
  for (const double p : {1e-6, 1e-9, 1e-12, 1e-15, 1e-100, 1e-310}) {
    // M_p = M_0 (1 + p var(ln x) / 2 + ...), var = (ln 2)^2.
    const double expected = 40 * (1 + p * std::log(2.0) * std::log(2.0) / 2);
    EXPECT_NEAR(means::combine(crm::power{p}, weights, {20, 80}).mean, expected, 1e-10);
    EXPECT_LE(std::abs(means::combine(crm::power{-p}, weights, {20, 80}).mean - 40),
              40 * p + 1e-12);
  }
}

TEST(power, large_p_comes_to_the_ends) {
  EXPECT_NEAR(means::combine(crm::power{-1e6}, {.5, .5}, {20, 80}).mean, 20, 1e-4);
  EXPECT_NEAR(means::combine(crm::power{1e6}, {.5, .5}, {20, 80}).mean, 80, 1e-4);
}

TEST(power, zeros) {
  EXPECT_TRUE(crm::power{-1}.zeroed_by_zero() && crm::power{0}.zeroed_by_zero());
  EXPECT_FALSE(crm::power{.5}.zeroed_by_zero());
  EXPECT_EQ(means::combine(crm::power{-2}, {.5, .5}, {0, 90}).mean, 0);
  EXPECT_EQ(means::combine(crm::power{0}, {.5, .5}, {0, 90}).mean, 0);
  const auto half = means::combine(crm::power{.5}, {.5, .5}, {0, 100});
  EXPECT_NEAR(half.mean, 25, 1e-12);          // (sqrt(100) / 2)^2
  EXPECT_EQ(half.gradient[0], 0);             // infinite: given as 0
  EXPECT_NEAR(half.gradient[1], .25, 1e-14);  // and Euler's sum still holds
  const auto one = means::combine(crm::power{1}, {.5, .5}, {0, 100});
  EXPECT_NEAR(one.mean, 50, 1e-12);
  EXPECT_EQ(one.gradient[0], .5);
  EXPECT_EQ(means::combine(crm::power{1}, {.5, .5}, {0, 0}).mean, 0);
}

TEST(power, p_must_be_finite) {
  for (const double p :
       {std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity(),
        std::numeric_limits<double>::quiet_NaN()}) {
    crm::problem_list problems;
    crm::power{p}.validate(problems, "quality");
    EXPECT_FALSE(problems.empty()) << p;
  }
  crm::problem_list problems;
  crm::power{-40}.validate(problems, "quality");
  EXPECT_TRUE(problems.empty());
}

}  // namespace
