#include <crmetrics/scorecard/minimum.hpp>

#include "means.hpp"

namespace {

namespace crm = crmetrics;

static_assert(crm::combining<crm::minimum> && !crm::minimum::needs_positive);

constexpr double at_compile_time() {
  const double weights[] = {.5, .5};
  const double scores[] = {40, 60};
  double gradient[2] = {};
  return crm::minimum{}.combine(weights, scores, gradient);
}
static_assert(at_compile_time() == 40);

TEST(minimum, is_the_lowest_with_a_weight) {
  const auto at = means::combine(crm::minimum{}, {.1, .9, 0}, {30, 50, 10});
  EXPECT_EQ(at.mean, 30);
  EXPECT_EQ(at.gradient, (std::vector<double>{1, 0, 0}));
}

TEST(minimum, ties_share_by_weight) {
  const auto at = means::combine(crm::minimum{}, {.2, .6, .2}, {30, 30, 70});
  EXPECT_EQ(at.mean, 30);
  EXPECT_EQ(at.gradient[0], .2 / (.2 + .6));
  EXPECT_EQ(at.gradient[1], .6 / (.2 + .6));
  EXPECT_EQ(at.gradient[2], 0);
}

TEST(minimum, laws) { means::expect_lawful(crm::minimum{}, 1, false); }

TEST(minimum, nothing_with_a_weight) { EXPECT_EQ(means::combine(crm::minimum{}, {}, {}).mean, 0); }

}  // namespace
