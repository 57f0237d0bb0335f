#include "statistics.hpp"

#include <crmetrics/core/decimal.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/workload/rng.hpp>
#include <crmetrics/workload/samplers.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <span>
#include <vector>

namespace {

using namespace crmetrics::workload;
using crmetrics::exact_ratio;
using crmetrics::invalid_setting;

TEST(exact_ratio, value_and_rounding) {
  EXPECT_EQ((exact_ratio{1, 4}).value(), 0.25);
  EXPECT_EQ((exact_ratio{0, 3}).rounded(), 0);
  EXPECT_EQ((exact_ratio{4, 3}).rounded(), 1);
  EXPECT_EQ((exact_ratio{5, 3}).rounded(), 2);
  EXPECT_EQ((exact_ratio{5, 2}).rounded(), 3);
  EXPECT_EQ((exact_ratio{6, 2}).rounded(), 3);
  EXPECT_EQ((exact_ratio{49, 100}).rounded(), 0);
  EXPECT_EQ((exact_ratio{50, 100}).rounded(), 1);
}

TEST(discrete_sampler, has_the_probabilities_of_its_weights) {
  const std::vector<std::uint64_t> weights{5, 0, 1, 30, 64, 0, 900};
  const discrete_sampler sampler{std::span<const std::uint64_t>(weights)};
  ASSERT_EQ(sampler.size(), weights.size());
  random_stream random(11);
  std::vector<int> counts(weights.size());
  constexpr int draws = 200'000;
  for (int i = 0; i != draws; ++i) ++counts.at(sampler.sample(random));
  statistics::chi_square fit;
  for (std::size_t i = 0; i != weights.size(); ++i) {
    const double p = static_cast<double>(weights[i]) / 1000;
    EXPECT_EQ(sampler.probability(i).value(), p);
    if (weights[i] == 0) {
      EXPECT_EQ(counts[i], 0);
    } else {
      fit.add(counts[i], draws * p);
    }
  }
  EXPECT_LT(fit.sigmas(), 5);
}

TEST(discrete_sampler, a_single_weight_is_certain) {
  const discrete_sampler sampler{0, 3, 0};
  random_stream random(1);
  for (int i = 0; i != 100; ++i) EXPECT_EQ(sampler.sample(random), 1U);
}

TEST(discrete_sampler, refuses_weights_that_make_no_distribution) {
  EXPECT_THROW(discrete_sampler(std::span<const std::uint64_t>()), invalid_setting);
  EXPECT_THROW(discrete_sampler({0, 0}), invalid_setting);
  constexpr std::uint64_t half = std::uint64_t{1} << 62;
  EXPECT_THROW(discrete_sampler({half, half}), invalid_setting);
  EXPECT_NO_THROW(discrete_sampler({half, half - 1}));
}

// The exact distribution by enumeration: every whole number of a piece has share / width.
std::map<std::int64_t, double> enumerated(const quantile_sampler& sampler) {
  std::map<std::int64_t, double> p;
  const auto& points = sampler.points();
  for (std::size_t i = 0; i + 1 != points.size(); ++i) {
    const auto width = points[i + 1].value - points[i].value;
    for (std::int64_t v = points[i].value; v != points[i + 1].value; ++v) {
      p[v] = (points[i + 1].ppm - points[i].ppm) / 1e6 / static_cast<double>(width);
    }
  }
  return p;
}

TEST(quantile_sampler, draws_from_its_exact_distribution) {
  const quantile_sampler sampler{{0, -2}, {250'000, 3}, {900'000, 5}, {1'000'000, 15}};
  const auto p = enumerated(sampler);
  random_stream random(12);
  std::map<std::int64_t, int> counts;
  constexpr int draws = 200'000;
  for (int i = 0; i != draws; ++i) ++counts[sampler.sample(random)];
  statistics::chi_square fit;
  for (const auto& [value, count] : counts) {
    ASSERT_TRUE(p.contains(value)) << value;
    fit.add(count, draws * p.at(value));
  }
  EXPECT_EQ(counts.size(), p.size());
  EXPECT_LT(fit.sigmas(), 5);
}

TEST(quantile_sampler, mean_and_shares_are_those_of_the_distribution) {
  const quantile_sampler sampler{{0, -2}, {250'000, 3}, {900'000, 5}, {1'000'000, 15}};
  // By hand: .25 x 0 + .65 x 3.5 + .1 x 9.5
  EXPECT_EQ(sampler.mean().value(), 3.225);
  double mean = 0;
  double below = 0;
  for (const auto& [value, p] : enumerated(sampler)) {
    mean += static_cast<double>(value) * p;
    EXPECT_NEAR(sampler.share_at_most(value - 1), below, 1e-15);
    below += p;
    EXPECT_NEAR(sampler.share_at_most(value), below, 1e-15);
  }
  EXPECT_NEAR(mean, 3.225, 1e-14);
  EXPECT_EQ(sampler.share_at_most(-100), 0);
  EXPECT_EQ(sampler.share_at_most(100), 1);
}

TEST(quantile_sampler, scaled_moves_the_points) {
  const quantile_sampler sampler = quantile_sampler{{0, 10}, {1'000'000, 21}}.scaled(150);
  EXPECT_EQ(sampler.points()[0].value, 15);
  EXPECT_EQ(sampler.points()[1].value, 31);
  EXPECT_THROW((quantile_sampler{{0, 2}, {1'000'000, 3}}.scaled(50)), crmetrics::invalid_setting);
}

TEST(quantile_sampler, refuses_tables_that_are_no_quantiles) {
  const auto refused = [](std::initializer_list<quantile_point> points) {
    EXPECT_THROW((void)quantile_sampler(points), invalid_setting);
  };
  refused({});
  refused({{0, 1}});
  refused({{1, 1}, {1'000'000, 2}});
  refused({{0, 1}, {999'999, 2}});
  refused({{0, 1}, {500'000, 3}, {500'000, 4}, {1'000'000, 5}});
  refused({{0, 1}, {500'000, 1}, {1'000'000, 5}});
  refused({{0, 9}, {1'000'000, 5}});
  refused({{0, 0}, {1'000'000, (std::int64_t{1} << 40) + 1}});
  refused({{0, -(std::int64_t{1} << 40) - 1}, {1'000'000, 0}});
  EXPECT_NO_THROW(
      (quantile_sampler{{0, -(std::int64_t{1} << 40)}, {1'000'000, std::int64_t{1} << 40}}));
}

TEST(geometric, has_its_distribution) {
  random_stream random(13);
  std::vector<int> counts(41);
  constexpr int draws = 100'000;
  for (int i = 0; i != draws; ++i) {
    const auto trials = geometric(random, 100'000, 40);
    ++counts.at(trials ? static_cast<std::size_t>(*trials) - 1 : 40);
  }
  statistics::chi_square fit;
  for (std::size_t k = 0; k != 40; ++k) {
    fit.add(counts[k], draws * 0.1 * std::pow(0.9, static_cast<double>(k)));
  }
  fit.add(counts[40], draws * std::pow(0.9, 40));
  EXPECT_LT(fit.sigmas(), 5);
}

TEST(geometric, at_the_ends) {
  random_stream random(14);
  EXPECT_EQ(geometric(random, 1'000'000, 5), 1);
  EXPECT_EQ(geometric(random, 0, 5), std::nullopt);
  EXPECT_EQ(geometric(random, 1'000'000, 0), std::nullopt);
}

// P(k) = e^-m m^k / k!
TEST(poisson, has_its_distribution) {
  for (const std::uint32_t m : {1U, 3U}) {
    random_stream random(15 + m);
    std::vector<int> counts(64);
    constexpr int draws = 200'000;
    for (int i = 0; i != draws; ++i) ++counts.at(static_cast<std::size_t>(poisson(random, m)));
    statistics::chi_square fit;
    double p = std::exp(-static_cast<double>(m));
    for (std::size_t k = 0; k != counts.size(); ++k) {
      fit.add(counts[k], draws * p);
      p *= m / static_cast<double>(k + 1);
    }
    EXPECT_LT(fit.sigmas(), 5) << m;
  }
}

TEST(poisson, mean_and_variance_of_a_large_one) {
  random_stream random(16);
  statistics::mean_check mean;
  statistics::mean_check square;
  for (int i = 0; i != 20'000; ++i) {
    const auto x = static_cast<double>(poisson(random, 100));
    mean.add(x);
    square.add((x - 100) * (x - 100));
  }
  EXPECT_LT(std::abs(mean.sigmas(100)), 5);
  EXPECT_LT(std::abs(square.sigmas(100)), 5);
  EXPECT_EQ(poisson(random, 0), 0);
}

}  // namespace
