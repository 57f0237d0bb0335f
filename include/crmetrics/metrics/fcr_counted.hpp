#pragma once

#include <crmetrics/accumulators/count.hpp>
#include <crmetrics/concepts.hpp>
#include <crmetrics/core/estimate.hpp>
#include <crmetrics/core/missing.hpp>
#include <crmetrics/core/weight.hpp>
#include <crmetrics/detail/bulk.hpp>
#include <crmetrics/detail/input.hpp>
#include <crmetrics/detail/screen.hpp>
#include <crmetrics/detail/share.hpp>
#include <crmetrics/fwd.hpp>
#include <crmetrics/intervals/wilson.hpp>

#include <cstdint>
#include <string_view>

namespace crmetrics {

/// Kinds of first-contact resolution that a count on each resolved contact tells.

/// Never reopened: feed how often it was.
struct never_reopened {
  static constexpr std::string_view definition = "resolved and never reopened";
  static constexpr bool holds(std::int64_t reopens) noexcept { return reopens == 0; }
};
/// Exactly one public reply of an agent: feed the number of replies. A contact that was solved
/// without any is not one-touch here.
struct one_reply {
  static constexpr std::string_view definition = "resolved with exactly one reply";
  static constexpr bool holds(std::int64_t replies) noexcept { return replies == 1; }
};
/// Fewer than two public replies, so that none counts as well.
struct fewer_than_two_replies {
  static constexpr std::string_view definition = "resolved with fewer than 2 replies";
  static constexpr bool holds(std::int64_t replies) noexcept { return replies < 2; }
};
/// No message of the customer after the first: feed how many there were.
struct no_follow_up {
  static constexpr std::string_view definition = "resolved without a further customer message";
  static constexpr bool holds(std::int64_t messages) noexcept { return messages == 0; }
};

/// First-contact resolution by a count on each resolved contact: reopens, replies, messages.
///
/// Vendors mean different things by the same word (one help page has "fewer than two replies" in
/// English and "exactly one" in German), so the kind is part of the type and of the result. These
/// kinds ask nothing of the customer afterwards: they are usually far higher than FCR without a
/// repeat (`fcr`). Feed resolved contacts only; std::nullopt is missing, a negative or broken count
/// invalid. Interval: Wilson unless named otherwise. Merge is exact. O(1) a contact.
template <class Kind, class Interval, class Missing, class Invalid>
class basic_fcr_counted {
 public:
  using weight_type = frequency_weight;
  static constexpr merge_exactness exactness = merge_exactness::exact;
  static constexpr shard_constraint sharding = shard_constraint::any;
  static constexpr crmetrics::unit unit = crmetrics::unit::fraction;
  static constexpr crmetrics::direction direction = crmetrics::direction::higher_is_better;

  static constexpr std::string_view name() { return "FCR"; }
  static constexpr convention_text convention() {
    convention_text text(Kind::definition);
    detail::screen<Missing, Invalid>::describe(text);
    return text;
  }

  template <detail::number_input T>
  constexpr void update(const T& x, weight_type w = {}) {
    std::int64_t n = 0;
    if (detail::is_missing(x)) {
      screen_.on_missing("count", w);
    } else if (detail::read_whole(x, 0, INT64_MAX, n)) {
      (Kind::holds(n) ? resolved_ : failed_).add(w);
    } else {
      screen_.on_invalid("count", x, "not a count", w);
    }
  }
  /// All rows or none. @throws bad_input naming each bad row
  template <class Range>
  constexpr void update_many(const Range& rows, std::string_view field = {}) {
    detail::update_all(*this, rows, field);
  }

  constexpr basic_fcr_counted& merge(const basic_fcr_counted& other) {
    basic_fcr_counted next = *this;
    next.resolved_.merge(other.resolved_);
    next.failed_.merge(other.failed_);
    next.screen_.merge(other.screen_);
    return *this = next;
  }
  constexpr basic_fcr_counted fresh() const { return {}; }

  constexpr estimate result(confidence_level level = {}) const {
    estimate_parts parts = detail::share_parts<Interval>(resolved_, failed_, level);
    parts.name = name();
    parts.convention = convention();
    parts.direction = direction;
    parts.missing = screen_.missing;
    parts.invalid = screen_.invalid;
    return estimate(parts);
  }

  friend constexpr bool operator==(const basic_fcr_counted&, const basic_fcr_counted&) = default;
  constexpr void serialize(auto& archive) {
    archive(resolved_), archive(failed_), archive(screen_);
  }

 private:
  count resolved_;
  count failed_;
  detail::screen<Missing, Invalid> screen_;
};

}  // namespace crmetrics
