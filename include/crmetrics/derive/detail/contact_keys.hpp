#pragma once

#include <crmetrics/derive/roles.hpp>

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <ranges>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

namespace crmetrics::detail {

template <class T>
concept whole_key = (std::integral<T> && !std::same_as<T, bool>) || std::is_enum_v<T>;
template <class T>
concept text_key = std::convertible_to<const T&, std::string_view>;

template <whole_key T>
constexpr std::uint64_t key_bits(T x) noexcept {
  if constexpr (std::is_enum_v<T>) {
    return key_bits(static_cast<std::underlying_type_t<T>>(x));
  } else {
    return static_cast<std::uint64_t>(static_cast<std::make_unsigned_t<T>>(x));
  }
}

/// A key as messages show it.
template <class T>
std::string shown_key(const T& key) {
  if constexpr (text_key<T>) {
    return std::string(std::string_view(key));
  } else if constexpr (std::is_enum_v<T>) {
    return std::to_string(static_cast<std::underlying_type_t<T>>(key));
  } else {
    return std::to_string(key);
  }
}

/// A missing key, or an empty text, which is nobody's name.
template <class T>
constexpr bool is_unknown_key(const T& x) {
  if (is_missing(x)) return true;
  if constexpr (text_key<std::remove_cvref_t<decltype(held(x))>>) {
    return std::string_view(held(x)).empty();
  } else {
    return false;
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
  // Texts by hash, for they are many; other types need only an order.
  void number(const Rows& rows, std::size_t n) {
    if constexpr (text_key<value_type>) {
      std::unordered_map<std::string, std::uint32_t, text_hash, std::equal_to<>> numbers;
      number_by(numbers, rows, n, [](const auto& x) { return std::string_view(x); });
    } else {
      std::map<value_type, std::uint32_t> numbers;
      number_by(numbers, rows, n, [](const auto& x) -> const auto& { return x; });
    }
  }
  template <class Map, class View>
  void number_by(Map& numbers, const Rows& rows, std::size_t n, View view) {
    numbers_.assign(n, 0);
    for (std::size_t row = 0; row != n; ++row) {
      const auto& r = std::ranges::begin(rows)[static_cast<std::ptrdiff_t>(row)];
      const auto& key = read_role(role_, r);
      if (is_missing(key)) continue;
      const auto& value = held(key);
      auto place = numbers.find(view(value));
      if (place == numbers.end()) {
        if (numbers.size() == UINT32_MAX) throw overflow("contacts: more than 2^32 - 2 keys");
        place = numbers
                    .emplace(typename Map::key_type(view(value)),
                             static_cast<std::uint32_t>(numbers.size() + 1))
                    .first;
      }
      numbers_[row] = place->second;
    }
  }
  struct text_hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
      return std::hash<std::string_view>{}(text);
    }
  };

  Role role_;
  std::vector<std::uint32_t> numbers_;
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
      return (customer - first_customer_) << issue_bits_ | (issue_.at(rows, row) - first_issue_);
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
