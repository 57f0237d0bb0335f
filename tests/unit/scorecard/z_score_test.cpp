#include <crmetrics/scorecard/z_score.hpp>

#include "problems.hpp"

#include <cmath>
#include <vector>

namespace {

namespace crm = crmetrics;

// 2, 4, 4, 4, 5, 5, 7, 9: mean 5, sum of squares 32, so a deviation of 2 with n and of sqrt(32/7)
// with n - 1.
const std::vector<double> set = {2, 4, 4, 4, 5, 5, 7, 9};

TEST(z_score, by_hand) {
  const auto n = crm::z_score{.ddof = 0}.fit(set);
  EXPECT_EQ(n.mean(), 5);
  EXPECT_DOUBLE_EQ(n.standard_deviation(), 2);
  EXPECT_NEAR(n.score(5), 50, 1e-12);
  EXPECT_NEAR(n.score(7), 60, 1e-12);
  EXPECT_NEAR(n.score(2), 35, 1e-12);
  EXPECT_NEAR(n.slope(7), 5, 1e-12);
  const auto n_minus_1 = crm::z_score{}.fit(set);
  EXPECT_DOUBLE_EQ(n_minus_1.standard_deviation(), std::sqrt(32. / 7));
  EXPECT_NEAR(n_minus_1.score(9), 50 + 10 * 4 / std::sqrt(32. / 7), 1e-12);
}

TEST(z_score, clamped_to_0_and_100) {
  const auto n = crm::z_score{.ddof = 0}.fit(set);
  EXPECT_EQ(n.score(15), 100);  // 5 deviations
  EXPECT_EQ(n.score(1e300), 100);
  EXPECT_EQ(n.score(-5.001), 0);
  EXPECT_EQ(n.slope(16), 0);
  EXPECT_EQ(n.slope(-6), 0);
}

TEST(z_score, lower_is_better_mirrors) {
  const crm::z_score down{.better = crm::direction::lower_is_better};
  const auto a = crm::z_score{}.fit(set);
  const auto b = down.fit(set);
  EXPECT_EQ(b.direction(), crm::direction::lower_is_better);
  for (double x = 0; x < 12; x += .7) EXPECT_NEAR(a.score(x) + b.score(x), 100, 1e-12);
  EXPECT_NEAR(b.slope(5), -a.slope(5), 1e-15);
}

TEST(z_score, another_scale) {
  const auto f = crm::z_score{.ddof = 0, .centre = 60, .spread = 5}.fit(set);
  EXPECT_NEAR(f.score(5), 60, 1e-12);
  EXPECT_NEAR(f.score(7), 65, 1e-12);
}

// A far offset must not eat the deviation.
TEST(z_score, large_values_do_not_cancel) {
  std::vector<double> far;
  for (const double x : set) far.push_back(1e9 + x);
  const auto f = crm::z_score{.ddof = 0}.fit(far);
  EXPECT_NEAR(f.standard_deviation(), 2, 1e-9);
  EXPECT_NEAR(f.score(1e9 + 7), 60, 1e-7);
}

TEST(z_score, settings) {
  const auto said = [](crm::z_score z) {
    return problems::said_by([&] { return z.fit(set, "calls"); });
  };
  EXPECT_EQ(said({}), "");
  problems::expect_part(said({.ddof = 2}), "ddof must be 0 or 1");
  problems::expect_part(said({.centre = 100}), "centre must lie between 0 and 100");
  problems::expect_part(said({.spread = 0}), "spread must be finite and above 0");
  const std::string all = said({.ddof = -1, .centre = -3, .spread = -1});
  problems::expect_part(all, "ddof");
  problems::expect_part(all, "centre");
  problems::expect_part(all, "spread");
}

}  // namespace
