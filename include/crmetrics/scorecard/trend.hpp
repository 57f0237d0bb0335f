#pragma once

#include <crmetrics/core/confidence_level.hpp>
#include <crmetrics/core/label.hpp>
#include <crmetrics/intervals/difference.hpp>
#include <crmetrics/scorecard/score_report.hpp>
#include <crmetrics/scorecard/total_difference.hpp>
#include <crmetrics/time/period.hpp>

#include <cstddef>
#include <cstdint>
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
  bool other_rules = false;          ///< than the period before: the totals do not compare
  std::uint64_t definition = 0;      ///< hash of the rules
  std::optional<difference> change;  ///< against the period before, of the same rules
  std::optional<double> adjusted_p;  ///< of the change, by Holm, over all changes of the trend
  std::vector<part> parts;           ///< with a change, in the order of the definition

  /// The change, looked at alone, is more than what sampling would do at its level.
  bool separable() const {
    return change && change->interval() && !change->interval()->contains(0);
  }
  /// Whether the total changed, with a chance of at most alpha that any such claim in the whole
  /// trend is wrong.
  bool differs(double alpha = 0.05) const { return adjusted_p && *adjusted_p <= alpha; }
};

namespace detail {

inline void adjust_for_number(std::vector<trend_line>& lines) {
  adjust_for_number(lines, [](const trend_line& t) { return t.change ? &*t.change : nullptr; });
}

}  // namespace detail

/// A card over time: total, grade, change from period to period and which components changed it.
///
/// The change is `total_difference` to the period before: with an interval where both reports know
/// how sure they are, the periods taken as independent. Twelve months are eleven changes: their
/// p-values are corrected for that as those of `total_differences` are. The parts are the changes
/// of the contributions; what they leave of the change is that of bonuses, limits and vetoes.
/// Periods of other rules (another definition hash, or another reference set) are not compared, and
/// periods without a total neither.
/// @param results what `over(months, time, card).result()` gives. O(periods x components)
template <class Results>
std::vector<trend_line> trend(const Results& results, confidence_level level = {}) {
  std::vector<trend_line> out;
  const score_report* before = nullptr;
  for (const auto& row : results.rows) {
    const score_report& now = row.result;
    trend_line& line = out.emplace_back();
    line.period = row.period;
    line.total = now.total;
    line.band = now.band;
    line.definition = now.definition;
    line.weight_not_assessed = now.weight_not_assessed;
    line.other_rules = before != nullptr && (before->definition != now.definition ||
                                             before->reference() != now.reference());
    if (before != nullptr && !line.other_rules && before->total && now.total) {
      line.change = total_difference(now, *before, level);
      for (std::size_t i = 0; i != now.components.size(); ++i) {
        line.parts.push_back({now.components[i].name,
                              now.components[i].contribution - before->components[i].contribution});
      }
    }
    before = &now;
  }
  detail::adjust_for_number(out);
  return out;
}

}  // namespace crmetrics
