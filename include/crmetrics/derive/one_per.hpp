#pragma once

#include <crmetrics/detail/callable.hpp>
#include <crmetrics/detail/input.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <map>
#include <type_traits>
#include <utility>
#include <vector>

namespace crmetrics {

/// Of several events of one key, the one with the smallest value of a projection: the first rating
/// by its time, the worst by its score. Of equal ones the first row stays.
template <class ValueOf>
struct smallest {
  [[no_unique_address]] ValueOf value_of;

  template <class E>
  constexpr bool prefers(const E& candidate, const E& held) const {
    return detail::call(value_of, candidate) < detail::call(value_of, held);
  }
};
template <class ValueOf>
smallest(ValueOf) -> smallest<ValueOf>;

/// The one with the largest value: the latest rating by its time. Of equal ones the first row
/// stays.
template <class ValueOf>
struct largest {
  [[no_unique_address]] ValueOf value_of;

  template <class E>
  constexpr bool prefers(const E& candidate, const E& held) const {
    return detail::call(value_of, held) < detail::call(value_of, candidate);
  }
};
template <class ValueOf>
largest(ValueOf) -> largest<ValueOf>;

/// What `one_per` gives: one event for each key in the order of first appearance, and how many were
/// passed over.
template <class Event>
struct chosen_events {
  std::vector<Event> events;
  std::uint64_t passed_over = 0;
};

/// Keeps one event for each key, so that a ticket that was rated three times counts once:
/// `csat.update_many(one_per(surveys, &survey::ticket, largest{&survey::at}).events)`.
///
/// Which rating of a ticket counts is part of the definition of a CSAT: the first, the last
/// (`largest` of the time), the worst (`smallest` of the rating). Events without a key (an empty
/// optional) are all kept. The events of a key must be in one range; split by key, not by row.
/// O(n log keys), one copy of each kept event.
template <class Range, class KeyOf, class Preference>
auto one_per(const Range& events, KeyOf key_of, Preference preference) {
  using event = std::remove_cvref_t<decltype(*std::begin(events))>;
  using key = std::remove_cvref_t<decltype(detail::held(
      std::declval<const detail::call_result<KeyOf, event>&>()))>;
  chosen_events<event> out;
  std::map<key, std::size_t, std::less<>> place;
  for (const event& e : events) {
    const auto& k = detail::call(key_of, e);
    if (detail::is_missing(k)) {
      out.events.push_back(e);
      continue;
    }
    const auto [it, added] = place.try_emplace(key(detail::held(k)), out.events.size());
    if (added) {
      out.events.push_back(e);
      continue;
    }
    ++out.passed_over;
    if (preference.prefers(e, out.events[it->second])) out.events[it->second] = e;
  }
  return out;
}

}  // namespace crmetrics
