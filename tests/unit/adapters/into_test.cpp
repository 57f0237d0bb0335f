#include <crmetrics/adapters/falls_in.hpp>
#include <crmetrics/adapters/into.hpp>
#include <crmetrics/combinators/by.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/combinators/where.hpp>
#include <crmetrics/metrics/csat.hpp>
#include <crmetrics/metrics/nps.hpp>
#include <crmetrics/time/calendar.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <list>
#include <optional>
#include <ranges>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace crm = crmetrics;

const std::vector<int> scores = {10, 9, 0, 7, 8, 10, 6, 3, 9, 10, 5, 7, 10, 9, 1};

crm::nps direct() {
  crm::nps m;
  m.update_many(scores);
  return m;
}

template <class Act>
crm::problem_list problems_of(Act act) {
  try {
    act();
  } catch (const crm::bad_input& refused) {
    return refused.problems();
  }
  ADD_FAILURE() << "nothing was refused";
  return {};
}

TEST(into, containers_and_arrays) {
  EXPECT_EQ(scores | crm::into(crm::nps{}), direct());
  EXPECT_EQ(std::list<int>(scores.begin(), scores.end()) | crm::into(crm::nps{}), direct());
  const std::vector<std::uint8_t> bytes(scores.begin(), scores.end());
  EXPECT_EQ(bytes | crm::into(crm::nps{}), direct());
  const int few[] = {10, 10, 0, 7};
  EXPECT_EQ((few | crm::into(crm::nps{})).result().value(), 0.25);
  EXPECT_EQ((std::array<int, 0>{} | crm::into(crm::nps{})).result().status(), crm::status::no_data);
}

TEST(into, views_of_the_standard_library) {
  EXPECT_EQ(scores | std::views::reverse | crm::into(crm::nps{}), direct());
  EXPECT_EQ(scores | std::views::take(4) | crm::into(crm::nps{}),
            (std::vector<int>{10, 9, 0, 7} | crm::into(crm::nps{})));
  const auto answered = scores | std::views::filter([](int s) { return s != 0; }) |
                        std::views::transform([](int s) { return s - 1; }) | crm::into(crm::nps{});
  EXPECT_EQ(answered.result().n(), 14U);
  EXPECT_EQ(answered.promoters().observations(), 4U);  // the tens
}

TEST(into, ranges_that_are_read_once) {
  std::istringstream text("10 9 0 7 8 10 6 3 9 10 5 7 10 9 1");
  EXPECT_EQ(std::views::istream<int>(text) | crm::into(crm::nps{}), direct());
  int asked = 0;
  const auto once = scores | std::views::filter([&](int) {
                      ++asked;
                      return true;
                    }) |
                    crm::into(crm::nps{});
  EXPECT_EQ(once, direct());
  EXPECT_EQ(asked, 15) << "the range was walked more than once";
}

// A range whose iterator cannot be copied, as those of coroutines.
class countdown {
 public:
  class iterator {
   public:
    using difference_type = std::ptrdiff_t;
    explicit iterator(int* left) : left_(left) {}
    iterator(iterator&&) = default;
    iterator& operator=(iterator&&) = default;
    int operator*() const { return *left_; }
    iterator& operator++() {
      --*left_;
      return *this;
    }
    bool operator==(std::default_sentinel_t) const { return *left_ < 0; }

   private:
    int* left_;
  };
  iterator begin() const { return iterator(&left_); }
  std::default_sentinel_t end() const { return {}; }

 private:
  mutable int left_ = 10;
};

TEST(into, iterators_that_cannot_be_copied) {
  const auto m = countdown() | crm::into(crm::nps{});
  EXPECT_EQ(m.result().n(), 11U);
  EXPECT_EQ(m.detractors().observations(), 7U);
}

TEST(into, goes_on_from_what_the_metric_holds) {
  const auto first = scores | std::views::take(6) | crm::into(crm::nps{});
  EXPECT_EQ(scores | std::views::drop(6) | crm::into(first), direct());
}

