#pragma once

#include <crmetrics/combinators/detail/update_cell.hpp>
#include <crmetrics/combinators/key_table.hpp>
#include <crmetrics/concepts.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/detail/bulk.hpp>
#include <crmetrics/detail/callable.hpp>
#include <crmetrics/detail/check.hpp>
#include <crmetrics/detail/definition.hpp>
#include <crmetrics/detail/input.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace crmetrics {

/// Results by group, in key order, and the result of the events that had no key: the cells and
/// `unkeyed` together are always the whole.
template <class Key, class Result>
struct group_results {
  struct row {
    Key key;
    Result result;
  };
  std::vector<row> rows;
  Result unkeyed;
  std::uint64_t unknown = 0;  ///< events of keys outside the roster, where the policy counts them

  auto begin() const { return rows.begin(); }
  auto end() const { return rows.end(); }
  std::size_t size() const { return rows.size(); }
  /// The row of a key; nullptr where there is none. O(log n)
  template <class K>
  const Result* find(const K& key) const {
    std::size_t low = 0;
    std::size_t high = rows.size();
    while (low < high) {
      const std::size_t middle = low + (high - low) / 2;
      if (rows[middle].key < key) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low < rows.size() && !(key < rows[low].key) ? &rows[low].result : nullptr;
  }
};

/// One state of a metric for each key: `by(&survey::agent, on(&survey::rating, csat{}))`.
///
/// Every group starts as a copy of the prototype, so settings are never lost. The table of groups
/// is a policy: `ordered_keys` (any ordered key, the default), `dense_ids{n}` (ids 0 .. n-1 in a
/// plain array, the fast one), `roster{...}` (listed keys only). An event whose key is an empty
/// optional goes to the unkeyed cell; a key outside `dense_ids` or the roster is refused, or
/// counted. Merging is exact where the metric's is. O(1) or O(log groups) an event.
template <class KeyOf, any_metric M, class Keys>
class grouped {
 public:
  static constexpr merge_exactness exactness = M::exactness;
  static constexpr shard_constraint sharding = M::sharding;

  grouped(KeyOf key_of, M metric, Keys keys)
      : key_of_(std::move(key_of)), unkeyed_(metric.fresh()), table_(std::move(keys), unkeyed_) {
    detail::require_comparable<KeyOf>();
  }

  constexpr auto name() const { return unkeyed_.name(); }
  constexpr convention_text convention() const {
    convention_text text = unkeyed_.convention();
    text.append(", by key");
    return text;
  }

  template <class E>
    requires detail::callable_on<KeyOf, E> && observes<M, E>
  void update(const E& e) {
    update_in(table_.reach(), key_of_, detail::settings_of(unkeyed_), e);
  }
  template <class E>
  void check(const E& e) const {
    const auto& key = detail::call(key_of_, e);
    if (detail::is_missing(key)) return detail::check(unkeyed_, e);
    // What an unknown key leaves out is not looked at any further.
    if (!table_.takes(detail::held(key))) return;
    const M* cell = table_.find(detail::held(key));
    if (cell != nullptr) return detail::check(*cell, e);
    detail::check(unkeyed_.fresh(), e);  // a group yet to be made
  }
  /// All rows or none. @throws bad_input naming each bad row
  template <class Range>
  void update_many(const Range& rows, std::string_view field = {}) {
    // Copies on the stack, which no write to a cell can change: they stay in registers.
    const KeyOf key_of = key_of_;
    const auto settings = detail::settings_of(unkeyed_);
    detail::update_all(*this, rows, field, [&](grouped& next) {
      return [&next, key_of, settings, reach = next.table_.reach()](const auto& e) {
        next.update_in(reach, key_of, settings, e);
      };
    });
  }

  grouped& merge(const grouped& other) {
    if (!detail::same_callable(key_of_, other.key_of_)) {
      throw definition_mismatch(std::string(name()) + ": two key functions do not merge");
    }
    M unkeyed = unkeyed_;
    unkeyed.merge(other.unkeyed_);
    table_.merge(other.table_);  // all or nothing
    unkeyed_ = std::move(unkeyed);
    return *this;
  }
  grouped fresh() const { return grouped(key_of_, unkeyed_.fresh(), table_.keys()); }

  auto result(confidence_level level = {}) const {
    using result_type = decltype(unkeyed_.result(level));
    group_results<typename table_type::key_type, result_type> out{
        {}, unkeyed_.result(level), table_.unknown()};
    out.rows.reserve(table_.size());
    table_.for_each(
        [&](const auto& key, const M& cell) { out.rows.push_back({key, cell.result(level)}); });
    return out;
  }

