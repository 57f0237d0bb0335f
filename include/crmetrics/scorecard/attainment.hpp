#pragma once

#include <crmetrics/core/decimal.hpp>
#include <crmetrics/detail/checked_sum.hpp>
#include <crmetrics/scorecard/score_report.hpp>
#include <crmetrics/scorecard/target.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace crmetrics {

/// How many met their target: met / assessed, with both counts, and how many could not be assessed.
///
/// A count of the whole team, not a sample: it has no interval. Those not assessed are in neither
/// count; where they are many, the rate says little, which is why they stand beside it. With nobody
/// assessed there is no rate. Merge is exact.
struct attainment {
  std::uint64_t met = 0;
  std::uint64_t not_met = 0;
  std::uint64_t not_assessed = 0;

  constexpr void add(target_state s) {
    std::uint64_t& count = s == target_state::met       ? met
                           : s == target_state::not_met ? not_met
                                                        : not_assessed;
    count = detail::checked_sum(count, 1);
  }
  constexpr attainment& merge(const attainment& other) {
    const attainment sum{detail::checked_count(met, other.met),
                         detail::checked_count(not_met, other.not_met),
                         detail::checked_count(not_assessed, other.not_assessed)};
    return *this = sum;
  }
  constexpr std::uint64_t assessed() const { return detail::checked_count(met, not_met); }
  /// met / assessed as integers: `rate().compare(.9) >= 0`. Not known where nobody was assessed.
  constexpr exact_ratio rate() const {
    return {static_cast<std::int64_t>(met), static_cast<std::int64_t>(assessed())};
  }
  constexpr std::optional<double> value() const {
    return assessed() == 0 ? std::nullopt : std::optional(rate().value());
  }
  friend constexpr bool operator==(const attainment&, const attainment&) = default;
};

/// Over a team: who met the target on one component.
/// @param results what `by(agent, card).result()` gives
/// @throws error where the card has no such component
template <class Results>
constexpr attainment attainment_of(const Results& results, std::string_view component,
                                   const target& goal) {
  attainment sum;
  for (const auto& row : results.rows) {
    sum.add(goal.judge(row.result.component(component)).state);
  }
  return sum;
}
/// Over a team: whose total met the target; those without a total are not assessed.
template <class Results>
constexpr attainment attainment_of(const Results& results, const target& total) {
  attainment sum;
  for (const auto& row : results.rows) sum.add(total.judge(row.result).state);
  return sum;
}

}  // namespace crmetrics
