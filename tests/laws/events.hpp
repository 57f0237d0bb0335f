#pragma once

#include <crmetrics/accumulators/rate.hpp>
#include <crmetrics/accumulators/ratio.hpp>
#include <crmetrics/metrics/given.hpp>

#include "laws/for_all.hpp"

#include <cstdint>
#include <limits>
#include <optional>

// Events of the usual kinds, made of draws.
namespace crmetrics::laws {

inline double infinity_of(const draw& d) {
  const double infinity = std::numeric_limits<double>::infinity();
  return d.pick % 2 == 0 ? infinity : -infinity;
}

/// A number where the draw is not valid in a way that all numbers share.
inline std::optional<std::optional<double>> no_number(const draw& d) {
  switch (d.kind) {
    case kind::no_value:
      return std::optional<double>();
    case kind::not_a_number:
      return std::numeric_limits<double>::quiet_NaN();
    case kind::infinite:
      return infinity_of(d);
    default:
      return std::nullopt;
  }
}

/// An answer on a scale of whole points.
template <int Low, int High>
std::optional<double> answer(const draw& d) {
  if (const auto none = no_number(d)) return *none;
  const double point = Low + d.x % (High - Low + 1);
  if (d.kind == kind::outside) {
    return d.pick % 2 == 0 ? High + 1.0 + static_cast<double>(d.pick) : Low - 1.0 - point;
  }
  return d.kind == kind::fraction ? point + .5 : point;
}

inline std::optional<bool> yes_no(const draw& d) {
  if (d.kind == kind::no_value || d.kind == kind::not_a_number) return std::nullopt;
  return d.x % 2 == 1;
}

/// Seconds, up to two days.
inline std::optional<double> seconds_spent(const draw& d) {
  if (const auto none = no_number(d)) return *none;
  const double s = d.x / 7.0;
  return d.kind == kind::outside ? -s - 1 : s;
}

/// A real number, far from 0 half of the time: there careless sums lose their digits.
inline constexpr double real_scale = 1e9;
inline std::optional<double> real_number(const draw& d) {
  if (const auto none = no_number(d)) return *none;
  return d.x / 3.0 - 1e5 + (d.pick % 2 == 0 ? real_scale : 0);
}

inline std::optional<double> whole_number(const draw& d) {
  if (const auto none = no_number(d)) return *none;
  if (d.kind == kind::outside) return 1e19;
  return 1000.0 * d.x - 5e8 + (d.kind == kind::fraction ? .25 : 0);
}

inline std::optional<ratio_pair> spent_of_planned(const draw& d) {
  if (d.kind == kind::no_value || d.kind == kind::not_a_number) return std::nullopt;
  const auto planned = static_cast<std::int64_t>(d.pick);
  return ratio_pair{std::int64_t{d.x} - 300'000, d.kind == kind::outside ? -planned - 1 : planned};
}

inline std::optional<rate_pair> events_of_exposure(const draw& d) {
  if (d.kind == kind::no_value || d.kind == kind::not_a_number) return std::nullopt;
  if (d.kind == kind::outside) return rate_pair{-1, 10};
  return rate_pair{static_cast<std::int64_t>(d.pick % 20), std::int64_t{d.x} + 20};
}

inline std::optional<figure> reported_figure(const draw& d) {
  if (d.kind == kind::no_value) return std::nullopt;
  figure f{.value = d.x / 3.0 - 1e5, .n = 1 + d.pick};
  if (d.pick % 4 != 0) f.standard_error = static_cast<double>(d.pick) / 8;
  if (d.kind == kind::not_a_number) f.value = std::numeric_limits<double>::quiet_NaN();
  if (d.kind == kind::infinite) f.value = infinity_of(d);
  if (d.kind == kind::outside) f.n = 0;
  if (d.kind == kind::fraction) f.standard_error = -.5;
  return f;
}

}  // namespace crmetrics::laws
