#pragma once

#include <bit>
#include <cstdint>

namespace crmetrics::detail {

/// Numbers the buckets of non-negative integers, with Bits binary digits of precision: values below
/// 2^(Bits + 1) have a bucket each, every further doubling is cut into 2^Bits equal ones. This is
/// the layout of HdrHistogram (G. Tene, https://hdrhistogram.org), from the bits of the integer
/// alone, so that every platform agrees. The width of a bucket is at most 2^-Bits of the values in
/// it.
template <int Bits>
struct log_linear {
  static_assert(Bits >= 1 && Bits <= 20, "from 1 to 20 bits of precision");
  using key_type = std::uint32_t;

  static constexpr key_type key(std::int64_t value) noexcept {
    const auto v = static_cast<std::uint64_t>(value);
    const int digits = static_cast<int>(std::bit_width(v));
    const int shift = digits > Bits + 1 ? digits - Bits - 1 : 0;
    return (static_cast<key_type>(shift) << Bits) + static_cast<key_type>(v >> shift);
  }
  static constexpr key_type last_key = key(INT64_MAX);

  static constexpr std::int64_t lowest(key_type k) noexcept {
    const int shift = shift_of(k);
    return static_cast<std::int64_t>(k - (static_cast<key_type>(shift) << Bits)) << shift;
  }
  static constexpr std::int64_t highest(key_type k) noexcept {
    return lowest(k) + ((std::int64_t{1} << shift_of(k)) - 1);
  }
  /// At most 2^-(Bits + 1) of any value in the bucket away from it.
  static constexpr double middle(key_type k) noexcept {
    return static_cast<double>(lowest(k)) +
           static_cast<double>((std::int64_t{1} << shift_of(k)) - 1) / 2;
  }

 private:
  // The leading digit of a shifted value adds one to the part of the key above Bits.
  static constexpr int shift_of(key_type k) noexcept {
    const auto doublings = static_cast<int>(k >> Bits);
    return doublings > 1 ? doublings - 1 : 0;
  }
};

}  // namespace crmetrics::detail
