#pragma once

#include <crmetrics/core/error.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace crmetrics::detail {

/// The loop behind every `update_many`: all rows or none. Rows go into an empty state that is
/// merged at the end, so a problem leaves the metric as it was; all problems are reported at once,
/// with their rows. The try block stands outside the loop: a clean column pays nothing for it.
/// @param updater given the empty state, returns what is called with each row
template <class Metric, class Range, class Updater>
void update_all(Metric& metric, const Range& range, std::string_view field, Updater&& updater) {
  Metric next = metric.fresh();
  problem_list problems;
  const auto update = updater(next);
  const auto first = std::begin(range);
  const auto last = std::end(range);
  // The row is counted only where it cannot be computed from the position.
  constexpr bool has_position = requires { static_cast<std::uint64_t>(first - first); };
  std::uint64_t row = 0;
  auto it = first;
  while (true) {
    try {
      for (; it != last; ++it) {
        if constexpr (!has_position) ++row;
        update(*it);
      }
      break;
    } catch (const bad_input& e) {
      if constexpr (has_position) row = static_cast<std::uint64_t>(it - first) + 1;
      for (problem p : e.problems()) {
        p.row = row;
        if (!field.empty()) p.field = std::string(field);
        problems.add(std::move(p));
      }
      ++it;
    }
  }
  problems.throw_if_any();
  metric.merge(next);
}

template <class Metric, class Range>
void update_all(Metric& metric, const Range& range, std::string_view field) {
  update_all(metric, range, field, [](Metric& m) { return [&m](const auto& x) { m.update(x); }; });
}

}  // namespace crmetrics::detail
