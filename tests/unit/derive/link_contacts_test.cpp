#include <crmetrics/derive/link_contacts.hpp>

#include "contacts.hpp"

#include <gtest/gtest.h>

#include "../../support/sort_stably.hpp"

#include <numeric>
#include <ranges>
#include <string>

namespace {

namespace crm = crmetrics;
using contacts::call;
using crm::instant;
using crm::time_span;

constexpr crm::contact_fields fields{.customer = &call::customer,
                                     .opened = &call::opened,
                                     .resolved = &call::resolved,
                                     .issue = &call::topic,
                                     .agent = &call::agent};

crm::link_options with_spans(unsigned threads = 1) {
  return {.keep_spans = true, .threads = threads};
}

template <class Fields, class Same>
void expect_by_definition(const std::vector<call>& calls, const Fields& f, Same same) {
  for (const std::int64_t length : {0, 1, 7, 30, 1000}) {
    for (const bool last : {true, false}) {
      for (const bool simultaneous : {false, true}) {
        for (const crm::anchor after : {crm::anchor::resolved, crm::anchor::opened}) {
          const crm::within w{time_span{length}, after, last, simultaneous};
          const auto linked =
              crm::link_contacts(calls, f, w, crm::period(instant{5}, instant{400}), with_spans());
          const auto expected = contacts::by_definition(calls, w, 5, 400, same);
          ASSERT_EQ(linked.size(), calls.size());
          for (std::size_t i = 0; i != calls.size(); ++i) {
            ASSERT_EQ(contacts::found(linked[i]), expected[i])
                << "row " << i << " window " << length << (last ? "]" : ")");
          }
        }
      }
    }
  }
}

TEST(link_contacts, says_what_the_definition_says) {
  for (const std::uint32_t seed : {1u, 2u, 3u}) {
    const std::vector<call> calls = contacts::random_calls(seed, 300);
    expect_by_definition(calls, fields,
                         [](const call& a, const call& b) { return a.topic == b.topic; });
    expect_by_definition(
        calls,
        crm::contact_fields{
            .customer = &call::customer, .opened = &call::opened, .resolved = &call::resolved},
        [](const call&, const call&) { return true; });
    const auto related = [](const call& a, const call& b) { return b.topic >= a.topic; };
    expect_by_definition(calls,
                         crm::contact_fields{.customer = &call::customer,
                                             .opened = &call::opened,
                                             .resolved = &call::resolved,
                                             .related = related},
                         related);
  }
}

TEST(link_contacts, many_rows_partitions_threads_and_order_change_nothing) {
  std::vector<call> calls = contacts::random_calls(7, 200'000, 40'000'000);
  for (std::size_t i = 0; i != 3'000; ++i) calls[i * 61].customer = 5;  // one customer calls a lot
  const crm::within w{time_span{600'000}};
  const instant end{40'000'000};
  const auto one = crm::link_contacts(calls, fields, w, end, with_spans());
  const auto three = crm::link_contacts(calls, fields, w, end, with_spans(3));
  std::vector<std::size_t> order(calls.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  // Rows of one instant keep their order: which of them doubles the other depends on it.
  crmetrics::test::sort_stably(order, [&](std::size_t a, std::size_t b) {
    return calls[a].opened % 1'009 < calls[b].opened % 1'009;
  });
  std::vector<call> shuffled;
  for (const std::size_t i : order) shuffled.push_back(calls[i]);
  const auto other = crm::link_contacts(shuffled, fields, w, end, with_spans());
  std::size_t repeats = 0;
  for (std::size_t i = 0; i != calls.size(); ++i) {
    ASSERT_EQ(contacts::found(one[i]), contacts::found(three[i])) << i;
    ASSERT_EQ(contacts::found(one[order[i]]), contacts::found(other[i])) << i;
    repeats += one[i].repeated() ? 1u : 0u;
  }
  EXPECT_GT(repeats, 10'000u);
  EXPECT_LT(repeats, 150'000u);
}

TEST(link_contacts, times_that_need_wide_records) {
  // 20 years apart: more than 48 bits of microseconds.
  std::vector<call> calls = contacts::random_calls(3, 300);
  for (call& c : calls) {
    c.opened *= 2'000'000'000'000;
    if (c.resolved) *c.resolved *= 2'000'000'000'000;
  }
  const crm::within w{time_span{60'000'000'000'000}};
  const std::int64_t end = 400 * 2'000'000'000'000;
  const auto linked =
      crm::link_contacts(calls, fields, w, crm::period(instant{0}, instant{end}), with_spans());
  const auto expected = contacts::by_definition(
      calls, w, 0, end, [](const call& a, const call& b) { return a.topic == b.topic; });
  for (std::size_t i = 0; i != calls.size(); ++i) {
    ASSERT_EQ(contacts::found(linked[i]), expected[i]) << i;
  }
}

TEST(link_contacts, columns_give_what_rows_give) {
  const std::vector<call> calls = contacts::random_calls(11, 500);
  std::vector<std::optional<int>> customers;
  std::vector<std::int64_t> opened;
  std::vector<std::optional<std::int64_t>> resolved;
  std::vector<std::string> topics;
  for (const call& c : calls) {
    customers.push_back(c.customer);
    opened.push_back(c.opened);
    resolved.push_back(c.resolved);
    topics.push_back("topic " + std::to_string(c.topic));
  }
  const crm::within w{time_span{9}};
  const auto rows = crm::link_contacts(calls, fields, w, instant{400});
  const auto columns = crm::link_contacts(crm::contact_fields{.customer = std::span(customers),
                                                              .opened = std::span(opened),
                                                              .resolved = std::span(resolved),
                                                              .issue = std::span(topics)},
                                          w, instant{400});
  for (std::size_t i = 0; i != calls.size(); ++i) {
    ASSERT_EQ(contacts::found(rows[i]), contacts::found(columns[i])) << i;
  }
  EXPECT_EQ(columns[3].contact(), 3u);
  EXPECT_EQ(&rows[3].contact(), &calls[3]);
  EXPECT_EQ(rows[3].agent(), calls[3].agent);

  opened.pop_back();
  topics.clear();
  try {
    crm::link_contacts(crm::contact_fields{.customer = std::span(customers),
                                           .opened = std::span(opened),
                                           .resolved = std::span(resolved),
                                           .issue = std::span(topics)},
                       w, instant{400});
    FAIL() << "nothing was thrown";
  } catch (const crm::bad_input& e) {
    ASSERT_EQ(e.problems().total(), 2u);
    EXPECT_EQ(e.problems().begin()[0].field, "opened");
    EXPECT_EQ(e.problems().begin()[0].value, "499 rows");
    EXPECT_EQ(e.problems().begin()[1].field, "issue");
  }
}

TEST(link_contacts, rows_that_a_view_makes_on_the_fly) {
  struct named {
    std::string who;
    std::int64_t opened;
    std::optional<std::int64_t> resolved;
    std::string agent;
  };
  const std::vector<call> calls = contacts::random_calls(13, 200);
  const auto rows =
      calls | std::views::transform([](const call& c) {
        return named{c.customer ? "customer " + std::to_string(*c.customer) : "", c.opened,
                     c.resolved, "a name too long to be kept in place " + std::to_string(c.agent)};
      });
  const crm::within w{time_span{9}};
  const auto made = crm::link_contacts(rows,
                                       crm::contact_fields{.customer = &named::who,
                                                           .opened = &named::opened,
                                                           .resolved = &named::resolved,
                                                           .agent = &named::agent},
                                       w, instant{400});
  const auto kept = crm::link_contacts(
      calls,
      crm::contact_fields{
          .customer = &call::customer, .opened = &call::opened, .resolved = &call::resolved},
      w, instant{400});
  for (std::size_t i = 0; i != calls.size(); ++i) {
    ASSERT_EQ(contacts::found(made[i]), contacts::found(kept[i])) << i;
    const auto& agent = made[i].agent();
    ASSERT_EQ(agent, "a name too long to be kept in place " + std::to_string(calls[i].agent));
  }
}

TEST(link_contacts, keys_of_any_type) {
  enum class topic { bill, login };
  struct ticket {
    std::string who;
    std::int64_t at;
    std::optional<topic> about;
    std::pair<int, std::string> product;
    std::uint64_t wide;
  };
  const std::vector<ticket> tickets{{"ann", 1, topic::bill, {1, "x"}, UINT64_MAX},
                                    {"", 2, topic::bill, {1, "x"}, UINT64_MAX - 1},
                                    {"ann", 3, topic::bill, {1, "y"}, UINT64_MAX - 3},
                                    {"ann", 4, std::nullopt, {1, "x"}, UINT64_MAX},
                                    {"ann", 5, std::nullopt, {2, "x"}, UINT64_MAX - 3},
                                    {"bob", 6, topic::login, {1, "x"}, UINT64_MAX}};
  const crm::within w{.span = time_span{10}, .after = crm::anchor::opened};
  const auto follows = [&](const auto& linked) {
    std::string out;
    for (const auto& c : linked) out += !c.known_customer() ? '?' : c.follows() ? 'f' : '.';
    return out;
  };
  const auto by = [&](auto issue) {
    return follows(crm::link_contacts(
        tickets,
        crm::contact_fields{.customer = &ticket::who, .opened = &ticket::at, .issue = issue}, w,
        instant{20}));
  };
  EXPECT_EQ(by(&ticket::about), ".?f.f.");
  EXPECT_EQ(by(&ticket::product), ".?.f..");
  EXPECT_EQ(by(&ticket::wide), ".?.ff.");
  // Two wide numbers fit together where their values lie close.
  EXPECT_EQ(follows(crm::link_contacts(
                tickets,
                crm::contact_fields{
                    .customer = &ticket::wide, .opened = &ticket::at, .issue = &ticket::at},
                w, instant{20})),
            "......");
}

TEST(link_contacts, one_customer_with_issues_of_all_64_bits) {
  const std::vector<std::uint64_t> customers{7, 7, 7, 7};
  const std::vector<std::uint64_t> issues{0, UINT64_MAX, 0, UINT64_MAX - 1};
  const std::vector<std::int64_t> opened{1, 2, 3, 4};
  const auto linked = crm::link_contacts(
      crm::contact_fields{.customer = std::span(customers),
                          .opened = std::span(opened),
                          .issue = std::span(issues)},
      crm::within{.span = time_span{10}, .after = crm::anchor::opened}, instant{20});
  EXPECT_TRUE(linked[0].repeated());
  EXPECT_TRUE(linked[2].follows());
  EXPECT_FALSE(linked[1].repeated() || linked[3].follows());
}

TEST(link_contacts, chains_and_customers) {
  // A, B, C within the window of each other; D later; another customer once.
  const std::vector<call> calls{{1, 0, 1, 0, 7, false},   {1, 5, 6, 0, 8, false},
                                {1, 9, 9, 0, 9, false},   {1, 50, 52, 0, 7, false},
                                {2, 20, 21, 0, 7, false}, {std::nullopt, 3, 3, 0, 7, false}};
  const auto linked = crm::link_contacts(calls, fields, crm::within{time_span{7}}, instant{60});
  const auto chains = linked.chains();
  ASSERT_EQ(chains.size(), 3u);
  EXPECT_EQ(chains[0].length, 3u);
  EXPECT_EQ(chains[0].last_row, 2u);
  EXPECT_TRUE(chains[0].closed);
  EXPECT_EQ(chains[1].first_row, 3u);
  EXPECT_EQ(chains[1].length, 1u);
  EXPECT_EQ(chains[2].first_row, 4u);
  const auto customers = linked.customers();
  ASSERT_EQ(customers.size(), 2u);
  EXPECT_EQ(customers[0].contacts, 4u);
  EXPECT_EQ(customers[0].repeats, 2u);
  EXPECT_EQ(customers[1].repeats, 0u);

  const auto early = crm::link_contacts(calls, fields, crm::within{time_span{7}}, instant{56});
  EXPECT_FALSE(early.chains()[1].closed);
}

TEST(link_contacts, bad_contacts_are_refused_with_all_rows_or_left_out_and_counted) {
  std::vector<call> calls = contacts::random_calls(5, 50, 100);
  for (call& c : calls) c.resolved = c.opened;
  calls[3].resolved = calls[3].opened - 1;
  calls[20].opened = 101;
  calls[20].resolved = 101;
  calls[41].opened = INT64_MAX;
  calls[41].resolved = std::nullopt;
  try {
    crm::link_contacts(calls, fields, crm::within{time_span{7}}, instant{100});
    FAIL() << "nothing was thrown";
  } catch (const crm::bad_input& e) {
    ASSERT_EQ(e.problems().total(), 3u);
    const crm::problem* p = e.problems().begin();
    EXPECT_EQ(p[0].field, "resolved");
    EXPECT_EQ(p[0].row, 4u);
    EXPECT_EQ(p[0].value, std::to_string(*calls[3].resolved) + " us");
    EXPECT_EQ(p[0].reason, "before it was opened");
    EXPECT_EQ(p[1].row, 21u);
    EXPECT_EQ(p[1].reason, "after the observation ended");
    EXPECT_EQ(p[2].row, 42u);
  }
  const auto linked = crm::link_contacts(calls, fields, crm::within{time_span{7}}, instant{100},
                                         {.bad = crm::bad_contacts::leave_out});
  EXPECT_EQ(linked.left_out(), 3u);
  EXPECT_FALSE(linked[3].known_customer());
}

TEST(link_contacts, settings_that_cannot_be) {
  const std::vector<call> calls = contacts::random_calls(5, 5);
  EXPECT_THROW(crm::link_contacts(calls, fields, crm::within{time_span{-1}}, instant{400}),
               crm::invalid_setting);
  EXPECT_THROW(crm::link_contacts(
                   calls, crm::contact_fields{.customer = &call::customer, .opened = &call::opened},
                   crm::within{time_span{1}}, instant{400}),
               crm::invalid_setting);
  const std::vector<call> none;
  EXPECT_EQ(crm::link_contacts(none, fields, crm::within{}, instant{0}).size(), 0u);
  EXPECT_TRUE(crm::link_contacts(none, fields, crm::within{}, instant{0}).chains().empty());
}

}  // namespace
