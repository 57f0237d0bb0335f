#include <crmetrics/combinators/by.hpp>
#include <crmetrics/derive/link_contacts.hpp>
#include <crmetrics/intervals/wald.hpp>
#include <crmetrics/metrics/fcr.hpp>
#include <crmetrics/metrics/repeat_contact.hpp>

#include <gtest/gtest.h>

#include "contact_facts.hpp"

#include <optional>
#include <string>
#include <vector>

namespace {

namespace crm = crmetrics;
using facts::make;
using full = crm::basic_repeat_contact<crm::full_look_back>;

static_assert(sizeof(crm::repeat_contact) <= 64);
static_assert(crm::metric<crm::repeat_contact, crm::contact_fact>);

template <class Metric = crm::repeat_contact>
Metric of(const std::vector<crm::contact_fact>& contacts) {
  Metric m;
  m.update_many(contacts);
  return m;
}

// Known customers: 2 of 6 follow; two of the six came in the first window.
const std::vector<crm::contact_fact> some{
    make(facts::open | facts::short_look_back),
    make(facts::open | facts::short_look_back | facts::follows),
    make(facts::open),
    make(facts::kept | facts::follows),
    make(facts::came_back),
    make(facts::open | facts::at_the_same_time),
    make(facts::unknown)};

TEST(repeat_contact, counts_contacts_that_follow_resolved_or_not) {
  const crm::estimate e = of(some).result();
  EXPECT_EQ(e.status(), crm::status::ok);
  EXPECT_EQ(e.exact(), (crm::exact_ratio{2, 6}));
  EXPECT_EQ(e.n(), 6u);
  EXPECT_EQ(e.pending(), 0u) << "who looks back need not wait";
  ASSERT_EQ(e.excluded().total(), 1u);
  EXPECT_EQ(e.name(), "repeat contact");
  EXPECT_EQ(e.method(), "Wilson");
  EXPECT_EQ(e.unit(), crm::unit::fraction);
  EXPECT_EQ(e.direction(), crm::direction::lower_is_better);
  EXPECT_NEAR(*e.standard_error(), 0.19245008972987526, 1e-16);  // sqrt(1/3 x 2/3 / 6)
}

TEST(repeat_contact, full_look_back_leaves_out_the_first_window) {
  const crm::estimate e = of<full>(some).result();
  EXPECT_EQ(e.exact(), (crm::exact_ratio{1, 4}));
  ASSERT_EQ(e.excluded().total(), 3u);
  EXPECT_EQ(e.excluded().begin()[0].cause.view(), "short look-back");
  EXPECT_EQ(e.excluded().begin()[0].count, 2u);
  EXPECT_EQ(e.excluded().begin()[1].cause.view(), "unknown customer");
  EXPECT_EQ(e.convention(), "contacts that follow an earlier one within 7 d, with full look-back");
}

TEST(repeat_contact, no_data_is_a_status) {
  EXPECT_EQ(crm::repeat_contact{}.result().status(), crm::status::no_data);
  EXPECT_EQ(of({make(facts::unknown)}).result().status(), crm::status::no_data);
  EXPECT_EQ(of<full>({make(facts::open | facts::short_look_back)}).result().status(),
            crm::status::no_data);
}

TEST(repeat_contact, the_rule_is_adopted_without_its_anchor) {
  EXPECT_EQ(crm::repeat_contact{}.convention(),
            "contacts that follow an earlier one by the rule of linking");
  EXPECT_EQ(crm::repeat_contact{}.fresh(), crm::repeat_contact{});
  crm::repeat_contact m = of({make(facts::open)});
  EXPECT_EQ(m.convention(), "contacts that follow an earlier one within 7 d");
  // From opening to opening: where the windows of FCR begin, and what else fails, is all the same.
  crm::contact_rule opened = facts::week;
  opened.after = crm::anchor::opened;
  opened.other_failures = true;
  m.update(make(facts::open, opened));
  m.merge(of({make(facts::open, opened)}));
  EXPECT_EQ(m.result().n(), 3u);
  EXPECT_EQ(m, crm::repeat_contact(opened).merge(m));

  const auto before = m;
  try {
    m.update(make(facts::open, facts::month));
    FAIL() << "accepted";
  } catch (const crm::definition_mismatch& e) {
    EXPECT_STREQ(e.what(),
                 "repeat contact: contacts that were linked by two rules: within 7 d of opening; "
                 "and within 30 d of opening");
  }
  EXPECT_THROW(m.merge(of({make(facts::open, facts::month)})), crm::definition_mismatch);
  EXPECT_EQ(m, before);
  EXPECT_EQ(m.fresh(), crm::repeat_contact(facts::week));
  EXPECT_THROW(crm::repeat_contact(facts::month).update(make(facts::open)),
               crm::definition_mismatch);
}

TEST(repeat_contact, weights_merging_and_overflow) {
  crm::repeat_contact a;
  a.update(make(facts::open | facts::follows), crm::frequency_weight{60});
  a.update(make(facts::open), crm::frequency_weight{540});
  EXPECT_EQ(a.result().value(), .1);  // sparrowdesk's published example: 60 of 600
  for (std::size_t cut = 0; cut <= some.size(); ++cut) {
    const auto middle = some.begin() + static_cast<std::ptrdiff_t>(cut);
    crm::repeat_contact x = of({some.begin(), middle});
    EXPECT_EQ(x.merge(of({middle, some.end()})), of(some)) << cut;
  }
  a.update(make(facts::unknown), crm::frequency_weight{INT64_MAX});
  const auto before = a;
  EXPECT_THROW(a.merge(before), crm::overflow);
  EXPECT_EQ(a, before);
}

struct call {
  int customer = 0;
  std::int64_t opened = 0;
  int agent = 0;
};
constexpr crm::contact_fields fields{
    .customer = &call::customer, .opened = &call::opened, .agent = &call::agent};
constexpr crm::within window{.span = crm::time_span{7}, .after = crm::anchor::opened};

// A, B, C within a window of each other: two of three contacts are repeats, and they count at the
// agents who took them.
TEST(repeat_contact, a_chain_of_three) {
  const std::vector<call> calls{{7, 0, 1}, {7, 5, 2}, {7, 9, 2}};
  const auto linked = crm::link_contacts(calls, fields, window, crm::instant{60});
  crm::repeat_contact all;
  all.update_many(linked);
  EXPECT_EQ(all.result().exact(), (crm::exact_ratio{2, 3}));
  auto by_agent = crm::by<int>(crm::credited_agent, crm::repeat_contact{});
  by_agent.update_many(linked);
  const auto agents = by_agent.result();
  ASSERT_EQ(agents.size(), 2u);
  EXPECT_EQ(agents.rows[0].result.exact(), (crm::exact_ratio{0, 1}));
  EXPECT_EQ(agents.rows[1].result.exact(), (crm::exact_ratio{2, 2}));
}

// To charge the contact before: 1 - FCR with windows from the opening. Where all windows are over
// and no two contacts came at once, as many contacts are followed as follow.
TEST(repeat_contact, is_the_complement_of_fcr_from_the_opening_on) {
  std::vector<call> calls;
  for (int i = 0; i != 200; ++i) calls.push_back({i * i / 5 % 13, i * 57 % 503, i % 3});
  const auto linked = crm::link_contacts(calls, fields, window, crm::instant{510});
  crm::fcr fcr;
  fcr.update_many(linked);
  crm::repeat_contact repeat;
  repeat.update_many(linked);
  ASSERT_EQ(fcr.result().n(), 200u);
  EXPECT_EQ(200 - fcr.result().exact().numerator, repeat.result().exact().numerator);
  EXPECT_GT(repeat.result().exact().numerator, 10);
}

}  // namespace
