#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/core/estimate.hpp>
#include <crmetrics/detail/int128.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/scorecard/detail/absence_of.hpp>
#include <crmetrics/scorecard/points.hpp>
#include <crmetrics/scorecard/score_report.hpp>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crmetrics {

/// How an amount between two minor units of money becomes whole.
enum class money_rounding : std::uint8_t {
  half_up,  ///< to the nearest; a half goes up
  down      ///< what is not a whole unit is not paid
};

enum class payout_state : std::uint8_t {
  paid,             ///< between threshold and cap
  capped,           ///< at or above the last step: no more than its amount
  below_threshold,  ///< below the first step: nothing
  not_assessed      ///< no score: nothing can be said, which is not "nothing is due"
};

constexpr std::string_view to_string(payout_state s) noexcept {
  switch (s) {
    case payout_state::paid:
      return "paid";
    case payout_state::capped:
      return "capped";
    case payout_state::below_threshold:
      return "below the threshold";
    case payout_state::not_assessed:
      return "not assessed";
  }
  return "?";
}

/// What a score pays.
struct payout_line {
  payout_state state = payout_state::not_assessed;
  std::optional<double> score;         ///< on the grid of 1e-9 on which it was decided
  std::optional<std::int64_t> amount;  ///< in minor units; none where not assessed
  absence absent = absence::missing;   ///< why there is no score
  std::uint64_t definition = 0;        ///< hash of the card's rules; 0 for what is no card
};

/// Money for a score: `payout({{60, 50'000}, {80, 100'000}, {95, 160'000}})` pays nothing below 60,
/// 500.00 at 60, in between on straight lines, and never more than 1,600.00.
///
/// Steps rise in score and do not fall in amount, so that a better score never pays less. Scores
/// are taken on the grid of 1e-9 (as grades are: an exact 60 that came out as 59.99999999999999 is
/// paid), and the line between two steps is computed in 128-bit integers:
///   amount = a0 + (a1 - a0) (s - s0) / (s1 - s0), rounded once, as stated.
/// Deductions for violations belong into the card (`deduction`), a breach that pays nothing at all
/// is a veto with `cap{0}`: both happen before the payout, and the report shows them. O(steps).
class payout {
 public:
  struct step {
    double score = 0;
    std::int64_t amount = 0;  ///< minor units
    friend constexpr bool operator==(const step&, const step&) = default;
  };

  /// @throws bad_input naming each problem: no steps, scores that do not rise on the grid of 1e-9
  ///         or are outside +-1e6, amounts that fall or are negative
  constexpr payout(std::initializer_list<step> steps,
                   money_rounding rounding = money_rounding::half_up)
      : payout(std::vector<step>(steps), rounding) {}
  constexpr explicit payout(std::vector<step> steps,
                            money_rounding rounding = money_rounding::half_up)
      : steps_(std::move(steps)), rounding_(rounding) {
    problem_list problems;
    if (steps_.empty()) problems.add({"payout", 0, "", "needs at least one step"});
    for (std::size_t i = 0; i != steps_.size(); ++i) {
      const step& s = steps_[i];
      if (!(detail::abs(s.score) <= 1e6)) {
        note(problems, i, detail::shown(s.score), "score must lie within 1,000,000");
        continue;
      }
      if (s.amount < 0) note(problems, i, std::to_string(s.amount), "amount is negative");
      if (i == 0 || !(detail::abs(steps_[i - 1].score) <= 1e6)) continue;
      if (!(grid_points::of(steps_[i - 1].score) < grid_points::of(s.score))) {
        note(problems, i, detail::shown(s.score), "scores must rise from step to step");
      }
      if (s.amount < steps_[i - 1].amount) {
        note(problems, i, std::to_string(s.amount), "a better score would pay less");
      }
    }
    problems.throw_if_any();
  }

  /// For a score, or a value in the unit of the steps. @throws bad_input where it is NaN
  constexpr payout_line of(double score) const {
    if (detail::is_nan(score)) throw bad_input({"score", 0, "nan", "is no number"});
    payout_line line;
    const double s = grid_points::of(detail::clamp(score, -2e6, 2e6)).value;
    line.score = s;
    line.absent = absence::none;
    const grid_points at{s};
    if (at < grid_points::of(steps_.front().score)) {
      line.state = payout_state::below_threshold;
      line.amount = 0;
    } else if (at >= grid_points::of(steps_.back().score)) {
      line.state = payout_state::capped;
      line.amount = steps_.back().amount;
    } else {
      std::size_t i = 1;
      while (at >= grid_points::of(steps_[i].score)) ++i;
      line.state = payout_state::paid;
      line.amount = between(steps_[i - 1], steps_[i], s);
    }
    return line;
  }
  /// For the total of a card; without a total not assessed.
  constexpr payout_line of(const score_report& r) const {
    payout_line line = r.total ? of(*r.total) : payout_line();
    line.absent = r.why_absent();
    line.definition = r.definition;
    return line;
  }
  /// For one result, steps in its unit: a satisfaction bonus by CSAT. Not ok is not assessed.
  constexpr payout_line of(const estimate& e) const {
    payout_line line;
    line.absent = detail::absence_of(e, 0);
    return line.absent == absence::none ? of(e.value()) : line;
  }

  constexpr const std::vector<step>& steps() const noexcept { return steps_; }
  constexpr money_rounding rounding() const noexcept { return rounding_; }
  friend constexpr bool operator==(const payout&, const payout&) = default;

 private:
  static void note(problem_list& problems, std::size_t i, std::string value,
                   std::string_view reason) {
    problems.add(
        {"payout step " + std::to_string(i + 1), 0, std::move(value), std::string(reason)});
  }
  static constexpr std::int64_t billionths(double score) {
    return static_cast<std::int64_t>(detail::nearbyint(score * 1e9));
  }
  constexpr std::int64_t between(const step& a, const step& b, double score) const {
    const std::int64_t from = billionths(a.score);
    const detail::int128 run = billionths(b.score) - from;
    const detail::int128 more =
        static_cast<detail::int128>(b.amount - a.amount) * (billionths(score) - from);
    const detail::int128 half = rounding_ == money_rounding::half_up ? run : 0;
    return a.amount + static_cast<std::int64_t>((2 * more + half) / (2 * run));
  }

  std::vector<step> steps_;
  money_rounding rounding_;
};

}  // namespace crmetrics
