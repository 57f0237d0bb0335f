#pragma once

#include <cstdint>

/// Forward declarations of everything with a template argument list, and the only place where a
/// default template argument is written.
namespace crmetrics {

class estimate;
class confidence_level;

// core/
namespace missing {
struct skip;
struct reject;
struct as_failure;
struct as_passive;
}  // namespace missing
namespace invalid {
struct reject;
struct count;
}  // namespace invalid

// intervals/ : a metric names its interval by a tag; include the header of the tag you name.
struct wald;
struct wilson;
struct wilson_corrected;
struct agresti_coull;
struct jeffreys;
struct clopper_pearson;
struct adjusted_wald;
struct net_score;
struct student_t;
struct poisson_score;
struct poisson_exact;

// accumulators/
class count;
class weighted_count;
struct share_of_successes;
template <class Traits = share_of_successes, class Interval = wilson, class Missing = missing::skip,
          class Invalid = invalid::reject, class Cell = count>
class basic_proportion;
using proportion = basic_proportion<>;

template <int Low, int High>
struct rating_scale;
template <class Scale, class Missing = missing::skip, class Invalid = invalid::reject,
          class Cell = count>
class ordinal;

template <class Value = double, class Interval = student_t, class Missing = missing::skip,
          class Invalid = invalid::reject>
class basic_mean;
using mean = basic_mean<>;
using integer_mean = basic_mean<std::int64_t>;

struct span_of_time;
template <class Traits = span_of_time, class Interval = student_t, class Missing = missing::skip,
          class Invalid = invalid::reject>
class basic_duration;
using duration = basic_duration<>;

struct ratio_of_sums;
struct delta_method;
template <class Traits = ratio_of_sums, class Interval = delta_method,
          class Missing = missing::skip, class Invalid = invalid::reject>
class basic_ratio;
using ratio = basic_ratio<>;

struct events_per_exposure;
template <class Traits = events_per_exposure, class Interval = poisson_score,
          class Missing = missing::skip, class Invalid = invalid::reject>
class basic_rate;
using rate = basic_rate<>;

struct quantile_of_numbers;
struct quantile_of_spans;
template <class Traits = quantile_of_numbers, int PrecisionBits = 7, class Missing = missing::skip,
          class Invalid = invalid::reject>
class basic_quantile;
using quantile = basic_quantile<>;
using duration_quantile = basic_quantile<quantile_of_spans>;

struct exact_quantile_of_numbers;
struct exact_quantile_of_spans;
template <class Traits = exact_quantile_of_numbers, class Missing = missing::skip,
          class Invalid = invalid::reject>
class basic_exact_quantile;
using exact_quantile = basic_exact_quantile<>;
using exact_duration_quantile = basic_exact_quantile<exact_quantile_of_spans>;

// metrics/
struct errors_of_checked;
using error_rate = basic_proportion<errors_of_checked>;

struct scale_0_10;
struct scale_1_10;
template <class Scale = scale_0_10, class Interval = adjusted_wald, class Missing = missing::skip,
          class Invalid = invalid::reject, class Cell = count>
class basic_nps;
using nps = basic_nps<>;

template <int K>
struct top_box;
template <class Scale = rating_scale<1, 5>, class Score = top_box<2>, class Interval = wilson,
          class Missing = missing::skip, class Invalid = invalid::reject, class Cell = count>
class basic_csat;
using csat = basic_csat<>;

struct handled_time;
using handle_time = basic_duration<handled_time>;

template <class Interval = wilson, class Missing = missing::skip, class Invalid = invalid::reject>
class basic_share_within;
using share_within = basic_share_within<>;

// Subscriptions: the usual interval is that of the definition's kind (Wilson for shares, the delta
// method for ratios of sums).
struct usual_interval;
template <class Definition, class Interval = usual_interval>
class basic_subscription_metric;

struct lost_of_start;
struct lost_of_average;
struct churn_events_of_start;
struct churn_events_of_start_and_new;
struct churn_by_day;
template <class Convention = lost_of_start, class Interval = usual_interval>
using basic_churn = basic_subscription_metric<Convention, Interval>;
using churn = basic_churn<>;

struct kept_of_start;
template <class Interval = usual_interval>
using basic_retention = basic_subscription_metric<kept_of_start, Interval>;
using retention = basic_retention<>;

struct revenue_lost_of_start;
template <class Interval = usual_interval>
using basic_gross_revenue_churn = basic_subscription_metric<revenue_lost_of_start, Interval>;
using gross_revenue_churn = basic_gross_revenue_churn<>;

struct without_reactivation;
struct with_reactivation;
template <class Reactivation>
struct revenue_lost_net;
template <class Reactivation = without_reactivation, class Interval = usual_interval>
using basic_net_revenue_churn = basic_subscription_metric<revenue_lost_net<Reactivation>, Interval>;
using net_revenue_churn = basic_net_revenue_churn<>;

struct revenue_kept_net;
template <class Interval = usual_interval>
using basic_net_revenue_retention = basic_subscription_metric<revenue_kept_net, Interval>;
using net_revenue_retention = basic_net_revenue_retention<>;

struct snapshot_accounting;
struct event_accounting;
template <class Accounting>
struct revenue_kept_gross;
template <class Accounting = snapshot_accounting, class Interval = usual_interval>
using basic_gross_revenue_retention =
    basic_subscription_metric<revenue_kept_gross<Accounting>, Interval>;
using gross_revenue_retention = basic_gross_revenue_retention<>;

template <class Accounting>
struct revenue_gained_of_lost;
template <class Accounting = snapshot_accounting, class Interval = usual_interval>
using basic_quick_ratio = basic_subscription_metric<revenue_gained_of_lost<Accounting>, Interval>;
using quick_ratio = basic_quick_ratio<>;

template <class Accounting = snapshot_accounting>
class basic_revenue_movements;
using revenue_movements = basic_revenue_movements<>;

struct renewed_of_due;
using renewal_rate = basic_proportion<renewed_of_due>;

template <class Interval = delta_method>
class basic_clv;
using clv = basic_clv<>;
struct undiscounted;
struct discounted;
template <class Discounting = undiscounted, class Interval = student_t>
class basic_historical_clv;
using historical_clv = basic_historical_clv<>;

// Contacts.
class contact_fact;
struct customer_fact;
struct drop_immature;
struct naive_maturity;
template <class Maturity = drop_immature, class Interval = wilson>
class basic_fcr;
using fcr = basic_fcr<>;
struct never_reopened;
struct one_reply;
struct fewer_than_two_replies;
struct no_follow_up;
template <class Kind, class Interval = wilson, class Missing = missing::skip,
          class Invalid = invalid::reject>
class basic_fcr_counted;
using fcr_no_reopen = basic_fcr_counted<never_reopened>;
using fcr_one_touch = basic_fcr_counted<one_reply>;
using fcr_no_follow_up = basic_fcr_counted<no_follow_up>;

struct any_look_back;
struct full_look_back;
template <class LookBack = any_look_back, class Interval = wilson>
class basic_repeat_contact;
using repeat_contact = basic_repeat_contact<>;
template <class Interval = wilson>
class basic_repeat_customers;
using repeat_customers = basic_repeat_customers<>;

}  // namespace crmetrics
