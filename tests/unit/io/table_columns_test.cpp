#include <crmetrics/io/table_columns.hpp>
#include <crmetrics/io/table_events.hpp>

#include <gtest/gtest.h>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
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

crm::table_columns columns_of(const std::string& csv, const std::string& roles) {
  const auto all = crm::table_roles_from("{ \"log\": " + roles + " }");
  return {crm::parse_csv(csv, ',', "log.csv"), "log", all.at("log"), when,
          crm::instant{1'000'000'000}};
}

const char* const csv =
    "who,opened,closed,why,score,customer\n"
    "Ann,10,25,,4,x\n"
    "Bo,20,,outage,,y\n"
    "Ann,,31,,1,x\n"
    ",40,41,outage,0,x\n";
const char* const roles = R"({ "owner": "who", "time": "closed", "cause": "why",
                               "values": { "csat": "score" },
                               "spans": { "solved": ["opened", "closed"] } })";

TEST(table_columns, texts_become_numbers_and_cells_values) {
  const auto columns = columns_of(csv, roles);
  const crm::observation_table t = columns.table();
  constexpr auto nobody = crm::observation_table::nobody;
  EXPECT_EQ(t.name, "log");
  EXPECT_EQ(t.rows(), 4u);
  EXPECT_EQ(t.owner_names, (std::vector<std::string>{"Ann", "Bo"}));
  EXPECT_EQ(std::vector(t.owners.begin(), t.owners.end()),
            (std::vector<std::uint32_t>{0, 1, 0, nobody}));
  EXPECT_EQ(t.cause_names, (std::vector<std::string>{"outage"}));
  EXPECT_EQ(std::vector(t.causes.begin(), t.causes.end()),
            (std::vector<std::uint32_t>{nobody, 0, nobody, 0}));
  EXPECT_EQ(std::vector(t.instants.begin(), t.instants.end()),
            (std::vector<std::int64_t>{25'000'000, crm::observation_table::no_time, 31'000'000,
                                       41'000'000}));
  ASSERT_EQ(t.columns.size(), 2u);
  EXPECT_EQ(t.columns[0].metric, "csat");
  EXPECT_EQ(t.columns[0].name, "score");
  EXPECT_EQ(t.columns[0].values[0], 4);
  EXPECT_TRUE(std::isnan(t.columns[0].values[1]));
  EXPECT_EQ(t.columns[0].values[2], 1);
  EXPECT_EQ(t.columns[1].metric, "solved");
  EXPECT_EQ(t.columns[1].name, "opened to closed");
  EXPECT_EQ(t.columns[1].values[0], 15);
  EXPECT_TRUE(std::isnan(t.columns[1].values[2]));
  // Bo's has not ended, and was 980 s old when the log did; of Ann's nobody knows when it began.
  EXPECT_EQ(t.columns[1].ages[1], 980);
  EXPECT_TRUE(std::isnan(t.columns[1].ages[2]));
  EXPECT_TRUE(std::isnan(t.columns[1].ages[0]));
  EXPECT_TRUE(t.columns[0].ages.empty());
  EXPECT_EQ(t.owner_column, "who");
  EXPECT_EQ(t.time_column, "closed");
  EXPECT_EQ(t.cause_column, "why");
  EXPECT_FALSE(t.columns[0].yes_or_no);
  EXPECT_FALSE(t.linked);
}

