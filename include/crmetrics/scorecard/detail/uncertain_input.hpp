#pragma once

#include <crmetrics/core/estimate.hpp>
#include <crmetrics/core/normal.hpp>
#include <crmetrics/core/unit.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/intervals/adjusted_wald.hpp>
#include <crmetrics/intervals/samples.hpp>
#include <crmetrics/scorecard/detail/evidence.hpp>
#include <crmetrics/scorecard/score_report.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace crmetrics::detail {

/// The standard error of a native value; none where nobody knows it.
///
/// A share of 0 or 100 %, or an NPS of all one kind, has one of 0 by its formula and is not known
/// exactly all the same: it gets the one with the few added answers of `adjusted_wald`. Of other
/// metrics one of 0 (equal values, no events) says nothing of the error, unless somebody states it:
/// who gives a figure, or a scorecard inside.
inline std::optional<double> input_error(const estimate& e) {
  const std::optional<double>& error = e.standard_error();
  if (!error || *error > 0 || !(e.effective_n() > 0)) return error;
  const double n = e.effective_n();
  const double value = e.value();
  if (e.unit() == unit::fraction && (value == 0 || value == 1)) {
    const binomial_sample s = adjusted_wald::adjusted(binomial_sample{value * n, n});
    const double p = s.successes / s.trials;
    return detail::sqrt(p * (1 - p) / s.trials);
  }
  if (e.unit() == unit::net_fraction) {
    const net_sample s = adjusted_wald::adjusted(
        net_sample{value < 0 ? n : 0, value == 0 ? n : 0, value > 0 ? n : 0});
    const double net = (s.positives - s.negatives) / s.trials();
    return detail::sqrt(((s.positives + s.negatives) / s.trials() - net * net) / s.trials());
  }
  return knows_zero_error(e) ? error : std::nullopt;
}

inline constexpr auto no_component = static_cast<std::size_t>(-1);

/// A native value that a total depends on, with its doubt.
struct uncertain_input {
  std::string_view name;
  const estimate* raw;
  double marginal;
  std::optional<double> known_error;
  std::size_t component;  ///< its index; `no_component` for a corrector

  double error() const noexcept { return known_error.value_or(0); }
  /// Values so many of its errors lower, and higher.
  std::array<double, 2> around(double errors) const {
    return {raw->value() - errors * error(), raw->value() + errors * error()};
  }
};

inline std::vector<uncertain_input> uncertain_inputs(const score_report& report) {
  std::vector<uncertain_input> out;
  out.reserve(report.components.size() + report.correctors.size());
  for (std::size_t i = 0; i != report.components.size(); ++i) {
    const component_line& c = report.components[i];
    if (c.assessed()) out.push_back({c.name.view(), &c.raw, c.marginal, input_error(c.raw), i});
  }
  for (const corrector_line& c : report.correctors) {
    if (c.absent != absence::none) continue;
    out.push_back({c.name.view(), &c.raw, c.marginal, input_error(c.raw), no_component});
  }
  return out;
}

/// Those without an error that have a weight, or correct what has one.
inline std::size_t count_without_error(const score_report& report,
                                       std::span<const uncertain_input> inputs) {
  std::size_t count = 0;
  for (const uncertain_input& x : inputs) {
    if (x.known_error) continue;
    bool takes_part = false;
    for (const component_line& c : report.components) {
      if (!c.assessed() || !(c.weight_used > 0)) continue;
      takes_part = takes_part || c.name.view() == x.name || c.corrected_by.view() == x.name;
    }
    count += takes_part ? 1U : 0U;
  }
  return count;
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

/// Simulated native values of one input: shares from the distribution whose quantiles are Wilson's
/// limits, which keeps to [0, 1] and is as wide at 20 of 20 as its interval says; others from a
/// normal one, in the range of their unit.
inline void draw_values(const uncertain_input& x, std::uint64_t seed, std::size_t first,
                        std::span<double> out) {
  const double value = x.raw->value();
  const double error = x.error();
  if (error == 0) {
    for (double& v : out) v = value;
    return;
  }
  const normal_draws draws(seed, x.name);
  if (x.raw->unit() == unit::fraction && value >= 0 && value <= 1) {
    // As many trials as the error says: of a weighted or clustered sample fewer than its n.
    const double spread = value * (1 - value);
    const double n = spread > 0 ? spread / (error * error) : x.raw->effective_n();
    for (std::size_t d = 0; d != out.size(); ++d) {
      const double z = draws.at(first + d);
      const double half = z * z / (2 * n);
      const double reach = detail::sqrt(spread * 2 * half + half * half);
      out[d] = clamp((value + half + (z < 0 ? -reach : reach)) / (1 + 2 * half), 0, 1);
    }
    return;
  }
  double low = -infinity();
  double high = infinity();
  if (x.raw->unit() == unit::net_fraction) low = -1, high = 1;
  if (x.raw->unit() == unit::points) low = 0, high = 100;
  for (std::size_t d = 0; d != out.size(); ++d) {
    out[d] = clamp(value + error * draws.at(first + d), low, high);
  }
}

}  // namespace crmetrics::detail
