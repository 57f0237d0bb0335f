#pragma once

#include <crmetrics/combinators/detail/replicate_results.hpp>
#include <crmetrics/scorecard/bands.hpp>
#include <crmetrics/scorecard/detail/uncertainty_of.hpp>
#include <crmetrics/scorecard/score_report.hpp>

#include <cstddef>
#include <span>
#include <vector>

namespace crmetrics::detail {

/// The grades of a card, also of one below `where` and the like; nullptr where there are none.
template <class M>
const bands* grades_of(const M& metric) {
  if constexpr (requires { metric.grades(); }) {
    return &metric.grades();
  } else if constexpr (requires { metric.metric(); }) {
    return grades_of(metric.metric());
  } else {
    return nullptr;
  }
}

/// What the replicates of a card say of its total. Found by `bootstrap`, which knows no scorecards.
template <class M>
void describe_replicates(const M& metric, score_report& report, std::span<const score_report> drawn,
                         const resampled& how) {
  report.uncertainty.reset();
  if (!report.total) return;
  std::vector<double> totals;
  for (const score_report& r : drawn) {
    if (r.total) totals.push_back(*r.total);
  }
  if (!enough_replicates(totals.size(), drawn.size())) return;

  score_uncertainty out;
  out.method = "bootstrap";
  out.level = how.level.wanted() ? how.level : confidence_level{};
  out.draws = totals.size();
  out.seed = how.seed;
  const auto all = static_cast<double>(totals.size());
  describe_totals(totals, out);
  if (out.standard_error == 0) return;  // replicates that do not differ say nothing of the doubt
  // The band that was given, not that of the total: a veto may have lowered it.
  if (const bands* grades = grades_of(metric)) {
    for (const bands::band& b : *grades) {
      std::size_t in = 0;
      for (const score_report& r : drawn) in += r.total && r.band == b.name.view() ? 1U : 0U;
      out.bands.push_back({b.name.view(), static_cast<double>(in) / all});
    }
  }
  report.uncertainty = out;
}

}  // namespace crmetrics::detail
