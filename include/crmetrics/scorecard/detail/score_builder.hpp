#pragma once

#include <crmetrics/core/estimate.hpp>
#include <crmetrics/core/label.hpp>
#include <crmetrics/detail/math.hpp>
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

/// Why an estimate cannot be used by a component that asks for min_n observations.
constexpr absence absence_of(const estimate& e, std::uint64_t min_n) noexcept {
  switch (e.status()) {
    case status::no_data:
      return absence::missing;
    case status::undefined:
      return absence::undefined;
    case status::insufficient_data:
      return absence::insufficient;
    case status::ok:
      break;
  }
  if (e.n() == 0) return absence::missing;  // a count of nothing is no measurement
  // Kish's n of equal weights misses n by rounding.
  const bool enough = e.effective_n() >= static_cast<double>(min_n) * (1 - 1e-9);
  return enough ? absence::none : absence::insufficient;
}

/// The evaluation of a scorecard, the same for every card: the parts report what they measured and
/// how it scores, `finish` does the rest in the fixed order normalise, correct, aggregate, bonus,
/// veto, band (rules R3 to R10 of docs/scorecard/rules.md).
class score_builder {
 public:
  void enter_group(label name, double weight) {
    report_.groups.push_back({name, group_, weight, std::nullopt});
    group_ = report_.groups.size() - 1;
  }
  void leave_group() { group_ = report_.groups[group_].parent; }

  /// @param weight relative to the siblings
  /// @param factor the correction's factor for the corrector's value; nullptr without correction
  void add_component(component_line line, double weight, const void* rule,
                     double (*factor)(const void*, double)) {
    line.group = group_;
    line.weight = weight;
    report_.components.push_back(std::move(line));
    corrections_.push_back({rule, factor});
  }
  void add_corrector(label name, const estimate& raw, absence absent) {
    correctors_.push_back({name, raw, absent});
  }
  void add_veto(veto_line line) { report_.vetoes.push_back(std::move(line)); }
  /// They have done their work inside: here they are shown.
  void add_nested_vetoes(label component, std::vector<veto_line> vetoes) {
    for (veto_line& line : vetoes) {
      const std::string outer(component.view());
      line.inside = line.nested() ? outer + " / " + line.inside : outer;
      report_.vetoes.push_back(std::move(line));
    }
  }
  void add_bonus(label name, double points) { bonuses_.push_back({name, points}); }

  template <class Bands>
  score_report finish(const Bands& bands, double min_coverage, std::uint64_t definition) && {
    correct();
    weigh();
    aggregate(min_coverage);
    adjust();
    if (report_.total) report_.band = bands.of(*report_.total);
    report_.definition = definition;
    return std::move(report_);
  }

 private:
  struct correction_ref {
    const void* rule;
    double (*factor)(const void*, double);
  };
  struct corrector {
    label name;
    estimate raw;
    absence absent;
  };
  // A component or a group among its siblings. Sums run in the order of names, so that the order of
  // the definition changes no bit.
  struct node {
    std::string_view name;
    std::size_t parent;
    std::size_t index;
    bool is_group;
    bool available;
    double weight;
  };
  struct sums {
    double all = 0;
    double available = 0;
  };

  void correct() {
    for (std::size_t i = 0; i != report_.components.size(); ++i) {
      component_line& line = report_.components[i];
      if (!line.assessed()) continue;
      line.score = line.points;
      if (corrections_[i].factor == nullptr) continue;
      if (const auto value = corrector_value(line.corrected_by)) {
        line.factor = corrections_[i].factor(corrections_[i].rule, *value);
        line.score = line.points * line.factor;
      } else {
        line.corrector_absent = true;
      }
    }
  }
  std::optional<double> corrector_value(label name) const {
    for (const corrector& c : correctors_) {
      if (c.name == name) {
        return c.absent == absence::none ? std::optional(c.raw.value()) : std::nullopt;
      }
    }
    for (const component_line& c : report_.components) {
      if (c.name == name) return c.assessed() ? std::optional(c.raw.value()) : std::nullopt;
    }
    return std::nullopt;
  }

