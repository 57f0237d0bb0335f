#pragma once

#include <crmetrics/core/direction.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/detail/math.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace crmetrics::detail {

/// The values that a curve is fitted on, checked and sorted, so that nothing depends on the order
/// in which they were listed.
/// @param problems what is wrong with the settings, to be reported with the rest
/// @throws bad_input naming each row that is not finite; fewer than two values; all equal
constexpr std::vector<double> reference_set(std::span<const double> values, direction better,
                                            std::string_view part, problem_list problems = {}) {
  if (better == direction::neutral) {
    problems.add({std::string(part), 0, std::string(to_string(better)),
                  "better must be higher or lower, the set does not tell"});
  }
  bool finite = true;
  for (std::size_t i = 0; i != values.size(); ++i) {
    if (is_finite(values[i])) continue;
    finite = false;
    problems.add({std::string(part), i + 1, shown(values[i]),
                  is_nan(values[i]) ? "not a number; leave out who has no value" : "not finite"});
  }
  std::vector<double> sorted(values.begin(), values.end());
  if (values.size() < 2) {
    problems.add({std::string(part), 0, std::to_string(values.size()),
                  "a reference set needs at least two values"});
  } else if (finite) {
    std::sort(sorted.begin(), sorted.end());
    if (sorted.front() == sorted.back()) {
      problems.add({std::string(part), 0, shown(sorted.front()),
                    "all " + std::to_string(sorted.size()) +
                        " values of the reference set are equal: zero range"});
    } else if (!is_finite(sorted.back() - sorted.front())) {
      problems.add({std::string(part), 0, shown(sorted.back()), "the range is not finite"});
    }
  }
  problems.throw_if_any();
  return sorted;
}

constexpr std::uint64_t hash_of_reference(const std::vector<double>& sorted) {
  definition_hash hash;
  hash.add("reference set"), hash.add(std::uint64_t{sorted.size()});
  for (const double x : sorted) hash.add(x);
  return hash.value();
}

}  // namespace crmetrics::detail
