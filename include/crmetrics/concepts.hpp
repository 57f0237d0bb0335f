#pragma once

#include <crmetrics/core/confidence_level.hpp>
#include <crmetrics/core/estimate.hpp>

#include <concepts>
#include <cstdint>
#include <string_view>

namespace crmetrics {

/// How close `a.merge(b)` comes to one pass over the data of both.
enum class merge_exactness : std::uint8_t {
  exact,          ///< the same state, bit for bit
  up_to_rounding  ///< real-valued sums: equal within a few units in the last place
};

/// How the observations of a metric may be split over partial states.
enum class shard_constraint : std::uint8_t {
  any,             ///< any split
  by_entity,       ///< all observations of one entity (customer) in one state
  time_contiguous  ///< each state a gapless span of time
};

/// State that can be computed in parts. `m.fresh()` has the same settings and is empty: it is the
/// identity of `merge`, on both sides, bit for bit; `merge` is associative (within the metric's
/// `exactness`). Merging states of different settings throws `definition_mismatch`.
template <class M>
concept mergeable = std::copyable<M> && std::equality_comparable<M> && requires(M m, const M& c) {
  { m.merge(c) } -> std::same_as<M&>;
  { c.fresh() } -> std::same_as<M>;
};

/// Takes events of type E, one at a time.
template <class M, class E>
concept observes = requires(M m, const E& e) { m.update(e); };

/// Takes events of type E together with the metric's kind of weight.
template <class M, class E>
concept observes_weighted =
    requires(M m, const E& e, const typename M::weight_type& w) { m.update(e, w); };

/// Gives a result without changing its state; the result is an `estimate` or a fixed product, map
/// or report of estimates.
template <class M>
concept reports = requires(const M& m, confidence_level level) {
  m.result();
  m.result(level);
};

/// Reports one estimate.
template <class M>
concept reports_estimate = reports<M> && requires(const M& m) {
  { m.result() } -> std::same_as<estimate>;
};

/// A metric, whatever it observes. Every metric names itself, says how exact its merge is and how
/// its data may be split, and tells its convention: the settings that must agree before two states
/// merge.
template <class M>
concept any_metric = mergeable<M> && reports<M> && requires(const M& m) {
  { M::exactness } -> std::convertible_to<merge_exactness>;
  { M::sharding } -> std::convertible_to<shard_constraint>;
  { m.name() } -> std::convertible_to<std::string_view>;
  { m.convention() } -> std::convertible_to<convention_text>;
};

/// A metric of events of type E.
template <class M, class E>
concept metric = any_metric<M> && observes<M, E>;

/// `a += b` and `a + b` are `merge`.
template <any_metric M>
constexpr M& operator+=(M& a, const M& b) {
  return a.merge(b);
}
template <any_metric M>
constexpr M operator+(M a, const M& b) {
  a.merge(b);
  return a;
}

}  // namespace crmetrics
