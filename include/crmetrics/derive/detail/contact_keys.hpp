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

/// A whole key as a number without a sign that orders like it, so that keys that lie close together
/// have numbers that do.
template <whole_key T>
constexpr std::uint64_t ordered_bits(T x) noexcept {
  if constexpr (std::is_enum_v<T>) {
    return ordered_bits(static_cast<std::underlying_type_t<T>>(x));
  } else if constexpr (std::is_signed_v<T>) {
    return static_cast<std::uint64_t>(x) ^ (std::uint64_t{1} << 63U);
  } else {
    return x;
  }
}

/// One part of a key (customer or issue) as a number: a whole number is itself, anything else gets
/// a number in the order of first appearance, from 1; 0 stands for a missing one and an empty text.
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
      return ordered_bits(
          held(read_role(role_, std::ranges::begin(rows)[static_cast<std::ptrdiff_t>(row)])));
    } else {
      return numbers_[row];
    }
  }

 private:
  void number(const Rows& rows, std::size_t n) {
    other_numbers<value_type> numbers;
    numbers_.assign(n, 0);
    for (std::size_t row = 0; row != n; ++row) {
      const auto& r = std::ranges::begin(rows)[static_cast<std::ptrdiff_t>(row)];
      const auto& key = read_role(role_, r);
      if (is_unknown_key(key)) continue;
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
};

/// From where to where customers and issues go.
struct key_ranges {
  std::uint64_t first_customer = UINT64_MAX;
  std::uint64_t last_customer = 0;
  std::uint64_t first_issue = UINT64_MAX;
  std::uint64_t last_issue = 0;

  constexpr void add(const key_ranges& other) noexcept {
    first_customer = other.first_customer < first_customer ? other.first_customer : first_customer;
    last_customer = other.last_customer > last_customer ? other.last_customer : last_customer;
    first_issue = other.first_issue < first_issue ? other.first_issue : first_issue;
    last_issue = other.last_issue > last_issue ? other.last_issue : last_issue;
  }
};

/// Customer and issue in one number, without collisions.
template <class Fields, class Rows>
class contact_keys {
  using customer_part = key_part<decltype(Fields::customer), Rows, false>;
  using issue_part = key_part<decltype(Fields::issue), Rows, true>;

 public:
  contact_keys(const Fields& fields, const Rows& rows, std::size_t n)
      : customer_(fields.customer, rows, n), issue_(fields.issue, rows, n) {}

  bool known(const Rows& rows, std::size_t row) const { return customer_.known(rows, row); }
  std::uint64_t customer(const Rows& rows, std::size_t row) const {
    return customer_.at(rows, row);
  }
  key_ranges ranges(const Rows& rows, std::size_t row) const {
    const std::uint64_t customer = customer_.at(rows, row);
    const std::uint64_t issue = issue_.at(rows, row);
    return {customer, customer, issue, issue};
  }

  /// Wide types rarely hold wide values: the ranges that occur are what has to fit.
  /// @throws invalid_setting where they take more than 64 bits together
  void fit(const key_ranges& r) {
    if (r.first_customer > r.last_customer) return;  // nobody is known
    const auto customer_bits =
        static_cast<unsigned>(std::bit_width(r.last_customer - r.first_customer));
    const auto issue_bits = static_cast<unsigned>(std::bit_width(r.last_issue - r.first_issue));
    if (issue_bits + customer_bits > 64) {
      throw invalid_setting(
          "contacts: the numbers of customers and issues take more than 64 bits together (" +
          std::to_string(customer_bits) + " and " + std::to_string(issue_bits) +
          "): give one of them as a text");
    }
    first_customer_ = r.first_customer;
    first_issue_ = r.first_issue;
    bits_ = customer_bits + issue_bits;
    // Where issues take all 64 bits there is one customer, 0, and nothing to shift.
    issue_bits_ = issue_bits % 64;
  }
  /// How many bits a key takes. Known after `fit`, like the keys.
  unsigned bits() const noexcept { return bits_; }
  std::uint64_t at(const Rows& rows, std::size_t row) const {
    return (customer_.at(rows, row) - first_customer_) << issue_bits_ |
           (issue_.at(rows, row) - first_issue_);
  }

 private:
  customer_part customer_;
  issue_part issue_;
  std::uint64_t first_customer_ = 0;
  std::uint64_t first_issue_ = 0;
  unsigned issue_bits_ = 0;
  unsigned bits_ = 0;
};

}  // namespace crmetrics::detail
