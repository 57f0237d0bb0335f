#pragma once

#include <crmetrics/accumulators/detail/pair_input.hpp>
#include <crmetrics/concepts.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/core/estimate.hpp>
#include <crmetrics/core/missing.hpp>
#include <crmetrics/core/text.hpp>
#include <crmetrics/core/weight.hpp>
#include <crmetrics/detail/bulk.hpp>
#include <crmetrics/detail/definition.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/detail/screen.hpp>
#include <crmetrics/fwd.hpp>
#include <crmetrics/intervals/poisson_score.hpp>
#include <crmetrics/intervals/samples.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace crmetrics {

/// Events and the exposure in which they were counted: 12 complaints in 4,300 contacts.
struct rate_pair {
  std::int64_t events = 0;
  std::int64_t exposure = 0;
  friend constexpr bool operator==(const rate_pair&, const rate_pair&) = default;
};

/// What a rate is told in: `per{1'000, "contacts"}`.
struct per {
  std::int64_t scale = 1;
  fixed_text<40> exposure = "unit of exposure";
  friend constexpr bool operator==(const per&, const per&) = default;
};

/// What a plain `rate` is called; a metric that is a rate (complaints, escalations) brings its own
/// traits.
struct events_per_exposure {
  static constexpr std::string_view name = "rate";
  static constexpr std::string_view definition = "events";
  static constexpr crmetrics::direction direction = crmetrics::direction::neutral;
};

/// Events for each unit of exposure, r = scale x / T: complaints per 1,000 contacts, tickets per
/// customer and month. For events that can happen more than once in a unit of exposure; where each
/// unit has at most one, it is a `proportion`.
///
/// The events count as Poisson: standard error scale sqrt(x) / T; interval by the score method
/// unless named otherwise (`poisson_exact` of <crmetrics/intervals/poisson_exact.hpp> needs Boost).
/// n of the result is the exposure T. Without exposure there is no data; events without exposure
/// give `undefined`. Scale and name of the exposure are settings and must agree to merge. Barker
/// 2002, The American Statistician 56(2), 85-89, https://doi.org/10.1198/000313002317572736
///
/// Merge is exact. O(1) an event.
///
/// Observes `rate_pair` and optionals of it; std::nullopt is missing; negative numbers are invalid.
template <class Traits, class Interval, class Missing, class Invalid>
class basic_rate {
 public:
  using weight_type = frequency_weight;
  static constexpr merge_exactness exactness = merge_exactness::exact;
  static constexpr shard_constraint sharding = shard_constraint::any;
  static constexpr crmetrics::unit unit = crmetrics::unit::per_exposure;
  static constexpr crmetrics::direction direction = Traits::direction;

  /// @throws invalid_setting where the scale is less than 1, or the name empty, too long, or with
  ///         a digit in front, which belongs into the scale
  constexpr explicit basic_rate(per of = {}) : per_(of) {
    if (of.scale < 1) {
      throw invalid_setting("rate: per " + std::to_string(of.scale) + ": must be at least 1");
    }
    if (of.exposure.empty() || !of.exposure.fits()) {
      throw invalid_setting("rate: name of the exposure \"" + std::string(of.exposure.view()) +
                            "\": must have 1 to 40 characters");
    }
    // Else 1 "1000 contacts" would read, and merge, as 1000 "contacts".
    if (of.exposure.view()[0] >= '0' && of.exposure.view()[0] <= '9') {
      throw invalid_setting("rate: name of the exposure \"" + std::string(of.exposure.view()) +
                            "\": the number belongs into the scale");
    }
  }

  static constexpr std::string_view name() { return Traits::name; }
  constexpr convention_text convention() const {
    convention_text text(Traits::definition);
    text.append(" per ");
    if (per_.scale != 1) text.append(per_.scale).append(" ");
    text.append(per_.exposure);
    detail::screen<Missing, Invalid>::describe(text);
    return text;
  }
  constexpr const per& setting() const noexcept { return per_; }

