#pragma once

#include <crmetrics/core/error.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace crmetrics::detail {

// The concepts of iterators come with <string>, whose iterators need them; <iterator> itself would
// make every metric header a sixth dearer.

// A function of its own, so that the loop over good rows has the registers to itself. Rows side by
// side are read faster several in a round, which g++ -O2 does not see to by itself.
template <class Metric, class Range, class Updater>
[[gnu::noinline]] void update_each(Metric& next, const Range& range, const Updater& updater) {
  const auto update = updater(next);
#pragma GCC unroll 4
  for (const auto& x : range) update(x);
}

/// Reads on behind bad rows, and gives all of them with their numbers.
template <class Metric, class Range, class Updater>
[[gnu::noinline]] problem_list update_row_by_row(Metric& next, const Range& range,
                                                 std::string_view field, const Updater& updater) {
  problem_list problems;
  const auto update = updater(next);
  const auto last = std::end(range);
  std::uint64_t row = 1;
  for (auto it = std::begin(range); it != last; ++it, ++row) {
    try {
      update(*it);
    } catch (const bad_input& e) {
      for (problem p : e.problems()) {
        p.row = row;
        if (!field.empty()) p.field = std::string(field);
        problems.add(std::move(p));
      }
    }
  }
  return problems;
}

/// The loop behind every `update_many`: all rows or none. Rows go into an empty state that is
/// merged at the end, so a problem leaves the metric as it was; all problems are reported at once,
/// with their rows. Rows in one piece of memory pay nothing for that: they are read again row by
/// row only where the first reading met a bad one. Other ranges are read once, for their elements
/// may be made on the fly, and not the same a second time.
/// @param updater given the empty state, returns what is called with each row
template <class Metric, class Range, class Updater>
void update_all(Metric& metric, const Range& range, std::string_view field,
                const Updater& updater) {
  if constexpr (std::contiguous_iterator<decltype(std::begin(range))>) {
    Metric next = metric.fresh();
    bool good = true;
    try {
      update_each(next, range, updater);
    } catch (const bad_input&) {
      good = false;
    }
    if (good) {
      metric.merge(next);
      return;
    }
  }
  Metric next = metric.fresh();
  update_row_by_row(next, range, field, updater).throw_if_any();
  metric.merge(next);
}

template <class Metric, class Range>
void update_all(Metric& metric, const Range& range, std::string_view field) {
  update_all(metric, range, field, [](Metric& m) { return [&m](const auto& x) { m.update(x); }; });
}

/// The same for events that are given once each, with how often they came.
template <class Metric, class Counted>
constexpr void update_counted(Metric& metric, const Counted& events) {
  Metric next = metric.fresh();
  for (const auto& [event, times] : events) {
    next.update(event, typename Metric::weight_type{times});
  }
  metric.merge(next);
}

}  // namespace crmetrics::detail
