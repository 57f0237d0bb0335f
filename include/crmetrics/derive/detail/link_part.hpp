#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/derive/detail/contact_flags.hpp>
#include <crmetrics/derive/detail/packed_contact.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace crmetrics::detail {

/// Links the contacts of one part: all contacts of a key are in it. Holds scratch memory between
/// parts; one for each thread. `Contacts` gives, by row number, `contact(i)`, and `related(i, j)`
/// where `by_predicate` is true.
template <class Codec, class Contacts>
class part_linker {
  using record = typename Codec::record;

 public:
  part_linker(const Codec& codec, const Contacts& contacts, const link_window& window)
      : codec_(&codec), contacts_(&contacts), window_(window) {
    // Nothing is farther than `farthest_contact`, so that nothing here overflows.
    constexpr std::int64_t far = (std::int64_t{1} << 62) - 1;
    const auto within = [&](std::int64_t t) {
      return (std::clamp)(t, -far, far) - codec_->origin();
    };
    until_ = within(window.observed_until);
    last_mature_anchor_ = until_ - window.length;
    full_look_back_ = within(window.observed_from) + window.length;
  }

  /// @param each calls a function with every record of the part, in the order of their rows
  /// @param found takes the row, the flags, and how long it was watched: from the anchor to the
  ///     repeat, or without one to the end of the window or of the observation; -1 without anchor
  template <class Each, class Found>
  void link(std::size_t size, const Each& each, const Found& found) {
    sort(size, each);
    if constexpr (Contacts::by_predicate) {
      link_related(found);
    } else {
      link_keys(found);
    }
  }

 private:
  // Into buckets by the upper bits of the order, then each bucket by itself: most have one or two.
  template <class Each>
  void sort(std::size_t size, const Each& each) {
    constexpr unsigned most_buckets = 20;
    constexpr std::uint32_t few = 32;
    if (size > UINT32_MAX) throw overflow("contacts: 2^32 of them lie in one part");
    const unsigned bits = (std::min)(
        {static_cast<unsigned>(std::bit_width(size)), codec_->bucket_bits(), most_buckets});
    const std::size_t buckets = std::size_t{1} << bits;
    sorted_.resize(size);
    ends_.assign(buckets + 1, 0);
    // Copies, which stay in registers: what the loops write might be the originals.
    const auto bucket = [codec = *codec_, shift = codec_->bucket_bits() - bits](const record& r) {
      return codec.bucket(r, shift);
    };
    each([bucket, sizes = ends_.data() + 1](const record& r) { ++sizes[bucket(r)]; });
    std::uint32_t largest = 0;
    std::uint32_t sum = 0;
    for (std::size_t b = 1; b <= buckets; ++b) {
      largest = (std::max)(largest, ends_[b]);
      sum += ends_[b];
      ends_[b] = sum;
    }
    each([bucket, ends = ends_.data(), sorted = sorted_.data()](const record& r) {
      sorted[ends[bucket(r)]++] = r;
    });
    // Now each end is that of its own bucket.
    if (largest > few) {
      std::uint32_t begin = 0;
      for (std::size_t b = 0; b != buckets; ++b) {
        if (ends_[b] - begin > few) {
          std::sort(
              sorted_.begin() + begin, sorted_.begin() + ends_[b],
              [this](const record& x, const record& y) { return codec_->before_with_row(x, y); });
        }
        begin = ends_[b];
      }
    }
    record* const sorted = sorted_.data();
    for (std::size_t i = 1; i < size; ++i) {
      if (!Codec::before(sorted[i], sorted[i - 1])) continue;
      const record r = sorted[i];
      std::size_t j = i;
      do {
        sorted[j] = sorted[j - 1];
        --j;
      } while (j != 0 && Codec::before(r, sorted[j - 1]));
      sorted[j] = r;
    }
  }