TEST(into, bad_rows_are_named_and_the_metric_is_as_it_was) {
  const std::vector<int> bad = {10, 11, 3, 2, -1};
  for (const bool lazy : {false, true}) {
    const crm::problem_list problems = problems_of([&] {
      if (lazy) {
        bad | std::views::filter([](int s) { return s != 3; }) | crm::into(crm::nps{}, "answer");
      } else {
        bad | crm::into(crm::nps{}, "answer");
      }
    });
    ASSERT_EQ(problems.total(), 2U);
    EXPECT_EQ(problems.begin()->field, "answer");
    EXPECT_EQ(problems.begin()->row, 2U);
    EXPECT_EQ(problems.begin()->value, "11");
    EXPECT_EQ((problems.begin() + 1)->row, lazy ? 4U : 5U);  // the row at the end of the pipeline
  }
}

// What the range itself throws is not the fault of a row.
TEST(into, an_error_of_the_range_comes_through_as_it_is) {
  for (const int where : {10, 8, 1}) {
    const crm::problem_list problems = problems_of([&] {
      scores | std::views::filter([&](int s) {
        if (s == where) throw crm::bad_input(crm::problem{"filter", 0, "odd", "cannot decide"});
        return s > 6;
      }) | crm::into(crm::nps{}, "answer");
    });
    ASSERT_EQ(problems.total(), 1U);
    EXPECT_EQ(problems.begin()->field, "filter");
    EXPECT_EQ(problems.begin()->row, 0U);
  }
}

struct survey {
  crm::instant at;
  std::optional<crm::instant> closed;
  int agent = 0;
  int rating = 0;
};

constexpr crm::instant at(int month, unsigned day) {
  return crm::start_of({2025, static_cast<unsigned>(month), day});
}

const std::vector<survey> surveys = {
    {at(3, 31), at(4, 1), 1, 5}, {at(4, 1), {}, 1, 2},       {at(5, 5), at(5, 6), 2, 4},
    {at(6, 30), at(7, 1), 2, 1}, {at(7, 1), at(7, 1), 1, 5},
};

TEST(into, takes_metrics_made_of_metrics) {
  const auto by_agent =
      surveys | crm::into(crm::by(&survey::agent, crm::on(&survey::rating, crm::csat{})));
  EXPECT_NEAR(by_agent.find(1)->result().value(), 2.0 / 3, 1e-15);
  EXPECT_EQ(by_agent.find(2)->result().value(), 0.5);
}

TEST(falls_in, a_period_holds_its_begin_and_not_its_end) {
  const crm::falls_in second_quarter(crm::calendar_quarter(2025, 2), &survey::at);
  std::vector<bool> inside;
  for (const survey& s : surveys) inside.push_back(second_quarter(s));
  EXPECT_EQ(inside, (std::vector<bool>{false, true, true, true, false}));
}

TEST(falls_in, without_a_time_in_no_period) {
  const crm::falls_in second_quarter(crm::calendar_quarter(2025, 2), &survey::closed);
  EXPECT_TRUE(second_quarter(surveys[0]));
  EXPECT_FALSE(second_quarter(surveys[1]));
  EXPECT_FALSE(second_quarter(surveys[3]));
}

TEST(falls_in, is_a_predicate_for_views_and_for_where) {
  const crm::falls_in second_quarter(crm::calendar_quarter(2025, 2), &survey::at);
  const auto viewed = surveys | std::views::filter(second_quarter) |
                      crm::into(crm::on(&survey::rating, crm::csat{}));
  EXPECT_NEAR(viewed.result().value(), 1.0 / 3, 1e-15);

  const auto counted =
      surveys | crm::into(crm::where(second_quarter, crm::on(&survey::rating, crm::csat{}),
                                     "outside the quarter"));
  EXPECT_EQ(counted.result().value(), viewed.result().value());
  EXPECT_EQ(counted.result().excluded().total(), 2U);

  auto other = crm::where(crm::falls_in(crm::calendar_quarter(2025, 3), &survey::at),
                          crm::on(&survey::rating, crm::csat{}), "outside the quarter");
  EXPECT_THROW(other.merge(counted), crm::definition_mismatch);
}

}  // namespace
