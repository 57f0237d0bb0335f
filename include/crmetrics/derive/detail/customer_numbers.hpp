#pragma once

#include <crmetrics/derive/detail/keys.hpp>
#include <crmetrics/detail/input.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

namespace crmetrics::detail {

/// Numbers whole keys in the order of first appearance. Open addressing: a node for each key, as in
/// std::unordered_map, takes three times as long with a million customers.
class whole_numbers {
 public:
  key_number of(std::uint64_t key) {
    if (2 * (size_ + 1) > slots_.size()) grow();
    slot& s = find(key);
    if (s.number == nobody) {
      s = {key, static_cast<key_number>(size_)};
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
    key_number number = nobody;
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

/// Gives each row the number of its customer, from 0, and how many there are: those of a dense
/// range of whole numbers in their order, others in the order of first appearance.
/// @param key_of gives the key of a row
template <class Row, class KeyOf>
std::size_t number_customers(std::size_t rows, const Row& row, const KeyOf& key_of,
                             std::vector<key_number>& out) {
  using read = std::remove_cvref_t<decltype(key_of(row(std::size_t{0})))>;
  using key = std::remove_cvref_t<decltype(held(std::declval<const read&>()))>;
  static_assert(whole_key<key> || text_key<key> || std::totally_ordered<key>,
                "crmetrics: a customer is a whole number, an enumerator, a text, or anything with "
                "an order");
  out.assign(rows, nobody);
  const auto each = [&](const auto& f) {
    for (std::size_t i = 0; i != rows; ++i) {
      decltype(auto) r = row(i);  // a name of its own: it may be a value that the key refers to
      decltype(auto) k = key_of(r);
      if (!is_unknown_key(k)) f(i, held(k));
    }
  };
  if constexpr (whole_key<key>) {
    std::uint64_t low = UINT64_MAX;
    std::uint64_t high = 0;
    // Ordered as unsigned: a range that spans 0 looks wide and is hashed, which is as right.
    each([&](std::size_t, const key& k) {
      low = (std::min)(low, bits_of(k));
      high = (std::max)(high, bits_of(k));
    });
    if (low > high) return 0;
    if (high - low < 2 * std::uint64_t{rows} + 1'024 && high - low < nobody) {
      each(
          [&](std::size_t i, const key& k) { out[i] = static_cast<key_number>(bits_of(k) - low); });
      return static_cast<std::size_t>(high - low) + 1;
    }
    whole_numbers numbers;
    constexpr std::size_t ahead = 16;
    each([&](std::size_t i, const key& k) {
      if (i + ahead < rows) {
        decltype(auto) r = row(i + ahead);
        decltype(auto) soon = key_of(r);
        if (!is_unknown_key(soon)) numbers.prefetch(bits_of(held(soon)));
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
