#pragma once

#include <crmetrics/derive/roles.hpp>
#include <crmetrics/detail/input.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <vector>

namespace crmetrics::detail {

/// The number of a customer in a table, or `nobody`.
using customer_number = std::uint32_t;
inline constexpr customer_number nobody = UINT32_MAX;

template <class T>
concept whole_customer = (std::integral<T> && !std::same_as<T, bool>) || std::is_enum_v<T>;
template <class T>
concept text_customer = std::convertible_to<const T&, std::string_view>;

template <whole_customer T>
constexpr std::uint64_t bits_of(T x) noexcept {
  return static_cast<std::uint64_t>(x);
}

/// A missing customer, or an empty text, which is nobody's name.
template <class T>
constexpr bool is_unknown_customer(const T& x) {
  if (is_missing(x)) return true;
  if constexpr (text_customer<std::remove_cvref_t<decltype(held(x))>>) {
    return std::string_view(held(x)).empty();
  } else {
    return false;
  }
}

/// Numbers whole keys in the order of first appearance. Open addressing: a node for each key, as in
/// std::unordered_map, takes three times as long with a million customers.
class whole_numbers {
 public:
  customer_number of(std::uint64_t key) {
    if (2 * (size_ + 1) > slots_.size()) grow();
    slot& s = find(key);
    if (s.number == nobody) {
      s = {key, static_cast<customer_number>(size_)};
      ++size_;
    }
    return s.number;
  }
  /// For a key that will be asked for soon.
  void prefetch(std::uint64_t key) const {
    if (!slots_.empty()) __builtin_prefetch(&slots_[place_of(key)], 1);
  }
  std::size_t size() const noexcept { return size_; }

 private:
  struct slot {
    std::uint64_t key = 0;
    customer_number number = nobody;
  };
  std::size_t place_of(std::uint64_t key) const {
    // Fibonacci hashing of a mixed key: neighbours and multiples of powers of two spread as well.
    std::uint64_t h = (key ^ (key >> 32)) * 0x9e3779b97f4a7c15ull;
    h ^= h >> 29;
    return static_cast<std::size_t>(h) & (slots_.size() - 1);
  }
  slot& find(std::uint64_t key) {
    for (std::size_t i = place_of(key);; i = (i + 1) & (slots_.size() - 1)) {
      if (slots_[i].number == nobody || slots_[i].key == key) return slots_[i];
    }
  }
  void grow() {
    constexpr std::size_t ahead = 16;
    std::vector<slot> old(slots_.empty() ? 1'024 : 4 * slots_.size());
    old.swap(slots_);
    for (std::size_t i = 0; i != old.size(); ++i) {
      if (i + ahead < old.size()) prefetch(old[i + ahead].key);
      if (old[i].number != nobody) find(old[i].key) = old[i];
    }
  }

  std::vector<slot> slots_;
  std::size_t size_ = 0;
};

struct text_hash {
  using is_transparent = void;
  std::size_t operator()(std::string_view s) const noexcept {
    return std::hash<std::string_view>{}(s);
  }
};

/// Numbers keys that are no whole numbers.
template <class Key>
class other_numbers {
 public:
  customer_number of(const Key& key) {
    if constexpr (text_customer<Key>) {
      const auto it = numbers_.find(std::string_view(key));
      if (it != numbers_.end()) return it->second;
      const auto next = static_cast<customer_number>(numbers_.size());
      numbers_.emplace(std::string(std::string_view(key)), next);
      return next;
    } else {
      return numbers_.try_emplace(key, static_cast<customer_number>(numbers_.size())).first->second;
    }
  }
  std::size_t size() const noexcept { return numbers_.size(); }

 private:
  using map_type = std::conditional_t<
      text_customer<Key>,
      std::unordered_map<std::string, customer_number, text_hash, std::equal_to<>>,
      std::map<Key, customer_number>>;
  map_type numbers_;
};

template <class Key>
std::string customer_text(const Key& key) {
  if constexpr (text_customer<Key>) {
    return std::string(std::string_view(key));
  } else if constexpr (std::is_enum_v<Key>) {
    return std::to_string(static_cast<std::underlying_type_t<Key>>(key));
  } else if constexpr (whole_customer<Key>) {
    return std::to_string(key);
  } else {
    return "";
  }
}

/// Gives each row the number of its customer, from 0, and how many there are: those of a dense
/// range of whole numbers in their order, others in the order of first appearance.
/// @param key_of gives the key of a row
template <class Row, class KeyOf>
std::size_t number_customers(std::size_t rows, const Row& row, const KeyOf& key_of,
                             std::vector<customer_number>& out) {
  using read = std::remove_cvref_t<decltype(key_of(row(std::size_t{0})))>;
  using key = std::remove_cvref_t<decltype(held(std::declval<const read&>()))>;
  static_assert(whole_customer<key> || text_customer<key> || std::totally_ordered<key>,
                "crmetrics: a customer is a whole number, an enumerator, a text, or anything with "
                "an order");
  out.assign(rows, nobody);
  const auto each = [&](const auto& f) {
    for (std::size_t i = 0; i != rows; ++i) {
      decltype(auto) r = row(i);  // a name of its own: it may be a value that the key refers to
      decltype(auto) k = key_of(r);
      if (!is_unknown_customer(k)) f(i, held(k));
    }
  };
  if constexpr (whole_customer<key>) {
    std::uint64_t low = UINT64_MAX;
    std::uint64_t high = 0;
    // Ordered as unsigned: a range that spans 0 looks wide and is hashed, which is as right.
    each([&](std::size_t, const key& k) {
      low = (std::min)(low, bits_of(k));
      high = (std::max)(high, bits_of(k));
    });
    if (low > high) return 0;
    if (high - low < 2 * std::uint64_t{rows} + 1'024 && high - low < nobody) {
      each([&](std::size_t i, const key& k) {
        out[i] = static_cast<customer_number>(bits_of(k) - low);
      });
      return static_cast<std::size_t>(high - low) + 1;
    }
    whole_numbers numbers;
    constexpr std::size_t ahead = 16;
    each([&](std::size_t i, const key& k) {
      if (i + ahead < rows) {
        decltype(auto) r = row(i + ahead);
        decltype(auto) soon = key_of(r);
        if (!is_unknown_customer(soon)) numbers.prefetch(bits_of(held(soon)));
      }
      out[i] = numbers.of(bits_of(k));
    });
    return numbers.size();
  } else {
    other_numbers<key> numbers;
    each([&](std::size_t i, const key& k) { out[i] = numbers.of(k); });
    return numbers.size();
  }
}

}  // namespace crmetrics::detail
