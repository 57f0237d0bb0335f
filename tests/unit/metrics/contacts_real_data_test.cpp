// FCR and repeat contact on a real incident log, against integers that others computed. Skipped
// where the data is absent.

#include <crmetrics/combinators/linked.hpp>
#include <crmetrics/combinators/together.hpp>
#include <crmetrics/derive/link_contacts.hpp>
#include <crmetrics/metrics/fcr.hpp>
#include <crmetrics/metrics/fcr_counted.hpp>
#include <crmetrics/metrics/repeat_contact.hpp>
#include <crmetrics/metrics/repeat_customers.hpp>
#include <crmetrics/time/calendar.hpp>

#include <gtest/gtest.h>

#include "../../support/sort_stably.hpp"

#include <boost/json.hpp>

#include "../../support/shared_data.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <map>
#include <optional>
#include <string>
#include <tuple>
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
  bool operator==(const incident&) const = default;
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

  // The figures of linking at once, which expect_key compares with the expected ones, come out of a
  // stream, of spans of time and of parts of the customers too.
  template <class Issue>
  void expect_same_in_parts(Issue issue) {
    const crm::contact_fields fields{.customer = &incident::caller,
                                     .opened = &incident::opened,
                                     .resolved = &incident::resolved,
                                     .issue = issue,
                                     .failed = &incident::any_failure};
    const auto metrics =
        crm::together(crm::fcr{}, crm::basic_fcr<crm::naive_maturity>{}, crm::repeat_contact{},
                      crm::basic_repeat_contact<crm::full_look_back>{});
    std::vector<incident> sorted = all_;
    crmetrics::test::sort_stably(
        sorted, [](const incident& a, const incident& b) { return a.opened < b.opened; });
    const crm::instant first = sorted.front().opened;
    const crm::instant last = *minute("2016-05-13T11:49");
    const crm::instant end{last.microseconds + 1};
    for (const int days : {1, 7, 30}) {
      for (crm::within w : {crm::within{crm::days{days}},
                            crm::within{.span = crm::days{days}, .last_instant = false},
                            crm::within{.span = crm::days{days}, .simultaneous = true}}) {
        auto bulk = metrics;
        bulk.update_many(crm::link_contacts(sorted, fields, w, last));
        const auto expected = figures(bulk);

        auto stream = crm::linked<incident>(fields, w, metrics);
        for (const incident& i : sorted) stream.update(i);
        stream.observe_until(end);
        EXPECT_EQ(figures(stream), expected) << days << " d, as a stream";

        std::optional<decltype(stream)> spans;
        const std::int64_t whole = end.microseconds - first.microseconds;
        for (const int k : {2, 0, 4, 1, 3}) {
          crm::linked_options options;
          options.shard.opened =
              crm::period(crm::instant{first.microseconds + whole * k / 5},
                          crm::instant{first.microseconds + whole * (k + 1) / 5});
          auto span = crm::linked<incident>(fields, w, metrics, options);
          for (const incident& i : sorted) {
            if (options.shard.opened->contains(i.opened)) span.update(i);
          }
          if (spans) spans->merge(span);
          if (!spans) spans = span;
        }
        EXPECT_EQ(figures(*spans), expected) << days << " d, in spans of time";

        auto parts = metrics;
        crm::repeat_customers customers;
        for (std::uint32_t k = 0; k != 3; ++k) {
          const crm::contact_shard shard{.seed = 5, .index = k, .count = 3};
          std::vector<incident> own;
          for (const incident& i : sorted) {
            if (i.caller.empty() ? k == 0 : shard.takes(i.caller)) own.push_back(i);
          }
          const auto linked = crm::link_contacts(own, fields, w, crm::period(first, end));
          auto part = metrics;
          part.update_many(linked);
          parts.merge(part);
          crm::repeat_customers of_part;
          of_part.update_many(linked.customers());
          customers.merge(of_part);
        }
        EXPECT_EQ(figures(parts), expected) << days << " d, in parts of the customers";
        crm::repeat_customers of_all;
        of_all.update_many(crm::link_contacts(sorted, fields, w, last).customers());
        EXPECT_EQ(customers, of_all);
      }
    }
  }
  template <class M>
  static std::vector<std::uint64_t> figures(const M& metric) {
    std::vector<std::uint64_t> out;
    std::apply(
        [&](const auto&... e) {
          ((out.push_back(static_cast<std::uint64_t>(e.exact().numerator)), out.push_back(e.n()),
            out.push_back(e.pending()), out.push_back(e.excluded().total())),
           ...);
        },
        metric.result());
    return out;
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

TEST_F(contacts_real_data, streams_and_shards_of_any_contact) {
  expect_same_in_parts([](const incident&) { return 0; });
}
TEST_F(contacts_real_data, streams_and_shards_of_the_same_category) {
  expect_same_in_parts(&incident::category);
}
TEST_F(contacts_real_data, streams_and_shards_of_the_same_subcategory) {
  expect_same_in_parts(&incident::both);
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
