// EXPECT: (consteval|constant expression)
// WITHIN: 10
#include <crmetrics/accumulators/mean.hpp>
#include <crmetrics/scorecard/component.hpp>
#include <crmetrics/scorecard/linear.hpp>

#include <string>

namespace crm = crmetrics;

auto line(const std::string& name) {
#ifdef CRMETRICS_TWIN
  static_cast<void>(name);
  return crm::component("points", crm::mean{}, crm::linear{60, 90}, 1);
#else
  return crm::component(name.c_str(), crm::mean{}, crm::linear{60, 90}, 1);
#endif
}
