#pragma once

#include <crmetrics/core/confidence_level.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/scorecard/detail/separation.hpp>
#include <crmetrics/scorecard/ranked_value.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace crmetrics {

/// How the pairs of a ranking are compared: all at once, at one level for the lot.
struct simultaneous {
  confidence_level level = {};
  std::size_t draws = 10'000;  ///< of the critical value; its error is in the result
  std::uint64_t seed = 1;
  bool step_down =
      true;  ///< compare again without the pairs that are told apart, until none is left
  unsigned threads = 1;  ///< changes nothing but the time
};

/// The ranks that the data leave open for one value: [first, last], 1 the best.
struct rank_set {
  std::size_t first = 1;
  std::size_t last = 1;

  constexpr bool contains(std::size_t rank) const noexcept { return first <= rank && rank <= last; }
  friend constexpr bool operator==(const rank_set&, const rank_set&) = default;
};

/// What `rank_sets` finds out about a ranking.
class rank_set_table {
 public:
  rank_set_table(detail::separation s, const simultaneous& how)
      : separation_(std::move(s)), how_(how) {}

  /// The ranks that are open for a value, by its place in the input.
  rank_set operator[](std::size_t i) const { return {1 + above(i), size() - below(i)}; }
  std::size_t size() const noexcept { return separation_.order.size(); }
  /// Whether value i is above value j by more than chance, at the level of the whole table.
  bool is_above(std::size_t i, std::size_t j) const { return separation_.is_above(i, j); }
  bool separable(std::size_t i, std::size_t j) const { return is_above(i, j) || is_above(j, i); }
  /// Whether nobody can be told from anybody: the ranking says nothing.
  bool nothing_separates() const {
    for (std::size_t i = 0; i != size(); ++i) {
      if (above(i) != 0) return false;
    }
    return true;
  }
  /// All who may be among the best k: with the table's level, the true best k are among them.
  std::vector<std::size_t> top(std::size_t k) const {
    std::vector<std::size_t> in;
    for (const std::size_t i : separation_.order) {
      if (1 + above(i) <= k) in.push_back(i);
    }
    return in;
  }
  /// The runs of neighbours in the ranking of whom nobody can be told from anybody else of the run,
  /// each as long as it can be, two members or more; they overlap. Best first.
  std::vector<std::vector<std::size_t>> not_separable() const {
    const std::vector<std::size_t>& order = separation_.order;
    std::vector<std::vector<std::size_t>> runs;
    std::size_t end_before = 0;
    for (std::size_t begin = 0; begin != order.size(); ++begin) {
      // Nobody in the run before is told from another, so this one reaches as far at least.
      std::size_t end = (std::max)(begin + 1, end_before);
      const auto fits = [&](std::size_t next) {
        for (std::size_t i = begin; i != next; ++i) {
          if (separable(order[i], order[next])) return false;
        }
        return true;
      };
      while (end != order.size() && fits(end)) ++end;
      if (end - begin > 1 && end > end_before) {
        runs.emplace_back(order.begin() + static_cast<std::ptrdiff_t>(begin),
                          order.begin() + static_cast<std::ptrdiff_t>(end));
      }
      end_before = (std::max)(end_before, end);
    }
    return runs;
  }

  /// How many standard errors of the difference two values must lie apart, in the last step.
  double critical_value() const noexcept { return separation_.critical_value; }
  /// Monte Carlo error of that: half the distance of the order statistics one standard error of a
  /// proportion away.
  double critical_value_error() const noexcept { return separation_.critical_value_error; }
  const simultaneous& settings() const noexcept { return how_; }

 private:
  std::size_t above(std::size_t i) const {
    std::size_t n = 0;
    for (std::size_t j = 0; j != size(); ++j) n += is_above(j, i) ? 1U : 0U;
    return n;
  }
  std::size_t below(std::size_t i) const {
    std::size_t n = 0;
    for (std::size_t j = 0; j != size(); ++j) n += is_above(i, j) ? 1U : 0U;
    return n;
  }

  detail::separation separation_;
  simultaneous how_;
};

namespace detail {

inline rank_set_table compared(std::span<const ranked_value> values, const simultaneous& how,
                               std::size_t only) {
  require_rankable(values);
  if (how.draws < 100 || how.draws > 10'000'000 || how.threads == 0 || !how.level.wanted()) {
    throw invalid_setting("rank sets: " + std::to_string(how.draws) + " draws on " +
                          std::to_string(how.threads) +
                          " threads: must be 100 to 10,000,000, a thread or more, and a level");
  }
  return {
      separate(values, {how.level.value(), how.draws, how.seed, how.step_down, how.threads, only}),
      how};
}

}  // namespace detail

/// Which ranks are open for each value, highest value first, such that with the given confidence
/// the true ranks of all of them lie in their sets at the same time.
///
/// Every value is compared with every other; i is above j where (m_i - m_j) / sqrt(s_i^2 + s_j^2)
/// exceeds c, the quantile of the largest such difference that errors alone would make, over all
/// ordered pairs (for equal errors the studentised range divided by sqrt(2)). The set of i is then
/// [1 + number above i, n - number below i]. c is simulated with independent normal errors: the
/// draws are a hash of seed, place in the ranking and number, so neither threads nor the order of
/// the input change the result. With `step_down` the pairs that are told apart leave, and c is
/// taken again over the rest. A value of infinite error is compared with nobody: its set is [1, n],
/// and it may stand anywhere in the sets of the others.
///
/// A member of a team depends here on who else is listed, as ranks do. For few observations see
/// `pooled_errors`. Cost: O(n) for each draw and step where errors are alike, at worst O(n^2); n^2
/// bytes.
/// Mogstad, Romano, Shaikh, Wilhelm 2024, Review of Economic Studies 91(1), 476-518,
/// https://doi.org/10.1093/restud/rdad006
/// @throws bad_input naming what is not finite; invalid_setting for fewer than 100 draws
inline rank_set_table rank_sets(std::span<const ranked_value> values,
                                const simultaneous& how = {}) {
  return detail::compared(values, how, detail::everyone);
}

/// The same for one value alone, chosen beforehand: fewer comparisons, so a smaller set. Of the
/// table only the set of that value, and its pairs, are compared. Not for "the best" or "the last"
/// of a ranking: they were chosen by it.
inline rank_set rank_set_of(std::span<const ranked_value> values, std::size_t which,
                            const simultaneous& how = {}) {
  if (which >= values.size()) {
    throw bad_input(problem{"which", 0, std::to_string(which),
                            "there are " + std::to_string(values.size()) + " values"});
  }
  return detail::compared(values, how, which)[which];
}

}  // namespace crmetrics
