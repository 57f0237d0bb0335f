#include <crmetrics/intervals/comparison.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>

namespace {

using namespace crmetrics;

estimate_parts share(std::uint64_t x, std::uint64_t n) {
  estimate_parts parts;
  parts.name = "csat";
  parts.convention = "top 2 of 1-5";
  parts.method = wilson::name;
  parts.unit = unit::fraction;
  parts.n = n;
  if (n == 0) return parts;
  const double p = static_cast<double>(x) / static_cast<double>(n);
  parts.status = status::ok;
  parts.value = p;
  parts.standard_error = std::sqrt(p * (1 - p) / static_cast<double>(n));
  parts.exact = {static_cast<std::int64_t>(x), static_cast<std::int64_t>(n)};
  return parts;
}

estimate_parts net(std::uint64_t d, std::uint64_t passive, std::uint64_t p) {
  estimate_parts parts;
  parts.name = "nps";
  parts.convention = "0-10";
  parts.method = adjusted_wald::name;
  parts.unit = unit::net_fraction;
  parts.n = d + passive + p;
  const auto n = static_cast<double>(parts.n);
  const double value = (static_cast<double>(p) - static_cast<double>(d)) / n;
  parts.status = status::ok;
  parts.value = value;
  parts.standard_error = std::sqrt((static_cast<double>(p + d) / n - value * value) / n);
  parts.exact = {static_cast<std::int64_t>(p) - static_cast<std::int64_t>(d),
                 static_cast<std::int64_t>(parts.n)};
  return parts;
}

estimate_parts mean(double n, double value, std::optional<double> standard_error) {
  estimate_parts parts;
  parts.name = "handle time";
  parts.method = student_t::name;
  parts.unit = unit::second;
  parts.status = status::ok;
  parts.n = static_cast<std::uint64_t>(n);
  parts.effective_n = n;
  parts.value = value;
  parts.standard_error = standard_error;
  return parts;
}

void expect_same(const difference& a, const difference& b) {
  EXPECT_EQ(a.value(), b.value());
  EXPECT_EQ(a.standard_error(), b.standard_error());
  EXPECT_EQ(a.interval(), b.interval());
  EXPECT_EQ(a.p_value(), b.p_value());
  EXPECT_EQ(a.method(), b.method());
  EXPECT_EQ(a.n_a(), b.n_a());
  EXPECT_EQ(a.n_b(), b.n_b());
}

TEST(comparison, of_shares_is_newcombe) {
  const confidence_level level{0.9};
  expect_same(compare(estimate(share(56, 70)), estimate(share(48, 80)), level),
              compare({56, 70}, {48, 80}, newcombe{}, level));
  expect_same(compare(estimate(share(10, 10)), estimate(share(0, 20))),
              compare({10, 10}, {0, 20}, newcombe{}));
}

TEST(comparison, of_nets_is_adjusted_wald_with_the_counts_found_again) {
  for (std::uint64_t d = 0; d <= 9; ++d) {
    for (std::uint64_t p = 0; d + p <= 9; ++p) {
      const auto counted = detail::counts_of_net(estimate(net(d, 9 - d - p, p)));
      ASSERT_TRUE(counted);
      EXPECT_EQ(*counted, (net_sample{static_cast<double>(d), static_cast<double>(9 - d - p),
                                      static_cast<double>(p)}));
    }
  }
  expect_same(compare(estimate(net(606, 2004, 4196)), estimate(net(20, 30, 50))),
              compare(net_sample{606, 2004, 4196}, net_sample{20, 30, 50}, adjusted_wald{}));
  const std::uint64_t million = 1000000;
  expect_same(
      compare(estimate(net(123456 * million, 7 * million + 1, 654321 * million)),
              estimate(net(3, 4, 5))),
      compare(net_sample{123456e6, 7e6 + 1, 654321e6}, net_sample{3, 4, 5}, adjusted_wald{}));
}

TEST(comparison, of_means_is_welch) {
  expect_same(compare(estimate(mean(10, 0.75, 0.5657)), estimate(mean(12.5, 2.33, 0.6332))), [] {
    difference_parts parts =
        compare(mean_sample{10, 0.75, 0.5657}, mean_sample{12.5, 2.33, 0.6332}, welch{}).parts();
    parts.n_b = 12;
    return difference(parts);
  }());
}

TEST(comparison, of_anything_else_is_normal) {
  estimate_parts a = share(30, 100), b = share(40, 100);
  a.standard_error = 0.06;  // clustered: larger than the binomial 0.0458
  const difference d = compare(estimate(a), estimate(b));
  EXPECT_EQ(d.method(), "normal, from the standard errors");
  const double se = std::sqrt(0.06 * 0.06 + 0.4 * 0.6 / 100);
  EXPECT_NEAR(*d.standard_error(), se, 1e-16);
  EXPECT_NEAR(d.interval()->low, -0.1 - 1.959963984540054 * se, 1e-15);
  EXPECT_NEAR(d.interval()->high, -0.1 + 1.959963984540054 * se, 1e-15);
  EXPECT_NEAR(*d.p_value(), std::erfc(0.1 / se / std::sqrt(2.0)), 1e-15);
}

// The mean of ratings over 5 is an exact ratio in [0, 1] too, but no share of counts.
TEST(comparison, does_not_take_a_mean_for_a_share) {
  estimate_parts a = share(400, 500), b = share(300, 500);
  a.n = b.n = 100;
  a.effective_n = b.effective_n = 100;
  EXPECT_EQ(compare(estimate(a), estimate(b)).method(), "normal, from the standard errors");
}

TEST(comparison, refuses_two_definitions_and_shows_both) {
  estimate_parts other = share(3, 10);
  other.convention = "top 1 of 1-5";
  try {
    compare(estimate(share(3, 10)), estimate(other));
    FAIL() << "compared";
  } catch (const definition_mismatch& e) {
    const std::string text = e.what();
    EXPECT_NE(text.find("top 2 of 1-5"), std::string::npos) << text;
    EXPECT_NE(text.find("top 1 of 1-5"), std::string::npos) << text;
  }
  other = share(3, 10);
  other.name = "fcr";
  EXPECT_THROW(compare(estimate(share(3, 10)), estimate(other)), definition_mismatch);
  other = share(3, 10);
  other.unit = unit::points;
  EXPECT_THROW(compare(estimate(share(3, 10)), estimate(other)), definition_mismatch);
}

TEST(comparison, of_no_data_is_a_status) {
  const difference d = compare(estimate(share(0, 0)), estimate(share(3, 10)));
  EXPECT_EQ(d.status(), status::no_data);
  EXPECT_EQ(d.n_b(), 10U);
  EXPECT_FALSE(d.interval());
  EXPECT_THROW(d.value(), no_value);
  estimate_parts undefined = share(3, 10);
  undefined.status = status::undefined;
  EXPECT_EQ(compare(estimate(share(3, 10)), estimate(undefined)).status(), status::undefined);
}

TEST(comparison, of_too_little_data_says_so) {
  estimate_parts few = share(3, 10);
  few.status = status::insufficient_data;
  const difference d = compare(estimate(few), estimate(share(30, 100)));
  EXPECT_EQ(d.status(), status::insufficient_data);
  EXPECT_TRUE(d.interval());
  EXPECT_EQ(d.value(), 0.3 - 0.3);
  const difference one =
      compare(estimate(mean(1, 300, std::nullopt)), estimate(mean(50, 280, 9.0)));
  EXPECT_EQ(one.status(), status::insufficient_data);
  EXPECT_EQ(one.value(), 20);
  EXPECT_FALSE(one.interval());
}

}  // namespace
