#pragma once

#include <crmetrics/detail/definition_hash.hpp>

#include <cstdint>

namespace crmetrics::detail {

/// What the evaluation does about components without a score; the policies of `absent_policy` come
/// down to this.
struct absent_rule {
  enum class kind : std::uint8_t { inherit, redistribute, fill, fail };

  kind what = kind::redistribute;
  double points = 0;        ///< for fill
  double min_coverage = 0;  ///< of the card

  constexpr void describe(definition_hash& hash) const {
    switch (what) {
      case kind::inherit:
        hash.add("as the card"), hash.add(min_coverage);
        return;
      case kind::redistribute:
        hash.add("redistribute"), hash.add(min_coverage);
        return;
      case kind::fill:
        hash.add("fill"), hash.add(points), hash.add(min_coverage);
        return;
      case kind::fail:
        hash.add("fail"), hash.add(min_coverage);
        return;
    }
  }
  friend constexpr bool operator==(const absent_rule&, const absent_rule&) = default;
};

}  // namespace crmetrics::detail
