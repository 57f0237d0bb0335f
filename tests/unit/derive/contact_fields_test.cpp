#include <crmetrics/derive/contact_fields.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace {

namespace crm = crmetrics;

struct call {
  int customer = 0;
  std::int64_t opened = 0;
  std::optional<std::int64_t> resolved;
  std::string topic;
  int agent = 0;
  int resolver = 0;
  bool reopened = false;
};

constexpr crm::contact_fields least{.customer = &call::customer, .opened = &call::opened};
constexpr crm::contact_fields most{.customer = &call::customer,
                                   .opened = &call::opened,
                                   .resolved = &call::resolved,
                                   .issue = &call::topic,
                                   .agent = &call::agent,
                                   .resolver = &call::resolver,
                                   .failed = &call::reopened};
constexpr auto same_word = [](const call& a, const call& b) { return a.topic == b.topic; };
constexpr crm::contact_fields related{
    .customer = &call::customer, .opened = &call::opened, .related = same_word};

static_assert(least.has_customer && least.has_opened && !least.has_resolved && !least.has_issue);
static_assert(!least.has_related && !least.has_agent && !least.has_resolver && !least.has_failed);
static_assert(most.has_resolved && most.has_issue && most.has_agent && most.has_resolver &&
              most.has_failed && !most.has_related && !most.of_columns);
static_assert(related.has_related && !related.has_issue);
static_assert(sizeof(least) <= 3 * sizeof(std::intptr_t), "roles nobody plays take no place");

TEST(contact_fields, columns_of_one_length) {
  const std::vector<int> customers(5);
  const std::vector<std::int64_t> opened(5);
  const std::vector<bool> failed(5);
  const crm::contact_fields columns{
      .customer = std::span(customers), .opened = std::span(opened), .failed = failed};
  static_assert(decltype(columns)::of_columns && decltype(columns)::has_failed);
  EXPECT_EQ(crm::detail::rows_of(columns), 5u);
}

TEST(contact_fields, each_role_of_another_length_is_named) {
  const std::vector<int> three(3);
  const std::vector<std::int64_t> times(2);
  const std::vector<std::optional<std::int64_t>> maybe(3);
  const crm::contact_fields columns{.customer = three,
                                    .opened = times,
                                    .resolved = maybe,
                                    .issue = std::vector<int>(4),
                                    .agent = three,
                                    .resolver = std::vector<int>(),
                                    .failed = std::vector<bool>(1)};
  try {
    static_cast<void>(crm::detail::rows_of(columns));
    FAIL() << "accepted";
  } catch (const crm::bad_input& e) {
    EXPECT_STREQ(e.what(),
                 "4 problems\n"
                 "  opened: value \"2 rows\": the column of customer has 3\n"
                 "  issue: value \"4 rows\": the column of customer has 3\n"
                 "  resolver: value \"0 rows\": the column of customer has 3\n"
                 "  failed: value \"1 rows\": the column of customer has 3");
  }
}

}  // namespace
