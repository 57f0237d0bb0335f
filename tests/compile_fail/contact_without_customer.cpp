// EXPECT: contact_fields: [.]customer is missing: who made contact
// WITHIN: 10
#include <crmetrics/derive/contact_fields.hpp>

namespace crm = crmetrics;

struct call {
  int customer;
  long opened;
};

#ifdef CRMETRICS_TWIN
constexpr crm::contact_fields fields{.customer = &call::customer, .opened = &call::opened};
#else
constexpr crm::contact_fields fields{.opened = &call::opened};
#endif
static_assert(fields.has_opened);
