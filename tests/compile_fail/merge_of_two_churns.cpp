// EXPECT: (cannot convert|no viable conversion|could not convert|no known conversion)
// WITHIN: 10
#include <crmetrics/metrics/churn_convention.hpp>

namespace crm = crmetrics;

void merge(crm::churn& a, const crm::basic_churn<crm::lost_of_average>& b, const crm::churn& c) {
#ifdef CRMETRICS_TWIN
  a.merge(c);
  static_cast<void>(b);
#else
  a.merge(b);
  static_cast<void>(c);
#endif
}
