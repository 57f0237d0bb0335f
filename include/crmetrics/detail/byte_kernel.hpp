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
#ifdef __AVX2__
  using lanes = signed char __attribute__((vector_size(32)));
#else
  using lanes = signed char __attribute__((vector_size(16)));
#endif
  constexpr std::size_t width = sizeof(lanes);
  constexpr std::size_t longest_run = 127;  // a lane counts up from 0 and must not wrap

  byte_counts<sizeof...(Tests)> out;
  while (n >= width) {
    lanes run[sizeof...(Tests)] = {};
    const std::size_t steps = n / width < longest_run ? n / width : longest_run;
    const unsigned char* const end = p + steps * width;
    for (; p != end; p += width) {
      lanes x;
      __builtin_memcpy(&x, p, width);
      ((run[I] -= Tests::test(x)), ...);
    }
    const auto total = [](const lanes& v) {
      std::uint64_t sum = 0;
      for (std::size_t i = 0; i != width; ++i) sum += static_cast<std::uint64_t>(v[i]);
      return sum;
    };
    ((out.of[I] += total(run[I])), ...);
    n -= steps * width;
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
