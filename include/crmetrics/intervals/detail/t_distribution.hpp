#pragma once

#include <crmetrics/core/normal.hpp>
#include <crmetrics/detail/math.hpp>

namespace crmetrics::detail {

// Student's t distribution for any real number of degrees of freedom >= 1, without Boost.Math (its
// header costs twelve times <vector>) and without lgamma (not safe in threads).
// P(|T| > t) is the regularised incomplete beta function I_x(df/2, 1/2) at x = df / (df + t^2).

/// Gamma(a + 1/2) / Gamma(a): the recursion up to 12, then the expansion in 1 / (a - 1/4)^2 (NIST
/// Digital Library of Mathematical Functions, 5.11.14).
inline double half_step_of_gamma(double a) noexcept {
  double factor = 1;
  for (; a < 12; a += 1) factor *= a / (a + 0.5);
  const double w = a - 0.25;
  const double u = 1 / (w * w);
  const double series =
      1 + u * (1.0 / 64 +
               u * (-19.0 / 8192 + u * (631.0 / 524288 + u * (-174317.0 / 134217728 +
                                                              u * (0.002385557512752711773 -
                                                                   u * 0.006670963462056533899)))));
  return factor * sqrt(w) * series;
}

/// Continued fraction F with I_x(a, b) = x^a (1 - x)^b F / (a B(a, b)), by Lentz's method; some
/// sqrt(max(a, b)) steps for x below the mean a / (a + b).
inline double beta_fraction(double a, double b, double x) noexcept {
  constexpr double tiny = 1e-300;
  const auto away_from_zero = [](double v) { return abs(v) < tiny ? tiny : v; };
  double c = 1;
  double d = 1 / away_from_zero(1 - (a + b) * x / (a + 1));
  double f = d;
  for (int m = 1; m != 10000; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away_from_zero(1 + even * d);
    c = away_from_zero(1 + even / c);
    f *= d * c;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away_from_zero(1 + odd * d);
    c = away_from_zero(1 + odd / c);
    f *= d * c;
    if (abs(d * c - 1) < 1e-16) break;
  }
  return f;
}

/// What is known at one t > 0; tail + centre = 1, and the smaller one has full relative precision.
struct t_point {
  double tail = 0;             ///< P(|T| > t)
  double centre = 0;           ///< P(|T| < t)
  double t_times_density = 0;  ///< t f(t)
};

inline t_point t_at(double t, double df) noexcept {
  const double a = df / 2;
  const double ratio = t * t / df;
  const double x = 1 / (1 + ratio);
  const double y = ratio * x;
  // x^a sqrt(y) / B(a, 1/2), which is also t f(t); Gamma(1/2) = sqrt(pi)
  const double power =
      exp(-a * __builtin_log1p(ratio)) * sqrt(y) * half_step_of_gamma(a) * 0.56418958354775628695;
  t_point p;
  p.t_times_density = power;
  if (x < (a + 1) / (a + 2.5)) {
    p.tail = power * beta_fraction(a, 0.5, x) / a;
    p.centre = 1 - p.tail;
  } else {
    p.centre = 2 * power * beta_fraction(0.5, a, y);
    p.tail = 1 - p.centre;
  }
  return p;
}

/// The normal deviate with the tail of t, for large df: Hill 1970, Communications of the ACM
/// 13(10), 617-619, algorithm 395, https://doi.org/10.1145/355598.355599
inline double normal_from_t(double t, double df) noexcept {
  const double a = df - 0.5;
  const double b = 48 * a * a;
  const double y = a * __builtin_log1p(t * t / df);
  const double series = (((-0.4 * y - 3.3) * y - 24) * y - 85.5) / (0.8 * y * y + 100 + b);
  return ((series + y + 3) / b + 1) * sqrt(y);
}

/// P(|T| > |t|), the two-sided p-value of a t statistic.
inline double t_two_sided_p(double t, double df) noexcept {
  t = abs(t);
  if (t == 0) return 1;
  if (!is_finite(t)) return 0;
  if (df > 1e4) return erfc(normal_from_t(t, df) * 0.70710678118654752440);
  return t_at(t, df).tail;
}

/// Quantile for large df: the expansion of Fisher and Cornish in 1 / df from the normal quantile z
/// (Abramowitz, Stegun 1964, 26.7.5).
inline double t_from_normal(double z, double df) noexcept {
  const double s = z * z;
  const double g1 = (s + 1) / 4;
  const double g2 = ((5 * s + 16) * s + 3) / 96;
  const double g3 = (((3 * s + 19) * s + 17) * s - 15) / 384;
  const double g4 = ((((79 * s + 776) * s + 1482) * s - 1920) * s - 945) / 92160;
  return z * (1 + (g1 + (g2 + (g3 + g4 / df) / df) / df) / df);
}

/// The t with P(|T| < t) = level. Relative error below 1e-12 for df >= 1 and levels up to 1 -
/// 1e-12.
inline double t_critical(double level, double df) noexcept {
  const double alpha = 1 - level;
  constexpr double half_pi = 1.57079632679489661923;
  if (df == 1) {
    return level < 0.5 ? __builtin_tan(level * half_pi) : 1 / __builtin_tan(alpha * half_pi);
  }
  if (df == 2) return level * sqrt(2 / (alpha * (1 + level)));
  constexpr double converged = 1e-8;  // what is left after a step is about its square
  if (level < 0.5) {
    // The central probability is concave in t: Newton's steps from the tangent at 0 climb to the
    // root without passing it.
    double t = level * sqrt(df) / (2 * half_step_of_gamma(df / 2) * 0.56418958354775628695);
    for (int i = 0; i != 100; ++i) {
      const t_point p = t_at(t, df);
      const double step = (level - p.centre) / (2 * p.t_times_density);
      t *= 1 + step;
      if (abs(step) < converged) break;
    }
    return t;
  }
  const double z = -normal_quantile(alpha / 2);
  // The first term left out of the expansion is here below 1e-14.
  if (df > 400 + 100 * z * z) return t_from_normal(z, df);
  // log(tail) is concave and falling in log(t): whatever the start, the second step is on the right
  // of the root, and the rest come down to it without passing it.
  double t = t_from_normal(z, df);
  for (int i = 0; i != 100; ++i) {
    const t_point p = t_at(t, df);
    const double step = log(p.tail / alpha) * p.tail / (2 * p.t_times_density);
    t *= exp(step);
    if (abs(step) < converged) break;
  }
  return t;
}

}  // namespace crmetrics::detail
