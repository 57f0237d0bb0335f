#pragma once

#include <crmetrics/core/normal.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/scorecard/bands.hpp>
#include <crmetrics/scorecard/detail/kink_finder.hpp>
#include <crmetrics/scorecard/detail/score_builder.hpp>
#include <crmetrics/scorecard/detail/uncertain_input.hpp>
#include <crmetrics/scorecard/points.hpp>
#include <crmetrics/scorecard/ranked_value.hpp>
#include <crmetrics/scorecard/score_uncertainty.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace crmetrics::detail {

/// The composites where one input after the other lies some of its standard errors lower, and
/// higher: those of input i at 2 i and 2 i + 1.
inline std::vector<double> moved_composites(const score_builder& evaluated,
                                            std::span<const uncertain_input> inputs,
                                            double errors) {
  const score_report& report = evaluated.report();
  const std::size_t many = 2 * inputs.size();
  std::vector<double> scores(report.components.size() * many);
  const auto row = [&](std::size_t i) { return scores.data() + i * many; };
  for (std::size_t i = 0; i != report.components.size(); ++i) {
    const component_line& c = report.components[i];
    std::fill_n(row(i), many, c.score);
    if (!c.assessed() || c.corrector_absent || !evaluated.rules_of(i).corrects()) continue;
    for (std::size_t k = 0; k != inputs.size(); ++k) {
      if (inputs[k].name != c.corrected_by.view()) continue;
      std::array<double, 2> factors = inputs[k].around(errors);
      evaluated.rules_of(i).correct_all(factors);
      for (std::size_t side = 0; side != 2; ++side) row(i)[2 * k + side] = c.points * factors[side];
    }
  }
  for (std::size_t k = 0; k != inputs.size(); ++k) {
    const std::size_t i = inputs[k].component;
    if (i == no_component) continue;
    std::array<double, 2> points = inputs[k].around(errors);
    evaluated.rules_of(i).score_all(points);
    for (std::size_t side = 0; side != 2; ++side) {
      row(i)[2 * k + side] = points[side] * report.components[i].factor;
    }
  }
  std::vector<double> out(many);
  std::vector<double> scratch;
  evaluated.tree().combine_many(many, row, scratch, out);
  return out;
}

/// Sets `near_kink` where the total lies off its tangent by a tenth of its doubt where one input is
/// a standard error away, and says what lies between.
inline void look_for_kinks(const score_builder& evaluated, std::span<const uncertain_input> inputs,
                           score_uncertainty& out) {
  const double total = *evaluated.report().total;
  const std::vector<double> moved = moved_composites(evaluated, inputs, 1);
  const double bar = (std::max)(0.1 * out.standard_error, least_error);
  kink_finder finder(evaluated, bar);
  for (std::size_t i = 0; i != inputs.size(); ++i) {
    const double step = inputs[i].marginal * inputs[i].error();
    const double below = abs(evaluated.total_of(moved[2 * i]) - (total - step));
    const double above = abs(evaluated.total_of(moved[2 * i + 1]) - (total + step));
    if (!((std::max)(below, above) > bar)) continue;
    out.near_kink = true;
    finder.look(inputs[i], std::span(moved).subspan(2 * i, 2));
  }
  out.kinks = std::move(finder).found();
}

/// The root of the sum of the squares of what one standard error of each input does to the
/// composite.
inline double propagated_error(const score_builder& evaluated,
                               std::span<const uncertain_input> inputs, double reach) {
  double variance = 0;
  for (const uncertain_input& x : inputs) {
    const double part = x.marginal * x.error();
    variance += part * part;
  }
  if (variance >= least_error * least_error) return detail::sqrt(variance);
  // Every tangent is flat. That is no certainty where a step of the interval's reach leads beyond
  // the flat piece: 3 of 3 are at the target, and may well have been luck.
  const double composite = *evaluated.report().composite;
  const std::vector<double> moved = moved_composites(evaluated, inputs, reach);
  variance = 0;
  for (std::size_t i = 0; i != inputs.size(); ++i) {
    const double part =
        (std::max)(abs(moved[2 * i] - composite), abs(moved[2 * i + 1] - composite)) / reach;
    variance += part * part;
  }
  return variance >= least_error * least_error ? detail::sqrt(variance) : 0;
}

