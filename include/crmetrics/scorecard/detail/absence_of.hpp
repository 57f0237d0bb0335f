#pragma once

#include <crmetrics/core/estimate.hpp>
#include <crmetrics/core/status.hpp>
#include <crmetrics/scorecard/score_report.hpp>

#include <cstdint>

namespace crmetrics::detail {

/// Why an estimate cannot be used by a component that asks for min_n observations.
constexpr absence absence_of(const estimate& e, std::uint64_t min_n) noexcept {
  switch (e.status()) {
    case status::no_data:
      return absence::missing;
    case status::undefined:
      return absence::undefined;
    case status::insufficient_data:
      return absence::insufficient;
    case status::ok:
      break;
  }
  if (e.n() == 0) return absence::missing;  // a count of nothing is no measurement
  // Kish's n of equal weights misses n by rounding.
  const bool enough = e.effective_n() >= static_cast<double>(min_n) * (1 - 1e-9);
  return enough ? absence::none : absence::insufficient;
}

}  // namespace crmetrics::detail
