// EXPECT: window
// WITHIN: 10
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/combinators/over.hpp>
#include <crmetrics/metrics/csat.hpp>

namespace crm = crmetrics;

struct survey {
  crm::instant at;
  int rating;
};

auto quarterly() {
#ifdef CRMETRICS_TWIN
  return crm::over(crm::calendar_months(3), &survey::at, crm::on(&survey::rating, crm::csat{}));
#else
  return crm::over(3, &survey::at, crm::on(&survey::rating, crm::csat{}));
#endif
}
