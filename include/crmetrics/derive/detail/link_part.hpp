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
    reach_ = window.length - (window.includes_last ? 0 : 1);
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
  // Farther than every window reaches, also from an anchor on.
  static constexpr std::int64_t never = INT64_MAX - 1;
  /// A contact and those that it belongs together with.
  struct neighbours {
    std::int64_t opened;
    std::int64_t open;            ///< until the anchor; -1 without one
    std::int64_t until_next;      ///< that is opened after the anchor, from opened on; or never
    std::int64_t since_previous;  ///< at an earlier instant; or never
    bool at_once;                 ///< with an earlier row
  };

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
    if (n == 0) return;
    neighbours c{codec.opened(sorted[0]), 0, never, never, false};
    for (std::size_t i = 0; i + 1 != n; ++i) {
      const record& r = sorted[i];
      const record& following = sorted[i + 1];
      const std::int64_t opened = codec.opened(following);
      const bool of_same_key = codec.same_key(r, following);
      const std::int64_t gap = of_same_key ? opened - c.opened : never;
      c.open = codec.open(r, *contacts_);
      c.until_next = gap;
      if (gap <= c.open) [[unlikely]]
        c.until_next = until_first_after(i, c.opened, c.open);
      report(found, r, c);
      c.at_once = gap == 0;
      c.since_previous = c.at_once ? c.since_previous : gap;
      c.opened = opened;
    }
    c.open = codec.open(sorted[n - 1], *contacts_);
    c.until_next = never;
    report(found, sorted[n - 1], c);
  }
  // By doubling steps, then by halving them: many may come while one stays open.
  [[gnu::noinline]] std::int64_t until_first_after(std::size_t i, std::int64_t opened,
                                                   std::int64_t open) const {
    const auto not_after = [&](const record& r) {
      return codec_->same_key(r, sorted_[i]) && codec_->opened(r) - opened <= open;
    };
    const std::size_t n = sorted_.size();
    std::size_t step = 1;
    while (i + step < n && not_after(sorted_[i + step])) step *= 2;
    const auto begin = sorted_.begin() + static_cast<std::ptrdiff_t>(i + step / 2);
    const auto end = sorted_.begin() + static_cast<std::ptrdiff_t>((std::min)(i + step, n));
    const auto first = std::partition_point(begin, end, not_after);
    return first != sorted_.end() && codec_->same_key(*first, sorted_[i])
               ? codec_->opened(*first) - opened
               : never;
  }

  // Contacts of one customer in time order, of which a predicate says which belong together.
  template <class Found>
  void link_related(const Found& found) {
    const std::size_t n = sorted_.size();
    std::size_t end = 0;
    for (std::size_t first = 0; first != n; first = end) {
      while (end != n && codec_->same_key(sorted_[end], sorted_[first])) ++end;
      for (std::size_t i = first; i != end; ++i) {
        const std::uint64_t row = codec_->row(sorted_[i]);
        neighbours c{codec_->opened(sorted_[i]), codec_->open(sorted_[i], *contacts_), never, never,
                     false};
        for (std::size_t j = i + 1; c.open >= 0 && j != end; ++j) {
          const std::int64_t later = codec_->opened(sorted_[j]) - c.opened;
          if (later <= c.open) continue;
          if (later - c.open > reach_) break;
          if (!contacts_->related(row, codec_->row(sorted_[j]))) continue;
          c.until_next = later;
          break;
        }
        for (std::size_t j = i; j != first && c.since_previous == never;) {
          --j;
          // Farther back nothing shows; an earlier instant that reaches does, and the same one.
          const std::int64_t earlier = c.opened - codec_->opened(sorted_[j]);
          if (earlier > reach_ && earlier != 0) break;
          if (!contacts_->related(codec_->row(sorted_[j]), row)) continue;
          if (earlier == 0) {
            c.at_once = true;
          } else {
            c.since_previous = earlier;
          }
        }
        report(found, sorted_[i], c);
      }
    }
  }

  template <class Found>
  [[gnu::always_inline]] void report(const Found& found, const record& r, const neighbours& c) {
    const auto bit = [](bool is, unsigned flag) { return is ? flag : 0U; };
    const unsigned counts_at_once = bit(window_.includes_simultaneous, follows);
    const bool has_anchor = c.open >= 0;
    const std::int64_t after = c.until_next - c.open;  // the window began
    const std::int64_t anchor = c.opened + c.open;
    const unsigned of_window =
        bit(after <= reach_, repeated) | bit(anchor <= last_mature_anchor_, mature) | anchored;
    const unsigned flags = known_customer | bit(has_anchor, of_window) |
                           bit(c.since_previous <= reach_, follows) |
                           bit(c.at_once, at_the_same_time | counts_at_once) |
                           bit(c.opened < full_look_back_, short_look_back);
    found(codec_->row(r), static_cast<std::uint8_t>(flags), [&]() -> std::int64_t {
      if (!has_anchor) return -1;
      if ((flags & repeated) != 0) return after;
      return (flags & mature) != 0 ? window_.length : (std::max<std::int64_t>)(until_ - anchor, 0);
    });
  }

  const Codec* codec_;
  const Contacts* contacts_;
  link_window window_;
  std::int64_t until_;
  std::int64_t last_mature_anchor_;
  std::int64_t full_look_back_;
  std::int64_t reach_;  ///< the longest time that is within the window
  std::vector<record> sorted_;
  std::vector<std::uint32_t> ends_;
};

}  // namespace crmetrics::detail
