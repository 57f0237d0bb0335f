// EXPECT: crmetrics: ledger_fields: .level is missing
// WITHIN: 10
#include <crmetrics/derive/subscriptions.hpp>

#include <vector>

namespace crm = crmetrics;

struct row {
  int account;
  crm::instant at;
  int monthly;
};

auto ledger(const std::vector<row>& rows) {
#ifdef CRMETRICS_TWIN
  return crm::read_ledger(
      rows, crm::ledger_fields{.customer = &row::account, .at = &row::at, .level = &row::monthly});
#else
  return crm::read_ledger(rows, crm::ledger_fields{.customer = &row::account, .at = &row::at});
#endif
}
