// EXPECT: yes_no_input
// WITHIN: 10
#include <crmetrics/metrics/error_rate.hpp>

void check(crmetrics::error_rate& errors, int failed_items) {
#ifdef CRMETRICS_TWIN
  errors.update(failed_items != 0);
#else
  errors.update(failed_items);
#endif
}
