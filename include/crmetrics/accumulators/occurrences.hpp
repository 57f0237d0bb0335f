#pragma once

#include <crmetrics/accumulators/count.hpp>
#include <crmetrics/concepts.hpp>
#include <crmetrics/core/estimate.hpp>
#include <crmetrics/core/missing.hpp>
#include <crmetrics/detail/bulk.hpp>
#include <crmetrics/detail/definition.hpp>
#include <crmetrics/detail/input.hpp>
#include <crmetrics/detail/screen.hpp>
#include <crmetrics/detail/share.hpp>

#include <cstdint>
#include <string_view>

namespace crmetrics {

/// How often something happened: the number of `true` among the observed. A plain count of the
/// whole, not a sample, so it has no interval; for a rate with an interval see `rate`.
/// Feeds bonus points (suggestions adopted). Nothing observed is 0 occurrences, and says so: status
/// ok with n = 0. Merge is exact. O(1) an event.
class occurrences {
 public:
  using weight_type = frequency_weight;
  static constexpr merge_exactness exactness = merge_exactness::exact;
  static constexpr shard_constraint sharding = shard_constraint::any;
  static constexpr crmetrics::unit unit = crmetrics::unit::number;
  static constexpr crmetrics::direction direction = crmetrics::direction::neutral;

  static constexpr std::string_view name() { return "occurrences"; }
  static constexpr convention_text convention() { return "number of true"; }

  template <detail::yes_no_input T>
  constexpr void update(const T& x, weight_type w = {}) {
    if (detail::is_missing(x)) {
      screen_.on_missing(name(), w);
    } else {
      (detail::value_of(x) ? yes_ : no_).add(w);
    }
  }
  /// All rows or none. @throws bad_input naming each bad row
  template <class Range>
  constexpr void update_many(const Range& rows, std::string_view field = {}) {
    detail::update_all(*this, rows, field);
  }
  constexpr occurrences& merge(const occurrences& other) {
    occurrences next = *this;
    next.yes_.merge(other.yes_);
    next.no_.merge(other.no_);
    next.screen_.merge(other.screen_);
    return *this = next;
  }
  constexpr occurrences fresh() const { return {}; }

  constexpr estimate result(confidence_level level = {}) const {
    estimate_parts parts;
    parts.name = name();
    parts.convention = convention();
    parts.method = "complete count";
    parts.level = level;
    parts.status = status::ok;
    parts.n = detail::checked_count(yes_.observations(), no_.observations());
    parts.value = yes_.sum();
    parts.exact = {static_cast<std::int64_t>(yes_.observations()), 1};
    parts.missing = screen_.missing;
    return estimate(parts);
  }

  friend constexpr bool operator==(const occurrences&, const occurrences&) = default;
  constexpr void serialize(auto& archive) { archive(yes_), archive(no_), archive(screen_); }

 private:
  count yes_;
  count no_;
  detail::screen<missing::skip, invalid::reject> screen_;
};

}  // namespace crmetrics
