// EXPECT: observers
// WITHIN: 10
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/metrics/csat.hpp>
#include <crmetrics/scorecard/scorecard.hpp>

namespace crm = crmetrics;

struct survey {
  int rating;
};
struct renewal {
  bool renewed;
};

void feed() {
  auto card = crm::make_scorecard(
      crm::component("csat", crm::on(&survey::rating, crm::csat{}), crm::linear{.6, .9}, 1));
#ifdef CRMETRICS_TWIN
  card.update(survey{4});
#else
  card.update(renewal{true});
#endif
}
