#pragma once

#include <pybind11/pybind11.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace crmetrics::python {

namespace py = pybind11;

/// What the values of a column are, and how they lie in memory.
enum class kind : std::uint8_t {
  null,           ///< nothing but missing values
  bits,           ///< yes and no, one bit each
  bytes_as_bool,  ///< yes and no, one byte each
  i8,
  i16,
  i32,
  i64,
  u8,
  u16,
  u32,
  u64,
  f16,
  f32,
  f64,
  decimal,     ///< whole numbers of 4, 8, 16 bytes, each 10^-scale
  text,        ///< 32-bit offsets into bytes
  large_text,  ///< 64-bit offsets into bytes
  text_view,   ///< views of 16 bytes
  days,        ///< since 1970-01-01, 32 bits
  instants,    ///< since 1970-01-01 00:00, in `ticks` a second, 64 bits
  spans,       ///< in `ticks` a second, 64 bits
};

/// Part of a column that lies in one piece. Rows are counted from 0 within it.
struct chunk {
  std::int64_t rows = 0;
  const void* values = nullptr;            ///< at row 0; for `bits` see first_bit
  const std::uint8_t* validity = nullptr;  ///< one bit a row, nullptr where none is missing
  std::int64_t first_bit = 0;              ///< of row 0, in validity and in `bits`
  const char* text = nullptr;              ///< bytes of text and large_text
  const void* const* pieces = nullptr;     ///< of text_view
  /// With a dictionary, `values` are its row numbers, of this kind.
  kind index = kind::null;
  std::shared_ptr<const struct column> dictionary;
  std::shared_ptr<const void> owner;  ///< what keeps the memory

  bool valid(std::int64_t row) const {
    if (validity == nullptr) return true;
    const std::int64_t bit = first_bit + row;
    return ((validity[bit >> 3] >> (bit & 7)) & 1) != 0;
  }
  bool bit(std::int64_t row) const {
    const std::int64_t at = first_bit + row;
    return ((static_cast<const std::uint8_t*>(values)[at >> 3] >> (at & 7)) & 1) != 0;
  }
};

/// A column of Python data, without a copy where its memory can be used as it is.
struct column {
  std::string name;
  kind type = kind::null;
  std::int64_t ticks = 0;  ///< of instants and spans: how many make a second
  int scale = 0;           ///< of decimals
  int width = 0;           ///< of decimals, bytes
  std::string zone;        ///< of instants; empty: no zone, taken as UTC
  std::vector<chunk> chunks;
  std::int64_t rows = 0;

  /// What the type is called in messages.
  std::string type_text() const;
  bool is_text() const {
    return type == kind::text || type == kind::large_text || type == kind::text_view;
  }
  bool is_dictionary() const { return !chunks.empty() && chunks.front().dictionary != nullptr; }
};

/// @throws py::value_error naming both where the one has not as many rows as the other
void require_rows(const column& c, const column& other);

/// One text of a chunk of text.
inline std::string_view text_at(const column& c, const chunk& part, std::int64_t row) {
  switch (c.type) {
    case kind::text: {
      const auto* at = static_cast<const std::int32_t*>(part.values) + row;
      return {part.text + at[0], static_cast<std::size_t>(at[1] - at[0])};
    }
    case kind::large_text: {
      const auto* at = static_cast<const std::int64_t*>(part.values) + row;
      return {part.text + at[0], static_cast<std::size_t>(at[1] - at[0])};
    }
    default: {
      // 4 bytes of length, then the text itself up to 12 bytes, else 4 of it, piece and offset.
      const char* view = static_cast<const char*>(part.values) + 16 * row;
      std::int32_t length = 0;
      std::memcpy(&length, view, 4);
      if (length <= 12) return {view + 4, static_cast<std::size_t>(length)};
      std::int32_t piece = 0;
      std::int32_t offset = 0;
      std::memcpy(&piece, view + 8, 4);
      std::memcpy(&offset, view + 12, 4);
      return {static_cast<const char*>(part.pieces[piece]) + offset,
              static_cast<std::size_t>(length)};
    }
  }
}

/// A column from any object with `__arrow_c_stream__`, `__arrow_c_array__` or the buffer protocol,
/// or from a sequence of numbers, texts, dates, times and None. Needs the GIL.
/// @param name for messages
/// @throws py::type_error that names the column
column to_column(const py::object& data, const std::string& name);

/// Values of 64 bits that are instants or spans: a numpy array of datetime64 or timedelta64 that is
/// viewed as whole numbers, where the smallest number is missing.
column times_of(const py::buffer& data, const std::string& name, bool is_span, std::int64_t ticks,
                const std::string& zone);

/// A table as columns: the named ones out of anything that streams Arrow structs.
/// @throws py::key_error naming the columns that are not there
std::vector<column> to_columns(const py::object& table, const std::vector<std::string>& names);

}  // namespace crmetrics::python
