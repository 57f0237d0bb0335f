#include <crmetrics/adapters/range_v3.hpp>
#include <crmetrics/combinators/by.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/metrics/csat.hpp>
#include <crmetrics/metrics/nps.hpp>
#include <crmetrics/time/calendar.hpp>

#include <gtest/gtest.h>

#include <range/v3/view/filter.hpp>
#include <range/v3/view/istream.hpp>
#include <range/v3/view/join.hpp>
#include <range/v3/view/transform.hpp>

#include <chrono>
#include <optional>
#include <sstream>
#include <vector>

namespace {

namespace crm = crmetrics;

struct survey {
  crm::instant at;
  int agent = 0;
  int rating = 0;
};

constexpr crm::instant at(unsigned month, unsigned day) {
  return crm::start_of({2025, month, day});
}

const std::vector<survey> surveys = {
    {at(3, 31), 1, 5}, {at(4, 1), 1, 2}, {at(5, 5), 2, 4}, {at(6, 30), 2, 1}, {at(7, 1), 1, 5},
};

TEST(range_v3, in_period_holds_its_begin_and_not_its_end) {
  std::vector<int> ratings;
  for (const survey& s : surveys | crm::in_period(crm::calendar_quarter(2025, 2), &survey::at)) {
    ratings.push_back(s.rating);
  }
  EXPECT_EQ(ratings, (std::vector<int>{2, 4, 1}));
}

TEST(range_v3, a_pipeline_ends_in_a_metric) {
  const auto by_agent = surveys | crm::in_period(crm::calendar_quarter(2025, 2), &survey::at) |
                        ranges::views::filter([](const survey& s) { return s.rating != 1; }) |
                        crm::into(crm::by(&survey::agent, crm::on(&survey::rating, crm::csat{})));
  ASSERT_EQ(by_agent.size(), 2U);
  EXPECT_EQ(by_agent.find(1)->result().value(), 0.0);
  EXPECT_EQ(by_agent.find(2)->result().value(), 1.0);
  EXPECT_EQ(by_agent.find(2)->result().n(), 1U);
}

TEST(range_v3, in_period_composes_with_views) {
  const auto ratings_of_april = crm::in_period(crm::calendar_month(2025, 4), &survey::at) |
                                ranges::views::transform(&survey::rating);
  const crm::csat direct = std::vector<int>{2} | crm::into(crm::csat{});
  EXPECT_EQ(surveys | ratings_of_april | crm::into(crm::csat{}), direct);
}

TEST(range_v3, ranges_that_are_read_once) {
  std::istringstream text("10 9 3 7 0");
  const crm::nps seen = ranges::istream_view<int>(text) |
                        ranges::views::filter([](int s) { return s != 3; }) | crm::into(crm::nps{});
  EXPECT_EQ(seen, (std::vector<int>{10, 9, 7, 0} | crm::into(crm::nps{})));
}

TEST(range_v3, lists_of_lists) {
  const std::vector<std::vector<int>> files = {{10, 9}, {}, {3, 7, 0}};
  EXPECT_EQ(files | ranges::views::join | crm::into(crm::nps{}),
            (std::vector<int>{10, 9, 3, 7, 0} | crm::into(crm::nps{})));
}

TEST(range_v3, bad_rows_are_counted_where_the_pipeline_ends) {
  const std::vector<int> bad = {3, 10, 3, 11, 9, 12};
  try {
    bad | ranges::views::filter([](int s) { return s != 3; }) | crm::into(crm::nps{}, "answer");
    FAIL() << "bad rows were taken";
  } catch (const crm::bad_input& e) {
    ASSERT_EQ(e.problems().total(), 2U);
    EXPECT_EQ(e.problems().begin()->row, 2U);
    EXPECT_EQ(e.problems().begin()->field, "answer");
    EXPECT_EQ((e.problems().begin() + 1)->row, 4U);
  }
}

struct call {
  std::optional<std::chrono::sys_seconds> ended;
  int rating = 0;
};

TEST(range_v3, any_kind_of_time) {
  using std::chrono::sys_days;
  using namespace std::chrono_literals;
  const std::vector<call> calls = {
      {sys_days{2025y / 4 / 30} + 23h, 5}, {sys_days{2025y / 5 / 1}, 4}, {std::nullopt, 1}};
  const auto april = calls | crm::in_period(crm::calendar_month(2025, 4), &call::ended) |
                     crm::into(crm::on(&call::rating, crm::csat{}));
  EXPECT_EQ(april.result().n(), 1U);
  EXPECT_EQ(april.result().value(), 1.0);
}

}  // namespace
