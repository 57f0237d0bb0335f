// EXPECT: deleted
// WITHIN: 10
#include <crmetrics/combinators/by.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/metrics/csat.hpp>
#include <crmetrics/scorecard/linear.hpp>
#include <crmetrics/scorecard/scorecard.hpp>
#include <crmetrics/scorecard/team_ranking.hpp>

#include <cstddef>

namespace crm = crmetrics;

struct survey {
  int agent;
  int rating;
};

std::size_t agents() {
  const auto team = crm::by(
      &survey::agent, crm::make_scorecard(crm::component(
                          "csat", crm::on(&survey::rating, crm::csat{}), crm::linear{.3, .9}, 1)));
#ifdef CRMETRICS_TWIN
  const auto results = team.result();
  return crm::rank_team(results).lines.size();
#else
  return crm::rank_team(team.result()).lines.size();
#endif
}
