#pragma once

#include <crmetrics/core/confidence_level.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/core/interval.hpp>
#include <crmetrics/core/normal.hpp>
#include <crmetrics/core/status.hpp>
#include <crmetrics/detail/math.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace crmetrics {

/// How closely two columns go together, with its doubt. `r` is meant only if status is ok or
/// insufficient_data (fewer than four pairs, no interval); a column that does not vary gives
/// `undefined`.
struct correlation {
  crmetrics::status status = crmetrics::status::no_data;
  double r = 0;
  std::optional<crmetrics::interval> interval = {};
  confidence_level level = {};
  std::uint64_t n = 0;      ///< pairs
  std::string_view method;  ///< a literal

  constexpr bool has_value() const noexcept {
    return status == crmetrics::status::ok || status == crmetrics::status::insufficient_data;
  }
};

namespace detail {

inline void require_pairs(std::span<const double> x, std::span<const double> y) {
  problem_list problems;
  if (x.size() != y.size()) {
    problems.add({"pairs", 0, std::to_string(x.size()) + " and " + std::to_string(y.size()),
                  "both columns need the same length"});
  }
  const auto check = [&](const char* field, std::span<const double> column) {
    for (std::size_t i = 0; i != column.size(); ++i) {
      if (!is_finite(column[i])) problems.add({field, i + 1, shown(column[i]), "not finite"});
    }
  };
  check("x", x);
  check("y", y);
  problems.throw_if_any();
}

/// A power of two that brings a column into [-1, 1], so that no square leaves the range of doubles;
/// multiplying by it changes no digit.
inline double scale_of(std::span<const double> column) {
  double largest = 0;
  for (const double v : column) largest = (std::max)(largest, abs(v));
  int exponent = 0;
  std::frexp(largest, &exponent);
  return std::ldexp(1.0, -std::clamp(exponent, -1022, 1022));
}

inline crmetrics::correlation correlate(std::span<const double> x, std::span<const double> y,
                                        confidence_level level) {
  crmetrics::correlation c;
  c.level = level;
  c.n = x.size();
  if (x.empty()) return c;
  const auto n = static_cast<double>(x.size());
  double mean_x = 0;
  double mean_y = 0;
  const double scale_x = scale_of(x);
  const double scale_y = scale_of(y);
  for (std::size_t i = 0; i != x.size(); ++i) {
    mean_x += x[i] * scale_x / n, mean_y += y[i] * scale_y / n;
  }
  double xx = 0;
  double yy = 0;
  double xy = 0;
  for (std::size_t i = 0; i != x.size(); ++i) {
    const double dx = x[i] * scale_x - mean_x;
    const double dy = y[i] * scale_y - mean_y;
    xx += dx * dx, yy += dy * dy, xy += dx * dy;
  }
  const auto constant = [](std::span<const double> v) {
    return std::all_of(v.begin(), v.end(), [&](double a) { return a == v.front(); });
  };
  c.status = status::undefined;
  if (constant(x) || constant(y) || !(xx > 0) || !(yy > 0)) return c;
  c.r = clamp(xy / (std::sqrt(xx) * std::sqrt(yy)), -1, 1);
  c.status = x.size() < 4 ? status::insufficient_data : status::ok;
  return c;
}

/// tanh(atanh(r) -+ z sqrt(widen / (n - 3))); none where r is 1 or -1, which has no error to go by.
inline void add_fisher_interval(crmetrics::correlation& c, double widen) {
  if (c.status != status::ok || !c.level.wanted() || !(abs(c.r) < 1 - 1e-14)) return;
  const double centre = std::atanh(c.r);
  const double reach = critical_value(c.level) * std::sqrt(widen / (static_cast<double>(c.n) - 3));
  c.interval = interval{std::tanh(centre - reach), std::tanh(centre + reach)};
}

/// Ranks from 1; equal values share the mean of theirs.
inline std::vector<double> mid_ranks(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  for (std::size_t i = 0; i != order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> ranks(values.size());
  for (std::size_t i = 0; i != order.size();) {
    std::size_t end = i;
    while (end != order.size() && values[order[end]] == values[order[i]]) ++end;
    for (std::size_t k = i; k != end; ++k) {
      ranks[order[k]] = (static_cast<double>(i + 1) + static_cast<double>(end)) / 2;
    }
    i = end;
  }
  return ranks;
}

}  // namespace detail

/// Pearson's r: how closely two columns lie along a line; Fisher's interval tanh(atanh(r) -+
/// z / sqrt(n - 3)), for values that are about normal. O(n). Fisher 1921, Metron 1, 3-32.
/// @throws bad_input naming each value that is not finite; columns of different length
inline correlation pearson(std::span<const double> x, std::span<const double> y,
                           confidence_level level = {}) {
  detail::require_pairs(x, y);
  correlation c = detail::correlate(x, y, level);
  c.method = "Pearson, Fisher z";
  detail::add_fisher_interval(c, 1);
  return c;
}

/// Spearman's rho, Pearson's r of the ranks (ties share the mean rank): how well one column orders
/// the other. Interval with the variance (1 + r^2 / 2) / (n - 3) of atanh(r). O(n log n). Bonett,
/// Wright 2000, Psychometrika 65(1), 23-28, https://doi.org/10.1007/BF02294183
/// @throws bad_input naming each value that is not finite; columns of different length
inline correlation spearman(std::span<const double> x, std::span<const double> y,
                            confidence_level level = {}) {
  detail::require_pairs(x, y);
  correlation c = detail::correlate(detail::mid_ranks(x), detail::mid_ranks(y), level);
  c.method = "Spearman, Bonett-Wright";
  detail::add_fisher_interval(c, 1 + c.r * c.r / 2);
  return c;
}

}  // namespace crmetrics
