#pragma once

#include <crmetrics/combinators/by.hpp>
#include <crmetrics/combinators/over.hpp>
#include <crmetrics/combinators/where.hpp>
#include <crmetrics/core/estimate.hpp>
#include <crmetrics/detail/int128.hpp>
#include <crmetrics/scorecard/score_report.hpp>

#include "laws/for_all.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

// Comparing results, whatever a metric reports: estimates, tuples, groups, windows, score reports.
namespace crmetrics::laws {

/// How near two results must be: `scale` is the size of the values that went in, 0 asks for the
/// same bits.
struct nearness {
  double scale = 0;
  bool exact() const { return scale == 0; }
};

inline std::string shown(double x) {
  std::ostringstream text;
  text.precision(17);
  text << x;
  return text.str();
}

template <class T>
void require_equal(const T& a, const T& b, std::string_view what) {
  if (a == b) return;
  std::ostringstream text;
  text.precision(17);
  text << what;
  if constexpr (requires { text << a; }) text << ": " << a << " and " << b;
  throw law_broken(text.str());
}

inline void require_near(double a, double b, double tolerance, std::string_view what) {
  if (std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b)) return;
  if (std::abs(a - b) <= tolerance) return;
  throw law_broken(std::string(what) + ": " + shown(a) + " and " + shown(b));
}

inline void compare(const estimate& a, const estimate& b, nearness near) {
  require_equal(to_string(a.status()), to_string(b.status()), "status");
  require_equal(a.n(), b.n(), "n");
  require_equal(a.missing(), b.missing(), "missing");
  require_equal(a.invalid(), b.invalid(), "invalid");
  require_equal(a.pending(), b.pending(), "pending");
  require_equal(a.excluded().total(), b.excluded().total(), "excluded");
  require_equal(a.name(), b.name(), "name");
  require_equal(a.convention(), b.convention(), "convention");
  require_equal(a.method(), b.method(), "method");
  require_equal(a.unit(), b.unit(), "unit");
  require_equal(a.direction(), b.direction(), "direction");
  require_equal(a.has_value(), b.has_value(), "has_value");
  require_equal(a.standard_error().has_value(), b.standard_error().has_value(), "has an error");
  require_equal(a.interval().has_value(), b.interval().has_value(), "has an interval");
  if (near.exact()) require_equal(a.exact(), b.exact(), "exact quotient");

  const double tolerance = 1e-12 * near.scale;
  require_near(a.effective_n(), b.effective_n(), near.exact() ? 0 : 1e-12 * a.effective_n(),
               "effective n");
  if (a.has_value()) require_near(a.value(), b.value(), tolerance, "value");
  double apart = 0;
  if (a.standard_error()) {
    // Compared as variances, which is what is summed up: near 0 a root magnifies the last bits.
    const double x = *a.standard_error();
    const double y = *b.standard_error();
    require_near(x * x, y * y, tolerance * near.scale, "squared standard error");
    apart = std::abs(x - y);
  }
  if (a.interval()) {
    // 64 standard errors on either side: Student's t with one degree of freedom at 99 %.
    const double ends = near.exact() ? 0 : 1e-10 * near.scale + 64 * apart;
    require_near(a.interval()->low, b.interval()->low, ends, "lower end");
    require_near(a.interval()->high, b.interval()->high, ends, "upper end");
  }
}

inline void compare(double a, double b, nearness near) {
  require_near(a, b, 1e-12 * near.scale, "result");
}

inline void compare(const std::optional<double>& a, const std::optional<double>& b,
                    double tolerance, std::string_view what) {
  require_equal(a.has_value(), b.has_value(), what);
  if (a) require_near(*a, *b, tolerance, what);
}

inline void compare(const score_report& a, const score_report& b, nearness near) {
  const double points = near.exact() ? 0 : 1e-10;
  require_equal(a.components.size(), b.components.size(), "components");
  for (std::size_t i = 0; i != a.components.size(); ++i) {
    const component_line& x = a.components[i];
    const component_line& y = b.components[i];
    require_equal(x.name.view(), y.name.view(), "component");
    compare(x.raw, y.raw, near);
    require_equal(to_string(x.absent), to_string(y.absent), "absence");
    require_near(x.score, y.score, points, "score");
    require_near(x.weight, y.weight, points, "weight");
    require_near(x.weight_used, y.weight_used, points, "weight used");
    require_near(x.contribution, y.contribution, points, "contribution");
  }
  require_equal(a.vetoes.size(), b.vetoes.size(), "vetoes");
  for (std::size_t i = 0; i != a.vetoes.size(); ++i) {
    require_equal(to_string(a.vetoes[i].state), to_string(b.vetoes[i].state), "veto");
  }
  require_near(a.coverage, b.coverage, points, "coverage");
  require_near(a.weight_not_assessed, b.weight_not_assessed, points, "weight not assessed");
  compare(a.composite, b.composite, points, "composite");
  compare(a.total, b.total, points, "total");
  require_equal(a.definition, b.definition, "definition");
  require_equal(a.excluded.total(), b.excluded.total(), "excluded");
}

