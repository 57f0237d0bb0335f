// A generated service desk says of each contact which one it came back from: linking, which sees
// only customers, cases and times, must find the same.

#include <crmetrics/combinators/linked.hpp>
#include <crmetrics/derive/link_contacts.hpp>
#include <crmetrics/metrics/fcr.hpp>
#include <crmetrics/workload/service_desk.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <vector>

namespace {

namespace crm = crmetrics;
using crm::workload::contact;

constexpr crm::contact_fields roles{.customer = &contact::customer,
                                    .opened = &contact::opened,
                                    .resolved = &contact::resolved,
                                    .issue = &contact::issue};

TEST(link_workload, finds_the_repeats_that_were_made) {
  const auto desk = crm::workload::generate({});
  std::vector<bool> came_back(desk.contacts.size() + 1);
  std::vector<bool> in_a_week(desk.contacts.size() + 1);
  const std::int64_t week = crm::time_span(crm::days{7}).microseconds;
  for (const contact& c : desk.contacts) {
    if (!c.repeat_of) continue;
    came_back[*c.repeat_of] = true;
    const contact& before = desk.contacts[*c.repeat_of - 1];
    in_a_week[*c.repeat_of] = c.opened - before.resolved.value() <= week;
  }
  const crm::instant end{desk.observed_until - 1};
  const auto month = crm::link_contacts(desk.contacts, roles, {.span = crm::days{30}}, end);
  const auto seven = crm::link_contacts(desk.contacts, roles, {.span = crm::days{7}}, end);
  std::size_t repeats = 0;
  for (std::size_t i = 0; i != desk.contacts.size(); ++i) {
    const contact& c = desk.contacts[i];
    ASSERT_EQ(month[i].repeated(), came_back[c.id]) << c.id;
    ASSERT_EQ(seven[i].repeated(), in_a_week[c.id]) << c.id;
    ASSERT_EQ(month[i].known_customer(), c.customer.has_value());
    ASSERT_EQ(month[i].anchored(), c.customer && c.resolved);
    repeats += came_back[c.id] ? 1u : 0u;
  }
  EXPECT_GT(repeats, 5'000u);

  auto stream = crm::linked<contact>(roles, {.span = crm::days{7}}, crm::fcr{});
  for (const contact& c : desk.contacts) stream.update(c);
  stream.observe_until({desk.observed_until});
  crm::fcr at_once;
  at_once.update_many(seven);
  EXPECT_EQ(stream.result().exact(), at_once.result().exact());
  EXPECT_EQ(stream.result().pending(), at_once.result().pending());
}

}  // namespace
