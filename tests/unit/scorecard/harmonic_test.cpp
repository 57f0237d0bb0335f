#include <crmetrics/combinators/on.hpp>
#include <crmetrics/metrics/given.hpp>
#include <crmetrics/scorecard/harmonic.hpp>
#include <crmetrics/scorecard/scorecard.hpp>
#include <crmetrics/scorecard/steps.hpp>
#include <crmetrics/scorecard/target_range.hpp>

#include "means.hpp"

namespace {

namespace crm = crmetrics;

static_assert(crm::combining<crm::harmonic> && crm::harmonic::needs_positive);

constexpr double at_compile_time() {
  const double weights[] = {.5, .5};
  const double scores[] = {40, 60};
  double gradient[2] = {};
  return crm::harmonic{}.combine(weights, scores, gradient);
}
static_assert(at_compile_time() > 48 - 1e-12 && at_compile_time() < 48 + 1e-12);

// A whole card of policies that need arithmetic only, at compile time.
struct month {
  crm::figure pace, solved;
};
constexpr double total_at_compile_time() {
  auto card = crm::make_scorecard(crm::component("pace", crm::on(&month::pace, crm::given{}),
                                                 crm::target_range{0, 10, 10, 20}, 1),
                                  crm::component("solved", crm::on(&month::solved, crm::given{}),
                                                 crm::steps{{70, 90}, {0, 60, 100}}, 1),
                                  crm::aggregated_by(crm::harmonic{}));
  card.update(month{{4}, {80}});  // 40 and 60 points
  return *card.result(crm::confidence_level::none()).total;
}
static_assert(total_at_compile_time() > 48 - 1e-12 && total_at_compile_time() < 48 + 1e-12);

// COINr, tests/testthat/test-aggregate.R: 4 / (2 + 1/2 + 1/3).
TEST(harmonic, coinr) {
  EXPECT_NEAR(means::mean(crm::harmonic{}, {2, 1, 1}, {1, 2, 3}), 24. / 17, 1e-15);
  EXPECT_NEAR(24. / 17, 1.4117647058823528, 1e-15);
}

TEST(harmonic, laws) { means::expect_lawful(crm::harmonic{}, 1); }

TEST(harmonic, zero_makes_the_whole_zero_but_not_with_weight_zero) {
  const auto zero = means::combine(crm::harmonic{}, {.5, .5}, {0, 90});
  EXPECT_EQ(zero.mean, 0);
  EXPECT_EQ(zero.gradient, (std::vector<double>{0, 0}));
  EXPECT_EQ(means::combine(crm::harmonic{}, {0, 1}, {0, 90}).mean, 90);
}

TEST(harmonic, tiny_scores_do_not_overflow) {
  EXPECT_DOUBLE_EQ(means::combine(crm::harmonic{}, {.5, .5}, {5e-324, 5e-324}).mean, 5e-324);
  EXPECT_NEAR(means::combine(crm::harmonic{}, {.5, .5}, {1e-310, 100}).mean, 2e-310, 1e-322);
}

}  // namespace
