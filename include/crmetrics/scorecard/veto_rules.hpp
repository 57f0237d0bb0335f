#pragma once

#include <crmetrics/core/confidence_level.hpp>
#include <crmetrics/core/direction.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/core/estimate.hpp>
#include <crmetrics/core/label.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/scorecard/bands.hpp>
#include <crmetrics/scorecard/concepts.hpp>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// Triggers and effects of vetoes.
namespace crmetrics {

namespace detail {

/// Value against threshold: in integers where the value is a quotient of integers (2 errors in 400
/// are exactly 0.5 %), in doubles otherwise.
constexpr std::partial_ordering compare_exactly(const estimate& e, double threshold) {
  if (e.exact().known()) return e.exact().compare(threshold);
  return e.value() <=> threshold;
}

}  // namespace detail

/// Fires where the value lies strictly above the threshold; on the threshold is no breach.
struct above {
  double threshold = 0;

  constexpr bool fires(const estimate& e) const {
    return detail::compare_exactly(e, threshold) > 0;
  }
  /// Where this is better, the value breaches on the bad side.
  static constexpr crmetrics::direction better() noexcept { return direction::lower_is_better; }
  constexpr void validate(problem_list& problems, std::string_view part) const {
    if (!detail::is_finite(threshold)) detail::note(problems, part, threshold, "not finite");
  }
  constexpr void describe(detail::definition_hash& hash) const {
    hash.add("above"), hash.add(threshold);
  }
  friend constexpr bool operator==(const above&, const above&) = default;
};

/// Fires where the value lies strictly below the threshold.
struct below {
  double threshold = 0;

  constexpr bool fires(const estimate& e) const {
    return detail::compare_exactly(e, threshold) < 0;
  }
  /// Where this is better, the value breaches on the bad side.
  static constexpr crmetrics::direction better() noexcept { return direction::higher_is_better; }
  constexpr void validate(problem_list& problems, std::string_view part) const {
    if (!detail::is_finite(threshold)) detail::note(problems, part, threshold, "not finite");
  }
  constexpr void describe(detail::definition_hash& hash) const {
    hash.add("below"), hash.add(threshold);
  }
  friend constexpr bool operator==(const below&, const below&) = default;
};

namespace detail {

constexpr void require_evidence(problem_list& problems, std::string_view part, double threshold,
                                confidence_level level) {
  if (!is_finite(threshold)) note(problems, part, threshold, "not finite");
  if (!level.wanted()) note(problems, part, 0, "evidence needs a confidence level");
}

}  // namespace detail

/// Fires where even the lower end of the interval at this level lies above the threshold: 2 errors
/// in 300 are above 0.5 %, but may well be chance. At a level of 0.95 an agent exactly on the
/// threshold is hit in about 2.5 % of the months where counts are large; of rare errors in few
/// checks more often (0.5 % of 300: 6.5 %, exact binomial), because Wilson's interval is short
/// there.
struct surely_above {
  double threshold = 0;
  confidence_level level = {};

  constexpr bool fires(const estimate& e) const {
    return e.interval().has_value() && e.interval()->low > threshold;
  }
  /// Where this is better, the value breaches on the bad side.
  static constexpr crmetrics::direction better() noexcept { return direction::lower_is_better; }
  constexpr void validate(problem_list& problems, std::string_view part) const {
    detail::require_evidence(problems, part, threshold, level);
  }
  constexpr void describe(detail::definition_hash& hash) const {
    hash.add("surely above"), hash.add(threshold), hash.add(level.value());
  }
  friend constexpr bool operator==(const surely_above&, const surely_above&) = default;
};

/// Fires where even the upper end of the interval at this level lies below the threshold.
struct surely_below {
  double threshold = 0;
  confidence_level level = {};

  constexpr bool fires(const estimate& e) const {
    return e.interval().has_value() && e.interval()->high < threshold;
  }
  /// Where this is better, the value breaches on the bad side.
  static constexpr crmetrics::direction better() noexcept { return direction::higher_is_better; }
  constexpr void validate(problem_list& problems, std::string_view part) const {
    detail::require_evidence(problems, part, threshold, level);
  }
  constexpr void describe(detail::definition_hash& hash) const {
    hash.add("surely below"), hash.add(threshold), hash.add(level.value());
  }
  friend constexpr bool operator==(const surely_below&, const surely_below&) = default;
};

/// An allowance: fires where more events were counted than this, however many there were in all
/// (the error budget of service level objectives).
struct more_than {
  std::uint64_t allowed = 0;

