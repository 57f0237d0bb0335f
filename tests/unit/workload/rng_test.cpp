#include "statistics.hpp"

#include <crmetrics/workload/rng.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

namespace {

using crmetrics::workload::random_stream;
using crmetrics::workload::splitmix64;
using crmetrics::workload::stream_of;

// Reference outputs of the authors' C code for seed 1234567, as on Rosetta Code ("Pseudo-random
// numbers/Splitmix64"), and for seed 0.
TEST(rng, splitmix64_reference_vectors) {
  splitmix64 by_page(1'234'567);
  for (const std::uint64_t expected :
       {6457827717110365317U, 3203168211198807973U, 9817491932198370423U, 4593380528125082431U,
        16408922859458223821U}) {
    EXPECT_EQ(by_page.next(), expected);
  }
  splitmix64 of_zero(0);
  for (const std::uint64_t expected :
       {0xe220a8397b1dcdafU, 0x6e789e6aa1b965f4U, 0x06c45d188009454fU, 0xf88bb8a8724c81ecU}) {
    EXPECT_EQ(of_zero.next(), expected);
  }
}

// Outputs of the authors' xoshiro256starstar.c from the state 1, 2, 3, 4, as in the tests of the
// Rust crate rand_xoshiro.
TEST(rng, xoshiro256_reference_vector) {
  random_stream random(std::array<std::uint64_t, 4>{1, 2, 3, 4});
  for (const std::uint64_t expected :
       {std::uint64_t{11520}, std::uint64_t{0}, std::uint64_t{1509978240}, 1215971899390074240U,
        1216172134540287360U, 607988272756665600U, 16172922978634559625U, 8476171486693032832U,
        10595114339597558777U, 2904607092377533576U}) {
    EXPECT_EQ(random.next(), expected);
  }
}

TEST(rng, a_seed_is_spread_by_splitmix64) {
  splitmix64 spread(99);
  std::array<std::uint64_t, 4> state{};
  for (std::uint64_t& word : state) word = spread.next();
  EXPECT_EQ(random_stream(99), random_stream(state));
}

TEST(rng, wide_products) {
  using crmetrics::workload::detail::multiply_wide;
  constexpr std::uint64_t most = ~std::uint64_t{0};
  // (2^64 - 1)^2 = 2^128 - 2^65 + 1
  static_assert(multiply_wide(most, most).high == most - 1);
  static_assert(multiply_wide(most, most).low == 1);
  static_assert(multiply_wide(std::uint64_t{1} << 63, 6).high == 3);
  static_assert(multiply_wide(std::uint64_t{1} << 63, 6).low == 0);
  // With whole numbers of any length (Python): 12345678901234567890 x 9876543210987654321
  //   = 121932631137021795223746380111126352690
  //   = 6609981178781634653 x 2^64 + 133124662968603442
  constexpr auto product = multiply_wide(12345678901234567890U, 9876543210987654321U);
  EXPECT_EQ(product.high, 6609981178781634653U);
  EXPECT_EQ(product.low, 133124662968603442U);
}

TEST(rng, below_is_uniform) {
  for (const std::uint64_t n : {std::uint64_t{2}, std::uint64_t{7}, std::uint64_t{100}}) {
    random_stream random(n);
    std::vector<int> counts(n);
    constexpr int draws = 200'000;
    for (int i = 0; i != draws; ++i) ++counts.at(random.below(n));
    statistics::chi_square fit;
    for (const int count : counts) fit.add(count, draws / static_cast<double>(n));
    EXPECT_LT(fit.sigmas(), 5) << n;
  }
}

// Of n = 3 x 2^62 a plain multiplication would give the multiples of 3 twice as often as others.
TEST(rng, below_is_unbiased_where_a_quarter_is_rejected) {
  random_stream random(5);
  constexpr std::uint64_t n = std::uint64_t{3} << 62;
  std::array<int, 3> thirds{};
  std::array<int, 3> remainders{};
  constexpr int draws = 90'000;
  for (int i = 0; i != draws; ++i) {
    const std::uint64_t x = random.below(n);
    ASSERT_LT(x, n);
    ++thirds.at(x >> 62);
    ++remainders.at(x % 3);
  }
  for (const auto& counts : {thirds, remainders}) {
    statistics::chi_square fit;
    for (const int count : counts) fit.add(count, draws / 3.0);
    EXPECT_LT(fit.sigmas(), 5);
  }
}

TEST(rng, below_at_the_ends) {
  random_stream random(1);
  for (int i = 0; i != 100; ++i) {
    EXPECT_EQ(random.below(1), 0U);
    EXPECT_EQ(random.below(0), 0U);
    EXPECT_LT(random.below(~std::uint64_t{0}), ~std::uint64_t{0});
  }
}

TEST(rng, between_includes_both_ends) {
  random_stream random(2);
  std::set<std::int64_t> seen;
  for (int i = 0; i != 1'000; ++i) seen.insert(random.between(-3, 3));
  EXPECT_EQ(seen, (std::set<std::int64_t>{-3, -2, -1, 0, 1, 2, 3}));
  EXPECT_EQ(random.between(5, 5), 5);
  bool negative = false;
  bool positive = false;
  for (int i = 0; i != 100; ++i) {
    const std::int64_t any = random.between(INT64_MIN, INT64_MAX);
    (any < 0 ? negative : positive) = true;
  }
  EXPECT_TRUE(negative && positive);
}

TEST(rng, chance_has_its_probability) {
  for (const std::uint64_t ppm : {500U, 180'000U, 999'000U}) {
    random_stream random(ppm);
    statistics::successes count;
    for (int i = 0; i != 200'000; ++i) {
      count.add(random.chance(ppm), static_cast<double>(ppm) / 1e6);
    }
    EXPECT_LT(std::abs(count.sigmas()), 5) << ppm;
  }
  random_stream random(3);
  for (int i = 0; i != 1'000; ++i) {
    EXPECT_FALSE(random.chance(0));
    EXPECT_TRUE(random.chance(1'000'000));
  }
}

TEST(rng, a_higher_chance_is_true_wherever_a_lower_was) {
  random_stream low(7);
  random_stream high(7);
  for (int i = 0; i != 10'000; ++i) {
    const bool was = low.chance(200'000);
    const bool is = high.chance(300'000);
    EXPECT_TRUE(is || !was);
  }
  EXPECT_EQ(low, high);  // the same number of draws
}

TEST(rng, streams_of_different_things_differ) {
  std::set<std::uint64_t> first;
  for (std::uint64_t kind = 0; kind != 10; ++kind) {
    for (std::uint64_t id = 0; id != 1'000; ++id) first.insert(stream_of(1, kind, id).next());
  }
  EXPECT_EQ(first.size(), 10'000U);
  EXPECT_EQ(stream_of(1, 2, 3), stream_of(1, 2, 3));
  EXPECT_NE(stream_of(1, 2, 3), stream_of(2, 2, 3));
}

// Neighbouring ids must not be alike: the first bits of their streams are fair coins, and so is
// whether they agree.
TEST(rng, streams_of_neighbours_are_independent) {
  statistics::successes bit;
  statistics::successes agreement;
  bool before = false;
  for (std::uint64_t id = 0; id != 100'000; ++id) {
    const bool one = (stream_of(20'250'101, 4, id).next() >> 63) != 0;
    bit.add(one, 0.5);
    agreement.add(one == before, 0.5);
    before = one;
  }
  EXPECT_LT(std::abs(bit.sigmas()), 5);
  EXPECT_LT(std::abs(agreement.sigmas()), 5);
}

}  // namespace
