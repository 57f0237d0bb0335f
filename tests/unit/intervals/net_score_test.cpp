#include <crmetrics/intervals/net_score.hpp>

#include <gtest/gtest.h>

#include <cmath>

namespace {

using crmetrics::confidence_level;
using crmetrics::critical_value;
using crmetrics::interval;
using crmetrics::net_sample;
using crmetrics::net_score;

// Runs of the R package NPS 2.0.999 (brendan-r/NPS), "iterative", six digits.
TEST(net_score, published_examples) {
  struct example {
    double d, n, p, low, high;
  };
  for (const example& e :
       {example{1, 2, 3, -.311074, .753957}, example{3, 6, 11, .035133, .662569},
        example{20, 30, 50, .139551, .443393}, example{75, 675, 250, .141398, .208781},
        example{0, 0, 10, .444934, 1}, example{0, 1, 9, .372688, .982124}}) {
    const interval i = net_score::bounds({e.d, e.n, e.p});
    EXPECT_NEAR(i.low, e.low, 1e-6) << e.d << " " << e.n << " " << e.p;
    EXPECT_NEAR(i.high, e.high, 1e-6) << e.d << " " << e.n << " " << e.p;
  }
}

// The paired example of R. G. Newcombe's spreadsheet of Tango's interval: 50 pairs, 12 against 2.
TEST(net_score, published_example_of_pairs) {
  const interval i = net_score::bounds({2, 36, 12});
  EXPECT_NEAR(i.low, .0611, 5.1e-5);
  EXPECT_NEAR(i.high, .3447, 5.1e-5);
}

TEST(net_score, closed_form_where_all_answers_agree) {
  // With only promoters the score equation becomes n (1 - x) = z^2 (1 + x); with only passives
  // n x = z^2 (1 - x).
  for (const double level : {0.8, 0.95, 0.99}) {
    const double z = critical_value(confidence_level{level});
    for (const double n : {0.4, 1.0, 10.0, 1e6, 1e10}) {
      const interval promoters = net_score::bounds({0, 0, n}, confidence_level{level});
      // 1 - low, so that the precision does not fade as n grows.
      EXPECT_NEAR((1 - promoters.low) * (n + z * z) / (2 * z * z), 1, 1e-14 + 1e-16 * n);
      EXPECT_EQ(promoters.high, 1);
      const interval passives = net_score::bounds({0, n, 0}, confidence_level{level});
      EXPECT_NEAR(passives.high * (n + z * z) / (z * z), 1, 1e-14);
      EXPECT_EQ(passives.low, -passives.high);
    }
  }
}

// The likelihood is maximised here by brute force over the share of negatives, which shares no
// algebra with the header.
TEST(net_score, ends_lie_where_the_restricted_likelihood_says) {
  const double z = critical_value({});
  for (const net_sample& s : {net_sample{3, 6, 11}, net_sample{7, 8, 5}, net_sample{1, 0, 4}}) {
    const double n = s.trials();
    const interval i = net_score::bounds(s);
    for (const double net : {i.low, i.high}) {
      const double lowest = std::fmax(0, -net);
      const double highest = (1 - net) / 2;
      const auto log_likelihood = [&](double q) {
        const auto term = [](double count, double share) {
          return count == 0 ? 0 : count * std::log(share);
        };
        return term(s.negatives, q) + term(s.positives, q + net) +
               term(s.neutrals, 1 - 2 * q - net);
      };
      // Ternary search: the log-likelihood is concave.
      double a = lowest + 1e-15, b = highest - 1e-15;
      for (int k = 0; k != 200; ++k) {
        const double left = a + (b - a) / 3, right = b - (b - a) / 3;
        (log_likelihood(left) < log_likelihood(right) ? a : b) =
            log_likelihood(left) < log_likelihood(right) ? left : right;
      }
      const double variance = 2 * a + net - net * net;
      const double observed = (s.positives - s.negatives) / n;
      EXPECT_NEAR(std::abs(observed - net), z * std::sqrt(variance / n), 1e-7);
    }
  }
}

TEST(net_score, mirrors_and_contains_the_value_and_stays_inside) {
  for (double n = 1; n <= 15; ++n) {
    for (double d = 0; d <= n; ++d) {
      for (double p = 0; d + p <= n; ++p) {
        const interval i = net_score::bounds({d, n - d - p, p});
        const interval mirror = net_score::bounds({p, n - d - p, d});
        EXPECT_EQ(i.low, -mirror.high);
        EXPECT_EQ(i.high, -mirror.low);
        EXPECT_TRUE(i.contains((p - d) / n)) << d << " " << n - d - p << " " << p;
        EXPECT_GE(i.low, -1);
        EXPECT_LE(i.high, 1);
      }
    }
  }
}

TEST(net_score, of_nothing_is_everything) { EXPECT_EQ(net_score::bounds({}), (interval{-1, 1})); }

}  // namespace
