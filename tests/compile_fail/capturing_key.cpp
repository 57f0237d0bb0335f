// EXPECT: captureless lambda, a pointer to a member
// WITHIN: 10
#include <crmetrics/combinators/by.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/metrics/csat.hpp>

namespace crm = crmetrics;

struct survey {
  int agent;
  int rating;
};

auto shifts(int size) {
#ifdef CRMETRICS_TWIN
  static_cast<void>(size);
  return crm::by([](const survey& s) { return s.agent / 10; },
                 crm::on(&survey::rating, crm::csat{}));
#else
  return crm::by([size](const survey& s) { return s.agent / size; },
                 crm::on(&survey::rating, crm::csat{}));
#endif
}
