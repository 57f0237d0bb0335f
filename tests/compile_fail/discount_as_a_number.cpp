// EXPECT: discount_rate
// WITHIN: 10
#include <crmetrics/metrics/clv.hpp>

namespace crm = crmetrics;

crm::clv value() {
#ifdef CRMETRICS_TWIN
  return crm::clv(crm::clv_terms{.discount = crm::discount_rate::annual(.10)});
#else
  return crm::clv(crm::clv_terms{.discount = .10});
#endif
}
