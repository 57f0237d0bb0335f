#pragma once

#include "column.hpp"

#include <crmetrics/core/error.hpp>
#include <crmetrics/core/time_span.hpp>
#include <crmetrics/detail/input.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <type_traits>
#include <utility>

/// Columns as blocks of typed values, small enough to stay in the first-level cache: what has the
/// right type already is given as it lies, in one piece.
namespace crmetrics::python {

inline constexpr std::int64_t block_rows = 2048;

/// Half precision as a double.
inline double from_half(std::uint16_t h) {
  const int exponent = (h >> 10) & 31;
  const int fraction = h & 1023;
  const double size = exponent == 0    ? std::ldexp(fraction, -24)
                      : exponent == 31 ? (fraction == 0 ? std::numeric_limits<double>::infinity()
                                                        : std::numeric_limits<double>::quiet_NaN())
                                       : std::ldexp(fraction + 1024, exponent - 25);
  return (h & 0x8000) != 0 ? -size : size;
}

/// A decimal's whole number. Least significant byte first.
inline __int128 decimal_digits(const column& c, const chunk& part, std::int64_t row) {
  const char* at = static_cast<const char*>(part.values) + row * c.width;
  if (c.width == 4) {
    std::int32_t x = 0;
    std::memcpy(&x, at, 4);
    return x;
  }
  if (c.width == 8) {
    std::int64_t x = 0;
    std::memcpy(&x, at, 8);
    return x;
  }
  __int128 x = 0;
  std::memcpy(&x, at, 16);
  return x;
}

/// The nearest double of a decimal: exact division up to 2^53, else by way of its text.
inline double decimal_value(__int128 digits, int scale) {
  static constexpr double powers[] = {1,    1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                      1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                      1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  constexpr __int128 exact = static_cast<__int128>(1) << 53;
  if (digits <= exact && digits >= -exact && scale >= 0 && scale <= 22) {
    return static_cast<double>(digits) / powers[scale];
  }
  std::string text;
  unsigned __int128 rest = digits < 0 ? 0 - static_cast<unsigned __int128>(digits)
                                      : static_cast<unsigned __int128>(digits);
  while (rest != 0) {
    text.insert(text.begin(), static_cast<char>('0' + static_cast<int>(rest % 10)));
    rest /= 10;
  }
  text = (digits < 0 ? "-" : "") + text + "e" + std::to_string(-scale);
  return std::strtod(text.c_str(), nullptr);
}

/// Values of one block: all rows, or with `valid` those where it is not 0.
template <class T>
struct block {
  std::span<const T> values;
  const std::uint8_t* valid = nullptr;  ///< a byte a row; nullptr where none is missing
  std::int64_t first_row = 0;           ///< of the column
};

/// Room for one block that had to be converted.
struct block_room {
  alignas(64) std::int64_t numbers[block_rows];
  std::uint8_t valid[block_rows];
};

inline const std::uint8_t* read_validity(const chunk& part, std::int64_t from, std::int64_t n,
                                         block_room& room) {
  if (part.validity == nullptr) return nullptr;
  bool all = true;
  for (std::int64_t i = 0; i != n; ++i) {
    const bool valid = part.valid(from + i);
    room.valid[i] = valid ? 1 : 0;
    all = all && valid;
  }
  return all ? nullptr : room.valid;
}

/// Calls take(block<T>) for each block, in order, where T is one of `Kept`... or the one the others
/// become. Kept types without missing values are given a chunk at a time.
template <class T, class Stored, class Convert, class Take>
void converted_blocks(const chunk& part, std::int64_t first_row, const Convert& convert,
                      const Take& take) {
  static_assert(sizeof(T) <= sizeof(std::int64_t));
  block_room room;
  auto* const out = reinterpret_cast<T*>(room.numbers);
  for (std::int64_t from = 0; from < part.rows; from += block_rows) {
    const std::int64_t n = (std::min)(block_rows, part.rows - from);
    for (std::int64_t i = 0; i != n; ++i) out[i] = convert(from + i);
    take(block<T>{
        {out, static_cast<std::size_t>(n)}, read_validity(part, from, n, room), first_row + from});
  }
}
template <class T, class Take>
void stored_blocks(const chunk& part, std::int64_t first_row, const Take& take) {
  const auto* values = static_cast<const T*>(part.values);
  if (part.validity == nullptr) {
    if (part.rows != 0) {
      take(block<T>{{values, static_cast<std::size_t>(part.rows)}, nullptr, first_row});
    }
    return;
  }
  block_room room;
  for (std::int64_t from = 0; from < part.rows; from += block_rows) {
    const std::int64_t n = (std::min)(block_rows, part.rows - from);
    take(block<T>{{values + from, static_cast<std::size_t>(n)},
                  read_validity(part, from, n, room),
                  first_row + from});
  }
}

template <class T>
const T* stored(const chunk& part) {
  return static_cast<const T*>(part.values);
}

/// Which types have loops of their own, for each of which a metric is compiled once more.
enum class kernels : std::uint8_t {
  real,  ///< doubles, which the others become: enough for scale points
  wide,  ///< 64 bits, whole and real
  all    ///< bytes and 32 bits as well
};

/// Blocks of a chunk of numbers: std::int8_t, std::uint8_t, std::int32_t, std::int64_t,
/// std::uint64_t or double.
template <kernels K, class Take>
void number_blocks(const column& c, const chunk& part, std::int64_t first_row, const Take& take) {
  using whole = std::conditional_t<K == kernels::real, double, std::int64_t>;
  const auto widened = [&]<class To, class From>(To, From) {
    const From* values = stored<From>(part);
    converted_blocks<To, From>(
        part, first_row, [values](std::int64_t i) { return static_cast<To>(values[i]); }, take);
  };
  const auto small = [&]<class From>(From) {
    if constexpr (K == kernels::all) {
      stored_blocks<From>(part, first_row, take);
    } else {
      widened(whole{}, From{});
    }
  };
  const auto large = [&]<class From>(From) {
    if constexpr (K == kernels::real) {
      widened(double{}, From{});
    } else {
      stored_blocks<From>(part, first_row, take);
    }
  };
  switch (c.type) {
    case kind::i8:
      return small(std::int8_t{});
    case kind::u8:
      return small(std::uint8_t{});
    case kind::i32:
      return small(std::int32_t{});
    case kind::i16:
      return widened(whole{}, std::int16_t{});
    case kind::u16:
      return widened(whole{}, std::uint16_t{});
    case kind::u32:
      return widened(whole{}, std::uint32_t{});
    case kind::i64:
      return large(std::int64_t{});
    case kind::u64:
      return large(std::uint64_t{});
    case kind::f64:
      return stored_blocks<double>(part, first_row, take);
    case kind::f32:
      return widened(double{}, float{});
    case kind::f16: {
      const auto* values = stored<std::uint16_t>(part);
      return converted_blocks<double, std::uint16_t>(
          part, first_row, [values](std::int64_t i) { return from_half(values[i]); }, take);
    }
    case kind::decimal:
      return converted_blocks<double, double>(
          part, first_row,
          [&](std::int64_t i) { return decimal_value(decimal_digits(c, part, i), c.scale); }, take);
    case kind::null: {
      static constexpr std::uint8_t none[block_rows] = {};
      static constexpr double zero[block_rows] = {};
      for (std::int64_t from = 0; from < part.rows; from += block_rows) {
        const auto n = static_cast<std::size_t>((std::min)(block_rows, part.rows - from));
        take(block<double>{{zero, n}, none, first_row + from});
      }
      return;
    }
    default:
      break;
  }
}

/// How a metric reads a column; each has `takes` and `each_block`.
struct number_reader {
  static constexpr const char* wanted = "numbers";
  static bool takes(const column& c) {
    return (c.type >= kind::i8 && c.type <= kind::decimal) || c.type == kind::null;
  }
  template <kernels K, class Take>
  static void each_block(const column& c, const chunk& part, std::int64_t first, const Take& take) {
    number_blocks<K>(c, part, first, take);
  }
};

/// Yes and no; also the numbers 1 and 0.
struct yes_no_reader {
  static constexpr const char* wanted = "yes and no (boolean, or 1 and 0)";
  static bool takes(const column& c) {
    return c.type == kind::bits || c.type == kind::bytes_as_bool || number_reader::takes(c);
  }
  template <kernels, class Take>
  static void each_block(const column& c, const chunk& part, std::int64_t first, const Take& take) {
    if (c.type == kind::bits) {
      converted_blocks<bool, bool>(part, first, [&](std::int64_t i) { return part.bit(i); }, take);
    } else if (c.type == kind::bytes_as_bool) {
      const auto* values = stored<std::uint8_t>(part);
      converted_blocks<bool, bool>(
          part, first, [values](std::int64_t i) { return values[i] != 0; }, take);
    } else {
      problem_list problems;
      number_blocks<kernels::real>(c, part, first, [&](const auto& numbers) {
        for (std::size_t done = 0; done != numbers.values.size();) {
          const std::size_t n =
              (std::min)(numbers.values.size() - done, static_cast<std::size_t>(block_rows));
          bool flags[block_rows];
          std::uint8_t valid[block_rows];
          bool all = true;
          for (std::size_t i = 0; i != n; ++i) {
            const auto x = numbers.values[done + i];
            const bool missing = (numbers.valid != nullptr && numbers.valid[done + i] == 0) ||
                                 crmetrics::detail::is_missing(x);
            if (!missing && x != 0 && x != 1) {
              problems.add({c.name, static_cast<std::uint64_t>(numbers.first_row) + done + i + 1,
                            crmetrics::detail::shown(static_cast<double>(x)),
                            "must be 1 (yes) or 0 (no)"});
            }
            flags[i] = !missing && x != 0;
            valid[i] = missing ? 0 : 1;
            all = all && !missing;
          }
          take(block<bool>{{flags, n},
                           all ? nullptr : valid,
                           numbers.first_row + static_cast<std::int64_t>(done)});
          done += n;
        }
      });
      problems.throw_if_any();
    }
  }
};

/// Lengths of time: durations, or numbers of seconds.
struct span_reader {
  static constexpr const char* wanted = "durations, or numbers of seconds";
  static bool takes(const column& c) { return c.type == kind::spans || number_reader::takes(c); }
  template <kernels K, class Take>
  static void each_block(const column& c, const chunk& part, std::int64_t first, const Take& take) {
    if (c.type != kind::spans) return number_blocks<K>(c, part, first, take);
    const auto* values = stored<std::int64_t>(part);
    const std::int64_t ticks = c.ticks;
    problem_list problems;
    converted_blocks<time_span, std::int64_t>(
        part, first,
        [&](std::int64_t i) {
          time_span span;
          if (ticks > 1'000'000) {  // parts of a microsecond are cut off
            span.microseconds = values[i] / (ticks / 1'000'000);
          } else if (__builtin_mul_overflow(values[i], 1'000'000 / ticks, &span.microseconds) &&
                     part.valid(i)) {
            problems.add({c.name, static_cast<std::uint64_t>(first + i) + 1,
                          std::to_string(values[i]), "more than 292,000 years"});
          }
          return span;
        },
        take);
    problems.throw_if_any();
  }
};

}  // namespace crmetrics::python
