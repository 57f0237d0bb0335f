#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/core/label.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/scorecard/part_weight.hpp>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <vector>

namespace crmetrics {

/// Weights that sum to 1, in the order of the criteria, and where they come from. Give them to
/// components or groups one by one, `component(name, metric, curve, w[0])`, or to a card that is
/// made: `card.reweighted(w.for_parts({"quality", "speed"}))`.
/// @tparam ReferenceDependent true where they were taken from the data of those who are listed.
///     Such weights change with the list and from month to month, so they are for looking at;
///     into a card they come only by `fixed()`, frozen from these units
template <bool ReferenceDependent>
struct basic_weighting {
  static constexpr bool reference_dependent = ReferenceDependent;

  std::vector<double> weights;
  std::string provenance;    ///< the method, its settings and figures, in words
  std::uint64_t source = 0;  ///< hash of the method, its settings and its input

  double operator[](std::size_t i) const {
    require_agreed();
    return weights[i];
  }
  std::size_t size() const noexcept { return weights.size(); }
  auto begin() const noexcept { return weights.begin(); }
  auto end() const noexcept { return weights.end(); }

  /// The same weights, frozen from these units: whoever joins or leaves changes nobody's score,
  /// until they are taken again. The provenance says so; agree on them before the period begins.
  basic_weighting<false> fixed() const
    requires ReferenceDependent
  {
    return {weights, provenance + ", frozen", source};
  }

  /// The weights by the names of a card's parts, in the order of the criteria.
  /// @throws bad_input where there are not as many names as weights
  std::vector<part_weight> for_parts(std::span<const label> parts) const {
    require_agreed();
    if (parts.size() != weights.size()) {
      throw bad_input(problem{"weighting", 0, std::to_string(parts.size()),
                              "as many parts are needed as there are weights (" +
                                  std::to_string(weights.size()) + ")"});
    }
    std::vector<part_weight> out;
    out.reserve(parts.size());
    for (std::size_t i = 0; i != parts.size(); ++i) out.push_back({parts[i], weights[i]});
    return out;
  }
  std::vector<part_weight> for_parts(std::initializer_list<label> parts) const {
    return for_parts(std::span<const label>(parts.begin(), parts.size()));
  }

  friend bool operator==(const basic_weighting&, const basic_weighting&) = default;

 private:
  static constexpr void require_agreed() {
    static_assert(!ReferenceDependent,
                  "crmetrics: weights from the data of those who are listed would make each score "
                  "depend on all others; fixed() freezes them");
  }
};

/// Weights that people agreed on.
using weighting = basic_weighting<false>;
/// Weights taken from the data of those who are listed.
using reference_weighting = basic_weighting<true>;

}  // namespace crmetrics
