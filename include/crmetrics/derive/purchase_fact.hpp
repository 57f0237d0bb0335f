#pragma once

#include <crmetrics/time/instant.hpp>

#include <cstdint>
#include <optional>
#include <span>

namespace crmetrics {

/// What a customer bought at an instant, in minor units; negative for a refund.
struct purchase {
  instant at;
  std::int64_t amount = 0;
  friend constexpr bool operator==(const purchase&, const purchase&) = default;
};

/// One customer with all purchases, in the order of time: what the historical lifetime value
/// observes. Made by `read_purchases`; the purchases lie there.
struct customer_purchases {
  std::span<const purchase> purchases = {};
  std::optional<instant> observed_until = {};  ///< all purchases before it are known
};

/// The same with what the role `segment` says in the customer's first row.
template <class Segment>
struct segmented_purchases : customer_purchases {
  Segment segment;
};

}  // namespace crmetrics
