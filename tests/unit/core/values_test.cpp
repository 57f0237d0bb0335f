// confidence_level, interval, status, unit, direction, missing: the smallest value types of core/.

#include <crmetrics/core/confidence_level.hpp>
#include <crmetrics/core/direction.hpp>
#include <crmetrics/core/interval.hpp>
#include <crmetrics/core/missing.hpp>
#include <crmetrics/core/status.hpp>
#include <crmetrics/core/unit.hpp>

#include <gtest/gtest.h>

#include <cmath>

namespace {

namespace crm = crmetrics;

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
