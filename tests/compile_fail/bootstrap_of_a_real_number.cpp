// EXPECT: the customer of a bootstrap is a whole number or a text
#include <crmetrics/combinators/bootstrap.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/metrics/csat.hpp>

namespace crm = crmetrics;

struct survey {
  int customer;
  double amount;
  int rating;
};

void count(const survey& s) {
#ifdef CRMETRICS_TWIN
  auto m = crm::bootstrap(&survey::customer, crm::on(&survey::rating, crm::csat{}));
#else
  auto m = crm::bootstrap(&survey::amount, crm::on(&survey::rating, crm::csat{}));
#endif
  m.update(s);
}
