#pragma once

#include <crmetrics/core/label.hpp>
#include <crmetrics/scorecard/score_report.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

namespace crmetrics {

/// One perspective of a balanced scorecard (finance, customer, process, learning; Kaplan and Norton
/// 1992, Harvard Business Review 70(1), 71-79): the same components and weights as the card, put
/// together by another mark.
struct perspective_line {
  label name;                           ///< empty: components that belong to none
  double weight = 0;                    ///< share of the whole by definition
  double weight_used = 0;               ///< after redistribution
  double contribution = 0;              ///< points of the total
  double not_assessed = 0;              ///< share of the whole
  std::optional<double> score;          ///< weighted mean of the components; none where none counts
  std::vector<std::size_t> components;  ///< indices into the report's components
};

/// A report by perspectives, in the order in which the card names them. Weights add up to 1,
/// contributions to the composite (up to rounding). O(components x perspectives)
inline std::vector<perspective_line> by_perspective(const score_report& report) {
  std::vector<perspective_line> out;
  for (std::size_t i = 0; i != report.components.size(); ++i) {
    const component_line& c = report.components[i];
    auto line = std::find_if(out.begin(), out.end(),
                             [&](const perspective_line& p) { return p.name == c.perspective; });
    if (line == out.end()) {
      out.emplace_back();
      line = out.end() - 1;
      line->name = c.perspective;
    }
    line->components.push_back(i);
    line->weight += c.weight;
    line->contribution += c.contribution;
    line->not_assessed += c.weight * (c.assessed() ? c.not_assessed_inside : 1);
    if (!c.counts() || !(c.weight_used > 0)) continue;
    // The mean so far moves towards the next score by its share of the weight.
    line->weight_used += c.weight_used;
    const double so_far = line->score.value_or(c.score);
    line->score = so_far + (c.score - so_far) * (c.weight_used / line->weight_used);
  }
  return out;
}

}  // namespace crmetrics
