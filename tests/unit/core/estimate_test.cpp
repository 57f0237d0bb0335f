#include <crmetrics/core/estimate.hpp>
#include <crmetrics/core/status.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace {

namespace crm = crmetrics;

crm::estimate with_status(crm::status status) {
  crm::estimate_parts parts;
  parts.name = "NPS";
  parts.status = status;
  parts.value = .5;
  parts.n = 12;
  return crm::estimate(parts);
}

TEST(estimate, has_a_value_only_where_one_was_computed) {
  EXPECT_TRUE(with_status(crm::status::ok).ok());
  EXPECT_EQ(with_status(crm::status::ok).value(), .5);
  EXPECT_FALSE(with_status(crm::status::insufficient_data).ok());
  EXPECT_EQ(with_status(crm::status::insufficient_data).value(), .5);
  for (const auto status : {crm::status::no_data, crm::status::undefined}) {
    const crm::estimate e = with_status(status);
    EXPECT_FALSE(e.has_value());
    EXPECT_EQ(e.value_or(-7), -7);
    try {
      static_cast<void>(e.value());
      FAIL() << "no data became a number";
    } catch (const crm::no_value& error) {
      EXPECT_EQ(error.what(), "NPS has no value: " + std::string(to_string(status)));
    }
  }
  EXPECT_EQ(crm::estimate{}.status(), crm::status::no_data);
}

TEST(estimate, effective_n_is_n_where_nothing_else_is_said) {
  EXPECT_EQ(with_status(crm::status::ok).effective_n(), 12);
  crm::estimate_parts parts;
  parts.n = 12;
  parts.effective_n = 7.5;
  EXPECT_EQ(crm::estimate(parts).effective_n(), 7.5);
}

TEST(exclusions, are_added_up_by_cause) {
  crm::exclusions excluded;
  excluded.add("product fault", 3);
  excluded.add("outage", 0);
  excluded.add("product fault", 2);
  excluded.add("spam", 1);
  EXPECT_EQ(excluded.total(), 6u);
  std::vector<std::pair<std::string, std::uint64_t>> entries;
  for (const auto& [cause, count] : excluded) entries.emplace_back(cause.view(), count);
  EXPECT_EQ(entries, (std::vector<std::pair<std::string, std::uint64_t>>{{"product fault", 5},
                                                                         {"spam", 1}}));
}

TEST(exclusions, many_causes_share_the_last_line_and_the_total_is_right) {
  crm::exclusions excluded;
  excluded.add("a", 1);
  excluded.add("b", 2);
  excluded.add("c", 4);
  excluded.add("d", 8);
  excluded.add("e", 16);
  excluded.add("f", 32);
  excluded.add("a", 64);
  EXPECT_EQ(excluded.total(), 127u);
  std::uint64_t sum = 0;
  std::string last;
  for (const auto& [cause, count] : excluded) {
    sum += count;
    last = cause.view();
  }
  EXPECT_EQ(sum, 127u);
  EXPECT_EQ(last, "other causes");
  EXPECT_THROW(excluded.add("g", UINT64_MAX), crm::overflow);
}

}  // namespace
