#pragma once

#include <crmetrics/adapters/boost_date_time_convert.hpp>
#include <crmetrics/core/time_span.hpp>
#include <crmetrics/detail/callable.hpp>
#include <crmetrics/time/instant.hpp>

#include <boost/date_time/gregorian/gregorian_types.hpp>
#include <boost/date_time/posix_time/posix_time_types.hpp>

#include <optional>
#include <utility>

namespace crmetrics {

namespace detail {

inline std::optional<instant> from_boost_value(const boost::posix_time::ptime& t) {
  return to_optional_instant(t);
}
inline std::optional<instant> from_boost_value(const boost::gregorian::date& d) {
  return to_optional_instant(d);
}
inline std::optional<time_span> from_boost_value(const boost::posix_time::time_duration& d) {
  return to_optional_time_span(d);
}
template <class T>
auto from_boost_value(const std::optional<T>& t) -> decltype(from_boost_value(*t)) {
  if (!t.has_value()) return std::nullopt;
  return from_boost_value(*t);
}

}  // namespace detail

/// A projection that hands on what another one takes out of an event as the library's own time: a
/// `ptime` or a date as an optional instant, a `time_duration` as an optional time span;
/// not_a_date_time and an empty optional are missing. For `on`, `over`, `in_period`.
template <class Projection>
class boost_projection {
 public:
  constexpr explicit boost_projection(Projection projection) : projection_(std::move(projection)) {
    detail::require_comparable<Projection>();
  }

  /// @throws bad_input for an infinite time
  template <class E>
    requires detail::callable_on<Projection, E> &&
             requires(const detail::call_result<Projection, E>& value) {
               detail::from_boost_value(value);
             }
  auto operator()(const E& e) const {
    return detail::from_boost_value(detail::call(projection_, e));
  }

  friend constexpr bool operator==(const boost_projection& a, const boost_projection& b) {
    return detail::same_callable(a.projection_, b.projection_);
  }

 private:
  [[no_unique_address]] Projection projection_;
};

/// `over(calendar_months{}, from_boost(&survey::at), nps{})`,
/// `on(from_boost(&call::talk), handle_time{})`.
template <class Projection>
constexpr boost_projection<Projection> from_boost(Projection projection) {
  return boost_projection<Projection>(std::move(projection));
}

}  // namespace crmetrics
