// EXPECT: the top box must leave at least one point outside
// WITHIN: 10
#include <crmetrics/metrics/csat.hpp>

namespace crm = crmetrics;

#ifdef CRMETRICS_TWIN
using everybody = crm::basic_csat<crm::rating_scale<1, 3>, crm::top_box<2>>;
#else
using everybody = crm::basic_csat<crm::rating_scale<1, 3>, crm::top_box<3>>;
#endif

auto value(const everybody& ratings) { return ratings.result(); }
