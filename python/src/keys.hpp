#pragma once

#include "column.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crmetrics::python {

/// A key in memory, to be fetched before it is read; nullptr where it is not in one place.
struct stored_key {
  const char* at = nullptr;
  std::size_t width = 0;  ///< bytes from one key to the next
};

/// Numbers for the keys of a column, from 1 on; 0 is a missing key. Whole numbers close together
/// are numbered by their value or by a table, others and texts by hash; dictionaries are looked up
/// once an entry. Not every number need have a row.
class key_numbers {
 public:
  /// @throws py::type_error for a column that holds no keys
  explicit key_numbers(const column& keys);

  /// Numbers of the rows [from, from + n) of a chunk.
  void read(std::size_t chunk, std::int64_t from, std::int64_t n, std::uint32_t* out);
  /// Where a row's key is stored, if it is a whole number.
  stored_key key_at(std::size_t chunk, std::int64_t row) const;
  /// How many numbers there are, 0 included.
  std::uint32_t size() const { return next_; }
  const column& keys() const { return *keys_; }

  /// The key of a number: one of them, by the type of the column.
  std::int64_t whole(std::uint32_t number) const;
  const std::string& text(std::uint32_t number) const { return texts_[number]; }

 private:
  std::uint32_t number_of(std::int64_t key);
  std::uint32_t number_of(std::string_view key);
  void read_dictionary(const chunk& part, std::int64_t from, std::int64_t n, std::uint32_t* out);

  const column* keys_;
  std::uint32_t next_ = 1;
  std::vector<std::int64_t> wholes_{0};
  std::vector<std::string> texts_{std::string()};
  bool dense_ = false;  ///< numbers are the keys themselves, less low_ - 1
  std::int64_t low_ = 0;
  std::vector<std::uint32_t> table_;  ///< of the whole numbers from low_ on
  boost::unordered_flat_map<std::int64_t, std::uint32_t> by_whole_;
  struct text_hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view s) const { return boost::hash<std::string_view>()(s); }
  };
  boost::unordered_flat_map<std::string, std::uint32_t, text_hash, std::equal_to<>> by_text_;
  // Of the dictionary that was read last.
  const column* dictionary_ = nullptr;
  std::vector<std::uint32_t> by_entry_;
};

/// Numbers for the keys of several columns together; 0 is a row where one of them is missing.
class composite_keys {
 public:
  explicit composite_keys(const std::vector<column>& columns);

  std::int64_t rows() const { return rows_; }
  /// Numbers of the rows [from, from + n) of the whole; `from` must go up from call to call.
  void read(std::int64_t from, std::int64_t n, std::uint32_t* out);
  /// Where the keys of the rows to be read next are stored, those of the first column.
  stored_key next_keys(std::int64_t from) const;
  /// Reads from the first row again; keys keep their numbers.
  void rewind();
  std::uint32_t size() const;
  std::size_t columns() const { return parts_.size(); }
  const key_numbers& part(std::size_t i) const { return parts_[i].numbers; }
  /// The number that the key of `number` has in a column.
  std::uint32_t in_part(std::uint32_t number, std::size_t i) const;
  /// Numbers but 0, ascending by key.
  std::vector<std::uint32_t> ordered() const;

 private:
  struct cursor {
    explicit cursor(const column& c) : numbers(c) {}
    key_numbers numbers;
    std::size_t chunk = 0;
    std::int64_t before = 0;  ///< rows in the chunks before
  };
  void read_part(cursor& at, std::int64_t from, std::int64_t n, std::uint32_t* out);

  std::vector<cursor> parts_;
  std::int64_t rows_ = 0;
  // Of several columns: pairs of the numbers so far and in the next column, a table a column.
  struct pairs {
    boost::unordered_flat_map<std::uint64_t, std::uint32_t> numbers;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> of{{0, 0}};
  };
  std::vector<pairs> pairs_;
};

/// Whether the values of a column are kept as whole numbers (else as texts).
bool has_whole_keys(const column& keys);

}  // namespace crmetrics::python
