#pragma once

#include <crmetrics/accumulators/duration.hpp>
#include <crmetrics/accumulators/mean.hpp>
#include <crmetrics/accumulators/ordinal.hpp>
#include <crmetrics/accumulators/proportion.hpp>
#include <crmetrics/adapters/boost_accumulators_merge.hpp>
#include <crmetrics/adapters/boost_accumulators_metric.hpp>
#include <crmetrics/adapters/boost_accumulators_update.hpp>
#include <crmetrics/metrics/churn.hpp>
#include <crmetrics/metrics/clv.hpp>
#include <crmetrics/metrics/csat.hpp>
#include <crmetrics/metrics/error_rate.hpp>
#include <crmetrics/metrics/fcr.hpp>
#include <crmetrics/metrics/handle_time.hpp>
#include <crmetrics/metrics/historical_clv.hpp>
#include <crmetrics/metrics/nps.hpp>
#include <crmetrics/metrics/repeat_contact.hpp>
#include <crmetrics/metrics/repeat_customers.hpp>
#include <crmetrics/metrics/retention.hpp>
#include <crmetrics/metrics/share_within.hpp>

namespace crmetrics {

/// Features by name, one line each; `tag::metric<M>` is any other. No name is that of a feature
/// of Boost: its `mean` and `count` stay what they are.
namespace tag {

using churn = metric<crmetrics::churn>;
using clv = metric<crmetrics::clv>;
using csat = metric<crmetrics::csat>;
using error_rate = metric<crmetrics::error_rate>;
using fcr = metric<crmetrics::fcr>;
using handle_time = metric<crmetrics::handle_time>;
using historical_clv = metric<crmetrics::historical_clv>;
using mean_span = metric<crmetrics::duration>;
using nps = metric<crmetrics::nps>;
using proportion = metric<crmetrics::proportion>;
using real_mean = metric<crmetrics::mean>;
using retention = metric<crmetrics::retention>;
using repeat_contact = metric<crmetrics::repeat_contact>;
using repeat_customers = metric<crmetrics::repeat_customers>;
using whole_mean = metric<crmetrics::integer_mean>;
using share_within = metric<crmetrics::share_within>;

/// The mean rating on a scale of Low to High, with one count for each point.
template <int Low, int High>
using rating_mean = metric<ordinal<rating_scale<Low, High>>>;

}  // namespace tag

/// Each takes a set and, if need be, a confidence level, and returns the result of the feature.
namespace extract {

inline constexpr metric_extractor<tag::churn> churn{};
inline constexpr metric_extractor<tag::clv> clv{};
inline constexpr metric_extractor<tag::csat> csat{};
inline constexpr metric_extractor<tag::error_rate> error_rate{};
inline constexpr metric_extractor<tag::fcr> fcr{};
inline constexpr metric_extractor<tag::handle_time> handle_time{};
inline constexpr metric_extractor<tag::historical_clv> historical_clv{};
inline constexpr metric_extractor<tag::mean_span> mean_span{};
inline constexpr metric_extractor<tag::nps> nps{};
inline constexpr metric_extractor<tag::proportion> proportion{};
inline constexpr metric_extractor<tag::real_mean> real_mean{};
inline constexpr metric_extractor<tag::retention> retention{};
inline constexpr metric_extractor<tag::repeat_contact> repeat_contact{};
inline constexpr metric_extractor<tag::repeat_customers> repeat_customers{};
inline constexpr metric_extractor<tag::whole_mean> whole_mean{};
inline constexpr metric_extractor<tag::share_within> share_within{};
template <int Low, int High>
inline constexpr metric_extractor<tag::rating_mean<Low, High>> rating_mean{};

}  // namespace extract
}  // namespace crmetrics
