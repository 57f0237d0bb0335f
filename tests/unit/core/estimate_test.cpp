#include <crmetrics/core/error.hpp>
#include <crmetrics/core/estimate.hpp>

#include <gtest/gtest.h>

#include <string>

namespace {

namespace crm = crmetrics;

TEST(estimate, no_data_has_no_value) {
  const crm::estimate e;
  EXPECT_EQ(e.status(), crm::status::no_data);
  EXPECT_FALSE(e.has_value());
  EXPECT_THROW(e.value(), crm::no_value);
  EXPECT_EQ(e.value_or(-1), -1);
  EXPECT_FALSE(e.interval().has_value());
}

TEST(estimate, insufficient_data_has_a_value_but_is_not_ok) {
  crm::estimate_parts parts;
  parts.name = "x";
  parts.status = crm::status::insufficient_data;
  parts.value = 3;
  const crm::estimate e(parts);
  EXPECT_EQ(e.value(), 3);
  EXPECT_FALSE(e.ok());
  parts.status = crm::status::undefined;
  try {
    static_cast<void>(crm::estimate(parts).value());
    FAIL();
  } catch (const crm::no_value& error) {
    EXPECT_STREQ(error.what(), "x has no value: undefined");
  }
}

TEST(exclusions, add_up_by_cause_and_lose_nothing) {
  crm::exclusions x;
  x.add("product fault", 3);
  x.add("product fault", 2);
  x.add("a", 1), x.add("b", 1), x.add("c", 1), x.add("d", 1), x.add("e", 0);
  EXPECT_EQ(x.total(), 9u);
  std::uint64_t sum = 0;
  for (const auto& [cause, count] : x) sum += count;
  EXPECT_EQ(sum, 9u);
  EXPECT_EQ(x.begin()->cause.view(), "product fault");
  EXPECT_EQ(x.begin()->count, 5u);
  EXPECT_EQ((x.end() - 1)->cause.view(), "other causes");
}

TEST(problem_list, keeps_a_hundred_and_counts_all) {
  crm::problem_list list;
  EXPECT_NO_THROW(list.throw_if_any());
  for (std::uint64_t i = 1; i <= 250; ++i) list.add({"score", i, "11", "off the scale"});
  EXPECT_EQ(list.total(), 250u);
  EXPECT_EQ(list.end() - list.begin(), 100);
  const std::string text = list.text();
  EXPECT_EQ(text.rfind("250 problems\n  row 1: score: value \"11\": off the scale\n", 0), 0u);
  EXPECT_NE(text.find("and 150 more"), std::string::npos);

  const crm::problem_list copy = list;
  crm::problem_list moved = std::move(list);
  EXPECT_EQ(copy.text(), moved.text());
  moved = copy;
  EXPECT_EQ(moved.total(), 250u);
  crm::problem_list both = copy;
  both.add(copy);
  EXPECT_EQ(both.total(), 500u);
  EXPECT_THROW(both.throw_if_any(), crm::bad_input);
}

TEST(bad_input, carries_its_problems) {
  try {
    throw crm::bad_input({"agent", 7, "x", "unknown"});
  } catch (const crm::error& e) {
    EXPECT_STREQ(e.what(), "1 problem\n  row 7: agent: value \"x\": unknown");
    EXPECT_EQ(dynamic_cast<const crm::bad_input&>(e).problems().begin()->row, 7u);
  }
}

}  // namespace
