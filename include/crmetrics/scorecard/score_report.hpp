#pragma once

#include <crmetrics/core/direction.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/core/estimate.hpp>
#include <crmetrics/core/label.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/scorecard/score_uncertainty.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crmetrics {

/// Why a component has no score. Of the reasons inside a nested scorecard the last one listed here
/// stands for all.
enum class absence : std::uint8_t {
  none,            ///< it has one
  not_applicable,  ///< the post has no such component: its weight is nobody's
  missing,         ///< nothing observed
  insufficient,    ///< observed, but fewer than the component asks for
  suppressed,      ///< so few that the value would show who gave it
  undefined,       ///< observed, but the formula has no value
  low_coverage,    ///< a scorecard that assessed less of its weight than its rules ask for
  required_absent  ///< a scorecard of which a component that must have a score (`fail`) has none
};

constexpr std::string_view to_string(absence a) noexcept {
  switch (a) {
    case absence::none:
      return "assessed";
    case absence::not_applicable:
      return "not applicable";
    case absence::missing:
      return "missing";
    case absence::insufficient:
      return "insufficient";
    case absence::suppressed:
      return "suppressed";
    case absence::undefined:
      return "undefined";
    case absence::low_coverage:
      return "coverage too low";
    case absence::required_absent:
      return "a required component has no score";
  }
  return "?";
}

/// Whether a component is measured from events, or a judgement of people.
enum class evidence : std::uint8_t { measured, rated };

constexpr std::string_view to_string(evidence e) noexcept {
  return e == evidence::measured ? "measured" : "rated";
}

/// Whether a component looks at what came out, or at the way of working.
enum class viewpoint : std::uint8_t { unmarked, outcome, process };

constexpr std::string_view to_string(viewpoint v) noexcept {
  switch (v) {
    case viewpoint::unmarked:
      return "unmarked";
    case viewpoint::outcome:
      return "outcome";
    case viewpoint::process:
      return "process";
  }
  return "?";
}

/// One component of an evaluated scorecard.
struct component_line {
  static constexpr std::size_t no_group = static_cast<std::size_t>(-1);

  label name;
  std::size_t group = no_group;            ///< index into score_report::groups
  estimate raw;                            ///< the native value with its interval, n and definition
  std::uint64_t min_n = 0;                 ///< what the component asks for
  std::optional<double> before_shrinkage;  ///< what was measured, where `raw` is drawn to a prior
  std::optional<double> error_before_shrinkage;  ///< its standard error
  double shrinkage_slope = 1;                    ///< units of `raw` per unit that is measured
  absence absent = absence::missing;
  double points = 0;              ///< normalised, 0 to 100 (times the cap), before correction
  label corrected_by;             ///< empty where nothing corrects it
  double factor = 1;              ///< the correction
  bool corrector_absent = false;  ///< the corrector could not be assessed: no correction
  double score = 0;               ///< points x factor
  double slope = 0;               ///< points per unit of `raw`, before correction
  double slope_ahead = 0;         ///< the same just beyond `raw` towards the better, where `slope`
                                  ///< is 0: on a floor; 0 under limits and vetoes
  bool filled = false;            ///< not assessed, but the rule for that gives it this score
  double weight = 0;              ///< share of the whole by definition; all components sum to 1
  double weight_used = 0;         ///< share after redistribution; assessed components sum to 1
  double sensitivity = 0;         ///< points of the total per point of this score
  double contribution = 0;        ///< score x sensitivity: for arithmetic means weight_used x score
  double marginal = 0;            ///< points of the total per unit of `raw`
  double factor_slope = 0;        ///< of the correction: factor per unit of the corrector
  double corrector_marginal = 0;  ///< points of the total per unit of the corrector, by this line
  double not_assessed_inside = 0;  ///< of a nested scorecard: its own weight not assessed
  double coverage_inside = 1;      ///< of a nested scorecard: its own coverage
  std::uint64_t reference = 0;  ///< hash of the sets that its curve and its prior were fitted on,
                                ///< added; 0: both fixed
  label perspective;            ///< of a balanced scorecard: its own or that of its group
  evidence kind = evidence::measured;
  viewpoint looks_at = viewpoint::unmarked;
  direction better = direction::neutral;  ///< by its curve; neutral: up to a range, as target_range

  constexpr bool assessed() const noexcept { return absent == absence::none; }
  /// Points of the total per unit that is measured: less than `marginal` where a prior takes part.
  constexpr double marginal_measured() const noexcept { return marginal * shrinkage_slope; }
  /// `marginal_measured()` of a step towards the better: of a value exactly on a floor, from which
  /// it can only rise, the slope that begins there.
  constexpr double marginal_ahead() const noexcept {
    const double own = slope == 0 ? sensitivity * factor * slope_ahead : 0;
    const double sum = marginal + own;
    // What it corrects may pull the other way, and more: then a step back is what raises the total.
    return (own * sum > 0 ? sum : marginal) * shrinkage_slope;
  }
  /// Has a score, measured or filled in.
  constexpr bool counts() const noexcept { return assessed() || filled; }
};

/// One metric that corrects components and has no weight of its own.
struct corrector_line {
  label name;
  estimate raw;
  std::uint64_t min_n = 0;
  absence absent = absence::missing;
  double marginal = 0;  ///< points of the total per unit of it
};

/// One group of components.
struct group_line {
  label name;
  std::size_t parent = component_line::no_group;
  double weight = 0;            ///< as declared, relative to its siblings
  std::optional<double> score;  ///< mean of what is assessed in it
  label perspective;            ///< its own or that of the group around it
};

