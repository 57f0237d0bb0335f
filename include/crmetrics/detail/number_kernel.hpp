#pragma once

#include <crmetrics/detail/byte_kernel.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

namespace crmetrics::detail {

// To the kernel of bytes the numbers 0 to 127 are themselves, and everything else is below 0.
inline constexpr signed char missing_byte = -128;
inline constexpr signed char other_byte = -1;

/// NaN, in a column of real numbers.
struct is_missing_byte {
  static constexpr auto test(const auto& x) { return x == missing_byte; }
};

template <class T>
constexpr signed char byte_of(T x) noexcept {
  if constexpr (std::floating_point<T>) {
    if (!(x >= 0 && x <= 127)) return x != x ? missing_byte : other_byte;
    const auto whole = static_cast<signed char>(x);
    return static_cast<T>(whole) == x ? whole : other_byte;
  } else {
    const auto bits = static_cast<std::uint64_t>(x);
    return bits <= 127 ? static_cast<signed char>(bits) : other_byte;
  }
}

// Lanes of one vector; g++ takes no attribute on a type that depends on another.
template <std::size_t Size>
struct lanes_of_size;
template <>
struct lanes_of_size<2> {
  using word = std::uint16_t;
  using type = word __attribute__((vector_size(vector_bytes)));
};
template <>
struct lanes_of_size<4> {
  using word = std::uint32_t;
  using type = word __attribute__((vector_size(vector_bytes)));
  using reals = float __attribute__((vector_size(vector_bytes)));
};
template <>
struct lanes_of_size<8> {
  using word = std::uint64_t;
  using type = word __attribute__((vector_size(vector_bytes)));
  using reals = double __attribute__((vector_size(vector_bytes)));
};

/// As many numbers as a vector has bytes to that vector, in an order of its own, for who counts
/// needs none.
template <class T>
class narrowing {
  using word = typename lanes_of_size<sizeof(T)>::word;
  using lanes = typename lanes_of_size<sizeof(T)>::type;

 public:
  // Where doubles are computed in more digits than they have, fractions would not show.
  static constexpr bool possible = !std::floating_point<T> || __FLT_EVAL_METHOD__ == 0;

  void add(const T* p, signed char* out) {
    const lanes bytes = [&]<std::size_t... I>(std::index_sequence<I...>) {  // -O2 does not unroll
      return (... | (byte_lanes(p + I * (vector_bytes / sizeof(T))) << static_cast<word>(8 * I)));
    }(std::make_index_sequence<sizeof(T)>());
    __builtin_memcpy(out, &bytes, vector_bytes);
  }
  /// Whether all numbers were whole and from 0 to 127, or missing; the bytes are of no use
  /// otherwise.
  bool all_known() const {
    word all = 0;
    for (std::size_t i = 0; i != vector_bytes / sizeof(T); ++i)
      all = static_cast<word>(all | seen_[i]);
    return all <= 127;
  }

 private:
  lanes byte_lanes(const T* p) {
    if constexpr (std::floating_point<T>) {
      using reals = typename lanes_of_size<sizeof(T)>::reals;
      // Up there the last bit is worth 1: what moves there and back was whole, and stands in it.
      constexpr T far = sizeof(T) == 8 ? static_cast<T>(0x1p52) : static_cast<T>(0x1p23);
      reals x;
      __builtin_memcpy(&x, p, vector_bytes);
      const reals moved = x + far;
      const reals origin = reals{} + far;
      const lanes is_missing = __builtin_bit_cast(lanes, x != x);
      const lanes number =
          (__builtin_bit_cast(lanes, moved) ^ __builtin_bit_cast(lanes, origin)) & ~is_missing;
      seen_ |= number | (__builtin_bit_cast(lanes, moved - far != x) & ~is_missing);
      return number | (is_missing & static_cast<unsigned char>(missing_byte));
    } else {
      lanes x;
      __builtin_memcpy(&x, p, vector_bytes);
      seen_ |= x;
      return x;
    }
  }

  lanes seen_{};
};

/// Counts the numbers of [p, p + n) that pass each test of bytes, in one pass at about the speed of
/// memory; see `byte_of` for what bytes they are.
template <class... Tests, class T>
byte_counts<sizeof...(Tests)> count_numbers(const T* p, std::size_t n) {
  constexpr std::size_t block = 1024;
  signed char bytes[block];
  byte_counts<sizeof...(Tests)> out;
  while (n != 0) {
    const std::size_t size = n < block ? n : block;
    std::size_t done = 0;
    if constexpr (narrowing<T>::possible) {
      narrowing<T> narrow;
      for (; done + vector_bytes <= size; done += vector_bytes) narrow.add(p + done, bytes + done);
      if (!narrow.all_known()) done = 0;
    }
    for (; done != size; ++done) bytes[done] = byte_of(p[done]);
    const auto here = count_bytes<Tests...>(reinterpret_cast<const unsigned char*>(bytes), size);
    for (std::size_t i = 0; i != sizeof...(Tests); ++i) out.of[i] += here.of[i];
    p += size;
    n -= size;
  }
  return out;
}

/// Columns that the kernel can read in place: contiguous numbers of at most 64 bits, no bool.
template <class Column>
concept number_column = requires(const Column& c) {
  { c.size() };
  { *c.data() };
  requires std::is_arithmetic_v<std::remove_cvref_t<decltype(*c.data())>>;
  requires sizeof(*c.data()) <= 8;
  requires !std::same_as<std::remove_cvref_t<decltype(*c.data())>, bool>;
};

/// The same for a column, whatever its numbers are. The last count is that of the missing.
template <class... Tests, number_column Column>
byte_counts<sizeof...(Tests) + 1> count_column(const Column& column) {
  using number = std::remove_cvref_t<decltype(*column.data())>;
  const number* const p = column.data();
  const auto n = static_cast<std::size_t>(column.size());
  byte_counts<sizeof...(Tests) + 1> out;
  const auto found = [&] {
    if constexpr (std::floating_point<number>) {
      return count_numbers<Tests..., is_missing_byte>(p, n);
    } else if constexpr (sizeof(number) == 1) {
      return count_bytes<Tests...>(reinterpret_cast<const unsigned char*>(p), n);
    } else {
      return count_numbers<Tests...>(p, n);
    }
  }();
  std::size_t i = 0;
  for (const auto count : found.of) out.of[i++] = count;
  return out;
}

}  // namespace crmetrics::detail
