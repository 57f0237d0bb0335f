#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/core/label.hpp>
#include <crmetrics/core/unit.hpp>
#include <crmetrics/scorecard/points.hpp>
#include <crmetrics/scorecard/score_report.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crmetrics {

/// What an explanation is asked for.
struct explanation_settings {
  /// A step of a metric, in its own unit: 30 for half a minute.
  struct step {
    label metric;
    double size = 1;
  };

  std::size_t losses = 3;   ///< so many of the largest
  std::vector<step> steps;  ///< of the exchange table, where another than the usual one is wanted
};

/// Why a total is what it is: what it is made of, what was lost most, what one more unit of each
/// metric would be worth. Made by `explain(report)`; holds the report, from which every number in
/// it can be computed again.
struct explanation {
  /// A term of the total.
  struct part {
    label name;
    double points = 0;
    bool adjustment = false;  ///< bonus, limit or veto, after aggregation
  };
  /// What a metric is worth at the values that were measured.
  struct worth {
    label name;
    crmetrics::unit unit = crmetrics::unit::number;
    double per_unit = 0;  ///< points of the total per reporting unit (per cent, second) more
    double step = 0;      ///< in native units, in the direction that raises the total; 0: neither
    double points = 0;    ///< what this step raises the total by, to first order
  };
  /// Points between a component and 100, at its weight; or what a veto or a deduction took.
  struct loss {
    label name;
    double points = 0;
    bool adjustment = false;  ///< a veto or a deduction, after aggregation
  };
  /// A component without a score; or, without a weight, a bonus, a deduction or a corrector that
  /// was not assessed.
  struct gap {
    label name;
    absence why = absence::missing;
    double weight = 0;  ///< share of the whole by definition
  };

  score_report report;
  std::vector<part> parts;    ///< in the order in which they are added up
  std::vector<worth> values;  ///< of the assessed components and correctors
  std::vector<loss> losses;   ///< largest first
  std::vector<gap> gaps;

  /// The parts added up: the total, bit for bit, where there is one.
  double sum() const noexcept {
    double total = 0;
    for (const part& p : parts) total += p.points;
    return total;
  }
  /// @throws error where no such metric was assessed
  const worth& value_of(std::string_view metric) const {
    for (const worth& w : values) {
      if (w.name.view() == metric) return w;
    }
    throw error("explanation: no assessed metric is called \"" + std::string(metric) + "\"");
  }
  /// The exchange rate: how much of `other` (in its native unit, its sign the direction that raises
  /// the total) is worth as much as a step of `metric`. None where one of them is worth nothing.
  std::optional<double> exchange(std::string_view metric, std::string_view other) const {
    const worth& a = value_of(metric);
    const worth& b = value_of(other);
    if (a.points == 0 || b.points == 0) return std::nullopt;
    return a.points / b.points * b.step;
  }
};

namespace detail {

/// One unit as it is reported: one per cent of a share, one NPS point, one second.
constexpr double reporting_unit(unit u) noexcept {
  const bool percent = u == unit::fraction || u == unit::net_fraction || u == unit::relative;
  return percent ? .01 : 1;
}

inline bool is_deduction(const score_report& r, label adjustment) {
  const auto bonus = [&](const bonus_line& b) { return b.name == adjustment; };
  return std::any_of(r.bonuses.begin(), r.bonuses.end(), bonus);
}
/// Whether an adjustment is a veto or a deduction, and no limit.
inline bool takes_points(const score_report& r, label adjustment) {
  const auto veto = [&](const veto_line& v) { return v.name == adjustment; };
  return std::any_of(r.vetoes.begin(), r.vetoes.end(), veto) || is_deduction(r, adjustment);
}
/// The share of all deductions that took points: no total falls below 0.
inline double share_taken(const score_report& r) {
  double taken = 0;
  double given_back = 0;
  for (const adjustment_line& a : r.adjustments) {
    if (a.points < 0 && is_deduction(r, a.name)) taken -= a.points;
    if (a.name.view() == limit_of_zero) given_back = a.points;
  }
  return given_back > 0 && taken > 0 ? (std::max)(0.0, 1 - given_back / taken) : 1;
}

inline explanation::worth worth_of(label name, const estimate& raw, double marginal,
                                   const explanation_settings& settings) {
  explanation::worth out;
  out.name = name;
  out.unit = raw.unit();
  out.per_unit = marginal * reporting_unit(raw.unit());
  double step = raw.unit() == unit::second ? 10 : reporting_unit(raw.unit());
  for (const auto& [metric, size] : settings.steps) {
    if (metric == name) step = size < 0 ? -size : size;
  }
  if (marginal == 0) return out;
  out.step = marginal > 0 ? step : -step;
  out.points = marginal * out.step;
  return out;
}

}  // namespace detail

/// Explains one evaluation.
///
/// Parts: contributions in the order of their names, adjustments in theirs; their sum is the total
/// exactly. Value of a metric: its marginal (points of the total per unit, by its own score and by
/// those that it corrects) times a step in its reporting unit: 1 percentage point, 1 NPS point,
/// 10 s. Of a component that is drawn to a prior it is the worth of what is measured. It is a
/// derivative: below a floor, on a target or a cap it is 0, and a large step meets kinks. Exactly
/// on a floor it is the slope towards the better, which begins there (`marginal_ahead`). Loss:
/// weight used x (100 - score); with arithmetic means, and no score above 100, the losses of all
/// components add up to 100 - composite. What a veto or a deduction took off is a loss as well;
/// what a limit of 100 points cuts is none. O(components x log components)
inline explanation explain(score_report report, const explanation_settings& settings = {}) {
  explanation out;
  const auto by_name = [](const auto& a, const auto& b) { return a.name.view() < b.name.view(); };
  for (const component_line& c : report.components) {
    out.parts.push_back({c.name, c.contribution, false});
    if (c.assessed()) {
      out.values.push_back(detail::worth_of(c.name, c.raw, c.marginal_ahead(), settings));
    } else if (c.absent != absence::not_applicable) {
      out.gaps.push_back({c.name, c.absent, c.weight});
    }
    const double lost = c.counts() ? c.weight_used * (100 - c.score) : 0;
    if (lost > 0) out.losses.push_back({c.name, lost});
  }
  std::sort(out.parts.begin(), out.parts.end(), by_name);
  const double kept = detail::share_taken(report);
  for (const adjustment_line& a : report.adjustments) {
    out.parts.push_back({a.name, a.points, true});
    if (!(a.points < 0) || !detail::takes_points(report, a.name)) continue;
    const double lost = -a.points * (detail::is_deduction(report, a.name) ? kept : 1);
    if (lost > 0) out.losses.push_back({a.name, lost, true});
  }
  for (const bonus_line& b : report.bonuses) {
    if (b.absent != absence::none) out.gaps.push_back({b.name, b.absent, 0});
  }
  for (const corrector_line& c : report.correctors) {
    if (c.absent != absence::none) {
      out.gaps.push_back({c.name, c.absent, 0});
      continue;
    }
    out.values.push_back(detail::worth_of(c.name, c.raw, c.marginal, settings));
  }
  std::sort(out.losses.begin(), out.losses.end(), [&](const auto& a, const auto& b) {
    const auto x = grid_points::of(a.points);
    const auto y = grid_points::of(b.points);
    return x != y ? x > y : by_name(a, b);
  });
  if (out.losses.size() > settings.losses) out.losses.resize(settings.losses);
  out.report = std::move(report);
  return out;
}

}  // namespace crmetrics
