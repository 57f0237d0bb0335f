#pragma once

#include <crmetrics/derive/detail/keys.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace crmetrics::detail {

/// What linking needs of a contact: a key that says whose it is and about what, when it was opened,
/// where its window begins (the anchor; none where nobody resolved it), and its row.
struct linkable_contact {
  static constexpr std::int64_t no_anchor = INT64_MIN;

  std::uint64_t key;
  std::int64_t opened;
  std::int64_t anchor;
  std::uint64_t row;

  constexpr bool anchored() const noexcept { return anchor != no_anchor; }
};

/// How many contacts there are and how far they reach: it says how narrow a record can be.
struct contact_ranges {
  std::int64_t first_opened = INT64_MAX;
  std::int64_t last_opened = INT64_MIN;
  std::int64_t longest = 0;  ///< from opened to the anchor
  std::size_t rows = 0;
  unsigned key_bits = 0;

  constexpr void add(std::int64_t opened, std::int64_t anchor) noexcept {
    first_opened = opened < first_opened ? opened : first_opened;
    last_opened = opened > last_opened ? opened : last_opened;
    const std::int64_t open = anchor == linkable_contact::no_anchor ? 0 : anchor - opened;
    longest = open > longest ? open : longest;
  }
  constexpr void add(const contact_ranges& other) noexcept {
    first_opened = other.first_opened < first_opened ? other.first_opened : first_opened;
    last_opened = other.last_opened > last_opened ? other.last_opened : last_opened;
    longest = other.longest > longest ? other.longest : longest;
  }
  constexpr bool empty() const noexcept { return last_opened < first_opened; }
};

/// The upper bits of a number of so many bits.
constexpr std::uint64_t upper_bits(std::uint64_t x, unsigned of, unsigned count) noexcept {
  return count == 0 ? 0 : x >> (of - count);
}

/// Into how many parts contacts are dealt, by the first bits of their spread keys: all contacts of
/// a key are in one part, and a part stays in the cache where no key has too many.
/// @param more bits, for parts that are dealt one round after the other
constexpr unsigned bits_of_part(const contact_ranges& ranges, unsigned more) noexcept {
  constexpr std::size_t in_cache = 65'536;
  constexpr unsigned most = 14;
  const auto needed = static_cast<unsigned>(std::bit_width(ranges.rows / in_cache));
  return (std::min)((std::min)(needed, most) + more, ranges.key_bits);
}

/// Contacts in 16 bytes each, in as many bits as the ranges of the data ask for. One word orders
/// them: by key (without the bits that all of a part share), then time, then, as far as there is
/// room, row. The other has the time from opened to the anchor, and the lower bits of the row.
/// Anchors that are too far away for their place are looked up in the input.
class packed_contacts {
 public:
  struct record {
    std::uint64_t order;
    std::uint64_t rest;
  };
  /// Parts are dealt in 2^0 rounds.
  static constexpr unsigned round_bits = 0;

  static bool can_hold(const contact_ranges& ranges) noexcept {
    constexpr unsigned usual_anchor = 40;  // 12.7 days
    const widths w(ranges);
    return w.key + w.time <= 64 && w.key + w.time + w.row + (std::min)(w.open, usual_anchor) <= 128;
  }
  explicit packed_contacts(const contact_ranges& ranges) noexcept : origin_(ranges.first_opened) {
    const widths w(ranges);
    const unsigned wanted = w.open + w.row > 64 ? w.open + w.row - 64 : 0;
    row_high_ = (std::min)({wanted, 64 - w.key - w.time, w.row});
    row_low_ = w.row - row_high_;
    order_bits_ = w.key + w.time + row_high_;
    key_shift_ = (w.time + row_high_) % 64;  // where it is 64, keys have no bits
    key_mask_ = all_bits(w.key);
    time_mask_ = all_bits(w.time);
    unanchored_ = all_bits(64 - row_low_);
  }

  /// What `opened` and `anchor` count from.
  std::int64_t origin() const noexcept { return origin_; }
  record pack(std::uint64_t spread_key, const linkable_contact& c) const noexcept {
    const auto opened = static_cast<std::uint64_t>(c.opened - origin_);
    const auto open = static_cast<std::uint64_t>(c.anchor) - static_cast<std::uint64_t>(c.opened);
    const std::uint64_t held = c.anchored() ? (std::min)(open, unanchored_ - 1) : unanchored_;
    return {(spread_key & key_mask_) << key_shift_ | opened << row_high_ | c.row >> row_low_,
            held << row_low_ | (c.row & all_bits(row_low_))};
  }

