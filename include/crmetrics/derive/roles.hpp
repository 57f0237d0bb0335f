#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/detail/callable.hpp>
#include <crmetrics/detail/input.hpp>
#include <crmetrics/time/instant.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

/// Who plays which role in the user's data. Field maps (`contact_fields`, `ledger_fields`,
/// `purchase_fields`) are aggregates with one member for each role:
///
///     contact_fields{.customer = &call::caller, .opened = &call::start}     own structs
///     contact_fields{.customer = std::span(callers), .opened = std::span(starts)}   columns
///
/// A role is played by a projection of a row (pointer to a member, function without state) or by a
/// column (random-access range, one element a row). In one map all are of one kind.
namespace crmetrics {

/// A role that nothing plays.
struct no_role {
  friend constexpr bool operator==(no_role, no_role) = default;
};

/// A role that a column plays: `role[row]` is its value.
template <class Role>
concept column_role =
    std::ranges::random_access_range<const Role> && std::ranges::sized_range<const Role> &&
    !std::convertible_to<const Role&, std::string_view>;

/// A role that something plays.
template <class Role>
concept played_role = !std::same_as<Role, no_role>;

/// A role that a projection plays: a pointer to a member, or a function of a row.
template <class Role>
concept projection_role = played_role<Role> && !column_role<Role>;

namespace detail {

/// What a role says of a row: for columns, a row is its number.
template <class Role, class Row>
constexpr decltype(auto) read_role(const Role& role, const Row& row) {
  if constexpr (column_role<Role>) {
    return std::ranges::begin(role)[static_cast<std::ptrdiff_t>(row)];
  } else {
    return call(role, row);
  }
}

/// The same for rows that a view may make on the fly: by reference where what it refers to stays.
template <class Role, class RowAt>
constexpr decltype(auto) read_role_of(const Role& role, const RowAt& row_at) {
  if constexpr (column_role<Role> || std::is_lvalue_reference_v<decltype(row_at())>) {
    return read_role(role, row_at());
  } else {
    const auto row = row_at();
    return std::remove_cvref_t<decltype(read_role(role, row))>(read_role(role, row));
  }
}

/// The type of what a role says, without `std::optional`.
template <class Role, class Row>
using role_value = std::remove_cvref_t<decltype(held(
    std::declval<const std::remove_cvref_t<decltype(read_role(std::declval<const Role&>(),
                                                              std::declval<const Row&>()))>&>()))>;

/// Collects the lengths of the columns of a field map; all must have as many rows.
class row_count {
 public:
  template <class Role>
  void look_at(std::string_view name, const Role& role) {
    if constexpr (column_role<Role>) {
      const auto rows = static_cast<std::size_t>(std::ranges::size(role));
      if (first_.empty()) {
        first_ = name;
        rows_ = rows;
      } else if (rows != rows_) {
        problems_.add({std::string(name), 0, std::to_string(rows) + " rows",
                       "the column of " + std::string(first_) + " has " + std::to_string(rows_)});
      }
    }
  }
  /// @throws bad_input naming each column of another length than the first
  std::size_t rows() const {
    problems_.throw_if_any();
    return rows_;
  }

 private:
  std::string_view first_;
  std::size_t rows_ = 0;
  problem_list problems_;
};

/// The numbers of rows, for field maps of columns.
inline auto row_numbers(std::size_t rows) { return std::views::iota(std::size_t{0}, rows); }

}  // namespace detail
}  // namespace crmetrics
