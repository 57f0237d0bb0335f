#include <crmetrics/derive/link_contacts.hpp>
#include <crmetrics/metrics/fcr.hpp>
#include <crmetrics/metrics/repeat_contact.hpp>

#include "contacts.hpp"

#include <gtest/gtest.h>

#include "../../support/sort_stably.hpp"

#include <algorithm>
#include <chrono>
#include <numeric>
#include <random>
#include <ranges>
#include <string>
#include <utility>
#include <vector>

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
              crm::link_contacts(calls, f, w, crm::period(instant{5}, instant{401}), with_spans());
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

// Metrics count the facts that occur instead of reading rows; unknown callers, bad rows and
// failures are among them.
TEST(link_contacts, counted_facts_are_those_of_the_rows) {
  const std::vector<call> calls = contacts::random_calls(11, 5'000, 20'000);
  const crm::contact_fields roles{.customer = &call::customer,
                                  .opened = &call::opened,
                                  .resolved = &call::resolved,
                                  .failed = &call::reopened};
  for (const crm::anchor after : {crm::anchor::resolved, crm::anchor::opened}) {
    const crm::within w{time_span{300}, after};
    const auto linked =
        crm::link_contacts(calls, roles, w, instant{19'000}, {.bad = crm::bad_contacts::leave_out});
    ASSERT_GT(linked.left_out(), 0u);
    std::uint64_t rows = 0;
    for (const auto& [fact, times] : linked.counted()) rows += times;
    EXPECT_EQ(rows, calls.size());
    const auto same = [&]<class M>(M counted, M by_row) {
      counted.update_many(linked);
      for (const auto& contact : linked) by_row.update(contact);
      EXPECT_TRUE(counted == by_row);
      EXPECT_GT(counted.result().n(), 1'000u);
    };
    same(crm::fcr{}, crm::fcr{});
    same(crm::basic_fcr<crm::naive_maturity>{}, crm::basic_fcr<crm::naive_maturity>{});
    same(crm::repeat_contact{}, crm::repeat_contact{});
    same(crm::basic_repeat_contact<crm::full_look_back>{},
         crm::basic_repeat_contact<crm::full_look_back>{});
  }
  crm::fcr other(crm::contact_rule{.span = time_span{5}});
  const crm::fcr before = other;
  const auto linked = crm::link_contacts(calls, roles, crm::within{time_span{300}}, instant{19'000},
                                         {.bad = crm::bad_contacts::leave_out});
  EXPECT_THROW(other.update_many(linked), crm::definition_mismatch);
  EXPECT_TRUE(other == before);
}

TEST(link_contacts, records_hold_what_is_put_into_them) {
  using crm::detail::packed_contacts;
  std::mt19937_64 next(5);
  const auto below_bits = [&](unsigned bits) { return next() & crm::detail::all_bits(bits); };
  std::size_t held = 0;
  std::size_t with_rows_in_both_words = 0;
  for (int trial = 0; trial != 20'000; ++trial) {
    crm::detail::contact_ranges ranges;
    ranges.rows = 1 + below_bits(static_cast<unsigned>(next() % 34));
    ranges.key_bits = static_cast<unsigned>(next() % 65);
    const auto time_bits = static_cast<unsigned>(next() % 62);
    const auto open_bits = static_cast<unsigned>(next() % 62);
    ranges.first_opened = static_cast<std::int64_t>(below_bits(60)) - (std::int64_t{1} << 60);
    ranges.last_opened = ranges.first_opened + static_cast<std::int64_t>(below_bits(time_bits));
    ranges.longest = static_cast<std::int64_t>(below_bits(open_bits));
    if (!packed_contacts::can_hold(ranges)) continue;
    ++held;
    const packed_contacts codec(ranges);
    const crm::detail::key_spread spread(ranges.key_bits);
    crm::detail::linkable_contact c[2];
    packed_contacts::record r[2];
    std::uint64_t spread_key[2];
    struct {
      const crm::detail::linkable_contact* all;
      crm::detail::linkable_contact contact(std::uint64_t row) const {
        return all[0].row == row ? all[0] : all[1];
      }
    } const input{c};
    for (int k : {0, 1}) {
      c[k].key = below_bits(ranges.key_bits);
      if (k == 1 && next() % 2 == 0) c[1].key = c[0].key;
      const auto range = static_cast<std::uint64_t>(ranges.last_opened - ranges.first_opened) + 1;
      c[k].opened = ranges.first_opened + static_cast<std::int64_t>(next() % range);
      if (k == 1 && next() % 4 == 0) c[1].opened = c[0].opened;
      c[k].anchor = c[k].opened + static_cast<std::int64_t>(
                                      next() % (static_cast<std::uint64_t>(ranges.longest) + 1));
      if (next() % 5 == 0) c[k].anchor = crm::detail::linkable_contact::no_anchor;
      c[k].row = next() % ranges.rows;
    }
    if (c[0].row == c[1].row) continue;
    // Those of one part: the upper bits of their keys are the same.
    const unsigned part_bits = crm::detail::bits_of_part(ranges, 0);
    for (int k : {0, 1}) {
      spread_key[k] = spread(c[k].key) & crm::detail::all_bits(ranges.key_bits - part_bits);
      r[k] = codec.pack(spread_key[k], c[k]);
      ASSERT_EQ(codec.opened(r[k]), c[k].opened - codec.origin());
      ASSERT_EQ(codec.row(r[k]), c[k].row);
      ASSERT_EQ(codec.open(r[k], input), c[k].anchored() ? c[k].anchor - c[k].opened : -1);
      if (codec.bucket_bits() != 0) {
        ASSERT_LE(codec.bucket(r[k], codec.bucket_bits() - 1), 1u);
      }
    }
    const auto order = [&](int k) { return std::pair(spread_key[k], c[k].opened); };
    ASSERT_EQ(codec.same_key(r[0], r[1]), spread_key[0] == spread_key[1]);
    if (order(0) != order(1)) {
      ASSERT_EQ(packed_contacts::before(r[0], r[1]), order(0) < order(1));
    } else {
      ASSERT_TRUE(c[0].row < c[1].row || !packed_contacts::before(r[0], r[1]));
      with_rows_in_both_words += packed_contacts::before(r[0], r[1]) ? 1u : 0u;
    }
    const bool row_order = c[0].row < c[1].row;
    ASSERT_EQ(codec.before_with_row(r[0], r[1]),
              order(0) == order(1) ? row_order : order(0) < order(1));
  }
  EXPECT_GT(held, 8'000u);
  EXPECT_GT(with_rows_in_both_words, 20u);
}

TEST(link_contacts, no_two_keys_are_spread_to_one_place) {
  for (const unsigned bits : {0u, 1u, 2u, 7u, 12u, 16u}) {
    const crm::detail::key_spread spread(bits);
    std::vector<bool> taken(std::size_t{1} << bits);
    for (std::size_t key = 0; key != taken.size(); ++key) {
      const std::uint64_t to = spread(key);
      ASSERT_LT(to, taken.size());
      ASSERT_FALSE(taken[to]) << bits;
      taken[to] = true;
    }
  }
}

// Far apart times, long open contacts and sparse customers change how contacts are held, and
// nothing else.
TEST(link_contacts, ranges_that_need_other_records) {
  struct sparse_call : call {
    std::optional<std::uint64_t> who;
  };
  const std::vector<call> calls = contacts::random_calls(3, 70'000, 400'000);
  const std::int64_t length = 30'000;
  const auto dense = crm::link_contacts(calls, fields, {.span = time_span{length}},
                                        crm::period(instant{0}, instant{400'001}), with_spans());
  // A microsecond, 23 days, and 20 years: the last needs records of 32 bytes.
  for (const std::int64_t unit : {1LL, 2'000'000'000LL, 600'000'000'000'000LL / 400}) {
    for (const std::uint64_t spread : {1ULL, 0x9e3779b97f4a7c15ULL}) {
      std::vector<sparse_call> others(calls.size());
      for (std::size_t i = 0; i != calls.size(); ++i) {
        static_cast<call&>(others[i]) = calls[i];
        others[i].opened *= unit;
        if (calls[i].resolved) others[i].resolved = *calls[i].resolved * unit;
        if (calls[i].customer) {
          others[i].who = static_cast<std::uint64_t>(*calls[i].customer) * spread;
        }
      }
      // Their numbers take 62 bits, so that issues fit, too.
      for (sparse_call& c : others) {
        if (c.who) *c.who &= crm::detail::all_bits(62);
      }
      const crm::contact_fields sparse{.customer = &sparse_call::who,
                                       .opened = &sparse_call::opened,
                                       .resolved = &sparse_call::resolved,
                                       .issue = &sparse_call::topic};
      for (const unsigned threads : {1u, 3u}) {
        const auto other = crm::link_contacts(others, sparse, {.span = time_span{length * unit}},
                                              crm::period(instant{0}, instant{400'000 * unit + 1}),
                                              with_spans(threads));
        for (std::size_t i = 0; i != calls.size(); ++i) {
          contacts::finding expected = contacts::found(dense[i]);
          if (expected.span > 0) expected.span *= unit;
          ASSERT_EQ(contacts::found(other[i]), expected) << i << " unit " << unit;
        }
      }
    }
  }
}

// Some contacts stay open for years where there is room for weeks: they are looked up.
TEST(link_contacts, anchors_too_far_for_their_place) {
  std::vector<call> calls = contacts::random_calls(9, 60'000, 400);
  constexpr std::int64_t unit = 2'800'000'000'000;  // a month; 400 of them
  for (std::size_t i = 0; i != calls.size(); ++i) {
    calls[i].opened *= unit;
    if (calls[i].resolved) calls[i].resolved = *calls[i].resolved * unit;
  }
  const crm::within w{time_span{3 * unit}};
  const instant end{400 * unit};
  const auto linked = crm::link_contacts(calls, fields, w, end);
  std::size_t seen = 0;
  std::vector<std::vector<std::int64_t>> opened(3 * 60'000);
  const auto key = [](const call& c) {
    return static_cast<std::size_t>(3 * *c.customer + c.topic);
  };
  for (const call& c : calls) {
    if (c.customer) opened[key(c)].push_back(c.opened);
  }
  for (auto& of_key : opened) std::sort(of_key.begin(), of_key.end());
  for (std::size_t i = 0; i != calls.size(); ++i) {
    const call& c = calls[i];
    if (!c.customer || !c.resolved) continue;
    const auto& of_key = opened[key(c)];
    const auto next = std::upper_bound(of_key.begin(), of_key.end(), *c.resolved);
    const bool repeated = next != of_key.end() && *next - *c.resolved <= 3 * unit;
    ASSERT_EQ(linked[i].repeated(), repeated) << i;
    seen += repeated ? 1u : 0u;
  }
  EXPECT_GT(seen, 1'000u);
}

// One customer makes all contacts: nothing to deal by, and one bucket is all.
TEST(link_contacts, one_customer_with_everything) {
  std::vector<call> calls = contacts::random_calls(2, 100'000, 1'000);
  for (call& c : calls) c.customer = 4, c.topic = 0;
  std::vector<std::int64_t> opened;
  for (const call& c : calls) opened.push_back(c.opened);
  std::sort(opened.begin(), opened.end());
  for (const unsigned threads : {1u, 2u}) {
    const auto linked = crm::link_contacts(calls, fields, {.span = time_span{3}}, instant{1'000},
                                           with_spans(threads));
    std::vector<bool> seen(1'000);
    for (std::size_t i = 0; i != calls.size(); ++i) {
      const call& c = calls[i];
      const auto next =
          c.resolved ? std::upper_bound(opened.begin(), opened.end(), *c.resolved) : opened.end();
      ASSERT_EQ(linked[i].repeated(), next != opened.end() && *next - *c.resolved <= 3) << i;
      const auto earlier = std::lower_bound(opened.begin(), opened.end(), c.opened);
      ASSERT_EQ(linked[i].follows(),
                earlier != opened.begin() && c.opened - *std::prev(earlier) <= 3);
      // The first row of an instant is no double.
      const auto at = static_cast<std::size_t>(c.opened);
      ASSERT_EQ(contacts::found(linked[i]).simultaneous, static_cast<bool>(seen[at])) << i;
      seen[at] = true;
    }
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
  // Not as unknown customers, of whom there are others.
  std::uint64_t unknown = 0;
  for (std::size_t i = 0; i != calls.size(); ++i) {
    const bool bad = i == 3 || i == 20 || i == 41;
    EXPECT_EQ(linked[i].left_out(), bad) << i;
    if (!bad && !calls[i].customer) ++unknown;
  }
  EXPECT_GT(unknown, 0u);
  const auto causes = [&](auto metric) {
    metric.update_many(linked);
    std::string text;
    const crm::estimate result = metric.merge(metric.fresh()).result();
    for (const auto& cause : result.excluded()) {
      if (cause.cause == "not resolved") continue;
      text += std::to_string(cause.count) + " " + std::string(cause.cause.view()) + ";";
    }
    return text;
  };
  const std::string expected = std::to_string(unknown) + " unknown customer;3 bad row, left out;";
  EXPECT_EQ(causes(crm::fcr{}), expected);
  EXPECT_EQ(causes(crm::repeat_contact{}), expected);
}

// [from, to): as `linked` has it.
TEST(link_contacts, missing_and_empty_issues_are_one) {
  struct ticket {
    std::string customer;
    std::int64_t opened = 0;
    std::optional<std::string> issue;
  };
  const std::vector<ticket> tickets{
      {"a", 10, std::nullopt}, {"a", 12, ""}, {"a", 13, "x"}, {"a", 14, std::nullopt}};
  const auto linked = crm::link_contacts(
      tickets,
      crm::contact_fields{
          .customer = &ticket::customer, .opened = &ticket::opened, .issue = &ticket::issue},
      crm::within{.span = time_span{2}, .after = crm::anchor::opened}, instant{100});
  EXPECT_TRUE(linked[0].repeated());
  EXPECT_TRUE(linked[1].follows());
  EXPECT_FALSE(linked[2].follows());
  EXPECT_TRUE(linked[3].follows());
}

// 20,000 contacts of one customer: looking at all before each would be 2 * 10^8 questions.
TEST(link_contacts, a_predicate_is_asked_about_the_window_only) {
  struct ticket {
    int customer = 1;
    std::int64_t opened = 0;
  };
  std::vector<ticket> tickets(20'000);
  for (std::size_t i = 0; i != tickets.size(); ++i) {
    tickets[i].opened = static_cast<std::int64_t>(10 * i);
  }
  std::size_t asked = 0;
  const auto never = [&asked](const ticket&, const ticket&) {
    ++asked;
    return false;
  };
  const auto linked = crm::link_contacts(
      tickets,
      crm::contact_fields{
          .customer = &ticket::customer, .opened = &ticket::opened, .related = never},
      crm::within{.span = time_span{30}, .after = crm::anchor::opened}, instant{1'000'000});
  EXPECT_FALSE(linked[19'999].follows());
  EXPECT_LT(asked, 200'000u);
}

TEST(link_contacts, a_period_ends_before_its_end) {
  const crm::within w{time_span{5}};
  std::vector<call> calls{{1, 10, 10, 0, 0, false}};
  const auto in = [&](std::int64_t from, std::int64_t to) {
    return crm::link_contacts(calls, fields, w, crm::period(instant{from}, instant{to}));
  };
  EXPECT_FALSE(in(0, 15)[0].mature());
  EXPECT_TRUE(in(0, 16)[0].mature());
  EXPECT_TRUE(crm::link_contacts(calls, fields, w, instant{15})[0].mature());
  EXPECT_EQ(in(0, 16).observed(), crm::period(instant{0}, instant{16}));
  EXPECT_EQ(crm::link_contacts(calls, fields, w, instant{15}).observed(),
            crm::period(instant{10}, instant{16}));
  EXPECT_THROW(in(0, 10), crm::bad_input);
  EXPECT_THROW(in(10, 10), crm::bad_input);
  calls.clear();
  EXPECT_EQ(in(INT64_MIN, INT64_MIN).size(), 0u);
}

TEST(link_contacts, the_first_contact_of_anyone_is_the_beginning) {
  const std::vector<call> calls{{std::nullopt, 10, 11, 0, 0, false}, {1, 50, 51, 0, 0, false}};
  const crm::within w{time_span{30}};
  const auto linked = crm::link_contacts(calls, fields, w, instant{60});
  EXPECT_EQ(linked.observed().from(), instant{10});
  EXPECT_FALSE(linked[1].short_look_back());
}

TEST(link_contacts, observed_for_ever_closes_every_chain) {
  const std::vector<call> calls{{1, -10, -10, 0, 0, false}};
  const auto linked =
      crm::link_contacts(calls, fields, crm::within{time_span{30}}, instant{INT64_MAX});
  EXPECT_TRUE(linked[0].mature());
  EXPECT_TRUE(linked.chains()[0].closed);
}

// Times that no instant can hold are bad rows like others, by name.
TEST(link_contacts, times_of_other_types_that_are_too_far_away) {
  struct visit {
    int customer = 0;
    std::chrono::sys_seconds opened;
    std::optional<std::uint64_t> resolved;
  };
  const std::chrono::sys_seconds far{std::chrono::seconds{INT64_MAX / 1'000}};
  const std::chrono::sys_seconds soon{std::chrono::seconds{5}};
  const std::vector<visit> visits{{1, soon, 5'000'000},
                                  {2, far, {}},
                                  {3, soon, UINT64_MAX},
                                  {4, -far.time_since_epoch() + std::chrono::sys_seconds{}, {}}};
  const crm::contact_fields roles{
      .customer = &visit::customer, .opened = &visit::opened, .resolved = &visit::resolved};
  const crm::within w{time_span{7}};
  const auto linked = crm::link_contacts(visits, roles, w, instant{6'000'000},
                                         {.bad = crm::bad_contacts::leave_out});
  EXPECT_EQ(linked.left_out(), 3u);
  EXPECT_TRUE(linked[0].mature());
  EXPECT_TRUE(linked[2].left_out());
  try {
    crm::link_contacts(visits, roles, w, instant{6'000'000});
    FAIL() << "nothing was thrown";
  } catch (const crm::bad_input& e) {
    ASSERT_EQ(e.problems().total(), 3u);
    const crm::problem* p = e.problems().begin();
    EXPECT_EQ(p[0].field + std::to_string(p[0].row), "opened2");
    EXPECT_EQ(p[1].field + std::to_string(p[1].row), "resolved3");
    EXPECT_EQ(p[1].reason, "more than 73,000 years away");
    EXPECT_EQ(p[2].field + std::to_string(p[2].row), "opened4");
  }
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
