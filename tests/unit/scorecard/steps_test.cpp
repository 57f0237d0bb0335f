#include <crmetrics/accumulators/proportion.hpp>
#include <crmetrics/scorecard/scorecard.hpp>
#include <crmetrics/scorecard/steps.hpp>

#include "problems.hpp"

#include <cmath>
#include <limits>

namespace {

namespace crm = crmetrics;

constexpr crm::steps rising{{.70, .80, .90}, {0, 40, 70, 100}};
constexpr crm::steps falling{{300, 450}, {100, 60, 0}};

static_assert(crm::normaliser<crm::steps>);
static_assert(rising.score(.69) == 0 && rising.score(.70) == 40 && rising.score(.85) == 70);
static_assert(rising.score(.90) == 100 && rising.score(1e9) == 100 && rising.score(-1) == 0);
static_assert(falling.score(300) == 100 && falling.score(301) == 60 && falling.score(451) == 0);
static_assert(rising.direction() == crm::direction::higher_is_better);
static_assert(falling.direction() == crm::direction::lower_is_better);
static_assert(rising.slope(.8) == 0 && rising.size() == 4);

TEST(steps, an_edge_belongs_to_the_better_step) {
  EXPECT_EQ(rising.score(std::nextafter(.80, 0)), 40);
  EXPECT_EQ(rising.score(.80), 70);
  EXPECT_EQ(rising.score(std::nextafter(.80, 1)), 70);
  EXPECT_EQ(falling.score(std::nextafter(450, 0)), 60);
  EXPECT_EQ(falling.score(450), 60);
  EXPECT_EQ(falling.score(std::nextafter(450, 500)), 0);
}

TEST(steps, every_value_has_one) {
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(rising.score(-infinity), 0);
  EXPECT_EQ(rising.score(infinity), 100);
  EXPECT_EQ(falling.score(-infinity), 100);
  EXPECT_EQ(falling.score(infinity), 0);
  EXPECT_TRUE(std::isnan(rising.score(std::numeric_limits<double>::quiet_NaN())));
}

// Negating values and edges mirrors the steps.
TEST(steps, mirror) {
  constexpr crm::steps mirrored{{-.90, -.80, -.70}, {100, 70, 40, 0}};
  for (int i = 0; i <= 100; ++i) {
    const double x = i / 100.0;
    EXPECT_EQ(rising.score(x), mirrored.score(-x)) << x;
  }
}

TEST(steps, settings) {
  EXPECT_EQ(problems::of(rising), "");
  EXPECT_EQ(problems::of(falling), "");
  EXPECT_EQ(problems::of(crm::steps{{1, 2}, {0, 50, 50}}), "");  // flat for a while is no turn
  problems::expect_part(problems::of(crm::steps{{1, 2}, {0, 100}}), "one fewer than points (2)");
  problems::expect_part(problems::of(crm::steps{{2, 1}, {0, 50, 100}}), "edges must rise");
  problems::expect_part(problems::of(crm::steps{{1, 1}, {0, 50, 100}}), "edges must rise");
  problems::expect_part(problems::of(crm::steps{{1, 2}, {0, 70, 50}}), "must not turn round");
  problems::expect_part(problems::of(crm::steps{{1, 2}, {100, 20, 50}}), "must not turn round");
  problems::expect_part(problems::of(crm::steps{{1}, {0, 101}}), "outside [0, 100]");
  problems::expect_part(problems::of(crm::steps{{1}, {30, 30}}), "the same points");
  problems::expect_part(problems::of(crm::steps{{}, {30}}), "at least two steps");
  problems::expect_part(problems::of(crm::steps{{}, {}}), "at least two steps");
  const double nan = std::numeric_limits<double>::quiet_NaN();
  problems::expect_part(problems::of(crm::steps{{nan}, {0, 1}}), "edge is not finite");
  problems::expect_part(problems::of(crm::steps{{1}, {0, nan}}), "outside [0, 100]");
  const crm::steps many{{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12},
                        {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}};
  problems::expect_part(problems::of(many), "more than 12 steps");
}

TEST(steps, equality_and_description) {
  crm::detail::definition_hash a;
  crm::detail::definition_hash b;
  crm::detail::definition_hash c;
  rising.describe(a);
  falling.describe(b);
  crm::steps{{.70, .80, .90}, {0, 40, 70, 100}}.describe(c);
  EXPECT_NE(a.value(), b.value());
  EXPECT_EQ(a.value(), c.value());
  EXPECT_NE(rising, falling);
}

// A share with bounds in percent would give nobody a point.
TEST(steps, bounds_in_percent_on_a_share_are_refused) {
  const auto card = [](crm::steps curve) {
    return problems::said_by([&] {
      return crm::make_scorecard(crm::component("answered", crm::proportion{}, curve, 1));
    });
  };
  EXPECT_EQ(card(crm::steps{{.70, .80}, {0, 50, 100}}), "");
  problems::expect_part(card(crm::steps{{70, 80}, {0, 50, 100}}), "the metric is a fraction");
}

}  // namespace
