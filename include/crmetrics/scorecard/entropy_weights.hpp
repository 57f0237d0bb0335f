#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/scorecard/detail/table_statistics.hpp>
#include <crmetrics/scorecard/unit_table.hpp>
#include <crmetrics/scorecard/weighting.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace crmetrics {

/// Weights by how unevenly a criterion is spread over m units:
///   p_ij = x_ij / sum of column j, e_j = -sum of p_ij ln p_ij / ln m, w_j = (1 - e_j) / sum.
///
/// 0 ln 0 is 0. A criterion that is the same for all units gets the weight 0. Values must not be
/// negative and each column must have a sum above 0; the weights depend on the zero of the scale
/// (kelvin and celsius differ). They change with every list of units and every month, so nobody can
/// agree to them beforehand: for diagnosis rather than for the pay of people.
///
/// @throws bad_input for fewer than two units, cells that are negative or not finite (row and
///         column), a column of zeros; and where no criterion tells the units apart
/// Cost: O(units x criteria) and a sort of the rows.
/// Source: Zeleny 1982, Multiple Criteria Decision Making, chapter 6; Shannon 1948,
/// https://doi.org/10.1002/j.1538-7305.1948.tb01338.x.
inline reference_weighting entropy_weights(const unit_table& table) {
  constexpr std::string_view part = "entropy weights";
  problem_list problems;
  table.validate(problems, part, 2);
  for (std::size_t i = 0; i != table.cells.size(); ++i) {
    if (table.columns != 0 && table.cells[i] < 0) {
      problems.add({detail::column_of(part, i % table.columns), i / table.columns + 1,
                    detail::shown(table.cells[i]), "entropy needs values that are not negative"});
    }
  }
  problems.throw_if_any();

  const std::vector<double> cells = detail::sorted_rows(table);
  const unit_table sorted{cells, table.columns};
  const auto m = static_cast<double>(sorted.rows());
  reference_weighting out;
  double sum = 0;
  for (std::size_t j = 0; j != sorted.columns; ++j) {
    double centre = 0;
    for (std::size_t i = 0; i != sorted.rows(); ++i) centre += sorted.at(i, j) / m;
    if (!(centre > 0)) {
      problems.add({detail::column_of(part, j), 0, "0", "a column of zeros has no shares"});
      continue;
    }
    // (1 - e_j) m ln m as a sum of terms that are not negative, with x = centre (1 + d): an entropy
    // near 1 does not cancel.
    double divergence = 0;
    for (std::size_t i = 0; i != sorted.rows(); ++i) {
      const double d = (sorted.at(i, j) - centre) / centre;
      const double term = d > -1 ? (1 + d) * __builtin_log1p(d) - d : 1;
      if (term > 0) divergence += term;
    }
    const std::vector<double> x = sorted.column(j);
    const bool constant =
        std::find_if(x.begin(), x.end(), [&](double v) { return v != x.front(); }) == x.end();
    out.weights.push_back(constant ? 0 : divergence);  // not the rounding of the centre
    sum += out.weights.back();
  }
  if (problems.empty() && !(sum > 0)) {
    problems.add({std::string(part), 0, "", "no information: every criterion is constant"});
  }
  problems.throw_if_any();
  for (double& w : out.weights) w /= sum;
  out.provenance = "entropy weights of " + std::to_string(sorted.columns) + " criteria over " +
                   std::to_string(sorted.rows()) + " units";
  out.source = detail::hash_of_table(part, sorted);
  return out;
}

}  // namespace crmetrics
