#include <crmetrics/intervals/concepts.hpp>

#include <crmetrics/intervals/adjusted_wald.hpp>
#include <crmetrics/intervals/agresti_coull.hpp>
#include <crmetrics/intervals/clopper_pearson.hpp>
#include <crmetrics/intervals/jeffreys.hpp>
#include <crmetrics/intervals/net_score.hpp>
#include <crmetrics/intervals/poisson_exact.hpp>
#include <crmetrics/intervals/poisson_score.hpp>
#include <crmetrics/intervals/student_t.hpp>
#include <crmetrics/intervals/wald.hpp>
#include <crmetrics/intervals/wilson.hpp>

#include <gtest/gtest.h>

namespace {

using namespace crmetrics;

static_assert(interval_for<wald, binomial_sample> && interval_for<wald, net_sample>);
static_assert(interval_for<adjusted_wald, binomial_sample>);
static_assert(interval_for<adjusted_wald, net_sample>);
static_assert(interval_for<agresti_coull, binomial_sample>);
static_assert(interval_for<wilson, binomial_sample>);
static_assert(interval_for<wilson_corrected, binomial_sample>);
static_assert(interval_for<clopper_pearson, binomial_sample>);
static_assert(interval_for<jeffreys, binomial_sample>);
static_assert(interval_for<net_score, net_sample>);
static_assert(interval_for<student_t, mean_sample>);
static_assert(interval_for<poisson_score, poisson_sample>);
static_assert(interval_for<poisson_exact, poisson_sample>);

static_assert(!interval_for<wilson, net_sample>);
static_assert(!interval_for<student_t, binomial_sample>);
static_assert(!interval_for<net_score, mean_sample>);
static_assert(!interval_for<int, binomial_sample>);
struct has_state : wilson {
  int state = 0;
};
static_assert(!interval_for<has_state, binomial_sample>);

// What the concept's comment promises, for every method of a share.
template <class I>
class share_interval : public testing::Test {};
using share_intervals = testing::Types<wald, adjusted_wald, agresti_coull, wilson, wilson_corrected,
                                       clopper_pearson, jeffreys>;
TYPED_TEST_SUITE(share_interval, share_intervals);

TYPED_TEST(share_interval, stays_inside_mirrors_and_grows_with_the_level) {
  for (const double n : {1.0, 2.0, 6.6, 25.0}) {
    for (double x = 0; x <= n; x += n / 5) {
      interval inner{2, -2};
      for (const double level : {0.1, 0.5, 0.9, 0.95, 0.999}) {
        const interval i = TypeParam::bounds(binomial_sample{x, n}, confidence_level{level});
        EXPECT_GE(i.low, 0);
        EXPECT_LE(i.high, 1);
        EXPECT_LE(i.low, i.high);
        const interval mirror =
            TypeParam::bounds(binomial_sample{n - x, n}, confidence_level{level});
        EXPECT_NEAR(i.low, 1 - mirror.high, 1e-11);
        EXPECT_NEAR(i.high, 1 - mirror.low, 1e-11);
        if (inner.low <= inner.high) {
          EXPECT_LE(i.low, inner.low + 1e-15);
          EXPECT_GE(i.high, inner.high - 1e-15);
        }
        inner = i;
      }
    }
  }
}

TYPED_TEST(share_interval, of_nothing_is_everything) {
  EXPECT_EQ(TypeParam::bounds(binomial_sample{}, confidence_level{}), (interval{0, 1}));
}

TYPED_TEST(share_interval, moves_up_with_the_successes) {
  for (double x = 1; x <= 30; ++x) {
    const interval before = TypeParam::bounds(binomial_sample{x - 1, 30}, confidence_level{});
    const interval after = TypeParam::bounds(binomial_sample{x, 30}, confidence_level{});
    EXPECT_LE(before.low, after.low) << x;
    EXPECT_LE(before.high, after.high) << x;
  }
}

}  // namespace
