// EXPECT: crmetrics: this metric has settings and no default for them
#include <crmetrics/adapters/boost_accumulators.hpp>

#include <boost/accumulators/accumulators.hpp>
#include <boost/accumulators/statistics/stats.hpp>

namespace ba = boost::accumulators;
namespace crm = crmetrics;

using set_of_waits = ba::accumulator_set<double, ba::stats<crm::tag::share_within>>;

#ifdef CRMETRICS_TWIN
set_of_waits waits(crm::tag::share_within::settings = crm::share_within(crm::seconds{30}));
#else
set_of_waits waits;
#endif
