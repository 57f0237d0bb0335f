#pragma once

#include <crmetrics/accumulators/proportion.hpp>

#include <string_view>

namespace crmetrics {

/// Error rate: errors / checked, lower is better. Feed `true` for a check that failed, or
/// `successes_of{errors, checked}`. What one check is decides the denominator: a transaction with
/// any critical error (transaction-based), or each checked item (opportunity-based); items that do
/// not apply are std::nullopt and leave the denominator.
/// `error_rate` is `basic_proportion<errors_of_checked>`; see there for interval and merge.
struct errors_of_checked {
  static constexpr std::string_view name = "error rate";
  static constexpr std::string_view definition = "errors / checked";
  static constexpr crmetrics::direction direction = crmetrics::direction::lower_is_better;
};

}  // namespace crmetrics
