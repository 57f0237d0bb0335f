#include <crmetrics/core/decimal.hpp>

#include <gtest/gtest.h>

#include <charconv>
#include <cmath>
#include <compare>
#include <cstdint>
#include <limits>
#include <random>
#include <string>

// The comparisons that matter most are in tests/static/exact_thresholds.cpp.
namespace {

namespace crm = crmetrics;
using crm::decimal;
using crm::exact_ratio;

TEST(decimal, of_what_a_person_writes_reads_back) {
  std::mt19937_64 random(1);
  for (int i = 0; i != 20'000; ++i) {
    const int places = static_cast<int>(random() % 8);
    const auto digits = static_cast<std::int64_t>(random() % 10'000'000) - 5'000'000;
    const std::string text = std::to_string(digits) + "e-" + std::to_string(places);
    double x = 0;
    std::from_chars(text.data(), text.data() + text.size(), x);
    const auto d = decimal::of(x);
    ASSERT_TRUE(d.has_value()) << text;
    EXPECT_EQ(*d, (decimal{digits, places})) << text;
    EXPECT_LE(d->places, places);
    EXPECT_EQ(d->to_double(), x) << text;
  }
}

TEST(decimal, of_what_nobody_writes_is_none) {
  for (const double x :
       {1. / 3, std::sqrt(2.), 1e-16, 1e17, std::nan(""), std::numeric_limits<double>::infinity(),
        std::numeric_limits<double>::denorm_min()}) {
    EXPECT_FALSE(decimal::of(x).has_value()) << x;
  }
}

TEST(exact_ratio, compares_as_integers) {
  // Of every k per cent of 100, exactly k are enough, whatever binary fractions say.
  for (std::int64_t k = 0; k <= 100; ++k) {
    const double target = static_cast<double>(k) / 100;
    EXPECT_TRUE(exact_ratio(k, 100).compare(target) == 0) << k;
    EXPECT_TRUE(exact_ratio(k * 7, 700).compare(target) == 0) << k;
    EXPECT_TRUE(exact_ratio(k - 1, 100).compare(target) < 0) << k;
    EXPECT_TRUE(exact_ratio(k + 1, 100).compare(target) > 0) << k;
  }
}

TEST(exact_ratio, nan_is_unordered) {
  EXPECT_TRUE(exact_ratio(1, 2).compare(std::nan("")) == std::partial_ordering::unordered);
}

}  // namespace
