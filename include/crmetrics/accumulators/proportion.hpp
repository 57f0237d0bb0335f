#pragma once

#include <crmetrics/accumulators/count.hpp>
#include <crmetrics/concepts.hpp>
#include <crmetrics/core/estimate.hpp>
#include <crmetrics/core/missing.hpp>
#include <crmetrics/detail/bulk.hpp>
#include <crmetrics/detail/definition.hpp>
#include <crmetrics/detail/input.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/detail/screen.hpp>
#include <crmetrics/detail/share.hpp>
#include <crmetrics/fwd.hpp>
#include <crmetrics/intervals/wilson.hpp>

#include <concepts>
#include <cstdint>
#include <string_view>

namespace crmetrics {

/// What a plain `proportion` is called and which way is better. A metric that is a share of yes
/// and no (error rate, renewal rate) brings its own traits instead of its own class.
struct share_of_successes {
  static constexpr std::string_view name = "proportion";
  static constexpr std::string_view definition = "successes / observed";
  static constexpr crmetrics::direction direction = crmetrics::direction::higher_is_better;
};

/// Successes out of trials that were counted elsewhere: 171 of 180.
struct successes_of {
  std::uint64_t successes = 0;
  std::uint64_t trials = 0;
};

/// Share of yes among the observed yes and no: p = x / n.
///
/// State: two cells (16 bytes with counts) and what was left out. Standard error sqrt(p(1-p)/n);
/// under sampling weights the linearised sqrt(sum w_i^2 (x_i - p)^2) / sum w_i, with the interval
/// at Kish's effective n. Interval: Wilson unless named otherwise (Wilson 1927,
/// https://doi.org/10.1080/01621459.1927.10502953). Merge is exact with counts.
///
/// Observes bool, std::optional<bool>, std::nullopt and `successes_of`. O(1) an event.
template <class Traits, class Interval, class Missing, class Invalid, class Cell>
class basic_proportion {
  static_assert(!std::same_as<Missing, missing::as_passive>,
                "crmetrics: this metric has no such treatment of missing values");

 public:
  using weight_type = typename Cell::weight_type;
  static constexpr merge_exactness exactness = Cell::exactness;
  static constexpr shard_constraint sharding = shard_constraint::any;
  static constexpr crmetrics::unit unit = crmetrics::unit::fraction;
  static constexpr crmetrics::direction direction = Traits::direction;

  constexpr basic_proportion() = default;

  static constexpr std::string_view name() { return Traits::name; }
  static constexpr convention_text convention() {
    convention_text text(Traits::definition);
    detail::screen<Missing, Invalid>::describe(text);
    return text;
  }

  template <detail::yes_no_input T>
  constexpr void update(const T& x, weight_type w = {}) {
    if (detail::is_missing(x)) {
      if constexpr (std::same_as<Missing, missing::as_failure>)
        cells_[failure].add(w);  // may throw: first
      screen_.on_missing(name(), w);
    } else {
      cells_[detail::value_of(x) ? yes : no].add(w);
    }
  }
  /// Counts from elsewhere. @throws bad_input (or counts one invalid) where successes > trials
  template <std::same_as<successes_of> T>
  constexpr void update(const T& x)
    requires std::same_as<Cell, count>
  {
    if (x.successes > x.trials) {
      screen_.on_invalid(name(), x.successes, "more successes than trials", weight_type{});
      return;
    }
    basic_proportion next = *this;
    next.cells_[yes].add({x.successes});
    next.cells_[no].add({x.trials - x.successes});
    *this = next;
  }
  /// All rows or none. @throws bad_input naming each bad row
  template <class Range>
  constexpr void update_many(const Range& rows, std::string_view field = {}) {
    detail::update_all(*this, rows, field);
  }

  constexpr basic_proportion& merge(const basic_proportion& other) {
    basic_proportion next = *this;
    next.cells_[yes].merge(other.cells_[yes]);
    next.cells_[no].merge(other.cells_[no]);
    next.screen_.merge(other.screen_);
    return *this = next;
  }
  constexpr basic_proportion fresh() const { return {}; }

  constexpr estimate result(confidence_level level = {}) const {
    estimate_parts parts = detail::share_parts<Interval>(cells_[yes], cells_[no], level);
    parts.name = name();
    parts.convention = convention();
    parts.direction = direction;
    parts.missing = screen_.missing;
    parts.invalid = screen_.invalid;
    return estimate(parts);
  }

  constexpr const Cell& successes() const noexcept { return cells_[yes]; }
  constexpr const Cell& failures() const noexcept { return cells_[no]; }

  friend constexpr bool operator==(const basic_proportion&, const basic_proportion&) = default;
  constexpr void serialize(auto& archive) {
    archive(cells_[yes]), archive(cells_[no]), archive(screen_);
  }
  constexpr bool possible() const noexcept {
    return !std::same_as<Missing, missing::as_failure> ||
           screen_.missing <= cells_[failure].observations();
  }

 private:
  static constexpr int no = 0;
  static constexpr int yes = 1;
  // Where lower is better (error rates) a yes is the failure.
  static constexpr int failure = direction == crmetrics::direction::lower_is_better ? yes : no;

  Cell cells_[2] = {};
  detail::screen<Missing, Invalid> screen_;
};

}  // namespace crmetrics
