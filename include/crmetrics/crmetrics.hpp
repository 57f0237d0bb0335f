#pragma once

/// Everything but what costs much to parse or needs another library. Left out on purpose, include
/// what you use of them: intervals with Boost.Math (clopper_pearson, jeffreys, poisson_exact,
/// fisher_test), io/ (text, state bytes, CSV), adapters/ (Boost, range-v3), workload/ (generator),
/// quantiles, linking (derive/link_contacts, combinators/linked; the metrics of linked contacts are
/// here), the bootstrap, what says how sure a ranking is (scorecard/team_ranking and below),
/// explanations and views of reports (scorecard/explanation, *_view, trend), and threads
/// (scorecard/evaluate_each).

#include <crmetrics/accumulators/count.hpp>
#include <crmetrics/accumulators/duration.hpp>
#include <crmetrics/accumulators/mean.hpp>
#include <crmetrics/accumulators/occurrences.hpp>
#include <crmetrics/accumulators/ordinal.hpp>
#include <crmetrics/accumulators/proportion.hpp>
#include <crmetrics/accumulators/weighted_mean.hpp>
#include <crmetrics/combinators/about.hpp>
#include <crmetrics/combinators/by.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/combinators/over.hpp>
#include <crmetrics/combinators/then.hpp>
#include <crmetrics/combinators/together.hpp>
#include <crmetrics/combinators/where.hpp>
#include <crmetrics/concepts.hpp>
#include <crmetrics/derive/one_per.hpp>
#include <crmetrics/derive/purchases.hpp>
#include <crmetrics/derive/subscriptions.hpp>
#include <crmetrics/fwd.hpp>
#include <crmetrics/metrics/churn.hpp>
#include <crmetrics/metrics/churn_convention.hpp>
#include <crmetrics/metrics/clv.hpp>
#include <crmetrics/metrics/csat.hpp>
#include <crmetrics/metrics/error_rate.hpp>
#include <crmetrics/metrics/fcr.hpp>
#include <crmetrics/metrics/fcr_counted.hpp>
#include <crmetrics/metrics/fcr_kaplan_meier.hpp>
#include <crmetrics/metrics/given.hpp>
#include <crmetrics/metrics/gross_revenue_churn.hpp>
#include <crmetrics/metrics/gross_revenue_retention.hpp>
#include <crmetrics/metrics/handle_time.hpp>
#include <crmetrics/metrics/historical_clv.hpp>
#include <crmetrics/metrics/net_revenue_churn.hpp>
#include <crmetrics/metrics/net_revenue_retention.hpp>
#include <crmetrics/metrics/nps.hpp>
#include <crmetrics/metrics/quick_ratio.hpp>
#include <crmetrics/metrics/renewal_rate.hpp>
#include <crmetrics/metrics/repeat_contact.hpp>
#include <crmetrics/metrics/repeat_customers.hpp>
#include <crmetrics/metrics/retention.hpp>
#include <crmetrics/metrics/revenue_movements.hpp>
#include <crmetrics/metrics/share_within.hpp>
#include <crmetrics/scorecard/ahp.hpp>
#include <crmetrics/scorecard/arithmetic.hpp>
#include <crmetrics/scorecard/critic_weights.hpp>
#include <crmetrics/scorecard/entropy_weights.hpp>
#include <crmetrics/scorecard/equal_influence.hpp>
#include <crmetrics/scorecard/equal_weights.hpp>
#include <crmetrics/scorecard/geometric.hpp>
#include <crmetrics/scorecard/harmonic.hpp>
#include <crmetrics/scorecard/log_normal.hpp>
#include <crmetrics/scorecard/logistic.hpp>
#include <crmetrics/scorecard/min_max_scale.hpp>
#include <crmetrics/scorecard/minimum.hpp>
#include <crmetrics/scorecard/percentile.hpp>
#include <crmetrics/scorecard/power.hpp>
#include <crmetrics/scorecard/ranking.hpp>
#include <crmetrics/scorecard/scorecard.hpp>
#include <crmetrics/scorecard/steps.hpp>
#include <crmetrics/scorecard/target_range.hpp>
#include <crmetrics/scorecard/weighting.hpp>
#include <crmetrics/scorecard/z_score.hpp>
#include <crmetrics/time/calendar.hpp>
#include <crmetrics/time/instant.hpp>
#include <crmetrics/time/period.hpp>