TEST(table_columns, times_may_be_in_other_units) {
  const auto columns =
      columns_of("who,took,wait,held\nAnn,7.5,1500,2\nBo,,1,0.5\n",
                 R"({ "owner": "who", "values": { "aht": { "column": "took", "unit": "min" },
           "wait": { "column": "wait", "unit": "ms" }, "held": { "column": "held", "unit": "h" },
           "raw": { "column": "wait" } } })");
  const crm::observation_table t = columns.table();
  EXPECT_EQ(t.columns[0].values[0], 450);
  EXPECT_TRUE(std::isnan(t.columns[0].values[1]));
  EXPECT_EQ(t.columns[1].values[0], 1.5);
  EXPECT_EQ(t.columns[1].values[1], .001);
  EXPECT_EQ(t.columns[2].values[1], 1'800);
  EXPECT_EQ(t.columns[3].values[0], 1'500);
  EXPECT_EQ(t.columns[0].name, "took");
  EXPECT_TRUE(t.columns[0].seconds && t.columns[2].seconds);
  EXPECT_FALSE(t.columns[3].seconds) << "no unit was said";
  try {
    columns_of(
        "who,took\nAnn,7\n",
        R"({ "owner": "who", "values": { "aht": { "colum": "took", "unit": "minutes" } } })");
    FAIL();
  } catch (const crm::bad_spec& e) {
    std::string found;
    for (const crm::diagnostic& d : e.diagnostics()) found += d.text() + "\n";
    EXPECT_NE(found.find("E01 log.values.aht.colum"), std::string::npos) << found;
    EXPECT_NE(found.find("E24 log.values.aht.column"), std::string::npos) << found;
    EXPECT_NE(found.find("E23 log.values.aht.unit"), std::string::npos) << found;
    EXPECT_NE(found.find("ms, s, min, h, d"), std::string::npos) << found;
  }
}

TEST(table_columns, words_are_not_ratings) {
  const char* const kept = R"({ "owner": "who", "values": { "kept": "kept" } })";
  const auto words = columns_of("who,kept\nAnn,yes\nBo,\nAnn,no\nBo,1\n", kept);
  EXPECT_TRUE(words.table().columns[0].yes_or_no);
  EXPECT_EQ(words.table().columns[0].values[0], 1);
  EXPECT_EQ(words.table().columns[0].values[2], 0);
  try {
    columns_of("who,kept\nAnn,4\nBo,yes\nAnn,\nBo,true\n", kept);
    FAIL();
  } catch (const crm::bad_input& e) {
    EXPECT_EQ(std::string(e.what()),
              "2 problems\n"
              "  row 2: log.kept: value \"yes\": a word among numbers: which is meant?\n"
              "  row 4: log.kept: value \"true\": a word among numbers: which is meant?");
  }
}

TEST(table_columns, the_log_is_complete_up_to_its_latest_time_unless_told) {
  const auto all = crm::table_roles_from(std::string("{ \"log\": ") + roles + " }");
  const crm::table_columns columns(crm::parse_csv(csv, ',', "log.csv"), "log", all.at("log"), when);
  EXPECT_EQ(columns.observed_until().microseconds, 41'000'000);
  EXPECT_EQ(columns.table().columns[1].ages[1], 21);
}

TEST(table_columns, contacts_count_when_they_were_opened) {
  const std::string calls =
      "who,opened,closed,customer\nAnn,10,25,x\nBo,20,,y\nAnn,30,31,x\n,40,41,x\n";
  const auto columns = columns_of(calls, R"({ "owner": "who", "time": "closed",
    "contacts": { "metrics": ["fcr", "again"], "within": "8s", "customer": "customer",
                  "opened": "opened", "resolved": "closed" } })");
  const crm::observation_table t = columns.table();
  ASSERT_TRUE(t.linked);
  EXPECT_EQ(t.linked->metrics, (std::vector<std::string>{"fcr", "again"}));
  ASSERT_EQ(t.linked->facts.size(), 4u);
  EXPECT_EQ(std::vector(t.linked->instants.begin(), t.linked->instants.end()),
            (std::vector<std::int64_t>{10'000'000, 20'000'000, 30'000'000, 40'000'000}));
  EXPECT_TRUE(t.linked->facts[0].repeated());
  EXPECT_FALSE(t.linked->facts[2].repeated());
  EXPECT_FALSE(t.linked->facts[1].anchored());
  EXPECT_EQ(t.instants[0], 25'000'000);
}

TEST(table_columns, the_columns_survive_a_move) {
  auto columns = columns_of(csv, roles);
  const auto before = columns.table();
  const crm::table_columns moved = std::move(columns);
  EXPECT_EQ(moved.table().columns[0].values.data(), before.columns[0].values.data());
}

TEST(table_columns, every_problem_is_found) {
  try {
    columns_of(csv, R"({ "owner": "whoo", "time": "score", "values": { "csat": "customer" } })");
    FAIL();
  } catch (const crm::bad_input& e) {
    EXPECT_EQ(e.problems().total(), 5u) << e.what();
    EXPECT_NE(std::string(e.what()).find("did you mean \"who\"?"), std::string::npos) << e.what();
  }
}

}  // namespace
