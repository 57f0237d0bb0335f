// EXPECT: crmetrics: weights from the data of those who are listed
// WITHIN: 10
#include <crmetrics/scorecard/entropy_weights.hpp>

namespace crm = crmetrics;

auto weights(const crm::unit_table& team) {
  const auto taken = crm::entropy_weights(team);
#ifdef CRMETRICS_TWIN
  return taken.fixed().for_parts({"quality", "speed"});
#else
  return taken.for_parts({"quality", "speed"});
#endif
}
