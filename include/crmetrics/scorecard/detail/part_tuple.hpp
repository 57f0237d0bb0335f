#pragma once

#include <crmetrics/concepts.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/core/label.hpp>
#include <crmetrics/scorecard/concepts.hpp>

#include <cstddef>
#include <tuple>
#include <utility>

namespace crmetrics::detail {

/// The parts of a scorecard or of a group, in the order of the definition.
template <class... Parts>
class part_tuple {
 public:
  static constexpr merge_exactness exactness = [] {
    merge_exactness worst = merge_exactness::exact;
    ((worst = worst < Parts::exactness ? Parts::exactness : worst), ...);
    return worst;
  }();
  static constexpr shard_constraint sharding = [] {
    shard_constraint strictest = shard_constraint::any;
    ((strictest = strictest < Parts::sharding ? Parts::sharding : strictest), ...);
    return strictest;
  }();
  template <class E>
  static constexpr int observers = (0 + ... + Parts::template observers<E>);
  /// How many weighted components are in it.
  static constexpr std::size_t components = [] {
    std::size_t sum = 0;
    const auto add = [&]<class Part>(const Part*) {
      if constexpr (requires { Part::components; }) sum += Part::components;
    };
    (add(static_cast<const Parts*>(nullptr)), ...);
    return sum;
  }();

  static constexpr bool reference_dependent =
      (false || ... || crmetrics::reference_dependent<Parts>);

  constexpr explicit part_tuple(Parts... parts) : parts_(std::move(parts)...) {}

  template <class E>
  constexpr void offer(const E& e) {
    std::apply([&](auto&... part) { (part.offer(e), ...); }, parts_);
  }
  template <class E>
  constexpr void check(const E& e) const {
    std::apply([&](const auto&... part) { (part.check(e), ...); }, parts_);
  }
  constexpr void merge(const part_tuple& other) {
    merge(other, std::index_sequence_for<Parts...>{});
  }
  /// The states of the same parts under other rules.
  constexpr void take_state(const part_tuple& from, problem_list& problems) {
    take_state(from, problems, std::index_sequence_for<Parts...>{});
  }
  constexpr void clear() {
    std::apply([](auto&... part) { (part.clear(), ...); }, parts_);
  }
  template <class F>
  constexpr void for_each(F&& f) const {
    std::apply([&](const auto&... part) { (f(part), ...); }, parts_);
  }

  template <class F>
  constexpr void each_weight(const F& f, const void* siblings) {
    std::apply(
        [&](auto&... part) {
          const auto one = [&](auto& p) {
            if constexpr (requires { p.each_weight(f, siblings); }) p.each_weight(f, siblings);
          };
          (one(part), ...);
        },
        parts_);
  }
  constexpr void leave_out_of_parts(label name) {
    std::apply(
        [&](auto&... part) {
          const auto one = [&](auto& p) {
            if constexpr (requires { p.leave_out(name); }) p.leave_out(name);
          };
          (one(part), ...);
        },
        parts_);
  }

  constexpr void serialize(auto& archive) {
    std::apply([&](auto&... part) { (part.serialize(archive), ...); }, parts_);
  }
  friend constexpr bool operator==(const part_tuple&, const part_tuple&) = default;

 private:
  template <std::size_t... I>
  constexpr void merge(const part_tuple& other, std::index_sequence<I...>) {
    (std::get<I>(parts_).merge(std::get<I>(other.parts_)), ...);
  }

  template <std::size_t... I>
  constexpr void take_state(const part_tuple& from, problem_list& problems,
                            std::index_sequence<I...>) {
    const auto one = [&](auto& part, const auto& other) {
      if constexpr (requires { part.take_state(other, problems); }) {
        part.take_state(other, problems);
      }
    };
    (one(std::get<I>(parts_), std::get<I>(from.parts_)), ...);
  }

  std::tuple<Parts...> parts_;
};

}  // namespace crmetrics::detail
