#pragma once

#include <crmetrics/scorecard/detail/ranked_order.hpp>
#include <crmetrics/scorecard/points.hpp>
#include <crmetrics/scorecard/ranking.hpp>
#include <crmetrics/scorecard/score_report.hpp>

#include <concepts>
#include <cstddef>

namespace crmetrics {

namespace detail {

/// Whether the first report goes before the second by a key; the higher one first, doubles on the
/// grid of totals.
template <class TieBreak>
bool goes_before(const TieBreak& key, const score_report& a, const score_report& b) {
  const auto x = key(a);
  const auto y = key(b);
  if constexpr (std::floating_point<decltype(key(a))>) {
    return grid_points::of(y) < grid_points::of(x);
  } else {
    return y < x;
  }
}

}  // namespace detail

/// Ordinal ranks ("1, 2, 3, 4"): every rank once. Ties of the total are broken by the given keys,
/// one after the other, functions of the report whose higher value goes first; what is still tied
/// stands in the order of the names, which is arbitrary but always the same:
///
///     ordinal_ranking(results, [](const score_report& r) { return r.coverage; },
///                     [](const score_report& r) { return r.component("csat").score; });
///
/// Where a rank decides something, agree on the keys beforehand, or use `competition_ranking`.
/// Order and who is unranked as there.
template <class Results, class... TieBreaks>
  requires(std::invocable<const TieBreaks&, const score_report&> && ...)
auto ordinal_ranking(const Results& results, double min_coverage, const TieBreaks&... keys) {
  using line = rank_line<decltype(results.rows.front().key)>;
  const auto before = [&](const line& a, const line& b) {
    bool is_before = false;
    // The first key that tells them apart decides.
    static_cast<void>((... || [&] {
      is_before = detail::goes_before(keys, *a.report, *b.report);
      return is_before || detail::goes_before(keys, *b.report, *a.report);
    }()));
    return is_before;
  };
  auto order = detail::order_by_total<line>(results, min_coverage, before);
  for (std::size_t i = 0; i != order.ranked; ++i) order.lines[i].rank = i + 1;
  return order.lines;
}
template <class Results, class... TieBreaks>
  requires(std::invocable<const TieBreaks&, const score_report&> && ...)
auto ordinal_ranking(const Results& results, const TieBreaks&... keys) {
  return ordinal_ranking(results, 0.0, keys...);
}
template <class Results, class... Others>
auto ordinal_ranking(const Results&&, const Others&...) = delete;  // its lines would dangle

}  // namespace crmetrics
