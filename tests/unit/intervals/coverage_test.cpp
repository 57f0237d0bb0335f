// How often the 95 % intervals hold the true value, enumerated over all samples, not simulated.

#include <crmetrics/intervals/adjusted_wald.hpp>
#include <crmetrics/intervals/clopper_pearson.hpp>
#include <crmetrics/intervals/wald.hpp>
#include <crmetrics/intervals/wilson.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace {

using crmetrics::binomial_sample;
using crmetrics::interval;
using crmetrics::net_sample;

struct coverage {
  double minimum = 1;
  double mean = 0;
};

double power(double base, int exponent) { return exponent == 0 ? 1 : std::pow(base, exponent); }

/// Over true shares .05, .06 ... .95.
template <class Method>
coverage of_share(int n) {
  std::vector<interval> intervals;
  for (int x = 0; x <= n; ++x) {
    intervals.push_back(
        Method::bounds(binomial_sample{static_cast<double>(x), static_cast<double>(n)}, {}));
  }
  coverage result;
  int points = 0;
  for (int hundredth = 5; hundredth <= 95; ++hundredth, ++points) {
    const double p = hundredth / 100.0;
    double covered = 0;
    double probability = power(1 - p, n);
    for (int x = 0; x <= n; ++x) {
      if (intervals[static_cast<std::size_t>(x)].contains(p)) covered += probability;
      probability *= (n - x) / (x + 1.0) * (p / (1 - p));
    }
    result.minimum = std::min(result.minimum, covered);
    result.mean += covered;
  }
  result.mean /= points;
  return result;
}

/// Over true shares of detractors, passives and promoters that are multiples of 5 %, none zero.
template <class Method>
coverage of_net(int n) {
  struct outcome {
    int d, p;
    double ways;
    interval bounds;
  };
  std::vector<outcome> outcomes;
  for (int d = 0; d <= n; ++d) {
    for (int p = 0; d + p <= n; ++p) {
      const int passive = n - d - p;
      const double ways = std::exp(std::lgamma(n + 1.0) - std::lgamma(d + 1.0) -
                                   std::lgamma(p + 1.0) - std::lgamma(passive + 1.0));
      outcomes.push_back(
          {d, p, ways,
           Method::bounds(net_sample{static_cast<double>(d), static_cast<double>(passive),
                                     static_cast<double>(p)},
                          {})});
    }
  }
  coverage result;
  int points = 0;
  for (int i = 1; i <= 18; ++i) {
    for (int j = 1; i + j <= 19; ++j, ++points) {
      const double d = i / 20.0, p = j / 20.0, passive = (20 - i - j) / 20.0;
      const double net = (j - i) / 20.0;
      double covered = 0;
      for (const outcome& o : outcomes) {
        // An end that is the value itself in exact arithmetic counts as holding it.
        if (o.bounds.low > net + 1e-12 || o.bounds.high < net - 1e-12) continue;
        covered += o.ways * power(d, o.d) * power(p, o.p) * power(passive, n - o.d - o.p);
      }
      result.minimum = std::min(result.minimum, covered);
      result.mean += covered;
    }
  }
  result.mean /= points;
  return result;
}

constexpr double printed = 0.51e-4;  // the expected figures have four digits

TEST(coverage, of_wilson) {
  const int sizes[] = {10, 20, 50, 100, 200};
  const double minima[] = {.9139, .9245, .9315, .9332, .9378};
  const double means[] = {.9559, .9528, .9519, .9497, .9504};
  for (int i = 0; i != 5; ++i) {
    const coverage c = of_share<crmetrics::wilson>(sizes[i]);
    EXPECT_NEAR(c.minimum, minima[i], printed) << sizes[i];
    EXPECT_NEAR(c.mean, means[i], printed) << sizes[i];
  }
}

TEST(coverage, of_wald) {
  EXPECT_NEAR(of_share<crmetrics::wald>(10).minimum, .4002, printed);
  EXPECT_NEAR(of_share<crmetrics::wald>(50).minimum, .8073, printed);
}

TEST(coverage, of_the_exact_interval_is_never_below_the_level) {
  for (const int n : {5, 10, 20, 50, 100}) {
    EXPECT_GE(of_share<crmetrics::clopper_pearson>(n).minimum, 0.95) << n;
  }
}

TEST(coverage, of_nps_adjusted_wald) {
  const int sizes[] = {10, 20, 50};
  const double minima[] = {.9304, .9389, .9429};
  const double means[] = {.9547, .9509, .9503};
  for (int i = 0; i != 3; ++i) {
    const coverage c = of_net<crmetrics::adjusted_wald>(sizes[i]);
    EXPECT_NEAR(c.minimum, minima[i], printed) << sizes[i];
    EXPECT_NEAR(c.mean, means[i], printed) << sizes[i];
  }
}

TEST(coverage, of_nps_wald) {
  const int sizes[] = {10, 20, 50};
  const double minima[] = {.649, .7401, .8837};
  for (int i = 0; i != 3; ++i) {
    EXPECT_NEAR(of_net<crmetrics::wald>(sizes[i]).minimum, minima[i], printed) << sizes[i];
  }
}

}  // namespace
