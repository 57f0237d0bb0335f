#pragma once

#include <crmetrics/detail/math.hpp>

#include <cstddef>
#include <vector>

namespace crmetrics::detail {

/// Eigenvalues and eigenvectors of a symmetric n x n matrix, row by row; vector k is column k of
/// `vectors`.
struct symmetric_eigen {
  std::vector<double> values;
  std::vector<double> vectors;
};

/// Cyclic Jacobi rotations: small matrices only, but to full precision and without a library.
/// Source: Golub and Van Loan 2013, Matrix Computations, 4th edition, section 8.5.
inline symmetric_eigen jacobi(std::vector<double> a, std::size_t n) {
  std::vector<double> v(n * n, 0);
  for (std::size_t i = 0; i != n; ++i) v[i * n + i] = 1;
  for (int sweep = 0; sweep != 100; ++sweep) {
    double off = 0;
    double all = 0;
    for (std::size_t i = 0; i != n; ++i) {
      for (std::size_t j = 0; j != n; ++j) {
        all += a[i * n + j] * a[i * n + j];
        if (i != j) off += a[i * n + j] * a[i * n + j];
      }
    }
    if (off <= 1e-34 * all) break;
    for (std::size_t p = 0; p != n; ++p) {
      for (std::size_t q = p + 1; q != n; ++q) {
        const double apq = a[p * n + q];
        if (apq == 0) continue;
        // The smaller of the two angles that make a_pq 0.
        const double theta = (a[q * n + q] - a[p * n + p]) / (2 * apq);
        const double t = (theta < 0 ? -1 : 1) / (abs(theta) + sqrt(theta * theta + 1));
        const double c = 1 / sqrt(t * t + 1);
        const double s = t * c;
        for (std::size_t k = 0; k != n; ++k) {
          const double kp = a[k * n + p];
          const double kq = a[k * n + q];
          a[k * n + p] = c * kp - s * kq;
          a[k * n + q] = s * kp + c * kq;
        }
        for (std::size_t k = 0; k != n; ++k) {
          const double pk = a[p * n + k];
          const double qk = a[q * n + k];
          a[p * n + k] = c * pk - s * qk;
          a[q * n + k] = s * pk + c * qk;
        }
        for (std::size_t k = 0; k != n; ++k) {
          const double kp = v[k * n + p];
          const double kq = v[k * n + q];
          v[k * n + p] = c * kp - s * kq;
          v[k * n + q] = s * kp + c * kq;
        }
      }
    }
  }
  std::vector<double> values(n);
  for (std::size_t i = 0; i != n; ++i) values[i] = a[i * n + i];
  return {values, v};
}

}  // namespace crmetrics::detail
