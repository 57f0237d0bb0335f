#pragma once

namespace crmetrics::detail {

/// Updates one of many states with equal settings, reading the settings from a prototype that the
/// caller keeps in registers where the metric allows it.
template <class M, class E>
constexpr void update_cell(M& cell, const M& prototype, const E& e) {
  if constexpr (requires { cell.update_as(prototype, e); }) {
    cell.update_as(prototype, e);
  } else {
    cell.update(e);
  }
}

}  // namespace crmetrics::detail
