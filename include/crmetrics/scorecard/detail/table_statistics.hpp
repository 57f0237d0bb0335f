#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/scorecard/unit_table.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// What weights from data have in common.
namespace crmetrics::detail {

inline std::string column_of(std::string_view part, std::size_t j) {
  return std::string(part) + ", column " + std::to_string(j + 1);
}

/// A column as differences from its mean in units of its standard deviation (divided by n), and
/// that deviation. Scaled by the range first, so that nothing overflows.
struct standard_column {
  std::vector<double> z;
  double deviation = 0;
};
inline standard_column standardise(std::vector<double> x) {
  const auto [low, high] = std::minmax_element(x.begin(), x.end());
  const double first = *low;
  const double range = *high - *low;
  const auto n = static_cast<double>(x.size());
  double mean = 0;
  for (double& v : x) {
    v = (v - first) / range;
    mean += v;
  }
  mean /= n;
  double squares = 0;
  for (double& v : x) {
    v -= mean;
    squares += v * v;
  }
  const double deviation = sqrt(squares / n);
  for (double& v : x) v /= deviation;
  return {std::move(x), deviation * range};
}

/// Of two standardised columns.
inline double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i != a.size(); ++i) sum += a[i] * b[i];
  return clamp(sum / static_cast<double>(a.size()), -1, 1);
}

/// Notes columns that are constant, for which no correlation is defined, and ranges that overflow.
inline void require_variation(const unit_table& table, problem_list& problems,
                              std::string_view part) {
  for (std::size_t j = 0; j != table.columns && table.rows() != 0; ++j) {
    const std::vector<double> x = table.column(j);
    const auto [low, high] = std::minmax_element(x.begin(), x.end());
    if (*low == *high) {
      problems.add({column_of(part, j), 0, shown(*low),
                    "the same for all units: no correlation is defined"});
    } else if (!is_finite(*high - *low)) {
      problems.add({column_of(part, j), 0, shown(*high), "the range is not finite"});
    }
  }
}

/// Rows in an order of their own: the sums, and so the weights, do not depend on the order in which
/// the units were listed.
inline std::vector<double> sorted_rows(const unit_table& table) {
  std::vector<std::size_t> order(table.rows());
  for (std::size_t i = 0; i != order.size(); ++i) order[i] = i;
  const auto row = [&](std::size_t i) {
    return table.cells.subspan(i * table.columns, table.columns);
  };
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::lexicographical_compare(row(a).begin(), row(a).end(), row(b).begin(), row(b).end());
  });
  std::vector<double> cells;
  cells.reserve(table.cells.size());
  for (const std::size_t i : order) cells.insert(cells.end(), row(i).begin(), row(i).end());
  return cells;
}

inline std::uint64_t hash_of_table(std::string_view method, const unit_table& table) {
  definition_hash hash;
  hash.add(method), hash.add(std::uint64_t{table.columns});
  for (const double x : table.cells) hash.add(x);
  return hash.value();
}

}  // namespace crmetrics::detail
