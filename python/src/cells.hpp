#pragma once

#include "arrow_table.hpp"
#include "column.hpp"

#include <crmetrics/core/error.hpp>
#include <crmetrics/derive/detail/fact_iterator.hpp>
#include <crmetrics/time/instant.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Columns as the roles of `contact_fields`, `ledger_fields` and `purchase_fields`: views of one
/// element a row, over memory that lies where Python left it. What is of another type is first made
/// into a column that can be read so; there are four kinds of them.
namespace crmetrics::python {

/// The column itself; of real numbers, which are what whole ones become in pandas where some are
/// missing, the whole numbers. @throws bad_input naming each that is not whole
column as_keys(const column& c);
/// Each of them so.
std::vector<column> as_keys(const std::vector<column>& all);

/// Whole numbers of 32 or 64 bits in one piece: the column itself where it is that; texts, several
/// pieces and the like are numbered. Real numbers are taken where they are whole (what pandas makes
/// of them where some are missing). An empty text is missing.
/// @throws py::type_error naming a column that holds no keys, bad_input naming each real number
///         that is not whole
column as_whole_keys(const column& c);

/// The same without missing ones, which get a number that no other key has.
column as_issue_keys(const column& c);

/// What becomes of times that microseconds in 64 bits do not hold.
enum class too_far : std::uint8_t {
  is_missing,
  is_the_farthest  ///< they are as far away as 64 bits reach
};

/// Instants in microseconds since 1970 (UTC), in one piece; dates are their first instant.
/// @throws py::type_error naming a column of another type
column as_microseconds(const column& c, too_far far);

/// The same of times that must be there: missing ones are the farthest as well, so that reading
/// costs no look at whether one is.
column as_needed_microseconds(const column& c);

/// Whole minor units of 64 bits in one piece. Whole numbers are taken as they are; decimals are
/// multiplied by 10^places, real numbers must be whole: what does not fit is missing.
/// @throws py::type_error naming a column of another type; invalid_setting for places with a column
///         that has none
column as_minor_units(const column& c, int places);

/// Yes and no, a byte each.
/// @throws py::type_error naming a column of another type, bad_input naming each number but 1 and 0
column as_flags(const column& c);

/// A cell as messages show it; "missing" where nothing is there.
std::string shown_cell(const column& c, std::int64_t row);

/// The cells of these rows as a column of a table that is handed out.
void add_cells(arrow_table& to, const column& c, std::span<const std::uint32_t> rows);

/// Something with an element a row, as a range.
template <class Cells>
class cell_range {
 public:
  using iterator = crmetrics::detail::fact_iterator<Cells>;

  explicit cell_range(std::int64_t rows = 0) : rows_(static_cast<std::size_t>(rows)) {}
  iterator begin() const { return {static_cast<const Cells&>(*this), 0}; }
  iterator end() const { return {static_cast<const Cells&>(*this), rows_}; }
  std::size_t size() const { return rows_; }

 private:
  std::size_t rows_;
};

/// Where a column in one piece lies.
class cell_memory {
 public:
  cell_memory() = default;
  explicit cell_memory(const column& c) {
    if (c.chunks.empty()) return;
    const chunk& part = c.chunks.front();
    values_ = part.values;
    validity_ = part.validity;
    first_bit_ = part.first_bit;
    narrow_ = c.type == kind::i32;
  }
  bool there(std::size_t row) const {
    if (validity_ == nullptr) return true;
    const std::int64_t bit = first_bit_ + static_cast<std::int64_t>(row);
    return ((validity_[bit >> 3] >> (bit & 7)) & 1) != 0;
  }
  std::int64_t wide(std::size_t row) const {
    return static_cast<const std::int64_t*>(values_)[row];
  }
  std::int64_t whole(std::size_t row) const {
    return narrow_ ? std::int64_t{static_cast<const std::int32_t*>(values_)[row]} : wide(row);
  }
  bool flag(std::size_t row) const { return static_cast<const std::uint8_t*>(values_)[row] != 0; }

