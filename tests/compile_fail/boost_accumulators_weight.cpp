// EXPECT: crmetrics: a weight is given to an accumulator_set without weights
#include <crmetrics/adapters/boost_accumulators.hpp>

#include <boost/accumulators/accumulators.hpp>
#include <boost/accumulators/statistics/stats.hpp>

namespace ba = boost::accumulators;

#ifdef CRMETRICS_TWIN
using set_of_scores = ba::accumulator_set<int, ba::stats<crmetrics::tag::nps>, double>;
#else
using set_of_scores = ba::accumulator_set<int, ba::stats<crmetrics::tag::nps>>;
#endif

void feed(set_of_scores& acc) { acc(9, ba::weight = 2.5); }
