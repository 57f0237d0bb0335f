#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/derive/detail/keys.hpp>
#include <crmetrics/time/period.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace crmetrics {

/// Which part of all contacts a partial state takes: one span of time, one part of the customers,
/// or both. Plain `contact_shard{}` takes everything, from the first contact on.
///
/// Customers are dealt by the hash of their key under a seed; the hash is the same everywhere.
struct contact_shard {
  std::optional<period> opened = {};  ///< contacts opened in it
  std::uint64_t seed = 0;
  std::uint32_t index = 0;  ///< this part of the customers ...
  std::uint32_t count = 1;  ///< ... of so many

  /// Whether a customer belongs into this part: to deal rows to workers.
  template <class Customer>
  constexpr bool takes(const Customer& customer) const {
    if (count == 1) return true;
    std::uint64_t hash = seed;
    if constexpr (detail::text_key<Customer>) {
      for (const char c : std::string_view(customer)) {
        hash = detail::spread_bits(hash ^ static_cast<unsigned char>(c));
      }
    } else {
      static_assert(detail::whole_key<Customer>,
                    "crmetrics: only customers that are whole numbers, enumerators or texts can "
                    "be dealt to parts");
      hash = detail::spread_bits(hash ^ detail::spread_bits(detail::bits_of(customer)));
    }
    return hash % count == index;
  }
  /// @throws invalid_setting where there is no such part
  constexpr void require_valid() const {
    if (index >= count) {
      throw invalid_setting("contact shard: part " + std::to_string(index) + " of " +
                            std::to_string(count) + ": parts count from 0");
    }
  }
  friend constexpr bool operator==(const contact_shard&, const contact_shard&) = default;
};

}  // namespace crmetrics