  /// All groups and the unkeyed events as one state: team = merged states, never the mean of means.
  M total() const {
    M sum = unkeyed_;
    table_.for_each([&](const auto&, const M& cell) { sum.merge(cell); });
    return sum;
  }
  /// The state of a key; nullptr where nothing was seen.
  template <class K>
  const M* find(const K& key) const {
    return table_.find(key);
  }
  /// Calls f(key, state) for every group, in key order.
  template <class F>
  void for_each(F&& f) const {
    table_.for_each(f);
  }
  std::size_t size() const { return table_.size(); }
  const M& unkeyed() const noexcept { return unkeyed_; }
  /// Events of keys outside the roster, where the policy counts them.
  std::uint64_t unknown() const noexcept { return table_.unknown(); }

  friend bool operator==(const grouped& a, const grouped& b) {
    return detail::same_callable(a.key_of_, b.key_of_) && a.unkeyed_ == b.unkeyed_ &&
           a.table_ == b.table_;
  }
  void serialize(auto& archive) { archive(unkeyed_), table_.serialize(archive, unkeyed_.fresh()); }
  bool possible() const { return table_.possible(); }

 private:
  using table_type = typename Keys::template table<M>;

  // The usual event, small enough to be inlined into a loop; the rest is apart.
  template <class Reach, class Settings, class E>
  void update_in(Reach reach, const KeyOf& key_of, const Settings& settings, const E& e) {
    const auto& key = detail::call(key_of, e);
    if (!detail::is_missing(key)) [[likely]] {
      const bool known =
          reach.visit(detail::held(key), [&](M& cell) { detail::update_cell(cell, settings, e); });
      if (known) [[likely]]
        return;
    }
    update_new(key, e);
  }
  template <class K, class E>
  [[gnu::noinline]] void update_new(const K& key, const E& e) {
    if (detail::is_missing(key)) {
      unkeyed_.update(e);
    } else if (table_.admits(detail::held(key))) {
      M first =
          unkeyed_.fresh();  // update before insertion: a refused event leaves no group behind
      first.update(e);
      table_.insert(detail::held(key), std::move(first));
    } else {
      table_.on_unknown(detail::held(key));
    }
  }

  [[no_unique_address]] KeyOf key_of_;
  M unkeyed_;
  table_type table_;
};

namespace detail {

// What a group is filed under. It outlives the text of its first event, so that is copied.
template <class T>
struct kept_key {
  static_assert(!std::is_pointer_v<T>,
                "crmetrics: a pointer would group by address: give the key itself");
  using type = T;
};
template <>
struct kept_key<std::string_view> {
  using type = std::string;
};
template <>
struct kept_key<const char*> {
  using type = std::string;
};
template <>
struct kept_key<char*> {
  using type = std::string;
};

template <class T>
struct unwrapped : kept_key<T> {};
template <class T>
struct unwrapped<std::optional<T>> : kept_key<T> {};

// The key type that a key function gives, where it can be told without an event at hand.
template <class F>
struct key_of {
  static_assert(
      requires { &F::operator(); },
      "crmetrics: this key function takes several event types; say which key it gives: "
      "by<Key>(key_function, metric)");
  using type = typename key_of<decltype(&F::operator())>::type;
};
template <class C, class T>
struct key_of<T C::*> : unwrapped<std::remove_cvref_t<T>> {};
template <class C, class T>
struct key_of<T (C::*)() const> : unwrapped<std::remove_cvref_t<T>> {};
template <class C, class T>
struct key_of<T (C::*)() const noexcept> : unwrapped<std::remove_cvref_t<T>> {};
template <class C, class T, class E>
struct key_of<T (C::*)(E) const noexcept> : unwrapped<std::remove_cvref_t<T>> {};
template <class T, class E>
struct key_of<T (*)(E) noexcept> : unwrapped<std::remove_cvref_t<T>> {};
template <class C, class T, class E>
struct key_of<T (C::*)(E) const> : unwrapped<std::remove_cvref_t<T>> {};
template <class T, class E>
struct key_of<T (*)(E)> : unwrapped<std::remove_cvref_t<T>> {};

}  // namespace detail

/// Groups by what a member pointer or a lambda of one event type gives.
template <class KeyOf, any_metric M>
auto by(KeyOf key_of, M metric) {
  using key = typename detail::key_of<KeyOf>::type;
  return grouped<KeyOf, M, ordered_keys<key>>(std::move(key_of), std::move(metric), {});
}
/// Groups by a key function of several event types, whose key type is named: by<int>(agent_of,
/// card).
template <class Key, class KeyOf, any_metric M>
auto by(KeyOf key_of, M metric) {
  using key = typename detail::unwrapped<Key>::type;
  return grouped<KeyOf, M, ordered_keys<key>>(std::move(key_of), std::move(metric), {});
}
/// Groups in the given table: `dense_ids{10'000}`, `roster{names}`.
template <class KeyOf, any_metric M, class Keys>
auto by(KeyOf key_of, M metric, Keys keys) {
  return grouped<KeyOf, M, Keys>(std::move(key_of), std::move(metric), std::move(keys));
}

}  // namespace crmetrics
