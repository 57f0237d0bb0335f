#include <crmetrics/derive/ledger_fields.hpp>
#include <crmetrics/derive/roles.hpp>
#include <crmetrics/derive/subscription_fact.hpp>
#include <crmetrics/derive/subscriptions.hpp>
#include <crmetrics/metrics/churn.hpp>
#include <crmetrics/time/calendar.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <random>
#include <ranges>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace {

namespace crm = crmetrics;

struct row {
  std::optional<std::string> customer;
  std::int64_t at = 0;
  std::optional<double> level;
};
const crm::ledger_fields fields{.customer = &row::customer, .at = &row::at, .level = &row::level};
const crm::period window({100}, {200});

std::vector<crm::level_change> changes_of(const crm::subscription_fact& f) {
  return {f.changes.begin(), f.changes.end()};
}

TEST(subscriptions, facts_of_a_window) {
  const std::vector<row> rows{{"b", 199, 30}, {"a", 50, 10}, {"b", 99, 20},
                              {"a", 100, 0},  {"c", 200, 5}, {"a", 150, 15},
                              {"c", 10, 7},   {"c", 20, 0},  {"d", 120, 4}};
  const auto ledger = crm::read_ledger(rows, fields);
  const auto facts = ledger.in(window);
  static_assert(std::ranges::random_access_range<const decltype(facts)>);
  ASSERT_EQ(facts.size(), 4u);
  std::vector<crm::subscription_fact> all(facts.begin(), facts.end());  // first seen: b, a, c, d
  EXPECT_EQ(all[0].level_at_start, 20);
  EXPECT_EQ(all[0].level_at_end, 30);
  EXPECT_EQ(changes_of(all[0]), (std::vector<crm::level_change>{{{199}, 30}}));
  EXPECT_TRUE(all[0].active_before);
  EXPECT_EQ(all[1].level_at_start, 10) << "a change at the first instant is inside";
  EXPECT_EQ(changes_of(all[1]), (std::vector<crm::level_change>{{{100}, 0}, {{150}, 15}}));
  EXPECT_EQ(all[1].level_at_end, 15);
  EXPECT_EQ(all[2].level_at_start, 0);
  EXPECT_EQ(all[2].level_at_end, 0) << "a change at the end is outside";
  EXPECT_TRUE(all[2].active_before) << "and returns";
  EXPECT_FALSE(all[3].active_before) << "and is new";
  EXPECT_EQ(all[3].level_at_end, 4);
  for (const auto& f : all) EXPECT_EQ(f.window, window);
  EXPECT_EQ(ledger.history(1).size(), 3u);
  EXPECT_EQ(ledger.rows(), 9u);
}