  /// @throws error where the metric is no share of counted events
  constexpr bool fires(const estimate& e) const {
    if (!e.exact().known()) throw error("veto more_than: the metric counts no events");
    return e.exact().numerator > 0 && static_cast<std::uint64_t>(e.exact().numerator) > allowed;
  }
  /// Where this is better, the value breaches on the bad side.
  static constexpr crmetrics::direction better() noexcept { return direction::lower_is_better; }
  constexpr void validate(problem_list&, std::string_view) const {}
  constexpr void describe(detail::definition_hash& hash) const {
    hash.add("more than"), hash.add(allowed);
  }
  friend constexpr bool operator==(const more_than&, const more_than&) = default;
};

/// Both together: fires where the value lies strictly above the threshold and more events were
/// counted than are allowed, so that neither a single event in a small sample nor a large number of
/// events in a huge one is enough.
struct above_allowing {
  double threshold = 0;
  std::uint64_t allowed = 0;

  /// @throws error where the metric is no share of counted events
  constexpr bool fires(const estimate& e) const {
    return more_than{allowed}.fires(e) && above{threshold}.fires(e);
  }
  /// As `above`.
  static constexpr crmetrics::direction better() noexcept { return above::better(); }
  constexpr void validate(problem_list& problems, std::string_view part) const {
    above{threshold}.validate(problems, part);
  }
  constexpr void describe(detail::definition_hash& hash) const {
    hash.add("above allowing"), hash.add(threshold), hash.add(allowed);
  }
  friend constexpr bool operator==(const above_allowing&, const above_allowing&) = default;
};

/// A veto that fired takes the band down by so many; the total stays.
struct drop_bands {
  std::size_t count = 1;

  static constexpr double highest_total() noexcept { return 100; }
  constexpr std::size_t band_left(const bands& grades, std::size_t by_total) const noexcept {
    const std::size_t last = grades.size() - 1;
    return count < last - by_total ? by_total + count : last;
  }
  constexpr void validate(problem_list& problems, std::string_view part) const {
    if (count == 0) detail::note(problems, part, 0, "drop_bands must drop at least one");
  }
  constexpr void describe(detail::definition_hash& hash) const {
    hash.add("drop bands"), hash.add(std::uint64_t{count});
  }
  friend constexpr bool operator==(const drop_bands&, const drop_bands&) = default;
};

/// A veto that fired keeps this band and all better ones out of reach; the total stays.
struct block_band {
  label name;

  static constexpr double highest_total() noexcept { return 100; }
  constexpr std::size_t band_left(const bands& grades, std::size_t by_total) const noexcept {
    for (std::size_t i = by_total; i + 1 < grades.size(); ++i) {
      if (grades.at(i).name == name) return i + 1;
    }
    return by_total;
  }
  constexpr void validate(problem_list& problems, std::string_view part) const {
    if (name == label()) problems.add({std::string(part), 0, "", "block_band needs a band"});
  }
  /// Of the bands of a card, once it has some.
  constexpr void validate_in(const bands& grades, problem_list& problems,
                             std::string_view part) const {
    for (std::size_t i = 0; i + 1 < grades.size(); ++i) {
      if (grades.at(i).name == name) return;
    }
    problems.add({std::string(part), 0, std::string(name.view()),
                  "block_band: no band of this card that has one below it"});
  }
  constexpr void describe(detail::definition_hash& hash) const {
    hash.add("block band"), hash.add(name.view());
  }
  friend constexpr bool operator==(const block_band&, const block_band&) = default;
};

/// A veto that fired leaves a total of at most this many points; cap{0} fails the whole.
struct cap {
  double points = 0;

  constexpr double highest_total() const noexcept { return points; }
  constexpr void validate(problem_list& problems, std::string_view part) const {
    if (!(points >= 0 && points <= 100)) {
      detail::note(problems, part, points, "veto cap must lie in [0, 100]");
    }
  }
  constexpr void describe(detail::definition_hash& hash) const {
    hash.add("cap"), hash.add(points);
  }
  friend constexpr bool operator==(const cap&, const cap&) = default;
};

}  // namespace crmetrics
