// Needs all components: each one's header must compile with what its target brings.
#include <crmetrics/adapters/boost_accumulators.hpp>
#include <crmetrics/adapters/range_v3.hpp>
#include <crmetrics/metrics/nps.hpp>
#include <crmetrics/runtime/spec_parser.hpp>

#include <boost/json/src.hpp>

#include <iostream>

int main() {
  if (crmetrics::parse_card_spec("{}").ok()) return 1;
  crmetrics::nps nps;
  for (int score : {10, 10, 10, 9, 8, 7, 7, 3}) nps.update(score);
  std::cout << "NPS " << 100 * nps.result().value() << '\n';
}