// Against a plain reading of the definition, for every kind of key and any order of the rows.
template <class Key, class Make>
void expect_the_definition(const Make& make) {
  struct any_row {
    Key customer;
    int at;
    int level;
  };
  std::mt19937 random(7);
  for (int round = 0; round != 30; ++round) {
    std::map<std::pair<int, int>, int> level_at;
    const int customers = 1 + static_cast<int>(random() % 20);
    for (int i = 0; i != 300; ++i) {
      level_at[{static_cast<int>(random() % static_cast<unsigned>(customers)),
                static_cast<int>(random() % 300)}] = static_cast<int>(random() % 4);
    }
    std::vector<any_row> rows;
    for (const auto& [where, level] : level_at) {
      rows.push_back({make(where.first), where.second, level});
    }
    std::shuffle(rows.begin(), rows.end(), random);
    const auto ledger = crm::read_ledger(
        rows, crm::ledger_fields{
                  .customer = &any_row::customer, .at = &any_row::at, .level = &any_row::level});
    std::map<std::vector<std::int64_t>, int> found;  // what is known of a customer, how often
    std::map<std::vector<std::int64_t>, int> wanted;
    for (const crm::subscription_fact& f : ledger.in(window)) {
      EXPECT_NO_THROW(crm::detail::require_possible(f));
      std::vector<std::int64_t> known{f.level_at_start, f.level_at_end, f.active_before};
      for (const auto& c : f.changes) {
        known.push_back(c.at.microseconds);
        known.push_back(c.level);
      }
      ++found[known];
    }
    std::map<int, std::vector<std::pair<int, int>>> by_customer;
    for (const auto& [where, level] : level_at) {
      by_customer[where.first].emplace_back(where.second, level);
    }
    for (const auto& [customer, changes] : by_customer) {
      std::vector<std::int64_t> known{0, 0, 0};
      for (const auto& [at, level] : changes) {
        if (at < 100) known[0] = level;
        if (at < 200) known[1] = level;
        if (at < 100 && level > 0) known[2] = 1;
        if (at < 100 || at >= 200) continue;
        known.push_back(at);
        known.push_back(level);
      }
      ++wanted[known];
    }
    EXPECT_EQ(found, wanted);
  }
}
enum class account : std::uint8_t {};
struct composite {
  int a = 0;
  std::string b;
  friend auto operator<=>(const composite&, const composite&) = default;
};
TEST(subscriptions, any_key_and_any_order) {
  expect_the_definition<int>([](int i) { return i - 5; });
  expect_the_definition<std::uint64_t>(
      [](int i) { return 0xfedcba9876543210u * (1u + static_cast<unsigned>(i)); });
  expect_the_definition<account>([](int i) { return static_cast<account>(i); });
  expect_the_definition<std::string>([](int i) { return "customer " + std::to_string(i); });
  expect_the_definition<composite>(
      [](int i) { return composite{i % 3, std::string(static_cast<std::size_t>(i) / 3, 'x')}; });
  expect_the_definition<std::optional<int>>([](int i) { return std::optional(i); });
}

