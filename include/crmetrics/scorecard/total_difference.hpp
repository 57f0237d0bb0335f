#pragma once

#include <crmetrics/combinators/bootstrap.hpp>
#include <crmetrics/core/confidence_level.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/intervals/difference.hpp>
#include <crmetrics/intervals/holm.hpp>
#include <crmetrics/intervals/two_proportion_tests.hpp>
#include <crmetrics/intervals/wald.hpp>
#include <crmetrics/scorecard/ranked_value.hpp>
#include <crmetrics/scorecard/score_report.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace crmetrics {

namespace detail {

inline void require_same_rules(const score_report& a, const score_report& b) {
  if (a.definition == b.definition) return;
  throw definition_mismatch("totals by two definitions are not compared: rules " +
                            std::string(hash_text(a.definition).view()) + " and " +
                            std::string(hash_text(b.definition).view()));
}

/// The parts of a difference of two totals, without its doubt.
inline difference_parts difference_of(const score_report& a, const score_report& b,
                                      confidence_level level) {
  require_same_rules(a, b);
  difference_parts parts;
  parts.level = level;
  if (!a.total || !b.total) return parts;
  parts.status = status::insufficient_data;
  parts.value = *a.total - *b.total;
  return parts;
}

inline void set_error(difference_parts& parts, double error) {
  parts.status = status::ok;
  parts.standard_error = error;
  parts.p_value = z_outcome(parts.value, error).p_value;
}

}  // namespace detail

/// Signed difference a - b of two agents' totals, or of an agent's in two periods, in points.
///
/// d -+ z sqrt(SE_a^2 + SE_b^2), clipped to [-100, 100], and the p-value of d = 0, with the
/// standard errors that the reports carry: the card must ask for `delta` or `monte_carlo`, or be
/// bootstrapped; else there is a value, and its status is insufficient_data. So it is where the
/// error is not known after all: a component has none, or it is 0, which is no certainty (see
/// `ranked_total`). Takes the two as
/// independent; where the same customers are behind both, give the bootstrapped cards instead.
/// Vetoes and bonuses stand as observed. No total on a side: no_data.
/// @throws definition_mismatch where the rules differ: points by two rules do not compare
inline difference total_difference(const score_report& a, const score_report& b,
                                   confidence_level level = {}) {
  difference_parts parts = detail::difference_of(a, b, level);
  parts.method = "normal, from the standard errors of the totals";
  if (parts.status == status::no_data || !detail::knows_its_error(a) ||
      !detail::knows_its_error(b)) {
    return difference(parts);
  }
  const double x = a.uncertainty->standard_error;
  const double y = b.uncertainty->standard_error;
  const double variance = x * x + y * y;
  detail::set_error(parts, detail::sqrt(variance));
  if (level.wanted()) {
    parts.interval =
        detail::clip(detail::normal_interval(parts.value, variance, 1, level), -100, 100);
  }
  return difference(parts);
}

/// The same of two bootstrapped cards of equal seed, replicate by replicate: customers whom both
/// have served, or who came in both periods, count equally often on both sides, so that what they
/// have in common does not widen the interval. Interval: percentiles of the differences.
/// @throws definition_mismatch also where seed or number of replicates differ
template <class CustomerOf, class Card>
difference total_difference(const bootstrapped<CustomerOf, Card>& a,
                            const bootstrapped<CustomerOf, Card>& b, confidence_level level = {}) {
  if (a.settings() != b.settings()) {
    throw definition_mismatch("two bootstraps of other seeds or numbers of replicates do not pair");
  }
  const auto none = confidence_level::none();
  difference_parts parts =
      detail::difference_of(a.metric().result(none), b.metric().result(none), level);
  parts.method = "paired bootstrap of customers";
  if (parts.status == status::no_data) return difference(parts);
  std::vector<double> differences;
  for (std::size_t r = 0; r != a.replicates().size(); ++r) {
    const auto x = a.replicates()[r].result(none).total;
    const auto y = b.replicates()[r].result(none).total;
    if (x && y) differences.push_back(*x - *y);
  }
  if (!detail::enough_replicates(differences.size(), a.replicates().size())) {
    return difference(parts);
  }
  // Replicates that all differ by the same say nothing of the doubt.
  if (const double error = detail::spread_of(differences); error >= detail::least_error) {
    detail::set_error(parts, error);
    if (level.wanted()) parts.interval = detail::middle_of(differences, level);
  }
  return difference(parts);
}

namespace detail {

/// Gives rows of differences their p-values corrected for their number (`holm`), in `adjusted_p`.
/// @param difference_of gives a pointer to the difference of a row, or nullptr
template <class Rows, class DifferenceOf>
void adjust_for_number(Rows& rows, const DifferenceOf& difference_of) {
  std::vector<double> p_values;
  const auto p_value = [&](const auto& row) {
    const difference* d = difference_of(row);
    return d != nullptr ? d->p_value() : std::optional<double>();
  };
  for (const auto& row : rows) {
    if (const auto p = p_value(row)) p_values.push_back(*p);
  }
  const std::vector<double> adjusted = holm(p_values);
  std::size_t next = 0;
  for (auto& row : rows) {
    row.adjusted_p = p_value(row) ? std::optional(adjusted[next++]) : std::nullopt;
  }
}

}  // namespace detail

/// One pair out of many.
template <class Key>
struct pair_difference {
  Key a;
  Key b;
  crmetrics::difference difference;  ///< a - b, with the interval and p-value of this pair alone
  std::optional<double> adjusted_p;  ///< by Holm, over all pairs that have a p-value
  std::uint64_t definition = 0;      ///< hash of the rules of both

  /// Whether the two differ, with a chance of at most alpha that any such claim among all pairs is
  /// wrong.
  bool differs(double alpha = 0.05) const { return adjusted_p && *adjusted_p <= alpha; }
};

/// The differences of all pairs of a team, with p-values corrected for their number (`holm`):
/// twenty agents are 190 pairs, of which some ten differ "at 5 %" where nobody does.
/// @param results what `by(agent, card).result()` gives
/// @return in the order of the keys; those without a total take no part. O(n^2)
template <class Results>
auto total_differences(const Results& results, confidence_level level = {}) {
  using key = decltype(results.rows.front().key);
  std::vector<pair_difference<key>> pairs;
  for (std::size_t i = 0; i != results.rows.size(); ++i) {
    for (std::size_t j = i + 1; j != results.rows.size(); ++j) {
      const auto& a = results.rows[i];
      const auto& b = results.rows[j];
      if (!a.result.total || !b.result.total) continue;
      pairs.push_back(
          {a.key, b.key, total_difference(a.result, b.result, level), {}, a.result.definition});
    }
  }
  detail::adjust_for_number(pairs, [](const auto& pair) { return &pair.difference; });
  return pairs;
}

}  // namespace crmetrics
