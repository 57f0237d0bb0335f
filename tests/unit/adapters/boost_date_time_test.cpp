#include <crmetrics/adapters/boost_date_time.hpp>
#include <crmetrics/adapters/boost_date_time_convert.hpp>
#include <crmetrics/adapters/boost_date_time_projection.hpp>
#include <crmetrics/adapters/range_v3.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/combinators/over.hpp>
#include <crmetrics/combinators/window.hpp>
#include <crmetrics/metrics/csat.hpp>
#include <crmetrics/metrics/handle_time.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace {

namespace crm = crmetrics;
namespace greg = boost::gregorian;
namespace posix = boost::posix_time;

template <class Act>
crm::problem problem_of(Act act) {
  try {
    act();
  } catch (const crm::bad_input& refused) {
    EXPECT_EQ(refused.problems().total(), 1U);
    return *refused.problems().begin();
  }
  ADD_FAILURE() << "nothing was refused";
  return {};
}

const posix::ptime epoch(greg::date(1970, 1, 1));

// --- times

// The numbers of `date -u -d '...' +%s`.
TEST(boost_date_time, known_instants) {
  const auto noon = posix::ptime(greg::date(2025, 1, 31), posix::time_duration(9, 12, 58));
  EXPECT_EQ(crm::to_instant(noon), crm::instant{1'738'314'778'000'000});
  EXPECT_EQ(crm::to_instant(epoch), crm::instant{});
  const auto before = posix::ptime(greg::date(1969, 12, 31), posix::time_duration(23, 59, 59)) +
                      posix::microseconds(999'999);
  EXPECT_EQ(crm::to_instant(before), crm::instant{-1});
  EXPECT_EQ(crm::to_instant(greg::date(2025, 1, 31)), crm::instant{1'738'281'600'000'000});
}

TEST(boost_date_time, boost_is_the_oracle_over_its_whole_range) {
  const std::int64_t first = crm::days_since_epoch({1400, 1, 1});
  const std::int64_t last = crm::days_since_epoch({9999, 12, 31});
  for (std::int64_t day = first; day <= last; day += 997) {
    const crm::instant t{day * 86'400'000'000 +
                         (day * 7'654'321 % 86'400'000'000 + 86'400'000'000) % 86'400'000'000};
    const posix::ptime there = crm::to_ptime(t);
    ASSERT_EQ((there - epoch).total_microseconds(), t.microseconds);
    ASSERT_EQ(crm::to_instant(there), t);
    ASSERT_EQ(crm::to_date(there.date()), crm::date_of(t));
    ASSERT_EQ(crm::to_gregorian(crm::date_of(t)), there.date());
  }
}

TEST(boost_date_time, the_ends_of_what_boost_can_hold) {
  const crm::instant first = crm::start_of({1400, 1, 1});
  const crm::instant last{crm::start_of({10000, 1, 1}).microseconds - 1};
  EXPECT_EQ(crm::to_ptime(first), posix::ptime(boost::date_time::min_date_time));
  EXPECT_EQ(crm::to_ptime(last), posix::ptime(boost::date_time::max_date_time));
  EXPECT_EQ(crm::to_instant(crm::to_ptime(last)), last);
  for (const std::int64_t outside :
       {first.microseconds - 1, last.microseconds + 1, (std::numeric_limits<std::int64_t>::min)(),
        (std::numeric_limits<std::int64_t>::max)()}) {
    const crm::problem p = problem_of([&] { (void)crm::to_ptime({outside}); });
    EXPECT_EQ(p.field, "instant");
    EXPECT_EQ(p.value, std::to_string(outside) + " us");
  }
}

TEST(boost_date_time, special_times_are_refused_by_name) {
  const auto value = [](boost::date_time::special_values s) {
    const crm::problem p = problem_of([&] { (void)crm::to_instant(posix::ptime(s), "opened"); });
    EXPECT_EQ(p.field, "opened");
    const crm::problem d = problem_of([&] { (void)crm::to_instant(greg::date(s), "opened"); });
    EXPECT_EQ(d.value, p.value);
    const crm::problem l =
        problem_of([&] { (void)crm::to_time_span(posix::time_duration(s), "opened"); });
    EXPECT_EQ(l.value, p.value);
    const crm::problem day = problem_of([&] { (void)crm::to_date(greg::date(s), "opened"); });
    EXPECT_EQ(day.value, p.value);
    return p.value;
  };
  EXPECT_EQ(value(boost::date_time::not_a_date_time), "not_a_date_time");
  EXPECT_EQ(value(boost::date_time::pos_infin), "+infinity");
  EXPECT_EQ(value(boost::date_time::neg_infin), "-infinity");
}

TEST(boost_date_time, not_a_date_time_may_be_missing) {
  using boost::date_time::not_a_date_time;
  using boost::date_time::pos_infin;
  EXPECT_EQ(crm::to_optional_instant(posix::ptime(not_a_date_time)), std::nullopt);
  EXPECT_EQ(crm::to_optional_instant(greg::date(not_a_date_time)), std::nullopt);
  EXPECT_EQ(crm::to_optional_time_span(posix::time_duration(not_a_date_time)), std::nullopt);
  EXPECT_EQ(crm::to_optional_instant(epoch), crm::instant{});
  EXPECT_THROW((void)crm::to_optional_instant(posix::ptime(pos_infin)), crm::bad_input);
  EXPECT_THROW((void)crm::to_optional_instant(greg::date(pos_infin)), crm::bad_input);
  EXPECT_THROW((void)crm::to_optional_time_span(posix::time_duration(pos_infin)), crm::bad_input);
}

// --- dates

TEST(boost_date_time, dates) {
  EXPECT_EQ(crm::to_date(greg::date(2024, 2, 29)), (crm::date{2024, 2, 29}));
  EXPECT_EQ(crm::to_gregorian({2024, 2, 29}), greg::date(2024, 2, 29));
  // One day past what Boost can take apart without an exception of its own.
  EXPECT_EQ(crm::to_date(greg::date(9999, 12, 31) + greg::days(1)), (crm::date{10000, 1, 1}));
}

TEST(boost_date_time, days_that_are_not_in_the_calendar_are_refused) {
  for (const crm::date bad :
       {crm::date{2023, 2, 29}, crm::date{2025, 4, 31}, crm::date{2025, 13, 1},
        crm::date{2025, 0, 1}, crm::date{2025, 1, 0}, crm::date{1399, 12, 31},
        crm::date{10000, 1, 1}, crm::date{-1, 1, 1}}) {
    const crm::problem p = problem_of([&] { (void)crm::to_gregorian(bad, "joined"); });
    EXPECT_EQ(p.field, "joined");
    EXPECT_FALSE(p.reason.empty());
  }
  EXPECT_EQ(problem_of([] { (void)crm::to_gregorian({2023, 2, 29}); }).value, "2023-2-29");
}

// --- spans

TEST(boost_date_time, spans_there_and_back) {
  const auto d = posix::time_duration(1, 2, 3) + posix::microseconds(4);
  EXPECT_EQ(crm::to_time_span(d), crm::time_span{3'723'000'004});
  for (const std::int64_t us : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{3'723'000'004},
                                std::int64_t{-86'400'000'001}}) {
    EXPECT_EQ(crm::to_time_duration({us}).total_microseconds(), us);
    EXPECT_EQ(crm::to_time_span(crm::to_time_duration({us})), crm::time_span{us});
  }
}

// Boost keeps its special values at the ends of 64 bits: a huge span must not become infinite.
TEST(boost_date_time, spans_that_boost_would_take_for_special_are_refused) {
  constexpr std::int64_t max = (std::numeric_limits<std::int64_t>::max)();
  constexpr std::int64_t min = (std::numeric_limits<std::int64_t>::min)();
  for (const std::int64_t us : {max, max - 1, min}) {
    EXPECT_EQ(problem_of([&] { (void)crm::to_time_duration({us}); }).field, "time span");
  }
  EXPECT_EQ(crm::to_time_duration({max - 2}).total_microseconds(), max - 2);
}

// --- periods

TEST(boost_date_time, periods_are_half_open_on_both_sides) {
  const posix::time_period there(posix::ptime(greg::date(2025, 1, 1)),
                                 posix::ptime(greg::date(2025, 2, 1)));
  const crm::period here = crm::to_period(there);
  EXPECT_EQ(here, crm::calendar_month(2025, 1));
  EXPECT_EQ(crm::to_time_period(here), there);
  for (const std::int64_t off : {-1, 0, 1}) {
    for (const crm::instant end : {here.from(), here.to()}) {
      const crm::instant t{end.microseconds + off};
      EXPECT_EQ(here.contains(t), there.contains(crm::to_ptime(t)));
    }
  }
}

TEST(boost_date_time, periods_of_dates) {
  const greg::date_period january(greg::date(2025, 1, 1), greg::date(2025, 2, 1));
  EXPECT_EQ(crm::to_period(january), crm::calendar_month(2025, 1));
  const greg::date_period one_day(greg::date(2025, 1, 31), greg::days(1));
  EXPECT_EQ(crm::to_period(one_day),
            crm::period(crm::start_of({2025, 1, 31}), crm::start_of({2025, 2, 1})));
  const greg::date_period last(greg::date(9999, 12, 31), greg::days(1));
  EXPECT_EQ(crm::to_period(last).to(), crm::start_of({10000, 1, 1}));
}

TEST(boost_date_time, null_periods) {
  const posix::ptime t(greg::date(2025, 1, 1));
  const posix::time_period empty(t, t);
  ASSERT_TRUE(empty.is_null());
  EXPECT_EQ(crm::to_period(empty).from(), crm::to_period(empty).to());
  EXPECT_FALSE(crm::to_period(empty).contains(crm::to_instant(t)));
  EXPECT_EQ(crm::to_time_period(crm::to_period(empty)), empty);

  const posix::time_period backwards(t, t - posix::seconds(1));
  EXPECT_EQ(problem_of([&] { (void)crm::to_period(backwards); }).field, "period");
  const posix::time_period open(t, posix::ptime(boost::date_time::pos_infin));
  EXPECT_EQ(problem_of([&] { (void)crm::to_period(open); }).field, "end of the period");
}

TEST(boost_date_time, calendar_periods_of_a_day) {
  EXPECT_EQ(crm::calendar_month(greg::date(2024, 2, 29)), crm::calendar_month(2024, 2));
  EXPECT_EQ(crm::calendar_quarter(greg::date(2025, 3, 31)), crm::calendar_quarter(2025, 1));
  EXPECT_EQ(crm::calendar_quarter(greg::date(2025, 4, 1)), crm::calendar_quarter(2025, 2));
  EXPECT_EQ(crm::calendar_quarter(greg::date(2025, 12, 31)), crm::calendar_quarter(2025, 4));
  EXPECT_THROW((void)crm::calendar_month(greg::date(boost::date_time::pos_infin)), crm::bad_input);
}

// --- in metrics

struct contact {
  posix::ptime at;
  posix::time_duration talk;
  int rating = 0;
};

const std::vector<contact> contacts = {
    {posix::ptime(greg::date(2025, 1, 31), posix::time_duration(23, 59, 59)),
     posix::time_duration(0, 5, 0), 5},
    {posix::ptime(greg::date(2025, 2, 1)), posix::time_duration(0, 10, 0), 3},
    {posix::ptime(), posix::time_duration(boost::date_time::not_a_date_time), 4},
};

TEST(boost_date_time, times_of_boost_are_instants_for_windows) {
  static_assert(crm::instant_like<posix::ptime> && crm::instant_like<greg::date>);
  auto monthly =
      crm::over(crm::calendar_months{}, &contact::at, crm::on(&contact::rating, crm::csat{}));
  monthly.update(contacts[0]);
  monthly.update(contacts[1]);
  ASSERT_EQ(monthly.size(), 2U);
  EXPECT_EQ(monthly.within(crm::calendar_month(2025, 1)).result().value(), 1.0);

  // Taken as it is, a time that is none is a bad row.
  try {
    monthly.update_many(contacts);
    FAIL() << "not_a_date_time was taken";
  } catch (const crm::bad_input& e) {
    EXPECT_EQ(e.problems().begin()->row, 3U);
    EXPECT_EQ(e.problems().begin()->value, "not_a_date_time");
  }
}

TEST(boost_date_time, from_boost_makes_not_a_date_time_missing) {
  auto monthly = crm::over(crm::calendar_months{}, crm::from_boost(&contact::at),
                           crm::on(&contact::rating, crm::csat{}));
  monthly.update_many(contacts);
  EXPECT_EQ(monthly.result().untimed.n(), 1U);
  EXPECT_EQ(monthly.total().result().n(), 3U);

  auto handled = crm::on(crm::from_boost(&contact::talk), crm::handle_time{});
  handled.update_many(contacts);
  EXPECT_EQ(handled.result().value(), 450.0);
  EXPECT_EQ(handled.result().missing(), 1U);
  handled.merge(handled.fresh());
  EXPECT_EQ(handled.result().n(), 2U);
}

TEST(boost_date_time, infinite_times_are_bad_rows) {
  auto rows = contacts;
  rows[1].talk = posix::time_duration(boost::date_time::pos_infin);
  auto handled = crm::on(crm::from_boost(&contact::talk), crm::handle_time{});
  try {
    handled.update_many(rows, "talk");
    FAIL() << "an infinite span was taken";
  } catch (const crm::bad_input& e) {
    EXPECT_EQ(e.problems().begin()->field, "talk");
    EXPECT_EQ(e.problems().begin()->row, 2U);
    EXPECT_EQ(e.problems().begin()->value, "+infinity");
  }
}

struct ticket {
  std::optional<posix::ptime> resolved;
  int rating = 0;
};

TEST(boost_date_time, from_boost_takes_optionals_and_functions) {
  const auto resolved = crm::from_boost(&ticket::resolved);
  EXPECT_EQ(resolved(ticket{}), std::nullopt);
  EXPECT_EQ(resolved(ticket{epoch, 1}), crm::instant{});
  const auto day = crm::from_boost([](const contact& c) { return c.at.date(); });
  EXPECT_EQ(day(contacts[0]), crm::start_of({2025, 1, 31}));
  EXPECT_EQ(day(contacts[2]), std::nullopt);
  EXPECT_EQ(resolved, crm::from_boost(&ticket::resolved));
}

TEST(boost_date_time, pipelines_take_times_of_boost) {
  const auto january = contacts |
                       crm::in_period(crm::calendar_month(2025, 1), crm::from_boost(&contact::at)) |
                       crm::into(crm::on(&contact::rating, crm::csat{}));
  EXPECT_EQ(january.result().n(), 1U);
}

}  // namespace
