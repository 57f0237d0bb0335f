#pragma once

#include <crmetrics/concepts.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/core/weight.hpp>
#include <crmetrics/detail/int128.hpp>
#include <crmetrics/io/state_bytes.hpp>

#include "laws/for_all.hpp"
#include "laws/results.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// The laws that every metric keeps, written once. A metric is entered by a spec:
//
//   struct nps_spec {
//     static constexpr const char* name = "nps";          // of the test
//     static crm::nps make();                             // the prototype, with its settings
//     static std::optional<double> event(const draw& d);  // any event, also a bad one
//   };
//   const bool entered = enter<nps_spec>();
//
// and what it needs of these:
//   static constexpr double scale = 1;              size of the values, for merges up to rounding
//   static constexpr bool holds_value = false;      its interval need not hold the value: says why
//   static constexpr bool counts = false;           its result does not count its observations
//   static constexpr bool empty_is_a_value = true;  nothing observed is a value (a count of 0)
//   static auto accounted(const metric&);           counts them in another way
namespace crmetrics::laws {

template <class Spec>
class metric_laws {
 public:
  using metric_type = decltype(Spec::make());
  using event_type = decltype(Spec::event(draw{}));

  static_assert(any_metric<metric_type> && observes<metric_type, event_type>);

  static void all(const sample& s) {
    const metric_laws laws(s);
    laws.merging_equals_one_pass();
    laws.merging_is_associative_and_commutative();
    laws.fresh_is_the_identity_and_keeps_the_settings();
    laws.merging_with_itself_equals_merging_with_a_copy();
    laws.update_many_equals_the_loop();
    laws.order_does_not_matter();
    laws.a_frequency_weight_equals_so_many_updates();
    laws.refused_input_leaves_the_state_alone();
    laws.counts_never_wrap();
    laws.result_leaves_the_state_alone_and_repeats();
    laws.estimates_are_sound();
    laws.every_observation_is_accounted_for();
    laws.cells_add_up_to_the_whole();
    laws.bytes_bring_the_state_back();
  }

 private:
  using M = metric_type;
  using E = event_type;

  explicit metric_laws(const sample& s) : s_(s), a_(of(s.a)), b_(of(s.b)), c_(of(s.c)) {
    for (const step& each : s.a) {
      for (const draw& d : each.events) events_.push_back(Spec::event(d));
    }
  }

  // --- what differs between metrics ------------------------------------------------------------

