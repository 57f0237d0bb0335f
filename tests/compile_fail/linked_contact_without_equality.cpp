// EXPECT: give Contact bool operator==
// WITHIN: 25
#include <crmetrics/combinators/linked.hpp>
#include <crmetrics/metrics/fcr.hpp>

namespace crm = crmetrics;

struct call {
  int customer;
  long opened;
#ifdef CRMETRICS_TWIN
  bool operator==(const call&) const = default;
#endif
};

auto stream() {
  return crm::linked<call>(
      crm::contact_fields{.customer = &call::customer, .opened = &call::opened},
      crm::within{.after = crm::anchor::opened}, crm::fcr{});
}
