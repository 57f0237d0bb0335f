#pragma once

#include <crmetrics/detail/checked_sum.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace crmetrics::detail {

/// A key and how often it was seen.
template <class Key>
struct counted {
  Key key = {};
  std::uint64_t times = 0;
  friend constexpr bool operator==(const counted&, const counted&) = default;
  constexpr void serialize(auto& archive) { archive(key), archive(times); }
};

template <class Key>
std::uint64_t total_of(const std::vector<counted<Key>>& counts) noexcept {
  std::uint64_t sum = 0;
  for (const counted<Key>& e : counts) sum += e.times;
  return sum;
}

/// True for counts that updates lead to: keys in ascending order, none counted 0 times, and fewer
/// than 2^63 in all.
template <class Key>
bool are_possible(const std::vector<counted<Key>>& counts) noexcept {
  std::uint64_t left = INT64_MAX;
  for (std::size_t i = 0; i != counts.size(); ++i) {
    if (i != 0 && !(counts[i - 1].key < counts[i].key)) return false;
    if (counts[i].times == 0 || counts[i].times > left) return false;
    left -= counts[i].times;
  }
  return true;
}

/// The counts of two lists that are sorted by key, without doubles in either.
template <class Key>
std::vector<counted<Key>> united(const std::vector<counted<Key>>& a,
                                 const std::vector<counted<Key>>& b) {
  std::vector<counted<Key>> out;
  out.reserve(a.size() + b.size());
  auto x = a.begin();
  auto y = b.begin();
  while (x != a.end() && y != b.end()) {
    if (x->key < y->key) {
      out.push_back(*x++);
    } else if (y->key < x->key) {
      out.push_back(*y++);
    } else {
      out.push_back({x->key, x->times + y->times});
      ++x;
      ++y;
    }
  }
  out.insert(out.end(), x, a.end());
  out.insert(out.end(), y, b.end());
  return out;
}

/// The key of the value of this rank, from 1 to the sum of all counts.
template <class Key>
Key key_at_rank(const std::vector<counted<Key>>& sorted, std::uint64_t rank) noexcept {
  std::uint64_t seen = 0;
  for (const counted<Key>& e : sorted) {
    seen += e.times;
    if (rank <= seen) return e.key;
  }
  return {};
}

/// How often each key was seen: pairs in the order of the keys, none of them empty, so that equal
/// contents are equal states however they came about. 16 bytes for each distinct key.
template <class Key>
class sorted_counts {
 public:
  /// O(log keys), and O(keys) where the key is new. Strong guarantee.
  void add(Key key, std::uint64_t times) {
    if (times == 0) return;
    const std::uint64_t total = checked_count(total_, times);
    const auto at = std::lower_bound(entries_.begin(), entries_.end(), key,
                                     [](const counted<Key>& e, Key k) { return e.key < k; });
    if (at != entries_.end() && at->key == key) {
      at->times += times;
    } else {
      entries_.insert(at, {key, times});
    }
    total_ = total;
  }

  /// For keys that come in order: the key must be larger than all before it. O(1).
  void append(Key key, std::uint64_t times) {
    if (times == 0) return;
    const std::uint64_t total = checked_count(total_, times);
    entries_.push_back({key, times});
    total_ = total;
  }

  /// O(keys of both). Strong guarantee.
  void merge(const sorted_counts& other) {
    const std::uint64_t total = checked_count(total_, other.total_);
    std::vector<counted<Key>> next = united(entries_, other.entries_);
    entries_.swap(next);
    total_ = total;
  }

  std::uint64_t total() const noexcept { return total_; }
  std::size_t size() const noexcept { return entries_.size(); }

  /// The key of the value of this rank, from 1 to total().
  Key at_rank(std::uint64_t rank) const noexcept { return key_at_rank(entries_, rank); }

  friend bool operator==(const sorted_counts&, const sorted_counts&) = default;

  void serialize(auto& archive) {
    archive.array(entries_);
    total_ = total_of(entries_);
  }
  bool possible(Key last_key) const noexcept {
    return are_possible(entries_) && (entries_.empty() || entries_.back().key <= last_key);
  }

 private:
  std::vector<counted<Key>> entries_;
  std::uint64_t total_ = 0;
};

}  // namespace crmetrics::detail
