#include <crmetrics/derive/contact_fact.hpp>

#include <gtest/gtest.h>

#include <cstdint>

namespace {

namespace crm = crmetrics;
using crm::contact_fact;

TEST(contact_fact, without_linking_nothing_is_known) {
  constexpr contact_fact none;
  EXPECT_FALSE(none.rule().known());
  EXPECT_FALSE(none.known_customer() || none.anchored() || none.mature() || none.repeated());
  EXPECT_FALSE(none.follows() || none.short_look_back() || none.simultaneous() || none.failed());
  EXPECT_LT(none.span().microseconds, 0);
}

TEST(contact_fact, each_finding_is_one_flag) {
  struct {
    std::uint8_t flag;
    bool (contact_fact::*says)() const noexcept;
  } const findings[] = {{crm::detail::known_customer, &contact_fact::known_customer},
                        {crm::detail::anchored, &contact_fact::anchored},
                        {crm::detail::mature, &contact_fact::mature},
                        {crm::detail::repeated, &contact_fact::repeated},
                        {crm::detail::follows, &contact_fact::follows},
                        {crm::detail::short_look_back, &contact_fact::short_look_back},
                        {crm::detail::at_the_same_time, &contact_fact::simultaneous}};
  for (const auto& set : findings) {
    const contact_fact fact({.span = crm::days{7}}, set.flag, crm::time_span{5}, false);
    for (const auto& asked : findings) {
      EXPECT_EQ((fact.*asked.says)(), asked.flag == set.flag) << int{set.flag};
    }
    EXPECT_EQ(fact.span().microseconds, 5);
    EXPECT_EQ(fact.rule().span, crm::time_span(crm::days{7}));
    EXPECT_FALSE(fact.failed());
  }
  EXPECT_TRUE(contact_fact({}, 0, {}, true).failed());
}

TEST(contact_fact, customers_and_chains_begin_empty) {
  constexpr crm::customer_fact customer;
  EXPECT_EQ(customer.contacts + customer.repeats, 0u);
  constexpr crm::contact_chain chain;
  EXPECT_EQ(chain.length, 0u);
  EXPECT_FALSE(chain.closed);
}

}  // namespace
