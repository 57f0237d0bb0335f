#include <crmetrics/scorecard/linear.hpp>

#include "problems.hpp"

namespace {

namespace crm = crmetrics;

static_assert(crm::normaliser<crm::linear>);

// COINr, tests/testthat/test-normalise.R. Its floor is the lowest value of the sample (here given
// as what it is, a fixed number).
TEST(linear, distance_to_target_of_coinr) {
  constexpr crm::linear up{.floor = 0, .target = 10, .cap = 2};
  EXPECT_NEAR(up.score(0), 0, 1e-12);
  EXPECT_NEAR(up.score(5), 50, 1e-12);
  EXPECT_NEAR(up.score(11), 110, 1e-12);
  constexpr crm::linear down{.floor = 10, .target = 0, .cap = 2};
  EXPECT_NEAR(down.score(-1), 110, 1e-12);
  EXPECT_NEAR(down.score(1), 90, 1e-12);
  EXPECT_NEAR(down.score(10), 0, 1e-12);
  EXPECT_EQ(crm::linear(0, 10).score(11), 100);  // capped
  EXPECT_EQ(crm::linear(10, 0).score(-1), 100);
}

TEST(linear, goalposts_of_coinr) {
  constexpr crm::linear up{0, 10};
  static_assert(up.score(1) == 10 && up.score(11) == 100 && up.score(-1) == 0);
  constexpr crm::linear down{10, 0};
  static_assert(down.score(1) == 90 && down.score(-1) == 100 && down.score(11) == 0);
  EXPECT_EQ(up.slope(5), 10);
  EXPECT_EQ(down.slope(5), -10);
  EXPECT_EQ(up.slope(11), 0);
}

TEST(linear, settings) {
  EXPECT_EQ(problems::of(crm::linear{0, 10}), "");
  problems::expect_part(problems::of(crm::linear{3, 3}), "floor equals target");
  problems::expect_part(problems::of(crm::linear{0, 10, .5}), "cap must be finite and at least 1");
}

}  // namespace
