// Needs both components: each one's header must compile with what its target brings.
#include <crmetrics/adapters/boost_accumulators.hpp>
#include <crmetrics/adapters/range_v3.hpp>
#include <crmetrics/metrics/nps.hpp>

#include <iostream>

int main() {
  crmetrics::nps nps;
  for (int score : {10, 10, 10, 9, 8, 7, 7, 3}) nps.update(score);
  std::cout << "NPS " << 100 * nps.result().value() << '\n';
}
