#pragma once

#include <crmetrics/core/normal.hpp>
#include <crmetrics/detail/math.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

namespace crmetrics::detail {

/// A curve as far as the members of a team show it: straight between their values, beyond the
/// outermost on with the slope that it has there.
class seen_curve {
 public:
  void add(double x, double y, double slope) { points_.push_back({x, y, slope}); }
  /// To be called once, before `at`.
  void order() {
    std::sort(points_.begin(), points_.end(),
              [](const point& a, const point& b) { return a.x != b.x ? a.x < b.x : a.y < b.y; });
    const auto last =
        std::unique(points_.begin(), points_.end(),
                    [](const point& a, const point& b) { return a.x == b.x && a.y == b.y; });
    points_.erase(last, points_.end());
  }
  double at(double x) const {
    const auto right = std::upper_bound(points_.begin(), points_.end(), x,
                                        [](double v, const point& p) { return v < p.x; });
    if (right == points_.begin()) return right->y + right->slope * (x - right->x);
    const point& left = *(right - 1);
    if (right == points_.end()) return left.y + left.slope * (x - left.x);
    return left.y + (right->y - left.y) * ((x - left.x) / (right->x - left.x));
  }

 private:
  struct point {
    double x, y, slope;
  };
  std::vector<point> points_;
};

/// Standard deviation of f(x) where x is normal, by 32 values of equal chance.
template <class F>
double spread_over_normal(const F& f, double mean, double error) {
  static const auto places = [] {
    std::array<double, 32> z{};
    double squares = 0;
    for (std::size_t i = 0; i != z.size(); ++i) {
      z[i] = normal_quantile((static_cast<double>(i) + .5) / static_cast<double>(z.size()));
      squares += z[i] * z[i] / static_cast<double>(z.size());
    }
    for (double& x : z) x /= detail::sqrt(squares);  // so that it is exact for straight lines
    return z;
  }();
  std::array<double, 32> y{};
  double sum = 0;
  for (std::size_t i = 0; i != y.size(); ++i) sum += y[i] = f(mean + error * places[i]);
  double squares = 0;
  for (const double v : y) {
    const double off = v - sum / static_cast<double>(y.size());
    squares += off * off;
  }
  return detail::sqrt(squares / static_cast<double>(y.size()));
}

}  // namespace crmetrics::detail
