#pragma once

#include <crmetrics/core/error.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace crmetrics {

/// p-values of many comparisons, adjusted so that the chance of one false alarm or more among all
/// of them is at most alpha where those with an adjusted value of at most alpha are called
/// different.
///
/// In ascending order p_(1), ..., p_(m): adjusted p_(i) = max over j <= i of min(1, (m - j + 1)
/// p_(j)). Holds whatever the comparisons have in common; never weaker than Bonferroni's m p. The
/// results stand in the order of the input. Cost: O(m log m).
/// Holm 1979, Scandinavian Journal of Statistics 6(2), 65-70,
/// https://www.jstor.org/stable/4615733; adjusted p-values: Wright 1992, Biometrics 48(4),
/// 1005-1013, https://doi.org/10.2307/2532694
/// @throws bad_input naming each value outside [0, 1]
inline std::vector<double> holm(std::span<const double> p_values) {
  problem_list problems;
  std::uint64_t row = 0;
  for (const double p : p_values) {
    ++row;
    if (!(p >= 0 && p <= 1)) {
      problems.add({"p-value", row, detail::shown(p), "must lie between 0 and 1"});
    }
  }
  problems.throw_if_any();

  const std::size_t m = p_values.size();
  std::vector<std::size_t> order(m);
  for (std::size_t i = 0; i != m; ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return p_values[a] != p_values[b] ? p_values[a] < p_values[b] : a < b;
  });
  std::vector<double> adjusted(m);
  double highest = 0;
  for (std::size_t j = 0; j != m; ++j) {
    const double scaled = static_cast<double>(m - j) * p_values[order[j]];
    highest = (std::max)(highest, (std::min)(scaled, 1.0));
    adjusted[order[j]] = highest;
  }
  return adjusted;
}

}  // namespace crmetrics
