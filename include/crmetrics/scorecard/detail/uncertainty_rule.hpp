#pragma once

#include <crmetrics/core/confidence_level.hpp>
#include <crmetrics/detail/definition_hash.hpp>

#include <cstddef>
#include <cstdint>

namespace crmetrics::detail {

/// How a card finds out how sure its total is; `delta` and `monte_carlo` come down to this.
struct uncertainty_rule {
  enum class kind : std::uint8_t { none, delta, monte_carlo };

  kind what = kind::none;
  confidence_level level = {};
  std::size_t draws = 0;
  std::uint64_t seed = 0;

  friend constexpr bool operator==(const uncertainty_rule&, const uncertainty_rule&) = default;
};

}  // namespace crmetrics::detail
