#include <crmetrics/accumulators/proportion.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/metrics/given.hpp>
#include <crmetrics/scorecard/james_stein.hpp>

#include "support/csv_rows.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace {

namespace crm = crmetrics;

crm::estimate share(std::uint64_t successes, std::uint64_t trials) {
  crm::proportion p;
  p.update(crm::successes_of{successes, trials});
  return p.result();
}

// Efron and Morris 1975 (and 1977, Scientific American): 18 batters after 45 at bats, and how they
// did in the rest of the season.
TEST(james_stein, eighteen_batters) {
  if (!crm::test::shared_data_is_there()) GTEST_SKIP() << "no shared data";
  std::vector<double> averages;
  std::vector<double> season;
  std::vector<std::string> names;
  for (const auto& row : crm::test::csv_rows("scorecard/efron_morris.csv")) {
    averages.push_back(row.number("hits") / row.number("at_bats"));
    season.push_back(row.number("season_average"));
    names.push_back(row.text("player"));
  }
  ASSERT_EQ(averages.size(), 18u);
  double mean = 0;
  for (const double a : averages) mean += a / 18;
  const auto fitted = crm::fit_james_stein(averages, mean * (1 - mean) / 45);
  EXPECT_NEAR(fitted.prior().mean, .2654320987654322, 1e-12);
  EXPECT_NEAR(fitted.prior().factor, .21165341714426555, 1e-12) << "published: .212";

  double raw = 0;
  double shrunk = 0;
  for (std::size_t i = 0; i != 18; ++i) {
    const auto hits = static_cast<std::uint64_t>(std::lround(averages[i] * 45));
    const double s = fitted.shrink(share(hits, 45)).value();
    raw += (averages[i] - season[i]) * (averages[i] - season[i]);
    shrunk += (s - season[i]) * (s - season[i]);
    if (names[i] == "Clemente") {
      EXPECT_NEAR(s, .2939, 5e-5);
    } else if (names[i] == "Alvis") {
      EXPECT_NEAR(s, .2422, 5e-5);
    }
  }
  EXPECT_NEAR(raw / shrunk, 3.534859504786157, 1e-9) << "published: 3.5 times as near";
}

TEST(james_stein, the_positive_part) {
  const auto near = crm::fit_james_stein(std::vector<double>{1, 1.1, .9, 1, 1.05}, 1);
  EXPECT_EQ(near.prior().factor, 0);
  EXPECT_NEAR(near.prior().mean, 1.01, 1e-12);
  const auto equal = crm::fit_james_stein(std::vector<double>{1, 1, 1, 1}, 1);
  EXPECT_EQ(equal.prior().factor, 0);
  // One mean for all is known as well as four values tell it, with a variance of 1 each.
  EXPECT_EQ(equal.prior().mean_error, .5);
  crm::given g;
  g.update(crm::figure{1.2, 10, 1.});
  const crm::estimate e = equal.shrink(g.result());
  EXPECT_EQ(e.value(), 1);
  EXPECT_EQ(*e.standard_error(), .5);
  EXPECT_GT(e.interval()->width(), 1.9);
}

TEST(james_stein, the_error_of_a_fitted_mean_enters_as_far_as_the_mean_does) {
  const std::vector<double> peers{40, 50, 60, 70, 80};  // variance 250 of one, 50 of their mean
  const auto fitted = crm::fit_james_stein(peers, 100);
  EXPECT_NEAR(fitted.prior().factor, 1 - 2 * 100. / 1000, 1e-15);
  EXPECT_NEAR(fitted.prior().mean_error, std::sqrt(50.), 1e-12);
  crm::given g;
  g.update(crm::figure{70, 10, 10.});
  EXPECT_NEAR(*fitted.shrink(g.result()).standard_error(), std::sqrt(.8 * 100 + .04 * 50), 1e-12);
}

TEST(james_stein, error_and_interval) {
  const crm::estimate before = share(40, 50);
  const crm::estimate e = crm::james_stein{.7, .25}.shrink(before);
  EXPECT_NEAR(e.value(), .725, 1e-15);
  EXPECT_NEAR(*e.standard_error(), *before.standard_error() / 2, 1e-15);
  EXPECT_LE(crm::james_stein(.99, 1).shrink(share(19, 20)).interval()->high, 1);
  EXPECT_EQ(crm::james_stein(.7, .25).shrink(share(0, 0)).value(), .7);
  EXPECT_EQ(crm::james_stein(.7, .25).shrink(share(0, 0)).status(), crm::status::insufficient_data);
}

TEST(james_stein, refuses_what_cannot_be) {
  EXPECT_THROW(static_cast<void>(crm::fit_james_stein(std::vector<double>{1, 2, 3}, 1)),
               crm::bad_input);
  EXPECT_THROW(static_cast<void>(crm::fit_james_stein(std::vector<double>{1, 2, 3, 4}, 0)),
               crm::bad_input);
  crm::problem_list problems;
  crm::james_stein{.mean = 0, .factor = 1.5, .mean_error = -1}.validate(problems, "x");
  EXPECT_EQ(problems.total(), 2u);
}

}  // namespace
