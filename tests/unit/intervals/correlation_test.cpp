#include <crmetrics/intervals/correlation.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace {

const std::vector<double> correlation_x{5, 1, 4, 2, 3, 9, 7, 6, 8, 10};
const std::vector<double> correlation_y{2, 1, 7, 3, 3, 8, 9, 5, 6, 10};

// scipy 1.17: stats.pearsonr with confidence_interval, stats.spearmanr (with a tie in y).
TEST(correlation, of_ten_pairs) {
  const auto p = crmetrics::pearson(correlation_x, correlation_y);
  EXPECT_NEAR(p.r, 0.8291138969384849, 1e-14);
  EXPECT_NEAR(p.interval->low, 0.41736593515721837, 1e-12);
  EXPECT_NEAR(p.interval->high, 0.9584163002383047, 1e-12);
  EXPECT_EQ(p.n, 10u);
  const auto s = crmetrics::spearman(correlation_x, correlation_y);
  EXPECT_NEAR(s.r, 0.8145934285312865, 1e-14);
  EXPECT_NEAR(s.interval->low, 0.2781099570348625, 1e-12);
  EXPECT_NEAR(s.interval->high, 0.9637035073538386, 1e-12);
}

// Anscombe 1973, The American Statistician 27(1), 17-21: four sets, one r of 0.816.
TEST(correlation, anscombes_quartet) {
  const std::vector<double> x{10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5};
  const std::vector<double> y1{8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68};
  const std::vector<double> y2{9.14, 8.14, 8.74, 8.77, 9.26, 8.10, 6.13, 3.10, 9.13, 7.26, 4.74};
  EXPECT_NEAR(crmetrics::pearson(x, y1).r, .816, 5e-4);
  EXPECT_NEAR(crmetrics::pearson(x, y2).r, .816, 5e-4);
}

TEST(correlation, knows_no_scale) {
  const auto of = [](double a, double b) {
    std::vector<double> x = correlation_x;
    std::vector<double> y = correlation_y;
    for (double& v : x) v *= a;
    for (double& v : y) v *= b;
    return crmetrics::pearson(x, y);
  };
  const double r = crmetrics::pearson(correlation_x, correlation_y).r;
  EXPECT_EQ(of(0x1p600, 0x1p-600).r, r);
  for (const double a : {1e200, 1e307, 1e-170, 1e-300, -1e250}) {
    EXPECT_NEAR(of(a, 1).r, a < 0 ? -r : r, 1e-14) << a;
    EXPECT_NEAR(of(1, a).r, a < 0 ? -r : r, 1e-14) << a;
    EXPECT_EQ(of(a, a).status, crmetrics::status::ok) << a;
  }
  const std::vector<double> ends{1.7e308, -1.7e308, 0, 1e308, -1e308};
  EXPECT_NEAR(crmetrics::pearson(ends, ends).r, 1, 1e-15);
}

TEST(correlation, monotone_is_one_by_rank) {
  std::vector<double> x;
  std::vector<double> y;
  for (int i = 1; i != 20; ++i) x.push_back(i), y.push_back(-std::exp(i));
  EXPECT_NEAR(crmetrics::spearman(x, y).r, -1, 1e-15);
  EXPECT_FALSE(crmetrics::spearman(x, y).interval.has_value()) << "no error to go by";
  EXPECT_GT(crmetrics::pearson(x, y).r, -.7);
}

TEST(correlation, without_variation_or_with_too_little_there_is_none) {
  using crmetrics::status;
  EXPECT_EQ(crmetrics::pearson({}, {}).status, status::no_data);
  const std::vector<double> constant{.1, .1, .1, .1, .1};
  const std::vector<double> varied{1, 2, 3, 4, 5};
  EXPECT_EQ(crmetrics::pearson(constant, varied).status, status::undefined);
  EXPECT_EQ(crmetrics::spearman(varied, constant).status, status::undefined);
  const std::vector<double> three{1, 2, 4};
  const auto few = crmetrics::pearson(three, three);
  EXPECT_EQ(few.status, status::insufficient_data);
  EXPECT_FALSE(few.interval.has_value());
}

TEST(correlation, bad_columns_are_named) {
  const std::vector<double> a{1, 2};
  const std::vector<double> b{1, std::nan(""), INFINITY};
  try {
    static_cast<void>(crmetrics::pearson(a, b));
    FAIL();
  } catch (const crmetrics::bad_input& e) {
    EXPECT_EQ(e.problems().total(), 3u);
  }
}

}  // namespace
