#pragma once

#include <crmetrics/accumulators/detail/integer_moments.hpp>
#include <crmetrics/accumulators/detail/mean_parts.hpp>
#include <crmetrics/concepts.hpp>
#include <crmetrics/core/missing.hpp>
#include <crmetrics/core/time_span.hpp>
#include <crmetrics/detail/bulk.hpp>
#include <crmetrics/detail/definition.hpp>
#include <crmetrics/detail/screen.hpp>
#include <crmetrics/detail/span_input.hpp>
#include <crmetrics/fwd.hpp>
#include <crmetrics/intervals/student_t.hpp>

#include <concepts>
#include <cstdint>
#include <string_view>

namespace crmetrics {

/// What a plain `duration` is called; metrics of time spans bring their own traits.
struct span_of_time {
  static constexpr std::string_view name = "duration";
  static constexpr std::string_view definition = "mean time span";
  static constexpr crmetrics::direction direction = crmetrics::direction::lower_is_better;
};

/// Mean time span in seconds, kept as exact sums of microseconds: the same state for any split and
/// order. Standard error and Student's t interval as for `mean`.
///
/// Observes `time_span` (`seconds{30}`), std::chrono durations, plain numbers of seconds, and
/// optionals of them. std::nullopt and NaN are missing (an unanswered contact has no response time;
/// it is counted, not averaged as 0). A negative span (end before start), an infinite one, one of
/// more than 292,000 years is invalid. O(1) an event.
template <class Traits, class Interval, class Missing, class Invalid>
class basic_duration {
  static_assert(!std::same_as<Missing, missing::as_failure> &&
                    !std::same_as<Missing, missing::as_passive>,
                "crmetrics: this metric has no such treatment of missing values");

 public:
  using weight_type = frequency_weight;
  static constexpr merge_exactness exactness = merge_exactness::exact;
  static constexpr shard_constraint sharding = shard_constraint::any;
  static constexpr crmetrics::unit unit = crmetrics::unit::second;
  static constexpr crmetrics::direction direction = Traits::direction;

  constexpr basic_duration() = default;

  static constexpr std::string_view name() { return Traits::name; }
  static constexpr convention_text convention() {
    convention_text text(Traits::definition);
    detail::screen<Missing, Invalid>::describe(text);
    return text;
  }

  template <detail::span_input T>
  constexpr void update(const T& x, weight_type w = {}) {
    time_span span;
    if (detail::read_span_input(x, name(), screen_, w, span)) moments_.add(span.microseconds, w);
  }
  /// All rows or none. @throws bad_input naming each bad row
  template <class Range>
  constexpr void update_many(const Range& rows, std::string_view field = {}) {
    detail::update_all(*this, rows, field);
  }

  constexpr basic_duration& merge(const basic_duration& other) {
    auto screen = screen_;
    screen.merge(other.screen_);
    moments_.merge(other.moments_);  // all or nothing, as the line before
    screen_ = screen;
    return *this;
  }
  constexpr basic_duration fresh() const { return {}; }

  constexpr estimate result(confidence_level level = {}) const {
    estimate_parts parts = detail::mean_parts<Interval>(moments_, 1'000'000, level);
    if (parts.interval && parts.interval->low < 0) parts.interval->low = 0;
    parts.name = name();
    parts.convention = convention();
    parts.unit = unit;
    parts.direction = direction;
    parts.missing = screen_.missing;
    parts.invalid = screen_.invalid;
    return estimate(parts);
  }

  friend constexpr bool operator==(const basic_duration&, const basic_duration&) = default;
  constexpr void serialize(auto& archive) { archive(moments_), archive(screen_); }
  constexpr bool possible() const noexcept { return moments_.sum() >= 0; }

 private:
  detail::integer_moments moments_;
  detail::screen<Missing, Invalid> screen_;
};

}  // namespace crmetrics
