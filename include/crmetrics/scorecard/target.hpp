#pragma once

#include <crmetrics/core/decimal.hpp>
#include <crmetrics/core/direction.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/core/estimate.hpp>
#include <crmetrics/core/unit.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/scorecard/concepts.hpp>
#include <crmetrics/scorecard/detail/absence_of.hpp>
#include <crmetrics/scorecard/detail/evidence.hpp>
#include <crmetrics/scorecard/points.hpp>
#include <crmetrics/scorecard/score_report.hpp>
#include <crmetrics/scorecard/veto_rules.hpp>

#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

namespace crmetrics {

/// What became of a target. Not assessed is neither a pass nor a failure.
enum class target_state : std::uint8_t { met, not_met, not_assessed };

constexpr std::string_view to_string(target_state s) noexcept {
  switch (s) {
    case target_state::met:
      return "met";
    case target_state::not_met:
      return "not met";
    case target_state::not_assessed:
      return "not assessed";
  }
  return "?";
}

/// A target held against one result.
struct target_line {
  target_state state = target_state::not_assessed;
  absence absent = absence::none;  ///< why it was not assessed
  double threshold = 0;
  crmetrics::direction better = crmetrics::direction::higher_is_better;
  bool strict = false;             ///< on the threshold it is not met
  std::optional<double> short_by;  ///< how far the value is from the threshold; 0 where met
  /// Both ends of the interval have the same state as the value: it is more than chance at the
  /// level of that interval. False without an interval, with one of no width by equal values, and
  /// with one of the delta method near a kink.
  bool sure = false;
  estimate raw;
};

namespace detail {

/// What stands before a threshold.
constexpr std::string_view threshold_words(direction better, bool strict) noexcept {
  if (better == direction::lower_is_better) return strict ? "below" : "at most";
  return strict ? "above" : "at least";
}

}  // namespace detail

/// A target: a yes or no, apart from the score, which is a slope. "95 % resolved within 24 hours"
/// is `target::at_least(.95)`, met on the threshold; "more than 95 %" is `target::above(.95)`.
///
/// Shares are compared as integer counts, so that 171 of 180 are exactly 95 % and meet it, however
/// 171.0 / 180 comes out in binary. Totals are compared on the grid of 1e-9 points. Too few
/// observations (`needing(n)`) or none leave it not assessed. O(1).
class target {
 public:
  static constexpr target at_least(double threshold) {
    return target(threshold, direction::higher_is_better);
  }
  static constexpr target at_most(double threshold) {
    return target(threshold, direction::lower_is_better);
  }
  /// The same, but on the threshold it is not met.
  static constexpr target above(double threshold) {
    return at_least(threshold).without_threshold();
  }
  static constexpr target below(double threshold) { return at_most(threshold).without_threshold(); }
  /// Fewer observations than this are not assessed.
  constexpr target needing(std::uint64_t min_n) const {
    target t = *this;
    t.min_n_ = min_n;
    return t;
  }

  constexpr double threshold() const noexcept { return threshold_; }
  constexpr crmetrics::direction better() const noexcept { return better_; }
  constexpr std::uint64_t min_n() const noexcept { return min_n_; }
  /// Whether the threshold itself does not meet it.
  constexpr bool strict() const noexcept { return strict_; }
  /// Whether a value that compares so with the threshold meets it.
  constexpr bool met_by(std::partial_ordering to_threshold) const noexcept {
    if (strict_)
      return better_ == direction::higher_is_better ? to_threshold > 0 : to_threshold < 0;
    return better_ == direction::higher_is_better ? to_threshold >= 0 : to_threshold <= 0;
  }

  /// Held against a result of a metric.
  constexpr target_line judge(const estimate& e) const {
    target_line line = start(e);
    line.absent = detail::absence_of(e, min_n_);
    if (line.absent != absence::none) return line;
    decide(line, e.value(), detail::compare_exactly(e, threshold_));
    if (detail::has_evidence(e)) line.sure = all_are(line.state, *e.interval());
    return line;
  }
  /// Held against what a component measured; what the component calls not assessed stays so. A
  /// value drawn to a prior is for the score: the target sees what was measured.
  constexpr target_line judge(const component_line& c) const {
    if (c.assessed() && !c.before_shrinkage) return judge(c.raw);
    target_line line = start(c.raw);
    line.absent = c.absent != absence::none ? c.absent : detail::absence_of(c.raw, min_n_);
    if (line.absent != absence::none) return line;
    decide(line, *c.before_shrinkage, compare_measured(c));
    return line;
  }
  /// Held against the total of a card, on the grid of 1e-9 points; no total is not assessed.
  constexpr target_line judge(const score_report& r) const {
    target_line line = start({});
    line.absent = r.why_absent();
    if (!r.total) return line;
    decide(line, *r.total, grid_points::of(*r.total) <=> grid_points::of(threshold_));
    // At a kink the delta method sees one side only.
    if (r.uncertainty && r.uncertainty->without_error == 0 &&
        (r.uncertainty->draws != 0 || !r.uncertainty->near_kink)) {
      line.sure = all_are(line.state, r.uncertainty->interval);
    }
    return line;
  }

  constexpr void validate(problem_list& problems, std::string_view part) const {
    if (!detail::is_finite(threshold_)) {
      detail::note(problems, part, threshold_, "a target must be finite");
    }
  }
  constexpr void describe(detail::definition_hash& hash) const {
    hash.add("target"), hash.add(to_string(better_)), hash.add(threshold_), hash.add(min_n_);
    if (strict_) hash.add("strict");
  }
  friend constexpr bool operator==(const target&, const target&) = default;

 private:
  constexpr target(double threshold, crmetrics::direction better)
      : threshold_(threshold), better_(better) {
    problem_list problems;
    validate(problems, "target");
    problems.throw_if_any();
  }
  constexpr target without_threshold() const {
    target t = *this;
    t.strict_ = true;
    return t;
  }
  // A shrunk share keeps its n, which gives back the count.
  constexpr std::partial_ordering compare_measured(const component_line& c) const {
    const double share = *c.before_shrinkage;
    const double count = share * static_cast<double>(c.raw.n());
    const double whole = detail::nearbyint(count);
    if (c.raw.unit() != unit::fraction || detail::abs(count - whole) > 1e-6 ||
        !detail::is_whole(whole)) {
      return share <=> threshold_;
    }
    const exact_ratio counts{static_cast<std::int64_t>(whole),
                             static_cast<std::int64_t>(c.raw.n())};
    return counts.compare(threshold_);
  }
  constexpr target_line start(const estimate& e) const {
    target_line line;
    line.threshold = threshold_;
    line.better = better_;
    line.strict = strict_;
    line.raw = e;
    return line;
  }
  constexpr bool all_are(target_state state, const interval& range) const {
    const bool met = state == target_state::met;
    return met_by(range.low <=> threshold_) == met && met_by(range.high <=> threshold_) == met;
  }
  constexpr void decide(target_line& line, double value, std::partial_ordering to_threshold) const {
    const bool met = met_by(to_threshold);
    line.state = met ? target_state::met : target_state::not_met;
    line.short_by = met ? 0 : detail::abs(threshold_ - value);
  }

  double threshold_;
  crmetrics::direction better_;
  std::uint64_t min_n_ = 0;
  bool strict_ = false;
};

}  // namespace crmetrics
