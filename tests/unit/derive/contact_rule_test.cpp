#include <crmetrics/derive/contact_rule.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace {

namespace crm = crmetrics;
using crm::contact_rule;
using crm::subject;

static_assert(sizeof(contact_rule) == 16, "it travels in every fact");
static_assert(!contact_rule{}.known());
static_assert(contact_rule{.span = {0}}.known(), "a window without length is a window");
static_assert(crm::within{}.span == crm::time_span(crm::days{7}));
static_assert(crm::within{} == crm::within{crm::days{7}});
static_assert(!(crm::within{} == crm::within{.last_instant = false}));

std::string described(const contact_rule& rule) {
  crm::convention_text text;
  rule.describe(text);
  return std::string(text.view());
}
std::string window(const contact_rule& rule) {
  crm::convention_text text;
  rule.describe_window(text);
  return std::string(text.view());
}

TEST(contact_rule, says_itself_in_words) {
  EXPECT_EQ(described({.span = crm::days{7}}), "within 7 d of resolution");
  EXPECT_EQ(described({.span = crm::hours{36}}), "within 129600 s of resolution");
  EXPECT_EQ(described({.span = {1}}), "within 1 us of resolution");
  EXPECT_EQ(described({.span = crm::days{30}, .after = crm::anchor::opened, .last_instant = false}),
            "in less than 30 d of opening");
  EXPECT_EQ(described({.span = crm::days{7}, .about = subject::customer_and_issue}),
            "within 7 d of resolution, same issue");
  EXPECT_EQ(described({.span = crm::days{7}, .about = subject::customer_and_relation}),
            "within 7 d of resolution, related");
  EXPECT_EQ(described({.span = crm::days{7}, .simultaneous = true}),
            "within 7 d of resolution, also simultaneous");
  EXPECT_EQ(window({.span = crm::days{7}, .about = subject::customer_and_issue}),
            "within 7 d, same issue");
}

TEST(contact_rule, what_matters_to_metrics_that_look_back) {
  const contact_rule rule{.span = crm::days{7},
                          .after = crm::anchor::resolved,
                          .last_instant = false,
                          .simultaneous = true,
                          .about = subject::customer_and_issue,
                          .other_failures = true};
  contact_rule opened = rule;
  opened.after = crm::anchor::opened;
  opened.other_failures = false;
  EXPECT_EQ(rule.of_openings(), opened);
  EXPECT_EQ(opened.of_openings(), opened);
  EXPECT_EQ(contact_rule{}.of_openings(), contact_rule{}) << "no rule stays no rule";
}

TEST(contact_rule, every_setting_tells_two_rules_apart) {
  const contact_rule week{.span = crm::days{7}};
  const contact_rule others[] = {
      {.span = crm::days{8}},
      {.span = crm::days{7}, .after = crm::anchor::opened},
      {.span = crm::days{7}, .last_instant = false},
      {.span = crm::days{7}, .simultaneous = true},
      {.span = crm::days{7}, .about = subject::customer_and_issue},
      {.span = crm::days{7}, .about = subject::customer_and_relation},
      {.span = crm::days{7}, .other_failures = true},
  };
  for (const contact_rule& other : others) {
    contact_rule own = week;
    try {
      crm::detail::adopt(own, other, "FCR");
      FAIL() << "accepted " << described(other);
    } catch (const crm::definition_mismatch& e) {
      const std::string failed = other.other_failures ? ", or failed otherwise" : "";
      EXPECT_EQ(std::string(e.what()),
                "FCR: contacts that were linked by two rules: within 7 d of resolution; and " +
                    described(other) + failed);
    }
    EXPECT_EQ(own, week);
  }
}

TEST(contact_rule, the_first_one_known_is_adopted) {
  const contact_rule week{.span = crm::days{7}};
  contact_rule own;
  crm::detail::adopt(own, {}, "FCR");
  EXPECT_FALSE(own.known());
  crm::detail::adopt(own, week, "FCR");
  EXPECT_EQ(own, week);
  crm::detail::adopt(own, {}, "FCR");
  EXPECT_EQ(own, week);
}

}  // namespace
