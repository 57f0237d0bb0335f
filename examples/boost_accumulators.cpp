// Metrics as features of Boost.Accumulators: NPS beside Boost's own mean in one set, two months fed
// apart and merged as whole sets.
#include <crmetrics/adapters/boost_accumulators.hpp>
#include <crmetrics/io/text.hpp>

#include <boost/accumulators/accumulators.hpp>
#include <boost/accumulators/statistics/max.hpp>
#include <boost/accumulators/statistics/mean.hpp>
#include <boost/accumulators/statistics/stats.hpp>

#include <cmath>
#include <cstdlib>
#include <iostream>

namespace crm = crmetrics;
namespace ba = boost::accumulators;

using answers = ba::accumulator_set<int, ba::stats<crm::tag::nps, ba::tag::mean, ba::tag::max>>;

int main() {
  answers january;
  for (const int score : {10, 9, 7, 3, 10}) january(score);
  answers february;
  for (const int score : {9, 8, 0}) february(score);

  crm::merge(january, february);  // all features at once
  const crm::estimate nps = crm::extract::nps(january);

  std::cout << nps << "\npromoters "
            << crm::state_of<crm::tag::nps>(january).promoters().observations() << ", mean "
            << ba::mean(january) << ", best " << (ba::max)(january) << '\n';

  // Four promoters and two detractors of eight; the scores add up to 56.
  const bool good = nps.n() == 8 && std::abs(nps.value() - 0.25) < 1e-12 &&
                    std::abs(ba::mean(january) - 7) < 1e-12 && (ba::max)(january) == 10;
  return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
