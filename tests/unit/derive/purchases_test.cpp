#include <crmetrics/derive/purchase_fact.hpp>
#include <crmetrics/derive/purchase_fields.hpp>
#include <crmetrics/derive/purchases.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace {

namespace crm = crmetrics;

struct order {
  std::optional<int> customer;
  std::int64_t at = 0;
  double amount = 0;
};
const crm::purchase_fields fields{
    .customer = &order::customer, .at = &order::at, .amount = &order::amount};

TEST(purchases, one_fact_for_each_customer_in_the_order_of_time) {
  const std::vector<order> rows{
      {7, 30, 5}, {9, 10, 1}, {std::nullopt, 1, 1}, {7, 10, 2}, {7, 30, -4}};
  const auto history = crm::read_purchases(rows, fields, {.observed_until = crm::instant{50}});
  ASSERT_EQ(history.size(), 2u);
  const crm::customer_purchases seven = history[0];
  EXPECT_EQ((std::vector<crm::purchase>(seven.purchases.begin(), seven.purchases.end())),
            (std::vector<crm::purchase>{{{10}, 2}, {{30}, 5}, {{30}, -4}}))
      << "rows of one instant stay in their order";
  EXPECT_EQ(seven.observed_until, crm::instant{50});
  EXPECT_EQ(history.unknown_customer(), 1u);
  EXPECT_EQ(history.rows(), 5u);
}

TEST(purchases, refunds_as_the_rule_says) {
  const std::vector<order> rows{{1, 30, 5}, {1, 40, -4}};
  const auto ignored = crm::read_purchases(rows, fields, {.negative = crm::refunds::ignore});
  EXPECT_EQ(ignored[0].purchases.size(), 1u);
  EXPECT_EQ(ignored.ignored_refunds(), 1u);
  try {
    static_cast<void>(crm::read_purchases(rows, fields, {.negative = crm::refunds::bad_row}));
    FAIL() << "accepted";
  } catch (const crm::bad_input& e) {
    EXPECT_STREQ(e.what(), "1 problem\n  row 2: amount: value \"-4\": negative");
  }
}

TEST(purchases, bad_rows_refused_or_counted) {
  const std::vector<order> rows{{1, 30, 5.5}, {1, 40, 4}, {2, 1, .25}};
  try {
    static_cast<void>(crm::read_purchases(rows, fields));
    FAIL() << "accepted";
  } catch (const crm::bad_input& e) {
    EXPECT_EQ(e.problems().total(), 2u);
    EXPECT_EQ(e.problems().begin()->field, "amount");
    EXPECT_EQ(e.problems().begin()->row, 1u);
  }
  const auto history =
      crm::read_purchases(rows, fields, {.bad = crm::bad_purchase_rows::leave_out});
  EXPECT_EQ(history.size(), 1u);
  EXPECT_EQ(history.left_out(), 2u);
}

TEST(purchases, columns) {
  const std::vector<std::string> ids{"b", "a", "b"};
  const std::vector<std::int64_t> at{3, 2, 1};
  const std::vector<int> amounts{1, 2, 3};
  const auto history =
      crm::read_purchases(crm::purchase_fields{.customer = std::span<const std::string>(ids),
                                               .at = std::span<const std::int64_t>(at),
                                               .amount = std::span<const int>(amounts)});
  ASSERT_EQ(history.size(), 2u);
  EXPECT_EQ(history[0].purchases[0].amount, 3);
}

}  // namespace
