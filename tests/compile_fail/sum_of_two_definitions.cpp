// EXPECT: (top_box<1>|conflicting)
// WITHIN: 10
#include <crmetrics/metrics/csat.hpp>

namespace crm = crmetrics;

#ifdef CRMETRICS_TWIN
using other = crm::csat;
#else
using other = crm::basic_csat<crm::rating_scale<1, 5>, crm::top_box<1>>;
#endif

auto sum(const crm::csat& a, const other& b) { return a + b; }
