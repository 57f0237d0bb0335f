#pragma once

#include <crmetrics/core/estimate.hpp>
#include <crmetrics/core/label.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/scorecard/bands.hpp>
#include <crmetrics/scorecard/detail/absence_of.hpp>
#include <crmetrics/scorecard/detail/absent_rule.hpp>
#include <crmetrics/scorecard/detail/part_rules.hpp>
#include <crmetrics/scorecard/detail/score_tree.hpp>
#include <crmetrics/scorecard/detail/uncertainty_rule.hpp>
#include <crmetrics/scorecard/points.hpp>
#include <crmetrics/scorecard/score_report.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace crmetrics::detail {

/// The rules of a card as a whole.
struct evaluation_rules {
  const crmetrics::bands* bands;
  absent_rule absent;
  std::uint64_t definition;
};

class score_builder;
inline score_uncertainty uncertainty_of(const score_builder& evaluated,
                                        const uncertainty_rule& rule, const bands& grades);

/// The evaluation of a scorecard, the same for every card: the parts report what they measured and
/// how it scores, `finish` does the rest in the fixed order normalise, correct, aggregate, bonus,
/// veto, band (rules R3 to R10 of docs/scorecard/rules.md). Holds pointers to the parts' policies:
/// it lives no longer than the card.
class score_builder {
 public:
  /// @param uncertainty asked of the card, or by the card around it
  constexpr explicit score_builder(const uncertainty_rule& uncertainty = {})
      : uncertainty_(uncertainty) {}
  /// What a card inside is to be asked for as well.
  constexpr const uncertainty_rule& uncertainty() const noexcept { return uncertainty_; }

  constexpr void enter_group(label name, double weight, label perspective) {
    report_.groups.push_back({name, group_, weight, std::nullopt, perspective});
    combiners_.push_back(nullptr);
    group_ = report_.groups.size() - 1;
    if (perspective == label()) report_.groups[group_].perspective = perspective_of(group_);
  }
  constexpr void leave_group() { group_ = report_.groups[group_].parent; }
  /// How the siblings of this level are combined; their weighted arithmetic mean unless said.
  constexpr void combine_by(const combiner& how) {
    (group_ == none ? top_combiner_ : combiners_[group_]) = &how;
  }

  /// Room for so many components.
  constexpr void reserve(std::size_t components) {
    report_.components.reserve(components);
    rules_.reserve(components);
    absent_.reserve(components);
  }
  /// A line for the component to fill in.
  /// @param weight relative to the siblings
  /// @param perspective of its own, or empty
  constexpr component_line& add_component(double weight, label perspective,
                                          const component_rules& rules, const absent_rule& absent) {
    component_line& line = report_.components.emplace_back();
    line.group = group_;
    line.weight = weight;
    const bool inherits = perspective == label() && group_ != none;
    line.perspective = inherits ? report_.groups[group_].perspective : perspective;
    rules_.push_back(&rules);
    absent_.push_back(absent);
    return line;
  }
  constexpr void add_corrector(corrector_line line) { report_.correctors.push_back(line); }
  /// @param effect on the band, where it has one
  constexpr void add_veto(veto_line&& line, const band_effect* effect) {
    if (line.state == veto_state::fired && effect != nullptr) effects_.push_back(effect);
    report_.vetoes.push_back(std::move(line));
  }
  /// Its vetoes, limits and bonuses have done their work inside: here they are shown.
  constexpr void add_nested(label component, score_report&& report) {
    report_.nested.push_back({component, std::move(report)});
  }
  constexpr void add_bonus(bonus_line&& line) { report_.bonuses.push_back(std::move(line)); }

  constexpr score_report finish(const evaluation_rules& rules) && {
    evaluate(rules);
    if (report_.total && uncertainty_.what != uncertainty_rule::kind::none) {
      report_.uncertainty = uncertainty_of(*this, uncertainty_, *rules.bands);
    }
    if (report_.held) hold();
    return std::move(report_);
  }

