#include <crmetrics/intervals/sample_size.hpp>

#include <crmetrics/intervals/two_proportion_tests.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace {

using crmetrics::confidence_level;
using crmetrics::invalid_setting;
using crmetrics::net_sample;
using crmetrics::planned_net;
using crmetrics::planned_share;
using crmetrics::sample_size;
using crmetrics::wald;
using crmetrics::wilson;

TEST(sample_size, of_a_share_as_in_every_table) {
  EXPECT_EQ(sample_size({.margin = 0.05}), 385U);
  EXPECT_EQ(sample_size({.margin = 0.03}), 1068U);
  EXPECT_EQ(sample_size({.margin = 0.02}), 2401U);
  EXPECT_EQ(sample_size({.margin = 0.01}), 9604U);
  EXPECT_EQ(sample_size({.margin = 0.05, .level = confidence_level{0.99}}), 664U);
  EXPECT_EQ(sample_size({.margin = 0.05, .level = confidence_level{0.90}}), 271U);
}

TEST(sample_size, of_a_small_population) {
  // Krejcie, Morgan 1970, Educational and Psychological Measurement 30, 607-610,
  // https://doi.org/10.1177/001316447003000308, table 1; they round, we round up, so only rows
  // where that is the same.
  EXPECT_EQ(sample_size({.margin = 0.05, .population = 100}), 80U);
  EXPECT_EQ(sample_size({.margin = 0.05, .population = 1000}), 278U);
  EXPECT_EQ(sample_size({.margin = 0.05, .population = 10000}), 370U);
  EXPECT_EQ(sample_size({.margin = 0.05, .population = 1000000}), 384U);
  for (std::uint64_t all = 1; all <= 400; ++all) {
    EXPECT_LE(sample_size({.margin = 0.001, .population = all}), all);
  }
}

TEST(sample_size, meets_the_margin_and_one_fewer_does_not) {
  for (const double p : {0.5, 0.3, 0.1, 0.02, 0.93}) {
    for (const double m : {0.3, 0.05, 0.03, 0.007}) {
      for (const double level : {0.8, 0.95, 0.99}) {
        const confidence_level l{level};
        const auto half_width = [&](auto method, double n) {
          return decltype(method)::bounds(crmetrics::binomial_sample{p * n, n}, l).width() / 2;
        };
        const auto of_wilson =
            static_cast<double>(sample_size({.margin = m, .level = l}, planned_share{p}, wilson{}));
        EXPECT_LE(half_width(wilson{}, of_wilson), m) << p << " " << m << " " << level;
        if (of_wilson > 1) {
          EXPECT_GT(half_width(wilson{}, of_wilson - 1), m);
        }

        const auto of_wald =
            static_cast<double>(sample_size({.margin = m, .level = l}, planned_share{p}));
        const double z = crmetrics::critical_value(l);
        EXPECT_LE(z * std::sqrt(p * (1 - p) / of_wald), m);
        if (of_wald > 1) {
          EXPECT_GT(z * std::sqrt(p * (1 - p) / (of_wald - 1)), m);
        }
      }
    }
  }
}

TEST(sample_size, wilson_asks_for_more_than_wald_only_near_the_ends) {
  EXPECT_EQ(sample_size({.margin = 0.03}, planned_share{0.5}, wilson{}),
            1064U);  // z^2 / (4 m^2) - z^2
  EXPECT_GT(sample_size({.margin = 0.03}, planned_share{0.01}, wilson{}),
            sample_size({.margin = 0.03}, planned_share{0.01}, wald{}));
  EXPECT_GT(sample_size({.margin = 0.03}, planned_share{0.0}, wilson{}), 1U);
}

