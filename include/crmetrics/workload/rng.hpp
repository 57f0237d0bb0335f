#pragma once

#include <array>
#include <cstdint>

namespace crmetrics::workload::detail {

struct wide_product {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
};

// 64 x 64 -> 128 bits in 32-bit halves: no compiler has to know a 128-bit type.
constexpr wide_product multiply_wide(std::uint64_t a, std::uint64_t b) noexcept {
  constexpr std::uint64_t half = 0xffff'ffffU;
  const std::uint64_t low = (a & half) * (b & half);
  const std::uint64_t cross1 = (a >> 32) * (b & half) + (low >> 32);
  const std::uint64_t cross2 = (a & half) * (b >> 32) + (cross1 & half);
  return {(a >> 32) * (b >> 32) + (cross1 >> 32) + (cross2 >> 32), a * b};
}

constexpr std::uint64_t rotate_left(std::uint64_t x, int k) noexcept {
  return (x << k) | (x >> (64 - k));
}

}  // namespace crmetrics::workload::detail

namespace crmetrics::workload {

/// SplitMix64: one 64-bit word of state, every output a bijection of it. Used to spread a seed over
/// the state of `random_stream` and to derive independent streams.
///
/// Source: Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators", OOPSLA,
/// doi:10.1145/2660193.2660195.
class splitmix64 {
 public:
  constexpr explicit splitmix64(std::uint64_t seed) noexcept : state_(seed) {}

  constexpr std::uint64_t next() noexcept {
    state_ += 0x9e37'79b9'7f4a'7c15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58'476d'1ce4'e5b9U;
    z = (z ^ (z >> 27)) * 0x94d0'49bb'1331'11ebU;
    return z ^ (z >> 31);
  }

 private:
  std::uint64_t state_;
};

/// A stream of random numbers: xoshiro256** with integer samplers of our own, so that the numbers
/// are the same on every platform (the distributions of the standard library are not).
///
/// Period 2^256 - 1. Not for secrets. Cost: about a nanosecond a number.
/// Source: Blackman and Vigna 2021, "Scrambled linear pseudorandom number generators", ACM
/// Transactions on Mathematical Software 47(4), doi:10.1145/3460772.
class random_stream {
 public:
  /// The four words of state come from SplitMix64, as the authors advise.
  constexpr explicit random_stream(std::uint64_t seed) noexcept {
    splitmix64 spread(seed);
    for (std::uint64_t& word : state_) word = spread.next();
  }

  /// The raw state; not all four words may be zero. For conformance tests.
  constexpr explicit random_stream(const std::array<std::uint64_t, 4>& state) noexcept
      : state_(state) {}

  /// The next 64 bits.
  constexpr std::uint64_t next() noexcept {
    const std::uint64_t result = detail::rotate_left(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = detail::rotate_left(state_[3], 45);
    return result;
  }

  /// A whole number in [0, n), every one exactly as likely; 0 where n is 0.
  ///
  /// Multiplication with rejection. Source: Lemire 2019, "Fast random integer generation in an
  /// interval", ACM Transactions on Modeling and Computer Simulation 29(1), doi:10.1145/3230636.
  constexpr std::uint64_t below(std::uint64_t n) noexcept {
    detail::wide_product product = detail::multiply_wide(next(), n);
    if (product.low < n) {
      const std::uint64_t rejected = (std::uint64_t{0} - n) % n;  // 2^64 mod n
      while (product.low < rejected) product = detail::multiply_wide(next(), n);
    }
    return product.high;
  }

  /// A whole number in [first, last], both ends included; first <= last is the caller's duty.
  constexpr std::int64_t between(std::int64_t first, std::int64_t last) noexcept {
    const std::uint64_t steps =
        static_cast<std::uint64_t>(last) - static_cast<std::uint64_t>(first) + 1;
    const std::uint64_t step = steps == 0 ? next() : below(steps);
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(first) + step);
  }

  /// True with probability parts / of, exactly; the default reads parts per million.
  /// One number is drawn whatever the probability, and a higher one is true wherever a lower was.
  constexpr bool chance(std::uint64_t parts, std::uint64_t of = 1'000'000) noexcept {
    return below(of) < parts;
  }

  friend constexpr bool operator==(const random_stream&, const random_stream&) = default;

 private:
  std::array<std::uint64_t, 4> state_{};
};

/// The stream of one thing: `kind` says what sort of thing, `id` which one. For one seed and kind,
/// two ids never share a starting state; the records of one thing do not depend on how many
/// numbers another one drew.
constexpr random_stream stream_of(std::uint64_t seed, std::uint64_t kind,
                                  std::uint64_t id) noexcept {
  const std::uint64_t by_kind = splitmix64(seed).next() ^ kind;
  const std::uint64_t by_id = splitmix64(by_kind).next() ^ id;
  return random_stream(by_id);
}

}  // namespace crmetrics::workload
