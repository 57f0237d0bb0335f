#include <crmetrics/accumulators/duration.hpp>

#include <gtest/gtest.h>

#include "state.hpp"

#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

namespace {

using crmetrics::duration;
using crmetrics::microseconds;
using crmetrics::seconds;
using crmetrics::status;
using crmetrics::time_span;

static_assert(crmetrics::metric<duration, time_span>);
static_assert(crmetrics::metric<duration, seconds>);
static_assert(crmetrics::metric<duration, std::chrono::milliseconds>);
static_assert(crmetrics::metric<duration, std::optional<double>>);
static_assert(!crmetrics::observes<duration, bool>);
static_assert(!crmetrics::observes<duration, const char*>);

TEST(duration, mean_seconds_and_interval) {
  // 1, 2, .., 10 s: mean 5.5, variance 82.5 / 9; t at 9 degrees of freedom from any table.
  duration d;
  for (int s = 1; s <= 10; ++s) d.update(seconds{s});
  const crmetrics::estimate e = d.result();
  const double se = std::sqrt(82.5 / 9 / 10);
  EXPECT_EQ(e.value(), 5.5);
  EXPECT_NEAR(*e.standard_error(), se, 1e-15);
  EXPECT_NEAR(e.interval()->low, 5.5 - 2.2621571627982055 * se, 1e-12);
  EXPECT_NEAR(e.interval()->high, 5.5 + 2.2621571627982055 * se, 1e-12);
  EXPECT_EQ(e.unit(), crmetrics::unit::second);
  EXPECT_EQ(e.exact(), (crmetrics::exact_ratio{55'000'000, 10'000'000}));
}

TEST(duration, all_ways_to_say_ninety_seconds_are_one) {
  duration expected;
  expected.update(time_span{90'000'000});
  const auto same = [&](auto x) {
    duration d;
    d.update(x);
    EXPECT_EQ(d, expected);
  };
  same(90);
  same(90.0);
  same(90.0F);
  same(seconds{90});
  same(crmetrics::milliseconds{90'000});
  same(std::chrono::seconds(90));
  same(std::chrono::duration<double>(90));
  same(std::chrono::duration<double, std::ratio<60>>(1.5));
  same(std::chrono::nanoseconds(90'000'000'000));
  same(std::optional<seconds>(seconds{90}));
  same(std::optional<double>(90));
}

TEST(duration, rounds_to_the_nearest_microsecond) {
  duration d;
  d.update(0.1234567);
  EXPECT_EQ(d.result().value(), 0.123457);
}

TEST(duration, does_not_cancel) {
  // A million years in microseconds does not fit; a hundred thousand do, and 1 us is still seen.
  const std::int64_t far = 100'000LL * 365 * 86'400 * 1'000'000;
  duration d;
  d.update(microseconds{far});
  d.update(microseconds{far + 2});
  EXPECT_DOUBLE_EQ(*d.result().standard_error(), 1e-6);
}

TEST(duration, the_interval_does_not_reach_below_zero) {
  duration d;
  d.update(seconds{0}, {3});
  d.update(seconds{100});
  EXPECT_EQ(d.result().interval()->low, 0);
}

TEST(duration, edge_cases) {
  EXPECT_EQ(duration{}.result().status(), status::no_data);
  duration missing;
  missing.update(std::nullopt);
  missing.update(NAN);
  missing.update(std::optional<seconds>());
  EXPECT_EQ(missing.result().status(), status::no_data);
  EXPECT_EQ(missing.result().missing(), 3u);
  duration one;
  one.update(0);
  EXPECT_EQ(one.result().value(), 0);
  EXPECT_FALSE(one.result().interval().has_value());
}

TEST(duration, bad_spans_are_refused_with_all_rows) {
  duration d;
  d.update(seconds{1});
  const duration before = d;
  try {
    d.update_many(std::vector<double>{5, -1, 3, INFINITY, NAN, 1e13}, "handled");
    FAIL() << "nothing was thrown";
  } catch (const crmetrics::bad_input& e) {
    ASSERT_EQ(e.problems().total(), 3u);
    const crmetrics::problem* problems = e.problems().begin();
    EXPECT_EQ(problems[0].row, 2u);
    EXPECT_EQ(problems[0].field, "handled");
    EXPECT_EQ(problems[0].value, "-1.000000 s");
    EXPECT_EQ(problems[0].reason, "negative: ends before it starts");
    EXPECT_EQ(problems[1].row, 4u);
    EXPECT_EQ(problems[2].row, 6u);
  }
  EXPECT_EQ(d, before);
  EXPECT_THROW(d.update(std::numeric_limits<std::int64_t>::max()), crmetrics::bad_input);
  EXPECT_THROW(d.update(std::chrono::hours::max()), crmetrics::bad_input);
  EXPECT_THROW(d.update(microseconds{INT64_MIN}), crmetrics::bad_input);
  EXPECT_EQ(d, before);

  crmetrics::basic_duration<crmetrics::span_of_time, crmetrics::student_t,
                            crmetrics::missing::reject, crmetrics::invalid::count>
      counting;
  counting.update(-1, {2});
  counting.update(2);
  EXPECT_EQ(counting.result().invalid(), 2u);
  EXPECT_EQ(counting.result().value(), 2);
  EXPECT_THROW(counting.update(std::nullopt), crmetrics::bad_input);
}

TEST(duration, merges_to_the_same_state_in_any_order) {
  std::vector<std::optional<time_span>> spans;
  for (std::int64_t i = 0; i != 200; ++i) {
    spans.push_back(i % 17 == 0 ? std::nullopt
                                : std::optional<time_span>(time_span{i * i * 7919 % 1'000'003}));
  }
  duration whole;
  whole.update_many(spans);
  duration backwards;
  for (std::size_t i = spans.size(); i-- != 0;) backwards.update(spans[i]);
  EXPECT_EQ(backwards, whole);
  for (const std::size_t cut : {0u, 1u, 130u, 200u}) {
    duration a;
    duration b;
    for (std::size_t i = 0; i != spans.size(); ++i) (i < cut ? a : b).update(spans[i]);
    EXPECT_EQ(a.merge(b), whole);
  }
  EXPECT_EQ(crmetrics::test::read_back(whole), whole);
  duration doubled;
  for (const auto& s : spans) doubled.update(s, {2});
  EXPECT_EQ(duration(whole).merge(whole), doubled);
  EXPECT_EQ(duration{}.merge(whole), whole);
}

TEST(duration, near_64_bits) {
  duration d;
  for (int i = 0; i != 3; ++i) d.update(microseconds{INT64_MAX});
  EXPECT_DOUBLE_EQ(d.result().value(), 9223372036854.775807);
  EXPECT_EQ(*d.result().standard_error(), 0);
  d.update(microseconds{INT64_MAX});  // the squares still fit: (2^63 - 1)^2 is less than 2^126
  const duration before = d;
  EXPECT_THROW(d.update(microseconds{INT64_MAX}), crmetrics::overflow);
  EXPECT_EQ(d, before);
}

TEST(duration, missing_that_leave_64_bits_leave_the_state_as_it_was) {
  duration m;
  m.update(std::nullopt, {UINT64_MAX});
  m.update(seconds{7});
  const duration before = m;
  EXPECT_THROW(m.update(std::nullopt), crmetrics::overflow);
  EXPECT_THROW(m.merge(before), crmetrics::overflow);
  EXPECT_EQ(m, before);
}

}  // namespace
