// EXPECT: crmetrics: a component needs a metric with one value
// WITHIN: 10
#include <crmetrics/combinators/by.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/metrics/csat.hpp>
#include <crmetrics/scorecard/scorecard.hpp>

namespace crm = crmetrics;

struct survey {
  int agent;
  int rating;
};

auto card() {
#ifdef CRMETRICS_TWIN
  const auto metric = crm::on(&survey::rating, crm::csat{});
#else
  const auto metric = crm::by(&survey::agent, crm::on(&survey::rating, crm::csat{}));
#endif
  return crm::make_scorecard(crm::component("csat", metric, crm::linear{.6, .9}, 1));
}