inline score_uncertainty by_delta(const score_builder& evaluated, const uncertainty_rule& rule,
                                  const bands& grades) {
  const score_report& report = evaluated.report();
  score_uncertainty out;
  out.method = "delta method";
  out.level = rule.level;
  std::vector<uncertain_input> inputs = uncertain_inputs(report);
  std::sort(inputs.begin(), inputs.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  out.without_error = count_without_error(report, inputs);
  const double z = critical_value(rule.level);
  const double error = propagated_error(evaluated, inputs, z);
  out.standard_error = error;
  look_for_kinks(evaluated, inputs, out);
  // Normal before the limits, and cut by them.
  const double centre = report.held ? evaluated.unlimited(*report.composite) : *report.total;
  out.interval = {(std::min)(*report.total, evaluated.limited(centre - z * error)),
                  (std::max)(*report.total, evaluated.limited(centre + z * error))};
  if (grades.size() == 0) return out;
  const auto highest = grid_points::of(evaluated.highest());
  const auto from_on = [&](double bound) {  // P(total >= bound)
    if (!(bound > 0)) return 1.0;
    if (highest < grid_points::of(bound)) return 0.0;
    if (error > 0) return normal_cdf((centre - bound) / error);
    return grid_points::of(centre) < grid_points::of(bound) ? 0.0 : 1.0;
  };
  for (const bands::band& b : grades) out.bands.push_back({b.name.view(), 0});
  double better = 0;
  for (std::size_t b = 0; b != grades.size(); ++b) {
    const double up_to_here = from_on(grades.at(b).from);
    out.bands[evaluated.band_left(grades, b)].probability += up_to_here - better;
    better = up_to_here;
  }
  return out;
}

/// The totals of simulated months, block by block.
class total_simulation {
 public:
  total_simulation(const score_builder& evaluated, std::uint64_t seed)
      : evaluated_(evaluated),
        report_(evaluated.report()),
        seed_(seed),
        inputs_(uncertain_inputs(report_)) {
    for (std::size_t i = 0; i != report_.components.size(); ++i) {
      scores_.emplace_back(report_.components[i].counts() ? block : 0);
      const bool corrected = evaluated.rules_of(i).corrects() && report_.components[i].assessed() &&
                             !report_.components[i].corrector_absent;
      corrector_.push_back(corrected ? input(report_.components[i].corrected_by.view())
                                     : inputs_.size());
    }
    values_.resize(inputs_.size(), std::vector<double>(block));
  }

  void run(std::span<double> totals) {
    for (std::size_t first = 0; first < totals.size(); first += block) {
      const std::size_t n = (std::min)(block, totals.size() - first);
      simulate(first, totals.subspan(first, n));
    }
  }

 private:
  static constexpr std::size_t block = 256;

  std::size_t input(std::string_view name) const {
    std::size_t i = 0;
    while (i != inputs_.size() && inputs_[i].name != name) ++i;
    return i;
  }
  void simulate(std::size_t first, std::span<double> totals) {
    const std::size_t n = totals.size();
    for (std::size_t i = 0; i != inputs_.size(); ++i) {
      draw_values(inputs_[i], seed_, first, {values_[i].data(), n});
    }
    std::size_t assessed = 0;
    for (std::size_t i = 0; i != report_.components.size(); ++i) {
      const component_line& c = report_.components[i];
      if (!c.counts()) continue;
      std::span<double> scores(scores_[i].data(), n);
      if (c.filled) {
        std::fill(scores.begin(), scores.end(), c.score);
        continue;
      }
      std::copy_n(values_[assessed++].data(), n, scores.data());
      evaluated_.rules_of(i).score_all(scores);
      if (corrector_[i] == inputs_.size()) continue;
      factors_.assign(values_[corrector_[i]].begin(),
                      values_[corrector_[i]].begin() + static_cast<std::ptrdiff_t>(n));
      evaluated_.rules_of(i).correct_all(factors_);
      for (std::size_t d = 0; d != n; ++d) scores[d] *= factors_[d];
    }
    evaluated_.tree().combine_many(
        n, [&](std::size_t i) { return scores_[i].data(); }, scratch_, totals);
    for (double& total : totals) total = evaluated_.total_of(total);
  }

  const score_builder& evaluated_;
  const score_report& report_;
  std::uint64_t seed_;
  std::vector<uncertain_input>
      inputs_;  ///< the assessed components in their order, then correctors
  std::vector<std::vector<double>> values_;
  std::vector<std::vector<double>> scores_;
  std::vector<std::size_t> corrector_;
  std::vector<double> factors_;
  std::vector<double> scratch_;
};

/// Standard error and percentiles of simulated totals, which it sorts.
inline void describe_totals(std::span<double> totals, score_uncertainty& out) {
  const auto n = static_cast<double>(totals.size());
  double mean = 0;
  for (const double t : totals) mean += t / n;
  double squares = 0;
  for (const double t : totals) squares += (t - mean) * (t - mean);
  const double error = detail::sqrt(squares / (n - 1));
  out.standard_error = error >= least_error ? error : 0;
  out.monte_carlo_error = out.standard_error / detail::sqrt(2 * (n - 1));
  std::sort(totals.begin(), totals.end());
  const auto percentile = [&](double p) {  // type 7 of Hyndman and Fan 1996
    const double at = p * (n - 1);
    const auto low = static_cast<std::size_t>(at);
    const std::size_t high = (std::min)(low + 1, totals.size() - 1);
    return totals[low] + (at - static_cast<double>(low)) * (totals[high] - totals[low]);
  };
  const double tail = (1 - out.level.value()) / 2;
  out.interval = {percentile(tail), percentile(1 - tail)};
}

inline score_uncertainty by_monte_carlo(const score_builder& evaluated,
                                        const uncertainty_rule& rule, const bands& grades) {
  score_uncertainty out;
  out.method = "Monte Carlo";
  out.level = rule.level;
  out.draws = rule.draws;
  out.seed = rule.seed;
  const std::vector<uncertain_input> inputs = uncertain_inputs(evaluated.report());
  out.without_error = count_without_error(evaluated.report(), inputs);
  std::vector<double> totals(rule.draws);
  total_simulation(evaluated, rule.seed).run(totals);
  for (const bands::band& b : grades) out.bands.push_back({b.name.view(), 0});
  if (grades.size() != 0) {
    std::vector<std::size_t> in(grades.size());
    for (const double t : totals) ++in[evaluated.band_left(grades, grades.index_of(t))];
    for (std::size_t b = 0; b != in.size(); ++b) {
      out.bands[b].probability = static_cast<double>(in[b]) / static_cast<double>(totals.size());
    }
  }
  describe_totals(totals, out);
  // At a limit all repeats may lie on one side of what was observed.
  const double total = *evaluated.report().total;
  out.interval = {(std::min)(total, out.interval.low), (std::max)(total, out.interval.high)};
  look_for_kinks(evaluated, inputs, out);
  return out;
}

inline score_uncertainty uncertainty_of(const score_builder& evaluated,
                                        const uncertainty_rule& rule, const bands& grades) {
  score_uncertainty out = rule.what == uncertainty_rule::kind::delta
                              ? by_delta(evaluated, rule, grades)
                              : by_monte_carlo(evaluated, rule, grades);
  if (out.nothing_known()) {
    out.interval = {0, evaluated.highest()};
    out.bands.clear();
  }
  return out;
}

}  // namespace crmetrics::detail
