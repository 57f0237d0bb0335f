#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

namespace crmetrics::detail {

// Tests of one signed byte (true or false), or of each lane of a vector (-1 or 0). Bytes above 127
// are negative to them: equal to no point, and at least none.
template <int Point>
struct equal_to {
  static_assert(0 <= Point && Point <= 127);
  static constexpr auto test(const auto& x) { return x == static_cast<signed char>(Point); }
};
template <int Point>
struct at_least {
  static_assert(0 <= Point && Point <= 127);
  static constexpr auto test(const auto& x) { return x > static_cast<signed char>(Point - 1); }
};

/// Of the vectors that the processor computes with, as far as the compiler may know.
#ifdef __AVX2__
inline constexpr std::size_t vector_bytes = 32;
#else
inline constexpr std::size_t vector_bytes = 16;
#endif

/// How many bytes of a column pass each of K tests.
template <std::size_t K>
struct byte_counts {
  std::uint64_t of[K] = {};
};

// A plain loop is vectorised by g++ at -O3 only; most users compile at -O2. Signed lanes with a
// compare and a subtraction each run near memory speed at -O2 on SSE2 and on NEON.
template <class... Tests, std::size_t... I>
byte_counts<sizeof...(Tests)> count_bytes_impl(const unsigned char* p, std::size_t n,
                                               std::index_sequence<I...>) {
  using lanes = signed char __attribute__((vector_size(vector_bytes)));
  using wide_lanes = unsigned short __attribute__((vector_size(vector_bytes)));
  constexpr std::size_t step = 4 * sizeof(lanes);  // -O2 does not unroll
  // Lanes count up from 0 and must not wrap: those of 8 bits, and the sums of two in 16.
  constexpr std::size_t longest_run = 124 / 4;
  constexpr std::size_t most_runs = 65'535 / (2 * 124);

  byte_counts<sizeof...(Tests)> out;
  while (n >= step) {
    wide_lanes sums[sizeof...(Tests)] = {};
    for (std::size_t runs = 0; runs != most_runs && n >= step; ++runs) {
      lanes run[sizeof...(Tests)] = {};
      const std::size_t steps = n / step < longest_run ? n / step : longest_run;
      const auto count = [&](const unsigned char* at) {
        lanes x;
        __builtin_memcpy(&x, at, sizeof(lanes));
        ((run[I] -= Tests::test(x)), ...);
      };
      for (const unsigned char* const end = p + steps * step; p != end; p += step) {
        count(p);
        count(p + sizeof(lanes));
        count(p + 2 * sizeof(lanes));
        count(p + 3 * sizeof(lanes));
      }
      const auto in_pairs = [](const lanes& v) {
        const auto pairs = __builtin_bit_cast(wide_lanes, v);
        return (pairs & 0xff) + (pairs >> 8);
      };
      ((sums[I] += in_pairs(run[I])), ...);
      n -= steps * step;
    }
    const auto total = [](const wide_lanes& v) {
      std::uint64_t sum = 0;
      for (std::size_t i = 0; i != sizeof(lanes) / 2; ++i) sum += v[i];
      return sum;
    };
    ((out.of[I] += total(sums[I])), ...);
  }
  for (; n != 0; ++p, --n) ((out.of[I] += Tests::test(static_cast<signed char>(*p))), ...);
  return out;
}

/// Counts the bytes of [p, p + n) that pass each test, in one pass.
template <class... Tests>
byte_counts<sizeof...(Tests)> count_bytes(const unsigned char* p, std::size_t n) {
  return count_bytes_impl<Tests...>(p, n, std::index_sequence_for<Tests...>{});
}

}  // namespace crmetrics::detail
