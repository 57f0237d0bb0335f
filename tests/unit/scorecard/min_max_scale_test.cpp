#include <crmetrics/combinators/on.hpp>
#include <crmetrics/metrics/given.hpp>
#include <crmetrics/scorecard/linear.hpp>
#include <crmetrics/scorecard/min_max_scale.hpp>
#include <crmetrics/scorecard/scorecard.hpp>

#include <gtest/gtest.h>

#include <vector>

namespace {

namespace crm = crmetrics;

constexpr double at_compile_time() {
  const double set[] = {60, 50, 95};
  return crm::min_max_scale{}.fit(set).score(72.5);
}
static_assert(at_compile_time() == 50);

TEST(min_max_scale, by_hand) {
  const auto up = crm::min_max_scale{}.fit(std::vector<double>{30, 10, 50});
  EXPECT_EQ(up.worst(), 10);
  EXPECT_EQ(up.best(), 50);
  EXPECT_EQ(up.score(10), 0);
  EXPECT_EQ(up.score(20), 25);
  EXPECT_EQ(up.score(50), 100);
  EXPECT_EQ(up.score(70), 100);
  EXPECT_EQ(up.score(0), 0);
  EXPECT_EQ(up.slope(20), 2.5);
  EXPECT_EQ(up.slope(10), 0);
  EXPECT_EQ(up.slope(60), 0);
  EXPECT_EQ(up.direction(), crm::direction::higher_is_better);

  const auto down =
      crm::min_max_scale{crm::direction::lower_is_better}.fit(std::vector<double>{30, 10, 50});
  EXPECT_EQ(down.score(10), 100);
  EXPECT_EQ(down.score(20), 75);
  EXPECT_EQ(down.slope(20), -2.5);
  EXPECT_EQ(down.direction(), crm::direction::lower_is_better);
  for (double x = 0; x < 60; x += 3) EXPECT_NEAR(up.score(x) + down.score(x), 100, 1e-12);
}

// Two metrics, equal weights. A hire who is worse than B on both metrics puts B before A; with
// goalposts nothing changes.
struct agent {
  crm::figure first, second;
};
template <class Curve>
std::vector<double> totals(const std::vector<std::vector<double>>& people, const Curve& curve_of) {
  std::vector<double> first;
  std::vector<double> second;
  for (const auto& p : people) first.push_back(p[0]), second.push_back(p[1]);
  std::vector<double> out;
  for (const auto& p : people) {
    auto card = crm::make_scorecard(
        crm::component("first", crm::on(&agent::first, crm::given{}), curve_of(first), 1),
        crm::component("second", crm::on(&agent::second, crm::given{}), curve_of(second), 1));
    card.update(agent{{p[0]}, {p[1]}});
    out.push_back(*card.result().total);
  }
  return out;
}

TEST(min_max_scale, a_hire_swaps_two_others_and_goalposts_do_not) {
  const std::vector<std::vector<double>> before = {{70, 90}, {95, 85}, {50, 90}};
  auto after = before;
  after.push_back({80, 20});

  const auto relative = [](const std::vector<double>& set) {
    return crm::min_max_scale{}.fit(set);
  };
  const auto a = totals(before, relative);
  EXPECT_NEAR(a[0], 650. / 9, 1e-12);  // 72.22
  EXPECT_NEAR(a[1], 50, 1e-12);
  EXPECT_NEAR(a[2], 50, 1e-12);
  const auto b = totals(after, relative);
  EXPECT_NEAR(b[0], 650. / 9, 1e-12);
  EXPECT_NEAR(b[1], 1350. / 14, 1e-12);  // 96.43: now before A
  EXPECT_NEAR(b[2], 50, 1e-12);
  EXPECT_NEAR(b[3], 100. / 3, 1e-12);

  const auto goalposts = [](const std::vector<double>&) { return crm::linear{0, 100}; };
  const auto c = totals(before, goalposts);
  const auto d = totals(after, goalposts);
  EXPECT_EQ(c[0], 80);
  EXPECT_EQ(c[1], 90);
  EXPECT_EQ(d[0], c[0]);
  EXPECT_EQ(d[1], c[1]);
  EXPECT_EQ(d[2], c[2]);
}

}  // namespace
