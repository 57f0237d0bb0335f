// EXPECT: crmetrics: this accumulator_set has no such feature
// WITHIN: 10
#include <crmetrics/adapters/boost_accumulators.hpp>

#include <boost/accumulators/accumulators.hpp>
#include <boost/accumulators/statistics/stats.hpp>

namespace ba = boost::accumulators;
namespace crm = crmetrics;

#ifdef CRMETRICS_TWIN
using set_of_scores = ba::accumulator_set<int, ba::stats<crm::tag::nps, crm::tag::csat>>;
#else
using set_of_scores = ba::accumulator_set<int, ba::stats<crm::tag::nps>>;
#endif

auto satisfaction(const set_of_scores& acc) { return crm::extract::csat(acc); }
