#include <crmetrics/combinators/by.hpp>
#include <crmetrics/combinators/linked.hpp>
#include <crmetrics/combinators/together.hpp>
#include <crmetrics/metrics/fcr.hpp>
#include <crmetrics/metrics/repeat_contact.hpp>

#include "../derive/contacts.hpp"

#include <gtest/gtest.h>

#include "../../support/sort_stably.hpp"

#include <algorithm>
#include <random>

namespace {

namespace crm = crmetrics;
using contacts::call;
using crm::instant;
using crm::period;
using crm::time_span;

constexpr crm::contact_fields fields{.customer = &call::customer,
                                     .opened = &call::opened,
                                     .resolved = &call::resolved,
                                     .issue = &call::topic,
                                     .agent = &call::agent,
                                     .failed = &call::reopened};

auto metric() {
  return crm::by<int>(crm::credited_agent, crm::together(crm::fcr{}, crm::repeat_contact{}));
}

std::vector<call> in_order(std::vector<call> calls) {
  crmetrics::test::sort_stably(calls,
                               [](const call& a, const call& b) { return a.opened < b.opened; });
  return calls;
}
// The state that linking all at once gives.
auto in_bulk(const std::vector<call>& calls, const crm::within& w, period observed) {
  auto m = metric();
  m.update_many(crm::link_contacts(calls, fields, w, observed));
  return m;
}
template <class A, class B>
void expect_same(const A& a, const B& b) {
  const auto x = a.result();
  const auto y = b.result();
  ASSERT_EQ(x.size(), y.size());
  for (std::size_t i = 0; i != x.size(); ++i) {
    const auto& [fcr, repeat] = x.rows[i].result;
    const auto& [fcr_b, repeat_b] = y.rows[i].result;
    EXPECT_EQ(fcr.exact(), fcr_b.exact());
    EXPECT_EQ(fcr.pending(), fcr_b.pending());
    EXPECT_EQ(fcr.excluded(), fcr_b.excluded());
    EXPECT_EQ(fcr.convention(), fcr_b.convention());
    EXPECT_EQ(repeat.exact(), repeat_b.exact());
  }
}

TEST(linked, event_by_event_is_linking_at_once) {
  for (const std::uint32_t seed : {1u, 2u, 3u}) {
    const std::vector<call> calls = in_order(contacts::random_calls(seed, 4'000, 3'000));
    for (const std::int64_t length : {0, 3, 40}) {
      const crm::within w{time_span{length}};
      auto stream = crm::linked<call>(fields, w, metric());
      for (const call& c : calls) stream.update(c);
      const period all(instant{calls.front().opened}, instant{calls.back().opened + 1});
      expect_same(stream, in_bulk(calls, w, all));
      EXPECT_LT(stream.waiting(), 2'048u);

      stream.observe_until(instant{5'001});
      expect_same(stream, in_bulk(calls, w, period(all.from(), instant{5'001})));
      EXPECT_EQ(stream.waiting(), 0u);

      auto at_once = crm::linked<call>(fields, w, metric());
      at_once.update_many(calls);
      at_once.observe_until(instant{5'001});
      EXPECT_EQ(at_once, stream);
    }
  }
}

TEST(linked, memory_is_bounded_by_the_window_and_what_is_open) {
  auto stream = crm::linked<call>(fields, crm::within{time_span{10}}, metric());
  stream.update(call{3, 0, 1'000'000, 0, 0, false});  // open for long: waits, and alone
  for (std::int64_t t = 1; t != 100'000; ++t) {
    stream.update(call{static_cast<int>(t % 997), t, t + 3, 0, 0, false});
    ASSERT_LE(stream.waiting(), 1'024u);
  }
}

TEST(linked, spans_of_time_merge_in_any_order_to_one_pass) {
  std::mt19937 next(5);
  for (const std::uint32_t seed : {1u, 2u, 3u, 4u}) {
    const std::vector<call> calls = contacts::random_calls(seed, 1'500, 1'000);
    const crm::within w{time_span{25}};
    const auto expected = in_bulk(calls, w, period(instant{0}, instant{1'000}));
    for (const bool limited : {false, true}) {
      std::vector<std::int64_t> borders{0, 1'000};
      for (int i = 0; i != 6; ++i) borders.push_back(static_cast<std::int64_t>(next() % 1'000));
      std::sort(borders.begin(), borders.end());
      borders.erase(std::unique(borders.begin(), borders.end()), borders.end());
      using state = decltype(crm::linked<call>(fields, w, metric()));
      std::vector<state> states;
      for (std::size_t i = 1; i != borders.size(); ++i) {
        crm::linked_options options;
        options.shard.opened = period(instant{borders[i - 1]}, instant{borders[i]});
        if (limited) options.longest_open = time_span{150};
        states.push_back(crm::linked<call>(fields, w, metric(), options));
        for (const call& c : calls) {
          if (options.shard.opened->contains(instant{c.opened})) states.back().update(c);
        }
      }
      state in_row = states.front();
      for (std::size_t i = 1; i != states.size(); ++i) in_row.merge(states[i]);
      expect_same(in_row, expected);
      EXPECT_EQ(in_row.result().size(), 4u);

      std::shuffle(states.begin(), states.end(), next);
      while (states.size() > 1) {  // neighbours in a random order, in a random tree
        const std::size_t i = next() % (states.size() - 1);
        states[i].merge(states[i + 1]);
        states.erase(states.begin() + static_cast<std::ptrdiff_t>(i) + 1);
      }
      expect_same(states.front(), expected);
      EXPECT_EQ(states.front(), in_row);
    }
  }
}

// Long enough that a state looks for what is settled while contacts still come, in any order.
TEST(linked, a_span_waits_for_contacts_out_of_order) {
  std::vector<call> calls = contacts::random_calls(8, 12'000, 9'000);
  const crm::within w{time_span{100}};
  const auto expected = in_bulk(calls, w, period(instant{0}, instant{9'000}));
  const auto span = [&](std::int64_t from, std::int64_t to, auto order) {
    crm::linked_options options;
    options.shard.opened = period(instant{from}, instant{to});
    auto state = crm::linked<call>(fields, w, metric(), options);
    auto mine = calls;
    std::erase_if(mine, [&](const call& c) { return !options.shard.opened->contains({c.opened}); });
    crmetrics::test::sort_stably(mine, order);
    for (const call& c : mine) state.update(c);
    return state;
  };
  const auto forwards = [](const call& a, const call& b) { return a.opened < b.opened; };
  const auto backwards = [](const call& a, const call& b) { return a.opened > b.opened; };
  auto all = span(0, 4'000, backwards);
  all.merge(span(4'000, 9'000, forwards));
  expect_same(all, expected);
  EXPECT_EQ(span(0, 4'000, backwards), span(0, 4'000, forwards));
}

TEST(linked, a_span_forgets_what_is_settled_where_it_is_told_how_far_it_is_known) {
  const std::vector<call> calls = in_order(contacts::random_calls(8, 12'000, 9'000));
  const crm::within w{time_span{100}};
  crm::linked_options options;
  options.shard.opened = period(instant{0}, instant{9'000});
  options.longest_open = time_span{120};
  auto state = crm::linked<call>(fields, w, metric(), options);
  auto whole = state;
  std::size_t most = 0;
  for (const call& c : calls) {
    if (c.opened % 100 == 0) state.observe_until({c.opened});
    state.update(c);
    whole.update(c);
    most = std::max(most, state.waiting());
  }
  EXPECT_LT(most, 2'000u);
  EXPECT_EQ(whole.waiting(), 12'000u);
  expect_same(state, in_bulk(calls, w, period(instant{0}, instant{9'000})));
  EXPECT_EQ(state, whole);
  EXPECT_THROW(state.update(call{1, 50, 60, 0, 0, false}), crm::bad_input);
}

// Whether a contact looked back far enough is a matter of the whole, not of its part.
TEST(linked, full_look_back_through_borders) {
  const std::vector<call> calls = in_order(contacts::random_calls(4, 3'000, 1'000));
  const crm::within w{time_span{25}};
  using full = crm::basic_repeat_contact<crm::full_look_back>;
  full expected;
  expected.update_many(crm::link_contacts(calls, fields, w, period(instant{0}, instant{1'000})));
  const auto span = [&](std::int64_t from, std::int64_t to) {
    crm::linked_options options;
    options.shard.opened = period(instant{from}, instant{to});
    auto state = crm::linked<call>(fields, w, full{}, options);
    for (const call& c : calls) {
      if (options.shard.opened->contains({c.opened})) state.update(c);
    }
    state.observe_until({to});
    return state;
  };
  auto all = span(300, 700);
  all.merge(span(0, 300));
  all.merge(span(700, 1'000));
  EXPECT_EQ(all.result().exact(), expected.result().exact());
  EXPECT_EQ(all.result().excluded(), expected.result().excluded());
  EXPECT_GT(expected.result().excluded().begin()->count, 10u);
}

TEST(linked, parts_of_the_customers_merge_to_one_pass) {
  const std::vector<call> calls = in_order(contacts::random_calls(9, 2'000, 1'000));
  const crm::within w{time_span{25}};
  using state = decltype(crm::linked<call>(fields, w, metric()));
  std::vector<state> states;
  for (std::uint32_t i = 0; i != 3; ++i) {
    crm::linked_options options;
    options.shard = {
        .opened = period(instant{0}, instant{1'000}), .seed = 17, .index = i, .count = 3};
    states.push_back(crm::linked<call>(fields, w, metric(), options));
    for (const call& c : calls) {
      if (c.customer ? options.shard.takes(*c.customer) : i == 0) states.back().update(c);
    }
    EXPECT_GT(states.back().result().size(), 0u);
  }
  states[2].merge(states[0]);
  states[2].merge(states[1]);
  expect_same(states[2], in_bulk(calls, w, period(instant{0}, instant{1'000})));
}

TEST(linked, what_does_not_belong_is_refused) {
  const crm::within w{time_span{25}};
  crm::linked_options options;
  options.shard = {.opened = period(instant{0}, instant{100}), .seed = 17, .index = 0, .count = 2};
  auto part = crm::linked<call>(fields, w, metric(), options);
  const auto reason = [](auto& m, const call& c) -> std::string {
    try {
      m.update(c);
    } catch (const crm::bad_input& e) {
      return e.problems().begin()->field + ": " + e.problems().begin()->reason;
    }
    return "taken";
  };
  int mine = 0;
  while (!options.shard.takes(mine)) ++mine;
  int other = 0;
  while (options.shard.takes(other)) ++other;
  EXPECT_EQ(reason(part, call{mine, 50, 60, 0, 0, false}), "taken");
  EXPECT_EQ(reason(part, call{mine, 100, 101, 0, 0, false}),
            "opened: outside of the time of this shard");
  EXPECT_EQ(reason(part, call{other, 50, 60, 0, 0, false}),
            "customer: of another part of customers");
  EXPECT_EQ(reason(part, call{mine, 50, 49, 0, 0, false}), "resolved: before it was opened");

  auto stream = crm::linked<call>(fields, w, metric());
  EXPECT_EQ(reason(stream, call{1, 50, 60, 0, 0, false}), "taken");
  EXPECT_EQ(reason(stream, call{1, 50, 60, 0, 0, false}), "taken");
  EXPECT_EQ(reason(stream, call{1, 49, 60, 0, 0, false}),
            "opened: earlier than the contact before, or than the observation");
  const auto before = stream;
  try {
    stream.update_many(std::vector<call>{
        {1, 60, 61, 0, 0, false}, {1, 59, 61, 0, 0, false}, {1, 70, 61, 0, 0, false}});
    FAIL() << "nothing was thrown";
  } catch (const crm::bad_input& e) {
    ASSERT_EQ(e.problems().total(), 2u);
    EXPECT_EQ(e.problems().begin()[0].row, 2u);
    EXPECT_EQ(e.problems().begin()[1].row, 3u);
  }
  EXPECT_EQ(stream, before);

  // The same contacts twice; two streams; a stream after a span.
  EXPECT_THROW(part.merge(part), crm::definition_mismatch);
}

TEST(linked, overlapping_states_and_two_rules_do_not_merge) {
  const crm::within w{time_span{25}};
  const auto span = [&](std::int64_t from, std::int64_t to, crm::within rule) {
    crm::linked_options options;
    options.shard.opened = period(instant{from}, instant{to});
    auto m = crm::linked<call>(fields, rule, metric(), options);
    m.update(call{1, from, from + 1, 0, 0, false});
    return m;
  };
  auto a = span(0, 100, w);
  EXPECT_THROW(a.merge(span(99, 200, w)), crm::definition_mismatch);
  EXPECT_THROW(a.merge(a), crm::definition_mismatch);
  EXPECT_THROW(a.merge(span(100, 200, crm::within{time_span{26}})), crm::definition_mismatch);
  a.merge(span(100, 200, w));
  EXPECT_THROW(a.update(call{1, 50, 60, 0, 0, false}), crm::bad_input);

  auto stream = crm::linked<call>(fields, w, metric());
  stream.update(call{1, 50, 60, 0, 0, false});
  auto second = stream;
  EXPECT_THROW(stream.merge(second), crm::definition_mismatch);
  EXPECT_THROW(stream.merge(span(40, 60, w)), crm::definition_mismatch);
  EXPECT_THROW(stream.merge(span(0, 20, w)), crm::definition_mismatch);
  stream.observe_until(instant{100});
  stream.merge(span(100, 200, w));
  stream.merge(stream.fresh());
  EXPECT_EQ(stream.fresh().merge(stream), stream);
}

TEST(linked, a_fresh_shard_is_the_identity_on_both_sides) {
  crm::linked_options options;
  options.shard.opened = period(instant{0}, instant{100});
  auto part = crm::linked<call>(fields, crm::within{time_span{25}}, metric(), options);
  part.update(call{1, 50, 60, 0, 0, false});
  auto right = part;
  right.merge(part.fresh());
  EXPECT_EQ(right, part);
  EXPECT_EQ(part.fresh().merge(part), part);
  EXPECT_EQ(part.fresh().merge(part.fresh()), part.fresh());
}

TEST(linked, contacts_open_for_longer_than_promised_are_refused_at_the_border) {
  crm::linked_options options;
  options.longest_open = time_span{20};
  const crm::within w{time_span{5}};
  options.shard.opened = period(instant{0}, instant{100});
  auto left = crm::linked<call>(fields, w, metric(), options);
  left.update(call{1, 90, 150, 0, 0, false});
  options.shard.opened = period(instant{100}, instant{200});
  auto right = crm::linked<call>(fields, w, metric(), options);
  for (std::int64_t t = 100; t != 200; ++t) right.update(call{2, t, t, 0, 0, false});
  right.observe_until(instant{200});
  EXPECT_THROW(left.merge(right), crm::bad_input);
}

// A stream of one metric, with calls of customer, opening and resolution at once.
constexpr crm::within ten{time_span{10}};
auto stream_of(std::vector<std::pair<std::optional<int>, std::int64_t>> calls) {
  auto stream = crm::linked<call>(fields, ten, crm::fcr{});
  for (const auto& [customer, t] : calls) stream.update(call{customer, t, t, 0, 0, false});
  return stream;
}
auto span_of(std::int64_t from, std::int64_t to, std::vector<std::pair<int, std::int64_t>> calls) {
  crm::linked_options options;
  options.shard.opened = period(instant{from}, instant{to});
  auto span = crm::linked<call>(fields, ten, crm::fcr{}, options);
  for (const auto& [customer, t] : calls) span.update(call{customer, t, t, 0, 0, false});
  return span;
}

TEST(linked, a_merged_state_takes_no_more) {
  const call next{1, 100, 100, 0, 0, false};
  auto right = span_of(100, 200, {});
  right.merge(span_of(0, 100, {{1, 95}}));
  EXPECT_THROW(right.update(next), crm::bad_input);
  EXPECT_EQ(right.result().exact(), span_of(0, 200, {{1, 95}}).result().exact());

  auto left = span_of(0, 100, {{1, 95}});
  left.merge(span_of(100, 200, {}));
  EXPECT_THROW(left.update(call{1, 99, 99, 0, 0, false}), crm::bad_input);

  auto covered = span_of(50, 100, {});
  covered.merge(span_of(0, 100, {{1, 60}}));
  EXPECT_THROW(covered.update(call{1, 60, 61, 0, 0, false}), crm::bad_input);
  EXPECT_EQ(covered.result().n(), 1);

  // A stream grows up to the next part and not into it.
  auto stream = stream_of({{1, 50}});
  stream.merge(span_of(100, 200, {{1, 150}}));
  stream.update(call{1, 60, 60, 0, 0, false});
  EXPECT_THROW(stream.update(call{1, 150, 150, 0, 0, false}), crm::bad_input);
  stream.observe_until({500});
  EXPECT_EQ(stream, [] {
    auto all = stream_of({{1, 50}, {1, 60}});
    all.observe_until({100});
    return all.merge(span_of(100, 200, {{1, 150}}));
  }());

  // Where nothing else was taken a state goes on: it is as if it had not been merged.
  auto fresh = span_of(0, 100, {});
  fresh.merge(span_of(0, 100, {{1, 50}}));
  fresh.update(call{1, 55, 55, 0, 0, false});
  EXPECT_EQ(fresh, span_of(0, 100, {{1, 50}, {1, 55}}));
  auto apart = span_of(0, 100, {{1, 50}});
  apart.merge(span_of(200, 300, {{1, 250}}));
  apart.update(call{1, 55, 55, 0, 0, false});
  EXPECT_EQ(apart, span_of(0, 100, {{1, 50}, {1, 55}}).merge(span_of(200, 300, {{1, 250}})));
}

TEST(linked, a_stream_and_a_span_that_share_an_instant_do_not_merge) {
  auto stream = stream_of({{1, 50}, {2, 100}});
  EXPECT_THROW(stream.merge(span_of(100, 200, {{2, 100}})), crm::definition_mismatch);
  auto span = span_of(100, 200, {{2, 100}});
  EXPECT_THROW(span.merge(stream), crm::definition_mismatch);
  stream.observe_until({101});
  stream.merge(span_of(101, 200, {}));
  auto ended = stream_of({{1, 50}});
  ended.observe_until({100});
  ended.merge(span);
  EXPECT_EQ(ended.result().n(), 2);
}

TEST(linked, unknown_callers_are_observed) {
  auto stream = stream_of({{1, 10}, {std::nullopt, 20}});
  EXPECT_EQ(stream.result().n(), 1);
  stream.observe_until({20});
  EXPECT_EQ(stream.result().n(), 1);
  auto merged = stream;
  merged.merge(stream.fresh());
  EXPECT_EQ(merged, stream);
  EXPECT_EQ(merged.result().n(), 1);
  EXPECT_EQ(merged.result().pending(), 0u);
}

// Without spans: whose first and last contact come at other times than those of all.
TEST(linked, streams_of_parts_of_the_customers_merge_to_one_pass) {
  std::mt19937 next(11);
  using full = crm::basic_repeat_contact<crm::full_look_back>;
  const auto metrics = crm::together(crm::fcr{}, full{});
  for (std::uint32_t seed = 0; seed != 60; ++seed) {
    const std::vector<call> calls =
        in_order(contacts::random_calls(seed, seed % 2 == 0 ? 30 : 4'000, 200));
    const crm::within w{time_span{seed % 3 == 0 ? 90 : 25}};
    auto expected = metrics;
    expected.update_many(crm::link_contacts(calls, fields, w, instant{calls.back().opened}));
    const auto count = static_cast<std::uint32_t>(2 + next() % 3);
    std::vector<decltype(crm::linked<call>(fields, w, metrics))> states;
    for (std::uint32_t i = 0; i != count; ++i) {
      crm::linked_options options;
      options.shard = {.opened = {}, .seed = seed, .index = i, .count = count};
      states.push_back(crm::linked<call>(fields, w, metrics, options));
      for (const call& c : calls) {
        if (c.customer ? options.shard.takes(*c.customer) : i == 0) states.back().update(c);
      }
    }
    auto in_row = states.front();
    for (std::uint32_t i = 1; i != count; ++i) in_row.merge(states[i]);
    std::shuffle(states.begin(), states.end(), next);
    while (states.size() > 1) {
      states[next() % (states.size() - 1)].merge(states.back());
      states.pop_back();
    }
    EXPECT_EQ(states.front(), in_row) << seed;
    const auto [fcr, repeat] = in_row.result();
    const auto [fcr_b, repeat_b] = expected.result();
    EXPECT_EQ(fcr.exact(), fcr_b.exact()) << seed;
    EXPECT_EQ(fcr.pending(), fcr_b.pending()) << seed;
    EXPECT_EQ(fcr.excluded(), fcr_b.excluded()) << seed;
    EXPECT_EQ(repeat.exact(), repeat_b.exact()) << seed;
    EXPECT_EQ(repeat.excluded(), repeat_b.excluded()) << seed;
  }
}

TEST(linked, an_observation_before_the_first_contact_counts) {
  auto stream = stream_of({});
  stream.observe_until({1'000});
  EXPECT_THROW(stream.update(call{1, 10, 11, 0, 0, false}), crm::bad_input);
  auto merged = stream;
  merged.merge(stream.fresh());
  EXPECT_EQ(merged, stream);
  merged.merge(stream_of({{1, 50}}));  // nothing more was opened up to 1,000
  EXPECT_EQ(merged.result().n(), 1);
  auto other = stream_of({{1, 50}});
  other.merge(stream);
  EXPECT_EQ(other, merged);
  stream.update(call{1, 1'000, 1'000, 0, 0, false});
  EXPECT_EQ(stream, stream_of({{1, 1'000}}));
}

TEST(linked, settings_that_cannot_be_are_refused_at_once) {
  EXPECT_THROW(
      crm::linked<call>(crm::contact_fields{.customer = &call::customer, .opened = &call::opened},
                        ten, crm::fcr{}),
      crm::invalid_setting);
  EXPECT_THROW(crm::linked<call>(fields, crm::within{time_span{-5}}, crm::fcr{}),
               crm::invalid_setting);
  crm::linked_options options;
  options.longest_open = time_span{-1};
  EXPECT_THROW(crm::linked<call>(fields, ten, crm::fcr{}, options), crm::invalid_setting);
}

// With -fsanitize=undefined: nothing leaves 64 bits.
TEST(linked, times_at_the_end_of_64_bits) {
  const auto n_of = [](auto state, std::int64_t end) {
    state.observe_until({end});
    return state.result().n();
  };
  EXPECT_EQ(n_of(span_of(INT64_MIN, INT64_MIN, {}), INT64_MIN), 0);
  EXPECT_EQ(n_of(span_of(INT64_MIN, INT64_MAX, {{1, 50}, {1, 55}}), INT64_MAX), 2);
  EXPECT_EQ(n_of(span_of(INT64_MIN, 60, {{1, 40}, {1, 55}}), INT64_MIN), 1);
  EXPECT_EQ(n_of(stream_of({{1, 50}, {1, 55}}), INT64_MAX), 2);
  constexpr std::int64_t far = std::int64_t{1} << 61;
  auto long_ago = crm::linked<call>(fields, crm::within{time_span{far}}, crm::fcr{});
  long_ago.update(call{1, -far, -far, 0, 0, false});
  long_ago.update(call{1, far - 1, far - 1, 0, 0, false});
  EXPECT_EQ(n_of(long_ago, INT64_MAX), 2);
}

TEST(linked, what_the_metric_refuses_is_not_taken) {
  auto stream = crm::linked<call>(
      fields, ten,
      crm::by([](const auto& c) { return c.agent(); }, crm::fcr{}, crm::roster<int>({1, 2})));
  stream.update(call{1, 10, 10, 0, 1, false});
  EXPECT_ANY_THROW(stream.update(call{2, 11, 11, 0, 9, false}));
  EXPECT_EQ(stream.waiting(), 1u);
  stream.observe_until({100});
  EXPECT_EQ(stream.result().rows[0].result.n(), 1);
}

}  // namespace
