#include <crmetrics/core/time_span.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

namespace {

namespace crm = crmetrics;

template <class T>
std::optional<std::int64_t> microseconds_of(const T& x) {
  crm::time_span span;
  if (!crm::detail::read_span(x, span)) return std::nullopt;
  return span.microseconds;
}

TEST(time_span, units) {
  EXPECT_EQ(crm::time_span(crm::microseconds{5}).microseconds, 5);
  EXPECT_EQ(crm::time_span(crm::milliseconds{5}).microseconds, 5'000);
  EXPECT_EQ(crm::time_span(crm::seconds{-5}).microseconds, -5'000'000);
  EXPECT_EQ(crm::time_span(crm::minutes{2}).microseconds, 120'000'000);
  EXPECT_EQ(crm::time_span(crm::hours{1}).microseconds, 3'600'000'000);
  EXPECT_EQ(crm::time_span(crm::days{7}).microseconds, 604'800'000'000);
  EXPECT_LT(crm::time_span(crm::seconds{59}), crm::time_span(crm::minutes{1}));
}

TEST(time_span, more_than_64_bits_of_microseconds_are_refused) {
  EXPECT_EQ(crm::time_span(crm::days{106'751'991}).microseconds, 9'223'372'022'400'000'000);
  try {
    static_cast<void>(crm::time_span(crm::days{106'751'992}));
    FAIL() << "wrapped around";
  } catch (const crm::bad_input& e) {
    EXPECT_STREQ(e.what(),
                 "1 problem\n  time span: value \"106751992 x 86400000000 us\": more than 292,000 "
                 "years");
  }
  EXPECT_EQ(microseconds_of(crm::days{INT64_MIN}), std::nullopt);
  EXPECT_EQ(microseconds_of(crm::days{1}), 86'400'000'000);
}

TEST(time_span, seconds_as_numbers_are_rounded_to_microseconds) {
  EXPECT_EQ(microseconds_of(.1), 100'000);
  EXPECT_EQ(microseconds_of(-.1), -100'000);
  EXPECT_EQ(microseconds_of(1e-6), 1);
  EXPECT_EQ(microseconds_of(4e-7), 0);
  EXPECT_EQ(microseconds_of(6e-7), 1);
  EXPECT_EQ(microseconds_of(-6e-7), -1);
  EXPECT_EQ(microseconds_of(1.5f), 1'500'000);
  EXPECT_EQ(microseconds_of(30), 30'000'000);
  EXPECT_EQ(microseconds_of(std::uint8_t{200}), 200'000'000);
  EXPECT_EQ(microseconds_of(9.1e12), 9'100'000'000'000'000'000);
  EXPECT_EQ(microseconds_of(9.3e12), std::nullopt);
  EXPECT_EQ(microseconds_of(-9.3e12), std::nullopt);
  EXPECT_EQ(microseconds_of(std::numeric_limits<double>::infinity()), std::nullopt);
  EXPECT_EQ(microseconds_of(std::nan("")), std::nullopt);
  EXPECT_EQ(microseconds_of(INT64_MAX), std::nullopt);
  EXPECT_EQ(microseconds_of(UINT64_MAX), std::nullopt);
}

TEST(time_span, chrono_durations) {
  EXPECT_EQ(microseconds_of(std::chrono::hours(2)), 7'200'000'000);
  EXPECT_EQ(microseconds_of(std::chrono::microseconds(-3)), -3);
  EXPECT_EQ(microseconds_of(std::chrono::nanoseconds(1'499)), 1);
  EXPECT_EQ(microseconds_of(std::chrono::nanoseconds(1'501)), 2);
  EXPECT_EQ(microseconds_of(std::chrono::duration<double>(.25)), 250'000);
  EXPECT_EQ(microseconds_of(std::chrono::duration<int, std::ratio<1, 3>>(2)), 666'667);
  EXPECT_EQ(microseconds_of(std::chrono::hours(INT64_MAX / 3600)), std::nullopt);
}

}  // namespace
