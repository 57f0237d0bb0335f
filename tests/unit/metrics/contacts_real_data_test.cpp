// FCR and repeat contact on a real incident log, against integers that others computed. Skipped
// where the data is absent.

#include <crmetrics/derive/link_contacts.hpp>
#include <crmetrics/metrics/fcr.hpp>
#include <crmetrics/metrics/fcr_counted.hpp>
#include <crmetrics/metrics/repeat_contact.hpp>
#include <crmetrics/metrics/repeat_customers.hpp>
#include <crmetrics/time/calendar.hpp>

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "../../support/shared_data.hpp"

#include <cstdio>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace {

namespace crm = crmetrics;
namespace json = boost::json;

struct incident {
  std::string caller;
  std::string category;
  std::string subcategory;
  crm::instant opened;
  std::optional<crm::instant> resolved;
  int reopens = 0;
  int reassignments = 0;
  bool any_failure() const { return reopens + reassignments > 0; }
  std::string both() const { return category + "\n" + subcategory; }
};

// "2016-02-29T06:38", in a clock without a zone.
std::optional<crm::instant> minute(const std::string& text) {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  int hour = 0;
  int minutes = 0;
  if (std::sscanf(text.c_str(), "%d-%u-%uT%d:%d", &year, &month, &day, &hour, &minutes) != 5) {
    return std::nullopt;
  }
  return crm::instant{crm::start_of({year, month, day}).microseconds +
                      (hour * 60LL + minutes) * 60'000'000};
}

// One incident for each number, with what its last event says.
std::vector<incident> incidents() {
  std::vector<incident> out;
  std::map<std::string, std::size_t> columns;
  std::map<std::string, std::size_t> places;
  for (const auto& cells :
       crmetrics::test::shared_gzip_csv("service/servicenow_incident_events.csv.gz")) {
    if (columns.empty()) {
      for (const std::string& name : cells) columns.emplace(name, columns.size());
      continue;
    }
    const auto at = [&](const char* name) { return cells[columns.at(name)]; };
    const auto [place, added] = places.emplace(at("number"), out.size());
    if (added) out.emplace_back();
    out[place->second] = {at("caller_id"),
                          at("category"),
                          at("subcategory"),
                          minute(at("opened_at")).value(),
                          minute(at("resolved_at")),
                          std::stoi(at("reopen_count")),
                          std::stoi(at("reassignment_count"))};
  }
  return out;
}

class contacts_real_data : public testing::Test {
 protected:
  void SetUp() override {
    const auto expected = crmetrics::test::shared_json("service/servicenow_expected.json");
    if (!expected) GTEST_SKIP() << "no incident log in " << CRMETRICS_SHARED_DATA;
    expected_ = *expected;
    all_ = incidents();
    ASSERT_EQ(all_.size(), 9'875u);
  }
  template <class Issue>
  auto link(Issue issue, crm::within window) const {
    return crm::link_contacts(all_,
                              crm::contact_fields{.customer = &incident::caller,
                                                  .opened = &incident::opened,
                                                  .resolved = &incident::resolved,
                                                  .issue = issue},
                              window, *minute("2016-05-13T11:49"));
  }
  static void expect_share(const crm::estimate& e, const json::value& v) {
    EXPECT_EQ(e.exact().numerator, v.at("x").to_number<std::int64_t>());
    EXPECT_EQ(e.n(), v.at("n").to_number<std::uint64_t>());
  }
  template <class Metric, class Linked>
  static crm::estimate of(const Linked& linked) {
    Metric m;
    m.update_many(linked);
    return m.result();
  }

  template <class Issue>
  void expect_key(const std::string& key, Issue issue) {
    for (const int days : {1, 7, 30}) {
      SCOPED_TRACE(key + "/" + std::to_string(days) + "d");
      const std::string name = key + "/" + std::to_string(days) + "d";
      const crm::time_span span = crm::days{days};
      const auto linked = link(issue, crm::within{span});
      const auto open_end = link(issue, crm::within{.span = span, .last_instant = false});
      const auto with_equal = link(issue, crm::within{.span = span, .simultaneous = true});

      const json::value& repeat = expected_.at("repeat_contact").at(name);
      expect_share(of<crm::repeat_contact>(linked), repeat.at("per_contact"));
      EXPECT_EQ(of<crm::repeat_contact>(open_end).exact().numerator,
                repeat.at("per_contact_exclusive_upper").to_number<std::int64_t>());
      EXPECT_EQ(of<crm::repeat_contact>(with_equal).exact().numerator,
                repeat.at("per_contact_counting_simultaneous").to_number<std::int64_t>());
      expect_share(of<crm::repeat_customers>(linked.customers()), repeat.at("per_customer"));
      EXPECT_EQ(
          of<crm::basic_repeat_contact<crm::full_look_back>>(linked).excluded().begin()->count,
          repeat.at("left_truncated_contacts").to_number<std::uint64_t>());

      if (days == 1) continue;
      const json::value& fcr = expected_.at("fcr_no_repeat").at(name);
      expect_share(of<crm::fcr>(linked), fcr.at("mature_only"));
      EXPECT_EQ(of<crm::fcr>(linked).pending(),
                fcr.at("immature_excluded").to_number<std::uint64_t>());
      expect_share(of<crm::fcr>(open_end), fcr.at("mature_exclusive_upper"));
      expect_share(of<crm::basic_fcr<crm::naive_maturity>>(linked), fcr.at("naive"));
      const auto strict = crm::link_contacts(all_,
                                             crm::contact_fields{.customer = &incident::caller,
                                                                 .opened = &incident::opened,
                                                                 .resolved = &incident::resolved,
                                                                 .issue = issue,
                                                                 .failed = &incident::any_failure},
                                             crm::within{span}, *minute("2016-05-13T11:49"));
      expect_share(of<crm::fcr>(strict), fcr.at("mature_and_no_reopen_no_reassign"));
    }
  }

  std::vector<incident> all_;
  json::value expected_;
};

TEST_F(contacts_real_data, any_contact) {
  expect_key("any", [](const incident&) { return 0; });
}
TEST_F(contacts_real_data, same_category) { expect_key("category", &incident::category); }
TEST_F(contacts_real_data, same_subcategory) {
  expect_key("category+subcategory", &incident::both);
}

TEST_F(contacts_real_data, counted_kinds) {
  crm::fcr_no_reopen reopen;
  crm::fcr_no_reopen both;
  for (const incident& i : all_) {
    if (!i.resolved) continue;
    reopen.update(i.reopens);
    both.update(i.reopens + i.reassignments);
  }
  expect_share(reopen.result(), expected_.at("fcr_no_reopen"));
  expect_share(both.result(), expected_.at("fcr_no_reopen_no_reassign"));
}

}  // namespace
