#pragma once

#include <crmetrics/accumulators/count.hpp>
#include <crmetrics/concepts.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/core/missing.hpp>
#include <crmetrics/detail/bulk.hpp>
#include <crmetrics/detail/definition.hpp>
#include <crmetrics/detail/input.hpp>
#include <crmetrics/detail/number_kernel.hpp>
#include <crmetrics/detail/rating_mean.hpp>
#include <crmetrics/detail/screen.hpp>
#include <crmetrics/fwd.hpp>
#include <crmetrics/intervals/student_t.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace crmetrics {

/// A rating scale of whole points from Low to High, both included. Part of the metric's type: a
/// rating of another instrument does not merge.
template <int Low, int High>
struct rating_scale {
  static_assert(Low < High, "a rating scale needs at least two points");
  static constexpr int low = Low;
  static constexpr int high = High;
  static constexpr int points = High - Low + 1;
  static constexpr convention_text name() {
    convention_text text("scale ");
    return text.append(Low).append("-").append(High);
  }
};

/// One count for each point of a rating scale: every CSAT, CES or star variant derives from it.
///
/// `result()` is the mean rating with Student's t interval; the variance is that of the counts,
/// sum c_k (k - mean)^2 / (n - 1). Merge is exact with counts. O(1) an event; a contiguous column
/// of numbers is read at about the speed of memory.
///
/// Observes whole numbers (also as floating point) and optionals of them; std::nullopt and NaN are
/// missing; anything off the scale is invalid.
template <class Scale, class Missing, class Invalid, class Cell>
class ordinal {
  static_assert(!std::same_as<Missing, missing::as_failure> &&
                    !std::same_as<Missing, missing::as_passive>,
                "crmetrics: this metric has no such treatment of missing values");

 public:
  using scale = Scale;
  using weight_type = typename Cell::weight_type;
  static constexpr merge_exactness exactness = Cell::exactness;
  static constexpr shard_constraint sharding = shard_constraint::any;
  static constexpr crmetrics::unit unit = crmetrics::unit::points;
  static constexpr crmetrics::direction direction = crmetrics::direction::higher_is_better;

  constexpr ordinal() = default;

  static constexpr std::string_view name() { return "mean rating"; }
  static constexpr convention_text convention() {
    convention_text text = Scale::name();
    detail::screen<Missing, Invalid>::describe(text);
    return text;
  }

  template <detail::number_input T>
  constexpr void update(const T& x, weight_type w = {}) {
    std::int64_t point = 0;
    if (detail::is_missing(x)) {
      screen_.on_missing("rating", w);
    } else if (detail::read_whole(x, Scale::low, Scale::high, point)) [[likely]] {
      cells_[point - Scale::low].add(w);
    } else {
      screen_.on_invalid("rating", x, off_scale(), w);
    }
  }

  /// All rows or none. @throws bad_input naming each bad row
  template <class Range>
  constexpr void update_many(const Range& rows, std::string_view field = {}) {
    if constexpr (detail::number_column<Range> && std::same_as<Cell, count> && fits_kernel) {
      if (update_column(rows, std::make_integer_sequence<int, Scale::points>{})) return;
    }
    detail::update_all(*this, rows, field);
  }

  constexpr ordinal& merge(const ordinal& other) {
    ordinal next = *this;
    for (std::size_t i = 0; i != std::size(cells_); ++i) next.cells_[i].merge(other.cells_[i]);
    next.screen_.merge(other.screen_);
    return *this = next;
  }
  constexpr ordinal fresh() const { return {}; }

  constexpr estimate result(confidence_level level = {}) const {
    estimate_parts parts = detail::rating_mean_parts<student_t>(*this, level);
    parts.name = name();
    parts.convention = convention();
    return estimate(parts);
  }

  /// The cell of one scale point. @throws bad_input for a point that the scale does not have
  constexpr const Cell& at(int point) const {
    if (point < Scale::low || point > Scale::high) {
      detail::refuse_value("scale point", point, off_scale());
    }
    return cells_[static_cast<std::size_t>(point - Scale::low)];
  }
  /// The cells of the points from `from` to `to`, both included, merged.
  constexpr Cell between(int from, int to) const {
    Cell sum;
    for (int point = from; point <= to; ++point) sum.merge(at(point));
    return sum;
  }
  constexpr std::uint64_t missing() const noexcept { return screen_.missing; }
  constexpr std::uint64_t invalid() const noexcept { return screen_.invalid; }

  friend constexpr bool operator==(const ordinal&, const ordinal&) = default;
  constexpr void serialize(auto& archive) {
    for (Cell& cell : cells_) archive(cell);
    archive(screen_);
  }

 private:
  // The kernel compares signed bytes, and keeps a count of each point in a register.
  static constexpr bool fits_kernel = Scale::low >= 0 && Scale::high <= 127 && Scale::points <= 12;

  static constexpr std::string_view off_scale() { return "not a whole point of the scale"; }

  template <class Column, int... K>
  bool update_column(const Column& rows, std::integer_sequence<int, K...>) {
    const auto counts = detail::count_column<detail::equal_to<Scale::low + K>...>(rows);
    const std::uint64_t missing = counts.of[Scale::points];
    const bool clean = (counts.of[K] + ... + missing) == static_cast<std::uint64_t>(rows.size());
    // Read row by row, to name the bad ones.
    if (!clean || (missing != 0 && !screen_.takes_missing)) return false;
    ordinal next = fresh();
    (next.cells_[K].add({counts.of[K]}), ...);
    if (missing != 0) next.update(detail::quiet_nan(), {missing});
    merge(next);
    return true;
  }

  Cell cells_[static_cast<std::size_t>(Scale::points)] = {};
  detail::screen<Missing, Invalid> screen_;
};

}  // namespace crmetrics
