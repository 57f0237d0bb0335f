#include <crmetrics/accumulators/duration.hpp>
#include <crmetrics/accumulators/exact_quantile.hpp>
#include <crmetrics/accumulators/mean.hpp>
#include <crmetrics/accumulators/quantile.hpp>
#include <crmetrics/accumulators/rate.hpp>
#include <crmetrics/accumulators/ratio.hpp>
#include <crmetrics/accumulators/weighted_mean.hpp>
#include <crmetrics/intervals/poisson_exact.hpp>
#include <crmetrics/metrics/given.hpp>
#include <crmetrics/metrics/handle_time.hpp>

#include "laws/events.hpp"
#include "laws/metric_laws.hpp"

#include <optional>

// Metrics that add values up, or keep them.
namespace crmetrics::laws {
namespace {

struct mean_of_reals {
  static constexpr const char* name = "mean";
  static constexpr double scale = real_scale;
  static mean make() { return {}; }
  static std::optional<double> event(const draw& d) { return real_number(d); }
};
struct mean_of_a_sample {
  static constexpr const char* name = "weighted_mean";
  static constexpr double scale = real_scale;
  static weighted_mean make() { return {}; }
  static std::optional<double> event(const draw& d) { return real_number(d); }
};
struct mean_of_integers {
  static constexpr const char* name = "integer_mean";
  static integer_mean make() { return {}; }
  static std::optional<double> event(const draw& d) { return whole_number(d); }
};
struct mean_invalid_counted {
  using metric = basic_mean<std::int64_t, student_t, missing::reject, invalid::count>;
  static constexpr const char* name = "integer_mean_missing_refused_invalid_counted";
  static metric make() { return {}; }
  static std::optional<double> event(const draw& d) { return whole_number(d); }
};

struct mean_duration {
  static constexpr const char* name = "duration";
  static duration make() { return {}; }
  static std::optional<double> event(const draw& d) { return seconds_spent(d); }
};
struct mean_handle_time {
  using metric = basic_duration<handled_time, student_t, missing::skip, invalid::count>;
  static constexpr const char* name = "handle_time_invalid_counted";
  static metric make() { return {}; }
  static std::optional<double> event(const draw& d) { return seconds_spent(d); }
};

struct budget_use {
  static constexpr const char* name = "ratio";
  static ratio make() { return {}; }
  static std::optional<ratio_pair> event(const draw& d) { return spent_of_planned(d); }
};
struct complaints {
  static constexpr const char* name = "rate";
  static constexpr bool counts = false;
  static rate make() { return rate(per{1'000, "contacts"}); }
  static std::optional<rate_pair> event(const draw& d) { return events_of_exposure(d); }
};
struct complaints_exact {
  using metric = basic_rate<events_per_exposure, poisson_exact, missing::skip, invalid::count>;
  static constexpr const char* name = "rate_exact_invalid_counted";
  static constexpr bool counts = false;
  static metric make() { return metric(per{1, "customer month"}); }
  static std::optional<rate_pair> event(const draw& d) { return events_of_exposure(d); }
};

struct bucket_quantile {
  static constexpr const char* name = "quantile";
  static quantile make() { return quantile(.9); }
  static std::optional<double> event(const draw& d) {
    if (const auto none = no_number(d)) return *none;
    if (d.kind == kind::outside) return -1;
    return d.x + (d.kind == kind::fraction ? .5 : 0);
  }
};
struct bucket_duration_quantile {
  using metric = basic_quantile<quantile_of_spans, 3, missing::reject, invalid::count>;
  static constexpr const char* name = "duration_quantile_coarse_invalid_counted";
  static metric make() { return metric(.5, quantile_type::hazen); }
  static std::optional<double> event(const draw& d) { return seconds_spent(d); }
};
struct kept_quantile {
  static constexpr const char* name = "exact_quantile";
  static exact_quantile make() { return exact_quantile(1.0 / 3, quantile_type::inverted_cdf); }
  static std::optional<double> event(const draw& d) { return real_number(d); }
};
struct kept_duration_quantile {
  static constexpr const char* name = "exact_duration_quantile";
  static exact_duration_quantile make() { return exact_duration_quantile(.95); }
  static std::optional<double> event(const draw& d) { return seconds_spent(d); }
};

// n of the result is the n behind the figures.
struct given_figures {
  static constexpr const char* name = "given";
  static constexpr double scale = 3e5;
  static constexpr bool counts = false;
  static given make() { return {}; }
  static std::optional<figure> event(const draw& d) { return reported_figure(d); }
};

[[maybe_unused]] const bool entered =
    enter_all<mean_of_reals, mean_of_a_sample, mean_of_integers, mean_invalid_counted,
              mean_duration, mean_handle_time, budget_use, complaints, complaints_exact,
              bucket_quantile, bucket_duration_quantile, kept_quantile, kept_duration_quantile,
              given_figures>();

}  // namespace
}  // namespace crmetrics::laws
