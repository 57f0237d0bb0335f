#pragma once

#include <crmetrics/detail/callable.hpp>
#include <crmetrics/detail/input.hpp>
#include <crmetrics/time/instant.hpp>
#include <crmetrics/time/period.hpp>

#include <type_traits>
#include <utility>

namespace crmetrics {

/// A predicate: does the time that a projection takes out of an event fall into a period
/// [from, to)? An event without a time (an empty optional) falls into none.
///
/// `std::views::filter(falls_in(q1, &survey::at))`, or, so that what is left out is counted and
/// shown, `where(falls_in(q1, &survey::at), nps{}, "outside the quarter")`. O(1) an event.
template <class TimeOf>
class falls_in {
 public:
  constexpr falls_in(period p, TimeOf time_of) : period_(p), time_of_(std::move(time_of)) {
    detail::require_comparable<TimeOf>();
  }

  template <class E>
    requires detail::callable_on<TimeOf, E>
  constexpr bool operator()(const E& e) const {
    const auto& t = detail::call(time_of_, e);
    if constexpr (detail::is_optional<std::remove_cvref_t<decltype(t)>>) {
      return t.has_value() && period_.contains(to_instant(*t));
    } else {
      return period_.contains(to_instant(t));
    }
  }

  friend constexpr bool operator==(const falls_in& a, const falls_in& b) {
    return a.period_ == b.period_ && detail::same_callable(a.time_of_, b.time_of_);
  }

 private:
  period period_;
  [[no_unique_address]] TimeOf time_of_;
};

}  // namespace crmetrics
