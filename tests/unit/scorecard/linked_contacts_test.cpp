// Linked contacts on a scorecard: FCR as a component, repeats as a correction, beside other events.

#include <crmetrics/combinators/by.hpp>
#include <crmetrics/combinators/linked.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/derive/link_contacts.hpp>
#include <crmetrics/io/state_bytes.hpp>
#include <crmetrics/metrics/csat.hpp>
#include <crmetrics/metrics/fcr.hpp>
#include <crmetrics/metrics/handle_time.hpp>
#include <crmetrics/metrics/repeat_contact.hpp>
#include <crmetrics/scorecard/corrector.hpp>
#include <crmetrics/scorecard/scorecard.hpp>

#include <gtest/gtest.h>

#include "../../support/sort_stably.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

namespace {

namespace crm = crmetrics;

struct call {
  int customer = 0;
  std::int64_t opened = 0;
  std::int64_t resolved = 0;
  int agent = 0;
  int seconds = 0;
  bool operator==(const call&) const = default;
};
struct survey {
  int agent = 0;
  int rating = 0;
};
constexpr crm::contact_fields roles{.customer = &call::customer,
                                    .opened = &call::opened,
                                    .resolved = &call::resolved,
                                    .agent = &call::agent};
constexpr crm::within window{.span = crm::time_span{7}};

// Agent 1: four contacts, of which two come back; agent 2: four, of which one comes back and two
// follow an earlier one of agent 1.
const std::vector<call> calls{{1, 0, 1, 1, 300},   {1, 5, 6, 2, 600},   {2, 0, 2, 1, 300},
                              {2, 4, 4, 2, 600},   {3, 10, 11, 1, 300}, {4, 20, 20, 1, 300},
                              {5, 21, 22, 2, 600}, {5, 23, 24, 2, 600}};
const std::vector<survey> surveys{{1, 5}, {1, 2}, {2, 4}, {2, 5}};

auto card(crm::fcr fcr = {}, crm::repeat_contact repeats = {}) {
  return crm::make_scorecard(
      crm::component("CSAT", crm::on(&survey::rating, crm::csat{}), crm::linear{.0, 1.0}, 40),
      crm::component("FCR", fcr, crm::linear{.floor = 0, .target = 1}, 30),
      crm::component("handle time", crm::on(&call::seconds, crm::handle_time{}),
                     crm::linear{.floor = 900, .target = 300}, 30)
          .corrected_by("repeat contacts", crm::scaled{.start = 0, .full = 1, .strength = .5}),
      crm::corrector("repeat contacts", repeats));
}
template <class Metric>
void feed(Metric& metric) {
  metric.update_many(surveys);
  metric.update_many(calls);
  metric.update_many(crm::link_contacts(calls, roles, window, crm::instant{60}));
}

TEST(linked_contacts_on_a_card, go_to_every_part_that_observes_them) {
  auto all = card();
  feed(all);
  const crm::score_report r = all.result();
  // Kept: the repeats of customers 1 and 2, the only contacts of 3 and 4, the second one of 5.
  EXPECT_EQ(r.component("FCR").raw.exact(), (crm::exact_ratio{5, 8}));
  EXPECT_EQ(r.component("CSAT").raw.exact(), (crm::exact_ratio{3, 4}));
  EXPECT_NEAR(r.component("FCR").score, 62.5, 1e-12);
  // 450 s on the way from 900 to 300 is 75 points; three of eight contacts follow another one.
  EXPECT_NEAR(r.component("handle time").score, 75 * (1 - .5 * 3 / 8), 1e-12);
  EXPECT_NEAR(*r.total, .4 * 75 + .3 * 62.5 + .3 * 75 * (1 - 1.5 / 8), 1e-12);
}

TEST(linked_contacts_on_a_card, by_agent_with_one_key_for_all_events) {
  auto team = crm::by<int>(crm::credited_agent, card());
  feed(team);
  const auto agents = team.result();
  ASSERT_EQ(agents.size(), 2u);
  const auto& first = agents.rows[0].result;
  const auto& second = agents.rows[1].result;
  EXPECT_EQ(first.component("FCR").raw.exact(), (crm::exact_ratio{2, 4})) << "charged to the first";
  EXPECT_EQ(second.component("FCR").raw.exact(), (crm::exact_ratio{3, 4}));
  EXPECT_NEAR(first.component("handle time").score, 100, 1e-12) << "none of them follows";
  EXPECT_NEAR(second.component("handle time").score, 50 * (1 - .5 * 3 / 4), 1e-12);

  auto all = card();
  feed(all);
  EXPECT_EQ(team.total(), all) << "the team is the merged states";

  // On a roster, agents without contacts have not taken the rule yet: they merge all the same.
  auto roster = crm::by(crm::credited_agent, card(), crm::roster<int>({1, 2, 3}));
  feed(roster);
  EXPECT_EQ(roster.result().size(), 3u);
  EXPECT_EQ(roster.total(), all);
}

TEST(linked_contacts_on_a_card, parts_merge_and_two_rules_do_not) {
  auto a = crm::by<int>(crm::credited_agent, card());
  a.update_many(surveys);
  auto b = crm::by<int>(crm::credited_agent, card());
  b.update_many(calls);
  b.update_many(crm::link_contacts(calls, roles, window, crm::instant{60}));
  auto both = crm::by<int>(crm::credited_agent, card());
  feed(both);
  EXPECT_EQ(a.merge(b), both);

  auto other = crm::by<int>(crm::credited_agent, card());
  other.update_many(
      crm::link_contacts(calls, roles, {.span = crm::time_span{8}}, crm::instant{60}));
  const auto before = other;
  EXPECT_THROW(other.merge(both), crm::definition_mismatch);
  EXPECT_EQ(other, before);
  EXPECT_THROW(other.update_many(crm::link_contacts(calls, roles, window, crm::instant{60})),
               crm::definition_mismatch);
  EXPECT_EQ(other, before);
}

TEST(linked_contacts_on_a_card, bytes_with_the_rule_in_the_prototype) {
  const crm::contact_rule rule = crm::link_contacts(calls, roles, window, crm::instant{60}).rule();
  auto team = crm::by<int>(crm::credited_agent, card(crm::fcr(rule), crm::repeat_contact(rule)));
  const auto prototype = team;
  feed(team);
  EXPECT_EQ(crm::from_bytes(prototype, crm::to_bytes(team)), team);
  auto adopting = crm::by<int>(crm::credited_agent, card());
  feed(adopting);
  EXPECT_THROW(static_cast<void>(crm::to_bytes(adopting)), crm::definition_mismatch);
}

// A card of linked contacts only can link on the way.
TEST(linked_contacts_on_a_card, inside_a_metric_that_links) {
  auto of_contacts = crm::make_scorecard(
      crm::component("FCR", crm::fcr{}, crm::linear{.floor = 0, .target = 1}, 1));
  auto stream = crm::linked<call>(roles, window, crm::by<int>(crm::credited_agent, of_contacts));
  auto sorted = calls;
  crmetrics::test::sort_stably(sorted,
                               [](const call& a, const call& b) { return a.opened < b.opened; });
  stream.update_many(sorted);
  stream.observe_until({60});
  const auto agents = stream.result();
  ASSERT_EQ(agents.size(), 2u);
  EXPECT_NEAR(*agents.rows[0].result.total, 50, 1e-12);
  EXPECT_NEAR(*agents.rows[1].result.total, 75, 1e-12);
}

}  // namespace
