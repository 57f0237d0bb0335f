#pragma once

#include <crmetrics/accumulators/detail/order_statistics.hpp>
#include <crmetrics/accumulators/detail/quantile_position.hpp>
#include <crmetrics/accumulators/quantile_type.hpp>
#include <crmetrics/core/confidence_level.hpp>
#include <crmetrics/core/estimate.hpp>
#include <crmetrics/core/missing.hpp>
#include <crmetrics/core/normal.hpp>
#include <crmetrics/core/time_span.hpp>
#include <crmetrics/detail/input.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/detail/span_input.hpp>

#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace crmetrics::detail {

template <class Value>
inline constexpr bool holds_spans = std::same_as<Value, time_span>;

/// What a metric of quantiles of this kind of values takes.
template <class T, class Value>
concept quantile_input =
    (holds_spans<Value> && span_input<T>) || (!holds_spans<Value> && number_input<T>);

/// A value that is known to lie within [low, high]; all three equal where it is kept itself.
struct located_value {
  double low = 0;
  double middle = 0;
  double high = 0;
};

/// Value, interval and n of quantile p of n values; `at(rank)` locates the value of a rank.
///
/// The interval is [low of x(r), high of x(s)] with the ranks of `interval_ranks`, or wider where
/// that leaves the value out, which only levels near 0 do. The standard error is its width over 2 z
/// (Woodruff 1952, Journal of the American Statistical Association 47(260), 635-646,
/// https://doi.org/10.1080/01621459.1952.10483443).
template <class At>
estimate_parts quantile_parts(std::uint64_t n, double p, quantile_type type, confidence_level level,
                              const At& at) {
  estimate_parts parts;
  parts.method = "order statistics";
  parts.level = level;
  parts.n = n;
  if (n == 0) return parts;
  const quantile_position position = position_of(n, p, type);
  parts.status = status::ok;
  parts.value = between(at(position.lower).middle, at(position.upper).middle, position.weight);
  // The standard error is read off an interval.
  const confidence_level read = level.wanted() ? level : confidence_level{};
  if (const auto ranks = interval_ranks(n, p, read)) {
    const std::uint64_t low = ranks->low < position.lower ? ranks->low : position.lower;
    const std::uint64_t high = ranks->high > position.upper ? ranks->high : position.upper;
    const interval reach{at(low).low, at(high).high};
    parts.standard_error = reach.width() / (2 * critical_value(read));
    if (level.wanted()) parts.interval = reach;
  }
  return parts;
}

/// "0.9 quantile, type 7": p in the fewest digits that read back as p.
inline convention_text quantile_text(double p, quantile_type type) {
  char digits[32] = {};
  const auto end = std::to_chars(digits, digits + sizeof digits, p).ptr;
  convention_text text(std::string_view(digits, static_cast<std::size_t>(end - digits)));
  text.append(" quantile, type ").append(static_cast<int>(type));
  return text;
}

}  // namespace crmetrics::detail
