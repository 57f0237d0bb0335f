#pragma once

#include <crmetrics/accumulators/count.hpp>
#include <crmetrics/concepts.hpp>
#include <crmetrics/core/confidence_level.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/core/weight.hpp>

#include <boost/accumulators/framework/accumulator_base.hpp>
#include <boost/accumulators/framework/accumulator_set.hpp>
#include <boost/accumulators/framework/depends_on.hpp>
#include <boost/accumulators/framework/parameters/sample.hpp>
#include <boost/accumulators/framework/parameters/weight.hpp>
#include <boost/fusion/include/end.hpp>
#include <boost/fusion/include/equal_to.hpp>
#include <boost/fusion/include/find_if.hpp>
#include <boost/parameter/binding.hpp>
#include <boost/parameter/keyword.hpp>

#include <concepts>
#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>

namespace crmetrics {

namespace detail {

template <class Set>
inline constexpr bool is_accumulator_set = false;
template <class Sample, class Features, class Weight>
inline constexpr bool
    is_accumulator_set<boost::accumulators::accumulator_set<Sample, Features, Weight>> = true;

// The same metric with cells that take sampling weights; unchanged where it has no cell of its own.
template <class M>
struct with_sampling_weights {
  using type = M;
};
template <template <class...> class Metric, class... Args>
struct with_sampling_weights<Metric<Args...>> {
  using type = Metric<std::conditional_t<std::same_as<Args, count>, weighted_count, Args>...>;
};

template <class M, class E, class Weight>
concept takes_weight = requires(M& m, const E& e, const Weight& w) { m.update(e, w); };

// What a metric is in a set whose weights are of this type.
template <class M, class Sample, class Weight>
struct metric_under_weight {
  static_assert(std::integral<Weight> && !std::same_as<Weight, bool>,
                "crmetrics: the weights of this accumulator_set are neither whole numbers "
                "(frequencies) nor floating-point numbers (sampling weights)");
  static_assert(takes_weight<M, Sample, frequency_weight>,
                "crmetrics: this metric takes no whole-number weights (frequencies)");
  using type = M;
};
template <class M, class Sample>
struct metric_under_weight<M, Sample, void> {
  using type = M;
};
template <class M, class Sample, std::floating_point Weight>
struct metric_under_weight<M, Sample, Weight> {
  using type = std::conditional_t<takes_weight<M, Sample, sampling_weight>, M,
                                  typename with_sampling_weights<M>::type>;
  static_assert(takes_weight<type, Sample, sampling_weight>,
                "crmetrics: this metric takes no sampling weights: give the accumulator_set "
                "weights of a whole-number type (frequencies), or none");
};

template <class Weight>
auto to_weight(const Weight& w) {
  if constexpr (std::floating_point<Weight>) {
    return sampling_weight(w);
  } else {
    if constexpr (std::signed_integral<Weight>) {
      if (w < 0) throw bad_input(problem{"weight", 0, std::to_string(w), "negative"});
    }
    return frequency_weight{static_cast<std::uint64_t>(w)};
  }
}

template <class Args, class Keyword>
inline constexpr bool has_argument =
    !std::is_void_v<typename boost::parameter::binding<Args, Keyword, void>::type>;

template <class Label, class M>
concept gives_prototype = requires {
  { Label::prototype() } -> std::convertible_to<M>;
};

// The accumulator behind tag::labelled_metric: a metric's state with the calls that Boost expects.
template <class M, class Label, class Key, class Sample, class Weight>
class metric_accumulator : public boost::accumulators::accumulator_base {
 public:
  using state_type = typename metric_under_weight<M, Sample, Weight>::type;
  using result_type = decltype(std::declval<const state_type&>().result());

  template <class Args>
  metric_accumulator(const Args& args) : state_(first_state(args)) {}  // NOLINT: Boost asks for it

