#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/detail/checked_sum.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace crmetrics {

/// What `by` does with a key that its table does not know.
enum class unknown_key : std::uint8_t {
  reject,  ///< throws bad_input that names the key
  count    ///< leaves the event out, counted in the result
};

namespace detail {

template <class Key>
std::string key_text(const Key& key) {
  if constexpr (std::convertible_to<const Key&, std::string_view>) {
    return std::string(std::string_view(key));
  } else if constexpr (std::integral<Key> || std::floating_point<Key>) {
    return std::to_string(key);
  } else {
    return "key";
  }
}

/// Whether a key is a value of the type of keys; of two kinds of number not all are.
template <class Key, class K>
constexpr bool fits_key([[maybe_unused]] const K& key) {
  if constexpr (std::integral<K> && std::integral<Key>) {
    const auto converted = static_cast<Key>(key);
    return static_cast<K>(converted) == key && (key > K{}) == (converted > Key{});
  } else if constexpr (std::is_arithmetic_v<K> && std::is_arithmetic_v<Key>) {
    // Only what lies well inside of 64 bits may be converted, and differs from nothing there.
    const auto x = static_cast<double>(key);
    if (!(x > -9e18 && x < 9e18)) return false;
    if constexpr (std::integral<Key>) {
      const auto whole = static_cast<std::int64_t>(x);
      return static_cast<double>(whole) == x && fits_key<Key>(whole);
    } else {
      return static_cast<double>(static_cast<Key>(key)) == x;
    }
  } else {
    return true;
  }
}

template <class Key>
[[gnu::cold, gnu::noinline]] void on_unknown_key(unknown_key policy, std::uint64_t& counter,
                                                 const Key& key) {
  if (policy == unknown_key::reject) {
    throw bad_input(problem{"group key", 0, key_text(key), "not one of the known keys"});
  }
  ++counter;
}

/// Cells in a sorted tree, grown as keys turn up.
template <class Keys, class M>
class ordered_table {
 public:
  using key_type = typename Keys::key_type;

  ordered_table(Keys keys, const M& prototype) : keys_(std::move(keys)) {
    for (const auto& key : keys_.listed()) cells_.emplace(key, prototype);
  }

  template <class K>
  const M* find(const K& key) const {
    const auto it = place_of(cells_, key);
    return it == cells_.end() ? nullptr : &it->second;
  }
  /// Reaches cells while nothing but inserting happens to the table: f(cell), or false without one.
  struct cell_reach {
    ordered_table* table;
    template <class K, class F>
    bool visit(const K& key, F&& f) const {
      const auto it = place_of(table->cells_, key);
      if (it == table->cells_.end()) return false;
      f(it->second);
      return true;
    }
  };
  cell_reach reach() { return {this}; }
  template <class K>
  bool admits(const K&) const {
    return Keys::open;
  }
  template <class K>
  void insert(const K& key, M cell) {
    require_fit(key);
    cells_.emplace(static_cast<key_type>(key), std::move(cell));
  }
  template <class K>
  void on_unknown(const K& key) {
    on_unknown_key(keys_.policy(), unknown_, key);
  }
  /// Whether an event of this key gets into a cell. Throws what insert or on_unknown would throw.
  template <class K>
  bool takes(const K& key) const {
    if constexpr (Keys::open) require_fit(key);
    if (Keys::open || find(key) != nullptr) return true;
    std::uint64_t ignored = 0;
    on_unknown_key(keys_.policy(), ignored, key);
    return false;
  }
  void merge(const ordered_table& other) {
    if (!(keys_ == other.keys_)) {
      throw definition_mismatch("by: two tables with different known keys do not merge");
    }
    auto next = cells_;
    for (const auto& [key, cell] : other.cells_) {
      const auto [it, added] = next.try_emplace(key, cell);
      if (!added) it->second.merge(cell);
    }
    unknown_ = checked_sum(unknown_, other.unknown_);
    cells_.swap(next);
  }
  template <class F>
  void for_each(F&& f) const {
    for (const auto& [key, cell] : cells_) f(key, cell);
  }
  std::size_t size() const { return cells_.size(); }
  std::uint64_t unknown() const { return unknown_; }
  const Keys& keys() const { return keys_; }

  friend bool operator==(const ordered_table&, const ordered_table&) = default;
  template <class Archive>
  void serialize(Archive& archive, const M& prototype) {
    archive.setting(keys_.policy());
    archive(unknown_);
    if constexpr (Keys::open) {
      archive.copies_by_key(cells_, prototype);
    } else {
      archive.copies_by_known_key(cells_, prototype);
    }
  }
  bool possible() const { return unknown_ == 0 || keys_.policy() == unknown_key::count; }

 private:
  template <class K>
  static void require_fit(const K& key) {
    if (!fits_key<key_type>(key)) {
      throw bad_input(problem{"group key", 0, key_text(key), "does not fit into the key type"});
    }
  }
  // Numbers of two types are compared as the key's type: else -1 would be found for 2^32 - 1.
  template <class Cells, class K>
  static auto place_of(Cells& cells, const K& key) {
    if constexpr (std::is_arithmetic_v<K> && !std::same_as<K, key_type>) {
      return fits_key<key_type>(key) ? cells.find(static_cast<key_type>(key)) : cells.end();
    } else {
      return cells.find(key);
    }
  }

