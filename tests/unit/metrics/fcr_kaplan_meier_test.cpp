#include <crmetrics/derive/link_contacts.hpp>
#include <crmetrics/metrics/fcr.hpp>
#include <crmetrics/metrics/fcr_kaplan_meier.hpp>

#include <gtest/gtest.h>

#include "contact_facts.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace {

namespace crm = crmetrics;
using facts::make;

static_assert(crm::metric<crm::fcr_kaplan_meier, crm::contact_fact>);

template <class Contacts>
crm::fcr_kaplan_meier of(const Contacts& contacts) {
  crm::fcr_kaplan_meier m;
  m.update_many(contacts);
  return m;
}

// Weeks to relapse under 6-MP, 21 patients, + where observation ended first (Freireich et al. 1963,
// Blood 21(6), 699-716): the example of most textbooks on survival, here as weeks until a customer
// came back.
struct patient {
  std::int64_t weeks;
  bool relapsed;
};
const std::vector<patient> remission{
    {6, true},   {6, true},   {6, true},   {6, false},  {7, true},   {9, false},  {10, true},
    {10, false}, {11, false}, {13, true},  {16, true},  {17, false}, {19, false}, {20, false},
    {22, true},  {23, true},  {25, false}, {32, false}, {32, false}, {34, false}, {35, false}};

// S as published to three digits; error and limits by exact fractions and mpmath (40 digits), which
// agree with the table that R's survfit(conf.type = "log-log") prints.
struct published {
  std::int64_t weeks;
  double s, value, error, low, high;
};
const published table[] = {
    {6, .857, 0.85714285714285714, 0.076360354832121253, 0.61971795526598378, 0.95155174764699703},
    {7, .807, 0.80672268907563025, 0.086935285180057197, 0.56314656462223332, 0.92280901920288045},
    {10, .753, 0.75294117647058824, 0.096349652994320515, 0.50319951079995636, 0.88936183516926559},
    {13, .690, 0.69019607843137255, 0.10681470777500982, 0.431610222486184, 0.84906596334945081},
    {16, .627, 0.62745098039215686, 0.11405386525675254, 0.36751085598750202, 0.80491218947184132},
    {22, .538, 0.53781512605042017, 0.12823375169303399, 0.26777893676713499, 0.74679071763539459},
    {23, .448, 0.44817927170868347, 0.13459145675576046, 0.18805200595923234, 0.68014262849524151}};

void expect_published(const crm::estimate& e, const published& row) {
  EXPECT_NEAR(e.value(), row.s, 5.1e-4);
  EXPECT_NEAR(e.value(), row.value, 1e-15);
  EXPECT_NEAR(*e.standard_error(), row.error, 1e-15);
  EXPECT_NEAR(e.interval()->low, row.low, 1e-14);
  EXPECT_NEAR(e.interval()->high, row.high, 1e-14);
  EXPECT_EQ(e.n(), 21u);
}

TEST(fcr_kaplan_meier, remission_under_6_mp_as_published) {
  for (const published& row : table) {
    SCOPED_TRACE(row.weeks);
    const crm::contact_rule rule{.span = crm::days{7 * row.weeks}};
    const std::int64_t week = crm::time_span(crm::days{7}).microseconds;
    std::vector<crm::contact_fact> contacts;
    for (const patient& p : remission) {
      const bool seen = p.relapsed && p.weeks <= row.weeks;
      const std::int64_t weeks = std::min(p.weeks, row.weeks);
      contacts.push_back(make(seen ? facts::recent_repeated : facts::recent, rule, weeks * week));
    }
    expect_published(of(contacts).result(), row);
  }
}

// The same through linking: who relapsed calls again so many weeks later; the others were resolved
// so many weeks before the observation ended.
struct call {
  int customer = 0;
  std::int64_t opened = 0;
  std::optional<std::int64_t> resolved;
};
TEST(fcr_kaplan_meier, remission_through_linking) {
  const std::int64_t end = 1'000;
  std::vector<call> calls;
  for (const patient& p : remission) {
    const int customer = static_cast<int>(calls.size());
    const std::int64_t opened = p.relapsed ? 0 : end - p.weeks;
    calls.push_back({customer, opened, opened});
    if (p.relapsed) calls.push_back({customer, p.weeks, std::nullopt});
  }
  for (const published& row : table) {
    SCOPED_TRACE(row.weeks);
    const auto linked = crm::link_contacts(
        calls,
        crm::contact_fields{
            .customer = &call::customer, .opened = &call::opened, .resolved = &call::resolved},
        crm::within{crm::time_span{row.weeks}}, crm::instant{end}, {.keep_spans = true});
    const crm::estimate e = of(linked).result();
    expect_published(e, row);
    EXPECT_EQ(e.excluded().total(), 9u) << "the second calls were not resolved";
  }
}

