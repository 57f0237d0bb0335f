#pragma once

#include "blocks.hpp"
#include "column.hpp"
#include "keys.hpp"

#include <crmetrics/concepts.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/core/weight.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <type_traits>
#include <vector>

namespace crmetrics::python {

/// A metric that is the same after a value with how often it came as after the value that often.
template <class M>
concept counts_repeats = M::exactness == merge_exactness::exact &&
                         std::same_as<typename M::weight_type, frequency_weight>;

/// Small whole numbers, and yes and no, counted by group and value: one addition a row instead of
/// an update, and at the end one update for each value that a group has.
class value_counts {
 public:
  static bool takes(const column& c) {
    return c.type >= kind::bits && c.type <= kind::f64 &&
           c.rows <= std::int64_t{(std::numeric_limits<std::uint32_t>::max)()};
  }
  /// Whether the groups have as many rows as counters, on average: fewer are sooner updated.
  static bool pays(std::int64_t rows, std::uint32_t groups) {
    return rows / static_cast<std::int64_t>(lanes) >= std::int64_t{groups};
  }
  /// Whether no row of a block has a value that cannot be counted.
  template <class T>
  static bool all_small(const block<T>& rows) {
    for (std::size_t i = 0; i != rows.values.size(); ++i) {
      if (lane_at(rows, i) == others) return false;
    }
    return true;
  }

  /// @param group of each row; below `groups`
  /// @param next keys that are read after this: in short blocks the processor does not see them
  ///   coming, and fetching them meanwhile makes the whole a quarter faster
  template <class T>
  void add(const block<T>& rows, const std::uint32_t* group, std::uint32_t groups,
           stored_key next) {
    if (counts_.size() < groups * lanes) counts_.resize(groups * lanes);
    std::uint32_t* const counts = counts_.data();
    const T* const values = rows.values.data();
    const std::size_t n = rows.values.size();
    if (rows.valid != nullptr) {
      for (std::size_t i = 0; i != n; ++i) ++counts[group[i] * lanes + lane_at(rows, i)];
      return;
    }
    constexpr std::size_t step = 8;
    std::size_t i = 0;
    for (; i + step <= n; i += step) {
      __builtin_prefetch(next.at + i * next.width);
      for (std::size_t j = i; j != i + step; ++j) {
        ++counts[group[j] * lanes + lane_of(values[j])];
      }
    }
    for (; i != n; ++i) ++counts[group[i] * lanes + lane_of(values[i])];
  }

  /// Into the states of the groups. False, and they are of no use, where a value could not be
  /// counted or is refused: to name its row, the rows have to be read one by one.
  template <class T, class M>
  bool give(std::vector<M>& cells) const {
    try {
      for (std::size_t at = 0; at != counts_.size(); ++at) {
        if (counts_[at] == 0) continue;
        const std::size_t lane = at % lanes;
        if (lane == others) return false;
        const auto value =
            lane == missing ? std::optional<T>() : std::optional<T>(static_cast<T>(lane));
        cells[at / lanes].update(value, frequency_weight{counts_[at]});
      }
      return true;
    } catch (const bad_input&) {
      return false;
    }
  }

 private:
  static constexpr std::size_t lanes = 16;
  static constexpr std::size_t missing = 14;  // below it the values
  static constexpr std::size_t others = 15;

  template <class T>
  static std::size_t lane_of(T x) {
    if constexpr (std::same_as<T, bool>) {
      return x ? 1 : 0;
    } else if constexpr (std::floating_point<T>) {
      if (!(x >= 0 && x < static_cast<T>(missing))) return others;
      const auto whole = static_cast<unsigned>(x);
      return static_cast<T>(whole) == x ? whole : others;
    } else {
      const auto u = static_cast<std::make_unsigned_t<T>>(x);
      return u < missing ? static_cast<std::size_t>(u) : others;
    }
  }
  template <class T>
  static std::size_t lane_at(const block<T>& rows, std::size_t i) {
    if (rows.valid == nullptr || rows.valid[i] == there) return lane_of(rows.values[i]);
    return rows.valid[i] == absent ? missing : others;
  }

  std::vector<std::uint32_t> counts_;
};

}  // namespace crmetrics::python