  template <detail::pair_input<rate_pair> T>
  constexpr void update(const T& pair, weight_type w = {}) {
    const rate_pair* given = detail::read_pair<rate_pair>(pair, name(), screen_, w);
    if (given == nullptr) return;
    if (given->events >= 0 && given->exposure >= 0) {
      add(static_cast<std::uint64_t>(given->events), static_cast<std::uint64_t>(given->exposure),
          w.times);
    } else {
      screen_.on_invalid(name(), detail::pair_text(given->events, given->exposure),
                         given->events < 0 ? "negative events" : "negative exposure", w);
    }
  }
  /// All rows or none. @throws bad_input naming each bad row
  template <class Range>
  constexpr void update_many(const Range& rows, std::string_view field = {}) {
    detail::update_all(*this, rows, field);
  }

  /// @throws definition_mismatch where the settings differ
  constexpr basic_rate& merge(const basic_rate& other) {
    detail::require_same_definition(*this, other);
    auto screen = screen_;
    screen.merge(other.screen_);
    add(other.events_, other.exposure_, 1);  // all or nothing, as the line before
    screen_ = screen;
    return *this;
  }
  constexpr basic_rate fresh() const { return basic_rate(per_); }

  estimate result(confidence_level level = {}) const {
    estimate_parts parts;
    parts.name = name();
    parts.convention = convention();
    parts.method = Interval::name;
    parts.unit = unit;
    parts.direction = direction;
    parts.level = level;
    parts.n = exposure_;
    parts.missing = screen_.missing;
    parts.invalid = screen_.invalid;
    if (exposure_ == 0) {
      if (events_ != 0) parts.status = status::undefined;
      return estimate(parts);
    }
    const auto x = static_cast<double>(events_);
    const auto t = static_cast<double>(exposure_);
    const auto scale = static_cast<double>(per_.scale);
    parts.status = status::ok;
    parts.value = x * scale / t;
    std::int64_t scaled = 0;
    if (!__builtin_mul_overflow(events_, per_.scale, &scaled)) {
      parts.exact = {scaled, static_cast<std::int64_t>(exposure_)};
      parts.value = parts.exact.value();
    }
    parts.standard_error = scale * detail::sqrt(x) / t;
    if (!level.wanted()) return estimate(parts);
    const interval one = Interval::bounds(poisson_sample{x, t}, level);
    parts.interval = interval{one.low * scale, one.high * scale};
    return estimate(parts);
  }

  constexpr std::uint64_t events() const noexcept { return events_; }
  constexpr std::uint64_t exposure() const noexcept { return exposure_; }

  friend constexpr bool operator==(const basic_rate&, const basic_rate&) = default;
  constexpr void serialize(auto& archive) {
    archive(events_), archive(exposure_), archive(screen_);
  }
  constexpr bool possible() const noexcept {
    return events_ <= INT64_MAX && exposure_ <= INT64_MAX;
  }

 private:
  // Both sums change or neither.
  constexpr void add(std::uint64_t events, std::uint64_t exposure, std::uint64_t times) {
    std::int64_t sums[2] = {};
    if (__builtin_mul_overflow(events, times, &sums[0]) ||
        __builtin_mul_overflow(exposure, times, &sums[1]) ||
        __builtin_add_overflow(events_, sums[0], &sums[0]) ||
        __builtin_add_overflow(exposure_, sums[1], &sums[1])) {
      throw overflow(std::string(name()) + ": more than 2^63 - 1 events or units of exposure");
    }
    events_ = static_cast<std::uint64_t>(sums[0]);
    exposure_ = static_cast<std::uint64_t>(sums[1]);
  }

  per per_;
  std::uint64_t events_ = 0;
  std::uint64_t exposure_ = 0;
  detail::screen<Missing, Invalid> screen_;
};

}  // namespace crmetrics