TEST(fcr_kaplan_meier, equals_fcr_where_all_windows_are_over) {
  std::vector<crm::contact_fact> contacts;
  const std::int64_t length = facts::week.span.microseconds;
  for (std::int64_t i = 1; i != 40; ++i) {
    contacts.push_back(i % 3 == 0 ? make(facts::came_back, facts::week, i % 7 * 1'000)
                                  : make(facts::kept, facts::week, length));
  }
  crm::fcr share;
  share.update_many(contacts);
  const crm::estimate e = of(contacts).result();
  EXPECT_NEAR(e.value(), share.result().value(), 1e-15);
  // Without censoring Greenwood's variance is that of a share.
  EXPECT_NEAR(*e.standard_error(), *share.result().standard_error(), 1e-15);
}

TEST(fcr_kaplan_meier, what_the_estimate_shows) {
  const crm::estimate e =
      of(std::vector{make(facts::recent, facts::week, 5),
                     make(facts::recent_repeated, facts::week, 3), make(facts::open),
                     make(facts::unknown), make(facts::unknown)})
          .result();
  EXPECT_EQ(e.name(), "FCR");
  EXPECT_EQ(e.convention(), "no repeat within 7 d of resolution, Kaplan-Meier");
  EXPECT_EQ(e.method(), "Greenwood, log-log");
  EXPECT_EQ(e.unit(), crm::unit::fraction);
  EXPECT_EQ(e.direction(), crm::direction::higher_is_better);
  EXPECT_EQ(e.n(), 2u);
  EXPECT_EQ(e.pending(), 0u) << "what is known of them is used";
  EXPECT_EQ(e.value(), .5);
  EXPECT_FALSE(e.exact().known());
  ASSERT_EQ(e.excluded().total(), 3u);
  EXPECT_EQ(e.excluded().begin()[0].cause.view(), "not resolved");
  EXPECT_EQ(e.excluded().begin()[1].count, 2u);
}

TEST(fcr_kaplan_meier, no_data_and_the_ends_of_the_range) {
  EXPECT_EQ(crm::fcr_kaplan_meier{}.result().status(), crm::status::no_data);
  EXPECT_EQ(of(std::vector{make(facts::unknown)}).result().status(), crm::status::no_data);
  const crm::estimate all = of(std::vector{make(facts::kept, facts::week, 9)}).result();
  EXPECT_EQ(all.value(), 1);
  EXPECT_FALSE(all.interval().has_value()) << "log(-log 1) is no number";
  const crm::estimate none = of(std::vector{make(facts::came_back, facts::week, 9)}).result();
  EXPECT_EQ(none.value(), 0);
  EXPECT_FALSE(none.standard_error().has_value());
}

TEST(fcr_kaplan_meier, another_failure_is_a_repeat_at_once) {
  crm::contact_rule rule = facts::week;
  rule.other_failures = true;
  const auto m = of(std::vector{make(facts::kept, rule, 9, true), make(facts::kept, rule, 9),
                                make(facts::recent, rule, 1), make(facts::recent, rule, 1)});
  EXPECT_EQ(m.result().value(), .75);
  EXPECT_EQ(m.convention(), "no repeat or failure within 7 d of resolution, Kaplan-Meier");
}

TEST(fcr_kaplan_meier, contacts_without_spans_and_of_another_rule_are_refused) {
  crm::fcr_kaplan_meier m;
  try {
    m.update_many(std::vector{make(facts::kept, facts::week, 1), make(facts::kept)});
    FAIL() << "accepted";
  } catch (const crm::bad_input& e) {
    EXPECT_STREQ(e.what(),
                 "1 problem\n  row 2: span: value \"none\": contacts were linked without "
                 "keep_spans");
  }
  EXPECT_EQ(m, crm::fcr_kaplan_meier{});
  EXPECT_THROW(m.update(make(facts::kept)), crm::bad_input);
  EXPECT_THROW(m.update(make(facts::kept, facts::week, facts::week.span.microseconds + 1)),
               crm::bad_input);
  EXPECT_EQ(m, crm::fcr_kaplan_meier{}) << "not even the rule is taken";
  m.update(make(facts::kept, facts::week, 1));
  const auto before = m;
  EXPECT_THROW(m.update(make(facts::kept, facts::month, 1)), crm::definition_mismatch);
  EXPECT_THROW(m.merge(of(std::vector{make(facts::kept, facts::month, 1)})),
               crm::definition_mismatch);
  EXPECT_EQ(m, before);
  EXPECT_EQ(m.fresh(), crm::fcr_kaplan_meier(facts::week));
}

TEST(fcr_kaplan_meier, merging_is_one_pass) {
  std::vector<crm::contact_fact> contacts;
  for (std::int64_t i = 0; i != 700; ++i) {
    const unsigned flags = i % 5 == 0   ? facts::recent_repeated
                           : i % 7 == 0 ? facts::unknown
                                        : facts::recent;
    contacts.push_back(make(flags, facts::week, i * 7'919 % 600));
  }
  const auto all = of(contacts);
  for (const std::ptrdiff_t cut : {0, 1, 300, 699, 700}) {
    auto a = of(std::vector(contacts.begin(), contacts.begin() + cut));
    a.merge(of(std::vector(contacts.begin() + cut, contacts.end())));
    EXPECT_EQ(a, all) << cut;
    EXPECT_EQ(a.result().value(), all.result().value());
  }
}

}  // namespace