  Keys keys_;
  std::map<key_type, M, std::less<>> cells_;
  std::uint64_t unknown_ = 0;
};

/// Cells in a plain array, indexed by id.
template <class Keys, class M>
class dense_table {
 public:
  using key_type = std::uint64_t;

  dense_table(Keys keys, const M& prototype) : keys_(keys), cells_(keys.count(), prototype) {}

  struct cell_reach {
    M* cells;
    std::size_t size;
    // A negative id becomes a huge unsigned one and is out of range like any other.
    template <std::integral K, class F>
    bool visit(K key, F&& f) const {
      const auto id = static_cast<std::uint64_t>(key);
      if (id >= size) return false;
      f(cells[id]);
      return true;
    }
  };
  cell_reach reach() { return {cells_.data(), cells_.size()}; }
  template <std::integral K>
  const M* find(K key) const {
    const auto id = static_cast<std::uint64_t>(key);
    return id < cells_.size() ? &cells_[id] : nullptr;
  }
  template <std::integral K>
  bool admits(K) const {
    return false;
  }
  template <std::integral K>
  void insert(K, M) {}
  template <std::integral K>
  void on_unknown(K key) {
    on_unknown_key(keys_.policy(), unknown_, key);
  }
  template <std::integral K>
  bool takes(K key) const {
    if (find(key) != nullptr) return true;
    std::uint64_t ignored = 0;
    on_unknown_key(keys_.policy(), ignored, key);
    return false;
  }
  void merge(const dense_table& other) {
    if (!(keys_ == other.keys_)) {
      throw definition_mismatch(
          "by: dense tables of different sizes do not merge: " + std::to_string(keys_.count()) +
          " and " + std::to_string(other.keys_.count()) + " ids");
    }
    auto next = cells_;
    for (std::size_t i = 0; i != next.size(); ++i) next[i].merge(other.cells_[i]);
    unknown_ = checked_sum(unknown_, other.unknown_);
    cells_.swap(next);
  }
  template <class F>
  void for_each(F&& f) const {
    for (std::size_t i = 0; i != cells_.size(); ++i) f(key_type{i}, cells_[i]);
  }
  std::size_t size() const { return cells_.size(); }
  std::uint64_t unknown() const { return unknown_; }
  const Keys& keys() const { return keys_; }

  friend bool operator==(const dense_table&, const dense_table&) = default;
  template <class Archive>
  void serialize(Archive& archive, const M& prototype) {
    archive.setting(keys_.policy());
    archive(unknown_);
    archive.copies(cells_, prototype);
  }
  bool possible() const { return unknown_ == 0 || keys_.policy() == unknown_key::count; }

 private:
  Keys keys_;
  std::vector<M> cells_;
  std::uint64_t unknown_ = 0;
};

}  // namespace detail

/// Any key of an ordered type, each group made when its first event comes. O(log groups).
template <class Key>
struct ordered_keys {
  using key_type = Key;
  static constexpr bool open = true;
  template <class M>
  using table = detail::ordered_table<ordered_keys, M>;

  std::vector<Key> listed() const { return {}; }
  unknown_key policy() const { return unknown_key::reject; }
  friend bool operator==(const ordered_keys&, const ordered_keys&) = default;
};

/// A fixed list of keys, such as the staff of a team: each is a group from the start, so that one
/// nobody reported on shows as "no data" instead of not at all; others are refused or counted.
template <class Key>
class roster {
 public:
  using key_type = Key;
  static constexpr bool open = false;
  template <class M>
  using table = detail::ordered_table<roster, M>;

  /// The order of the list and repeated keys mean nothing: rosters of the same keys are equal.
  explicit roster(std::vector<Key> keys, unknown_key policy = unknown_key::reject)
      : policy_(policy) {
    const std::set<Key> sorted(keys.begin(), keys.end());
    keys_.assign(sorted.begin(), sorted.end());
  }

  const std::vector<Key>& listed() const { return keys_; }
  unknown_key policy() const { return policy_; }
  friend bool operator==(const roster&, const roster&) = default;

 private:
  std::vector<Key> keys_;
  unknown_key policy_;
};

/// Ids 0 .. n - 1 in a plain array: one indexed load an event. O(n) memory from the start.
class dense_ids {
 public:
  using key_type = std::uint64_t;

  explicit dense_ids(std::size_t n, unknown_key policy = unknown_key::reject)
      : n_(n), policy_(policy) {}
  std::size_t count() const { return n_; }
  unknown_key policy() const { return policy_; }
  friend bool operator==(const dense_ids&, const dense_ids&) = default;

  template <class M>
  using table = detail::dense_table<dense_ids, M>;

 private:
  std::size_t n_;
  unknown_key policy_;
};

}  // namespace crmetrics
