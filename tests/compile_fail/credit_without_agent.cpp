// EXPECT: these contacts were linked without the role [.]agent
// WITHIN: 15
#include <crmetrics/derive/link_contacts.hpp>

#include <vector>

namespace crm = crmetrics;

struct call {
  int customer;
  long opened;
  int agent;
};

int first_agent(const std::vector<call>& calls) {
#ifdef CRMETRICS_TWIN
  constexpr crm::contact_fields fields{
      .customer = &call::customer, .opened = &call::opened, .agent = &call::agent};
#else
  constexpr crm::contact_fields fields{.customer = &call::customer, .opened = &call::opened};
#endif
  const auto linked = crm::link_contacts(calls, fields, crm::within{.after = crm::anchor::opened},
                                         crm::instant{1'000});
  return linked[0].agent();
}