TEST(subscriptions, many_changes_of_one_customer_and_many_customers) {
  std::vector<std::int64_t> ids;
  std::vector<std::int64_t> at;
  std::vector<std::int64_t> levels;
  for (int i = 0; i != 5'000; ++i) {
    ids.push_back(1);
    at.push_back(i * 7'919 % 5'000);  // a permutation
    levels.push_back(at.back() + 1);
    ids.push_back(i * std::int64_t{1'000'003});
    at.push_back(-1);
    levels.push_back(3);
  }
  const auto ledger =
      crm::read_ledger(crm::ledger_fields{.customer = std::span<const std::int64_t>(ids),
                                          .at = std::span<const std::int64_t>(at),
                                          .level = std::span<const std::int64_t>(levels)});
  EXPECT_EQ(ledger.customers(), 5'001u);
  const auto one = ledger.history(0);
  ASSERT_EQ(one.size(), 5'000u);
  for (std::size_t i = 0; i != one.size(); ++i) {
    EXPECT_EQ(one[i].level, static_cast<std::int64_t>(i) + 1);
  }
}

TEST(subscriptions, unknown_customers_are_counted) {
  const std::vector<row> rows{{std::nullopt, 1, 5}, {"", 1, -5}, {"a", 1, 5}};
  const auto ledger = crm::read_ledger(rows, fields);
  EXPECT_EQ(ledger.customers(), 1u);
  EXPECT_EQ(ledger.unknown_customer(), 2u);
}

TEST(subscriptions, bad_rows_are_refused_all_at_once) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<row> rows{{"a", 10, 5}, {"a", 20, -1}, {"b", 10, 2.5}, {"b", 20, std::nullopt},
                              {"a", 10, 7}, {"c", 0, nan}, {"c", 0, 1},    {"a", 10, 5}};
  try {
    static_cast<void>(crm::read_ledger(rows, fields));
    FAIL() << "accepted";
  } catch (const crm::bad_input& e) {
    EXPECT_STREQ(e.what(),
                 "6 problems\n"
                 "  row 2: level: value \"-1\": negative\n"
                 "  row 3: level: value \"2.5\": not a whole number of minor units in 64 bits\n"
                 "  row 4: level: value \"missing\": no value\n"
                 "  row 5: at: value \"1970-01-01 00:00:00.000010\": customer a has another row "
                 "of this instant, row 1\n"
                 "  row 6: level: value \"missing\": no value\n"
                 "  row 8: at: value \"1970-01-01 00:00:00.000010\": customer a has another row "
                 "of this instant, row 1");
  }
  const auto left_out = crm::read_ledger(rows, fields, {.bad = crm::bad_ledger_rows::leave_out});
  EXPECT_EQ(left_out.left_out(), 6u);
  EXPECT_EQ(left_out.customers(), 2u);
  EXPECT_EQ(left_out.history(0)[0].level, 5) << "the first of one instant";
}

TEST(subscriptions, the_last_row_of_an_instant_wins_where_the_rule_says_so) {
  const std::vector<row> rows{{"a", 10, 5}, {"a", 5, 1}, {"a", 10, 7}, {"a", 10, 6}};
  const auto ledger = crm::read_ledger(rows, fields, {.duplicates = crm::same_instant::last_wins});
  const auto history = ledger.history(0);
  EXPECT_EQ((std::vector<crm::level_change>(history.begin(), history.end())),
            (std::vector<crm::level_change>{{{5}, 1}, {{10}, 6}}));
  EXPECT_EQ(ledger.replaced(), 2u);
}

TEST(subscriptions, times_of_other_kinds) {
  struct dated {
    int customer;
    std::optional<std::chrono::sys_days> at;
    int level;
  };
  using std::chrono::sys_days;
  std::vector<dated> rows{{1, sys_days(std::chrono::days(3)), 5}};
  const crm::ledger_fields f{
      .customer = &dated::customer, .at = &dated::at, .level = &dated::level};
  EXPECT_EQ(crm::read_ledger(rows, f).history(0)[0].at, (crm::instant{3 * 86'400'000'000}));
  rows.push_back({1, std::nullopt, 5});
  try {
    static_cast<void>(crm::read_ledger(rows, f));
    FAIL() << "accepted";
  } catch (const crm::bad_input& e) {
    EXPECT_STREQ(e.what(), "1 problem\n  row 2: at: no time");
  }
}

TEST(subscriptions, windows_that_are_not_over) {
  const std::vector<row> rows{{"a", 10, 5}};
  const auto ledger = crm::read_ledger(rows, fields, {.observed_until = crm::instant{200}});
  EXPECT_NO_THROW(static_cast<void>(ledger.in(window)));
  EXPECT_THROW(static_cast<void>(ledger.in(crm::period({100}, {201}))), crm::bad_input);
}

TEST(subscriptions, columns_of_unequal_length) {
  const std::vector<int> ids{1, 2, 3};
  const std::vector<int> at{1, 2};
  const std::vector<int> levels{1, 2, 3, 4};
  try {
    static_cast<void>(crm::read_ledger(crm::ledger_fields{.customer = std::span<const int>(ids),
                                                          .at = std::span<const int>(at),
                                                          .level = std::span<const int>(levels)}));
    FAIL() << "accepted";
  } catch (const crm::bad_input& e) {
    EXPECT_STREQ(e.what(),
                 "2 problems\n"
                 "  at: value \"2 rows\": the column of customer has 3\n"
                 "  level: value \"4 rows\": the column of customer has 3");
  }
}

TEST(subscriptions, the_segment_in_force_at_the_start_or_the_first_one_inside) {
  struct account_row {
    int customer;
    int at;
    int level;
    std::string plan;
  };
  const std::vector<account_row> rows{{1, 120, 9, "gold"},
                                      {1, 90, 8, "silver"},
                                      {1, 5, 7, "free"},
                                      {2, 150, 3, "gold"},
                                      {2, 110, 2, "free"}};
  const auto ledger = crm::read_ledger(rows, crm::ledger_fields{.customer = &account_row::customer,
                                                                .at = &account_row::at,
                                                                .level = &account_row::level,
                                                                .segment = &account_row::plan});
  const auto facts = ledger.in(window);
  EXPECT_EQ(facts[0].segment, "silver");
  EXPECT_EQ(facts[1].segment, "free");
}

TEST(subscriptions, nothing) {
  const auto ledger = crm::read_ledger(std::vector<row>{}, fields);
  EXPECT_EQ(ledger.customers(), 0u);
  crm::churn churn;
  churn.update_many(ledger.in(window));
  EXPECT_EQ(churn.result().status(), crm::status::no_data);
}

}  // namespace
