#pragma once

#include <crmetrics/core/confidence_level.hpp>
#include <crmetrics/core/direction.hpp>
#include <crmetrics/core/estimate.hpp>
#include <crmetrics/core/interval.hpp>
#include <crmetrics/core/label.hpp>
#include <crmetrics/core/normal.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/scorecard/explanation.hpp>
#include <crmetrics/scorecard/score_report.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace crmetrics {

/// What became of a weak metric since an improvement plan was made.
enum class progress : std::uint8_t {
  better,        ///< by more than sampling alone would do
  worse,         ///< likewise
  unclear,       ///< the interval of the change holds 0, or nobody knows it
  not_assessed,  ///< no value this time
  redefined      ///< measured by another definition: no comparison
};

constexpr std::string_view to_string(progress p) noexcept {
  switch (p) {
    case progress::better:
      return "better";
    case progress::worse:
      return "worse";
    case progress::unclear:
      return "unclear";
    case progress::not_assessed:
      return "not assessed";
    case progress::redefined:
      return "measured by another definition";
  }
  return "?";
}

/// One weak metric of the last period and where it is now.
struct follow_up_line {
  label component;
  double loss_before = 0;  ///< points between it and 100, at its weight, when the plan was made
  double score_before = 0;  ///< points, corrected
  std::optional<double> score_now;
  estimate before;
  estimate now;
  std::optional<double> change;                 ///< of the native value
  std::optional<crmetrics::interval> interval;  ///< of the change, where both know their error
  progress state = progress::unclear;
};

/// Follows up an improvement plan: the components that lost most in the last period, and how they
/// changed, with the interval of the change: difference -+ z sqrt(se^2 + se^2), the two periods
/// taken as independent. Better is what the metric calls better, else what raises the points.
///
/// A metric that was picked because it was worst comes back some way by chance alone (regression to
/// the mean, Galton 1886, doi:10.2307/2841583): "better" here is no proof that the plan did it.
/// @param count so many of the largest losses. O(components x log components)
inline std::vector<follow_up_line> follow_up(const score_report& before, const score_report& now,
                                             std::size_t count = 3, confidence_level level = {}) {
  std::vector<follow_up_line> out;
  for (const explanation::loss& loss : explain(before, {.losses = count, .steps = {}}).losses) {
    const component_line& was = before.component(loss.name);
    if (!was.assessed()) continue;
    follow_up_line line;
    line.component = loss.name;
    line.loss_before = loss.points;
    line.score_before = was.score;
    line.before = was.raw;
    const component_line* is = nullptr;
    for (const component_line& c : now.components) {
      if (c.name == loss.name) is = &c;
    }
    out.push_back(line);
    follow_up_line& last = out.back();
    if (is == nullptr || !is->assessed()) {
      last.state = progress::not_assessed;
      if (is != nullptr) last.now = is->raw;
      continue;
    }
    last.now = is->raw;
    last.score_now = is->score;
    if (was.raw.name() != is->raw.name() || was.raw.convention() != is->raw.convention()) {
      last.state = progress::redefined;
      continue;
    }
    last.change = is->raw.value() - was.raw.value();
    if (!was.raw.standard_error() || !is->raw.standard_error()) continue;
    const double a = *was.raw.standard_error();
    const double b = *is->raw.standard_error();
    const double reach = critical_value(level) * detail::sqrt(a * a + b * b);
    last.interval = interval{*last.change - reach, *last.change + reach};
    if (last.interval->contains(0)) continue;
    bool up = *last.change > 0;
    if (is->raw.direction() == direction::lower_is_better) up = !up;
    if (is->raw.direction() == direction::neutral) {
      if (is->points == was.points) continue;
      up = is->points > was.points;
    }
    last.state = up ? progress::better : progress::worse;
  }
  return out;
}

}  // namespace crmetrics
