#pragma once

#include <crmetrics/accumulators/detail/quantile_position.hpp>
#include <crmetrics/accumulators/quantile_type.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/detail/math.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crmetrics {

/// The sample quantile p of a range of numbers in any order, by one of the nine types; nothing
/// where the range is empty.
///
/// p is meant as the decimal that it prints as, so that n p is exact: types 1 to 3 jump where it is
/// whole. A p without a short decimal (1.0 / 3) is taken as whole within 4 epsilon, as base R does.
/// Cost: a copy and a partial sort, O(n).
/// @param field the name of the range in an error
/// @throws bad_input naming each row that is NaN or infinite
/// @throws invalid_setting for p outside [0, 1]
template <class Range>
std::optional<double> sample_quantile(const Range& values, double p,
                                      quantile_type type = quantile_type::linear,
                                      std::string_view field = "value") {
  detail::require_quantile(p, type);
  std::vector<double> copy;
  problem_list problems;
  std::uint64_t row = 0;
  for (const auto& x : values) {
    ++row;
    copy.push_back(static_cast<double>(x));
    if (!detail::is_finite(copy.back())) {
      problems.add({std::string(field), row, std::to_string(copy.back()), "not finite"});
    }
  }
  problems.throw_if_any();
  if (copy.empty()) return std::nullopt;

  const detail::quantile_position at = detail::position_of(copy.size(), p, type);
  const auto lower = copy.begin() + static_cast<std::ptrdiff_t>(at.lower - 1);
  std::nth_element(copy.begin(), lower, copy.end());
  const double low = *lower;
  if (at.lower == at.upper) return low;
  return detail::between(low, *std::min_element(lower + 1, copy.end()), at.weight);
}

/// The same of a range that is sorted upwards already and can be indexed: O(1). That it is sorted
/// is for the caller to know; only the two values that are read are compared.
/// @throws bad_input where these two are not finite or not in order
template <class Range>
std::optional<double> sorted_quantile(const Range& sorted, double p,
                                      quantile_type type = quantile_type::linear,
                                      std::string_view field = "value") {
  detail::require_quantile(p, type);
  const auto first = std::begin(sorted);
  const auto n = static_cast<std::uint64_t>(std::end(sorted) - first);
  if (n == 0) return std::nullopt;
  const detail::quantile_position at = detail::position_of(n, p, type);
  const auto low = static_cast<double>(first[static_cast<std::ptrdiff_t>(at.lower - 1)]);
  const auto high = static_cast<double>(first[static_cast<std::ptrdiff_t>(at.upper - 1)]);
  if (!(low <= high) || !detail::is_finite(low) || !detail::is_finite(high)) {
    throw bad_input(problem{std::string(field), at.upper, std::to_string(high),
                            "not finite, or not sorted: row " + std::to_string(at.lower) + " is " +
                                std::to_string(low)});
  }
  return detail::between(low, high, at.weight);
}

}  // namespace crmetrics