  /// For simulations: the total for another composite.
  constexpr double total_of(double composite) const noexcept {
    return limited(unlimited(composite));
  }
  /// With the bonuses, before limits and vetoes.
  constexpr double unlimited(double composite) const noexcept {
    double total = composite;
    for (const bonus_line& b : report_.bonuses) total += b.points;
    return total;
  }
  constexpr double limited(double total) const noexcept { return clamp(total, 0, highest()); }
  /// Total that limits and vetoes leave.
  constexpr double highest() const noexcept { return (std::min)(highest_, 100.0); }
  /// The band that vetoes leave, for that of the total; both counted from the best.
  constexpr std::size_t band_left(const crmetrics::bands& bands, std::size_t by_total) const {
    std::size_t index = by_total;
    for (const band_effect* effect : effects_) {
      index = (std::max)(index, effect->band_left(bands, by_total));
    }
    return index;
  }
  constexpr const score_report& report() const noexcept { return report_; }
  constexpr const component_rules& rules_of(std::size_t component) const noexcept {
    return *rules_[component];
  }
  constexpr const score_tree& tree() const noexcept { return tree_; }

 private:
  static constexpr std::size_t none = component_line::no_group;

  constexpr label perspective_of(std::size_t g) const {
    const std::size_t parent = report_.groups[g].parent;
    return parent == none ? label() : report_.groups[parent].perspective;
  }

  constexpr void evaluate(const evaluation_rules& rules) {
    fill(rules.absent);
    correct();
    tree_ = score_tree(report_.components, report_.groups, combiners_, top_combiner_);
    weigh();
    composite(rules.absent);
    adjust();
    differentiate();
    if (report_.total) grade(*rules.bands);
    report_.definition = rules.definition;
  }

  // What is not assessed and is to have a score of its own all the same.
  constexpr void fill(const absent_rule& of_card) {
    for (std::size_t i = 0; i != report_.components.size(); ++i) {
      component_line& line = report_.components[i];
      if (line.assessed() || line.absent == absence::not_applicable) continue;
      const absent_rule& rule =
          absent_[i].what == absent_rule::kind::inherit ? of_card : absent_[i];
      if (rule.what == absent_rule::kind::fail) required_.push_back(i);
      if (rule.what != absent_rule::kind::fill) continue;
      line.filled = true;
      line.points = line.score = rule.points;
    }
  }

  constexpr void correct() {
    for (std::size_t i = 0; i != report_.components.size(); ++i) {
      component_line& line = report_.components[i];
      if (!line.assessed()) continue;
      line.score = line.points;
      if (!rules_[i]->corrects()) continue;
      if (const estimate* raw = corrector(line.corrected_by)) {
        line.factor = rules_[i]->factor(raw->value());
        line.score = line.points * line.factor;
      } else {
        line.corrector_absent = true;
      }
    }
  }
  // nullptr where it was not assessed.
  constexpr const estimate* corrector(label name) const {
    for (const corrector_line& c : report_.correctors) {
      if (c.name == name) return c.absent == absence::none ? &c.raw : nullptr;
    }
    for (const component_line& c : report_.components) {
      if (c.name == name) return c.assessed() ? &c.raw : nullptr;
    }
    return nullptr;
  }

  constexpr void weigh() {
    tree_.combine([&](std::size_t component) { return report_.components[component].score; });
    for (std::size_t g = 0; g != report_.groups.size(); ++g) {
      if (tree_.group(g).counts) report_.groups[g].score = tree_.group(g).score;
    }
    for (std::size_t i = 0; i != report_.components.size(); ++i) {
      component_line& line = report_.components[i];
      const score_tree::node& n = tree_.leaf(i);
      line.weight = n.declared;
      line.weight_used = n.used;
      line.sensitivity = n.sensitivity;
      line.contribution = n.sensitivity * line.score;
    }
  }