  void list_nodes() {
    const auto& groups = report_.groups;
    std::vector<bool> available(groups.size(), false);
    for (const component_line& line : report_.components) {
      // What is assessed with weight 0 is shown, but gives no group a score: that would be 0 / 0.
      const bool counts = line.assessed() && line.weight > 0;
      nodes_.push_back({line.name, line.group, nodes_.size(), false, line.assessed(), line.weight});
      for (std::size_t g = line.group; counts && g != none; g = groups[g].parent) {
        available[g] = true;
        if (!(groups[g].weight > 0)) break;
      }
    }
    for (std::size_t g = 0; g != groups.size(); ++g) {
      nodes_.push_back({groups[g].name, groups[g].parent, g, true, available[g], groups[g].weight});
    }
    std::sort(nodes_.begin(), nodes_.end(),
              [](const node& a, const node& b) { return a.name < b.name; });
  }

  void weigh() {
    list_nodes();
    auto& components = report_.components;
    auto& groups = report_.groups;
    std::vector<sums> inside(groups.size());
    const auto siblings = [&](std::size_t parent) -> sums& {
      return parent == none ? top_ : inside[parent];
    };
    for (const node& n : nodes_) {
      siblings(n.parent).all += n.weight;
      if (n.available) siblings(n.parent).available += n.weight;
    }

    struct shares {
      double declared = 1;
      double used = 1;
    };
    std::vector<shares> share(groups.size());
    const auto share_of = [&](std::size_t parent, double weight, bool available) {
      const shares above = parent == none ? shares{} : share[parent];
      const sums& among = siblings(parent);
      return shares{above.declared * (weight / among.all),
                    available && weight > 0 ? above.used * (weight / among.available) : 0};
    };
    std::vector<bool> available(groups.size());
    for (const node& n : nodes_) {
      if (n.is_group) available[n.index] = n.available;
    }
    for (std::size_t g = 0; g != groups.size(); ++g) {  // a group stands before its children
      share[g] = share_of(groups[g].parent, groups[g].weight, available[g]);
    }
    for (component_line& line : components) {
      const shares s = share_of(line.group, line.weight, line.assessed());
      line.weight = s.declared;
      line.weight_used = s.used;
      line.contribution = s.used * line.score;
    }

    for (std::size_t g = groups.size(); g-- != 0;) {  // and its children after it
      if (!available[g]) continue;
      double mean = 0;
      for (const node& n : nodes_) {
        if (n.parent != g || !n.available) continue;
        const double score = n.is_group ? *groups[n.index].score : components[n.index].score;
        mean += n.weight / inside[g].available * score;
      }
      groups[g].score = mean;
    }
  }

  void aggregate(double min_coverage) {
    double composite = 0;
    double not_assessed = 0;
    for (const node& n : nodes_) {
      if (n.is_group) continue;
      const component_line& line = report_.components[n.index];
      composite += line.contribution;
      not_assessed += line.weight * (line.assessed() ? line.not_assessed_inside : 1);
    }
    report_.coverage = top_.available / top_.all;
    report_.weight_not_assessed = not_assessed;
    if (top_.available > 0 && grid_points::of(report_.coverage) >= grid_points::of(min_coverage)) {
      report_.composite = composite;
    }
  }

  void adjust() {
    double highest = 100;
    label lowest_cap;
    for (const veto_line& line : report_.vetoes) {
      if (line.state != veto_state::fired || line.nested()) continue;
      const bool same_cap = line.highest_total == highest && line.name.view() < lowest_cap.view();
      if (line.highest_total < highest || same_cap) {
        highest = line.highest_total;
        lowest_cap = line.name;
      }
    }
    if (!report_.composite) return;
    // In the order of names, as the contributions: the order of the definition changes no bit.
    std::sort(bonuses_.begin(), bonuses_.end(),
              [](const auto& a, const auto& b) { return a.first.view() < b.first.view(); });
    double total = *report_.composite;
    const auto apply = [&](label name, double points) {
      report_.adjustments.push_back({name, points});
      total += points;
    };
    for (const auto& [name, points] : bonuses_) {
      if (points != 0) apply(name, points);
    }
    // Rounding must not leave the sum above its limit.
    const auto limit = [&](label name, double most) {
      double points = most - total;
      while (total + points > most) points = detail::next_below(points);
      apply(name, points);
    };
    if (total > 100) limit("limit of 100 points", 100);
    if (total > highest) limit(lowest_cap, highest);
    report_.total = total;
  }

  static constexpr std::size_t none = component_line::no_group;

  score_report report_;
  std::size_t group_ = none;
  std::vector<correction_ref> corrections_;
  std::vector<corrector> correctors_;
  std::vector<std::pair<label, double>> bonuses_;
  std::vector<node> nodes_;
  sums top_;
};

}  // namespace crmetrics::detail
