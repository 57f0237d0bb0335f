#pragma once

#include <crmetrics/scorecard/concepts.hpp>

#include <concepts>

namespace crmetrics {

/// A weighted mean of the scores of siblings: what `combining` asks for, and whether it needs
/// scores above 0 (`needs_positive`).
///
/// `combine(weights, scores, gradient)` gets weights that are not negative and sum to 1, and scores
/// that are finite and not negative; it returns the mean M and fills gradient_i = dM / dscore_i.
/// Every mean is homogeneous of degree 1, so score_i x gradient_i are contributions that sum to M
/// (Euler). Where M has no derivative (at M = 0, or where it is infinite) the gradient is 0; there
/// score_i x gradient_i is 0 too. A score of weight 0 counts for nothing.
///
/// Laws: the mean lies between the lowest and the highest score, equals them where they are equal,
/// and never falls where a score rises. Where `needs_positive` holds, one score of 0 makes the
/// whole 0, by continuity: no error, and no rescaling to 1..100, which would change ranks.
template <class A>
concept aggregation = combining<A> && requires {
  { A::needs_positive } -> std::convertible_to<bool>;
};

}  // namespace crmetrics
