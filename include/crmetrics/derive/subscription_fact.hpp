#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/time/instant.hpp>
#include <crmetrics/time/period.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace crmetrics {

/// From `at` on the customer pays `level` a month, in minor units; 0 is no customer.
struct level_change {
  instant at;
  std::int64_t level = 0;
  friend constexpr bool operator==(const level_change&, const level_change&) = default;
};

/// One customer in one window [from, to) of a subscription ledger: what churn, retention and
/// revenue metrics observe. Made by `read_ledger(...).in(window)`; the changes lie in the ledger,
/// which must live as long.
///
/// The level at an instant is that after all changes before it, so a change dated at the first
/// instant of the window belongs to the window, and one dated at `to` to the next.
struct subscription_fact {
  period window = {};
  std::int64_t level_at_start = 0;
  std::int64_t level_at_end = 0;
  bool active_before = false;  ///< had a level above 0 at some time before the window
  std::span<const level_change> changes = {};  ///< inside the window, in the order of time
};

/// The same with what the role `segment` says of the customer: plan, region, account manager.
template <class Segment>
struct segmented_fact : subscription_fact {
  Segment segment;
};

namespace detail {

constexpr std::string_view fact_fault(const subscription_fact& f) noexcept {
  if (f.level_at_start < 0 || f.level_at_end < 0) return "negative level";
  if (f.level_at_start > 0 && !f.active_before) {
    return "has a level at the start, and was never active before";
  }
  const std::int64_t last = f.changes.empty() ? f.level_at_start : f.changes.back().level;
  if (last != f.level_at_end) return "the last change does not lead to the level at the end";
  instant before{INT64_MIN};
  for (const level_change& change : f.changes) {
    if (change.level < 0) return "negative level";
    if (!f.window.contains(change.at)) return "a change outside the window";
    if (change.at <= before && before.microseconds != INT64_MIN) {
      return "changes out of order, or two at one instant";
    }
    before = change.at;
  }
  return {};
}

/// @throws bad_input for a fact that no ledger gives
constexpr void require_possible(const subscription_fact& f) {
  const std::string_view fault = fact_fault(f);
  if (fault.empty()) [[likely]]
    return;
  throw bad_input(problem{
      "subscription", 0, std::to_string(f.level_at_start) + " -> " + std::to_string(f.level_at_end),
      std::string(fault)});
}

}  // namespace detail
}  // namespace crmetrics
