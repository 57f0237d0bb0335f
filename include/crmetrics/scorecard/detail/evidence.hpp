#pragma once

#include <crmetrics/core/estimate.hpp>

#include <string_view>

namespace crmetrics::detail {

/// The method of a figure that came with its standard error (`given`).
inline constexpr std::string_view stated_error = "normal, given standard error";

/// Whether a standard error of 0 means that the value is known exactly. Equal values, and events
/// that never came, have one by their formula, which says nothing; who gives a figure states it,
/// and a scorecard inside another (no method) may be held.
constexpr bool knows_zero_error(const estimate& e) {
  return e.method().empty() || e.method() == stated_error;
}
/// Whether the interval says how sure the value is: one of no width does not.
constexpr bool has_evidence(const estimate& e) {
  return e.interval() && (e.interval()->low < e.interval()->high || knows_zero_error(e));
}

}  // namespace crmetrics::detail
