#pragma once

#include <crmetrics/core/interval.hpp>
#include <crmetrics/core/label.hpp>
#include <crmetrics/core/normal.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/scorecard/score_report.hpp>
#include <crmetrics/time/period.hpp>

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace crmetrics {

/// One period of a trend beside the one before it.
struct trend_line {
  /// What a component did to the change of the composite.
  struct part {
    label name;
    double points = 0;  ///< change of its contribution
  };

  crmetrics::period period;
  std::optional<double> total;
  std::string_view band;
  double weight_not_assessed = 0;
  bool other_rules = false;       ///< than the period before: the totals do not compare
  std::optional<double> change;   ///< against the period before, of the same rules
  std::optional<double> change_error;           ///< where both know how sure they are
  std::optional<crmetrics::interval> interval;  ///< of the change
  std::vector<part> parts;                      ///< with a change, in the order of the definition

  /// The change is more than what sampling alone would do at this level.
  constexpr bool separable() const noexcept { return interval && !interval->contains(0); }
};

/// A card over time: total, grade, change from period to period and which components changed it.
///
/// change = total - total of the period before; its standard error is the root of the sum of the
/// two squares (the periods are taken as independent), its interval normal, at the level of the
/// later report, no wider than [-100, 100]. Periods of other rules (another definition hash) are
/// not compared, and periods without a total neither.
/// @param results what `over(months, time, card).result()` gives. O(periods x components)
template <class Results>
std::vector<trend_line> trend(const Results& results) {
  std::vector<trend_line> out;
  const score_report* before = nullptr;
  for (const auto& row : results.rows) {
    const score_report& now = row.result;
    trend_line& line = out.emplace_back(trend_line{row.period, now.total, now.band, 0, {}, {}, {},
                                                   {}, {}});
    line.weight_not_assessed = now.weight_not_assessed;
    line.other_rules = before != nullptr && before->definition != now.definition;
    if (before != nullptr && !line.other_rules && before->total && now.total) {
      line.change = *now.total - *before->total;
      for (std::size_t i = 0; i != now.components.size(); ++i) {
        line.parts.push_back({now.components[i].name, now.components[i].contribution -
                                                          before->components[i].contribution});
      }
      if (before->uncertainty && now.uncertainty) {
        const double a = before->uncertainty->standard_error;
        const double b = now.uncertainty->standard_error;
        line.change_error = detail::sqrt(a * a + b * b);
        const double reach = critical_value(now.uncertainty->level) * *line.change_error;
        line.interval = interval{detail::clamp(*line.change - reach, -100, 100),
                                 detail::clamp(*line.change + reach, -100, 100)};
      }
    }
    before = &now;
  }
  return out;
}

}  // namespace crmetrics
