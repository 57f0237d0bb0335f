#pragma once

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
};

/// The ranges in a set of contacts: they say how narrow a record can be.
struct contact_ranges {
  std::int64_t first_opened = INT64_MAX;
  std::int64_t last_opened = INT64_MIN;
  std::int64_t longest = 0;  ///< from opened to the anchor
  std::uint64_t rows = 0;

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
};

/// A contact in 32 bytes, whatever its times are.
class wide_contact {
 public:
  static constexpr bool fits(const contact_ranges&) noexcept { return true; }
  constexpr wide_contact() = default;
  constexpr wide_contact(const linkable_contact& c, std::int64_t) noexcept : c_(c) {}

  constexpr std::uint64_t key() const noexcept { return c_.key; }
  constexpr std::uint64_t row() const noexcept { return c_.row; }
  constexpr std::int64_t opened() const noexcept { return c_.opened; }
  /// Orders like `opened`.
  constexpr std::uint64_t time_order() const noexcept {
    return static_cast<std::uint64_t>(c_.opened) ^ (std::uint64_t{1} << 63U);
  }
  constexpr std::int64_t anchor() const noexcept { return c_.anchor; }
  constexpr bool anchored() const noexcept { return c_.anchor != linkable_contact::no_anchor; }

 private:
  linkable_contact c_;
};

/// A contact in 24 bytes: times in 48 bits from an origin (8.9 years), rows in 32. Half of the time
/// of linking is moving records.
class narrow_contact {
 public:
  static constexpr bool fits(const contact_ranges& r) noexcept {
    constexpr std::int64_t limit = (std::int64_t{1} << 48) - 1;
    std::int64_t span = 0;
    return r.rows <= UINT32_MAX && r.longest < limit &&
           !__builtin_sub_overflow(r.last_opened, r.first_opened, &span) && span < limit;
  }
  constexpr narrow_contact() = default;
  constexpr narrow_contact(const linkable_contact& c, std::int64_t origin) noexcept
      : key_(c.key),
        opened_(static_cast<std::uint64_t>(c.opened - origin) << 16U | (c.row & 0xffffU)),
        open_(c.anchor == linkable_contact::no_anchor
                  ? unanchored | c.row >> 16U
                  : static_cast<std::uint64_t>(c.anchor - c.opened) << 16U | c.row >> 16U) {}

  constexpr std::uint64_t key() const noexcept { return key_; }
  constexpr std::uint64_t row() const noexcept {
    return (open_ & 0xffffU) << 16U | (opened_ & 0xffffU);
  }
  constexpr std::int64_t opened() const noexcept {
    return static_cast<std::int64_t>(opened_ >> 16U);
  }
  constexpr std::uint64_t time_order() const noexcept { return opened_ >> 16U; }
  /// Meant only where there is one; else far in the future, where nothing follows.
  constexpr std::int64_t anchor() const noexcept {
    return opened() + static_cast<std::int64_t>(open_ >> 16U);
  }
  constexpr bool anchored() const noexcept { return open_ < unanchored; }

 private:
  static constexpr std::uint64_t unanchored = std::uint64_t{0xffffffffffff} << 16U;

  std::uint64_t key_;
  std::uint64_t opened_;
  std::uint64_t open_;
};

}  // namespace crmetrics::detail
