#include <crmetrics/derive/roles.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <deque>
#include <list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace crm = crmetrics;

struct call {
  int customer = 0;
  std::optional<std::string> topic;
  int twice() const { return 2 * customer; }
};

// What plays a role, and how it is told apart: by its type alone.
static_assert(!crm::played_role<crm::no_role>);
static_assert(crm::column_role<std::vector<int>> && crm::column_role<std::span<const int>>);
static_assert(crm::column_role<std::deque<std::optional<int>>> &&
              crm::column_role<std::array<double, 3>>);
static_assert(crm::column_role<std::vector<std::string>>);
static_assert(!crm::column_role<std::list<int>>, "row numbers need random access");
static_assert(!crm::column_role<std::string> && !crm::column_role<std::string_view>,
              "a text is one value and no column of characters");
static_assert(crm::projection_role<decltype(&call::customer)> &&
              crm::projection_role<decltype(&call::twice)>);
static_assert(!crm::projection_role<std::vector<int>> && !crm::projection_role<crm::no_role>);

using crm::detail::read_role;
using crm::detail::role_value;
static_assert(std::same_as<role_value<decltype(&call::topic), call>, std::string>);
static_assert(
    std::same_as<role_value<std::vector<std::optional<std::int64_t>>, std::size_t>, std::int64_t>);
static_assert(std::same_as<role_value<std::span<const double>, std::size_t>, double>);

TEST(roles, members_functions_and_columns_are_read_alike) {
  const call c{21, "bill"};
  EXPECT_EQ(read_role(&call::customer, c), 21);
  EXPECT_EQ(read_role(&call::twice, c), 42);
  EXPECT_EQ(read_role([](const call& x) { return x.customer + 1; }, c), 22);
  EXPECT_EQ(&read_role(&call::topic, c), &c.topic) << "no copy";

  const std::vector<int> column{4, 5, 6};
  EXPECT_EQ(read_role(column, std::size_t{2}), 6);
  EXPECT_EQ(read_role(std::span(column), std::size_t{0}), 4);
  EXPECT_EQ(&read_role(column, std::size_t{1}), &column[1]) << "no copy";
}

TEST(roles, columns_must_have_as_many_rows_and_the_message_names_each_that_has_not) {
  crm::detail::row_count count;
  count.look_at("customer", std::vector<int>(3));
  count.look_at("opened", std::vector<int>(3));
  count.look_at("issue", crm::no_role{});
  EXPECT_EQ(count.rows(), 3u);
  count.look_at("resolved", std::vector<int>(2));
  count.look_at("agent", std::vector<int>(4));
  try {
    static_cast<void>(count.rows());
    FAIL() << "accepted";
  } catch (const crm::bad_input& e) {
    EXPECT_STREQ(e.what(),
                 "2 problems\n"
                 "  resolved: value \"2 rows\": the column of customer has 3\n"
                 "  agent: value \"4 rows\": the column of customer has 3");
  }
  EXPECT_EQ(crm::detail::row_count{}.rows(), 0u);
}

TEST(roles, row_numbers) {
  const auto rows = crm::detail::row_numbers(3);
  ASSERT_EQ(rows.size(), 3u);
  for (std::size_t i = 0; i != 3; ++i) EXPECT_EQ(rows[i], i);
}

}  // namespace
