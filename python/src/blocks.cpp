#include "blocks.hpp"

#include <crmetrics/detail/input.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <type_traits>

namespace crmetrics::python {

double from_half(std::uint16_t h) {
  const int exponent = (h >> 10) & 31;
  const int fraction = h & 1023;
  const double size = exponent == 0    ? std::ldexp(fraction, -24)
                      : exponent == 31 ? (fraction == 0 ? std::numeric_limits<double>::infinity()
                                                        : std::numeric_limits<double>::quiet_NaN())
                                       : std::ldexp(fraction + 1024, exponent - 25);
  return (h & 0x8000) != 0 ? -size : size;
}

__int128 decimal_digits(const column& c, const chunk& part, std::int64_t row) {
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

namespace {

/// The nearest double of a decimal: exact division up to 2^53, else by way of its text.
double decimal_value(__int128 digits, int scale) {
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

/// Room for one block that had to be converted.
struct block_room {
  alignas(64) std::byte numbers[8 * block_rows];
  std::uint8_t valid[block_rows];
};

const std::uint8_t* read_validity(const chunk& part, std::int64_t from, std::int64_t n,
                                  block_room& room) {
  if (part.validity == nullptr) return nullptr;
  bool all = true;
  for (std::int64_t i = 0; i != n; ++i) {
    const bool valid = part.valid(from + i);
    room.valid[i] = valid ? there : absent;
    all = all && valid;
  }
  return all ? nullptr : room.valid;
}

/// Blocks of values that have to be converted: convert(row) gives them.
template <class T, class Convert>
void converted_blocks(const chunk& part, std::int64_t first_row, block_taker& to,
                      const Convert& convert) {
  static_assert(sizeof(T) <= 8);
  block_room room;
  auto* const out = reinterpret_cast<T*>(room.numbers);
  for (std::int64_t from = 0; from < part.rows; from += block_rows) {
    const std::int64_t n = (std::min)(block_rows, part.rows - from);
    for (std::int64_t i = 0; i != n; ++i) out[i] = convert(from + i);
    to.take(block<T>{
        {out, static_cast<std::size_t>(n)}, read_validity(part, from, n, room), first_row + from});
  }
}
/// Values that can be taken as they lie; a chunk at a time where none is missing.
template <class T>
void stored_blocks(const chunk& part, std::int64_t first_row, block_taker& to) {
  const auto* values = static_cast<const T*>(part.values);
  if (part.validity == nullptr) {
    if (part.rows != 0) {
      to.take(block<T>{{values, static_cast<std::size_t>(part.rows)}, nullptr, first_row});
    }
    return;
  }
  block_room room;
  for (std::int64_t from = 0; from < part.rows; from += block_rows) {
    const std::int64_t n = (std::min)(block_rows, part.rows - from);
    to.take(block<T>{{values + from, static_cast<std::size_t>(n)},
                     read_validity(part, from, n, room),
                     first_row + from});
  }
}

template <kernels K>
void number_blocks(const column& c, const chunk& part, std::int64_t first, block_taker& to) {
  using whole = std::conditional_t<K == kernels::real, double, std::int64_t>;
  const auto widened = [&]<class To, class From>(To, From) {
    const From* values = stored<From>(part);
    converted_blocks<To>(part, first, to,
                         [values](std::int64_t i) { return static_cast<To>(values[i]); });
  };
  const auto small = [&]<class From>(From) {
    if constexpr (K == kernels::all) {
      stored_blocks<From>(part, first, to);
    } else {
      widened(whole{}, From{});
    }
  };
  const auto large = [&]<class From>(From) {
    if constexpr (K == kernels::real) {
      widened(double{}, From{});
    } else {
      stored_blocks<From>(part, first, to);
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
      return stored_blocks<double>(part, first, to);
    case kind::f32:
      return widened(double{}, float{});
    case kind::f16: {
      const auto* values = stored<std::uint16_t>(part);
      return converted_blocks<double>(part, first, to,
                                      [values](std::int64_t i) { return from_half(values[i]); });
    }
    case kind::decimal:
      return converted_blocks<double>(part, first, to, [&](std::int64_t i) {
        return decimal_value(decimal_digits(c, part, i), c.scale);
      });
    case kind::null: {
      static constexpr std::uint8_t none[block_rows] = {};
      static constexpr double zero[block_rows] = {};
      for (std::int64_t from = 0; from < part.rows; from += block_rows) {
        const auto n = static_cast<std::size_t>((std::min)(block_rows, part.rows - from));
        to.take(block<double>{{zero, n}, none, first + from});
      }
      return;
    }
    default:
      break;
  }
}

/// Makes yes and no of numbers.
class yes_no_of_numbers final : public block_taker {
 public:
  explicit yes_no_of_numbers(block_taker& to) : to_(&to) {}
  void take(const block<double>& numbers) override {
    for (std::size_t done = 0; done != numbers.values.size();) {
      const std::size_t n =
          (std::min)(numbers.values.size() - done, static_cast<std::size_t>(block_rows));
      const double* given = numbers.values.data() + done;
      bool flags[block_rows];
      std::uint8_t valid[block_rows];
      bool all = true;
      for (std::size_t i = 0; i != n; ++i) {
        const double x = given[i];
        const bool missing = (numbers.valid != nullptr && numbers.valid[done + i] != there) ||
                             crmetrics::detail::is_missing(x);
        flags[i] = x == 1;
        valid[i] = missing ? absent : x == 0 || x == 1 ? there : bad;
        all = all && valid[i] == there;
      }
      to_->take(block<bool>{{flags, n},
                            all ? nullptr : valid,
                            numbers.first_row + static_cast<std::int64_t>(done),
                            given});
      done += n;
    }
  }
  // Kernels for reals give nothing else.
  void take(const block<bool>&) override {}
  void take(const block<std::int8_t>&) override {}
  void take(const block<std::uint8_t>&) override {}
  void take(const block<std::int32_t>&) override {}
  void take(const block<std::int64_t>&) override {}
  void take(const block<std::uint64_t>&) override {}
  void take(const block<time_span>&) override {}

 private:
  block_taker* to_;
};

}  // namespace

void number_reader::read(const column& c, const chunk& part, std::int64_t first, kernels k,
                         problem_list&, block_taker& to) {
  switch (k) {
    case kernels::real:
      return number_blocks<kernels::real>(c, part, first, to);
    case kernels::wide:
      return number_blocks<kernels::wide>(c, part, first, to);
    case kernels::all:
      return number_blocks<kernels::all>(c, part, first, to);
  }
}

void yes_no_reader::read(const column& c, const chunk& part, std::int64_t first, kernels,
                         problem_list&, block_taker& to) {
  if (c.type == kind::bits) {
    converted_blocks<bool>(part, first, to, [&](std::int64_t i) { return part.bit(i); });
  } else if (c.type == kind::bytes_as_bool) {
    const auto* values = stored<std::uint8_t>(part);
    converted_blocks<bool>(part, first, to, [values](std::int64_t i) { return values[i] != 0; });
  } else {
    yes_no_of_numbers numbers(to);
    number_blocks<kernels::real>(c, part, first, numbers);
  }
}

void span_reader::read(const column& c, const chunk& part, std::int64_t first, kernels k,
                       problem_list& problems, block_taker& to) {
  if (c.type != kind::spans) return number_reader::read(c, part, first, k, problems, to);
  const auto* values = stored<std::int64_t>(part);
  const std::int64_t ticks = c.ticks;
  converted_blocks<time_span>(part, first, to, [&](std::int64_t i) {
    time_span span;
    if (ticks > 1'000'000) {  // parts of a microsecond are cut off
      span.microseconds = values[i] / (ticks / 1'000'000);
    } else if (__builtin_mul_overflow(values[i], 1'000'000 / ticks, &span.microseconds) &&
               part.valid(i)) {
      problems.add({c.name, static_cast<std::uint64_t>(first + i) + 1, std::to_string(values[i]),
                    "more than 292,000 years"});
      span.microseconds = 0;  // nothing is taken where there are problems
    }
    return span;
  });
}

std::optional<double> real_of(const number& x) {
  return std::visit(
      [](auto v) -> std::optional<double> {
        if constexpr (std::same_as<decltype(v), std::monostate>) {
          return std::nullopt;
        } else {
          return static_cast<double>(v);
        }
      },
      x);
}

std::optional<std::int64_t> whole_of(const number& x) {
  return std::visit(
      [](auto v) -> std::optional<std::int64_t> {
        std::int64_t whole = 0;
        if constexpr (!std::same_as<decltype(v), std::monostate>) {
          if (crmetrics::detail::read_whole(v, INT64_MIN, INT64_MAX, whole)) return whole;
        }
        return std::nullopt;
      },
      x);
}

std::string text_of(const number& x) {
  return std::visit(
      [](auto v) -> std::string {
        if constexpr (std::same_as<decltype(v), std::monostate>) {
          return "missing";
        } else {
          return crmetrics::detail::text_of(v);
        }
      },
      x);
}

number_rows::number_rows(const column& c) : column_(&c) {
  if (!number_reader::takes(c) || c.is_dictionary()) {
    throw py::type_error("column \"" + c.name + "\": numbers are needed, not " +
                         (c.is_dictionary() ? "a dictionary" : c.type_text()));
  }
}

number number_rows::at(std::int64_t row) {
  while (row >= before_ + column_->chunks[chunk_].rows) before_ += column_->chunks[chunk_++].rows;
  const chunk& part = column_->chunks[chunk_];
  const std::int64_t i = row - before_;
  const auto real = [](double x) -> number {
    if (crmetrics::detail::is_missing(x)) return {};
    return x;
  };
  if (!part.valid(i)) return {};
  switch (column_->type) {
    case kind::i8:
      return std::int64_t{stored<std::int8_t>(part)[i]};
    case kind::i16:
      return std::int64_t{stored<std::int16_t>(part)[i]};
    case kind::i32:
      return std::int64_t{stored<std::int32_t>(part)[i]};
    case kind::i64:
      return stored<std::int64_t>(part)[i];
    case kind::u8:
      return std::int64_t{stored<std::uint8_t>(part)[i]};
    case kind::u16:
      return std::int64_t{stored<std::uint16_t>(part)[i]};
    case kind::u32:
      return std::int64_t{stored<std::uint32_t>(part)[i]};
    case kind::u64:
      return stored<std::uint64_t>(part)[i];
    case kind::f16:
      return real(from_half(stored<std::uint16_t>(part)[i]));
    case kind::f32:
      return real(static_cast<double>(stored<float>(part)[i]));
    case kind::f64:
      return real(stored<double>(part)[i]);
    case kind::decimal:
      return real(decimal_value(decimal_digits(*column_, part, i), column_->scale));
    default:
      return {};
  }
}

}  // namespace crmetrics::python
