// EXPECT: either every role is played by a column, or none
// WITHIN: 15
#include <crmetrics/derive/contact_fields.hpp>

#include <vector>

namespace crm = crmetrics;

struct call {
  int customer;
  long opened;
};

bool of_columns(const std::vector<long>& opened) {
#ifdef CRMETRICS_TWIN
  const crm::contact_fields fields{.customer = &call::customer, .opened = &call::opened};
  return opened.empty() && fields.of_columns;
#else
  const crm::contact_fields fields{.customer = &call::customer, .opened = opened};
  return fields.of_columns;
#endif
}
