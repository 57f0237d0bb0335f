#pragma once

#include <crmetrics/core/error.hpp>

#include <boost/accumulators/framework/accumulator_set.hpp>
#include <boost/accumulators/framework/depends_on.hpp>
#include <boost/accumulators/statistics_fwd.hpp>
#include <boost/fusion/include/cons.hpp>

#include <concepts>
#include <utility>

namespace crmetrics {

namespace detail {

// The archives below reach the one value that an accumulator of Boost keeps to itself, by the
// serialisation that Boost provides for it.
template <class T>
struct adding_archive {
  T other;
  adding_archive& operator&(T& mine) {
    if constexpr (std::integral<T>) {
      T sum{};
      if (__builtin_add_overflow(mine, other, &sum)) {
        throw overflow("merge of accumulator sets: a sum leaves its integer type");
      }
      mine = sum;
    } else {
      mine += other;
    }
    return *this;
  }
};
template <class T>
struct lower_archive {
  T other;
  lower_archive& operator&(T& mine) {
    if (other < mine) mine = other;
    return *this;
  }
};
template <class T>
struct higher_archive {
  T other;
  higher_archive& operator&(T& mine) {
    if (mine < other) mine = other;
    return *this;
  }
};

template <template <class> class Archive, class Accumulator>
void merge_through(Accumulator& a, const Accumulator& b) {
  Archive<typename Accumulator::result_type> archive{b.result(0)};
  a.serialize(archive, 0);
}

// Features of Boost whose accumulators can be merged: sums and extremes, and those that keep
// nothing themselves but compute their result from merged ones.
namespace btag = boost::accumulators::tag;
template <class Feature>
concept summed_feature =
    std::same_as<Feature, btag::count> || std::same_as<Feature, btag::sum> ||
    std::same_as<Feature, btag::sum_of_weights> || std::same_as<Feature, btag::weighted_sum>;
template <class Feature>
concept stateless_feature =
    std::same_as<Feature, btag::mean> || std::same_as<Feature, btag::weighted_mean> ||
    std::same_as<Feature, btag::mean_of_weights>;

template <class Accumulator>
concept merges_itself = requires(Accumulator& a, const Accumulator& b) { a.merge(b); };

// A dropped accumulator keeps an old result: not the sum of two streams.
template <class Accumulator>
concept droppable = Accumulator::is_droppable::value;

template <class Accumulator>
inline constexpr bool can_merge =
    !droppable<Accumulator> &&
    (merges_itself<Accumulator> || summed_feature<typename Accumulator::feature_tag> ||
     stateless_feature<typename Accumulator::feature_tag> ||
     std::same_as<typename Accumulator::feature_tag, btag::min> ||
     std::same_as<typename Accumulator::feature_tag, btag::max>);

// A class of its own, so that compilers name the feature beside the sentence.
template <class Feature, bool CanBeMerged>
struct merge_of_feature {
  static_assert(CanBeMerged,
                "crmetrics: merge: this accumulator_set has a feature that cannot be merged (named "
                "as Feature in the lines around this one): take it out of the set; for a mean with "
                "its standard error use crmetrics::tag::real_mean");
  static constexpr bool possible = CanBeMerged;
};
template <class Accumulators>
inline constexpr bool can_merge_all = true;
template <class First, class Rest>
inline constexpr bool can_merge_all<boost::fusion::cons<First, Rest>> =
    merge_of_feature<typename First::feature_tag, can_merge<First>>::possible & can_merge_all<Rest>;

template <class Accumulator>
void merge_accumulator(Accumulator& a, const Accumulator& b) {
  using feature = typename Accumulator::feature_tag;
  if constexpr (merges_itself<Accumulator>) {
    a.merge(b);
  } else if constexpr (summed_feature<feature>) {
    merge_through<adding_archive>(a, b);
  } else if constexpr (std::same_as<feature, btag::min>) {
    merge_through<lower_archive>(a, b);
  } else if constexpr (std::same_as<feature, btag::max>) {
    merge_through<higher_archive>(a, b);
  }
}

template <class Set>
struct merge_each_from {
  const Set& other;
  template <class Accumulator>
  void operator()(Accumulator& mine) const {
    merge_accumulator(mine, other.template extract<typename Accumulator::feature_tag>());
  }
};

}  // namespace detail

/// Merges all features of b into a: afterwards a is as if it had seen the samples of both.
///
/// Merged are metrics as features; of Boost's own `count`, `sum`, `min`, `max`, `mean` in its lazy
/// form, `weighted_sum`, `sum_of_weights`, `weighted_mean`, `mean_of_weights`; and accumulators of
/// yours that have `merge(const same&)`. Any other feature, and a droppable one, is a compile
/// error. Exact for counts, integers and extremes, up to rounding for floating-point sums; a set
/// that was constructed with an initial `sample = x` counts it once for each set. O(features).
/// @throws definition_mismatch where settings differ, overflow where an integer sum leaves its
/// type; a is then as it was
template <class Sample, class Features, class Weight>
boost::accumulators::accumulator_set<Sample, Features, Weight>& merge(
    boost::accumulators::accumulator_set<Sample, Features, Weight>& a,
    const boost::accumulators::accumulator_set<Sample, Features, Weight>& b) {
  using set = boost::accumulators::accumulator_set<Sample, Features, Weight>;
  if constexpr (detail::can_merge_all<typename set::accumulators_type>) {
    set next = a;
    next.visit(detail::merge_each_from<set>{b});
    a = std::move(next);
  }
  return a;
}

}  // namespace crmetrics
