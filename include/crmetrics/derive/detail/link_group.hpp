#pragma once

#include <crmetrics/derive/detail/contact_flags.hpp>
#include <crmetrics/derive/detail/packed_contact.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace crmetrics::detail {

/// A bijection of 64 bits that spreads neighbouring keys: the finaliser of MurmurHash3 (Appleby).
constexpr std::uint64_t spread_bits(std::uint64_t x) noexcept {
  x ^= x >> 33U;
  x *= 0xff51afd7ed558ccdU;
  x ^= x >> 33U;
  x *= 0xc4ceb9fe1a85ec53U;
  return x ^ (x >> 33U);
}

/// Where the findings go: one byte a row, and, if asked for, one time span a row: from the anchor
/// to the repeat, or without one to the end of the window or of the observation.
struct link_output {
  std::uint8_t* flags;
  std::int64_t* spans;  ///< or nullptr
};

/// Links the contacts of one partition: all contacts of a key are in it, and few enough to stay in
/// the cache. Holds scratch memory between partitions; one for each thread.
template <class Record, class Contacts>
class partition_linker {
 public:
  partition_linker(const Contacts& contacts, const link_window& window, link_output out)
      : contacts_(&contacts), window_(window), out_(out) {}

  /// @param shared_bits how many upper bits of the hash all keys of the partition have in common
  void link(std::span<const Record> records, unsigned shared_bits) {
    const std::size_t n = records.size();
    const auto bits = static_cast<unsigned>(std::bit_width(n / 4));
    const std::size_t buckets = std::size_t{1} << bits;
    bucket_.resize(n);
    order_.resize(n);
    ends_.assign(buckets + 1, 0);
    for (std::size_t i = 0; i != n; ++i) {
      // Two shifts: one by 64 bits would be undefined.
      const std::uint64_t hash = spread_bits(records[i].key()) << shared_bits >> 1U >> (63 - bits);
      bucket_[i] = static_cast<std::uint32_t>(hash);
      ++ends_[hash + 1];
    }
    for (std::size_t b = 1; b <= buckets; ++b) ends_[b] += ends_[b - 1];
    // Numbers are moved, not records: they stay in the innermost cache.
    for (std::size_t i = 0; i != n; ++i) {
      order_[ends_[bucket_[i]]++] = static_cast<std::uint32_t>(i);
    }
    // Rows of a key lie far apart; those of the next buckets may be on their way meanwhile.
    constexpr std::size_t ahead = 24;
    std::size_t begin = 0;
    for (std::size_t b = 0; b != buckets; ++b) {
      const std::size_t end = ends_[b];
      for (std::size_t i = begin; i != end && i + ahead < n; ++i) {
        __builtin_prefetch(out_.flags + records[order_[i + ahead]].row(), 1);
      }
      link_bucket(records, begin, end);
      begin = end;
    }
  }

 private:
  static constexpr std::size_t few = 16;

  // 1 where a comes first, by key, then time; 0 for equals too, which lie in the order of their
  // rows.
  static std::uint32_t before(const Record& a, const Record& b) noexcept {
    const std::uint32_t lower = a.key() < b.key() ? 1 : 0;
    const std::uint32_t same = a.key() == b.key() ? 1 : 0;
    const std::uint32_t sooner = a.time_order() < b.time_order() ? 1 : 0;
    return lower | (same & sooner);
  }
  static bool in_order(const Record& a, const Record& b) noexcept {
    if (a.key() != b.key()) return a.key() < b.key();
    if (a.time_order() != b.time_order()) return a.time_order() < b.time_order();
    return a.row() < b.row();
  }

  void link_bucket(std::span<const Record> records, std::size_t begin, std::size_t end) {
    const std::size_t n = end - begin;
    if (n > few) {
      many_.clear();
      for (std::size_t i = begin; i != end; ++i) many_.push_back(records[order_[i]]);
      std::sort(many_.begin(), many_.end(), in_order);
      return link_sorted(many_.data(), many_.data() + n);
    }
    // Nearly all buckets hold few contacts: each goes to the place that comparing all pairs gives
    // it, which costs no branch that depends on the data.
    Record found[few];
    Record sorted[few];
    std::uint32_t rank[few];
    for (std::size_t i = 0; i < n; ++i) {
      found[i] = records[order_[begin + i]];
      std::uint32_t below = 0;
      for (std::size_t j = 0; j < i; ++j) {
        const std::uint32_t earlier = before(found[i], found[j]);
        rank[j] += earlier;
        below += 1 - earlier;
      }
      rank[i] = below;
    }
    for (std::size_t i = 0; i < n; ++i) sorted[rank[i]] = found[i];
    link_sorted(sorted, sorted + n);
  }

