// EXPECT: crmetrics: this metric takes no sampling weights
#include <crmetrics/adapters/boost_accumulators.hpp>

#include <boost/accumulators/accumulators.hpp>
#include <boost/accumulators/statistics/stats.hpp>

namespace ba = boost::accumulators;
namespace crm = crmetrics;

#ifdef CRMETRICS_TWIN
using weight = int;
#else
using weight = double;
#endif

ba::accumulator_set<double, ba::stats<crm::tag::handle_time>, weight> acc;
