#pragma once

#include <crmetrics/derive/detail/keys.hpp>

#include <cstdint>
#include <string_view>
#include <type_traits>

namespace crmetrics::detail {

/// floor(2^64 P(X <= k)) for a Poisson number X with mean 1 and k = 0, 1, ...; what lies above the
/// last one is less than 2^-64.
inline constexpr std::uint64_t poisson_one[] = {
    0x5e2d58d8b3bcdf1a, 0xbc5ab1b16779be35, 0xeb715e1dc1582dc2, 0xfb23979734a252f1,
    0xff1025f59174dc3d, 0xffd90f3ba4055e19, 0xfffa8b71fc72c913, 0xffff540c0914b3c9,
    0xffffed1f4aa8f120, 0xfffffe216e641462, 0xffffffd4d85d3183, 0xfffffffc6da262b4,
    0xffffffffba12d178, 0xfffffffffb07c64c, 0xffffffffffab8ea5, 0xfffffffffffabe22,
    0xffffffffffffb11a, 0xfffffffffffffba1, 0xffffffffffffffc5, 0xfffffffffffffffd};

/// How often a customer is in a replicate: the Poisson number that 64 random bits come to, by
/// comparing whole numbers only, so that it is the same on every platform.
constexpr std::uint32_t poisson_weight(std::uint64_t bits) noexcept {
  std::uint32_t k = 0;
  while (k != std::size(poisson_one) && bits >= poisson_one[k]) ++k;
  return k;
}

/// The weights of one customer in the replicates of one seed. Any replicate can be asked for, in
/// any order: nothing is drawn, everything is a hash.
class replicate_weights {
 public:
  template <class Customer>
  constexpr replicate_weights(std::uint64_t seed, const Customer& customer) noexcept
      : base_(spread_bits(seed ^ 0x626f'6f74'7374'7261U)) {
    static_assert(whole_key<Customer> || text_key<Customer>,
                  "crmetrics: the customer of a bootstrap is a whole number or a text");
    if constexpr (text_key<Customer>) {
      for (const char c : std::string_view(customer)) {
        base_ = spread_bits(base_ ^ static_cast<unsigned char>(c));
      }
    } else {
      base_ = spread_bits(base_ ^ spread_bits(bits_of(customer)));
    }
  }
  constexpr std::uint32_t in(std::size_t replicate) const noexcept {
    // SplitMix64 (Steele, Lea and Flood 2014, doi:10.1145/2660193.2660195), entered at any place.
    std::uint64_t z = base_ + (std::uint64_t{replicate} + 1) * 0x9e37'79b9'7f4a'7c15U;
    z = (z ^ (z >> 30U)) * 0xbf58'476d'1ce4'e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d0'49bb'1331'11ebU;
    return poisson_weight(z ^ (z >> 31U));
  }

 private:
  std::uint64_t base_;
};

}  // namespace crmetrics::detail
