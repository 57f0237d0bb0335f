#include <crmetrics/core/discount_rate.hpp>
#include <crmetrics/core/time_unit.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace {

namespace crm = crmetrics;
using crm::discount_rate;
using crm::time_unit;

TEST(discount_rate, says_what_the_number_means) {
  EXPECT_DOUBLE_EQ(discount_rate::annual(.1).factor(1, time_unit::year), 1 / 1.1);
  EXPECT_DOUBLE_EQ(discount_rate::per_period(.01, time_unit::month).factor(12, time_unit::month),
                   std::pow(1.01, -12));
  EXPECT_DOUBLE_EQ(discount_rate::annual_nominal(.12, 12).per(time_unit::month), .01);
  EXPECT_DOUBLE_EQ(discount_rate::annual_nominal(.12, 12).per(time_unit::year),
                   std::pow(1.01, 12) - 1);
  EXPECT_DOUBLE_EQ(discount_rate::continuous(.05).factor(2, time_unit::year), std::exp(-.1));
  EXPECT_DOUBLE_EQ(discount_rate::continuous(.001, time_unit::day).factor(7, time_unit::day),
                   std::exp(-.007));
  EXPECT_EQ(discount_rate::none().factor(99, time_unit::year), 1);
}

// The trap it is there for: 10 % a year is .18 % a week, not 10 % a week.
TEST(discount_rate, equal_rates_are_equal_in_every_unit) {
  const double d = .1;
  const discount_rate forms[] = {
      discount_rate::annual(d), discount_rate::continuous(std::log(1.1)),
      discount_rate::per_period(std::pow(1.1, 7 / 365.25) - 1, time_unit::week),
      discount_rate::per_period(std::pow(1.1, 1. / 12) - 1, time_unit::month),
      discount_rate::annual_nominal(12 * (std::pow(1.1, 1. / 12) - 1), 12)};
  for (const discount_rate& a : forms) {
    for (const time_unit unit :
         {time_unit::day, time_unit::week, time_unit::month, time_unit::year}) {
      for (const double count : {0., 1., 2.5, 100.}) {
        EXPECT_NEAR(a.factor(count, unit) / forms[0].factor(count, unit), 1, 1e-12);
      }
    }
  }
  EXPECT_NEAR(forms[0].per(time_unit::week), .00182828463364, 1e-14);  // by Python's expm1
}

TEST(discount_rate, refuses_what_makes_no_sense) {
  for (const double bad :
       {-.1, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    EXPECT_THROW(discount_rate::annual(bad), crm::invalid_setting);
    EXPECT_THROW(discount_rate::per_period(bad, time_unit::week), crm::invalid_setting);
    EXPECT_THROW(discount_rate::annual_nominal(bad, 12), crm::invalid_setting);
    EXPECT_THROW(discount_rate::continuous(bad), crm::invalid_setting);
  }
  EXPECT_THROW(discount_rate::annual_nominal(.1, 0), crm::invalid_setting);
}

TEST(discount_rate, units_and_timings_have_names) {
  EXPECT_EQ(crm::to_string(time_unit::month), "month");
  EXPECT_EQ(12 * crm::days_in(time_unit::month), crm::days_in(time_unit::year));
  EXPECT_EQ(crm::to_string(crm::payment_timing::middle), "middle");
}

}  // namespace
