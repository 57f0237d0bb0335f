#pragma once

#include <crmetrics/core/confidence_level.hpp>
#include <crmetrics/core/estimate.hpp>
#include <crmetrics/core/interval.hpp>
#include <crmetrics/core/text.hpp>
#include <crmetrics/detail/math.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace crmetrics {

/// What `bootstrap` reports around a metric whose result is neither an estimate nor the report of a
/// scorecard: that result, and the same result of every replicate, to do with as you like.
template <class Result>
struct bootstrap_result {
  Result result;
  std::vector<Result> replicates;
};

}  // namespace crmetrics

namespace crmetrics::detail {

/// Which replicates a result was made with.
struct resampled {
  confidence_level level;
  std::size_t replicates = 0;
  std::uint64_t seed = 0;
  convention_text suffix;  ///< of a convention
};

/// Where more than a tenth of the replicates have no value there are fewer than three customers,
/// and all of the others would agree: no error is better than one of 0.
constexpr bool enough_replicates(std::size_t with_value, std::size_t all) noexcept {
  return with_value >= 2 && with_value >= all - all / 10;
}

/// Standard deviation of the values; 0 for one.
inline double spread_of(std::span<const double> values) {
  const auto n = static_cast<double>(values.size());
  double mean = 0;
  for (const double v : values) mean += v / n;
  double squares = 0;
  for (const double v : values) squares += (v - mean) * (v - mean);
  return n > 1 ? sqrt(squares / (n - 1)) : 0;
}

/// The middle of the values that holds a share `level` of them; sorts them. Quantiles of type 7
/// (Hyndman and Fan 1996).
inline interval middle_of(std::span<double> values, confidence_level level) {
  std::sort(values.begin(), values.end());
  const auto quantile = [&](double p) {
    const double at = p * static_cast<double>(values.size() - 1);
    const auto low = static_cast<std::size_t>(at);
    const std::size_t high = (std::min)(low + 1, values.size() - 1);
    return values[low] + (at - static_cast<double>(low)) * (values[high] - values[low]);
  };
  const double tail = (1 - level.value()) / 2;
  return {quantile(tail), quantile(1 - tail)};
}

template <std::size_t I, class M>
constexpr const auto& part_of(const M& metric) {
  if constexpr (requires { metric.template get<I>(); }) {
    return metric.template get<I>();
  } else if constexpr (requires { metric.metric(); }) {
    return part_of<I>(metric.metric());
  } else {
    return metric;
  }
}

template <class Result>
inline constexpr bool is_tuple = false;
template <class... Results>
inline constexpr bool is_tuple<std::tuple<Results...>> = true;

template <class M>
estimate with_replicates(const M&, const estimate& inner, std::span<const estimate> drawn,
                         const resampled& how) {
  estimate_parts parts = inner.parts();
  parts.convention.append(how.suffix.view());
  parts.method = "Poisson bootstrap, percentiles";
  parts.standard_error.reset();
  parts.interval.reset();
  std::vector<double> values;
  if (inner.has_value()) {
    for (const estimate& e : drawn) {
      if (e.has_value()) values.push_back(e.value());
    }
  }
  // Replicates that do not differ say nothing of the doubt.
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  if (enough_replicates(values.size(), drawn.size()) && *low < *high) {
    parts.standard_error = spread_of(values);
    if (how.level.wanted()) parts.interval = middle_of(values, how.level);
  }
  return estimate(parts);
}

/// The result of the metric with what its replicates say of its doubt: estimates and reports of
/// scorecards get an error and an interval, tuples in each of their parts, everything else comes
/// with the replicates beside it. What a report is given is said in scorecard/.
template <class M, class Result>
auto with_replicates(const M& metric, Result inner, std::span<const Result> drawn,
                     const resampled& how) {
  if constexpr (requires { describe_replicates(metric, inner, drawn, how); }) {
    describe_replicates(metric, inner, drawn, how);
    return inner;
  } else if constexpr (is_tuple<Result>) {
    const auto part = [&]<std::size_t I>(std::integral_constant<std::size_t, I>) {
      using part_type = std::tuple_element_t<I, Result>;
      std::vector<part_type> own;
      own.reserve(drawn.size());
      for (const Result& r : drawn) own.push_back(std::get<I>(r));
      return with_replicates(part_of<I>(metric), std::get<I>(inner),
                             std::span<const part_type>(own), how);
    };
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return std::tuple(part(std::integral_constant<std::size_t, I>{})...);
    }(std::make_index_sequence<std::tuple_size_v<Result>>{});
  } else {
    return bootstrap_result<Result>{std::move(inner), {drawn.begin(), drawn.end()}};
  }
}

}  // namespace crmetrics::detail
