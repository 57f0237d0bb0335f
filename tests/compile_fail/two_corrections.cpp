// EXPECT: crmetrics: one correction a component
// WITHIN: 10
#include <crmetrics/metrics/handle_time.hpp>
#include <crmetrics/scorecard/component.hpp>
#include <crmetrics/scorecard/linear.hpp>
#include <crmetrics/scorecard/scaled.hpp>

namespace crm = crmetrics;

auto speed() {
  auto once = crm::component("speed", crm::handle_time{}, crm::linear{900, 300}, 1)
                  .corrected_by("repeat contacts", crm::scaled{.08, .18, .5});
#ifdef CRMETRICS_TWIN
  return once;
#else
  return std::move(once).corrected_by("transfers", crm::scaled{.1, .3, .5});
#endif
}
