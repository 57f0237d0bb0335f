// EXPECT: crmetrics: merge: this accumulator_set has a feature that cannot be merged
// WITHIN: 10
#include <crmetrics/adapters/boost_accumulators.hpp>

#include <boost/accumulators/accumulators.hpp>
#include <boost/accumulators/statistics/mean.hpp>
#include <boost/accumulators/statistics/stats.hpp>
#include <boost/accumulators/statistics/variance.hpp>

namespace ba = boost::accumulators;

#ifdef CRMETRICS_TWIN
using set_of_scores = ba::accumulator_set<int, ba::stats<crmetrics::tag::nps, ba::tag::mean>>;
#else
using set_of_scores = ba::accumulator_set<int, ba::stats<crmetrics::tag::nps, ba::tag::variance>>;
#endif

void join(set_of_scores& january, const set_of_scores& february) {
  crmetrics::merge(january, february);
}
