// confidence_level, interval, status, unit, direction, missing: the smallest value types of core/.

#include <crmetrics/core/confidence_level.hpp>
#include <crmetrics/core/direction.hpp>
#include <crmetrics/core/interval.hpp>
#include <crmetrics/core/missing.hpp>
#include <crmetrics/core/status.hpp>
#include <crmetrics/core/unit.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace {

namespace crm = crmetrics;

TEST(confidence_level, lies_between_0_and_1) {
  EXPECT_EQ(crm::confidence_level{}.value(), .95);
  EXPECT_EQ(crm::confidence_level(.9).upper_tail_point(), .95);
  for (const double level : {0., 1., -.5, 1.7, 95., std::nan("")}) {
    EXPECT_THROW(crm::confidence_level{level}, crm::invalid_setting) << level;
  }
  try {
    crm::confidence_level level(95);
    FAIL() << "accepted";
  } catch (const crm::invalid_setting& e) {
    EXPECT_STREQ(e.what(), "confidence level 95: must lie between 0 and 1, both excluded");
  }
}

TEST(interval, is_closed) {
  constexpr crm::interval i{.25, .75};
  static_assert(i.contains(.25) && i.contains(.75) && !i.contains(.76) && i.width() == .5);
  EXPECT_FALSE(i.contains(std::numeric_limits<double>::quiet_NaN()));
}

TEST(words, every_enumerator_has_one) {
  EXPECT_EQ(to_string(crm::status::ok), "ok");
  EXPECT_EQ(to_string(crm::status::no_data), "no data");
  EXPECT_EQ(to_string(crm::status::undefined), "undefined");
  EXPECT_EQ(to_string(static_cast<crm::status>(99)), "?");
  EXPECT_EQ(to_string(crm::direction::higher_is_better), "higher is better");
  EXPECT_EQ(to_string(crm::direction::lower_is_better), "lower is better");
  EXPECT_EQ(to_string(static_cast<crm::direction>(99)), "?");
  EXPECT_EQ(to_string(crm::unit::net_fraction), "net fraction");
  EXPECT_EQ(to_string(crm::unit::money), "minor units");
  EXPECT_EQ(to_string(static_cast<crm::unit>(99)), "?");
  EXPECT_EQ(crm::missing::as_failure::name, "missing as failure");
  EXPECT_EQ(crm::invalid::reject::name, "") << "the defaults need no words";
}

}  // namespace
