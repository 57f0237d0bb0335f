#include <crmetrics/scorecard/points_ledger.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace {

namespace crm = crmetrics;
using ledger = crm::points_ledger<std::string>;
using entry = crm::points_entry<std::string>;

constexpr crm::instant day(std::int64_t d) { return {d * 86'400'000'000}; }

std::vector<entry> year() {
  return {{"Ann", 5, day(10), "suggestion"}, {"Bo", 8, day(20), "courseware"},
          {"Ann", 5, day(30), "suggestion"}, {"Li", 10, day(25), "courseware"},
          {"Bo", -3, day(40), "violation"},  {"Cai", 10, day(25), "courseware"},
          {"Bo", 5, day(50), "suggestion"},  {"Dee", 1, day(5), "suggestion"}};
}

TEST(points_ledger, orders_by_points_then_by_who_had_them_earlier) {
  ledger all;
  all.update_many(year());
  const auto order = all.order(day(365), 5);
  ASSERT_EQ(order.size(), 5u);
  // Cai and Li had 10 on day 25, Ann on day 30, Bo on day 50; Dee's 1 is below 5.
  EXPECT_EQ(order[0].who, "Cai");
  EXPECT_EQ(order[0].rank, 1u);
  EXPECT_EQ(order[1].who, "Li");
  EXPECT_EQ(order[1].rank, 1u);
  EXPECT_EQ(order[2].who, "Ann");
  EXPECT_EQ(order[2].rank, 3u);
  EXPECT_EQ(order[2].entries, 2u);
  EXPECT_EQ(order[3].who, "Bo");
  EXPECT_EQ(order[3].points, 10);
  EXPECT_EQ(order[3].reached, day(50));
  EXPECT_EQ(order[3].rank, 4u);
  EXPECT_EQ(order[4].who, "Dee");
  EXPECT_FALSE(order[4].rank.has_value());
  EXPECT_EQ(all.result().back().rank, 5u);
}

// A slip that is corrected at the same instant changes no balance, and so delays nobody.
TEST(points_ledger, what_is_taken_back_at_once_moves_no_date) {
  ledger l;
  l.update_many(std::vector<entry>{{"Ann", 10, day(10), "gift"},
                                   {"Bo", 10, day(20), "gift"},
                                   {"Ann", 3, day(30), "slip"},
                                   {"Ann", -3, day(30), "undo"},
                                   {"Li", 4, day(15), "slip"},
                                   {"Li", -4, day(15), "undo"},
                                   {"Li", 10, day(25), "gift"},
                                   {"Li", 2, day(40), "slip"},
                                   {"Li", -2, day(41), "undo a day later"}});
  const auto order = l.result();
  EXPECT_EQ(order[0].who, "Ann");
  EXPECT_EQ(order[0].reached, day(10));
  EXPECT_EQ(order[0].entries, 3u);
  EXPECT_EQ(order[1].who, "Bo");
  EXPECT_EQ(order[2].reached, day(41)) << "it was another balance for a day";
  const auto then = l.order(day(30));
  EXPECT_EQ(then[2].who, "Li");
  EXPECT_EQ(then[2].reached, day(25));
}

TEST(points_ledger, balances_at_any_time) {
  ledger all;
  all.update_many(year());
  const auto then = all.order(day(40));
  ASSERT_EQ(then.size(), 5u);
  EXPECT_EQ(then[3].who, "Bo");
  EXPECT_EQ(then[3].points, 5) << "day 40 is included";
  EXPECT_EQ(all.order(day(4)).size(), 0u);
}

TEST(points_ledger, merges_by_any_split) {
  const auto rows = year();
  ledger all;
  all.update_many(rows);
  for (std::size_t cut = 0; cut <= rows.size(); ++cut) {
    ledger a;
    ledger b;
    for (std::size_t i = 0; i != rows.size(); ++i) (i < cut ? b : a).update(rows[i]);
    EXPECT_EQ(a.merge(b), all);
  }
  EXPECT_EQ(all.fresh(), ledger());
  static_assert(crm::any_metric<ledger>);

  ledger twice = all;
  twice.merge(all);
  EXPECT_EQ(twice.result()[0].points, 20) << "read twice counts twice";
}

TEST(points_ledger, refuses_what_cannot_be_booked) {
  ledger l;
  EXPECT_THROW(l.update({"Ann", 1, day(1), {}}), crm::bad_input);
  l.update({"Ann", std::numeric_limits<std::int64_t>::max(), day(1), "gift"});
  const ledger before = l;
  EXPECT_THROW(l.update({"Bo", -1, day(1), "violation"}), crm::overflow);
  EXPECT_THROW(l.merge(before), crm::overflow);
  EXPECT_EQ(l, before);
}

}  // namespace
