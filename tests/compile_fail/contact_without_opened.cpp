// EXPECT: contact_fields: [.]opened is missing: when the contact began
// WITHIN: 10
#include <crmetrics/derive/contact_fields.hpp>

#include <vector>

namespace crm = crmetrics;

auto fields(const std::vector<int>& customers, const std::vector<long>& opened) {
#ifdef CRMETRICS_TWIN
  return crm::contact_fields{.customer = customers, .opened = opened};
#else
  static_cast<void>(opened);
  return crm::contact_fields{.customer = customers};
#endif
}