TEST(sample_size, of_nps) {
  EXPECT_EQ(sample_size({.margin = 0.03}, planned_net{}), 4269U);  // four times 1067.07
  // MeasuringU's first step, n = z^2 s^2 / d^2, with the variance of the retail survey .427323.
  const planned_net retail{.promoters = 4196.0 / 6806, .detractors = 606.0 / 6806};
  const auto n = static_cast<double>(sample_size({.margin = 0.05}, retail));
  EXPECT_EQ(n, std::ceil(1.959963984540054 * 1.959963984540054 * .427323 / .0025));
  const net_sample planned{retail.detractors * n, (1 - retail.promoters - retail.detractors) * n,
                           retail.promoters * n};
  EXPECT_LE(wald::bounds(planned).width() / 2, 0.05);
}

TEST(sample_size, to_detect_a_difference) {
  // power.prop.test(p1 = .50, p2 = .75, power = .90) of base R: n = 76.7 (its help page).
  EXPECT_EQ(sample_size({.share_a = 0.5, .share_b = 0.75, .power = 0.9}), 77U);
  EXPECT_EQ(sample_size({.share_a = 0.75, .share_b = 0.5, .power = 0.9}), 77U);
}

// The power of the pooled z test, enumerated over all pairs of counts.
TEST(sample_size, to_detect_a_difference_gives_the_power_it_promises) {
  struct example {
    double a, b, power;
  };
  for (const example& e :
       {example{0.5, 0.75, 0.9}, example{0.8, 0.9, 0.8}, example{0.3, 0.5, 0.95}}) {
    const auto n =
        static_cast<int>(sample_size({.share_a = e.a, .share_b = e.b, .power = e.power}));
    const auto probabilities = [n](double p) {
      std::vector<double> of(static_cast<std::size_t>(n) + 1);
      for (int x = 0; x <= n; ++x) {
        of[static_cast<std::size_t>(x)] =
            std::exp(std::lgamma(n + 1.0) - std::lgamma(x + 1.0) - std::lgamma(n - x + 1.0) +
                     x * std::log(p) + (n - x) * std::log1p(-p));
      }
      return of;
    };
    const std::vector<double> of_a = probabilities(e.a), of_b = probabilities(e.b);
    double power = 0;
    for (int x = 0; x <= n; ++x) {
      for (int y = 0; y <= n; ++y) {
        const auto p =
            crmetrics::pooled_z_test({double(x), double(n)}, {double(y), double(n)}).p_value;
        if (p && *p < 0.05) {
          power += of_a[static_cast<std::size_t>(x)] * of_b[static_cast<std::size_t>(y)];
        }
      }
    }
    EXPECT_NEAR(power, e.power, 0.015) << e.a << " " << e.b;
  }
}

TEST(sample_size, refuses_goals_that_make_no_sense) {
  EXPECT_THROW(sample_size({.margin = 0}), invalid_setting);
  EXPECT_THROW(sample_size({.margin = 3}), invalid_setting);
  EXPECT_THROW(sample_size({.margin = NAN}), invalid_setting);
  EXPECT_THROW(sample_size({.margin = 1e-12}), invalid_setting);
  EXPECT_THROW(sample_size({.margin = 0.03, .population = 0}), invalid_setting);
  EXPECT_THROW(sample_size({.margin = 0.03}, planned_share{0}), invalid_setting);
  EXPECT_THROW(sample_size({.margin = 0.03}, planned_share{1.2}, wilson{}), invalid_setting);
  EXPECT_THROW(sample_size({.margin = 0.03}, planned_net{0.8, 0.3}), invalid_setting);
  EXPECT_THROW(sample_size({.margin = 0.03}, planned_net{1, 0}), invalid_setting);
  EXPECT_THROW(sample_size({.share_a = 0.5, .share_b = 0.5}), invalid_setting);
  EXPECT_THROW(sample_size({.share_a = 0.5, .share_b = 1.5}), invalid_setting);
  EXPECT_THROW(sample_size({.share_a = 0.5, .share_b = 0.6, .power = 1}), invalid_setting);
}

}  // namespace
