// EXPECT: any_metric
// WITHIN: 10
#include <crmetrics/combinators/by.hpp>
#include <crmetrics/metrics/csat.hpp>

namespace crm = crmetrics;

struct survey {
  int agent;
  int rating;
};

auto team() {
#ifdef CRMETRICS_TWIN
  return crm::by(&survey::agent, crm::csat{});
#else
  return crm::by(&survey::agent, &survey::rating);
#endif
}
