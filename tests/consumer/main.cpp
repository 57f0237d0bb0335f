// What a user's first program looks like; each project beside this file builds and runs it.
#include <crmetrics/metrics/nps.hpp>
#include <crmetrics/version.hpp>

#include <iostream>

int main() {
  crmetrics::nps nps;
  for (int score : {10, 10, 10, 9, 8, 7, 7, 3}) nps.update(score);
  std::cout << "crmetrics " << CRMETRICS_VERSION_MAJOR << '.' << CRMETRICS_VERSION_MINOR << ", NPS "
            << 100 * nps.result().value() << '\n';
}
