#pragma once

#include <crmetrics/combinators/by.hpp>
#include <crmetrics/combinators/window.hpp>
#include <crmetrics/concepts.hpp>
#include <crmetrics/detail/bulk.hpp>
#include <crmetrics/detail/callable.hpp>
#include <crmetrics/detail/check.hpp>
#include <crmetrics/detail/definition.hpp>
#include <crmetrics/detail/input.hpp>
#include <crmetrics/time/instant.hpp>
#include <crmetrics/time/period.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crmetrics {

/// Results by period, in time order.
template <class Result>
struct window_results {
  struct row {
    crmetrics::period period;
    Result result;
  };
  std::vector<row> rows;
  Result untimed;  ///< events without a time

  auto begin() const { return rows.begin(); }
  auto end() const { return rows.end(); }
  std::size_t size() const { return rows.size(); }
};

namespace detail {

/// The number of the period of an event, by the window and the time that a projection gives.
template <class Window, class TimeOf>
struct period_number {
  Window window;
  [[no_unique_address]] TimeOf time_of;

  template <class E>
    requires callable_on<TimeOf, E>
  constexpr std::optional<std::int64_t> operator()(const E& e) const {
    const auto& t = call(time_of, e);
    if constexpr (is_optional<std::remove_cvref_t<decltype(t)>>) {
      if (!t.has_value()) return std::nullopt;
      return window.number_of(to_instant(*t));
    } else {
      return window.number_of(to_instant(t));
    }
  }
  friend constexpr bool operator==(const period_number& a, const period_number& b) {
    return a.window == b.window && same_callable(a.time_of, b.time_of);
  }
};

}  // namespace detail

/// One state of a metric for each period of event time: `over(calendar_months{}, &survey::at, m)`.
///
/// Never the wall clock. Longer windows are built by merging the states of shorter ones (`last(k)`,
/// `within(p)`), never by taking events back out of a state. Merge is exact where the metric's is.
template <window Window, class TimeOf, any_metric M>
class windowed {
 public:
  static constexpr merge_exactness exactness = M::exactness;
  static constexpr shard_constraint sharding = M::sharding;

  windowed(Window window, TimeOf time_of, M metric)
      : window_(window), cells_({window, std::move(time_of)}, std::move(metric), {}) {
    detail::require_comparable<TimeOf>();
  }

  constexpr auto name() const { return cells_.name(); }
  constexpr convention_text convention() const {
    convention_text text = cells_.unkeyed().convention();
    detail::append_part(text, window_.name());
    return text;
  }

  template <class E>
    requires detail::callable_on<TimeOf, E> && observes<M, E>
  void update(const E& e) {
    cells_.update(e);
  }
  template <class E>
  void check(const E& e) const {
    detail::check(cells_, e);
  }
  /// All rows or none. @throws bad_input naming each bad row
  template <class Range>
  void update_many(const Range& rows, std::string_view field = {}) {
    detail::update_all(*this, rows, field);
  }

  /// @throws definition_mismatch where the windows differ
  windowed& merge(const windowed& other) {
    detail::require_same_definition(*this, other);
    cells_.merge(other.cells_);
    return *this;
  }
  windowed fresh() const {
    windowed empty = *this;
    empty.cells_ = cells_.fresh();
    return empty;
  }

  auto result(confidence_level level = {}) const {
    using result_type = decltype(cells_.unkeyed().result(level));
    window_results<result_type> out{{}, cells_.unkeyed().result(level)};
    cells_.for_each([&](std::int64_t number, const M& cell) {
      out.rows.push_back({window_.period_of(number), cell.result(level)});
    });
    return out;
  }

  /// The last `count` periods up to and including the one of `now`, merged: a sliding window.
  /// @throws invalid_setting where the count is less than 1
  M last(std::int64_t count, instant now) const {
    if (count < 1) {
      throw invalid_setting("window: last " + std::to_string(count) + " periods: at least 1");
    }
    const std::int64_t to = window_.number_of(now);
    std::int64_t before = 0;
    if (__builtin_sub_overflow(to, count, &before)) before = INT64_MIN;
    return merged(before + 1, to);
  }
  /// The periods that lie wholly inside p, merged: year to date from months, a quarter from weeks.
  M within(const period& p) const {
    M sum = cells_.unkeyed().fresh();
    cells_.for_each([&](std::int64_t number, const M& cell) {
      const period each = window_.period_of(number);
      if (p.from() <= each.from() && each.to() <= p.to()) sum.merge(cell);
    });
    return sum;
  }
  /// Everything, with and without a time.
  M total() const { return cells_.total(); }
  std::size_t size() const { return cells_.size(); }

  friend bool operator==(const windowed& a, const windowed& b) { return a.cells_ == b.cells_; }
  void serialize(auto& archive) {
    if constexpr (requires { window_.settings(archive); }) archive.setting(window_);
    archive(cells_);
  }
  /// For archives: periods far from any calendar do not come from events.
  bool possible() const {
    constexpr std::int64_t far = detail::farthest_time;
    const std::int64_t first = window_.number_of({-far});
    const std::int64_t last = window_.number_of({far});
    bool inside = true;
    cells_.for_each([&](std::int64_t number, const M&) {
      inside = inside && first <= number && number <= last;
    });
    return inside;
  }

 private:
  M merged(std::int64_t from, std::int64_t to) const {
    M sum = cells_.unkeyed().fresh();
    cells_.for_each([&](std::int64_t number, const M& cell) {
      if (from <= number && number <= to) sum.merge(cell);
    });
    return sum;
  }

  Window window_;
  grouped<detail::period_number<Window, TimeOf>, M, ordered_keys<std::int64_t>> cells_;
};

/// Makes a `windowed` metric.
template <window Window, class TimeOf, any_metric M>
windowed<Window, TimeOf, M> over(Window window, TimeOf time_of, M metric) {
  return {window, std::move(time_of), std::move(metric)};
}

}  // namespace crmetrics
