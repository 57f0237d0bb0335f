#pragma once

#include <crmetrics/core/normal.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/scorecard/points.hpp>
#include <crmetrics/scorecard/ranked_value.hpp>

#include <cstddef>
#include <span>
#include <vector>

namespace crmetrics {

/// The mean rank that each value would have if its month came again and again: values that can
/// hardly be told apart get ranks near each other, where plain ranks keep whole steps.
///
/// E[rank_i] = 1 + sum over j != i of P(j above i), P = Phi((m_j - m_i) / sqrt(s_i^2 + s_j^2)),
/// independent normal errors. They add up to n (n + 1) / 2. Without any error they are the
/// fractional ranks; a value of infinite error is above or below each other with even chances. In
/// the order of the input. Cost: O(n^2). Laird, Louis 1989, Journal of Educational Statistics
/// 14(1), 29-46, https://doi.org/10.3102/10769986014001029
/// @throws bad_input naming what is not finite
inline std::vector<double> expected_ranks(std::span<const ranked_value> values) {
  require_rankable(values);
  std::vector<double> ranks(values.size(), 1);
  for (std::size_t i = 0; i != values.size(); ++i) {
    for (std::size_t j = i + 1; j != values.size(); ++j) {
      const ranked_value& x = values[i];
      const ranked_value& y = values[j];
      const double error =
          detail::sqrt(x.standard_error * x.standard_error + y.standard_error * y.standard_error);
      double j_above = 0.5;
      if (error > 0) {
        j_above = normal_cdf((y.value - x.value) / error);
      } else if (grid_points::of(x.value) != grid_points::of(y.value)) {
        j_above = x.value < y.value ? 1 : 0;
      }
      ranks[i] += j_above;
      ranks[j] += 1 - j_above;
    }
  }
  return ranks;
}

}  // namespace crmetrics
