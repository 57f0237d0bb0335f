#pragma once

#include <crmetrics/detail/input.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>

namespace crmetrics::detail {

/// The number of a key in a table, or `nobody`.
using key_number = std::uint32_t;
inline constexpr key_number nobody = UINT32_MAX;

template <class T>
concept whole_key = (std::integral<T> && !std::same_as<T, bool>) || std::is_enum_v<T>;
template <class T>
concept text_key = std::convertible_to<const T&, std::string_view>;

/// The same for a number in a narrow type and in a wide one, also below 0.
template <whole_key T>
constexpr std::uint64_t bits_of(T x) noexcept {
  return static_cast<std::uint64_t>(x);
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
  key_number of(const Key& key) {
    if constexpr (text_key<Key>) {
      const auto it = numbers_.find(std::string_view(key));
      if (it != numbers_.end()) return it->second;
      const auto next = static_cast<key_number>(numbers_.size());
      numbers_.emplace(std::string(std::string_view(key)), next);
      return next;
    } else {
      return numbers_.try_emplace(key, static_cast<key_number>(numbers_.size())).first->second;
    }
  }
  std::size_t size() const noexcept { return numbers_.size(); }

 private:
  using map_type =
      std::conditional_t<text_key<Key>,
                         std::unordered_map<std::string, key_number, text_hash, std::equal_to<>>,
                         std::map<Key, key_number>>;
  map_type numbers_;
};

/// The largest number of so many bits.
constexpr std::uint64_t all_bits(unsigned bits) noexcept {
  return bits == 0 ? 0 : UINT64_MAX >> (64 - bits);
}

/// The numbers of so many bits in another order, which spreads neighbours over all of them and
/// gives no two the same place: the steps of the finaliser of MurmurHash3 (Appleby), in fewer bits.
class key_spread {
 public:
  explicit constexpr key_spread(unsigned bits) noexcept
      : shift_(bits / 2 + 1), mask_(all_bits(bits)) {}
  constexpr std::uint64_t operator()(std::uint64_t x) const noexcept {
    x ^= x >> shift_;
    x = (x * 0xff51afd7ed558ccdU) & mask_;
    x ^= x >> shift_;
    x = (x * 0xc4ceb9fe1a85ec53U) & mask_;
    return x ^ (x >> shift_);
  }

 private:
  unsigned shift_;
  std::uint64_t mask_;
};
inline constexpr key_spread spread_bits{64};

/// A key as messages show it; nothing where there is no text of it.
template <class Key>
std::string shown_key(const Key& key) {
  if constexpr (text_key<Key>) {
    return std::string(std::string_view(key));
  } else if constexpr (std::is_enum_v<Key>) {
    return std::to_string(static_cast<std::underlying_type_t<Key>>(key));
  } else if constexpr (whole_key<Key>) {
    return std::to_string(key);
  } else {
    return "";
  }
}

}  // namespace crmetrics::detail
