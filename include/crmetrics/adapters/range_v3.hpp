#pragma once

#include <crmetrics/adapters/falls_in.hpp>
#include <crmetrics/adapters/into.hpp>
#include <crmetrics/adapters/linked.hpp>
#include <crmetrics/time/period.hpp>

#include <range/v3/view/filter.hpp>

#include <utility>

namespace crmetrics {

/// A view of the events that fall into a period [from, to), by the time that a projection takes out
/// of them: `surveys | in_period(calendar_quarter(2025, 1), &survey::at) | into(...)`.
///
/// Composes with the views of range-v3. Events without a time are in no period; a view cannot count
/// what it leaves out: where that must be shown use `where(falls_in(p, &survey::at), m, cause)`.
/// O(1) an event, no allocation.
template <class TimeOf>
auto in_period(const period& p, TimeOf time_of) {
  return ranges::views::filter(falls_in<TimeOf>(p, std::move(time_of)));
}

}  // namespace crmetrics
