#pragma once

#include <crmetrics/core/confidence_level.hpp>
#include <crmetrics/core/direction.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/core/estimate.hpp>
#include <crmetrics/core/label.hpp>
#include <crmetrics/core/normal.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/intervals/comparison.hpp>
#include <crmetrics/intervals/difference.hpp>
#include <crmetrics/scorecard/points.hpp>
#include <crmetrics/scorecard/score_report.hpp>
#include <crmetrics/scorecard/target.hpp>
#include <crmetrics/time/instant.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crmetrics {

/// From a finding to what is done about it, as data: "NPS below 50 points: listen to the recordings
/// of the detractors".
struct finding_rule {
  label component;
  double below = 60;  ///< points of the component's score; strictly below is a finding
  std::optional<target> goal = {};  ///< what the plan aims at, in the component's own unit
  std::string action;
};

/// One thing that is to get better: the weak component of last period, with what was agreed.
struct plan_item {
  std::string who;
  label component;
  estimate before;   ///< what was measured when the plan was made
  double score = 0;  ///< and its points then
  double loss = 0;   ///< points of the total that it cost: weight used x (100 - score)
  /// The curve's; where it rewards both ways the goal's, where that has one.
  direction better = direction::neutral;
  std::optional<double> points;  ///< of the curve alone, before any correction
  double slope = 0;              ///< points per unit of the value
  std::optional<target> goal;
  std::string action;
  instant agreed;
};

/// What became of it.
enum class plan_state : std::uint8_t {
  improved,       ///< the whole interval of the change lies on the better side of 0
  not_improved,   ///< the whole interval lies on the worse side
  not_separable,  ///< the interval holds both, or no error is known: more data, or more time
  not_assessed    ///< no value now or then, no interval, or neither side is better
};

constexpr std::string_view to_string(plan_state s) noexcept {
  switch (s) {
    case plan_state::improved:
      return "improved";
    case plan_state::not_improved:
      return "not improved";
    case plan_state::not_separable:
      return "not separable";
    case plan_state::not_assessed:
      return "not assessed";
  }
  return "?";
}

/// The follow-up of a plan, a period later.
struct plan_followup {
  plan_item item;
  estimate now;
  difference change;  ///< now - before, with its interval
  plan_state state = plan_state::not_assessed;
  absence absent = absence::none;      ///< why the component has no score now
  std::optional<target_line> reached;  ///< the goal held against `now`, where there is one
};

/// The findings in one report, by the rules, largest loss first: each rule whose component was
/// assessed and scored below its line opens an item. What is not assessed opens none.
/// @throws error naming a rule whose component the card does not have
inline std::vector<plan_item> plan_for(std::string who, const score_report& report,
                                       std::span<const finding_rule> rules, instant agreed) {
  std::vector<plan_item> items;
  for (const finding_rule& rule : rules) {
    const component_line& line = report.component(rule.component);
    if (!line.assessed()) continue;
    if (!(grid_points::of(line.score) < grid_points::of(rule.below))) continue;
    plan_item item;
    item.who = who;
    item.component = line.name;
    item.before = line.raw;
    item.score = line.score;
    item.loss = line.weight_used * (100 - line.score);
    item.better = line.better;
    if (item.better == direction::neutral && rule.goal) item.better = rule.goal->better();
    item.points = line.points;
    item.slope = line.slope;
    item.goal = rule.goal;
    item.action = rule.action;
    item.agreed = agreed;
    items.push_back(std::move(item));
  }
  std::sort(items.begin(), items.end(), [](const plan_item& a, const plan_item& b) {
    return a.loss != b.loss ? a.loss > b.loss : a.component.view() < b.component.view();
  });
  return items;
}

namespace detail {

/// Whether a change is more than chance: without an error of its own it has nothing to go by, as
/// where all values were equal then and now.
inline bool is_more_than_chance(const difference& change) {
  return change.p_value() && change.interval() && !change.interval()->contains(0);
}

/// Of a curve that rewards both ways: whether the points rose, beyond chance by the slopes then and
/// now.
inline plan_state judged_by_points(const plan_followup& f, const component_line& now) {
  if (!is_more_than_chance(f.change)) return plan_state::not_separable;
  const double then_error = f.item.slope * f.item.before.standard_error().value_or(0);
  const double now_error = now.slope * now.raw.standard_error().value_or(0);
  const double reach =
      critical_value(f.change.level()) * sqrt(then_error * then_error + now_error * now_error);
  const double gained = now.points - *f.item.points;
  if (gained > reach) return plan_state::improved;
  return gained > -reach && gained != 0 ? plan_state::not_separable : plan_state::not_improved;
}

}  // namespace detail

/// Holds a plan against the same metric of the next period: the change with its interval, and
/// whether the goal was reached. Improved and on target are two things: one can be without the
/// other.
///
/// Whoever was picked for a bad month will do better in the next on average, plan or not
/// (regression to the mean): an improvement is no proof of the action. Compare with those who had
/// no plan. The two periods are taken as independent (other customers). A component whose curve
/// rewards both ways (`target_range`) has no better side: hold its plan against the report.
/// @throws definition_mismatch where the metric was defined otherwise then
inline plan_followup follow_up(plan_item item, const estimate& now, confidence_level level = {}) {
  plan_followup f;
  f.now = now;
  f.change = compare(now, item.before, level);
  if (item.goal) f.reached = item.goal->judge(now);
  if (f.change.ok() && f.change.interval() && item.better != direction::neutral) {
    const bool rose = f.change.value() > 0;
    f.state = !detail::is_more_than_chance(f.change)                 ? plan_state::not_separable
              : rose == (item.better == direction::higher_is_better) ? plan_state::improved
                                                                     : plan_state::not_improved;
  }
  f.item = std::move(item);
  return f;
}
/// The same against the next report of the card: its component of that name. One that was not
/// assessed now has no change. Where its curve rewards both ways the points decide: improved is a
/// change of the value beyond chance by which they rose.
/// @throws error where the card has no such component any more
inline plan_followup follow_up(plan_item item, const score_report& now,
                               confidence_level level = {}) {
  const component_line& line = now.component(item.component);
  plan_followup f;
  if (line.assessed()) {
    f = follow_up(std::move(item), line.raw, level);
    const bool both_ways = line.better == direction::neutral && f.item.points;
    if (both_ways && f.change.ok() && f.change.interval()) {
      f.state = detail::judged_by_points(f, line);
    }
    return f;
  }
  f.now = line.raw;
  f.absent = line.absent;
  if (item.goal) f.reached = item.goal->judge(line);
  f.item = std::move(item);
  return f;
}

}  // namespace crmetrics
