#include <crmetrics/io/table_events.hpp>
#include <crmetrics/runtime/table_roles.hpp>

#include <gtest/gtest.h>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <variant>
#include <vector>

namespace {

namespace crm = crmetrics;

// Times of these tables are whole seconds.
crm::instant when(std::string_view text) {
  std::int64_t seconds = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) {
    throw crm::error("is no time");
  }
  return crm::instant{seconds * 1'000'000};
}
crm::instant at(std::int64_t seconds) { return crm::instant{seconds * 1'000'000}; }

std::vector<crm::table_event> events(const std::string& csv, const std::string& roles,
                                     const std::optional<crm::period>& within = {},
                                     crm::instant until = at(1'000)) {
  const auto all = crm::table_roles_from("{ \"log\": " + roles + " }");
  return crm::events_of(crm::parse_csv(csv, ',', "log.csv"), "log", all.at("log"), when, within,
                        until);
}
double number(const crm::table_event& e) { return std::get<double>(e.event.observed); }

TEST(table_events, values_words_and_empty_cells) {
  const auto found = events("who,score,kept\nAnn,4,yes\nBo,,no\nAnn,2.5,0\n",
                            R"({ "owner": "who", "values": { "csat": "score", "kept": "kept" } })");
  ASSERT_EQ(found.size(), 6u);
  EXPECT_EQ(found[0].owner, "Ann");
  EXPECT_EQ(found[0].event.metric.view(), "csat");
  EXPECT_EQ(number(found[0]), 4);
  EXPECT_EQ(number(found[1]), 1);
  EXPECT_TRUE(std::isnan(number(found[2])));
  EXPECT_EQ(number(found[3]), 0);
  EXPECT_EQ(number(found[4]), 2.5);
  EXPECT_EQ(found[5].event.metric.view(), "kept");
}

TEST(table_events, spans_times_and_causes) {
  const char* roles = R"({ "owner": "who", "time": "opened", "cause": "why",
                           "spans": { "solved": ["opened", "closed"] } })";
  const std::string csv = "who,opened,closed,why\nA,10,25,\nA,20,,outage\nB,30,31,\n,40,41,\n";
  const auto all = events(csv, roles);
  ASSERT_EQ(all.size(), 4u);
  EXPECT_EQ(number(all[0]), 15);
  EXPECT_EQ(std::get<crm::open_span>(all[1].event.observed).seconds, 980);
  EXPECT_EQ(all[1].event.cause.view(), "outage");
  EXPECT_TRUE(all[0].event.cause == crm::label());
  // Half open: 10 is in, 30 is not.
  const auto some = events(csv, roles, crm::period(at(10), at(30)));
  ASSERT_EQ(some.size(), 2u);
  EXPECT_EQ(some[1].event.cause.view(), "outage");
}

TEST(table_events, contacts_are_linked_across_the_period) {
  const std::string csv =
      "who,customer,issue,opened,closed\n"
      "A,x,1,10,11\nB,y,1,12,13\nB,x,1,15,16\nA,x,2,17,18\nA,,1,18,19\n";
  const char* by_customer = R"({ "owner": "who", "time": "opened",
    "contacts": { "metrics": ["fcr", "again"], "within": "10s", "customer": "customer",
                  "opened": "opened", "resolved": "closed" } })";
  const auto of = [](const crm::table_event& e) {
    return std::get<crm::contact_fact>(e.event.observed);
  };
  const auto found = events(csv, by_customer);
  ASSERT_EQ(found.size(), 10u);
  EXPECT_EQ(found[0].event.metric.view(), "fcr");
  EXPECT_EQ(found[1].event.metric.view(), "again");
  EXPECT_TRUE(of(found[0]).repeated());
  EXPECT_FALSE(of(found[2]).repeated());
  EXPECT_TRUE(of(found[4]).repeated());  // whatever about
  EXPECT_FALSE(of(found[8]).known_customer());
  // The repeat lies after the period.
  const auto first = events(csv, by_customer, crm::period(at(10), at(12)));
  ASSERT_EQ(first.size(), 2u);
  EXPECT_TRUE(of(first[0]).repeated());

  std::string by_issue = by_customer;
  by_issue.insert(by_issue.find("\"opened\": \"opened\""), "\"issue\": \"issue\", ");
  const auto same_issue = events(csv, by_issue);
  EXPECT_TRUE(of(same_issue[0]).repeated());
  EXPECT_FALSE(of(same_issue[4]).repeated());
}

std::string problems_of(const std::string& csv, const std::string& roles) {
  try {
    static_cast<void>(events(csv, roles));
  } catch (const crm::error& e) {
    return e.what();
  }
  return "";
}

TEST(table_events, every_missing_column_and_bad_cell_is_named) {
  const std::string all = problems_of(
      "agent,score,opened\nA,much,1\nA,3,soon\n",
      R"({ "owner": "agnt", "values": { "csat": "score" }, "spans": { "x": ["opened", "closed_at"] } })");
  EXPECT_NE(all.find("log.agnt: no such column for the role owner; did you mean \"agent\"?"),
            std::string::npos)
      << all;
  EXPECT_NE(all.find("row 1: score: value \"much\""), std::string::npos) << all;
  EXPECT_NE(all.find("row 2: opened: value \"soon\""), std::string::npos) << all;
  EXPECT_NE(all.find("log.closed_at: no such column for the role x; there are agent score opened"),
            std::string::npos)
      << all;
}

TEST(table_roles, a_row_feeds_a_metric_once) {
  try {
    static_cast<void>(crm::table_roles_from(R"({
      "log": { "owner": "a", "values": { "x": "p", "y": "p" }, "spans": { "x": ["p", "q"] },
               "contacts": { "metrics": ["rep", "rep", "y"], "within": "7d", "customer": "c",
                             "opened": "o", "resolved": "r" } },
      "more": { "owner": "a", "values": { "x": "p" } } })"));
    FAIL();
  } catch (const crm::bad_spec& e) {
    std::string found;
    for (const crm::diagnostic& d : e.diagnostics()) found += d.code, found += " " + d.path + "\n";
    EXPECT_EQ(found, "E13 log.spans.x\nE13 log.contacts.metrics[1]\nE13 log.contacts.metrics[2]\n");
  }
}

TEST(table_roles, problems_of_the_text) {
  try {
    static_cast<void>(crm::table_roles_from(R"({
      "surveys": { "ownr": "agent", "values": { "csat": 4 } },
      "contacts": { "owner": "agent", "spans": { "x": ["opened"] },
                    "contacts": { "metrics": ["fcr"], "within": "soon", "customer": "c",
                                  "opened": "o" } },
      "empty": { "owner": "agent" } })"));
    FAIL();
  } catch (const crm::bad_spec& e) {
    std::string found;
    for (const crm::diagnostic& d : e.diagnostics()) found += d.text() + "\n";
    for (const char* expected :
         {"E01 surveys.ownr", "did you mean \"owner\"", "E24 surveys.owner", "contacts.spans.x",
          "E07 contacts.contacts.within", "E24 contacts.contacts.resolved", "E24 empty"}) {
      EXPECT_NE(found.find(expected), std::string::npos) << expected << "\n" << found;
    }
  }
  EXPECT_THROW(static_cast<void>(crm::table_roles_from("{")), crm::bad_spec);
  EXPECT_THROW(static_cast<void>(crm::table_roles_from(R"({"a": {"owner": "x", "owner": "y",
                                                                 "values": {"m": "c"}}})")),
               crm::bad_spec);
}

}  // namespace
