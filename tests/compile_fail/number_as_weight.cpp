// EXPECT: (weight_type|frequency_weight)
// WITHIN: 10
#include <crmetrics/metrics/csat.hpp>

namespace crm = crmetrics;

void answers(crm::csat& csat) {
#ifdef CRMETRICS_TWIN
  csat.update(4, crm::frequency_weight{2});
#else
  csat.update(4, 2.5);
#endif
}
