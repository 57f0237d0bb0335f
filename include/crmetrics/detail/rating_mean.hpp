#pragma once

#include <crmetrics/concepts.hpp>
#include <crmetrics/core/estimate.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/detail/share.hpp>
#include <crmetrics/intervals/samples.hpp>

#include <cstdint>
#include <type_traits>

namespace crmetrics::detail {

/// Mean of an ordinal state: value, standard error, interval, n. Exact quotient with counts.
template <class Interval, class Ordinal>
constexpr estimate_parts rating_mean_parts(const Ordinal& counts, confidence_level level) {
  using scale = typename Ordinal::scale;
  estimate_parts parts;
  parts.method = Interval::name;
  parts.unit = unit::points;
  parts.direction = direction::higher_is_better;
  parts.level = level;
  parts.missing = counts.missing();
  parts.invalid = counts.invalid();

  double weight = 0;
  double weighted = 0;
  double squares = 0;
  std::int64_t exact_sum = 0;
  bool sum_fits = true;
  for (int k = scale::low; k <= scale::high; ++k) {
    const auto& cell = counts.at(k);
    parts.n = checked_count(parts.n, cell.observations());
    weight += cell.sum();
    weighted += cell.sum() * k;
    squares += cell.sum_of_squares();
    std::int64_t term = 0;
    sum_fits = sum_fits &&
               !__builtin_mul_overflow(static_cast<std::int64_t>(cell.observations()), k, &term) &&
               !__builtin_add_overflow(exact_sum, term, &exact_sum);
  }
  if (parts.n == 0) return parts;
  if (weight == 0) {
    parts.status = status::undefined;
    return parts;
  }

  constexpr bool counted =
      std::remove_cvref_t<decltype(counts.at(0))>::exactness == merge_exactness::exact;
  double mean = weighted / weight;
  if (counted && sum_fits) {
    parts.exact = {exact_sum, static_cast<std::int64_t>(parts.n)};
    mean = parts.exact.value();
  }
  parts.status = status::ok;
  parts.value = mean;
  parts.effective_n = counted ? static_cast<double>(parts.n) : weight * weight / squares;
  if (parts.effective_n > 1) {
    double spread = 0;
    for (int k = scale::low; k <= scale::high; ++k) {
      spread += (k - mean) * (k - mean) * counts.at(k).sum_of_squares();
    }
    // Linearised variance of a weighted mean, with the n / (n - 1) of a sample variance.
    const double n = parts.effective_n;
    parts.standard_error = detail::sqrt(spread / (weight * weight) * (n / (n - 1)));
    if (!level.wanted()) return parts;
    const interval open = Interval::bounds(mean_sample{n, mean, *parts.standard_error}, level);
    parts.interval = interval{clamp(open.low, scale::low, scale::high),
                              clamp(open.high, scale::low, scale::high)};
  }
  return parts;
}

}  // namespace crmetrics::detail
