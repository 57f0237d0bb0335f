#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/derive/subscription_fact.hpp>
#include <crmetrics/fwd.hpp>

#include <cstdint>
#include <string_view>

namespace crmetrics {

/// Money in minor units a month, and how many customers or events it came with.
struct movement {
  std::int64_t money = 0;
  std::uint64_t count = 0;

  /// @throws overflow where the money leaves 64 bits
  constexpr void add(std::int64_t amount, std::uint64_t times = 1) {
    if (__builtin_add_overflow(money, amount, &money) ||
        __builtin_add_overflow(count, times, &count)) {
      throw overflow("revenue movements: a sum leaves 64 bits");
    }
  }
  friend constexpr bool operator==(const movement&, const movement&) = default;
};

/// How recurring revenue came from its value at the start of a window to that at the end, for one
/// customer or for many. All amounts are positive, and always, in money and (without expansion and
/// contraction) in numbers:
///
///     start + new_customers + reactivation + expansion - contraction - churn == end
struct movements {
  movement start;          ///< active as the window begins
  movement new_customers;  ///< from 0, never active before
  movement reactivation;   ///< from 0, active at some time before
  movement expansion;      ///< up, from above 0
  movement contraction;    ///< down, to above 0
  movement churn;          ///< down to 0
  movement end;            ///< active as the window ends
  friend constexpr bool operator==(const movements&, const movements&) = default;
};

namespace detail {

constexpr void add_step(movements& m, std::int64_t before, std::int64_t after, bool was_active) {
  if (before == after) return;
  if (before == 0) {
    (was_active ? m.reactivation : m.new_customers).add(after);
  } else if (after == 0) {
    m.churn.add(before);
  } else if (after > before) {
    m.expansion.add(after - before);
  } else {
    m.contraction.add(before - after);
  }
}

constexpr movements ends_of(const subscription_fact& f) {
  movements m;
  if (f.level_at_start > 0) m.start.add(f.level_at_start);
  if (f.level_at_end > 0) m.end.add(f.level_at_end);
  return m;
}

}  // namespace detail

/// Compares the two ends of the window: who joined and left inside it did not exist, and a cut that
/// was taken back did not happen. Counts are customers.
struct snapshot_accounting {
  static constexpr std::string_view name = "start against end";
  static constexpr movements of(const subscription_fact& f) {
    movements m = detail::ends_of(f);
    detail::add_step(m, f.level_at_start, f.level_at_end, f.active_before);
    return m;
  }
};

/// Adds up every change inside the window: a second leaving counts twice. Counts are events.
struct event_accounting {
  static constexpr std::string_view name = "every change";
  static constexpr movements of(const subscription_fact& f) {
    movements m = detail::ends_of(f);
    std::int64_t level = f.level_at_start;
    bool active = f.active_before;
    for (const level_change& change : f.changes) {
      detail::add_step(m, level, change.level, active);
      level = change.level;
      active = active || level > 0;
    }
    return m;
  }
};

}  // namespace crmetrics
