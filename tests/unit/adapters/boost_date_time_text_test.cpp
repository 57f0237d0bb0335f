#include <crmetrics/adapters/boost_date_time_text.hpp>
#include <crmetrics/io/csv.hpp>

#include <boost/date_time/posix_time/posix_time.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace {

namespace crm = crmetrics;
namespace posix = boost::posix_time;

TEST(boost_date_time_text, boost_is_the_oracle) {
  for (const char* text :
       {"2025-01-01 09:12:58", "1969-12-31 23:59:59", "2024-02-29 00:00:00", "1400-01-01 00:00:00",
        "9999-12-31 23:59:59", "2025-01-01 09:12:58.123456", "2025-01-01 09:12:58.5",
        "2025-01-01 09:12:58.000001"}) {
    EXPECT_EQ(crm::instant_from_text(text), crm::to_instant(posix::time_from_string(text))) << text;
  }
}

TEST(boost_date_time_text, forms_of_the_same_time) {
  const crm::instant t{1'735'722'778'000'000};  // date -u -d '2025-01-01 09:12:58' +%s
  for (const char* text : {"2025-01-01 09:12:58", "2025-01-01T09:12:58", "2025-01-01T09:12:58Z",
                           "2025-01-01 09:12:58.0", "2025-01-01T09:12:58.000000000Z",
                           "2025-01-01 09:12:58.000000999"}) {
    EXPECT_EQ(crm::instant_from_text(text), t) << text;
  }
  EXPECT_EQ(crm::instant_from_text("2025-01-01 09:12:58.25").microseconds,
            t.microseconds + 250'000);
}

TEST(boost_date_time_text, what_is_no_time_is_refused) {
  for (const char* text : {"",
                           " ",
                           "2025-01-01",
                           "2025-01-01 09:12",
                           "2025-1-1 09:12:58",
                           "25-01-01 09:12:58",
                           "2025-01-01 9:12:58",
                           "2025-01-01  09:12:58",
                           " 2025-01-01 09:12:58",
                           "2025-01-01 09:12:58 ",
                           "2025-01-01 09:12:58.",
                           "2025-01-01 09:12:58.0000000001",
                           "2025-01-01 09:12:58+00:00",
                           "2025-01-01 09:12:58ZZ",
                           "2025-01-01 09:12:5x",
                           "2025/01/01 09:12:58",
                           "2025-Jan-01 09:12:58",
                           "+2025-01-01 09:12:58",
                           "not-a-date-time",
                           "2025-01-01 -1:12:58",
                           "12025-01-01 09:12:58"}) {
    try {
      (void)crm::instant_from_text(text, "opened", 7);
      ADD_FAILURE() << "taken: " << text;
    } catch (const crm::bad_input& e) {
      const crm::problem& p = *e.problems().begin();
      EXPECT_EQ(p.field, "opened");
      EXPECT_EQ(p.row, 7U);
      EXPECT_EQ(p.value, text);
      EXPECT_EQ(p.reason, "not a time of the form 2025-01-31 09:12:58, in UTC");
    }
  }
}

TEST(boost_date_time_text, what_is_in_no_calendar_or_clock_is_refused) {
  struct {
    const char* text;
    const char* reason;
  } const cases[] = {
      {"2025-02-29 00:00:00", "no such day in this month"},
      {"2025-04-31 00:00:00", "no such day in this month"},
      {"2025-01-00 00:00:00", "no such day in this month"},
      {"2025-13-01 00:00:00", "no such month"},
      {"2025-00-01 00:00:00", "no such month"},
      {"1399-12-31 00:00:00", "outside 1400 to 9999, which Boost.Date_Time can hold"},
      {"0000-01-01 00:00:00", "outside 1400 to 9999, which Boost.Date_Time can hold"},
      {"2025-01-01 24:00:00", "no such time of day"},
      {"2025-01-01 09:60:00", "no such time of day"},
      {"2025-01-01 23:59:60", "no such time of day"},
  };
  for (const auto& c : cases) {
    try {
      (void)crm::instant_from_text(c.text);
      ADD_FAILURE() << "taken: " << c.text;
    } catch (const crm::bad_input& e) {
      EXPECT_EQ(e.problems().begin()->reason, c.reason) << c.text;
    }
  }
}

TEST(boost_date_time_text, dates) {
  EXPECT_EQ(crm::date_from_text("2024-02-29"), (crm::date{2024, 2, 29}));
  for (const char* text : {"2025-02-29", "2025-2-9", "2025-02-09 ", "", "2025-02-09 00:00:00"}) {
    EXPECT_THROW((void)crm::date_from_text(text), crm::bad_input) << text;
  }
}

struct contact {
  crm::instant opened;
  std::optional<crm::instant> resolved;
  crm::date day;
};

TEST(boost_date_time_text, cells_of_a_table) {
  const auto rows =
      crm::parse_csv(
          "opened,resolved,day\n2025-01-01 09:12:58,2025-01-02 00:00:00,2025-01-01\n"
          "1970-01-01 00:00:01,,1970-01-01\n")
          .rows_as<contact>(crm::csv_field("opened", &contact::opened, crm::instant_cell{}),
                            crm::csv_field("resolved", &contact::resolved, crm::instant_cell{}),
                            crm::csv_field("day", &contact::day, crm::date_cell{}));
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].opened, crm::instant{1'735'722'778'000'000});
  EXPECT_EQ(rows[0].resolved, crm::start_of({2025, 1, 2}));
  EXPECT_EQ(rows[1].resolved, std::nullopt);
  EXPECT_EQ(rows[1].day, (crm::date{1970, 1, 1}));
}

TEST(boost_date_time_text, bad_cells_of_a_table_are_all_named) {
  const auto table =
      crm::parse_csv("opened,x\nnever,1\n2025-01-01 00:00:00,1\n2025-02-30 00:00:00,1\n");
  try {
    (void)table.column<crm::instant>("opened", crm::instant_cell{});
    FAIL() << "bad cells were taken";
  } catch (const crm::bad_input& e) {
    ASSERT_EQ(e.problems().total(), 2U);
    const crm::problem* p = e.problems().begin();
    EXPECT_EQ(p[0].field, "opened");
    EXPECT_EQ(p[0].row, 1U);
    EXPECT_EQ(p[0].value, "never");
    EXPECT_EQ(p[1].row, 3U);
    EXPECT_EQ(p[1].reason, "no such day in this month (line 4)");
  }
}

}  // namespace
