// EXPECT: contact_fields: [.]issue and [.]related exclude each other
// WITHIN: 10
#include <crmetrics/derive/contact_fields.hpp>

namespace crm = crmetrics;

struct call {
  int customer;
  long opened;
  int topic;
};

constexpr auto same_topic = [](const call& a, const call& b) { return a.topic == b.topic; };
#ifdef CRMETRICS_TWIN
constexpr crm::contact_fields fields{
    .customer = &call::customer, .opened = &call::opened, .related = same_topic};
#else
constexpr crm::contact_fields fields{.customer = &call::customer,
                                     .opened = &call::opened,
                                     .issue = &call::topic,
                                     .related = same_topic};
#endif
static_assert(fields.has_related);
