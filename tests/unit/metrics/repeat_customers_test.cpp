#include <crmetrics/derive/link_contacts.hpp>
#include <crmetrics/metrics/repeat_customers.hpp>

#include <gtest/gtest.h>

#include "contact_facts.hpp"

#include <optional>
#include <string>
#include <vector>

namespace {

namespace crm = crmetrics;
using crm::customer_fact;

static_assert(sizeof(crm::repeat_customers) <= 64);
static_assert(crm::metric<crm::repeat_customers, customer_fact>);
static_assert(crm::repeat_customers::sharding == crm::shard_constraint::by_entity);

crm::repeat_customers of(const std::vector<customer_fact>& customers) {
  crm::repeat_customers m;
  m.update_many(customers);
  return m;
}

TEST(repeat_customers, a_customer_counts_once) {
  const crm::estimate e =
      of({{facts::week, 9, 8}, {facts::week, 1, 0}, {facts::week, 2, 0}, {facts::week, 2, 1}})
          .result();
  EXPECT_EQ(e.status(), crm::status::ok);
  EXPECT_EQ(e.exact(), (crm::exact_ratio{2, 4}));
  EXPECT_EQ(e.name(), "repeat customers");
  EXPECT_EQ(e.convention(), "customers with a repeat contact within 7 d");
  EXPECT_EQ(e.method(), "Wilson");
  EXPECT_EQ(e.direction(), crm::direction::lower_is_better);
  EXPECT_EQ(*e.standard_error(), .25);
}

TEST(repeat_customers, customers_without_contacts_are_none) {
  EXPECT_EQ(crm::repeat_customers{}.result().status(), crm::status::no_data);
  EXPECT_EQ(of({{facts::week, 0, 0}}).result().status(), crm::status::no_data);
  EXPECT_EQ(crm::repeat_customers{}.convention(),
            "customers with a repeat contact by the rule of linking");
}

TEST(repeat_customers, two_rules_are_refused) {
  auto m = of({{facts::week, 1, 0}});
  const auto before = m;
  EXPECT_THROW(m.update({facts::month, 1, 0}), crm::definition_mismatch);
  EXPECT_THROW(m.merge(of({{facts::month, 1, 0}})), crm::definition_mismatch);
  EXPECT_THROW(crm::repeat_customers(facts::month).merge(m), crm::definition_mismatch);
  EXPECT_EQ(m, before);
  crm::contact_rule opened = facts::week;
  opened.after = crm::anchor::opened;
  m.update({opened, 3, 1});  // the anchor makes no difference
  EXPECT_EQ(m.result().n(), 2u);
  EXPECT_EQ(m.fresh(), crm::repeat_customers(opened));
}

TEST(repeat_customers, weights_merging_and_overflow) {
  crm::repeat_customers a;
  a.update({facts::week, 3, 2}, crm::frequency_weight{20});
  a.update({facts::week, 1, 0}, crm::frequency_weight{80});
  EXPECT_EQ(a.result().value(), .2);  // the published example of count.co: 20 of 100
  EXPECT_EQ(crm::repeat_customers(a).merge(a).result().exact(), (crm::exact_ratio{40, 200}));
  a.update({facts::week, 1, 0}, crm::frequency_weight{INT64_MAX - 80});
  const auto before = a;
  EXPECT_THROW(a.merge(before), crm::overflow);
  EXPECT_EQ(a, before);
}

struct call {
  std::optional<int> customer;
  std::int64_t opened = 0;
};
// The chain A, B, C: two of three contacts, one of one customer.
TEST(repeat_customers, of_linked_contacts) {
  const std::vector<call> calls{{7, 0}, {7, 5}, {7, 9}, {8, 3}, {std::nullopt, 4}, {9, 0}, {9, 50}};
  const auto linked = crm::link_contacts(
      calls, crm::contact_fields{.customer = &call::customer, .opened = &call::opened},
      crm::within{.span = crm::time_span{7}, .after = crm::anchor::opened}, crm::instant{60});
  EXPECT_EQ(of(linked.customers()).result().exact(), (crm::exact_ratio{1, 3}));
}

}  // namespace
