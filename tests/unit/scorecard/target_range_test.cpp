#include <crmetrics/accumulators/proportion.hpp>
#include <crmetrics/metrics/handle_time.hpp>
#include <crmetrics/scorecard/scorecard.hpp>
#include <crmetrics/scorecard/target_range.hpp>

#include "problems.hpp"

#include <cmath>
#include <limits>

namespace {

namespace crm = crmetrics;

constexpr crm::target_range talk{.lo0 = .20, .lo1 = .40, .hi1 = .60, .hi0 = .90};

static_assert(crm::normaliser<crm::target_range>);
static_assert(talk.score(.40) == 100 && talk.score(.50) == 100 && talk.score(.60) == 100);
static_assert(talk.score(.20) == 0 && talk.score(.90) == 0 && talk.score(-7) == 0);
static_assert(talk.direction() == crm::direction::neutral);

TEST(target_range, by_hand) {
  EXPECT_NEAR(talk.score(.30), 50, 1e-12);
  EXPECT_NEAR(talk.score(.25), 25, 1e-12);
  EXPECT_NEAR(talk.score(.75), 50, 1e-12);
  EXPECT_NEAR(talk.score(.80), 100. / 3, 1e-12);
  EXPECT_NEAR(talk.slope(.30), 500, 1e-9);
  EXPECT_NEAR(talk.slope(.75), -100 / .3, 1e-9);
  for (const double flat : {.1, .2, .4, .5, .6, .9, 1.}) EXPECT_EQ(talk.slope(flat), 0) << flat;
}

TEST(target_range, corners_to_the_last_unit) {
  EXPECT_LT(talk.score(std::nextafter(.40, 0)), 100);
  EXPECT_LT(talk.score(std::nextafter(.60, 1)), 100);
  EXPECT_GT(talk.score(std::nextafter(.20, 1)), 0);
  EXPECT_GT(talk.score(std::nextafter(.90, 0)), 0);
}

TEST(target_range, a_single_best_value_and_what_is_not_finite) {
  constexpr crm::target_range triangle{0, 10, 10, 20};
  EXPECT_EQ(triangle.score(10), 100);
  EXPECT_NEAR(triangle.score(9), 90, 1e-12);
  EXPECT_NEAR(triangle.score(11), 90, 1e-12);
  EXPECT_EQ(triangle.score(std::numeric_limits<double>::infinity()), 0);
  EXPECT_EQ(triangle.score(-std::numeric_limits<double>::infinity()), 0);
  EXPECT_TRUE(std::isnan(triangle.score(std::numeric_limits<double>::quiet_NaN())));
}

TEST(target_range, converting_the_unit_changes_nothing) {
  constexpr crm::target_range seconds{60, 180, 300, 900};
  constexpr crm::target_range minutes{1, 3, 5, 15};
  for (double s = 0; s < 1000; s += 7) {
    EXPECT_NEAR(seconds.score(s), minutes.score(s / 60), 1e-12);
  }
}

TEST(target_range, settings) {
  EXPECT_EQ(problems::of(talk), "");
  problems::expect_part(problems::of(crm::target_range{1, 1, 2, 3}), "lo1 must lie above lo0");
  problems::expect_part(problems::of(crm::target_range{1, 3, 2, 4}), "hi1 must not lie below lo1");
  problems::expect_part(problems::of(crm::target_range{1, 2, 4, 4}), "hi0 must lie above hi1");
  const double nan = std::numeric_limits<double>::quiet_NaN();
  problems::expect_part(problems::of(crm::target_range{1, nan, 4, 5}), "bound is not finite");
  const std::string both = problems::of(crm::target_range{1, 0, 4, 4});
  problems::expect_part(both, "lo1 must lie above lo0");
  problems::expect_part(both, "hi0 must lie above hi1");
}

TEST(target_range, contradicts_no_direction) {
  const auto card = crm::make_scorecard(crm::component(
      "pace", crm::handle_time{}, crm::target_range{60, 180, 300, 900}, 1));  // lower is better
  EXPECT_FALSE(card.result().total);
}

// A share with bounds in percent would give nobody a point.
TEST(target_range, bounds_in_percent_on_a_share_are_refused) {
  const auto card = [](crm::target_range curve) {
    return problems::said_by([&] {
      return crm::make_scorecard(crm::component("answered", crm::proportion{}, curve, 1));
    });
  };
  EXPECT_EQ(card(crm::target_range{.20, .40, .60, .90}), "");
  problems::expect_part(card(crm::target_range{20, 40, 60, 90}), "the metric is a fraction");
}

}  // namespace
