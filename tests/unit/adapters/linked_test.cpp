#include <crmetrics/adapters/boost_accumulators.hpp>
#include <crmetrics/adapters/boost_date_time.hpp>
#include <crmetrics/adapters/linked.hpp>
#include <crmetrics/adapters/range_v3.hpp>
#include <crmetrics/combinators/by.hpp>
#include <crmetrics/combinators/linked.hpp>
#include <crmetrics/metrics/fcr.hpp>
#include <crmetrics/metrics/repeat_contact.hpp>
#include <crmetrics/metrics/repeat_customers.hpp>

#include <gtest/gtest.h>

#include <boost/accumulators/statistics/count.hpp>
#include <boost/accumulators/statistics/stats.hpp>

#include <range/v3/range/concepts.hpp>
#include <range/v3/view/filter.hpp>
#include <range/v3/view/join.hpp>
#include <range/v3/view/transform.hpp>

#include <algorithm>
#include <optional>
#include <ranges>
#include <string>
#include <vector>

namespace {

namespace crm = crmetrics;
namespace ba = boost::accumulators;

struct call {
  int customer = 0;
  std::int64_t opened = 0;
  std::optional<std::int64_t> resolved;
  int agent = 0;
  bool spam = false;
  bool operator==(const call&) const = default;
};
constexpr crm::contact_fields roles{.customer = &call::customer,
                                    .opened = &call::opened,
                                    .resolved = &call::resolved,
                                    .agent = &call::agent};
constexpr crm::within window{.span = crm::time_span{7}};
constexpr crm::instant until{60};

const std::vector<call> calls{{1, 0, 1, 1, false},   {1, 5, 6, 2, false},  {1, 9, 9, 3, false},
                              {2, 3, 4, 1, false},   {2, 6, 6, 1, true},   {3, 20, 22, 2, false},
                              {3, 59, 59, 2, false}, {4, 30, {}, 1, false}};

template <class Linked>
crm::fcr fcr_of(const Linked& linked) {
  crm::fcr m;
  m.update_many(linked);
  return m;
}
const crm::fcr all = fcr_of(crm::link_contacts(calls, roles, window, until));

using linked_calls = decltype(crm::link_contacts(calls, roles, window, until));
static_assert(std::ranges::random_access_range<const linked_calls>);
static_assert(std::ranges::sized_range<const linked_calls>);
static_assert(ranges::random_access_range<const linked_calls> &&
              ranges::sized_range<const linked_calls>);

TEST(linked_step, of_a_container_and_into_a_metric) {
  EXPECT_EQ(all.result().exact(), (crm::exact_ratio{3, 6}));
  EXPECT_EQ((calls | crm::linked(roles, window, until) | crm::into(crm::fcr{})), all);
  const auto by_agent = calls | crm::linked(roles, window, until) |
                        crm::into(crm::by<int>(crm::credited_agent, crm::fcr{}));
  EXPECT_EQ(by_agent.result().size(), 3u);
  EXPECT_EQ(by_agent.total(), all);
  // A period holds the beginning of the observation as well.
  const auto looked_back = calls | crm::linked(roles, window, crm::period(crm::instant{0}, until)) |
                           crm::into(crm::basic_repeat_contact<crm::full_look_back>{});
  EXPECT_EQ(looked_back.result().excluded().total(), 4u);
}

TEST(linked_step, views_of_both_libraries_before_and_after) {
  const std::vector<call> kept{calls[0], calls[1], calls[2], calls[3],
                               calls[5], calls[6], calls[7]};
  const auto expected = fcr_of(crm::link_contacts(kept, roles, window, until));
  EXPECT_NE(expected, all);
  const auto real = [](const call& c) { return !c.spam; };
  EXPECT_EQ((calls | ranges::views::filter(real) | crm::linked(roles, window, until) |
             crm::into(crm::fcr{})),
            expected);
  EXPECT_EQ((calls | std::views::filter(real) | crm::linked(roles, window, until) |
             crm::into(crm::fcr{})),
            expected);
  const std::vector<std::vector<call>> days{{calls.begin(), calls.begin() + 3},
                                            {calls.begin() + 3, calls.end()}};
  EXPECT_EQ(
      (days | ranges::views::join | crm::linked(roles, window, until) | crm::into(crm::fcr{})),
      all);
  EXPECT_EQ((calls | ranges::views::transform([](call c) { return c; }) |
             crm::linked(roles, window, until) | crm::into(crm::fcr{})),
            all);

  // Views of linked contacts.
  const auto linked = calls | crm::linked(roles, window, until);
  const auto of_agent_1 = [](const auto& contact) { return contact.agent() == 1; };
  const auto by_agent = crm::by<int>(crm::credited_agent, crm::fcr{});
  const auto first = (linked | crm::into(by_agent)).result().rows[0].result;
  EXPECT_EQ((linked | ranges::views::filter(of_agent_1) | crm::into(crm::fcr{})).result().exact(),
            first.exact());
  EXPECT_EQ((linked | std::views::filter(of_agent_1) | crm::into(crm::fcr{})).result().exact(),
            first.exact());
}

TEST(linked_step, a_metric_that_links_on_the_way_at_the_end_of_a_pipeline) {
  auto sorted = calls;
  std::sort(sorted.begin(), sorted.end(),
            [](const call& a, const call& b) { return a.opened < b.opened; });
  auto stream = sorted | ranges::views::filter([](const call&) { return true; }) |
                crm::into(crm::linked<call>(roles, window, crm::fcr{}));
  stream.observe_until({61});
  EXPECT_EQ(stream.result().exact(), all.result().exact());
  EXPECT_EQ(stream.result().pending(), all.result().pending());
}

TEST(linked_step, in_an_accumulator_set) {
  ba::accumulator_set<crm::contact_fact,
                      ba::stats<crm::tag::fcr, crm::tag::repeat_contact, ba::tag::count>>
      acc;
  crm::repeat_contact repeats;
  for (const auto& contact : crm::link_contacts(calls, roles, window, until)) {
    acc(contact);
    repeats.update(contact);
  }
  EXPECT_EQ(crm::state_of<crm::tag::fcr>(acc), all);
  EXPECT_EQ(crm::state_of<crm::tag::repeat_contact>(acc), repeats);
  EXPECT_EQ(crm::extract::fcr(acc).exact(), (crm::exact_ratio{3, 6}));
  EXPECT_EQ(crm::extract::repeat_contact(acc).convention(), repeats.result().convention());
  EXPECT_EQ(ba::count(acc), calls.size());

  ba::accumulator_set<crm::customer_fact, ba::stats<crm::tag::repeat_customers>> customers;
  for (const auto& c : crm::link_contacts(calls, roles, window, until).customers()) customers(c);
  EXPECT_EQ(crm::extract::repeat_customers(customers).exact(), (crm::exact_ratio{2, 4}));

  // A rule that is given beforehand, and frequency weights.
  ba::accumulator_set<crm::contact_fact, ba::stats<crm::tag::fcr>, int> weighted(
      crm::tag::fcr::settings = crm::fcr(all.rule()));
  for (const auto& contact : crm::link_contacts(calls, roles, window, until)) {
    weighted(contact, ba::weight = 3);
  }
  EXPECT_EQ(crm::extract::fcr(weighted).exact(), (crm::exact_ratio{9, 18}));
  const crm::contact_rule week{.span = crm::days{7}};
  EXPECT_THROW(weighted(crm::contact_fact(week, 7, {-1}, false), ba::weight = 1),
               crm::definition_mismatch);
}

// --- times of Boost.Date_Time -----------------------------------------------------------------

namespace greg = boost::gregorian;
namespace pt = boost::posix_time;

struct ticket {
  std::string customer;
  pt::ptime opened;
  pt::ptime closed;  // not_a_date_time while it is open
};

TEST(linked_step, times_and_periods_of_boost) {
  const auto at = [](unsigned short day, int hour) {
    return pt::ptime(greg::date(2025, 3, day), pt::hours(hour));
  };
  const std::vector<ticket> tickets{{"ann", at(3, 9), at(3, 10)},
                                    {"ann", at(10, 9), at(10, 10)},
                                    {"bob", at(4, 9), pt::ptime()},
                                    {"bob", at(30, 9), at(30, 10)}};
  const crm::contact_fields of_tickets{.customer = &ticket::customer,
                                       .opened = crm::from_boost(&ticket::opened),
                                       .resolved = crm::from_boost(&ticket::closed)};
  const greg::date_period march(greg::date(2025, 3, 1), greg::date(2025, 4, 1));
  const crm::within week{.span = crm::days{7}};
  const auto fcr =
      tickets | crm::linked(of_tickets, week, crm::to_period(march)) | crm::into(crm::fcr{});
  EXPECT_EQ(fcr.result().exact(), (crm::exact_ratio{1, 2}));
  EXPECT_EQ(fcr.result().pending(), 1u);
  EXPECT_EQ(fcr.result().excluded().total(), 1u);

  auto without = tickets;
  without[2].opened = pt::ptime();
  try {
    static_cast<void>(without | crm::linked(of_tickets, week, crm::to_period(march)));
    FAIL() << "accepted";
  } catch (const crm::bad_input& e) {
    EXPECT_STREQ(e.what(),
                 "1 problem\n  row 3: opened: value \"missing\": every contact was opened at some "
                 "time");
  }
}

}  // namespace
