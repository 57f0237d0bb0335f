// EXPECT: this callable holds state but has no operator==
// WITHIN: 10
#include <crmetrics/combinators/where.hpp>
#include <crmetrics/metrics/nps.hpp>

auto low_answers(int limit) {
#ifdef CRMETRICS_TWIN
  static_cast<void>(limit);
  const auto low = [](int score) { return score < 7; };
#else
  const auto low = [limit](int score) { return score < limit; };
#endif
  return crmetrics::where(low, crmetrics::nps{}, "7 and above");
}