template <class... Ts>
void compare(const std::tuple<Ts...>& a, const std::tuple<Ts...>& b, nearness near);
template <class Result>
void compare(const window_results<Result>& a, const window_results<Result>& b, nearness near);
template <class Key, class Result>
void compare(const group_results<Key, Result>& a, const group_results<Key, Result>& b,
             nearness near);

template <class Result>
void compare(const filtered_result<Result>& a, const filtered_result<Result>& b, nearness near) {
  compare(a.result, b.result, near);
  require_equal(a.excluded.total(), b.excluded.total(), "excluded");
}

template <class Result>
void compare(const window_results<Result>& a, const window_results<Result>& b, nearness near) {
  require_equal(a.size(), b.size(), "periods");
  for (std::size_t i = 0; i != a.size(); ++i) {
    require_equal(a.rows[i].period, b.rows[i].period, "period");
    compare(a.rows[i].result, b.rows[i].result, near);
  }
  compare(a.untimed, b.untimed, near);
}

template <class Key, class Result>
void compare(const group_results<Key, Result>& a, const group_results<Key, Result>& b,
             nearness near) {
  require_equal(a.size(), b.size(), "groups");
  for (std::size_t i = 0; i != a.size(); ++i) {
    require_equal(a.rows[i].key, b.rows[i].key, "key");
    compare(a.rows[i].result, b.rows[i].result, near);
  }
  compare(a.unkeyed, b.unkeyed, near);
  require_equal(a.unknown, b.unknown, "unknown keys");
}

template <class... Ts>
void compare(const std::tuple<Ts...>& a, const std::tuple<Ts...>& b, nearness near) {
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (compare(std::get<I>(a), std::get<I>(b), near), ...);
  }(std::index_sequence_for<Ts...>{});
}

/// Calls f(estimate) for every estimate in a result.
template <class Result, class F>
void each_estimate(const Result& result, const F& f) {
  if constexpr (std::is_same_v<Result, estimate>) {
    f(result);
  } else if constexpr (std::is_same_v<Result, score_report>) {
    for (const component_line& line : result.components) f(line.raw);
    for (const veto_line& line : result.vetoes) f(line.raw);
  } else if constexpr (requires { result.unkeyed; }) {
    for (const auto& row : result.rows) each_estimate(row.result, f);
    each_estimate(result.unkeyed, f);
  } else if constexpr (requires { result.untimed; }) {
    for (const auto& row : result.rows) each_estimate(row.result, f);
    each_estimate(result.untimed, f);
  } else if constexpr (requires { result.result; }) {
    each_estimate(result.result, f);
  } else if constexpr (requires { std::tuple_size<Result>::value; }) {
    std::apply([&](const auto&... part) { (each_estimate(part, f), ...); }, result);
  }
}

/// How many observations a result accounts for: in a value or beside it. Nothing where a result
/// does not count its observations (a rate counts its exposure, a score report its parts).
template <class Result>
std::optional<detail::uint128> accounted(const Result& result) {
  detail::uint128 sum = 0;
  const auto add = [&](const std::optional<detail::uint128>& part) {
    if (part) sum += *part;
    return part.has_value();
  };
  if constexpr (std::is_same_v<Result, estimate>) {
    if (result.unit() == unit::per_exposure) return std::nullopt;
    return detail::uint128{result.n()} + result.missing() + result.invalid() +
           result.excluded().total();
  } else if constexpr (requires { result.unkeyed; }) {
    for (const auto& row : result.rows) {
      if (!add(accounted(row.result))) return std::nullopt;
    }
    if (!add(accounted(result.unkeyed))) return std::nullopt;
    return sum + result.unknown;
  } else if constexpr (requires { result.untimed; }) {
    for (const auto& row : result.rows) {
      if (!add(accounted(row.result))) return std::nullopt;
    }
    if (!add(accounted(result.untimed))) return std::nullopt;
    return sum;
  } else if constexpr (requires { result.result; }) {
    if (!add(accounted(result.result))) return std::nullopt;
    return sum + result.excluded.total();
  } else if constexpr (requires { std::tuple_size<Result>::value; }) {
    return accounted(std::get<0>(result));  // each metric of a bundle sees the same events
  } else {
    return std::nullopt;
  }
}

}  // namespace crmetrics::laws
