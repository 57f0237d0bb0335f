#include <crmetrics/combinators/by.hpp>
#include <crmetrics/combinators/linked.hpp>
#include <crmetrics/combinators/together.hpp>
#include <crmetrics/intervals/wald.hpp>
#include <crmetrics/metrics/fcr.hpp>
#include <crmetrics/metrics/fcr_counted.hpp>
#include <crmetrics/metrics/fcr_kaplan_meier.hpp>
#include <crmetrics/metrics/repeat_contact.hpp>
#include <crmetrics/metrics/repeat_customers.hpp>

#include "../support/sort_stably.hpp"
#include "laws/events.hpp"
#include "laws/metric_laws.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

// Metrics of linked contacts, and linking on the way, split as its shard constraint allows.
namespace crmetrics::laws {
namespace {

constexpr contact_rule rule{.span = days{7}, .about = subject::customer_and_issue};

// Every combination of findings, also such as no linking gives. Where spans are asked for, some are
// missing or longer than the window.
contact_fact fact_of(const draw& d) {
  const auto flags = static_cast<std::uint8_t>(d.pick % 128);
  std::int64_t span = std::int64_t{d.x} * 604'800;
  if (d.kind == kind::no_value) span = -1;
  if (d.kind == kind::outside) span = rule.span.microseconds + 1 + d.x;
  return {rule, flags, {span}, d.x % 5 == 0};
}

// Pending contacts are counted beside.
template <class M>
struct facts {
  static M make() { return M(rule); }
  static contact_fact event(const draw& d) { return fact_of(d); }
  static std::optional<detail::uint128> accounted(const M& metric) {
    const estimate e = metric.result();
    return detail::uint128{e.n()} + e.pending() + e.excluded().total();
  }
};
struct fcr_default : facts<fcr> {
  static constexpr const char* name = "fcr";
};
struct fcr_naive : facts<basic_fcr<naive_maturity, wald>> {
  static constexpr const char* name = "fcr_naive_wald";
};
struct fcr_survival : facts<fcr_kaplan_meier> {
  static constexpr const char* name = "fcr_kaplan_meier";
};
struct repeats : facts<repeat_contact> {
  static constexpr const char* name = "repeat_contact";
};
struct repeats_looked_back : facts<basic_repeat_contact<full_look_back>> {
  static constexpr const char* name = "repeat_contact_full_look_back";
};
struct customers {
  static constexpr const char* name = "repeat_customers";
  static repeat_customers make() { return repeat_customers(rule); }
  static customer_fact event(const draw& d) {
    return {rule, 1 + d.pick, static_cast<std::uint64_t>(d.x) % 2 * d.pick};
  }
};

template <class Kind>
struct counted_kind {
  static basic_fcr_counted<Kind> make() { return {}; }
  static std::optional<double> event(const draw& d) {
    if (const auto none = no_number(d)) return *none;
    if (d.kind == kind::outside) return -1 - d.x;
    return d.x % 4 + (d.kind == kind::fraction ? .5 : 0);
  }
};
struct no_reopen : counted_kind<never_reopened> {
  static constexpr const char* name = "fcr_no_reopen";
};
struct one_touch : counted_kind<one_reply> {
  static constexpr const char* name = "fcr_one_touch";
};

[[maybe_unused]] const bool entered =
    enter_all<fcr_default, fcr_naive, fcr_survival, repeats, repeats_looked_back, customers,
              no_reopen, one_touch>();

// --- a rule that is adopted -------------------------------------------------------------------

void require(bool holds, const char* law) {
  if (!holds) throw law_broken(law);
}

// Fresh keeps the rule that was adopted, so it is not the prototype; all else holds as with a rule
// that was given.
template <class M>
void adopting_is_as_if_it_had_been_given(const sample& s) {
  const auto fed = [](M metric, const program& p) {
    for (const step& each : p) {
      for (const draw& d : each.events) {
        draw good = d;
        good.kind = kind::valid;
        metric.update(fact_of(good));
      }
    }
    return metric;
  };
  const M a = fed(M{}, s.a);
  const M b = fed(M{}, s.b);
  const M given = fed(fed(M(rule), s.a), s.b);
  const bool none = a == M{} && b == M{};
  M both = a;
  both.merge(b);
  require(both == (none ? M{} : given), "parts that adopt merge to the state with the rule");
  require(fed(a, s.b) == both, "one pass");
  M other = b;
  require(other.merge(a) == both, "commutative");
  require(a.fresh().merge(a) == a, "fresh is the identity on the left");
  M right = a;
  require(right.merge(a.fresh()) == a && right.merge(M{}) == a, "and on the right");
  M empty;
  require(empty.merge(a) == a, "a state without a rule is an identity");
  if (!none) {
    require(from_bytes(M(rule), to_bytes(both)) == given, "bytes bring the state back");
    require(convention_text(both.convention()) == convention_text(given.convention()),
            "the convention tells the rule");
  }
}

TEST(laws, a_rule_that_is_adopted) {
  EXPECT_EQ(for_all(300, adopting_is_as_if_it_had_been_given<fcr>), "");
  EXPECT_EQ(for_all(300, adopting_is_as_if_it_had_been_given<basic_fcr<naive_maturity>>), "");
  EXPECT_EQ(for_all(300, adopting_is_as_if_it_had_been_given<fcr_kaplan_meier>), "");
  EXPECT_EQ(for_all(300, adopting_is_as_if_it_had_been_given<repeat_contact>), "");
}

// --- linking on the way -----------------------------------------------------------------------

struct call {
  std::optional<int> customer;
  std::int64_t opened = 0;
  std::optional<std::int64_t> resolved;
  int topic = 0;
  int agent = 0;
  bool reopened = false;
  friend bool operator==(const call&, const call&) = default;
};
constexpr contact_fields roles{.customer = &call::customer,
                               .opened = &call::opened,
                               .resolved = &call::resolved,
                               .issue = &call::topic,
                               .agent = &call::agent,
                               .failed = &call::reopened};

constexpr std::int64_t end = 64;

// Few customers and few instants, so that everything that can coincide does.
std::vector<call> calls_of(tape& t) {
  std::vector<call> out(static_cast<std::size_t>(t.whole(0, 24)));
  for (call& c : out) {
    if (!t.chance(10)) c.customer = t.whole(1, 3);
    c.opened = t.whole(0, end - 1);
    if (!t.chance(6)) c.resolved = c.opened + (t.chance(5) ? t.whole(0, 40) : t.whole(0, 4));
    c.topic = t.whole(0, 1);
    c.agent = t.whole(0, 2);
    c.reopened = t.chance(7);
  }
  return out;
}
within window_of(tape& t) {
  return {time_span{t.whole(0, 12)}, t.chance(3) ? anchor::opened : anchor::resolved, !t.chance(3),
          t.chance(3)};
}
auto all_metrics() {
  return by<int>(credited_agent,
                 together(fcr{}, basic_fcr<naive_maturity>{}, fcr_kaplan_meier{}, repeat_contact{},
                          basic_repeat_contact<full_look_back>{}));
}
using state = decltype(linked<call>(roles, within{}, all_metrics()));

auto at_once(const std::vector<call>& calls, const within& w, period observed) {
  auto metric = all_metrics();
  metric.update_many(link_contacts(calls, roles, w, observed, {.keep_spans = true}));
  return metric.result();
}
// Contacts of one instant keep their order.
void sort_by_time(std::vector<call>& calls) {
  crmetrics::test::sort_stably(calls,
                               [](const call& a, const call& b) { return a.opened < b.opened; });
}
// Any order of merging: pairs that are chosen by the tape.
state merged(std::vector<state> states, tape& t) {
  while (states.size() > 1) {
    const auto last = static_cast<int>(states.size()) - 1;
    const auto i = static_cast<std::size_t>(t.whole(0, last));
    const auto j = (i + static_cast<std::size_t>(t.whole(1, last))) % states.size();
    states[i].merge(states[j]);
    states.erase(states.begin() + static_cast<std::ptrdiff_t>(j));
  }
  return states.front();
}

void a_stream_is_linking_at_once(tape t) {
  const within w = window_of(t);
  std::vector<call> calls = calls_of(t);
  sort_by_time(calls);
  if (calls.empty()) return;
  state stream = linked<call>(roles, w, all_metrics());
  std::vector<call> seen;
  for (const call& c : calls) {
    if (t.chance(4)) stream.observe_until({c.opened});
    stream.update(c);
    seen.push_back(c);
    if (t.chance(4)) {
      const period observed({seen.front().opened}, {c.opened + 1});
      compare(stream.result(), at_once(seen, w, observed), {});
    }
  }
  state loop = stream.fresh();
  loop.update_many(calls);
  require(loop == stream, "update_many equals the loop");
  stream.observe_until({end + 60});
  compare(stream.result(), at_once(calls, w, {{calls.front().opened}, {end + 60}}), {});
  require(stream.merge(stream.fresh()) == stream, "fresh is an identity");
}

void parts_are_linking_at_once(tape t) {
  const within w = window_of(t);
  std::vector<call> calls = calls_of(t);
  std::vector<std::int64_t> borders{0, end};
  for (int i = t.whole(0, 4); i != 0; --i) borders.push_back(t.whole(1, end - 1));
  std::sort(borders.begin(), borders.end());
  borders.erase(std::unique(borders.begin(), borders.end()), borders.end());
  const auto parts = static_cast<std::uint32_t>(t.whole(1, 3));
  linked_options options;
  options.shard.seed = t.next();
  options.shard.count = parts;
  if (t.chance(2)) options.longest_open = time_span{40};
  const bool in_order = t.chance(2);
  std::vector<call> in_time = calls;
  sort_by_time(in_time);

  std::vector<state> states;
  for (std::size_t b = 1; b != borders.size(); ++b) {
    for (std::uint32_t part = 0; part != parts; ++part) {
      options.shard.index = part;
      options.shard.opened = period({borders[b - 1]}, {borders[b]});
      state& s = states.emplace_back(linked<call>(roles, w, all_metrics(), options));
      for (const call& c : in_order ? in_time : calls) {
        const bool mine = c.customer ? options.shard.takes(*c.customer) : part == 0;
        if (!mine || !options.shard.opened->contains({c.opened})) continue;
        if (in_order && t.chance(6)) s.observe_until({c.opened});
        s.update(c);
      }
      if (t.chance(3)) s.observe_until({end});
    }
  }
  const std::vector<state> same = states;
  const state one = merged(std::move(states), t);
  compare(one.result(), at_once(calls, w, {{0}, {end}}), {});
  require(merged(same, t) == one, "any order of merging gives the same state");
}

TEST(laws, a_stream_of_contacts) {
  EXPECT_EQ(for_all_tapes(400, 300, a_stream_is_linking_at_once), "");
}
TEST(laws, parts_of_contacts) { EXPECT_EQ(for_all_tapes(400, 500, parts_are_linking_at_once), ""); }
TEST(slow_laws, a_stream_of_contacts) {
  EXPECT_EQ(for_all_tapes(10'000, 300, a_stream_is_linking_at_once), "");
}
TEST(slow_laws, parts_of_contacts) {
  EXPECT_EQ(for_all_tapes(10'000, 500, parts_are_linking_at_once), "");
}

}  // namespace
}  // namespace crmetrics::laws