  template <class Args>
  void operator()(const Args& args) {
    constexpr bool weighted = has_argument<Args, boost::accumulators::tag::weight>;
    const auto& x = args[boost::accumulators::sample];
    using sample = std::remove_cvref_t<decltype(x)>;
    static_assert(observes<state_type, sample>,
                  "crmetrics: a metric of this accumulator_set does not take samples of this type");
    if constexpr (!std::is_void_v<Weight>) {
      static_assert(weighted,
                    "crmetrics: this accumulator_set has weights: acc(sample, weight = w)");
      const Weight w = args[boost::accumulators::weight];
      state_.update(x, to_weight(w));
    } else {
      static_assert(!weighted,
                    "crmetrics: a weight is given to an accumulator_set without weights: name "
                    "their type as its third parameter");
      if constexpr (observes<state_type, sample>) state_.update(x);
    }
  }

  result_type result(boost::accumulators::dont_care) const { return state_.result(); }
  const state_type& state() const noexcept { return state_; }
  void merge(const metric_accumulator& other) { state_.merge(other.state_); }

 private:
  template <class Args>
  static state_type first_state(const Args& args) {
    if constexpr (has_argument<Args, Key>) {
      return state_type(args[boost::parameter::keyword<Key>::get()]);
    } else if constexpr (gives_prototype<Label, state_type>) {
      return Label::prototype();
    } else {
      static_assert(std::default_initializable<state_type>,
                    "crmetrics: this metric has settings and no default for them: pass it to the "
                    "constructor of the accumulator_set as tag::...::settings = metric");
      return state_type();
    }
  }

  state_type state_;
};

}  // namespace detail

namespace tag {

/// A metric as a feature of Boost.Accumulators, beside Boost's own in one `accumulator_set`:
///
///     accumulator_set<int, stats<crm::tag::metric<crm::nps>, tag::mean>> acc;
///
/// The third parameter of the set decides on weights: none; whole numbers are frequency weights;
/// floating-point numbers are sampling weights, and the metric then keeps `weighted_count` cells.
/// A metric with settings is given as a prototype: `acc(Tag::settings =
/// share_within(seconds{30}))`.
///
/// `Label` tells apart features of the same metric in one set; one with a static `prototype()`
/// brings the settings with it. O(1) an event beyond the metric's own update.
template <class M, class Label>
struct labelled_metric : boost::accumulators::depends_on<> {
  /// The named parameter of the constructor of the set that takes a prototype.
  struct settings_parameter {
    static constexpr const char* keyword_name() { return "settings"; }
    using qualifier = boost::parameter::forward_reference;
  };
  static inline const boost::parameter::keyword<settings_parameter>& settings =
      boost::parameter::keyword<settings_parameter>::get();

  struct impl {
    template <class Sample, class Weight>
    struct apply {
      using type = detail::metric_accumulator<M, Label, settings_parameter, Sample, Weight>;
    };
  };
};

/// The label of a feature that needs none.
struct plain;

template <any_metric M>
using metric = labelled_metric<M, plain>;

}  // namespace tag

/// The metric behind a feature of a set, for what its result does not tell and for state bytes:
/// `state_of<tag::nps>(acc).promoters()`.
template <class Feature, class Set>
  requires detail::is_accumulator_set<Set>
const auto& state_of(const Set& acc) {
  namespace ba = boost::accumulators;
  using found =
      typename boost::fusion::result_of::find_if<typename Set::accumulators_type,
                                                 ba::detail::matches_feature<Feature>>::type;
  using none = typename boost::fusion::result_of::end<typename Set::accumulators_type>::type;
  constexpr bool listed = !boost::fusion::result_of::equal_to<found, none>::value;
  static_assert(listed,
                "crmetrics: this accumulator_set has no such feature: name it in its stats");
  if constexpr (listed) return ba::find_accumulator<Feature>(acc).state();
}

/// Takes the result of a feature out of a set, at 95 % or another level: `extract::nps(acc)`.
template <class Feature>
struct metric_extractor {
  template <class Set>
    requires detail::is_accumulator_set<Set>
  auto operator()(const Set& acc, confidence_level level = {}) const {
    return state_of<Feature>(acc).result(level);
  }
};

}  // namespace crmetrics
