#pragma once

#include <crmetrics/accumulators/detail/sorted_counts.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace crmetrics::detail {

/// How often each value was seen, of any number of distinct values. New ones wait in a list that is
/// sorted in when it has grown as long as the rest, so that an event costs O(log values) on average
/// where `sorted_counts` would shift an array. What waits is an implementation detail: `==`, bytes
/// and results are those of the sorted counts.
template <class Value>
class value_counts {
  using list = std::vector<counted<Value>>;

 public:
  /// Strong guarantee.
  void add(Value value, std::uint64_t times) {
    if (times == 0) return;
    const std::uint64_t total = checked_count(total_, times);
    constexpr std::size_t shortest = 256;
    if (waiting_.size() >= shortest && waiting_.size() >= sorted_.size()) sort_in();
    waiting_.push_back({value, times});
    total_ = total;
  }

  /// O(values of both), and O(n log n) of what waits. Strong guarantee.
  void merge(const value_counts& other) {
    const std::uint64_t total = checked_count(total_, other.total_);
    list next = with_sorted([&](const list& a) {
      return other.with_sorted([&](const list& b) { return united(a, b); });
    });
    sorted_.swap(next);
    waiting_ = list();
    total_ = total;
  }

  std::uint64_t total() const noexcept { return total_; }
  /// How many distinct values there are.
  std::size_t size() const {
    return with_sorted([](const list& all) { return all.size(); });
  }

  /// f(all counts, sorted by value).
  template <class F>
  auto with_sorted(F&& f) const {
    if (waiting_.empty()) return f(sorted_);
    value_counts copy = *this;
    copy.sort_in();
    return f(std::as_const(copy.sorted_));
  }

  friend bool operator==(const value_counts& x, const value_counts& y) {
    if (x.total_ != y.total_) return false;
    return x.with_sorted(
        [&](const list& a) { return y.with_sorted([&](const list& b) { return a == b; }); });
  }

  void serialize(auto& archive) {
    sort_in();
    archive.array(sorted_);
    total_ = total_of(sorted_);
  }
  /// Only right after `serialize`.
  bool possible(Value lowest) const noexcept {
    for (const counted<Value>& e : sorted_) {
      const bool finite = e.key - e.key == 0;
      if (!(e.key >= lowest) || !finite || is_negative_zero(e.key)) return false;
    }
    return are_possible(sorted_);
  }

 private:
  // Updates make one value of both zeros.
  static constexpr bool is_negative_zero(Value x) noexcept {
    if constexpr (std::floating_point<Value>) {
      return x == 0 && __builtin_signbit(x) != 0;
    } else {
      return false;
    }
  }
  void sort_in() {
    if (waiting_.empty()) return;
    list news = waiting_;
    std::sort(news.begin(), news.end(),
              [](const counted<Value>& a, const counted<Value>& b) { return a.key < b.key; });
    std::size_t distinct = 0;
    for (std::size_t i = 1; i != news.size(); ++i) {
      if (news[i].key == news[distinct].key) {
        news[distinct].times += news[i].times;
      } else {
        news[++distinct] = news[i];
      }
    }
    news.resize(distinct + 1);
    list next = united(sorted_, news);
    sorted_.swap(next);
    waiting_.clear();
  }

  list sorted_;
  list waiting_;
  std::uint64_t total_ = 0;
};

}  // namespace crmetrics::detail