/// What became of a veto.
enum class veto_state : std::uint8_t {
  clear,          ///< assessed, not breached
  fired,          ///< breached: the total is capped
  not_assessable  ///< too little to tell; never a silent pass
};

constexpr std::string_view to_string(veto_state s) noexcept {
  switch (s) {
    case veto_state::clear:
      return "clear";
    case veto_state::fired:
      return "fired";
    case veto_state::not_assessable:
      return "not assessable";
  }
  return "?";
}

/// One veto of an evaluated scorecard.
struct veto_line {
  label name;
  estimate raw;
  veto_state state = veto_state::not_assessable;
  absence absent = absence::missing;
  double highest_total = 100;            ///< what it caps the total at
  std::uint64_t min_n = 0;               ///< what the veto asks for
  std::optional<double> threshold;       ///< of the value, where its trigger has one
  std::optional<std::uint64_t> allowed;  ///< events that are no breach, where it counts them
};

/// One bonus or deduction: its points are min(raw x each, at_most), taken away where `takes`.
struct bonus_line {
  label name;
  estimate raw;
  std::uint64_t min_n = 0;
  absence absent = absence::missing;  ///< none: it was assessed, if only with 0 points
  double each = 0;                    ///< points for each unit of the metric
  double at_most = 0;
  bool takes = false;
  double points = 0;  ///< below 0 where it takes
};

/// A change of the total after aggregation: bonus, limit, veto. In the order they were applied.
struct adjustment_line {
  label name;
  double points = 0;
};

namespace detail {

/// What gives back the points that deductions would take below 0.
inline constexpr label limit_of_zero = "limit of 0 points";

}  // namespace detail

struct nested_report;

/// Everything that one evaluation of a scorecard gave; each figure can be recomputed from it.
///
/// The total is the sum of the contributions in the order of component names, then of the
/// adjustments in their order, exactly: bit for bit.
struct score_report {
  std::vector<component_line> components;  ///< in the order of the definition
  std::vector<group_line> groups;
  std::vector<corrector_line> correctors;
  std::vector<veto_line> vetoes;
  std::vector<bonus_line> bonuses;  ///< in the order of names; those with points are adjustments
  std::vector<adjustment_line> adjustments;
  std::vector<nested_report> nested;  ///< of the components that are scorecards, whole
  exclusions excluded;                ///< events that a `where` around the scorecard left out

  double coverage = 0;              ///< assessed share of the top-level weight
  double weight_not_assessed = 0;   ///< share of the whole, counted by component
  std::optional<double> composite;  ///< sum of contributions; none below the minimal coverage
  std::optional<double> total;      ///< composite and adjustments
  label failed_by;                  ///< a component without a score that must have one (`fail`)
  bool held = false;                ///< by a limit or a veto: no small change moves the total
  std::string_view band;            ///< empty without a total or without bands
  std::string_view band_of_total;   ///< what the total alone would give: vetoes may lower the band
  std::optional<score_uncertainty> uncertainty;  ///< where the card asks for it
  std::uint64_t definition = 0;  ///< hash of the rules; two reports compare only if it is equal

  constexpr bool assessed() const noexcept { return total.has_value(); }
  /// Of the sets that curves and priors were fitted on, together; 0 where the points depend on
  /// nobody else.
  constexpr std::uint64_t reference() const noexcept {
    std::uint64_t sum = 0;
    for (const component_line& line : components) sum += line.reference;
    return sum;
  }
  /// Why there is no total; `absence::none` where there is one.
  constexpr absence why_absent() const noexcept {
    if (total) return absence::none;
    if (coverage > 0) {
      return failed_by == label() ? absence::low_coverage : absence::required_absent;
    }
    absence reason = absence::missing;
    for (const component_line& line : components) {
      if (line.absent > reason) reason = line.absent;
    }
    return reason;
  }
  /// For `where` around a scorecard: what it left out, which makes the rules other rules.
  void leave_out(label cause, std::uint64_t count) {
    excluded.add(cause, count);
    detail::definition_hash hash;
    hash.add(definition), hash.add("without"), hash.add(cause.view());
    definition = hash.value();
  }
  /// The line of a component. @throws error where there is none of that name
  const component_line& component(std::string_view name) const {
    for (const component_line& line : components) {
      if (line.name.view() == name) return line;
    }
    throw error("scorecard: no component is called \"" + std::string(name) + "\"");
  }
  const veto_line& veto(std::string_view name) const {
    for (const veto_line& line : vetoes) {
      if (line.name.view() == name) return line;
    }
    throw error("scorecard: no veto is called \"" + std::string(name) + "\"");
  }
  const group_line& group(std::string_view name) const {
    for (const group_line& line : groups) {
      if (line.name.view() == name) return line;
    }
    throw error("scorecard: no group is called \"" + std::string(name) + "\"");
  }
  /// The report of a component that is a scorecard. @throws error where there is none of that name
  constexpr const score_report& inside(std::string_view component) const;
};

/// The report of a scorecard that is a component of another one.
struct nested_report {
  label component;
  score_report report;
};

constexpr const score_report& score_report::inside(std::string_view component) const {
  for (const nested_report& card : nested) {
    if (card.component.view() == component) return card.report;
  }
  throw error("scorecard: no component called \"" + std::string(component) + "\" is a scorecard");
}

}  // namespace crmetrics
