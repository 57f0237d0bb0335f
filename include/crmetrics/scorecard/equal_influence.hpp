#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/scorecard/detail/symmetric_eigen.hpp>
#include <crmetrics/scorecard/detail/table_statistics.hpp>
#include <crmetrics/scorecard/unit_table.hpp>
#include <crmetrics/scorecard/weighting.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crmetrics {

/// Weights of an arithmetic mean under which every criterion has the same correlation with the
/// composite.
///
/// A weight is not an influence: a criterion that varies more, or goes along with others, moves the
/// composite more. With standard deviations s and correlations R, the correlation of criterion i
/// with the composite is proportional to (R u)_i, u_i = w_i s_i; all are equal where R u = 1. For
/// two criteria that is w_1 = s_2 / (s_1 + s_2) whatever their correlation; for more it is solved
/// here directly, where others search. Duplicates (R singular) share their part evenly.
///
/// The cells should be scores (after normalising): weights are on their scale. Depends on who is
/// listed: for diagnosis, or fixed once and agreed.
///
/// @throws bad_input for fewer than two units, cells that are not finite, criteria that are
///         constant; where no weights exist, and where a criterion would need a weight of 0 or less
///         (the others contain it already; a negative weight would reward getting worse)
/// Cost: O(units x criteria^2 + criteria^3).
/// Source: Paruolo, Saisana and Saltelli 2013, Journal of the Royal Statistical Society A 176(3),
/// 609-634, https://doi.org/10.1111/j.1467-985X.2012.01059.x (influence of weights); the closed
/// form is this library's.
inline reference_weighting equal_influence(const unit_table& table) {
  constexpr std::string_view part = "equal influence";
  problem_list problems;
  table.validate(problems, part, 2);
  if (problems.empty()) detail::require_variation(table, problems, part);
  problems.throw_if_any();

  const std::vector<double> cells = detail::sorted_rows(table);
  const unit_table sorted{cells, table.columns};
  const std::size_t n = sorted.columns;
  std::vector<detail::standard_column> columns;
  for (std::size_t j = 0; j != n; ++j) columns.push_back(detail::standardise(sorted.column(j)));

  std::vector<double> influence(n, 1);  // u
  if (n > 2) {
    std::vector<double> r(n * n, 1);
    for (std::size_t i = 0; i != n; ++i) {
      for (std::size_t j = i + 1; j != n; ++j) {
        r[i * n + j] = r[j * n + i] = detail::correlation(columns[i].z, columns[j].z);
      }
    }
    // The solution of least norm: of duplicates, neither is preferred.
    const detail::symmetric_eigen eigen = detail::jacobi(r, n);
    influence.assign(n, 0);
    for (std::size_t k = 0; k != n; ++k) {
      if (!(eigen.values[k] > 1e-12 * static_cast<double>(n))) continue;
      double along = 0;
      for (std::size_t i = 0; i != n; ++i) along += eigen.vectors[i * n + k];
      for (std::size_t i = 0; i != n; ++i) {
        influence[i] += along / eigen.values[k] * eigen.vectors[i * n + k];
      }
    }
    for (std::size_t i = 0; i != n; ++i) {
      double reached = 0;
      for (std::size_t j = 0; j != n; ++j) reached += r[i * n + j] * influence[j];
      if (!(detail::abs(reached - 1) <= 1e-6)) {
        problems.add({detail::column_of(part, i), 0, "",
                      "no weights give all criteria the same correlation with the composite"});
      }
    }
  } else if (n == 2 && detail::correlation(columns[0].z, columns[1].z) < -1 + 1e-12) {
    problems.add({std::string(part), 0, "-1",
                  "the criteria are exact opposites: the composite would be constant"});
  }
  const bool solved = problems.empty();
  reference_weighting out;
  double sum = 0;
  for (std::size_t i = 0; i != n; ++i) {
    if (solved && !(influence[i] > 1e-12)) {
      problems.add({detail::column_of(part, i), 0, detail::shown(influence[i]),
                    "would need a weight of 0 or less, which would reward getting worse"});
    }
    out.weights.push_back(influence[i] / columns[i].deviation);
    sum += out.weights.back();
  }
  problems.throw_if_any();
  for (double& w : out.weights) w /= sum;
  out.provenance = "equal influence of " + std::to_string(n) + " criteria over " +
                   std::to_string(sorted.rows()) + " units";
  out.source = detail::hash_of_table(part, sorted);
  return out;
}

}  // namespace crmetrics
