// EXPECT: compile without -ffast-math
// WITHIN: 10
#ifndef CRMETRICS_TWIN
// As the compiler does with the flag.
#define __FAST_MATH__ 1
#endif
#include <crmetrics/metrics/nps.hpp>
