#include <crmetrics/combinators/by.hpp>
#include <crmetrics/derive/link_contacts.hpp>
#include <crmetrics/intervals/wald.hpp>
#include <crmetrics/metrics/fcr.hpp>

#include <gtest/gtest.h>

#include "contact_facts.hpp"

#include <optional>
#include <string>
#include <vector>

namespace {

namespace crm = crmetrics;
using facts::make;

static_assert(sizeof(crm::fcr) <= 64);
static_assert(crm::metric<crm::fcr, crm::contact_fact>);

template <class Metric = crm::fcr>
Metric of(const std::vector<crm::contact_fact>& contacts) {
  Metric m;
  m.update_many(contacts);
  return m;
}

const std::vector<crm::contact_fact> some{
    make(facts::kept),      make(facts::kept),    make(facts::kept),
    make(facts::came_back), make(facts::recent),  make(facts::recent_repeated),
    make(facts::open),      make(facts::unknown), make(facts::came_back),
    make(facts::unknown),   make(facts::kept),    make(facts::unknown)};

TEST(fcr, counts_mature_contacts_and_shows_the_others) {
  const crm::estimate e = of(some).result();
  EXPECT_EQ(e.status(), crm::status::ok);
  EXPECT_EQ(e.exact(), (crm::exact_ratio{4, 6}));
  EXPECT_EQ(e.value(), 4. / 6);
  EXPECT_EQ(e.n(), 6u);
  EXPECT_EQ(e.pending(), 2u) << "repeated or not: whoever waits for a repeat must wait for all";
  ASSERT_EQ(e.excluded().total(), 4u);
  EXPECT_EQ(e.excluded().begin()[0].cause.view(), "not resolved");
  EXPECT_EQ(e.excluded().begin()[0].count, 1u);
  EXPECT_EQ(e.excluded().begin()[1].cause.view(), "unknown customer");
  EXPECT_EQ(e.excluded().begin()[1].count, 3u);
  EXPECT_EQ(e.missing(), 0u);
  EXPECT_EQ(e.invalid(), 0u);
}

// What most reports print: contacts of yesterday are a success until the customer calls again.
TEST(fcr, naive_maturity_counts_what_is_not_known_yet) {
  const crm::estimate e = of<crm::basic_fcr<crm::naive_maturity>>(some).result();
  EXPECT_EQ(e.exact(), (crm::exact_ratio{5, 8}));
  EXPECT_EQ(e.pending(), 0u);
  EXPECT_EQ(e.excluded().total(), 4u);
  EXPECT_EQ(e.convention(), "no repeat within 7 d of resolution, too recent is resolved");
}

// SQM's published example: 280 of 400 resolved. Error and Wilson interval by mpmath, 30 digits.
TEST(fcr, value_error_and_interval) {
  crm::fcr m;
  m.update(make(facts::kept), crm::frequency_weight{280});
  m.update(make(facts::came_back), crm::frequency_weight{120});
  const crm::estimate e = m.result();
  EXPECT_EQ(e.value(), .7);
  EXPECT_NEAR(*e.standard_error(), 0.022912878474779200, 1e-16);
  EXPECT_NEAR(e.interval()->low, 0.65336275422247845, 1e-14);
  EXPECT_NEAR(e.interval()->high, 0.74283232804380295, 1e-14);
  EXPECT_EQ(e.method(), "Wilson");
  EXPECT_EQ(e.name(), "FCR");
  EXPECT_EQ(e.unit(), crm::unit::fraction);
  EXPECT_EQ(e.direction(), crm::direction::higher_is_better);

  crm::basic_fcr<crm::drop_immature, crm::wald> wald;
  wald.update(make(facts::kept), crm::frequency_weight{280});
  wald.update(make(facts::came_back), crm::frequency_weight{120});
  EXPECT_NEAR(wald.result().interval()->low, .7 - 1.959963984540054 * 0.0229128784747792, 1e-14);
}

TEST(fcr, another_failure_counts_as_much_as_a_repeat) {
  crm::contact_rule rule = facts::week;
  rule.other_failures = true;
  crm::fcr m;
  m.update(make(facts::kept, rule));
  m.update(make(facts::kept, rule, -1, true));
  m.update(make(facts::came_back, rule, -1, true));
  m.update(make(facts::recent, rule, -1, true));
  EXPECT_EQ(m.result().exact(), (crm::exact_ratio{1, 3}));
  EXPECT_EQ(m.result().pending(), 1u);
  EXPECT_EQ(m.result().convention(),
            "no repeat or failure within 7 d of resolution, too recent is pending");
}

TEST(fcr, no_data_is_a_status) {
  EXPECT_EQ(crm::fcr{}.result().status(), crm::status::no_data);
  const crm::estimate e =
      of({make(facts::recent), make(facts::open), make(facts::unknown)}).result();
  EXPECT_EQ(e.status(), crm::status::no_data);
  EXPECT_THROW(static_cast<void>(e.value()), crm::no_value);
  EXPECT_FALSE(e.interval().has_value());
  EXPECT_EQ(e.pending(), 1u);
  EXPECT_EQ(e.excluded().total(), 2u);
}

TEST(fcr, the_definition_is_the_rule_of_the_first_contact) {
  crm::fcr m;
  EXPECT_FALSE(m.rule().known());
  EXPECT_EQ(m.convention(), "no repeat, by the rule of linking, too recent is pending");
  m.update(make(facts::unknown));
  EXPECT_EQ(m.rule(), facts::week);
  EXPECT_EQ(m.convention(), "no repeat within 7 d of resolution, too recent is pending");

  const crm::fcr before = m;
  try {
    m.update(make(facts::kept, facts::month));
    FAIL() << "accepted";
  } catch (const crm::definition_mismatch& e) {
    EXPECT_STREQ(e.what(),
                 "FCR: contacts that were linked by two rules: within 7 d of resolution; and "
                 "within 30 d of resolution");
  }
  EXPECT_EQ(m, before);
  EXPECT_THROW(m.update_many(std::vector{make(facts::kept), make(facts::kept, facts::month)}),
               crm::definition_mismatch);
  EXPECT_EQ(m, before);
  EXPECT_EQ(m.fresh().rule(), facts::week) << "fresh keeps settings";
  EXPECT_EQ(m.fresh(), crm::fcr(facts::week));
}

TEST(fcr, a_given_rule_refuses_others_from_the_first_contact_on) {
  crm::fcr m(facts::month);
  EXPECT_EQ(m.convention(), "no repeat within 30 d of resolution, too recent is pending");
  EXPECT_THROW(m.update(make(facts::kept)), crm::definition_mismatch);
  EXPECT_EQ(m, crm::fcr(facts::month));
  m.update(make(facts::kept, facts::month));
  EXPECT_EQ(m.result().n(), 1u);
}

TEST(fcr, merging_adds_counts_and_refuses_two_rules) {
  const crm::fcr all = of(some);
  for (std::size_t cut = 0; cut <= some.size(); ++cut) {
    const auto middle = some.begin() + static_cast<std::ptrdiff_t>(cut);
    crm::fcr a = of({some.begin(), middle});
    a.merge(of({middle, some.end()}));
    EXPECT_EQ(a, all) << cut;
  }
  crm::fcr other = of({make(facts::kept, facts::month)});
  const crm::fcr before = other;
  EXPECT_THROW(other.merge(all), crm::definition_mismatch);
  EXPECT_EQ(other, before);
  other.merge(crm::fcr{});  // knows of no rule
  EXPECT_EQ(other, before);
  EXPECT_EQ(crm::fcr{}.merge(before), before);
}

TEST(fcr, a_merge_that_overflows_leaves_everything) {
  crm::fcr m;
  m.update(make(facts::kept), crm::frequency_weight{5});
  m.update(make(facts::unknown), crm::frequency_weight{INT64_MAX});
  const crm::fcr before = m;
  EXPECT_THROW(m.merge(before), crm::overflow);
  EXPECT_EQ(m, before);
  EXPECT_THROW(m.update(make(facts::unknown), crm::frequency_weight{1u << 20}), crm::overflow);
  EXPECT_EQ(m, before);
}

// --- who is charged ---------------------------------------------------------------------------

struct call {
  int customer = 0;
  std::int64_t opened = 0;
  std::optional<std::int64_t> resolved;
  int agent = 0;
  int resolver = 0;
};
constexpr crm::contact_fields fields{.customer = &call::customer,
                                     .opened = &call::opened,
                                     .resolved = &call::resolved,
                                     .agent = &call::agent,
                                     .resolver = &call::resolver};

// A, B, C within a window of each other: A and B failed, C did not. The agents of A and B are
// charged, though the agent of C had the third call of it.
TEST(fcr, a_repeat_is_charged_to_the_contact_before_it) {
  const std::vector<call> calls{{7, 0, 1, 1, 11}, {7, 5, 6, 2, 11}, {7, 9, 9, 3, 12}};
  const auto linked =
      crm::link_contacts(calls, fields, crm::within{crm::time_span{7}}, crm::instant{60});
  auto by_agent = crm::by<int>(crm::credited_agent, crm::fcr{});
  by_agent.update_many(linked);
  const auto agents = by_agent.result();
  ASSERT_EQ(agents.size(), 3u);
  EXPECT_EQ(agents.rows[0].result.exact(), (crm::exact_ratio{0, 1}));
  EXPECT_EQ(agents.rows[1].result.exact(), (crm::exact_ratio{0, 1}));
  EXPECT_EQ(agents.rows[2].result.exact(), (crm::exact_ratio{1, 1}));

  auto by_resolver = crm::by<int>(crm::credited_resolver, crm::fcr{});
  by_resolver.update_many(linked);
  const auto resolvers = by_resolver.result();
  ASSERT_EQ(resolvers.size(), 2u);
  EXPECT_EQ(resolvers.rows[0].key, 11);
  EXPECT_EQ(resolvers.rows[0].result.exact(), (crm::exact_ratio{0, 2}));
  EXPECT_EQ(resolvers.rows[1].result.exact(), (crm::exact_ratio{1, 1}));
  EXPECT_EQ(by_agent.total().result().exact(), (crm::exact_ratio{1, 3}));
}

// What counts as back depends on where the window begins: asked again a day after the answer, but
// ten days after the question.
TEST(fcr, the_anchor_matters) {
  const std::vector<call> calls{{7, 0, 9, 1, 1}, {7, 10, 10, 1, 1}};
  const auto share = [&](crm::anchor after) {
    crm::fcr m;
    m.update_many(
        crm::link_contacts(calls, fields, crm::within{crm::time_span{7}, after}, crm::instant{60}));
    return m.result();
  };
  EXPECT_EQ(share(crm::anchor::resolved).exact(), (crm::exact_ratio{1, 2}));
  EXPECT_EQ(share(crm::anchor::opened).exact(), (crm::exact_ratio{2, 2}));
  EXPECT_EQ(share(crm::anchor::opened).convention(),
            "no repeat within 7 us of opening, too recent is pending");
}

}  // namespace
