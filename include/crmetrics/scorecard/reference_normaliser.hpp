#pragma once

#include <crmetrics/scorecard/concepts.hpp>

#include <concepts>
#include <cstdint>
#include <span>

namespace crmetrics {

/// Takes a curve from a set of values: `fit(values)` gives a normaliser that is fixed from then on
/// and knows its set by `reference()`, a hash that does not depend on the order of the values.
///
/// Not itself a normaliser, on purpose: with curves taken from those who are listed, a new
/// colleague can swap two others. Fit on a set that is frozen (last year, the trade) and the score
/// is as fixed as with `linear`; `fit` throws bad_input on a set that has no curve.
template <class R>
concept reference_normaliser = std::copyable<R> && std::equality_comparable<R> && !normaliser<R> &&
                               requires(const R& r, std::span<const double> reference) {
                                 { r.fit(reference) } -> normaliser;
                                 { r.fit(reference) } -> reference_dependent;
                                 { r.fit(reference).reference() } -> std::same_as<std::uint64_t>;
                               };

}  // namespace crmetrics
