// EXPECT: by<Key>
// WITHIN: 10
#include <crmetrics/combinators/by.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/metrics/csat.hpp>

namespace crm = crmetrics;

struct survey {
  int agent;
  int rating;
};

auto team() {
  const auto agent_of = [](const auto& event) { return event.agent; };
#ifdef CRMETRICS_TWIN
  return crm::by<int>(agent_of, crm::on(&survey::rating, crm::csat{}));
#else
  return crm::by(agent_of, crm::on(&survey::rating, crm::csat{}));
#endif
}
