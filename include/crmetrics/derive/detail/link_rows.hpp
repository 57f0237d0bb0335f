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

/// Which rows go into which partition: by the first bits of the hash of their key, so that all
/// contacts of a key are together and a partition is small enough for the cache. To keep memory
/// small the partitions are linked in two rounds. Two bytes a row.
class partition_plan {
 public:
  partition_plan(std::size_t rows, unsigned threads)
      : rows_(rows), threads_((std::max)(1U, threads)) {
    constexpr std::size_t in_cache = 16'384;
    bits_ = (std::min)(15U, static_cast<unsigned>(std::bit_width(rows / in_cache)));
    rounds_ = bits_ > 4 ? 2 : 1;
    partitions_ = (std::size_t{1} << bits_) / rounds_;
    partition_ = std::make_unique_for_overwrite<std::uint16_t[]>(rows);
    counts_.assign(threads_, std::vector<std::size_t>(partitions_ * rounds_));
  }

  /// Each thread says of each of its rows what its key is, or that it is left out.
  void add(unsigned thread, std::size_t row, std::uint64_t key) {
    const std::size_t p = bits_ == 0 ? 0 : spread_bits(key) >> (64 - bits_);
    partition_[row] = static_cast<std::uint16_t>(p);
    ++counts_[thread][p];
  }
  void leave_out(std::size_t row) { partition_[row] = UINT16_MAX; }

  std::size_t first_row(unsigned thread) const noexcept { return rows_ * thread / threads_; }
  unsigned threads() const noexcept { return threads_; }
  unsigned bits() const noexcept { return bits_; }
  std::size_t rounds() const noexcept { return rounds_; }
  std::size_t partitions() const noexcept { return partitions_; }
  std::size_t partition(std::size_t row) const noexcept { return partition_[row]; }

  /// Where in the memory of a round each partition, and each thread's part of it, begins.
  struct layout {
    std::vector<std::size_t> begins;               ///< one more than partitions
    std::vector<std::vector<std::size_t>> places;  ///< by thread and partition
  };
  layout of_round(std::size_t round) const {
    layout out;
    out.places.assign(threads_, std::vector<std::size_t>(partitions_));
    out.begins.reserve(partitions_ + 1);
    std::size_t at = 0;
    for (std::size_t p = 0; p != partitions_; ++p) {
      out.begins.push_back(at);
      for (unsigned t = 0; t != threads_; ++t) {
        out.places[t][p] = at;
        at += counts_[t][round * partitions_ + p];
      }
    }
    out.begins.push_back(at);
    return out;
  }

 private:
  std::size_t rows_;
  unsigned threads_;
  unsigned bits_ = 0;
  std::size_t rounds_ = 1;
  std::size_t partitions_ = 1;
  std::unique_ptr<std::uint16_t[]> partition_;
  std::vector<std::vector<std::size_t>> counts_;
};

/// Links all contacts of a table, partition by partition. `Contacts` gives, by row number,
/// `contact(i)`, and `related(i, j)` where `by_predicate` is true.
template <class Record, class Contacts>
class row_linker {
 public:
  row_linker(const Contacts& contacts, const partition_plan& plan, std::int64_t origin,
             const link_window& window, link_output out)
      : contacts_(contacts), plan_(plan), origin_(origin), window_(window), out_(out) {}

  void run() {
    std::vector<partition_plan::layout> rounds;
    std::size_t most = 0;
    for (std::size_t round = 0; round != plan_.rounds(); ++round) {
      rounds.push_back(plan_.of_round(round));
      most = (std::max)(most, rounds.back().begins.back());
    }
    records_ = std::make_unique_for_overwrite<Record[]>(most);
    std::vector<partition_linker<Record, Contacts>> linkers(plan_.threads(),
                                                            {contacts_, window_, out_});
    for (std::size_t round = 0; round != plan_.rounds(); ++round) {
      partition_plan::layout& layout = rounds[round];
      on_threads(plan_.threads(), [&](unsigned t) { deal(t, round, layout.places[t].data()); });
      std::atomic<std::size_t> next = 0;
      on_threads(plan_.threads(), [&](unsigned t) {
        for (std::size_t p = next++; p < plan_.partitions(); p = next++) {
          const std::size_t begin = layout.begins[p];
          linkers[t].link({records_.get() + begin, layout.begins[p + 1] - begin}, plan_.bits());
        }
      });
    }
  }

 private:
  // The rows of this round are picked in blocks and without a branch, which would be mispredicted
  // for every second row.
  void deal(unsigned thread, std::size_t round, std::size_t* place) {
    constexpr std::size_t block = 512;
    std::array<std::uint32_t, block> picked;
    std::array<std::uint32_t, block> target;
    Record* records = records_.get();
    const std::size_t last = plan_.first_row(thread + 1);
    const std::size_t partitions = plan_.partitions();
    const std::size_t first_partition = round * partitions;
    for (std::size_t begin = plan_.first_row(thread); begin < last; begin += block) {
      const std::size_t end = (std::min)(begin + block, last);
      std::size_t n = 0;
      for (std::size_t i = begin; i != end; ++i) {
        const std::size_t p = plan_.partition(i) - first_partition;
        picked[n] = static_cast<std::uint32_t>(i - begin);
        target[n] = static_cast<std::uint32_t>(p);
        n += static_cast<std::size_t>(p < partitions);
      }
      for (std::size_t k = 0; k != n; ++k) {
        records[place[target[k]]++] = Record(contacts_.contact(begin + picked[k]), origin_);
      }
    }
  }

  const Contacts& contacts_;
  const partition_plan& plan_;
  std::int64_t origin_;
  link_window window_;
  link_output out_;
  std::unique_ptr<Record[]> records_;
};

}  // namespace crmetrics::detail
