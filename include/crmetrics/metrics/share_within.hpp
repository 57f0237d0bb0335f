#pragma once

#include <crmetrics/accumulators/proportion.hpp>
#include <crmetrics/concepts.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/core/missing.hpp>
#include <crmetrics/core/time_span.hpp>
#include <crmetrics/detail/bulk.hpp>
#include <crmetrics/detail/definition.hpp>
#include <crmetrics/detail/input.hpp>
#include <crmetrics/detail/screen.hpp>
#include <crmetrics/detail/share.hpp>
#include <crmetrics/detail/span_input.hpp>
#include <crmetrics/fwd.hpp>
#include <crmetrics/intervals/wilson.hpp>

#include <concepts>
#include <cstdint>
#include <string_view>

namespace crmetrics {

/// Share of time spans that stay within a limit: answered within 30 s, resolved within 24 h.
/// On the limit is met. p = within / observed; Wilson interval unless named otherwise.
///
/// The limit is a setting: states of different limits do not merge. Observes what `duration`
/// observes; a span that has not ended yet is std::nullopt, missing and counted, unless the policy
/// `missing::as_failure` counts it as not met. Merge is exact. O(1) an event.
template <class Interval, class Missing, class Invalid>
class basic_share_within {
  static_assert(!std::same_as<Missing, missing::as_passive>,
                "crmetrics: this metric has no such treatment of missing values");

 public:
  using weight_type = frequency_weight;
  static constexpr merge_exactness exactness = merge_exactness::exact;
  static constexpr shard_constraint sharding = shard_constraint::any;
  static constexpr crmetrics::unit unit = crmetrics::unit::fraction;
  static constexpr crmetrics::direction direction = crmetrics::direction::higher_is_better;

  /// @throws invalid_setting where the limit is negative
  constexpr explicit basic_share_within(time_span limit) : limit_(limit) {
    if (limit.microseconds < 0)
      throw invalid_setting("share within: the limit of " + std::to_string(limit.microseconds) +
                            " us is negative");
  }

  static constexpr std::string_view name() { return "share within limit"; }
  constexpr convention_text convention() const {
    convention_text text("within ");
    constexpr std::int64_t second = 1'000'000;
    if (limit_.microseconds % second == 0) {
      text.append(limit_.microseconds / second).append(" s");
    } else {
      text.append(limit_.microseconds).append(" us");
    }
    detail::screen<Missing, Invalid>::describe(text);
    return text;
  }
  constexpr time_span limit() const noexcept { return limit_; }

  template <detail::span_input T>
  constexpr void update(const T& x, weight_type w = {}) {
    if constexpr (std::same_as<Missing, missing::as_failure>) {
      if (detail::is_missing_span(x)) over_.add(w);  // may throw: first
    }
    time_span span;
    if (detail::read_span_input(x, name(), screen_, w, span)) {
      (span <= limit_ ? within_ : over_).add(w);
    }
  }
  /// All rows or none. @throws bad_input naming each bad row
  template <class Range>
  constexpr void update_many(const Range& rows, std::string_view field = {}) {
    detail::update_all(*this, rows, field);
  }

  /// @throws definition_mismatch where the limits differ
  constexpr basic_share_within& merge(const basic_share_within& other) {
    detail::require_same_definition(*this, other);
    basic_share_within next = *this;
    next.within_.merge(other.within_);
    next.over_.merge(other.over_);
    next.screen_.merge(other.screen_);
    return *this = next;
  }
  constexpr basic_share_within fresh() const { return basic_share_within(limit_); }

  constexpr estimate result(confidence_level level = {}) const {
    estimate_parts parts = detail::share_parts<Interval>(within_, over_, level);
    parts.name = name();
    parts.convention = convention();
    parts.direction = direction;
    parts.missing = screen_.missing;
    parts.invalid = screen_.invalid;
    return estimate(parts);
  }

  friend constexpr bool operator==(const basic_share_within&, const basic_share_within&) = default;
  constexpr void serialize(auto& archive) { archive(within_), archive(over_), archive(screen_); }
  constexpr bool possible() const noexcept {
    return !std::same_as<Missing, missing::as_failure> || screen_.missing <= over_.observations();
  }

 private:
  time_span limit_;
  count within_;
  count over_;
  detail::screen<Missing, Invalid> screen_;
};

}  // namespace crmetrics
