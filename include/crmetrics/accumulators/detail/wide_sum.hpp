#pragma once

#include <crmetrics/detail/int128.hpp>

#include <cstdint>

namespace crmetrics::detail {

/// A non-negative integer of up to 448 bits: products of three 128-bit sums and a few of them
/// added, for formulas whose terms cancel.
class wide_sum {
 public:
  constexpr wide_sum() = default;

  /// Adds a b c.
  constexpr void add_product(uint128 a, uint128 b, uint128 c) noexcept {
    const wide_sum product = wide_sum(a).times(b).times(c);
    uint128 carry = 0;
    for (int i = 0; i != limbs; ++i) {
      carry += static_cast<uint128>(limb_[i]) + product.limb_[i];
      limb_[i] = static_cast<std::uint64_t>(carry);
      carry >>= 64;
    }
  }
  /// Subtracts a b c, which must not be more than this.
  constexpr void subtract_product(uint128 a, uint128 b, uint128 c) noexcept {
    const wide_sum product = wide_sum(a).times(b).times(c);
    std::uint64_t borrow = 0;
    for (int i = 0; i != limbs; ++i) {
      const uint128 take = static_cast<uint128>(product.limb_[i]) + borrow;
      borrow = take > limb_[i] ? 1 : 0;
      limb_[i] = static_cast<std::uint64_t>(limb_[i] - take);
    }
  }

  constexpr double to_double() const noexcept {
    double x = 0;
    for (int i = limbs - 1; i >= 0; --i) {
      x = x * 18446744073709551616.0 + static_cast<double>(limb_[i]);
    }
    return x;
  }
  friend constexpr bool operator==(const wide_sum&, const wide_sum&) = default;
  friend constexpr bool operator<(const wide_sum& a, const wide_sum& b) noexcept {
    for (int i = limbs - 1; i >= 0; --i) {
      if (a.limb_[i] != b.limb_[i]) return a.limb_[i] < b.limb_[i];
    }
    return false;
  }

 private:
  static constexpr int limbs = 7;

  constexpr explicit wide_sum(uint128 x) noexcept
      : limb_{static_cast<std::uint64_t>(x), static_cast<std::uint64_t>(x >> 64)} {}

  constexpr wide_sum times(uint128 x) const noexcept {
    const std::uint64_t halves[2] = {static_cast<std::uint64_t>(x),
                                     static_cast<std::uint64_t>(x >> 64)};
    wide_sum out;
    for (int h = 0; h != 2; ++h) {
      uint128 carry = 0;
      for (int i = 0; i + h < limbs; ++i) {
        carry += static_cast<uint128>(limb_[i]) * halves[h] + out.limb_[i + h];
        out.limb_[i + h] = static_cast<std::uint64_t>(carry);
        carry >>= 64;
      }
    }
    return out;
  }

  std::uint64_t limb_[limbs] = {};
};

}  // namespace crmetrics::detail
