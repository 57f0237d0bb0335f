#pragma once

#include <crmetrics/core/direction.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/scorecard/detail/table_statistics.hpp>
#include <crmetrics/scorecard/unit_table.hpp>
#include <crmetrics/scorecard/weighting.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crmetrics {

/// CRITIC: weights by contrast and conflict of the criteria,
///   C_j = s_j x sum over k of (1 - r_jk), w_j = C_j / sum,
/// where s_j is the standard deviation after min-max (so one outlier makes it small) and r_jk
/// Pearson's correlation. Divisors n and n - 1 give the same weights.
///
/// `better` says for each criterion which way is better, as conflict is between good and good;
/// empty means higher for all. Depends on who is listed: for diagnosis rather than for the pay of
/// people.
///
/// @throws bad_input for fewer than two units, cells that are not finite, criteria that are
///         constant, directions that do not fit; and where all criteria agree fully (nothing
///         conflicts); one criterion alone has the weight 1
/// Cost: O(units x criteria^2).
/// Source: Diakoulaki, Mavrotas and Papayannakis 1995, Computers & Operations Research 22(7),
/// 763-770, https://doi.org/10.1016/0305-0548(94)00059-H.
inline reference_weighting critic_weights(const unit_table& table,
                                          std::span<const direction> better = {}) {
  constexpr std::string_view part = "critic weights";
  problem_list problems;
  table.validate(problems, part, 2);
  if (!better.empty() && better.size() != table.columns) {
    problems.add({std::string(part), 0, std::to_string(better.size()),
                  "directions are needed for " + std::to_string(table.columns) + " criteria"});
  }
  for (std::size_t j = 0; j != better.size(); ++j) {
    if (better[j] == direction::neutral) {
      problems.add({detail::column_of(part, j), 0, std::string(to_string(better[j])),
                    "better must be higher or lower"});
    }
  }
  if (problems.empty()) detail::require_variation(table, problems, part);
  problems.throw_if_any();

  const std::vector<double> cells = detail::sorted_rows(table);
  const unit_table sorted{cells, table.columns};
  std::vector<detail::standard_column> columns;
  std::vector<double> contrast;
  for (std::size_t j = 0; j != sorted.columns; ++j) {
    std::vector<double> x = sorted.column(j);
    const auto [low, high] = std::minmax_element(x.begin(), x.end());
    const double range = *high - *low;
    if (!better.empty() && better[j] == direction::lower_is_better) {
      for (double& v : x) v = -v;
    }
    columns.push_back(detail::standardise(std::move(x)));
    contrast.push_back(columns.back().deviation / range);
  }
  reference_weighting out;
  out.weights.assign(sorted.columns, 0);
  double sum = 0;
  for (std::size_t j = 0; j != sorted.columns; ++j) {
    for (std::size_t k = 0; k != sorted.columns; ++k) {
      if (k == j) continue;
      out.weights[j] += contrast[j] * (1 - detail::correlation(columns[j].z, columns[k].z));
    }
    sum += out.weights[j];
  }
  // One criterion alone has nobody to conflict with.
  if (sorted.columns == 1) sum = out.weights[0] = 1;
  // Columns that agree fully leave nothing but rounding.
  if (!(sum > 1e-12 * static_cast<double>(sorted.columns))) {
    throw bad_input(
        problem{std::string(part), 0, "", "no conflict: all criteria are perfectly correlated"});
  }
  for (double& w : out.weights) w /= sum;
  out.provenance = "CRITIC weights of " + std::to_string(sorted.columns) + " criteria over " +
                   std::to_string(sorted.rows()) + " units";
  detail::definition_hash hash;
  hash.add(detail::hash_of_table(part, sorted));
  for (std::size_t j = 0; j != sorted.columns; ++j) {
    const bool lower = !better.empty() && better[j] == direction::lower_is_better;
    hash.add(std::uint64_t{lower});
  }
  out.source = hash.value();
  return out;
}

}  // namespace crmetrics