  constexpr void composite(const absent_rule& absent) {
    double sum = 0;
    double not_assessed = 0;
    for (const std::size_t i : tree_.leaves_by_name()) {
      const component_line& line = report_.components[i];
      sum += line.contribution;
      not_assessed += line.weight * (line.assessed() ? line.not_assessed_inside : 1);
    }
    // Only now are weights shares of the whole: a line of a group that weighs nothing has none.
    for (const std::size_t i : required_) {
      const component_line& line = report_.components[i];
      const bool first =
          report_.failed_by == label() || line.name.view() < report_.failed_by.view();
      if (line.weight > 0 && first) report_.failed_by = line.name;
    }
    report_.coverage = tree_.coverage();
    report_.weight_not_assessed = not_assessed;
    const bool enough = grid_points::of(report_.coverage) >= grid_points::of(absent.min_coverage);
    if (tree_.counts() && enough && report_.failed_by == label()) report_.composite = sum;
  }

  constexpr void adjust() {
    highest_ = 100;
    label lowest_cap;
    for (const veto_line& line : report_.vetoes) {
      if (line.state != veto_state::fired) continue;
      const bool same_cap = line.highest_total == highest_ && line.name.view() < lowest_cap.view();
      if (line.highest_total < highest_ || same_cap) {
        highest_ = line.highest_total;
        lowest_cap = line.name;
      }
    }
    // In the order of names, as the contributions: the order of the definition changes no bit.
    std::sort(report_.bonuses.begin(), report_.bonuses.end(),
              [](const auto& a, const auto& b) { return a.name.view() < b.name.view(); });
    if (!report_.composite) return;
    double total = *report_.composite;
    const auto apply = [&](label name, double points) {
      report_.adjustments.push_back({name, points});
      total += points;
    };
    for (const bonus_line& b : report_.bonuses) {
      if (b.points != 0) apply(b.name, b.points);
    }
    // Rounding must not leave the sum above its limit.
    const auto limit = [&](label name, double most) {
      double points = most - total;
      while (total + points > most) points = next_below(points);
      apply(name, points);
      report_.held = true;
    };
    if (total < 0) apply(limit_of_zero, -total), report_.held = true;
    if (total > 100) limit("limit of 100 points", 100);
    if (total > highest_) limit(lowest_cap, highest_);
    report_.total = total;
  }

  // Points of the total per unit of each native value: by its own score, and by those it corrects.
  constexpr void differentiate() {
    if (!report_.total) return;
    for (component_line& line : report_.components) {
      if (line.assessed()) line.marginal = line.sensitivity * line.factor * line.slope;
    }
    for (std::size_t i = 0; i != report_.components.size(); ++i) {
      component_line& line = report_.components[i];
      if (!line.assessed() || !rules_[i]->corrects() || line.corrector_absent) continue;
      const double at = corrector(line.corrected_by)->value();
      line.factor_slope = rules_[i]->factor_slope(at);
      line.corrector_marginal = line.sensitivity * line.points * line.factor_slope;
      for (corrector_line& c : report_.correctors) {
        if (c.name == line.corrected_by) c.marginal += line.corrector_marginal;
      }
      for (component_line& c : report_.components) {
        if (c.name == line.corrected_by) c.marginal += line.corrector_marginal;
      }
    }
  }

  // What a limit or a veto holds moves by nothing.
  constexpr void hold() {
    for (component_line& c : report_.components) {
      c.marginal = c.corrector_marginal = c.slope_ahead = 0;
    }
    for (corrector_line& c : report_.correctors) c.marginal = 0;
  }

  constexpr void grade(const crmetrics::bands& bands) {
    if (bands.size() == 0) return;
    const std::size_t by_total = bands.index_of(*report_.total);
    report_.band_of_total = bands.at(by_total).name;
    report_.band = bands.at(band_left(bands, by_total)).name;
  }

  uncertainty_rule uncertainty_;
  score_report report_;
  std::size_t group_ = none;
  std::vector<const component_rules*> rules_;
  std::vector<absent_rule> absent_;
  std::vector<std::size_t> required_;  ///< lines without a score whose rule is `fail`
  std::vector<const combiner*> combiners_;
  const combiner* top_combiner_ = nullptr;
  std::vector<const band_effect*> effects_;
  score_tree tree_;
  double highest_ = 100;
};

}  // namespace crmetrics::detail
