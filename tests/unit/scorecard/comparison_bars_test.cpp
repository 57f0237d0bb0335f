#include <crmetrics/core/error.hpp>
#include <crmetrics/scorecard/comparison_bars.hpp>

#include <gtest/gtest.h>

#include <vector>

namespace {

namespace crm = crmetrics;

// league_tables.json, goldstein_healy; Goldstein and Healy 1995 give 1.39 and 84 %.
TEST(comparison_bars, of_a_pair) {
  const crm::comparison_bars equal = crm::bars_for_pair(2, 2);
  EXPECT_NEAR(equal.multiplier, 1.3859038243496780, 1e-12);
  EXPECT_NEAR(equal.level, .8342237304, 1e-8);
  EXPECT_NEAR(crm::bars_for_pair(3, 2).multiplier, 1.4133501288643748, 1e-7);
  EXPECT_NEAR(crm::bars_for_pair(2, 1).multiplier, 1.4608709009609695, 1e-7);
  EXPECT_NEAR(crm::bars_for_pair(1, 3).multiplier, 1.549487580761404, 1e-7);
  EXPECT_NEAR(crm::bars_for_pair(5, 1).multiplier, 1.6656491005181338, 1e-7);
  EXPECT_NEAR(crm::bars_for_pair(0, 1).multiplier, 1.959963984540054, 1e-12);
}

TEST(comparison_bars, of_a_chart) {
  EXPECT_NEAR(
      crm::bars_for_chart(std::vector<crm::ranked_value>{{0, 3}, {0, 3}, {9, 3}}).multiplier,
      1.3859038243496780, 1e-12)
      << "equal errors: as for a pair";
  EXPECT_NEAR(crm::bars_for_chart(std::vector<crm::ranked_value>{{0, 5}, {0, 1}}).multiplier,
              crm::bars_for_pair(5, 1).multiplier, 1e-12)
      << "two values: as for a pair";
  const auto mixed = crm::bars_for_chart(std::vector<crm::ranked_value>{{0, 1}, {0, 1}, {0, 5}});
  EXPECT_GT(mixed.multiplier, 1.3859);
  EXPECT_LT(mixed.multiplier, 1.6657);
}

TEST(comparison_bars, refuses_what_gives_no_bars) {
  EXPECT_THROW(static_cast<void>(crm::bars_for_pair(0, 0)), crm::bad_input);
  EXPECT_THROW(static_cast<void>(crm::bars_for_pair(-1, 1)), crm::bad_input);
  EXPECT_THROW(static_cast<void>(crm::bars_for_chart({})), crm::bad_input);
  EXPECT_THROW(
      static_cast<void>(crm::bars_for_chart(std::vector<crm::ranked_value>{{1, 0}, {2, 0}})),
      crm::bad_input);
}

}  // namespace
