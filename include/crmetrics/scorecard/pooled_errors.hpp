#pragma once

#include <crmetrics/core/estimate.hpp>
#include <crmetrics/core/unit.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/scorecard/concepts.hpp>
#include <crmetrics/scorecard/detail/evidence.hpp>
#include <crmetrics/scorecard/detail/seen_curve.hpp>
#include <crmetrics/scorecard/ranked_value.hpp>
#include <crmetrics/scorecard/score_report.hpp>

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace crmetrics {

namespace detail {

/// What was measured, whatever the card draws it to.
struct measured_input {
  std::string_view name;
  double value = 0;
  std::optional<double> error;
  double n =
      0;  ///< 0 where it cannot be pooled: a nested scorecard says how many components it has
  bool is_share = false;
  bool is_stated = false;  ///< an error of 0 means that the value is known
  double drawn = 0;        ///< what is scored
  double draw_slope = 1;   ///< units of that per unit that is measured
  bool counts = false;

  measured_input(std::string_view of, const estimate& e)
      : name(of),
        value(e.value()),
        error(e.standard_error()),
        n(e.unit() == unit::points ? 0 : e.effective_n()),
        is_share(e.unit() == unit::fraction),
        is_stated(knows_zero_error(e)),
        drawn(value) {}
  measured_input(const component_line& c, const score_report& r)
      : measured_input(c.name.view(), c.raw) {
    if (c.before_shrinkage) value = *c.before_shrinkage, error = c.error_before_shrinkage;
    draw_slope = c.shrinkage_slope;
    counts = c.weight_used > 0 || corrects(r);
  }
  measured_input(const corrector_line& c, const score_report& r)
      : measured_input(c.name.view(), c.raw) {
    counts = corrects(r);
  }
  bool can_be_pooled() const noexcept { return n > 0; }

 private:
  bool corrects(const score_report& r) const {
    return std::any_of(r.components.begin(), r.components.end(), [&](const component_line& line) {
      return line.corrected_by.view() == name && line.assessed() && line.weight_used > 0;
    });
  }
};

/// The variance of one observation of a metric, from all who are listed.
class pooled_variance {
 public:
  void add(const measured_input& x) {
    if (!x.error || !(x.n > 0)) return;
    is_share_ = is_share_ && x.is_share;
    is_stated_ = is_stated_ && x.is_stated;
    n_ += x.n;
    sum_ += x.n * x.value;
    within_ += x.n * x.n * *x.error * *x.error;
  }
  /// Of shares that of their common mean, as in the pooled z test; of others the mean of their own.
  /// Where all say yes, or all no, the share is that of Jeffreys' prior: nobody knows it exactly.
  double of_one() const {
    if (n_ == 0) return 0;
    if (!is_share_) return within_ / n_;
    const bool all_or_none = !(sum_ > 0 && sum_ < n_);
    const double share = all_or_none ? (sum_ + .5) / (n_ + 1) : sum_ / n_;
    return share * (1 - share);
  }
  double mean() const { return sum_ / n_; }
  /// Not where everybody's values were all equal: that tells nothing of how they scatter.
  bool known() const { return n_ > 0 && (is_share_ || within_ > 0 || is_stated_); }

 private:
  bool is_share_ = true;
  bool is_stated_ = true;
  double n_ = 0;
  double sum_ = 0;
  double within_ = 0;
};

/// The curves and corrections of a card, as the reports of a team show them.
class seen_curves {
 public:
  void add(const score_report& r) {
    for (const component_line& c : r.components) {
      if (!c.assessed()) continue;
      scores_[c.name.view()].add(c.raw.value(), c.points, c.slope);
      if (const estimate* by = corrector_of(r, c)) {
        factors_[c.name.view()].add(by->value(), c.factor, c.factor_slope);
      }
    }
  }
  void order() {
    for (auto& [name, curve] : scores_) curve.order();
    for (auto& [name, curve] : factors_) curve.order();
  }
  /// How much the total of the report scatters where this value of it, its own score and those that
  /// it corrects, is normal.
  double spread(const score_report& r, std::string_view input, double mean, double error) const {
    struct term {
      double moves;
      const seen_curve* by;
    };
    std::vector<term> terms;
    for (const component_line& c : r.components) {
      if (!c.assessed() || !(c.sensitivity > 0)) continue;
      if (c.name.view() == input) terms.push_back({c.sensitivity * c.factor, &scores_.at(input)});
      if (c.corrected_by.view() == input && corrector_of(r, c) != nullptr) {
        terms.push_back({c.sensitivity * c.points, &factors_.at(c.name.view())});
      }
    }
    if (terms.empty()) return 0;
    return spread_over_normal(
        [&](double x) {
          double sum = 0;
          for (const term& t : terms) sum += t.moves * t.by->at(x);
          return sum;
        },
        mean, error);
  }

 private:
  // nullptr where it was not assessed, or where there is none.
  static const estimate* corrector_of(const score_report& r, const component_line& line) {
    if (line.corrected_by == label() || line.corrector_absent) return nullptr;
    for (const corrector_line& c : r.correctors) {
      if (c.name == line.corrected_by) return &c.raw;
    }
    for (const component_line& c : r.components) {
      if (c.name == line.corrected_by) return &c.raw;
    }
    return nullptr;
  }

  std::map<std::string_view, seen_curve> scores_;
  std::map<std::string_view, seen_curve> factors_;
};

}  // namespace detail

/// Standard errors for comparing the members of one team, with the variance of one observation
/// taken from all of them: SE_i = sqrt(v / n_i).
///
/// An agent's own standard error comes from the same few observations as his value: 29 of 30 looks
/// four times as sure as it is, and so the extremes separate from the rest by nothing but luck.
/// Where nobody differs all have the same variance, and that is what a test of "nobody differs"
/// assumes. Where spreads really differ (one agent does another job), use their own errors. Who has
/// no error of his own (one observation) gets one from the others. Without a value or an n, or
/// where nobody has an error, there is nothing. The estimates are measured ones: for those that are
/// drawn to a prior give the rule beside what was measured. O(n).
inline std::vector<std::optional<ranked_value>> pooled_errors(std::span<const estimate> estimates) {
  detail::pooled_variance pooled;
  for (const estimate& e : estimates) {
    if (e.has_value()) pooled.add({{}, e});
  }
  std::vector<std::optional<ranked_value>> out;
  for (const estimate& e : estimates) {
    if (pooled.known() && e.has_value() && e.effective_n() > 0) {
      out.push_back(ranked_value{e.value(), detail::sqrt(pooled.of_one() / e.effective_n())});
    } else {
      out.push_back(std::nullopt);
    }
  }
  return out;
}
/// The same for values that a rule draws to a prior: what was measured would scatter by
/// sqrt(v / n_i), the drawn value by the share of it that the rule lets through. Nothing where it
/// lets nothing through. @param measured before the rule
template <shrinking S>
std::vector<std::optional<ranked_value>> pooled_errors(std::span<const estimate> measured,
                                                       const S& rule) {
  std::vector<std::optional<ranked_value>> out = pooled_errors(measured);
  for (std::size_t i = 0; i != out.size(); ++i) {
    if (!out[i]) continue;
    const double slope = rule.slope(measured[i]);
    if (slope > 0) {
      out[i] = ranked_value{rule.shrink(measured[i]).value(), slope * out[i]->standard_error};
    } else {
      out[i].reset();
    }
  }
  return out;
}

/// The same for totals: the variances of each component and corrector are pooled over the team, and
/// go through the curves that the team shows, joined by straight lines: what a total scatters by
/// where each value is normal around that of the whole team, or around the agent's own, whichever
/// is more. An agent's own marginal value would be 0 for whoever came out at a target or a floor,
/// by luck, and his total would look sure. Nested scorecards (`unit::points`) keep their own
/// errors. Of a component that is drawn to a prior the variance is that of what was measured.
///
/// There is nothing where there is no total, where a component that counts has an error that nobody
/// knows, and where nothing that is known moves the total: it is held by a limit or a veto, or the
/// curves are flat for the whole team. That is no certainty.
/// @param results what `by(agent, card).result()` gives
/// @return in the order of its rows. O(agents x components x log agents)
template <class Results>
std::vector<std::optional<ranked_value>> pooled_total_errors(const Results& results) {
  const auto each_input = [](const score_report& r, const auto& f) {
    for (const component_line& c : r.components) {
      if (c.assessed()) f(detail::measured_input(c, r));
    }
    for (const corrector_line& c : r.correctors) {
      if (c.absent == absence::none) f(detail::measured_input(c, r));
    }
  };
  std::map<std::string_view, detail::pooled_variance> pooled;
  detail::seen_curves curves;
  for (const auto& row : results.rows) {
    each_input(row.result, [&](const detail::measured_input& x) {
      if (x.can_be_pooled()) pooled[x.name].add(x);
    });
    curves.add(row.result);
  }
  curves.order();
  std::vector<std::optional<ranked_value>> out;
  for (const auto& row : results.rows) {
    // In the order of names, so that the order of the definition changes no bit.
    std::map<std::string_view, double> parts;
    bool known = row.result.total.has_value() && !row.result.held;
    each_input(row.result, [&](const detail::measured_input& x) {
      if (!known) return;
      double spread = 0;
      if (x.can_be_pooled() && pooled.at(x.name).known()) {
        const detail::pooled_variance& all = pooled.at(x.name);
        const double error = x.draw_slope * detail::sqrt(all.of_one() / x.n);
        const double common = x.drawn + x.draw_slope * (all.mean() - x.value);
        spread = (std::max)(curves.spread(row.result, x.name, x.drawn, error),
                            curves.spread(row.result, x.name, common, error));
      } else if (!x.can_be_pooled() && x.error) {
        spread = curves.spread(row.result, x.name, x.drawn, x.draw_slope * *x.error);
      } else if (x.counts) {
        known = false;
      }
      parts[x.name] = spread * spread;
    });
    double variance = 0;
    for (const auto& [name, part] : parts) variance += part;
    const double error = detail::sqrt(variance);
    out.emplace_back();
    if (known && error >= detail::least_error) out.back() = ranked_value{*row.result.total, error};
  }
  return out;
}

}  // namespace crmetrics