  static constexpr bool exact = M::exactness == merge_exactness::exact;
  static constexpr nearness near() {
    if constexpr (requires { Spec::scale; }) return {exact ? 0 : Spec::scale};
    return {exact ? 0.0 : 1.0};
  }
  static constexpr auto weights() {
    if constexpr (requires(M m, const E& e) { m.update(e, frequency_weight{2}); }) {
      return std::array<frequency_weight, 7>{{{0}, {1}, {2}, {3}, {7}, {1'000}, {1 << 20}}};
    } else if constexpr (requires(M m, const E& e) { m.update(e, sampling_weight(2)); }) {
      return std::array{sampling_weight(0),    sampling_weight(.5),   sampling_weight(1),
                        sampling_weight(2.25), sampling_weight(1e-3), sampling_weight(1e6)};
    } else {
      return std::array<int, 0>{};
    }
  }
  static constexpr bool weighted = weights().size() != 0;
  static constexpr bool frequencies =
      std::same_as<typename decltype(weights())::value_type, frequency_weight>;

  // --- calls -----------------------------------------------------------------------------------

  static bool take(M& metric, const E& event) {
    try {
      metric.update(event);
      return true;
    } catch (const bad_input&) {
      return false;
    }
  }
  template <class Weight>
  static bool take(M& metric, const E& event, const Weight& weight) {
    try {
      metric.update(event, weight);
      return true;
    } catch (const bad_input&) {
      return false;
    }
  }

  /// Plays a program on a state; gives how many observations were taken.
  static std::uint64_t play(M& metric, const program& p) {
    std::uint64_t taken = 0;
    for (const step& each : p) {
      std::vector<E> events;
      for (const draw& d : each.events) events.push_back(Spec::event(d));
      switch (each.what) {
        case step::call::weighted:
          if constexpr (weighted) {
            constexpr auto choices = weights();
            const auto weight = choices[each.weight % choices.size()];
            for (const E& e : events) {
              if (!take(metric, e, weight)) continue;
              if constexpr (frequencies) {
                taken += weight.times;
              } else {
                ++taken;
              }
            }
            break;
          }
          [[fallthrough]];
        case step::call::update:
          for (const E& e : events) taken += take(metric, e) ? 1u : 0u;
          break;
        case step::call::update_many:
          try {
            metric.update_many(events);
            taken += events.size();
          } catch (const bad_input&) {  // all or none
          }
          break;
        case step::call::merge: {
          M other = Spec::make();
          for (const E& e : events) taken += take(other, e) ? 1u : 0u;
          metric.merge(other);
          break;
        }
      }
    }
    return taken;
  }
  static M of(const program& p) {
    M metric = Spec::make();
    play(metric, p);
    return metric;
  }
  static M merged(M x, const M& y) {
    x.merge(y);
    return x;
  }
  std::vector<E> accepted() const {
    M probe = Spec::make();
    std::vector<E> good;
    for (const E& e : events_) {
      if (take(probe, e)) good.push_back(e);
    }
    return good;
  }
  static M looped(const std::vector<E>& events) {
    M metric = Spec::make();
    for (const E& e : events) metric.update(e);
    return metric;
  }

  static void require(bool holds, std::string_view law) {
    if (!holds) throw law_broken(std::string(law));
  }
  /// The same state where merging is exact, else results that are near.
  static void require_same(const M& x, const M& y, std::string_view law) {
    try {
      if constexpr (exact) require_equal(x == y, true, "the states are equal");
      compare(x.result(), y.result(), near());
    } catch (const law_broken& e) {
      throw law_broken(std::string(law) + ": " + e.what());
    }
  }

  // --- the laws --------------------------------------------------------------------------------

  void merging_equals_one_pass() const {
    M both = a_;
    play(both, s_.b);
    require_same(both, merged(a_, b_), "stream(a ++ b) == stream(a).merge(stream(b))");
    play(both, s_.c);
    require_same(both, merged(merged(a_, b_), c_), "three parts");
  }

  void merging_is_associative_and_commutative() const {
    require_same(merged(merged(a_, b_), c_), merged(a_, merged(b_, c_)), "associative");
    require_same(merged(a_, b_), merged(b_, a_), "commutative");
    M sum = a_;
    sum += b_;
    require(sum == merged(a_, b_) && a_ + b_ == sum, "+ and += are merge");
  }

  void fresh_is_the_identity_and_keeps_the_settings() const {
    const M empty = a_.fresh();
    require(merged(empty, a_) == a_, "fresh is the identity on the left, bit for bit");
    require(merged(a_, empty) == a_, "fresh is the identity on the right, bit for bit");
    require(empty == Spec::make().fresh(), "fresh has the settings of the prototype");
    require(convention_text(empty.convention()) == convention_text(a_.convention()),
            "fresh keeps the convention");
    require(convention_text(a_.convention()).fits(), "the convention fits");
    require(!std::string_view(a_.name()).empty(), "the metric has a name");
    each_estimate(empty.result(), [](const estimate& e) {
      require(e.n() == 0 && e.missing() == 0 && e.invalid() == 0 && e.excluded().total() == 0,
              "fresh has seen nothing");
      if constexpr (!requires { Spec::empty_is_a_value; }) {
        require(e.status() == status::no_data, "nothing seen is no data");
      }
    });
  }

  void merging_with_itself_equals_merging_with_a_copy() const {
    M self = a_;
    self.merge(self);
    require(self == merged(a_, M(a_)), "a.merge(a)");
  }

  void update_many_equals_the_loop() const {
    const std::vector<E> good = accepted();
    M bulk = Spec::make();
    bulk.update_many(good);
    require_same(bulk, looped(good), "update_many equals the loop");

    if (good.size() == events_.size()) return;
    M unchanged = b_;
    try {
      unchanged.update_many(events_, "column");
      require(false, "update_many refuses what update refuses");
    } catch (const bad_input& e) {
      std::vector<std::uint64_t> rows;
      for (const problem& p : e.problems()) {
        require(p.field == "column" && !p.reason.empty(), "a problem has a field and a reason");
        if (rows.empty() || rows.back() != p.row) rows.push_back(p.row);
      }
      std::vector<std::uint64_t> bad;
      for (std::size_t i = 0; i != events_.size(); ++i) {
        M probe = Spec::make();
        if (!take(probe, events_[i])) bad.push_back(i + 1);
      }
      require(rows == bad, "the problems name all bad rows and no other");
    }
    require(unchanged == b_, "a refused update_many leaves the state alone");
  }

  void order_does_not_matter() const {
    std::vector<E> events = accepted();
    const M forward = looped(events);
    std::reverse(events.begin(), events.end());
    require_same(forward, looped(events), "in reverse");
    std::rotate(events.begin(), events.begin() + static_cast<std::ptrdiff_t>(events.size() / 3),
                events.end());
    require_same(forward, looped(events), "rotated");
  }

  void a_frequency_weight_equals_so_many_updates() const {
    if constexpr (frequencies) {
      std::size_t tried = 0;
      for (const E& e : accepted()) {
        if (++tried > 3) break;
        for (const std::uint64_t times : {0u, 1u, 2u, 3u, 7u}) {
          M once = b_;
          once.update(e, frequency_weight{times});
          M often = b_;
          for (std::uint64_t i = 0; i != times; ++i) often.update(e);
          if (times == 0) require(once == b_, "weight 0 changes nothing");
          require_same(once, often, "weight k equals k updates");
        }
      }
    }
  }

  void refused_input_leaves_the_state_alone() const {
    for (const E& e : events_) {
      M metric = b_;
      if (!take(metric, e)) require(metric == b_, "a refused event leaves the state alone");
      if constexpr (weighted) {
        M heavy = b_;
        if (!take(heavy, e, weights().back())) require(heavy == b_, "refused with a weight");
      }
    }
  }

  // Where a count would leave its integer there is an exception and the old state.
  void counts_never_wrap() const {
    if constexpr (frequencies) {
      std::size_t tried = 0;
      for (const E& e : events_) {
        if (++tried > 3) break;
        for (const std::uint64_t times :
             {std::uint64_t{1} << 62, std::uint64_t{INT64_MAX}, std::uint64_t{UINT64_MAX}}) {
          M metric = b_;
          for (int i = 0; i != 4; ++i) {
            const M before = metric;
            try {
              metric.update(e, frequency_weight{times});
            } catch (const error&) {
              require(metric == before, "an overflow leaves the state alone");
            }
          }
        }
      }
    }
    M metric = a_;
    for (int doublings = 0; doublings != 66; ++doublings) {
      const M before = metric;
      try {
        metric.merge(before);
      } catch (const overflow&) {
        require(metric == before, "an overflow in merge leaves the state alone");
        break;
      }
      try {
        const auto was = account(before);
        const auto is = account(metric);
        if (!was || *was == 0 || !is) break;
        require(*is == 2 * *was && *is > *was, "merging with itself counts everything twice");
      } catch (const overflow&) {  // each count fits, their sum does not
        break;
      }
    }
  }

  void result_leaves_the_state_alone_and_repeats() const {
    const M copy = a_;
    const auto first = a_.result();
    static_cast<void>(a_.result(confidence_level(.5)));
    require(a_ == copy, "result leaves the state alone");
    compare(first, a_.result(), {});
  }

  void estimates_are_sound() const {
    for (const M* m : {&a_, &b_, &c_}) {
      std::vector<std::optional<interval>> inner;
      for (const double level : {.5, .95, .999}) {
        std::vector<std::optional<interval>> outer;
        each_estimate(m->result(confidence_level(level)), [&](const estimate& e) {
          require(e.level().value() == level, "the estimate tells its level");
          require_sound(e);
          outer.push_back(e.interval());
        });
        for (std::size_t i = 0; i != inner.size(); ++i) {
          // Order statistics have an interval at low levels only.
          if (!inner[i] || !outer[i]) continue;
          const double slack = 1e-12 * (std::abs(inner[i]->low) + std::abs(inner[i]->high));
          require(
              outer[i]->low <= inner[i]->low + slack && inner[i]->high <= outer[i]->high + slack,
              "an interval grows with its level");
        }
        inner = std::move(outer);
      }
    }
  }
  static void require_sound(const estimate& e) {
    require(!e.name().empty() && !e.convention().empty(), "a result has a name and a definition");
    require((e.status() != status::no_data) || e.n() == 0, "no data means that there are none");
    if (!e.has_value()) {
      require(!e.interval() && !e.standard_error(), "without a value no interval");
      bool thrown = false;
      try {
        static_cast<void>(e.value());
      } catch (const no_value&) {
        thrown = true;
      }
      require(thrown, "no data is no number");
      return;
    }
    const double value = e.value();
    const double slack = 1e-12 * (std::abs(value) + 1);
    require(std::isfinite(value), "a value is finite");
    if (e.exact().known()) require_near(e.exact().value(), value, slack, "exact quotient");
    if (e.standard_error()) {
      require(std::isfinite(*e.standard_error()) && *e.standard_error() >= 0,
              "a standard error is finite and not negative");
    }
    const auto [low, high] = range_of(e.unit());
    require(low <= value && value <= high, "the value is in the range of its unit");
    if (!e.interval()) return;
    require(e.interval()->low <= e.interval()->high, "the ends of an interval are in order");
    require(low <= e.interval()->low && e.interval()->high <= high,
            "the interval is in the range of its unit");
    if constexpr (!requires { Spec::holds_value; }) {
      require(e.interval()->low <= value + slack && value - slack <= e.interval()->high,
              "the interval holds the value");
    }
  }
  static std::pair<double, double> range_of(unit u) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    switch (u) {
      case unit::fraction:
        return {0, 1};
      case unit::net_fraction:
        return {-1, 1};
      case unit::second:
      case unit::per_exposure:
        return {0, infinity};
      default:
        return {-infinity, infinity};
    }
  }

  static std::optional<detail::uint128> account(const M& metric) {
    if constexpr (requires { Spec::accounted(metric); }) return Spec::accounted(metric);
    return laws::accounted(metric.result());
  }
  void every_observation_is_accounted_for() const {
    if constexpr (!requires { Spec::counts; }) {
      M metric = Spec::make();
      std::uint64_t taken = play(metric, s_.a);
      taken += play(metric, s_.b);
      const auto found = account(metric);
      require(found.has_value(), "the result counts its observations");
      require_equal(*found, detail::uint128{taken},
                    "in the value, missing, invalid, excluded and unknown");
    }
  }

  // Groups and windows: all cells, the unkeyed one and what no cell took are the whole.
  void cells_add_up_to_the_whole() const {
    if constexpr (requires { a_.total(); }) {
      const auto all = account(a_);
      auto cells = laws::accounted(a_.total().result());
      if (!all || !cells) return;
      if constexpr (requires { a_.result().unknown; }) *cells += a_.result().unknown;
      require_equal(*cells, *all, "cells and unknown keys are the whole");
    }
  }

  void bytes_bring_the_state_back() const {
    const auto bytes = to_bytes(a_);
    const M back = from_bytes(Spec::make(), bytes);
    require(back == a_, "bytes bring the state back");
    require(to_bytes(back) == bytes, "equal states have equal bytes");
  }

  const sample& s_;
  M a_, b_, c_;
  std::vector<E> events_;
};

template <class Spec>
class metric_laws_test : public testing::Test {
 public:
  explicit metric_laws_test(int cases) : cases_(cases) {}
  void TestBody() override {
    const std::string counterexample = for_all(cases_, metric_laws<Spec>::all);
    EXPECT_TRUE(counterexample.empty()) << counterexample;
  }

 private:
  int cases_;
};

/// Enters a metric: as laws.<name>, and with many more samples as slow_laws.<name>.
template <class Spec>
bool enter(const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  const auto test = [&](const char* suite, int cases) {
    testing::RegisterTest(
        suite, Spec::name, nullptr, nullptr, file, line,
        [cases]() -> testing::Test* { return new metric_laws_test<Spec>(cases); });
  };
  test("laws", 150);
  test("slow_laws", 3'000);
  return true;
}

template <class... Specs>
bool enter_all(const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  return (enter<Specs>(file, line) && ...);
}

}  // namespace crmetrics::laws
