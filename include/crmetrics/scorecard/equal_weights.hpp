#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/scorecard/weighting.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace crmetrics {

/// The same weight for each of n criteria: 1 / n. Equal weights are a choice too: criteria that
/// vary more, or that resemble others, still have more influence; see `equal_influence`.
/// @throws bad_input where n is 0
inline weighting equal_weights(std::size_t n) {
  if (n == 0) throw bad_input(problem{"equal weights", 0, "0", "no criteria to weigh"});
  detail::definition_hash hash;
  hash.add("equal weights"), hash.add(std::uint64_t{n});
  return {std::vector<double>(n, 1.0 / static_cast<double>(n)),
          "equal weights of " + std::to_string(n) + " criteria", hash.value()};
}

}  // namespace crmetrics
