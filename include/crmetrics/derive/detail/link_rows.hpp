#pragma once

#include <crmetrics/derive/detail/chunk_streams.hpp>
#include <crmetrics/derive/detail/link_part.hpp>
#include <crmetrics/derive/detail/on_threads.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace crmetrics::detail {

/// Which rows are a thread's own.
class row_shares {
 public:
  row_shares(std::size_t rows, unsigned threads) : rows_(rows), threads_((std::max)(1U, threads)) {}
  unsigned threads() const noexcept { return threads_; }
  std::size_t first(unsigned thread) const noexcept {
    return rows_ / threads_ * thread + (std::min<std::size_t>)(thread, rows_ % threads_);
  }
  std::size_t last(unsigned thread) const noexcept { return first(thread + 1); }

 private:
  std::size_t rows_;
  unsigned threads_;
};

/// Where the findings go: one byte a row, and, if asked for, one time span a row.
struct link_output {
  std::uint8_t* flags;  ///< not 0 for the rows that are to be linked
  std::int64_t* spans;  ///< or nullptr
};

/// Links all contacts of a table: deals them into parts that the cache holds, links part by part,
/// and brings the findings, too, back to their rows by way of parts that the cache holds. Memory in
/// between is one record a row, and what a part gives back the findings take.
template <class Codec, class Contacts>
class row_linker {
  using record = typename Codec::record;

 public:
  row_linker(const Contacts& contacts, const contact_ranges& ranges, const link_window& window,
             link_output out, const row_shares& shares)
      : codec_(ranges),
        contacts_(contacts),
        window_(window),
        out_(out),
        shares_(shares),
        spread_(ranges.key_bits),
        key_bits_(ranges.key_bits),
        part_bits_(bits_of_part(ranges, Codec::round_bits)),
        pages_((ranges.rows >> page_bits) + 1) {}

  void run() {
    for (unsigned t = 0; t != shares_.threads(); ++t) {
      workers_.push_back(std::make_unique<worker>(*this));
    }
    const std::size_t rounds = std::size_t{1} << (std::min)(Codec::round_bits, part_bits_);
    for (std::size_t round = 0; round != rounds; ++round) {
      first_part_ = round * parts() / rounds;
      on_threads(shares_.threads(), [&](unsigned t) { deal(t, parts() / rounds); });
      std::atomic<std::size_t> next = 0;
      on_threads(shares_.threads(), [&](unsigned t) {
        for (std::size_t p = next++; p < parts() / rounds; p = next++) link(*workers_[t], p);
      });
    }
    std::atomic<std::size_t> next = 0;
    on_threads(shares_.threads(), [&](unsigned) {
      for (std::size_t page = next++; page < pages_; page = next++) write(page);
    });
  }

 private:
  // Findings wait, 4 bytes each, until those of a page of rows, which the cache holds, can be
  // written together.
  static constexpr unsigned page_bits = 20;
  static constexpr std::uint64_t page_rows = std::uint64_t{1} << page_bits;

  struct worker {
    explicit worker(const row_linker& all)
        : linker(all.codec_, all.contacts_, all.window_),
          dealt(pool, all.parts()),
          found(pool, all.pages_) {}
    chunk_pool pool;
    part_linker<Codec, Contacts> linker;
    chunk_streams<record> dealt;
    chunk_streams<std::uint32_t> found;
  };

  std::size_t parts() const noexcept { return std::size_t{1} << part_bits_; }

  // In blocks: the records of one are made at the same time, none waits for another's place.
  void deal(unsigned thread, std::size_t parts) {
    constexpr std::size_t block = 32;
    std::array<record, block> records;
    std::array<std::size_t, block> targets;
    // Copies, which stay in registers: what the loops write might be the originals.
    const Codec codec = codec_;
    const key_spread spread = spread_;
    const std::size_t first_part = first_part_;
    const std::uint8_t* const flags = out_.flags;
    chunk_streams<record>& dealt = workers_[thread]->dealt;
    const std::size_t last = shares_.last(thread);
    for (std::size_t begin = shares_.first(thread); begin < last; begin += block) {
      const std::size_t end = (std::min)(begin + block, last);
      std::size_t n = 0;
      for (std::size_t i = begin; i != end; ++i) {
        if ((flags[i] & known_customer) == 0) continue;
        const linkable_contact c = contacts_.contact(i);
        const std::uint64_t spread_key = spread(c.key);
        records[n] = codec.pack(spread_key, c);
        targets[n] = upper_bits(spread_key, key_bits_, part_bits_) - first_part;
        n += targets[n] < parts ? 1U : 0U;  // others are of another round
      }
      for (std::size_t k = 0; k != n; ++k) dealt.push_back(targets[k], records[k]);
    }
  }

  void link(worker& w, std::size_t part) {
    std::size_t size = 0;
    for (const auto& other : workers_) size += other->dealt.size(part);
    if (size == 0) return;
    // Threads have their shares in the order of rows.
    const auto each = [&](const auto& f) {
      for (const auto& other : workers_) other->dealt.for_each(part, f);
    };
    w.linker.link(size, each, [&](std::uint64_t row, std::uint8_t flags, const auto& span) {
      w.found.push_back(row >> page_bits,
                        static_cast<std::uint32_t>((row % page_rows) << 8U | flags));
      if (out_.spans != nullptr) out_.spans[row] = span();
    });
    for (const auto& other : workers_) other->dealt.clear(part, w.pool);
  }

  void write(std::size_t page) {
    std::uint8_t* flags = out_.flags + page * page_rows;
    for (const auto& w : workers_) {
      w->found.for_each(
          page, [&](std::uint32_t x) { flags[x >> 8U] = static_cast<std::uint8_t>(x & 0xffU); });
    }
  }

  Codec codec_;
  const Contacts& contacts_;
  link_window window_;
  link_output out_;
  row_shares shares_;
  key_spread spread_;
  unsigned key_bits_;
  unsigned part_bits_;
  std::size_t pages_;
  std::size_t first_part_ = 0;
  std::vector<std::unique_ptr<worker>> workers_;
};

}  // namespace crmetrics::detail
