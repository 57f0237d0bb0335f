#include <crmetrics/accumulators/occurrences.hpp>
#include <crmetrics/accumulators/ordinal.hpp>
#include <crmetrics/accumulators/proportion.hpp>
#include <crmetrics/detail/int128.hpp>
#include <crmetrics/intervals/agresti_coull.hpp>
#include <crmetrics/intervals/clopper_pearson.hpp>
#include <crmetrics/intervals/net_score.hpp>
#include <crmetrics/intervals/wald.hpp>
#include <crmetrics/metrics/csat.hpp>
#include <crmetrics/metrics/error_rate.hpp>
#include <crmetrics/metrics/nps.hpp>
#include <crmetrics/metrics/share_within.hpp>

#include "laws/events.hpp"
#include "laws/metric_laws.hpp"

#include <cstdint>
#include <optional>

// Metrics that count.
namespace crmetrics::laws {
namespace {

// The adjusted Wald interval is pulled towards the middle: with one or two answers it need not hold
// the observed value (Rocks 2016).
struct adjusted_wald_is_pulled_to_the_middle {
  static constexpr bool holds_value = false;
};

// Missing answers that count as something stand in n as well.
struct missing_stands_in_n {
  template <class M>
  static std::optional<detail::uint128> accounted(const M& metric) {
    return detail::uint128{metric.result().n()} + metric.result().invalid();
  }
};

template <class M, int Low, int High>
struct answers {
  static M make() { return M{}; }
  static std::optional<double> event(const draw& d) { return answer<Low, High>(d); }
};
template <class M>
struct yes_and_no {
  static M make() { return M{}; }
  static std::optional<bool> event(const draw& d) { return yes_no(d); }
};

struct nps_default : answers<nps, 0, 10>, adjusted_wald_is_pulled_to_the_middle {
  static constexpr const char* name = "nps";
};
struct nps_without_0 : answers<basic_nps<scale_1_10>, 1, 10>,
                       adjusted_wald_is_pulled_to_the_middle {
  static constexpr const char* name = "nps_1_10";
};
struct nps_by_score : answers<basic_nps<scale_0_10, net_score>, 0, 10> {
  static constexpr const char* name = "nps_net_score";
};
struct nps_by_wald : answers<basic_nps<scale_0_10, wald, missing::reject, invalid::count>, 0, 10> {
  static constexpr const char* name = "nps_wald_missing_refused_invalid_counted";
};
struct nps_passive
    : answers<basic_nps<scale_0_10, net_score, missing::as_passive, invalid::count>, 0, 10>,
      missing_stands_in_n {
  static constexpr const char* name = "nps_missing_as_passive";
};
struct nps_sampled
    : answers<basic_nps<scale_0_10, net_score, missing::skip, invalid::reject, weighted_count>, 0,
              10> {
  static constexpr const char* name = "nps_sampling_weights";
};

struct csat_default : answers<csat, 1, 5> {
  static constexpr const char* name = "csat";
};
struct csat_top_1 : answers<basic_csat<rating_scale<1, 5>, top_box<1>, wald>, 1, 5> {
  static constexpr const char* name = "csat_top_1_wald";
};
struct csat_top_3_of_10
    : answers<basic_csat<rating_scale<1, 10>, top_box<3>, wilson_corrected>, 1, 10> {
  static constexpr const char* name = "csat_top_3_of_10_corrected";
};
struct csat_mean : answers<basic_csat<rating_scale<1, 5>, mean_rating>, 1, 5> {
  static constexpr const char* name = "csat_mean";
};
struct csat_min_max : answers<basic_csat<rating_scale<1, 5>, min_max>, 1, 5> {
  static constexpr const char* name = "csat_min_max";
};
struct csat_mean_over_max : answers<basic_csat<rating_scale<1, 7>, mean_over_max>, 1, 7> {
  static constexpr const char* name = "csat_mean_over_max";
};
struct csat_good_of_rated : answers<basic_csat<rating_scale<1, 5>, good_of_rated<4, 2>>, 1, 5> {
  static constexpr const char* name = "csat_good_of_rated";
};
struct csat_net : answers<basic_csat<rating_scale<1, 5>, net_satisfied<4, 2>, wilson, missing::skip,
                                     invalid::count>,
                          1, 5>,
                  adjusted_wald_is_pulled_to_the_middle {
  static constexpr const char* name = "csat_net";
};
struct csat_sampled : answers<basic_csat<rating_scale<1, 5>, top_box<2>, wilson, missing::skip,
                                         invalid::reject, weighted_count>,
                              1, 5> {
  static constexpr const char* name = "csat_sampling_weights";
};
struct csat_mean_sampled : answers<basic_csat<rating_scale<1, 5>, min_max, wilson, missing::skip,
                                              invalid::count, weighted_count>,
                                   1, 5> {
  static constexpr const char* name = "csat_min_max_sampling_weights";
};
struct ordinal_7 : answers<ordinal<rating_scale<1, 7>>, 1, 7> {
  static constexpr const char* name = "ordinal_1_7";
};
struct ordinal_signed
    : answers<ordinal<rating_scale<-3, 3>, missing::reject, invalid::count>, -3, 3> {
  static constexpr const char* name = "ordinal_minus_3_to_3";
};

struct proportion_default : yes_and_no<proportion> {
  static constexpr const char* name = "proportion";
};
struct proportion_exact
    : yes_and_no<basic_proportion<share_of_successes, clopper_pearson, missing::reject>> {
  static constexpr const char* name = "proportion_clopper_pearson_missing_refused";
  // Not by the result: Boost.Math gives the incomplete beta function up from 4e10 successes on.
  template <class M>
  static std::optional<detail::uint128> accounted(const M& metric) {
    return detail::uint128{metric.successes().observations()} + metric.failures().observations();
  }
};
struct proportion_as_failure
    : yes_and_no<basic_proportion<share_of_successes, agresti_coull, missing::as_failure>>,
      missing_stands_in_n {
  static constexpr const char* name = "proportion_missing_as_failure";
};
struct proportion_sampled : yes_and_no<basic_proportion<share_of_successes, wilson, missing::skip,
                                                        invalid::reject, weighted_count>> {
  static constexpr const char* name = "proportion_sampling_weights";
};
struct error_rate_default : yes_and_no<error_rate> {
  static constexpr const char* name = "error_rate";
};
struct occurrences_default : yes_and_no<occurrences> {
  static constexpr const char* name = "occurrences";
  static constexpr bool empty_is_a_value = true;
};

// Counts from elsewhere: more successes than trials, many trials at once.
struct counted_elsewhere {
  static constexpr const char* name = "proportion_of_counts";
  static constexpr bool counts = false;
  static proportion make() { return {}; }
  static successes_of event(const draw& d) {
    const auto trials = static_cast<std::uint64_t>(d.x);
    return {d.kind == kind::outside ? trials + 1 : trials * d.pick / 1000, trials};
  }
};

struct within_a_day {
  static constexpr const char* name = "share_within";
  static share_within make() { return share_within(hours{24}); }
  static std::optional<double> event(const draw& d) { return seconds_spent(d); }
};
struct within_or_failed : missing_stands_in_n {
  using metric = basic_share_within<wilson_corrected, missing::as_failure, invalid::count>;
  static constexpr const char* name = "share_within_missing_as_failure";
  static metric make() { return metric(milliseconds{12'345'678}); }
  static std::optional<double> event(const draw& d) { return seconds_spent(d); }
};

[[maybe_unused]] const bool entered =
    enter_all<nps_default, nps_without_0, nps_by_score, nps_by_wald, nps_passive, nps_sampled,
              csat_default, csat_top_1, csat_top_3_of_10, csat_mean, csat_min_max,
              csat_mean_over_max, csat_good_of_rated, csat_net, csat_sampled, csat_mean_sampled,
              ordinal_7, ordinal_signed, proportion_default, proportion_exact,
              proportion_as_failure, proportion_sampled, error_rate_default, occurrences_default,
              counted_elsewhere, within_a_day, within_or_failed>();

}  // namespace
}  // namespace crmetrics::laws