  void link_sorted(const Record* first, const Record* last) {
    for (const Record* end = first; first != last; first = end) {
      while (end != last && end->key() == first->key()) ++end;
      if constexpr (Contacts::by_predicate) {
        link_related_run(first, end);
      } else {
        link_run(first, end);
      }
    }
  }

  // Contacts of one customer in time order, of which a predicate says which belong together.
  void link_related_run(const Record* first, const Record* last) {
    for (const Record* i = first; i != last; ++i) {
      std::int64_t next = INT64_MAX;
      for (const Record* j = i + 1; i->anchored() && j != last && next == INT64_MAX; ++j) {
        if (j->opened() <= i->anchor()) continue;
        if (!window_.reaches(j->opened() - i->anchor())) break;
        if (contacts_->related(i->row(), j->row())) next = j->opened();
      }
      std::int64_t previous = INT64_MIN;
      bool simultaneous = false;
      for (const Record* j = i; j != first;) {
        --j;
        if (!contacts_->related(j->row(), i->row())) continue;
        const bool before = j->opened() < i->opened();
        simultaneous |= !before;
        if (before) previous = (std::max)(previous, j->opened());
      }
      write(*i, next, previous, simultaneous);
    }
  }

  // Contacts of one key in time order.
  void link_run(const Record* first, const Record* last) {
    std::int64_t previous = INT64_MIN;
    for (const Record* i = first; i != last; ++i) {
      const bool simultaneous = i != first && i[-1].opened() == i->opened();
      if (i != first && !simultaneous) previous = i[-1].opened();
      const Record* next = i + 1;
      if (i->anchored()) {
        // The next one, as a rule; else by halving, for many may come while one stays open.
        for (int steps = 0; steps != 4 && next != last && next->opened() <= i->anchor(); ++steps) {
          ++next;
        }
        if (next != last && next->opened() <= i->anchor()) {
          next = std::upper_bound(
              next, last, i->anchor(),
              [](std::int64_t anchor, const Record& r) { return anchor < r.opened(); });
        }
      }
      write(*i, next == last ? INT64_MAX : next->opened(), previous, simultaneous);
    }
  }

  // next and previous are INT64_MAX and INT64_MIN where there is none.
  void write(const Record& c, std::int64_t next, std::int64_t previous, bool simultaneous) {
    const std::int64_t opened = c.opened();
    const std::int64_t anchor = c.anchor();
    const bool has_anchor = c.anchored();
    const bool repeat = has_anchor && next != INT64_MAX && window_.reaches(next - anchor);
    // The window may end after the last instant of 64 bits, so it is the observation that is cut.
    const bool ended = has_anchor && window_.observed_until >= anchor &&
                       window_.length <= window_.observed_until - anchor;
    const bool follow = (previous != INT64_MIN && window_.reaches(opened - previous)) ||
                        (simultaneous && window_.includes_simultaneous);
    const bool truncated = opened - window_.observed_from < window_.length;
    const std::uint64_t row = c.row();
    out_.flags[row] = static_cast<std::uint8_t>(
        known_customer | (has_anchor ? anchored : 0) | (ended ? mature : 0) |
        (repeat ? repeated : 0) | (follow ? follows : 0) | (truncated ? short_look_back : 0) |
        (simultaneous ? at_the_same_time : 0));
    if (out_.spans == nullptr || !has_anchor) return;
    const std::int64_t watched =
        ended ? window_.length : (std::max<std::int64_t>)(window_.observed_until - anchor, 0);
    out_.spans[row] = repeat ? next - anchor : watched;
  }

  const Contacts* contacts_;
  link_window window_;
  link_output out_;
  std::vector<std::uint32_t> bucket_;
  std::vector<std::uint32_t> order_;
  std::vector<Record> many_;
  std::vector<std::uint32_t> ends_;
};

}  // namespace crmetrics::detail
