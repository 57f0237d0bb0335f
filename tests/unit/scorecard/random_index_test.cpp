#include <crmetrics/scorecard/random_index.hpp>

#include <gtest/gtest.h>

#include <set>
#include <string_view>

namespace {

namespace crm = crmetrics;
using table = crm::random_index;

constexpr table all[] = {table::saaty_1980, table::scikit_criteria, table::alonso_lamata_2006,
                         table::tummala_ling_1998, table::ahpsurvey};

// The values for n = 3 by which the tables are told apart, and the ends.
static_assert(value_of(table::saaty_1980, 3) == .58);
static_assert(value_of(table::scikit_criteria, 3) == .52);
static_assert(value_of(table::alonso_lamata_2006, 3) == .5247);
static_assert(value_of(table::tummala_ling_1998, 3) == .5799);
static_assert(value_of(table::ahpsurvey, 3) == .5251686);
static_assert(value_of(table::saaty_1980, 6) == 1.24);
static_assert(value_of(table::saaty_1980, 7) == 1.32);
static_assert(value_of(table::alonso_lamata_2006, 9) == 1.4499);
static_assert(value_of(table::saaty_1980, 15) == 1.59);
static_assert(value_of(table::ahpsurvey, 15) == 1.5839958);

TEST(random_index, nothing_below_3_and_above_15) {
  for (const table t : all) {
    for (const std::size_t n : {0U, 1U, 2U, 16U, 1000U}) EXPECT_EQ(value_of(t, n), 0);
    for (std::size_t n = 3; n <= crm::random_index_up_to; ++n) {
      EXPECT_GT(value_of(t, n), .5);
      EXPECT_LT(value_of(t, n), 1.6);
    }
  }
}

// All five estimate the same mean: they are close, but not the same.
TEST(random_index, tables_estimate_the_same_thing) {
  for (const table t : all) {
    for (std::size_t n = 3; n <= crm::random_index_up_to; ++n) {
      EXPECT_NEAR(value_of(t, n), value_of(table::ahpsurvey, n), .07) << to_string(t) << " " << n;
    }
  }
}

TEST(random_index, names) {
  std::set<std::string_view> names;
  for (const table t : all) names.insert(to_string(t));
  EXPECT_EQ(names.size(), 5U);
}

}  // namespace
