#pragma once

#include <crmetrics/concepts.hpp>
#include <crmetrics/core/confidence_level.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/core/label.hpp>
#include <crmetrics/core/text.hpp>
#include <crmetrics/detail/bulk.hpp>
#include <crmetrics/detail/checked_sum.hpp>
#include <crmetrics/time/instant.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>
#include <vector>

namespace crmetrics {

/// Points booked for somebody: for an adopted suggestion, a course given; below 0 for a violation.
template <class Key>
struct points_entry {
  Key who;
  std::int64_t points = 0;
  instant at;
  label reason;
};

/// One account of a points ledger.
template <class Key>
struct points_account {
  Key who;
  std::int64_t points = 0;
  std::uint64_t entries = 0;
  instant reached;  ///< when the balance last changed to what it is; the first entry, where never
  std::optional<std::size_t> rank;  ///< in promotion order; none below the minimum
};

/// Points booked by person, kept as entries: the balance at any time, and the order in which people
/// come up for promotion.
///
/// A metric of entries: merges exactly, by any split; equal entries are two entries (a ledger that
/// is read twice counts twice). State: one cell for each different entry; O(log entries) each.
template <class Key>
class points_ledger {
 public:
  static constexpr merge_exactness exactness = merge_exactness::exact;
  static constexpr shard_constraint sharding = shard_constraint::any;

  static constexpr std::string_view name() { return "points ledger"; }
  static constexpr convention_text convention() { return "points booked by person"; }

  /// @throws bad_input for an entry without a reason; overflow where all points of the ledger
  ///         together, whatever their sign, leave 63 bits
  void update(const points_entry<Key>& e) {
    check(e);
    add({e.who, e.at, e.reason.view(), e.points}, 1);
  }
  void check(const points_entry<Key>& e) const {
    if (e.reason.view().empty()) {
      throw bad_input({"reason", 0, "", "points are booked for a reason"});
    }
    static_cast<void>(detail::checked_count(size_, size_of(e.points)));
  }
  /// All rows or none. @throws bad_input naming each bad row
  template <class Range>
  void update_many(const Range& rows, std::string_view field = {}) {
    detail::update_all(*this, rows, field);
  }
  points_ledger& merge(const points_ledger& other) {
    points_ledger next = *this;
    next.size_ = detail::checked_count(size_, other.size_);
    for (const auto& [entry, times] : other.entries_) next.entries_[entry] += times;
    *this = std::move(next);
    return *this;
  }
  points_ledger fresh() const { return {}; }

  /// All accounts, in promotion order: most points first; of two with as many, whoever had them
  /// earlier. Equal in both share a rank (1, 2, 2, 4).
  std::vector<points_account<Key>> result(confidence_level = {}) const {
    return order({(std::numeric_limits<std::int64_t>::max)()});
  }
  /// The same by what was booked until then, that instant included; with fewer than `min_points`
  /// nobody has a rank.
  std::vector<points_account<Key>> order(
      instant until, std::int64_t min_points = (std::numeric_limits<std::int64_t>::min)()) const {
    std::vector<points_account<Key>> out;
    // What is booked at one instant is one change: an entry that is taken back at once is none.
    instant now;
    instant reached_before;
    std::int64_t before = 0;
    for (const auto& [entry, times] : entries_) {  // by person, then time
      const auto& [who, at, reason, points] = entry;
      if (until < at) continue;
      const bool is_new = out.empty() || out.back().who < who;
      if (is_new) out.push_back({who, 0, 0, at, std::nullopt});
      points_account<Key>& account = out.back();
      if (is_new || now < at) now = at, reached_before = account.reached, before = account.points;
      account.points += points * static_cast<std::int64_t>(times);
      account.entries += times;
      account.reached = account.points != before ? at : reached_before;
    }
    std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
      if (a.points != b.points) return a.points > b.points;
      if (a.reached != b.reached) return a.reached < b.reached;
      return a.who < b.who;
    });
    for (std::size_t i = 0; i != out.size() && out[i].points >= min_points; ++i) {
      const bool tied =
          i != 0 && out[i].points == out[i - 1].points && out[i].reached == out[i - 1].reached;
      out[i].rank = tied ? out[i - 1].rank : i + 1;
    }
    return out;
  }

  friend bool operator==(const points_ledger&, const points_ledger&) = default;

 private:
  using cell = std::tuple<Key, instant, std::string_view, std::int64_t>;

  static constexpr std::uint64_t size_of(std::int64_t points) noexcept {
    return points < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(points)
                      : static_cast<std::uint64_t>(points);
  }
  void add(cell entry, std::uint64_t times) {
    const std::uint64_t size = detail::checked_count(size_, size_of(std::get<3>(entry)));
    entries_[std::move(entry)] += times;
    size_ = size;
  }

  std::map<cell, std::uint64_t> entries_;
  std::uint64_t size_ = 0;  ///< sum of all points without their signs: no balance can overflow
};

}  // namespace crmetrics
