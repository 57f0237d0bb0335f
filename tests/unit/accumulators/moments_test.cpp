#include <crmetrics/accumulators/detail/integer_moments.hpp>
#include <crmetrics/accumulators/detail/real_moments.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <vector>

namespace {

using crmetrics::detail::int128;
using crmetrics::detail::integer_moments;
using crmetrics::detail::real_moments;
using crmetrics::detail::uint128;

integer_moments of(const std::vector<std::int64_t>& xs) {
  integer_moments m;
  for (const std::int64_t x : xs) m.add(x);
  return m;
}

// n times the sum of squared deviations is a whole number: n sum x^2 - (sum x)^2.
void expect_spread(const std::vector<std::int64_t>& xs) {
  int128 n = 0, sum = 0, squares = 0;
  for (const std::int64_t x : xs) {
    n += 1;
    sum += x;
    squares += static_cast<int128>(x) * x;
  }
  const auto expected =
      static_cast<long double>(n * squares - sum * sum) / static_cast<long double>(n);
  const double actual = of(xs).sum_of_squared_deviations();
  EXPECT_NEAR(actual, static_cast<double>(expected), 4e-16 * static_cast<double>(expected));
}

TEST(integer_moments, spread_against_whole_numbers) {
  expect_spread({1});
  expect_spread({0, 1});
  expect_spread({-1, 0});
  expect_spread({3, 4, 4, 5, 9});
  expect_spread({-7, -7, -8, 3, 12, 100, -1});
  expect_spread({1'000'000'000'000, 1'000'000'000'001, 1'000'000'000'003});
  expect_spread({-1'000'000'000'000, -1'000'000'000'001, -999'999'999'997, -1'000'000'000'000});
  std::vector<std::int64_t> many;
  for (int i = 0; i != 1000; ++i) many.push_back(9'000'000'000'000 + (i * i) % 7);
  expect_spread(many);
}

TEST(integer_moments, spread_does_not_cancel) {
  // k ones and one zero: the spread is k / (k + 1), whatever k.
  for (const std::uint64_t k : {1u, 3u, 1000u, 999'999u, 4'000'000'007u}) {
    integer_moments m;
    m.add(0);
    m.add(1, {k});
    const auto ones = static_cast<double>(k);
    EXPECT_NEAR(m.sum_of_squared_deviations(), ones / (ones + 1), 2e-16);
    integer_moments negative;
    negative.add(0);
    negative.add(-1, {k});
    EXPECT_EQ(negative.sum_of_squared_deviations(), m.sum_of_squared_deviations());
  }
}

TEST(integer_moments, at_both_ends_of_64_bits) {
  const integer_moments ends = of({INT64_MIN, INT64_MAX});
  EXPECT_EQ(ends.sum(), -1);
  EXPECT_EQ(ends.mean(), -0.5);
  // (2^64 - 1)^2 / 2
  EXPECT_DOUBLE_EQ(ends.sum_of_squared_deviations(), std::ldexp(1.0, 127));
  EXPECT_EQ(of({INT64_MIN, INT64_MIN, INT64_MIN}).sum_of_squared_deviations(), 0);
  EXPECT_DOUBLE_EQ(of({INT64_MIN, INT64_MIN + 3, INT64_MIN}).sum_of_squared_deviations(), 6);
  EXPECT_DOUBLE_EQ(of({INT64_MAX, INT64_MAX - 3, INT64_MAX}).sum_of_squared_deviations(), 6);
  EXPECT_DOUBLE_EQ(of({INT64_MIN, INT64_MIN}).mean(), -9223372036854775808.0);
  EXPECT_FALSE(of({INT64_MIN, INT64_MIN}).ratio().known());
}

TEST(integer_moments, overflow_is_an_error_and_changes_nothing) {
  integer_moments m = of({INT64_MIN, INT64_MIN, INT64_MIN});
  m.add(0, {7});
  const integer_moments before = m;
  EXPECT_THROW(m.add(INT64_MIN), crmetrics::overflow);  // 4 times 2^126 leaves 128 bits
  EXPECT_THROW(m.add(INT64_MAX, {UINT64_MAX}), crmetrics::overflow);
  EXPECT_THROW(m.merge(before), crmetrics::overflow);
  EXPECT_EQ(m, before);
  integer_moments many;
  many.add(1, {INT64_MAX});
  EXPECT_THROW(many.add(1), crmetrics::overflow);
  EXPECT_THROW(integer_moments{}.add(1, {UINT64_MAX}), crmetrics::overflow);
}

TEST(integer_moments, the_mean_is_an_exact_quotient) {
  const integer_moments m = of({1, 2, 4});
  EXPECT_EQ(m.ratio(), (crmetrics::exact_ratio{7, 3}));
  EXPECT_EQ(m.ratio(1'000'000), (crmetrics::exact_ratio{7, 3'000'000}));
  EXPECT_EQ(m.mean(1000), 7.0 / 3000);
}

TEST(real_moments, identity_is_exact_on_both_sides) {
  real_moments m;
  for (const double x : {0.1, 0.7, -3.3}) m.add(x);
  real_moments left;
  left.merge(m);
  EXPECT_EQ(left, m);
  real_moments right = m;
  right.merge(real_moments{});
  EXPECT_EQ(right, m);
}

TEST(real_moments, does_not_cancel_at_a_large_offset) {
  // Deviations -3, -1, 1, 3 around 1e9 + 7: sum of squares 20.
  real_moments m;
  for (const double d : {-3.0, 3.0, -1.0, 1.0}) m.add(1e9 + 7 + d);
  EXPECT_DOUBLE_EQ(m.mean(), 1e9 + 7);
  EXPECT_NEAR(m.sum_of_squared_deviations(), 20, 1e-6);  // sums of squares would be off by 128
}

TEST(real_moments, weights_count_like_repeats) {
  real_moments weighted;
  weighted.add(2.5, {3});
  weighted.add(7.25, {2});
  real_moments repeated;
  for (const double x : {2.5, 2.5, 2.5, 7.25, 7.25}) repeated.add(x);
  EXPECT_EQ(weighted.n(), 5u);
  EXPECT_NEAR(weighted.mean(), repeated.mean(), 1e-15);
  EXPECT_NEAR(weighted.sum_of_squared_deviations(), repeated.sum_of_squared_deviations(), 1e-13);
  const real_moments before = weighted;
  weighted.add(100, {0});
  EXPECT_EQ(weighted, before);
}

TEST(real_moments, the_mean_stays_finite_at_the_ends_of_double) {
  real_moments m;
  m.add(1.5e308);
  m.add(-1.5e308);
  EXPECT_EQ(m.mean(), 0);
  m.add(-1.5e308, {2});
  EXPECT_NEAR(m.mean() / 1.5e308, -0.5, 1e-15);
}

TEST(real_moments, more_than_63_bits_of_observations_are_an_overflow) {
  real_moments m;
  m.add(1, {INT64_MAX});
  const real_moments before = m;
  EXPECT_THROW(m.add(2), crmetrics::overflow);
  EXPECT_THROW(m.merge(before), crmetrics::overflow);
  EXPECT_EQ(m, before);
  EXPECT_THROW(real_moments{}.add(1, {UINT64_MAX}), crmetrics::overflow);
}

}  // namespace
