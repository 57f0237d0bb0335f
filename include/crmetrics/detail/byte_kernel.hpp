#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

namespace crmetrics::detail {

/// How many bytes of a column are at or above each of K thresholds.
template <std::size_t K>
struct threshold_counts {
  std::uint64_t at_least[K] = {};
  bool any_above_127 =
      false;  ///< such bytes are counted at no threshold: read them again one by one
};

// A plain loop is vectorised by g++ at -O3 only; most users compile at -O2. Sixteen signed lanes
// with a compare and a subtraction each run at memory speed at -O2 on SSE2 and on NEON.
template <int... Thresholds, std::size_t... I>
threshold_counts<sizeof...(Thresholds)> count_at_least_impl(
    const unsigned char* p, std::size_t n, std::integer_sequence<int, Thresholds...>,
    std::index_sequence<I...>) {
  static_assert(((Thresholds > 0 && Thresholds <= 127) && ...));
  using lanes = signed char __attribute__((vector_size(16)));
  constexpr std::size_t width = sizeof(lanes);
  constexpr std::size_t longest_run = 127;  // a lane counts down from 0 and must not wrap

  threshold_counts<sizeof...(Thresholds)> out;
  lanes seen = {};
  while (n >= width) {
    lanes run[sizeof...(Thresholds)] = {};
    const std::size_t steps = n / width < longest_run ? n / width : longest_run;
    const unsigned char* const end = p + steps * width;
    for (; p != end; p += width) {
      lanes x;
      __builtin_memcpy(&x, p, width);
      seen |= x;
      // A comparison gives -1 in every lane where it holds.
      ((run[I] += (x > static_cast<signed char>(Thresholds - 1))), ...);
    }
    const auto total = [](const lanes& v) {
      std::uint64_t sum = 0;
      for (std::size_t i = 0; i != width; ++i) sum += static_cast<std::uint64_t>(-v[i]);
      return sum;
    };
    ((out.at_least[I] += total(run[I])), ...);
    n -= steps * width;
  }
  for (std::size_t i = 0; i != width; ++i) out.any_above_127 |= seen[i] < 0;
  for (; n != 0; ++p, --n) {
    if (*p > 127) {
      out.any_above_127 = true;
    } else {
      ((out.at_least[I] += *p >= Thresholds), ...);
    }
  }
  return out;
}

/// Counts the bytes of [p, p + n) that are at least each threshold (1 to 127), in one pass.
template <int... Thresholds>
threshold_counts<sizeof...(Thresholds)> count_at_least(const unsigned char* p, std::size_t n) {
  return count_at_least_impl(p, n, std::integer_sequence<int, Thresholds...>{},
                             std::make_index_sequence<sizeof...(Thresholds)>{});
}

/// Columns that the kernel can read in place: contiguous, one byte a value, no bool.
template <class Column>
concept byte_column = requires(const Column& c) {
  { c.size() };
  { *c.data() };
  requires sizeof(*c.data()) == 1;
  requires std::integral<std::remove_cvref_t<decltype(*c.data())>>;
  requires !std::same_as<std::remove_cvref_t<decltype(*c.data())>, bool>;
};

}  // namespace crmetrics::detail
