#pragma once

#include <crmetrics/core/label.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/scorecard/detail/score_builder.hpp>
#include <crmetrics/scorecard/detail/uncertain_input.hpp>
#include <crmetrics/scorecard/kink.hpp>
#include <crmetrics/scorecard/ranked_value.hpp>
#include <crmetrics/scorecard/score_report.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace crmetrics::detail {

/// Names what keeps the total off its tangent where an input is a standard error away.
class kink_finder {
 public:
  /// @param bar points off the tangent that count
  kink_finder(const score_builder& evaluated, double bar)
      : evaluated_(evaluated), report_(evaluated.report()), bar_(bar) {}

  /// @param moved the composites where the input is an error lower and higher
  void look(const uncertain_input& x, std::span<const double> moved) {
    at_limits(moved);
    if (x.component != no_component) in_curve(x);
    in_corrections(x);
    // Neither the curve nor a correction, but off: their mean is it.
    if (!seen_) add(label_of(x), kink::mean_tie);
    seen_ = false;
  }
  std::vector<near_by> found() && {
    std::sort(found_.begin(), found_.end(), [](const near_by& a, const near_by& b) {
      return a.of != b.of ? a.of.view() < b.of.view() : a.what < b.what;
    });
    return std::move(found_);
  }

 private:
  void add(label of, kink what) {
    seen_ = true;
    const near_by kink_found{of, what};
    if (std::find(found_.begin(), found_.end(), kink_found) == found_.end()) {
      found_.push_back(kink_found);
    }
  }
  label label_of(const uncertain_input& x) const {
    if (x.component != no_component) return report_.components[x.component].name;
    for (const corrector_line& c : report_.correctors) {
      if (c.name.view() == x.name) return c.name;
    }
    return {};
  }
  void at_limits(std::span<const double> moved) {
    bool low = false;
    bool high = false;
    const auto see = [&](double composite) {
      const double total = evaluated_.unlimited(composite);
      low = low || total < -least_error;
      high = high || total > evaluated_.highest() + least_error;
    };
    see(*report_.composite), see(moved[0]), see(moved[1]);
    if (low) add(limit_of_zero, kink::total_limit);
    if (!high) return;
    for (const veto_line& v : report_.vetoes) {
      const bool caps = v.state == veto_state::fired;
      if (caps && v.highest_total < 100 && v.highest_total == evaluated_.highest()) {
        return add(v.name, kink::veto_cap);
      }
    }
    add("limit of 100 points", kink::total_limit);
  }
  void in_curve(const uncertain_input& x) {
    const component_line& c = report_.components[x.component];
    const std::array<double, 2> at = x.around(1);
    std::array<double, 2> points = at;
    evaluated_.rules_of(x.component).score_all(points);
    const double step = c.slope * x.error();
    const double off =
        (std::max)(abs(points[0] - (c.points - step)), abs(points[1] - (c.points + step)));
    // Of a mean that ignores it for now, the weight says what it could do.
    if (off * c.factor * (std::max)(c.sensitivity, c.weight_used) > bar_ / 4) {
      add(c.name, evaluated_.rules_of(x.component).kink_within(at[0], at[1]));
    }
  }
  void in_corrections(const uncertain_input& x) {
    for (std::size_t i = 0; i != report_.components.size(); ++i) {
      const component_line& c = report_.components[i];
      if (c.corrected_by.view() != x.name || !c.assessed() || c.corrector_absent) continue;
      if (!evaluated_.rules_of(i).corrects()) continue;
      std::array<double, 2> factors = x.around(1);
      evaluated_.rules_of(i).correct_all(factors);
      const double step = evaluated_.rules_of(i).factor_slope(x.raw->value()) * x.error();
      const double off =
          (std::max)(abs(factors[0] - (c.factor - step)), abs(factors[1] - (c.factor + step)));
      if (off * c.points * (std::max)(c.sensitivity, c.weight_used) > bar_ / 4) {
        const bool starts = (std::max)({factors[0], factors[1], c.factor}) >= 1;
        add(label_of(x), starts ? kink::correction_start : kink::correction_end);
      }
    }
  }

  const score_builder& evaluated_;
  const score_report& report_;
  double bar_;
  bool seen_ = false;
  std::vector<near_by> found_;
};

}  // namespace crmetrics::detail