  // Sorted by key, time and row. Without branches on what is found: they would be mispredicted.
  template <class Found>
  void link_keys(const Found& found) {
    const Codec codec = *codec_;
    const record* const sorted = sorted_.data();
    const std::size_t n = sorted_.size();
    bool follows_one = false;  // of the same key
    bool has_previous = false;
    std::int64_t previous = 0;
    std::int64_t last = 0;
    for (std::size_t i = 0; i != n; ++i) {
      const record& r = sorted[i];
      const std::int64_t opened = codec.opened(r);
      const bool simultaneous = both(follows_one, last == opened);
      has_previous = simultaneous ? has_previous : follows_one;
      previous = simultaneous ? previous : last;
      const std::int64_t anchor = codec.anchor(r, *contacts_);
      const std::size_t following = i + (i + 1 != n ? 1U : 0U);
      const bool precedes_one = both(following != i, codec.same_key(r, sorted[following]));
      bool has_next = precedes_one;
      std::int64_t next = codec.opened(sorted[following]);
      if (both(has_next, next <= anchor)) [[unlikely]] {
        const std::size_t j = first_after(i, anchor);
        has_next = j != n && codec.same_key(r, sorted[j]);
        next = has_next ? codec.opened(sorted[j]) : 0;
      }
      report(found, r, {opened, anchor, next, previous, has_next, has_previous, simultaneous});
      last = opened;
      follows_one = precedes_one;
    }
  }
  static bool both(bool a, bool b) noexcept {
    return (static_cast<unsigned>(a) & static_cast<unsigned>(b)) != 0;
  }
  // By doubling steps, then by halving them: many may come while one stays open.
  [[gnu::noinline]] std::size_t first_after(std::size_t i, std::int64_t anchor) const {
    const auto not_after = [&](const record& r) {
      return codec_->same_key(r, sorted_[i]) && codec_->opened(r) <= anchor;
    };
    const std::size_t n = sorted_.size();
    std::size_t step = 1;
    while (i + step < n && not_after(sorted_[i + step])) step *= 2;
    const auto begin = sorted_.begin() + static_cast<std::ptrdiff_t>(i + step / 2);
    const auto end = sorted_.begin() + static_cast<std::ptrdiff_t>((std::min)(i + step, n));
    return static_cast<std::size_t>(std::partition_point(begin, end, not_after) - sorted_.begin());
  }

  // Contacts of one customer in time order, of which a predicate says which belong together.
  template <class Found>
  void link_related(const Found& found) {
    const std::size_t n = sorted_.size();
    std::size_t end = 0;
    for (std::size_t first = 0; first != n; first = end) {
      while (end != n && codec_->same_key(sorted_[end], sorted_[first])) ++end;
      for (std::size_t i = first; i != end; ++i) {
        found_contact c{};
        const std::uint64_t row = codec_->row(sorted_[i]);
        c.opened = codec_->opened(sorted_[i]);
        c.anchor = codec_->anchor(sorted_[i], *contacts_);
        for (std::size_t j = i + 1; c.anchor != linkable_contact::no_anchor && j != end; ++j) {
          const std::int64_t opened = codec_->opened(sorted_[j]);
          if (opened <= c.anchor) continue;
          if (!window_.reaches(opened - c.anchor)) break;
          if (!contacts_->related(row, codec_->row(sorted_[j]))) continue;
          c.has_next = true;
          c.next = opened;
          break;
        }
        for (std::size_t j = i; j != first && !c.has_previous;) {
          --j;
          // Farther back nothing shows; an earlier instant that reaches does, and the same one.
          if (!window_.reaches(c.opened - codec_->opened(sorted_[j])) &&
              codec_->opened(sorted_[j]) != c.opened) {
            break;
          }
          if (!contacts_->related(codec_->row(sorted_[j]), row)) continue;
          c.previous = codec_->opened(sorted_[j]);
          c.has_previous = c.previous < c.opened;
          c.simultaneous |= !c.has_previous;
        }
        report(found, sorted_[i], c);
      }
    }
  }

  struct found_contact {
    std::int64_t opened;
    std::int64_t anchor;
    std::int64_t next;
    std::int64_t previous;  ///< at an earlier instant
    bool has_next;
    bool has_previous;
    bool simultaneous;
  };
  template <class Found>
  [[gnu::always_inline]] void report(const Found& found, const record& r, const found_contact& c) {
    const auto bit = [](bool is, unsigned flag) { return is ? flag : 0U; };
    const unsigned has_anchor = c.anchor != linkable_contact::no_anchor ? ~0U : 0U;
    const std::int64_t anchor = has_anchor != 0 ? c.anchor : c.opened;
    const unsigned has_next = c.has_next ? ~0U : 0U;
    const unsigned has_previous = c.has_previous ? ~0U : 0U;
    const unsigned counts_at_once = window_.includes_simultaneous ? ~0U : 0U;
    const unsigned at_once = bit(c.simultaneous, ~0U);
    const unsigned repeat = has_anchor & has_next & bit(window_.reaches(c.next - anchor), repeated);
    const unsigned ended = has_anchor & bit(anchor <= last_mature_anchor_, mature);
    const unsigned follow = (has_previous & bit(window_.reaches(c.opened - c.previous), follows)) |
                            (at_once & counts_at_once & follows);
    const unsigned flags = known_customer | (has_anchor & anchored) | ended | repeat | follow |
                           bit(c.opened < full_look_back_, short_look_back) |
                           (at_once & at_the_same_time);
    found(codec_->row(r), static_cast<std::uint8_t>(flags), [&]() -> std::int64_t {
      if (has_anchor == 0) return -1;
      if (repeat != 0) return c.next - anchor;
      return ended != 0 ? window_.length : (std::max<std::int64_t>)(until_ - anchor, 0);
    });
  }

  const Codec* codec_;
  const Contacts* contacts_;
  link_window window_;
  std::int64_t until_;
  std::int64_t last_mature_anchor_;
  std::int64_t full_look_back_;
  std::vector<record> sorted_;
  std::vector<std::uint32_t> ends_;
};

}  // namespace crmetrics::detail
