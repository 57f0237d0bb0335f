#pragma once

#include <crmetrics/accumulators/proportion.hpp>

#include <string_view>

namespace crmetrics {

/// Renewal rate: contracts renewed / contracts due for renewal in the period, higher is better.
///
/// The churn of eligible customers only: a contract that runs on is on neither side, so it is the
/// one rate that means something before a period is over or where contracts run for years. A ledger
/// of levels does not know terms; feed one bool for each contract that was due, std::nullopt for
/// one that is due and undecided (missing, counted), and leave the others out with `where`.
/// `renewal_rate` is `basic_proportion<renewed_of_due>`; see there for interval and merge.
struct renewed_of_due {
  static constexpr std::string_view name = "renewal rate";
  static constexpr std::string_view definition = "renewed / due for renewal";
  static constexpr crmetrics::direction direction = crmetrics::direction::higher_is_better;
};

}  // namespace crmetrics
