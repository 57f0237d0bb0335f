#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/detail/definition_hash.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace crmetrics {

/// Weights that sum to 1, in the order of the criteria, and where they come from. Use them as the
/// weights of components or groups: `component(name, metric, curve, w[0])`.
/// @tparam ReferenceDependent true where they were taken from the data of those who are listed:
///     such weights change with the list and from month to month
template <bool ReferenceDependent>
struct basic_weighting {
  static constexpr bool reference_dependent = ReferenceDependent;

  std::vector<double> weights;
  std::string provenance;    ///< the method, its settings and figures, in words
  std::uint64_t source = 0;  ///< hash of the method, its settings and its input

  double operator[](std::size_t i) const { return weights[i]; }
  std::size_t size() const noexcept { return weights.size(); }
  auto begin() const noexcept { return weights.begin(); }
  auto end() const noexcept { return weights.end(); }

  void describe(detail::definition_hash& hash) const {
    hash.add("weighting"), hash.add(source), hash.add(std::uint64_t{weights.size()});
    for (const double w : weights) hash.add(w);
  }
  friend bool operator==(const basic_weighting&, const basic_weighting&) = default;
};

/// Weights that people agreed on.
using weighting = basic_weighting<false>;
/// Weights taken from the data of those who are listed.
using reference_weighting = basic_weighting<true>;

}  // namespace crmetrics
