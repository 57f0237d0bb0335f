#include <crmetrics/accumulators/exact_quantile.hpp>
#include <crmetrics/accumulators/quantile.hpp>
#include <crmetrics/accumulators/rate.hpp>
#include <crmetrics/accumulators/ratio.hpp>
#include <crmetrics/crmetrics.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// What is a metric, of which events, and what is not. Compiling is the test.
namespace {

namespace crm = crmetrics;
using crm::any_metric;
using crm::metric;
using crm::observes;
using crm::observes_weighted;
using crm::reports_estimate;

template <class... Ms>
inline constexpr bool all_are_metrics = (any_metric<Ms> && ...);
template <class... Ms>
inline constexpr bool all_report_one_estimate = (reports_estimate<Ms> && ...);

static_assert(all_are_metrics<crm::proportion, crm::error_rate, crm::occurrences, crm::mean,
                              crm::integer_mean, crm::duration, crm::handle_time, crm::ratio,
                              crm::rate, crm::quantile, crm::duration_quantile, crm::exact_quantile,
                              crm::exact_duration_quantile, crm::ordinal<crm::rating_scale<1, 7>>,
                              crm::nps, crm::csat, crm::share_within, crm::given>);
static_assert(
    all_report_one_estimate<crm::proportion, crm::error_rate, crm::occurrences, crm::mean,
                            crm::integer_mean, crm::duration, crm::handle_time, crm::ratio,
                            crm::rate, crm::quantile, crm::duration_quantile, crm::exact_quantile,
                            crm::nps, crm::csat, crm::share_within, crm::given>);
static_assert(!any_metric<int> && !any_metric<crm::count> && !any_metric<crm::estimate>);
static_assert(!any_metric<crm::linear> && !any_metric<std::vector<crm::nps>>);

struct survey {
  int agent = 0;
  std::optional<int> rating;
};
enum class level { low, high };

// Ratings: numbers and optional numbers; not text, not pointers, not yes and no.
template <class M>
inline constexpr bool observes_ratings =
    metric<M, int> && metric<M, std::int8_t> && metric<M, std::uint64_t> && metric<M, float> &&
    metric<M, double> && metric<M, std::optional<int>> && metric<M, std::optional<double>> &&
    metric<M, std::nullopt_t> && !observes<M, bool> && !observes<M, std::optional<bool>> &&
    !observes<M, const char*> && !observes<M, std::string> && !observes<M, int*> &&
    !observes<M, std::nullptr_t> && !observes<M, level> && !observes<M, survey> &&
    !observes<M, std::optional<std::string>> && !observes<M, std::vector<int>>;
static_assert(observes_ratings<crm::nps>);
static_assert(observes_ratings<crm::basic_nps<crm::scale_1_10>>);
static_assert(observes_ratings<crm::csat>);
static_assert(observes_ratings<crm::ordinal<crm::rating_scale<1, 7>>>);
static_assert(observes_ratings<crm::mean>);
static_assert(observes_ratings<crm::integer_mean>);
static_assert(observes_ratings<crm::quantile>);
static_assert(observes_ratings<crm::exact_quantile>);

// Yes and no: bool itself, for that 3 or a pointer is true is never meant.
template <class M>
inline constexpr bool observes_yes_and_no =
    metric<M, bool> && metric<M, std::optional<bool>> && metric<M, std::nullopt_t> &&
    !observes<M, int> && !observes<M, char> && !observes<M, double> && !observes<M, int*> &&
    !observes<M, const char*> && !observes<M, std::optional<int>> && !observes<M, survey>;
static_assert(observes_yes_and_no<crm::proportion>);
static_assert(observes_yes_and_no<crm::error_rate>);
static_assert(observes_yes_and_no<crm::occurrences>);
static_assert(metric<crm::proportion, crm::successes_of>);
static_assert(!observes<crm::occurrences, crm::successes_of>);

// Spans of time, std::chrono durations, seconds.
template <class M>
inline constexpr bool observes_spans =
    metric<M, crm::time_span> && metric<M, crm::seconds> && metric<M, crm::days> &&
    metric<M, std::chrono::minutes> && metric<M, std::chrono::duration<double>> && metric<M, int> &&
    metric<M, double> && metric<M, std::optional<crm::seconds>> &&
    metric<M, std::optional<double>> && metric<M, std::nullopt_t> && !observes<M, bool> &&
    !observes<M, const char*> && !observes<M, std::chrono::system_clock::time_point> &&
    !observes<M, crm::instant> && !observes<M, survey>;
static_assert(observes_spans<crm::duration>);
static_assert(observes_spans<crm::handle_time>);
static_assert(observes_spans<crm::share_within>);
static_assert(observes_spans<crm::duration_quantile>);
static_assert(observes_spans<crm::exact_duration_quantile>);

static_assert(metric<crm::given, crm::figure> && metric<crm::given, std::optional<crm::figure>>);
static_assert(!observes<crm::given, double> && !observes<crm::given, survey>);
static_assert(metric<crm::ratio, crm::ratio_pair> && !observes<crm::ratio, crm::rate_pair>);
static_assert(metric<crm::rate, crm::rate_pair> && !observes<crm::rate, crm::ratio_pair>);
static_assert(!observes<crm::ratio, double> && !observes<crm::rate, int>);

// Weights: of the kind that the metric's cells take, and no bare number.
using sampled_nps = crm::basic_nps<crm::scale_0_10, crm::adjusted_wald, crm::missing::skip,
                                   crm::invalid::reject, crm::weighted_count>;
template <class M, class E, class Weight>
concept takes_weight = requires(M m, const E& e, const Weight& w) { m.update(e, w); };
static_assert(observes_weighted<crm::nps, int> && observes_weighted<sampled_nps, int>);
static_assert(takes_weight<crm::nps, int, crm::frequency_weight>);
static_assert(!takes_weight<crm::nps, int, crm::sampling_weight>);
static_assert(!takes_weight<crm::nps, int, double>);
static_assert(takes_weight<sampled_nps, int, crm::sampling_weight>);
static_assert(!takes_weight<sampled_nps, int, crm::frequency_weight>);
static_assert(!takes_weight<sampled_nps, int, double>);
static_assert(!takes_weight<crm::given, crm::figure, crm::frequency_weight>);
static_assert(!takes_weight<crm::proportion, crm::successes_of, crm::frequency_weight>);

// Combinators observe what their parts and functions take, and nothing else.
using csat_of_survey = decltype(crm::on(&survey::rating, crm::csat{}));
static_assert(metric<csat_of_survey, survey> && !observes<csat_of_survey, int>);
static_assert(takes_weight<csat_of_survey, survey, crm::frequency_weight>);
static_assert(!takes_weight<csat_of_survey, survey, crm::sampling_weight>);
static_assert(!observes<decltype(crm::on(&survey::rating, crm::proportion{})), survey>);
static_assert(metric<decltype(crm::on(&survey::rating, crm::csat{})), survey*>,
              "a member is reached through a pointer as well, as std::invoke does");

using by_agent = decltype(crm::by(&survey::agent, csat_of_survey(&survey::rating, {})));
static_assert(metric<by_agent, survey> && !observes<by_agent, int>);
static_assert(!observes<decltype(crm::by(&survey::agent, crm::csat{})), survey>);

using several = decltype(crm::together(crm::csat{}, crm::proportion{}));
static_assert(metric<several, int> && metric<several, bool> && !observes<several, survey>);
static_assert(!reports_estimate<several> && !reports_estimate<by_agent>);

// Definitions that differ in type do not merge.
template <class A, class B>
concept merges_with = requires(A a, const B& b) { a.merge(b); };
static_assert(merges_with<crm::nps, crm::nps>);
static_assert(!merges_with<crm::nps, crm::basic_nps<crm::scale_1_10>>);
static_assert(!merges_with<crm::nps, crm::csat>);
static_assert(!merges_with<crm::csat, crm::basic_csat<crm::rating_scale<1, 7>>>);
static_assert(!merges_with<crm::csat, crm::basic_csat<crm::rating_scale<1, 5>, crm::top_box<1>>>);
static_assert(!merges_with<crm::proportion, crm::error_rate>);
static_assert(!merges_with<crm::handle_time, crm::duration>);
static_assert(!merges_with<crm::nps, sampled_nps>);
static_assert(
    !merges_with<crm::nps,
                 crm::basic_nps<crm::scale_0_10, crm::adjusted_wald, crm::missing::as_passive>>);

// Policies of a scorecard.
static_assert(crm::normaliser<crm::linear> && !crm::normaliser<double>);
static_assert(crm::correction<crm::scaled> && !crm::correction<crm::linear>);
static_assert(crm::veto_trigger<crm::above> && crm::veto_trigger<crm::below>);
static_assert(crm::veto_effect<crm::cap> && !crm::veto_effect<crm::above>);
static_assert(crm::window<crm::tumbling> && crm::window<crm::calendar_months>);
static_assert(!crm::window<crm::period> && !crm::window<crm::days>);

// The interval of a metric is a tag for its kind of sample.
static_assert(crm::instant_like<crm::instant> && crm::instant_like<std::int64_t>);
static_assert(crm::instant_like<std::chrono::system_clock::time_point>);
static_assert(crm::instant_like<std::chrono::sys_days>);
static_assert(!crm::instant_like<bool> && !crm::instant_like<double> && !crm::instant_like<survey>);
static_assert(!crm::instant_like<
                  std::chrono::sys_time<std::chrono::duration<std::int64_t, std::ratio<1, 3>>>>,
              "thirds of a second are no whole microseconds");

}  // namespace
