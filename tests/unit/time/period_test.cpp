#include <crmetrics/time/period.hpp>

#include <gtest/gtest.h>

namespace {

namespace crm = crmetrics;

TEST(period, is_half_open) {
  constexpr crm::period p({10}, {20});
  static_assert(p.contains({10}) && p.contains({19}) && !p.contains({20}) && !p.contains({9}));
  EXPECT_FALSE(crm::period({10}, {10}).contains({10})) << "an empty period holds nothing";
  EXPECT_EQ(p.from(), crm::instant{10});
  EXPECT_EQ(p.to(), crm::instant{20});
}

TEST(period, that_ends_before_it_begins_is_refused) {
  try {
    crm::period({20}, {10});
    FAIL() << "accepted";
  } catch (const crm::bad_input& e) {
    EXPECT_STREQ(e.what(), "1 problem\n  period: value \"10\": ends before it begins at 20");
  }
}

}  // namespace
