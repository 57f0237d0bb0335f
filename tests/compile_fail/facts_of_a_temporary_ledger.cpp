// EXPECT: deleted
// WITHIN: 10
#include <crmetrics/derive/subscriptions.hpp>
#include <crmetrics/time/calendar.hpp>

#include <cstddef>
#include <vector>

namespace crm = crmetrics;

struct row {
  int account;
  crm::instant at;
  int level;
};

std::size_t customers(const std::vector<row>& rows) {
  const crm::ledger_fields fields{.customer = &row::account, .at = &row::at, .level = &row::level};
#ifdef CRMETRICS_TWIN
  const auto ledger = crm::read_ledger(rows, fields);
  return ledger.in(crm::calendar_month(2024, 1)).size();
#else
  return crm::read_ledger(rows, fields).in(crm::calendar_month(2024, 1)).size();
#endif
}
