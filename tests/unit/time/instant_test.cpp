#include <crmetrics/time/instant.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <string>

namespace {

namespace crm = crmetrics;
namespace chrono = std::chrono;

template <class Rep, class Period>
std::int64_t of(chrono::duration<Rep, Period> since_epoch) {
  return crm::to_instant(chrono::sys_time<chrono::duration<Rep, Period>>(since_epoch)).microseconds;
}

TEST(instant, from_chrono_of_any_precision) {
  EXPECT_EQ(of(chrono::days(1)), 86'400'000'000);
  EXPECT_EQ(of(chrono::hours(-1)), -3'600'000'000);
  EXPECT_EQ(of(chrono::seconds(5)), 5'000'000);
  EXPECT_EQ(of(chrono::milliseconds(-5)), -5'000);
  EXPECT_EQ(of(chrono::microseconds(7)), 7);
  EXPECT_EQ(of(chrono::nanoseconds(1'999)), 1) << "cut towards the past";
  EXPECT_EQ(of(chrono::nanoseconds(-1)), -1) << "cut towards the past, so that order is kept";
  EXPECT_EQ(of(chrono::nanoseconds(-1'000)), -1);
}

TEST(instant, from_itself_and_from_microseconds) {
  EXPECT_EQ(crm::to_instant(crm::instant{5}), crm::instant{5});
  EXPECT_EQ(crm::to_instant(-5), crm::instant{-5});
  EXPECT_EQ(crm::to_instant(std::int64_t{INT64_MAX}), crm::instant{INT64_MAX});
}

// "The end of time" of other libraries does not become a time in the past.
TEST(instant, what_leaves_64_bits_is_refused) {
  try {
    static_cast<void>(of(chrono::seconds::max()));
    FAIL() << "wrapped around";
  } catch (const crm::bad_input& e) {
    EXPECT_STREQ(e.what(),
                 "1 problem\n  time: value \"9223372036854775807\": too far from 1970 for "
                 "microseconds in 64 bits");
  }
  EXPECT_THROW(static_cast<void>(of(chrono::seconds::min())), crm::bad_input);
  EXPECT_THROW(static_cast<void>(crm::to_instant(UINT64_MAX)), crm::bad_input);
}

TEST(instant, is_ordered) {
  EXPECT_LT(crm::instant{-1}, crm::instant{0});
  EXPECT_EQ(crm::instant{}, crm::instant{0});
}

}  // namespace
