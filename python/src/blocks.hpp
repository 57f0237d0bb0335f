#pragma once

#include "column.hpp"

#include <crmetrics/core/error.hpp>
#include <crmetrics/core/time_span.hpp>

#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>

/// Columns as blocks of typed values, small enough to stay in the first-level cache: what has the
/// right type already is given as it lies, in one piece.
namespace crmetrics::python {

inline constexpr std::int64_t block_rows = 2048;

/// Values of one block: all rows, or with `valid` those where it is `there`.
template <class T>
struct block {
  std::span<const T> values;
  const std::uint8_t* valid = nullptr;  ///< a byte a row; nullptr where all rows are there
  std::int64_t first_row = 0;           ///< of the column
  const double* given = nullptr;        ///< of yes and no that came as numbers
};
/// What `valid` says of a row. Bad ones are neither yes nor no, nor missing.
inline constexpr std::uint8_t absent = 0;
inline constexpr std::uint8_t there = 1;
inline constexpr std::uint8_t bad = 2;

/// The values of a chunk as they lie.
template <class T>
const T* stored(const chunk& part) {
  return static_cast<const T*>(part.values);
}
/// Calls f with a number of the type in which whole numbers of this kind are stored; times, spans
/// and all else are of 64 bits.
template <class F>
decltype(auto) with_stored(kind k, const F& f) {
  switch (k) {
    case kind::i8:
      return f(std::int8_t{});
    case kind::i16:
      return f(std::int16_t{});
    case kind::i32:
    case kind::days:
      return f(std::int32_t{});
    case kind::u8:
    case kind::bytes_as_bool:
      return f(std::uint8_t{});
    case kind::u16:
      return f(std::uint16_t{});
    case kind::u32:
      return f(std::uint32_t{});
    case kind::u64:
      return f(std::uint64_t{});
    default:
      return f(std::int64_t{});
  }
}
/// Half precision as a double.
double from_half(std::uint16_t h);
/// A decimal's whole number. Least significant byte first.
__int128 decimal_digits(const column& c, const chunk& part, std::int64_t row);

/// Which types have loops of their own, for each of which a metric is compiled once more; the
/// others become one of them.
enum class kernels : std::uint8_t {
  real,  ///< doubles: enough for scale points
  wide,  ///< 64 bits, whole and real
  all    ///< bytes and 32 bits as well
};

/// Is called with each block of a column, in order. Readers are compiled once for all metrics, and
/// this is what they know of them.
class block_taker {
 public:
  block_taker() = default;
  block_taker(const block_taker&) = delete;
  block_taker& operator=(const block_taker&) = delete;
  virtual ~block_taker() = default;
  virtual void take(const block<bool>& rows) = 0;
  virtual void take(const block<std::int8_t>& rows) = 0;
  virtual void take(const block<std::uint8_t>& rows) = 0;
  virtual void take(const block<std::int32_t>& rows) = 0;
  virtual void take(const block<std::int64_t>& rows) = 0;
  virtual void take(const block<std::uint64_t>& rows) = 0;
  virtual void take(const block<double>& rows) = 0;
  virtual void take(const block<time_span>& rows) = 0;
};

/// How a metric reads a column. `read` calls `to` with the blocks of a chunk, whose first row is
/// row `first` of the column; what it refuses itself goes to `problems`. `gives` says which types
/// the blocks may have.
struct number_reader {
  static constexpr const char* wanted = "numbers";
  static bool takes(const column& c) {
    return (c.type >= kind::i8 && c.type <= kind::decimal) || c.type == kind::null;
  }
  template <class T>
  static constexpr bool gives(kernels k) {
    if (std::same_as<T, double>) return true;
    if (std::same_as<T, std::int64_t> || std::same_as<T, std::uint64_t>) return k != kernels::real;
    return k == kernels::all && (std::same_as<T, std::int8_t> || std::same_as<T, std::uint8_t> ||
                                 std::same_as<T, std::int32_t>);
  }
  static void read(const column& c, const chunk& part, std::int64_t first, kernels k,
                   problem_list& problems, block_taker& to);
};

/// Yes and no; also the numbers 1 and 0. Other numbers are bad rows.
struct yes_no_reader {
  static constexpr const char* wanted = "yes and no (boolean, or 1 and 0)";
  static bool takes(const column& c) {
    return c.type == kind::bits || c.type == kind::bytes_as_bool || number_reader::takes(c);
  }
  template <class T>
  static constexpr bool gives(kernels) {
    return std::same_as<T, bool>;
  }
  static void read(const column& c, const chunk& part, std::int64_t first, kernels k,
                   problem_list& problems, block_taker& to);
};

/// Lengths of time: durations, or numbers of seconds.
struct span_reader {
  static constexpr const char* wanted = "durations, or numbers of seconds";
  static bool takes(const column& c) { return c.type == kind::spans || number_reader::takes(c); }
  template <class T>
  static constexpr bool gives(kernels k) {
    return std::same_as<T, time_span> || number_reader::gives<T>(k);
  }
  static void read(const column& c, const chunk& part, std::int64_t first, kernels k,
                   problem_list& problems, block_taker& to);
};

namespace detail {

template <class Reader, kernels K, class Take>
class taker_of final : public block_taker {
 public:
  explicit taker_of(const Take& take) : take_(&take) {}
  void take(const block<bool>& rows) override { give(rows); }
  void take(const block<std::int8_t>& rows) override { give(rows); }
  void take(const block<std::uint8_t>& rows) override { give(rows); }
  void take(const block<std::int32_t>& rows) override { give(rows); }
  void take(const block<std::int64_t>& rows) override { give(rows); }
  void take(const block<std::uint64_t>& rows) override { give(rows); }
  void take(const block<double>& rows) override { give(rows); }
  void take(const block<time_span>& rows) override { give(rows); }

 private:
  template <class T>
  void give(const block<T>& rows) {
    if constexpr (Reader::template gives<T>(K)) (*take_)(rows);
  }
  const Take* take_;
};

}  // namespace detail

/// Calls take(block<T>) for each block of a column.
template <class Reader, kernels K, class Take>
void each_block(const column& c, problem_list& problems, const Take& take) {
  detail::taker_of<Reader, K, Take> to(take);
  std::int64_t first = 0;
  for (const chunk& part : c.chunks) {
    Reader::read(c, part, first, K, problems, to);
    first += part.rows;
  }
}

/// One number, whole where it is stored so; nothing where it is missing.
using number = std::variant<std::monostate, std::int64_t, std::uint64_t, double>;
/// As a double; none where it is missing.
std::optional<double> real_of(const number& x);
/// As a whole number of 64 bits; none where it is none, or missing.
std::optional<std::int64_t> whole_of(const number& x);
std::string text_of(const number& x);

/// Single numbers out of a column, for metrics that read several side by side.
class number_rows {
 public:
  /// @throws py::type_error that names the column, where it has no numbers
  explicit number_rows(const column& c);
  /// Rows must be asked for in ascending order.
  number at(std::int64_t row);
  const std::string& name() const { return column_->name; }

 private:
  const column* column_;
  std::size_t chunk_ = 0;
  std::int64_t before_ = 0;  ///< rows in the chunks before
};

}  // namespace crmetrics::python
