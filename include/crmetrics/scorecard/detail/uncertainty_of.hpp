#pragma once

#include <crmetrics/core/normal.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/scorecard/bands.hpp>
#include <crmetrics/scorecard/detail/score_builder.hpp>
#include <crmetrics/scorecard/score_uncertainty.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace crmetrics::detail {

/// A native value that a total depends on, with its doubt.
struct uncertain_input {
  std::string_view name;
  const estimate* raw;
  double marginal;

  double error() const noexcept { return raw->standard_error().value_or(0); }
};

inline std::vector<uncertain_input> uncertain_inputs(const score_report& report) {
  std::vector<uncertain_input> out;
  for (const component_line& c : report.components) {
    if (c.assessed()) out.push_back({c.name.view(), &c.raw, c.marginal});
  }
  for (const corrector_line& c : report.correctors) {
    if (c.absent == absence::none) out.push_back({c.name.view(), &c.raw, c.marginal});
  }
  return out;
}

inline void count_without_error(const score_report& report, score_uncertainty& out) {
  for (const component_line& c : report.components) {
    if (c.assessed() && c.weight_used > 0 && !c.raw.standard_error()) ++out.without_error;
  }
}

// Whether scores one standard error away lie off the tangent by a tenth of the doubt of the total.
inline bool lies_near_kink(const score_builder& evaluated, double total_error) {
  const score_report& report = evaluated.report();
  for (std::size_t i = 0; i != report.components.size(); ++i) {
    const component_line& c = report.components[i];
    if (!c.assessed() || !c.raw.standard_error()) continue;
    const double reach = *c.raw.standard_error();
    double around[2] = {c.raw.value() - reach, c.raw.value() + reach};
    evaluated.rules_of(i).score_all(around);
    const double below = abs(around[0] - (c.points - c.slope * reach));
    const double above = abs(around[1] - (c.points + c.slope * reach));
    const double off = (std::max)(below, above) * c.factor * c.sensitivity;
    if (off > 0.1 * total_error && off > 1e-9) return true;
  }
  return false;
}

inline score_uncertainty by_delta(const score_builder& evaluated, const uncertainty_rule& rule,
                                  const bands& grades) {
  const score_report& report = evaluated.report();
  score_uncertainty out;
  out.method = "delta method";
  out.level = rule.level;
  double variance = 0;
  std::vector<uncertain_input> inputs = uncertain_inputs(report);
  std::sort(inputs.begin(), inputs.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  for (const uncertain_input& x : inputs) {
    const double part = x.marginal * x.error();
    variance += part * part;
  }
  count_without_error(report, out);
  out.standard_error = detail::sqrt(variance);
  out.near_kink = lies_near_kink(evaluated, out.standard_error);
  const double total = *report.total;
  const double reach = critical_value(rule.level) * out.standard_error;
  out.interval = {(std::max)(total - reach, 0.0), (std::min)(total + reach, 100.0)};
  double below_better = 1;  // P(total < bound of the next better band)
  for (const bands::band& b : grades) {
    const double below = &b + 1 == grades.end() ? 0
                         : out.standard_error == 0
                             ? (grid_points::of(total) < grid_points::of(b.from) ? 1 : 0)
                             : normal_cdf((b.from - total) / out.standard_error);
    out.bands.push_back({b.name.view(), below_better - below});
    below_better = below;
  }
  return out;
}

/// The standard normal number of a seed, an input and a draw.
class normal_draws {
 public:
  normal_draws(std::uint64_t seed, std::string_view input) {
    definition_hash hash;
    hash.add(seed), hash.add(input);
    base_ = hash.value();
  }
  double at(std::uint64_t draw) const noexcept {
    // SplitMix64 (Steele, Lea and Flood 2014, doi:10.1145/2660193.2660195), entered at any place.
    std::uint64_t z = base_ + (draw + 1) * 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    z ^= z >> 31U;
    return normal_quantile((static_cast<double>(z >> 11U) + 0.5) * 0x1p-53);
  }

 private:
  std::uint64_t base_;
};

/// Simulated native values of one input, in the range of its unit.
inline void draw_values(const uncertain_input& x, std::uint64_t seed, std::size_t first,
                        std::span<double> out) {
  const double value = x.raw->value();
  const double error = x.error();
  double low = -infinity();
  double high = infinity();
  if (x.raw->unit() == unit::fraction) low = 0, high = 1;
  if (x.raw->unit() == unit::net_fraction) low = -1, high = 1;
  if (x.raw->unit() == unit::points) low = 0, high = 100;
  const normal_draws draws(seed, x.name);
  for (std::size_t d = 0; d != out.size(); ++d) {
    out[d] = error == 0 ? value : clamp(value + error * draws.at(first + d), low, high);
  }
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

/// Standard error, percentiles and bands of simulated totals, which it sorts.
inline void describe_totals(std::span<double> totals, const bands& grades, score_uncertainty& out) {
  const auto n = static_cast<double>(totals.size());
  double mean = 0;
  for (const double t : totals) mean += t / n;
  double squares = 0;
  for (const double t : totals) squares += (t - mean) * (t - mean);
  out.standard_error = detail::sqrt(squares / (n - 1));
  out.monte_carlo_error = out.standard_error / detail::sqrt(2 * (n - 1));
  if (grades.size() != 0) {
    std::vector<std::size_t> in(grades.size());
    for (const double t : totals) ++in[grades.index_of(t)];
    for (std::size_t b = 0; b != in.size(); ++b) {
      out.bands.push_back({grades.at(b).name.view(), static_cast<double>(in[b]) / n});
    }
  }
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

inline score_uncertainty uncertainty_of(const score_builder& evaluated,
                                        const uncertainty_rule& rule, const bands& grades) {
  if (rule.what == uncertainty_rule::kind::delta) return by_delta(evaluated, rule, grades);
  score_uncertainty out;
  out.method = "Monte Carlo";
  out.level = rule.level;
  out.draws = rule.draws;
  out.seed = rule.seed;
  count_without_error(evaluated.report(), out);
  std::vector<double> totals(rule.draws);
  total_simulation(evaluated, rule.seed).run(totals);
  describe_totals(totals, grades, out);
  out.near_kink = lies_near_kink(evaluated, out.standard_error);
  return out;
}

}  // namespace crmetrics::detail