  /// Records in their order are in the order of their buckets, too: the upper ones of so many bits.
  unsigned bucket_bits() const noexcept { return order_bits_; }
  static std::uint64_t bucket(const record& r, unsigned shift) noexcept { return r.order >> shift; }
  /// By key and time; rows may be left for those who keep them in order.
  static bool before(const record& a, const record& b) noexcept { return a.order < b.order; }
  bool before_with_row(const record& a, const record& b) const noexcept {
    return a.order != b.order ? a.order < b.order : row(a) < row(b);
  }
  bool same_key(const record& a, const record& b) const noexcept {
    return ((a.order ^ b.order) >> key_shift_ & key_mask_) == 0;
  }
  std::int64_t opened(const record& r) const noexcept {
    return static_cast<std::int64_t>(r.order >> row_high_ & time_mask_);
  }
  std::uint64_t row(const record& r) const noexcept {
    return (r.order & all_bits(row_high_)) << row_low_ | (r.rest & all_bits(row_low_));
  }
  /// From opened to the anchor; -1 where nobody resolved it.
  template <class Contacts>
  std::int64_t open(const record& r, const Contacts& contacts) const {
    // Without an anchor all bits are set, which is -1, and one too far away is -2.
    const std::int64_t open = static_cast<std::int64_t>(r.rest) >> row_low_;
    return open >= -1 ? open : long_open(r, contacts);
  }

 private:
  // How many bits each part takes.
  struct widths {
    explicit widths(const contact_ranges& r) noexcept
        : key(r.key_bits - bits_of_part(r, round_bits)),
          time(bits(static_cast<std::uint64_t>(r.last_opened) -
                    static_cast<std::uint64_t>(r.first_opened))),
          open(bits(static_cast<std::uint64_t>(r.longest) + 2)),  // none, and one too far
          row(bits(r.rows)) {}
    static unsigned bits(std::uint64_t x) noexcept {
      return static_cast<unsigned>(std::bit_width(x));
    }
    unsigned key;
    unsigned time;
    unsigned open;
    unsigned row;
  };

  template <class Contacts>
  [[gnu::noinline]] std::int64_t long_open(const record& r, const Contacts& contacts) const {
    const std::uint64_t open = r.rest >> row_low_;
    if (open < unanchored_ - 1) return static_cast<std::int64_t>(open);
    const linkable_contact c = contacts.contact(row(r));
    return c.anchor - c.opened;
  }

  std::int64_t origin_;
  unsigned row_high_;
  unsigned row_low_;
  unsigned key_shift_;
  unsigned order_bits_;
  std::uint64_t key_mask_;
  std::uint64_t time_mask_;
  std::uint64_t unanchored_;
};

/// Contacts whatever their ranges are, in 32 bytes each; dealt in two rounds, to keep memory small.
class wide_contacts {
 public:
  using record = linkable_contact;
  static constexpr unsigned round_bits = 1;

  explicit wide_contacts(const contact_ranges& ranges) noexcept
      : bucket_bits_(ranges.key_bits - bits_of_part(ranges, round_bits)) {}

  static std::int64_t origin() noexcept { return 0; }
  static record pack(std::uint64_t spread_key, const linkable_contact& c) noexcept {
    return {spread_key, c.opened, c.anchor, c.row};
  }
  unsigned bucket_bits() const noexcept { return bucket_bits_; }
  std::uint64_t bucket(const record& r, unsigned shift) const noexcept {
    return (r.key & all_bits(bucket_bits_)) >> shift;
  }
  static bool before(const record& a, const record& b) noexcept {
    return a.key != b.key ? a.key < b.key : a.opened < b.opened;
  }
  static bool before_with_row(const record& a, const record& b) noexcept {
    if (a.key != b.key) return a.key < b.key;
    return a.opened != b.opened ? a.opened < b.opened : a.row < b.row;
  }
  static bool same_key(const record& a, const record& b) noexcept { return a.key == b.key; }
  static std::int64_t opened(const record& r) noexcept { return r.opened; }
  static std::uint64_t row(const record& r) noexcept { return r.row; }
  template <class Contacts>
  static std::int64_t open(const record& r, const Contacts&) noexcept {
    return r.anchored() ? r.anchor - r.opened : -1;
  }

 private:
  unsigned bucket_bits_;
};

}  // namespace crmetrics::detail
