#pragma once

#include <crmetrics/scorecard/explanation.hpp>
#include <crmetrics/scorecard/score_report.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace crmetrics {

/// What a card pays for: how much of each metric is worth as much as a step of each other, at what
/// was measured.
struct exchange_table {
  struct metric {
    explanation::worth value;  ///< its step, and what that is worth
    std::uint64_t n = 0;       ///< observations behind it
  };

  std::vector<metric> metrics;   ///< assessed components, then correctors
  std::uint64_t definition = 0;  ///< hash of the rules

  /// How much of metric `column`, in its native unit, is worth as much as a step of metric `row`;
  /// the sign is the direction that raises the total. None where one of them is worth nothing.
  constexpr std::optional<double> rate(std::size_t row, std::size_t column) const {
    const explanation::worth& a = metrics[row].value;
    const explanation::worth& b = metrics[column].value;
    if (a.points == 0 || b.points == 0) return std::nullopt;
    return a.points / b.points * b.step;
  }
};

/// The table of an explanation: `explanation::exchange` of all pairs. O(metrics)
inline exchange_table exchange_rates(const explanation& e) {
  exchange_table out;
  out.definition = e.report.definition;
  for (const explanation::worth& w : e.values) {
    std::uint64_t n = 0;
    for (const component_line& c : e.report.components) {
      if (c.name == w.name) n = c.raw.n();
    }
    for (const corrector_line& c : e.report.correctors) {
      if (c.name == w.name) n = c.raw.n();
    }
    out.metrics.push_back({w, n});
  }
  return out;
}

}  // namespace crmetrics
