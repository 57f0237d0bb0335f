// EXPECT: normaliser
// WITHIN: 10
#include <crmetrics/accumulators/mean.hpp>
#include <crmetrics/scorecard/component.hpp>
#include <crmetrics/scorecard/linear.hpp>

namespace crm = crmetrics;

auto line() {
#ifdef CRMETRICS_TWIN
  return crm::component("points", crm::mean{}, crm::linear{60, 90}, 20);
#else
  return crm::component("points", crm::mean{}, 90.0, 20);
#endif
}
