#include <crmetrics/derive/subscriptions.hpp>
#include <crmetrics/metrics/churn.hpp>
#include <crmetrics/metrics/churn_convention.hpp>
#include <crmetrics/metrics/gross_revenue_churn.hpp>
#include <crmetrics/metrics/gross_revenue_retention.hpp>
#include <crmetrics/metrics/net_revenue_churn.hpp>
#include <crmetrics/metrics/net_revenue_retention.hpp>
#include <crmetrics/metrics/quick_ratio.hpp>
#include <crmetrics/metrics/retention.hpp>
#include <crmetrics/metrics/revenue_movements.hpp>
#include <crmetrics/time/calendar.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

// Published and shared data that is not part of the project; skipped where it is not there.
namespace {

namespace crm = crmetrics;
namespace fs = std::filesystem;

std::vector<std::vector<std::string>> table_of(const fs::path& path) {
  std::ifstream in(path);
  std::vector<std::vector<std::string>> rows;
  for (std::string line; std::getline(in, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    std::istringstream cells(line);
    std::vector<std::string> row;
    for (std::string cell; std::getline(cells, cell, ',');) row.push_back(cell);
    rows.push_back(row);
  }
  return rows;
}

crm::date date_of_text(const std::string& text) {
  return {std::stoi(text.substr(0, 4)), static_cast<unsigned>(std::stoi(text.substr(5, 2))),
          static_cast<unsigned>(std::stoi(text.substr(8, 2)))};
}

struct ledger_row {
  std::string customer;
  crm::instant at;
  std::int64_t level = 0;
};

const crm::ledger_fields fields{
    .customer = &ledger_row::customer, .at = &ledger_row::at, .level = &ledger_row::level};

template <class M, class Facts>
double value_of(const Facts& facts) {
  M metric;
  metric.update_many(facts);
  return metric.result().value();
}

// The identity, to the minor unit.
void expect_identity(const crm::movements& m) {
  EXPECT_EQ(m.start.money + m.new_customers.money + m.reactivation.money + m.expansion.money -
                m.contraction.money - m.churn.money,
            m.end.money);
  EXPECT_EQ(m.start.count + m.new_customers.count + m.reactivation.count - m.churn.count,
            m.end.count);
}

TEST(subscription_real_data, every_figure_of_the_dev_ledger) {
  const fs::path folder = fs::path(CRMETRICS_SHARED_DATA) / "clv";
  if (!fs::exists(folder / "saas_ledger_dev.csv")) {
    GTEST_SKIP() << "no " << folder << ": set CRMETRICS_SHARED_DATA to the folder that has it";
  }
  std::vector<ledger_row> rows;
  for (const auto& cells : table_of(folder / "saas_ledger_dev.csv")) {
    if (cells[0] == "date") continue;
    rows.push_back({cells[1], crm::start_of(date_of_text(cells[0])), std::stoll(cells[2])});
  }
  ASSERT_EQ(rows.size(), 27u);
  const auto ledger = crm::read_ledger(rows, fields);

  const auto expected = table_of(folder / "saas_expected_dev.csv");
  ASSERT_EQ(expected.size(), 4u);
  std::size_t compared = 0;
  for (std::size_t line = 1; line != expected.size(); ++line) {
    std::map<std::string, std::string> want;
    ASSERT_EQ(expected[line].size(), expected[0].size());
    for (std::size_t i = 0; i != expected[0].size(); ++i) want[expected[0][i]] = expected[line][i];
    const crm::date from = date_of_text(want["month"]);
    SCOPED_TRACE(want["month"]);
    const auto facts = ledger.in(crm::calendar_month(from.year, from.month));

    std::map<std::string, double> found;
    const auto movements = [&](const std::string& prefix, const crm::movements& m,
                               const std::vector<std::string>& names) {
      expect_identity(m);
      const crm::movement* parts[] = {&m.new_customers, &m.reactivation, &m.expansion,
                                      &m.contraction, &m.churn};
      for (std::size_t i = 0; i != names.size(); ++i) {
        found[prefix + names[i] + "_mrr"] = static_cast<double>(parts[i]->money);
        found[prefix + names[i] + "_n"] = static_cast<double>(parts[i]->count);
      }
      found["start_customers"] = static_cast<double>(m.start.count);
      found["end_customers"] = static_cast<double>(m.end.count);
      found["start_mrr"] = static_cast<double>(m.start.money);
      found["end_mrr"] = static_cast<double>(m.end.money);
    };
    crm::revenue_movements snapshot;
    snapshot.update_many(facts);
    movements("snap_", snapshot.result().total,
              {"new", "reactivation", "expansion", "contraction", "churn"});
    crm::basic_revenue_movements<crm::event_accounting> events;
    events.update_many(facts);
    movements("event_", events.result().total, {"new", "react", "exp", "con", "churn"});

    found["logo_churn_start"] = value_of<crm::churn>(facts);
    found["logo_churn_average"] = value_of<crm::basic_churn<crm::lost_of_average>>(facts);
    found["logo_churn_events_over_start_plus_new"] =
        value_of<crm::basic_churn<crm::churn_events_of_start_and_new>>(facts);
    found["logo_churn_events_over_start"] =
        value_of<crm::basic_churn<crm::churn_events_of_start>>(facts);
    found["logo_churn_daily_sum"] = value_of<crm::basic_churn<crm::churn_by_day>>(facts);
    found["gross_mrr_churn"] = value_of<crm::gross_revenue_churn>(facts);
    found["net_mrr_churn_incl_reactivation"] =
        value_of<crm::basic_net_revenue_churn<crm::with_reactivation>>(facts);
    found["net_mrr_churn_excl_reactivation"] = value_of<crm::net_revenue_churn>(facts);
    found["nrr"] = value_of<crm::net_revenue_retention>(facts);
    found["grr"] = value_of<crm::gross_revenue_retention>(facts);
    found["grr_event_based"] =
        value_of<crm::basic_gross_revenue_retention<crm::event_accounting>>(facts);
    found["logo_retention"] = value_of<crm::retention>(facts);
    found["quick_ratio"] = value_of<crm::quick_ratio>(facts);

    for (const auto& [name, text] : want) {
      if (name == "month") continue;
      ASSERT_TRUE(found.contains(name)) << name;
      EXPECT_NEAR(found[name], std::stod(text), 1e-10) << name;
      ++compared;
    }
  }
  EXPECT_EQ(compared, 3u * 37u);
}

}  // namespace
