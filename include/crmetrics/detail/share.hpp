#pragma once

#include <crmetrics/concepts.hpp>
#include <crmetrics/core/estimate.hpp>
#include <crmetrics/detail/checked_sum.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/intervals/samples.hpp>

#include <cstdint>
#include <string_view>

namespace crmetrics::detail {

/// Status, value, standard error, interval and n of the share of `yes` among yes and no.
template <class Interval, class Cell>
constexpr estimate_parts share_parts(const Cell& yes, const Cell& no, confidence_level level) {
  estimate_parts parts;
  parts.method = Interval::name;
  parts.unit = unit::fraction;
  parts.level = level;
  parts.n = checked_count(yes.observations(), no.observations());
  if (parts.n == 0) return parts;

  const double total = yes.sum() + no.sum();
  if (total == 0) {  // sampling weights that are all zero
    parts.status = status::undefined;
    return parts;
  }
  const double squares = yes.sum_of_squares() + no.sum_of_squares();
  const double p = yes.sum() / total;
  parts.status = status::ok;
  parts.value = p;
  parts.effective_n = total * total / squares;
  const double spread = (1 - p) * (1 - p) * yes.sum_of_squares() + p * p * no.sum_of_squares();
  parts.standard_error = detail::sqrt(spread) / total;
  if constexpr (Cell::exactness == merge_exactness::exact) {
    parts.effective_n = total;
    parts.exact = {static_cast<std::int64_t>(yes.observations()),
                   static_cast<std::int64_t>(parts.n)};
    parts.standard_error = detail::sqrt(p * (1 - p) / total);
    if (level.wanted()) {
      parts.interval = Interval::bounds(binomial_sample{yes.sum(), total}, level);
    }
  } else {
    const double n = parts.effective_n;
    const double x = p * n < n ? p * n : n;  // rounding must not give more successes than trials
    if (level.wanted()) parts.interval = Interval::bounds(binomial_sample{x, n}, level);
  }
  return parts;
}

/// The same for a difference of two shares of one sample, such as NPS:
/// value (P - D) / n, variance of one answer p + d - (p - d)^2, standard error sqrt(variance / n).
template <class Interval, class Cell>
constexpr estimate_parts net_parts(const Cell& negative, const Cell& neutral, const Cell& positive,
                                   confidence_level level) {
  estimate_parts parts;
  parts.method = Interval::name;
  parts.unit = unit::net_fraction;
  parts.level = level;
  parts.n = checked_count(checked_count(negative.observations(), neutral.observations()),
                          positive.observations());
  if (parts.n == 0) return parts;

  const double total = negative.sum() + neutral.sum() + positive.sum();
  if (total == 0) {
    parts.status = status::undefined;
    return parts;
  }
  const double net = (positive.sum() - negative.sum()) / total;
  parts.status = status::ok;
  parts.value = net;
  if constexpr (Cell::exactness == merge_exactness::exact) {
    parts.effective_n = total;
    parts.exact = {static_cast<std::int64_t>(positive.observations()) -
                       static_cast<std::int64_t>(negative.observations()),
                   static_cast<std::int64_t>(parts.n)};
    const double variance = (positive.sum() + negative.sum()) / total - net * net;
    parts.standard_error = detail::sqrt((variance < 0 ? 0 : variance) / total);
    if (level.wanted()) {
      parts.interval =
          Interval::bounds(net_sample{negative.sum(), neutral.sum(), positive.sum()}, level);
    }
  } else {
    const double squares =
        negative.sum_of_squares() + neutral.sum_of_squares() + positive.sum_of_squares();
    parts.effective_n = total * total / squares;
    const double spread = (1 - net) * (1 - net) * positive.sum_of_squares() +
                          net * net * neutral.sum_of_squares() +
                          (1 + net) * (1 + net) * negative.sum_of_squares();
    parts.standard_error = detail::sqrt(spread) / total;
    if (!level.wanted()) return parts;
    const double scale = parts.effective_n / total;
    parts.interval = Interval::bounds(
        net_sample{negative.sum() * scale, neutral.sum() * scale, positive.sum() * scale}, level);
  }
  return parts;
}

}  // namespace crmetrics::detail
