#pragma once

#include <crmetrics/derive/detail/link_group.hpp>
#include <crmetrics/derive/detail/on_threads.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace crmetrics::detail {

/// Links all contacts of a table: they are dealt into partitions by the hash of their key, each
/// small enough for the cache, and each partition is linked by itself.
///
/// `Contacts` gives, by row number, `known(i)`, `key(i)` and `contact(i)`, and `related(i, j)`
/// where `by_predicate` is true. To keep memory small the partitions are made in two rounds, by the
/// first bit of the hash.
template <class Record, class Contacts>
class row_linker {
 public:
  row_linker(const Contacts& contacts, std::size_t rows, std::int64_t origin,
             const link_window& window, link_output out, unsigned threads)
      : contacts_(contacts),
        rows_(rows),
        origin_(origin),
        window_(window),
        out_(out),
        threads_(std::max(1U, threads)) {
    constexpr std::size_t in_cache = 8'192;
    bits_ = static_cast<unsigned>(std::bit_width(rows / in_cache));
    rounds_ = bits_ > 4 ? 2 : 1;
    if (rounds_ == 2) bits_ = std::max(bits_, 2U);
    partitions_ = (std::size_t{1} << bits_) / rounds_;
  }

  void run() {
    count();
    std::size_t most = 0;
    for (std::size_t round = 0; round != rounds_; ++round) most = std::max(most, place(round));
    records_ = std::make_unique_for_overwrite<Record[]>(most);
    std::vector<partition_linker<Record, Contacts>> linkers(threads_, {contacts_, window_, out_});
    for (std::size_t round = 0; round != rounds_; ++round) {
      place(round);
      on_threads(threads_, [&](unsigned t) { deal(t, round); });
      std::atomic<std::size_t> next = 0;
      on_threads(threads_, [&](unsigned t) {
        for (std::size_t p = next++; p < partitions_; p = next++) {
          linkers[t].link({records_.get() + begins_[p], begins_[p + 1] - begins_[p]}, bits_);
        }
      });
    }
  }

 private:
  std::size_t first_row(unsigned thread) const noexcept { return rows_ * thread / threads_; }
  std::size_t partition(std::uint64_t key) const noexcept {
    return bits_ == 0 ? 0 : spread_bits(key) >> (64 - bits_);
  }

  // How many records of each partition each thread has: where it may write follows from that.
  void count() {
    counts_.assign(threads_, std::vector<std::size_t>(partitions_ * rounds_));
    on_threads(threads_, [&](unsigned t) {
      std::vector<std::size_t>& counts = counts_[t];
      const std::size_t last = first_row(t + 1);
      for (std::size_t i = first_row(t); i != last; ++i) {
        if (contacts_.known(i)) ++counts[partition(contacts_.key(i))];
      }
    });
  }
  /// Where each partition of a round, and each thread's part of it, begins; how many there are.
  std::size_t place(std::size_t round) {
    places_.assign(threads_, std::vector<std::size_t>(partitions_));
    begins_.assign(partitions_ + 1, 0);
    std::size_t at = 0;
    for (std::size_t p = 0; p != partitions_; ++p) {
      begins_[p] = at;
      for (unsigned t = 0; t != threads_; ++t) {
        places_[t][p] = at;
        at += counts_[t][round * partitions_ + p];
      }
    }
    begins_[partitions_] = at;
    return at;
  }
  // The rows of this round are picked in blocks and without a branch, which would be mispredicted
  // for every second row.
  void deal(unsigned thread, std::size_t round) {
    constexpr std::size_t block = 512;
    std::array<std::uint32_t, block> picked;
    std::array<std::uint32_t, block> target;
    std::size_t* place = places_[thread].data();
    Record* records = records_.get();
    const std::size_t last = first_row(thread + 1);
    const std::size_t first_partition = round * partitions_;
    for (std::size_t begin = first_row(thread); begin < last; begin += block) {
      const std::size_t end = std::min(begin + block, last);
      std::size_t n = 0;
      for (std::size_t i = begin; i != end; ++i) {
        const std::size_t p = partition(contacts_.key(i)) - first_partition;
        picked[n] = static_cast<std::uint32_t>(i - begin);
        target[n] = static_cast<std::uint32_t>(p);
        n += static_cast<std::size_t>(p < partitions_) &
             static_cast<std::size_t>(contacts_.known(i));
      }
      for (std::size_t k = 0; k != n; ++k) {
        records[place[target[k]]++] = Record(contacts_.contact(begin + picked[k]), origin_);
      }
    }
  }

  const Contacts& contacts_;
  std::size_t rows_;
  std::int64_t origin_;
  link_window window_;
  link_output out_;
  unsigned threads_;
  unsigned bits_ = 0;
  std::size_t rounds_ = 1;
  std::size_t partitions_ = 1;
  std::vector<std::vector<std::size_t>> counts_;
  std::vector<std::vector<std::size_t>> places_;
  std::vector<std::size_t> begins_;
  std::unique_ptr<Record[]> records_;
};

}  // namespace crmetrics::detail
