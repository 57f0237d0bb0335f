// EXPECT: is not a constant expression|must be initialized by a constant expression
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/metrics/csat.hpp>
#include <crmetrics/scorecard/scorecard.hpp>

namespace crm = crmetrics;

struct survey {
  int rating;
};

// Satisfaction is better when higher; a card that is a constant says so before the program runs.
#ifdef CRMETRICS_TWIN
constexpr crm::linear curve{.60, .90};
#else
constexpr crm::linear curve{.90, .60};
#endif
constexpr auto card =
    crm::make_scorecard(crm::component("csat", crm::on(&survey::rating, crm::csat{}), curve, 1));
