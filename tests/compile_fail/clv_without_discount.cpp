// EXPECT: (could not convert .*discount_rate|no matching constructor)
// WITHIN: 10
#include <crmetrics/metrics/clv.hpp>

namespace crm = crmetrics;

crm::clv value() {
#ifdef CRMETRICS_TWIN
  return crm::clv(crm::clv_terms{.discount = crm::discount_rate::none(), .horizon = 12});
#else
  return crm::clv(crm::clv_terms{.horizon = 12});
#endif
}
