// EXPECT: scale_1_10
// WITHIN: 10
#include <crmetrics/metrics/nps.hpp>

namespace crm = crmetrics;

#ifdef CRMETRICS_TWIN
using of_february = crm::nps;
#else
using of_february = crm::basic_nps<crm::scale_1_10>;
#endif

void quarter(crm::nps& january, const of_february& february) { january.merge(february); }
