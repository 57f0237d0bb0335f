#pragma once

#include <crmetrics/runtime/card_spec.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string_view>
#include <vector>

namespace crmetrics::detail {

/// A table of random indices: the mean consistency index of random judgements of size 1 to 15.
struct random_index_table {
  std::string_view name;
  double index[15];
};

/// Saaty 1980, The Analytic Hierarchy Process; Tummala and Ling 1998,
/// doi:10.1016/S0377-2217(97)00081-X; Alonso and Lamata 2006, doi:10.1142/S0218488506004114.
inline constexpr random_index_table random_index_tables[] = {
    {"saaty_1980",
     {0, 0, .58, .90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59}},
    {"tummala_ling_1998",
     {0, 0, .5799, .8921, 1.1159, 1.2358, 1.3322, 1.3952, 1.4537, 1.4882, 1.5117, 1.5356, 1.5571,
      1.5714, 1.5831}},
    {"alonso_lamata_2006",
     {0, 0, .5247, .8816, 1.1086, 1.2479, 1.3417, 1.4057, 1.4499, 1.4854, 1.5140, 1.5365, 1.5551,
      1.5713, 1.5838}}};

inline const random_index_table* random_index_named(std::string_view name) noexcept {
  for (const random_index_table& t : random_index_tables) {
    if (t.name == name) return &t;
  }
  return nullptr;
}

/// Whether a times b is 1: exactly, as 3 and `1/3` are, or to the last digits of 0.333333333.
inline bool reciprocal(const judgement& a, const judgement& b) noexcept {
  return std::fabs(a.value() * b.value() - 1) <= 1e-8;
}

/// Weights that sum to 1 and the largest eigenvalue of a matrix of positive judgements.
struct judged_weights {
  std::vector<double> weights;
  double eigenvalue = 0;
};

/// Principal eigenvector by repeated multiplication; it converges because all entries are positive.
/// Source: Saaty 1977, doi:10.1016/0022-2496(77)90033-5.
inline judged_weights judged(const std::vector<std::vector<judgement>>& matrix) {
  const std::size_t n = matrix.size();
  std::vector<double> a(n * n);
  for (std::size_t i = 0; i != n; ++i) {
    for (std::size_t j = 0; j != n; ++j) a[i * n + j] = matrix[i][j].value();
  }
  judged_weights out;
  out.weights.assign(n, 1.0 / static_cast<double>(n));
  std::vector<double> next(n);
  for (int round = 0; round != 10'000; ++round) {
    double sum = 0;
    for (std::size_t i = 0; i != n; ++i) {
      next[i] = 0;
      for (std::size_t j = 0; j != n; ++j) next[i] += a[i * n + j] * out.weights[j];
      sum += next[i];
    }
    double moved = 0;
    for (std::size_t i = 0; i != n; ++i) {
      next[i] /= sum;
      moved = (std::max)(moved, std::fabs(next[i] - out.weights[i]));
    }
    out.weights.swap(next);
    out.eigenvalue = sum;  // the weights before summed to 1
    if (moved < 1e-15) break;
  }
  return out;
}

/// CR = ((lambda - n) / (n - 1)) / RI(n); 0 for one or two, which cannot contradict each other.
inline double consistency_ratio(const judged_weights& w, const random_index_table& table) {
  const std::size_t n = w.weights.size();
  if (n <= 2 || n > 15) return 0;
  const double size = static_cast<double>(n);
  return (std::max)(0.0, (w.eigenvalue - size) / (size - 1) / table.index[n - 1]);
}

}  // namespace crmetrics::detail
