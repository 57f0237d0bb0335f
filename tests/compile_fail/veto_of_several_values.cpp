// EXPECT: crmetrics: a veto needs a metric with one value
// WITHIN: 10
#include <crmetrics/combinators/together.hpp>
#include <crmetrics/metrics/error_rate.hpp>
#include <crmetrics/scorecard/veto.hpp>

namespace crm = crmetrics;

auto compliance() {
#ifdef CRMETRICS_TWIN
  const crm::error_rate errors;
#else
  const auto errors = crm::together(crm::error_rate{}, crm::proportion{});
#endif
  return crm::veto("compliance", errors, crm::above{.005}, crm::cap{59.9});
}