 private:
  const void* values_ = nullptr;
  const std::uint8_t* validity_ = nullptr;
  std::int64_t first_bit_ = 0;
  bool narrow_ = false;
};

/// Of `as_whole_keys`.
class key_cells : public cell_range<key_cells> {
 public:
  using value_type = std::optional<std::int64_t>;
  explicit key_cells(const column& c) : cell_range(c.rows), memory_(c) {}
  value_type operator[](std::size_t row) const {
    return memory_.there(row) ? value_type(memory_.whole(row)) : std::nullopt;
  }

 private:
  cell_memory memory_;
};

/// Of `as_issue_keys`.
class issue_cells : public cell_range<issue_cells> {
 public:
  using value_type = std::int64_t;
  explicit issue_cells(const column& c) : cell_range(c.rows), memory_(c) {}
  value_type operator[](std::size_t row) const { return memory_.whole(row); }

 private:
  cell_memory memory_;
};

/// Of `as_needed_microseconds`.
class needed_time_cells : public cell_range<needed_time_cells> {
 public:
  using value_type = instant;
  explicit needed_time_cells(const column& c) : cell_range(c.rows), memory_(c) {}
  value_type operator[](std::size_t row) const { return {memory_.wide(row)}; }

 private:
  cell_memory memory_;
};

/// Of `as_microseconds`; without a column, rows of which none has a time.
class time_cells : public cell_range<time_cells> {
 public:
  using value_type = std::optional<instant>;
  explicit time_cells(const column& c) : cell_range(c.rows), memory_(c) {}
  explicit time_cells(std::int64_t rows) : cell_range(rows), none_(true) {}
  value_type operator[](std::size_t row) const {
    if (none_ || !memory_.there(row)) return std::nullopt;
    return instant{memory_.wide(row)};
  }

 private:
  cell_memory memory_;
  bool none_ = false;
};

/// Of `as_minor_units`.
class money_cells : public cell_range<money_cells> {
 public:
  using value_type = std::optional<std::int64_t>;
  explicit money_cells(const column& c) : cell_range(c.rows), memory_(c) {}
  value_type operator[](std::size_t row) const {
    return memory_.there(row) ? value_type(memory_.wide(row)) : std::nullopt;
  }

 private:
  cell_memory memory_;
};

/// Of `as_flags`, where none is missing.
class flag_cells : public cell_range<flag_cells> {
 public:
  using value_type = bool;
  explicit flag_cells(const column& c) : cell_range(c.rows), memory_(c) {}
  value_type operator[](std::size_t row) const { return memory_.flag(row); }

 private:
  cell_memory memory_;
};

/// Which column of the user plays which role; problems that name roles are told by columns.
class role_columns {
 public:
  /// @param unfit why a cell that is there could not be taken
  /// @param missing why one that is not there cannot be
  void add(std::string_view role, const column& c, std::string_view unfit = {},
           std::string_view missing = {}) {
    roles_.push_back({role, &c, unfit, missing});
  }
  /// @throws bad_input naming each column of another length than the first
  void require_equal_rows() const;
  /// @param made from the role's column, with fewer cells where one could not be taken
  /// @throws bad_input naming each of these
  void require_fit(std::string_view role, const column& made) const;
  /// @throws bad_input naming each cell that is missing
  static void require_all(const column& c, const char* reason);
  /// Calls f; what it refuses is named by column, with the cell as the user knows it.
  template <class F>
  auto named(const F& f) const {
    try {
      return f();
    } catch (const bad_input& e) {
      throw bad_input(named_problems(e.problems()));
    }
  }

 private:
  struct role {
    std::string_view name;
    const column* cells;
    std::string_view unfit;
    std::string_view missing;
  };
  problem_list named_problems(const problem_list& problems) const;

  std::vector<role> roles_;
};

}  // namespace crmetrics::python
