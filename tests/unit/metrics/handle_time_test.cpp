#include <crmetrics/metrics/handle_time.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace {

namespace crm = crmetrics;

// By hand: mean 192.975, standard error 109.198; t(0.975; 4) by SciPy 1.17. The lower end of the
// interval would be -110: no time is negative.
TEST(handle_time, mean_error_and_interval) {
  crm::handle_time time;
  time.update_many(std::vector<double>{31.5, 240.25, 18, 600, 75.125});
  const crm::estimate e = time.result();
  EXPECT_EQ(e.value(), 192.975);
  EXPECT_EQ(e.exact(), (crm::exact_ratio{964'875'000, 5'000'000}));
  EXPECT_NEAR(*e.standard_error(), 109.19783079347317, 1e-11);
  EXPECT_EQ(e.interval()->low, 0);
  EXPECT_NEAR(e.interval()->high, 496.1567828047555, 1e-10);
  EXPECT_EQ(e.unit(), crm::unit::second);
  EXPECT_EQ(e.direction(), crm::direction::lower_is_better);
  EXPECT_EQ(e.name(), "handle time");
  EXPECT_EQ(e.convention(), "mean time of a handled segment");
}

TEST(handle_time, takes_seconds_spans_and_chrono) {
  crm::handle_time time;
  time.update(60);
  time.update(crm::minutes{2});
  time.update(std::chrono::milliseconds(180'000));
  time.update(std::optional(crm::time_span{240'000'000}));
  time.update(std::chrono::duration<double, std::ratio<60>>(5));
  EXPECT_EQ(time.result().value(), 180);
  EXPECT_EQ(time.result().n(), 5u);
}

// A tenth of a second is a whole number of microseconds: a million of them lose nothing.
TEST(handle_time, sums_are_exact) {
  crm::handle_time time;
  time.update(.1, crm::frequency_weight{1'000'000});
  EXPECT_EQ(time.result().exact(), (crm::exact_ratio{100'000'000'000, 1'000'000'000'000}));
  EXPECT_EQ(time.result().value(), .1);
  EXPECT_EQ(*time.result().standard_error(), 0);

  crm::handle_time large;  // where sums of squares in doubles cancel
  for (const double s : {1e9, 1e9 + 1e-6, 1e9 + 2e-6}) large.update(s);
  EXPECT_NEAR(*large.result().standard_error(), 1e-6 / std::sqrt(3.), 1e-18);
}

TEST(handle_time, missing_negative_and_infinite) {
  crm::handle_time time;
  time.update(std::nullopt);
  time.update(std::nan(""));
  time.update(std::optional<double>());
  EXPECT_EQ(time.result().status(), crm::status::no_data);
  EXPECT_EQ(time.result().missing(), 3u);
  try {
    time.update_many(
        std::vector<double>{5, -2.5, std::numeric_limits<double>::infinity(), 3, 1e300}, "talk");
    FAIL() << "accepted";
  } catch (const crm::bad_input& e) {
    EXPECT_STREQ(e.what(),
                 "3 problems\n"
                 "  row 2: talk: value \"-2.500000 s\": negative: ends before it starts\n"
                 "  row 3: talk: value \"infinite, or over 292,000 years\": not a finite span\n"
                 "  row 5: talk: value \"infinite, or over 292,000 years\": not a finite span");
  }
  EXPECT_EQ(time.result().n(), 0u);
  EXPECT_THROW(time.update(crm::days{200'000'000}), crm::bad_input) << "does not wrap around";
}

TEST(handle_time, one_segment_has_no_interval) {
  crm::handle_time time;
  time.update(0);
  EXPECT_EQ(time.result().value(), 0) << "0 seconds is a time";
  EXPECT_FALSE(time.result().interval().has_value());
  EXPECT_FALSE(time.result().standard_error().has_value());
}

}  // namespace
