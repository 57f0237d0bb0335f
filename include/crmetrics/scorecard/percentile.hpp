#pragma once

#include <crmetrics/core/direction.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/scorecard/detail/reference_set.hpp>
#include <crmetrics/scorecard/reference_normaliser.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace crmetrics {

/// Points by rank in a reference set of n values:
///   100 x clamp(r / (n - 1), 0, 1), where r is the number of values that are worse than x.
///
/// `ties` says what equal values count: none of the others (`lowest`, COINr's rule), half of them
/// (`average`), all (`highest`). A value that is not in the set lies between its neighbours or on
/// one of them by the same rule. Distances are lost: a step, however small, is worth as much as a
/// gulf, and there is no derivative (`slope` is 0). Depends on who is in the set; see
/// `reference_normaliser`. Cost: a sort for the fit, log2(n) comparisons for a score; the fitted
/// curve holds the set.
/// Source: percentile rank, OECD & JRC 2008, Handbook on Constructing Composite Indicators, step
/// 5, https://doi.org/10.1787/9789264043466-en; divided by n - 1 so that both ends are reached.
struct percentile {
  enum class tie_rule : std::uint8_t { lowest, average, highest };

  tie_rule ties = tie_rule::lowest;
  crmetrics::direction better = crmetrics::direction::higher_is_better;

  /// A set, sorted, and the rule for ties.
  class fitted {
   public:
    static constexpr bool reference_dependent = true;

    /// NaN for NaN.
    constexpr double score(double raw) const noexcept {
      if (detail::is_nan(raw)) return raw;
      const auto [first, last] = std::equal_range(sorted_.begin(), sorted_.end(), raw);
      const auto below = static_cast<double>(first - sorted_.begin());
      const auto above = static_cast<double>(sorted_.end() - last);
      const auto n = static_cast<double>(sorted_.size());
      const bool higher = better_ == crmetrics::direction::higher_is_better;
      const double worse = higher ? below : above;
      const double not_better = n - (higher ? above : below) - 1;
      const double rank = ties_ == tie_rule::lowest    ? worse
                          : ties_ == tie_rule::highest ? not_better
                                                       : (worse + not_better) / 2;
      return 100 * detail::clamp(rank / (n - 1), 0, 1);
    }
    /// 0: ranks move in steps.
    constexpr double slope(double) const noexcept { return 0; }
    constexpr crmetrics::direction direction() const noexcept { return better_; }
    constexpr std::size_t size() const noexcept { return sorted_.size(); }
    /// Hash of the set that it was fitted on.
    constexpr std::uint64_t reference() const noexcept { return reference_; }

    constexpr void validate(problem_list&, std::string_view) const {}  // fit has checked
    constexpr void describe(detail::definition_hash& hash) const {
      hash.add("percentile"), hash.add(static_cast<std::uint64_t>(ties_));
      hash.add(static_cast<std::uint64_t>(better_)), hash.add(reference_);
    }
    friend constexpr bool operator==(const fitted&, const fitted&) = default;

   private:
    friend struct percentile;
    constexpr fitted(std::vector<double> sorted, tie_rule ties, crmetrics::direction better)
        : sorted_(std::move(sorted)),
          reference_(detail::hash_of_reference(sorted_)),
          ties_(ties),
          better_(better) {}

    std::vector<double> sorted_;
    std::uint64_t reference_;
    tie_rule ties_;
    crmetrics::direction better_;
  };

  /// @throws bad_input for values that are not finite (with their rows), fewer than two values, a
  ///         zero range
  constexpr fitted fit(std::span<const double> reference,
                       std::string_view part = "reference set") const {
    return fitted(detail::reference_set(reference, better, part), ties, better);
  }
  friend constexpr bool operator==(const percentile&, const percentile&) = default;
};

}  // namespace crmetrics
