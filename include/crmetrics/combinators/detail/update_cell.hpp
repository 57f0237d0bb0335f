#pragma once

namespace crmetrics::detail {

struct no_settings {};

/// What an update reads of a state without changing it, where there is such a thing. It is the same
/// in all cells of a table, so that a loop keeps one in registers instead of reading every cell's.
template <class M>
constexpr decltype(auto) settings_of(const M& metric) {
  if constexpr (requires { metric.shared_settings(); }) {
    return metric.shared_settings();
  } else {
    return no_settings{};
  }
}

/// Updates one of many states whose settings are equal.
template <class M, class Settings, class E>
constexpr void update_cell(M& cell, const Settings& settings, const E& e) {
  if constexpr (requires { cell.update_as(settings, e); }) {
    cell.update_as(settings, e);
  } else {
    cell.update(e);
  }
}

}  // namespace crmetrics::detail
