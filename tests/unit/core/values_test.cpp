// decimal, exact_ratio, text, label, time_span, weight, confidence_level, interval, status, unit,
// direction, missing: the small value types of core/.

#include <crmetrics/core/confidence_level.hpp>
#include <crmetrics/core/decimal.hpp>
#include <crmetrics/core/direction.hpp>
#include <crmetrics/core/interval.hpp>
#include <crmetrics/core/label.hpp>
#include <crmetrics/core/missing.hpp>
#include <crmetrics/core/status.hpp>
#include <crmetrics/core/text.hpp>
#include <crmetrics/core/time_span.hpp>
#include <crmetrics/core/unit.hpp>
#include <crmetrics/core/weight.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <limits>
#include <string>

namespace {

namespace crm = crmetrics;

TEST(decimal, is_the_shortest_that_reads_back) {
  const auto is = [](double x, std::int64_t digits, int places) {
    const auto d = crm::decimal::of(x);
    ASSERT_TRUE(d.has_value()) << x;
    EXPECT_EQ(d->digits, digits) << x;
    EXPECT_EQ(d->places, places) << x;
    EXPECT_EQ(d->to_double(), x);
  };
  is(.005, 5, 3);
  is(.95, 95, 2);
  is(-2.5, -25, 1);
  is(0, 0, 0);
  is(100, 100, 0);
  is(0.123456789012345, 123456789012345, 15);
  EXPECT_FALSE(crm::decimal::of(1.0 / 3).has_value());
  EXPECT_FALSE(crm::decimal::of(1e300).has_value());
  EXPECT_FALSE(crm::decimal::of(std::nan("")).has_value());
}

TEST(exact_ratio, hits_thresholds_exactly) {
  // In binary 1 - 7.0 / 100 >= 0.93 is false and 0.07 * 100 > 7 is true.
  EXPECT_TRUE((crm::exact_ratio{171, 180}.compare(.95) == 0));
  EXPECT_TRUE((crm::exact_ratio{93, 100}.compare(.93) == 0));
  EXPECT_TRUE((crm::exact_ratio{7, 100}.compare(.07) == 0));
  EXPECT_TRUE((crm::exact_ratio{1, 200}.compare(.005) == 0));
  EXPECT_TRUE((crm::exact_ratio{2, 399}.compare(.005) > 0));
  EXPECT_TRUE((crm::exact_ratio{1, 3}.compare(1.0 / 3) == 0)) << "no decimal: as doubles";
  EXPECT_TRUE((crm::exact_ratio{std::numeric_limits<std::int64_t>::max(), 1}.compare(1e15 - 1) > 0))
      << "no overflow";
  EXPECT_TRUE((crm::exact_ratio{-3, 4}.compare(-.75) == 0));
}

TEST(fixed_text, appends_and_says_when_it_does_not_fit) {
  constexpr auto t = crm::fixed_text<12>("a ").append(-42).append(" b");
  static_assert(t.view() == "a -42 b" && t.fits());
  crm::fixed_text<4> small("abcdef");
  EXPECT_EQ(small.view(), "a...");
  EXPECT_FALSE(small.fits());
  EXPECT_FALSE(small == crm::fixed_text<4>("abcdeg")) << "what was cut counts";
  EXPECT_TRUE(small == crm::fixed_text<4>("abcd").append("ef"));
  EXPECT_EQ(crm::fixed_text<24>().append(std::numeric_limits<std::int64_t>::min()).view(),
            "-9223372036854775808");
}

TEST(label, of_static_text) {
  static const std::string owner = "loaded";
  EXPECT_EQ(crm::label::of_static(owner).view(), "loaded");
  EXPECT_EQ(crm::label("a"), crm::label("a"));
}

TEST(time_span, units_and_chrono) {
  static_assert(crm::time_span(crm::days{7}).microseconds == 604'800'000'000);
  static_assert(crm::time_span(crm::minutes{2}) == crm::time_span(crm::seconds{120}));
  crm::time_span out;
  EXPECT_TRUE(crm::detail::read_span(std::chrono::minutes(3), out));
  EXPECT_EQ(out, crm::time_span(crm::seconds{180}));
  EXPECT_TRUE(crm::detail::read_span(std::chrono::duration<double>(0.25), out));
  EXPECT_EQ(out.microseconds, 250'000);
  EXPECT_TRUE(crm::detail::read_span(std::chrono::nanoseconds(1500), out));
  EXPECT_EQ(out.microseconds, 2) << "to the nearest microsecond";
  EXPECT_TRUE(crm::detail::read_span(-1.5, out));
  EXPECT_EQ(out.microseconds, -1'500'000);
  EXPECT_FALSE(crm::detail::read_span(std::numeric_limits<double>::infinity(), out));
  EXPECT_FALSE(crm::detail::read_span(std::numeric_limits<std::int64_t>::max(), out));
}

TEST(weight, sampling_weights_are_checked) {
  EXPECT_THROW(crm::sampling_weight{-0.1}, crm::bad_input);
  EXPECT_THROW(crm::sampling_weight{std::nan("")}, crm::bad_input);
  EXPECT_THROW(crm::sampling_weight{std::numeric_limits<double>::infinity()}, crm::bad_input);
  EXPECT_EQ(crm::sampling_weight{}.value(), 1);
  EXPECT_EQ(crm::frequency_weight{}.times, 1u);
}

TEST(confidence_level, lies_strictly_between_0_and_1) {
  EXPECT_THROW(crm::confidence_level{0}, crm::invalid_setting);
  EXPECT_THROW(crm::confidence_level{1}, crm::invalid_setting);
  EXPECT_THROW(crm::confidence_level{std::nan("")}, crm::invalid_setting);
  EXPECT_EQ(crm::confidence_level{}.value(), .95);
  EXPECT_EQ(crm::confidence_level{.9}.upper_tail_point(), .95);
}

TEST(interval, contains_its_ends) {
  constexpr crm::interval i{-1, 2};
  static_assert(i.contains(-1) && i.contains(2) && !i.contains(2.1) && i.width() == 3);
}

TEST(names, of_statuses_units_and_directions) {
  EXPECT_EQ(to_string(crm::status::insufficient_data), "insufficient data");
  EXPECT_EQ(to_string(crm::unit::net_fraction), "net fraction");
  EXPECT_EQ(to_string(crm::direction::lower_is_better), "lower is better");
  EXPECT_EQ(crm::missing::as_passive::name, "missing as passive");
  EXPECT_EQ(crm::invalid::count::name, "invalid counted");
}

}  // namespace
