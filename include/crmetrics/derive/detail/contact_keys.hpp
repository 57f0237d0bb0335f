#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/derive/detail/keys.hpp>
#include <crmetrics/derive/roles.hpp>

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <ranges>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace crmetrics::detail {

/// The bits that a whole key has in its own type: as many as are needed to pack it.
template <whole_key T>
constexpr std::uint64_t key_bits(T x) noexcept {
  if constexpr (std::is_enum_v<T>) {
    return key_bits(static_cast<std::underlying_type_t<T>>(x));
  } else {
    return static_cast<std::uint64_t>(static_cast<std::make_unsigned_t<T>>(x));
  }
}

/// One part of a key (customer or issue) as a number: a whole number is itself, anything else gets
/// a number in the order of first appearance, from 1; 0 stands for a missing one.
template <class Role, class Rows, bool MayMiss>
class key_part {
  using row_type = std::ranges::range_value_t<const Rows>;
  using read_type = std::remove_cvref_t<decltype(read_role(std::declval<const Role&>(),
                                                           std::declval<const row_type&>()))>;

 public:
  using value_type = role_value<Role, row_type>;
  // Where a missing one is a key like others, it needs a number that no value has.
  static constexpr bool is_whole = whole_key<value_type> && !(MayMiss && is_optional<read_type>);
  static_assert(whole_key<value_type> || text_key<value_type> || std::totally_ordered<value_type>,
                "crmetrics: a customer or an issue is a whole number, an enumerator, a text, or "
                "anything with an order");

  key_part(const Role& role, const Rows& rows, std::size_t n) : role_(role) {
    if constexpr (!is_whole) number(rows, n);
  }

  bool known(const Rows& rows, std::size_t row) const {
    return !is_unknown_key(
        read_role(role_, std::ranges::begin(rows)[static_cast<std::ptrdiff_t>(row)]));
  }
  std::uint64_t at(const Rows& rows, std::size_t row) const {
    if constexpr (is_whole) {
      return key_bits(
          held(read_role(role_, std::ranges::begin(rows)[static_cast<std::ptrdiff_t>(row)])));
    } else {
      return numbers_[row];
    }
  }
  /// How many bits hold every value, without a look at them.
  static constexpr unsigned type_bits() noexcept {
    if constexpr (is_whole) {
      return 8 * sizeof(value_type);
    } else {
      return 32;
    }
  }

 private:
  void number(const Rows& rows, std::size_t n) {
    other_numbers<value_type> numbers;
    numbers_.assign(n, 0);
    for (std::size_t row = 0; row != n; ++row) {
      const auto& r = std::ranges::begin(rows)[static_cast<std::ptrdiff_t>(row)];
      const auto& key = read_role(role_, r);
      if (is_missing(key)) continue;
      const key_number found = numbers.of(held(key));
      if (found == nobody) throw overflow("contacts: more than 2^32 - 2 keys");
      numbers_[row] = found + 1;
    }
  }

  Role role_;
  std::vector<key_number> numbers_;
};

template <class Rows, bool MayMiss>
class key_part<no_role, Rows, MayMiss> {
 public:
  key_part(no_role, const Rows&, std::size_t) {}
  static constexpr std::uint64_t at(const Rows&, std::size_t) noexcept { return 0; }
  static constexpr unsigned type_bits() noexcept { return 0; }
};

/// Customer and issue in 64 bits, without collisions.
template <class Fields, class Rows>
class contact_keys {
  using customer_part = key_part<decltype(Fields::customer), Rows, false>;
  using issue_part = key_part<decltype(Fields::issue), Rows, true>;

 public:
  contact_keys(const Fields& fields, const Rows& rows, std::size_t n)
      : customer_(fields.customer, rows, n), issue_(fields.issue, rows, n) {
    if constexpr (!fits_by_type) narrow(rows, n);
  }

  bool known(const Rows& rows, std::size_t row) const { return customer_.known(rows, row); }
  std::uint64_t customer(const Rows& rows, std::size_t row) const {
    return customer_.at(rows, row);
  }
  std::uint64_t at(const Rows& rows, std::size_t row) const {
    const std::uint64_t customer = customer_.at(rows, row);
    if constexpr (issue_part::type_bits() == 0) {
      return customer;
    } else if constexpr (fits_by_type) {
      return customer << issue_part::type_bits() | issue_.at(rows, row);
    } else {
      // Where issues take all 64 bits there is one customer, 0, and nothing to shift.
      return (customer - first_customer_) << issue_bits_ % 64 |
             (issue_.at(rows, row) - first_issue_);
    }
  }

 private:
  static constexpr bool fits_by_type = customer_part::type_bits() + issue_part::type_bits() <= 64;

  // Wide types rarely hold wide values: the range that occurs is what has to fit.
  void narrow(const Rows& rows, std::size_t n) {
    std::uint64_t last_customer = 0;
    std::uint64_t last_issue = 0;
    first_customer_ = UINT64_MAX;
    first_issue_ = UINT64_MAX;
    for (std::size_t row = 0; row != n; ++row) {
      if (!known(rows, row)) continue;
      const std::uint64_t customer = customer_.at(rows, row);
      const std::uint64_t issue = issue_.at(rows, row);
      first_customer_ = customer < first_customer_ ? customer : first_customer_;
      last_customer = customer > last_customer ? customer : last_customer;
      first_issue_ = issue < first_issue_ ? issue : first_issue_;
      last_issue = issue > last_issue ? issue : last_issue;
    }
    if (first_issue_ > last_issue) return;  // nobody is known
    issue_bits_ = static_cast<unsigned>(std::bit_width(last_issue - first_issue_));
    const auto customer_bits =
        static_cast<unsigned>(std::bit_width(last_customer - first_customer_));
    if (issue_bits_ + customer_bits > 64) {
      throw invalid_setting(
          "contacts: the numbers of customers and issues take more than 64 bits together (" +
          std::to_string(customer_bits) + " and " + std::to_string(issue_bits_) +
          "): give one of them as a text");
    }
  }

  customer_part customer_;
  issue_part issue_;
  std::uint64_t first_customer_ = 0;
  std::uint64_t first_issue_ = 0;
  unsigned issue_bits_ = 0;
};

}  // namespace crmetrics::detail
