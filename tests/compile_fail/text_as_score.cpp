// EXPECT: number_input
// WITHIN: 10
#include <crmetrics/metrics/nps.hpp>

void answer(crmetrics::nps& nps) {
#ifdef CRMETRICS_TWIN
  nps.update(9);
#else
  nps.update("nine");
#endif
}
