#include <crmetrics/accumulators/mean.hpp>

#include <gtest/gtest.h>

#include "state.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace {

using crmetrics::integer_mean;
using crmetrics::mean;
using crmetrics::status;

static_assert(crmetrics::metric<mean, double>);
static_assert(crmetrics::metric<mean, std::optional<int>>);
static_assert(crmetrics::metric<integer_mean, std::int64_t>);
static_assert(!crmetrics::observes<mean, bool>);
static_assert(mean::exactness == crmetrics::merge_exactness::up_to_rounding);
static_assert(integer_mean::exactness == crmetrics::merge_exactness::exact);

TEST(mean, published_example) {
  // Student 1908: additional hours of sleep of ten patients; t.test of base R on the data set sleep
  // prints mean 1.58 and the interval.
  mean m;
  m.update_many(std::vector<double>{1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4});
  const crmetrics::estimate e = m.result();
  EXPECT_NEAR(e.value(), 1.58, 1e-15);
  EXPECT_NEAR(*e.standard_error(), std::sqrt(13.616 / 9 / 10), 1e-15);
  EXPECT_NEAR(e.interval()->low, 0.7001142, 5.1e-8);
  EXPECT_NEAR(e.interval()->high, 2.4598858, 5.1e-8);
  EXPECT_EQ(e.method(), "Student t");
  EXPECT_EQ(e.n(), 10u);
}

// NIST Statistical Reference Datasets, univariate, https://www.itl.nist.gov/div898/strd/univ/ :
// certified mean and standard deviation. What is lost is lost where the decimals are read.
TEST(mean, nist_reference_datasets) {
  const auto check = [](const std::vector<double>& xs, double certified_mean, double certified_sd,
                        double tolerance) {
    mean m;
    m.update_many(xs);
    const crmetrics::estimate e = m.result();
    EXPECT_NEAR(e.value(), certified_mean, 1e-14 * certified_mean);
    const double sd = *e.standard_error() * std::sqrt(static_cast<double>(xs.size()));
    EXPECT_NEAR(sd, certified_sd, tolerance * certified_sd);
  };
  check({10'000'001, 10'000'003, 10'000'002}, 10'000'002, 1, 1e-15);  // NumAcc1
  const auto alternating = [](double middle, double low, double high) {
    std::vector<double> xs{middle};
    for (int i = 0; i != 500; ++i) xs.insert(xs.end(), {low, high});
    return xs;
  };
  check(alternating(1.2, 1.1, 1.3), 1.2, 0.1, 1e-14);                                     // NumAcc2
  check(alternating(1'000'000.2, 1'000'000.1, 1'000'000.3), 1'000'000.2, 0.1, 2e-9);      // NumAcc3
  check(alternating(10'000'000.2, 10'000'000.1, 10'000'000.3), 10'000'000.2, 0.1, 2e-8);  // NumAcc4
}

TEST(integer_mean, exact_where_doubles_are_not) {
  integer_mean m;
  m.update_many(std::vector<std::int64_t>{10'000'001, 10'000'003, 10'000'002});
  EXPECT_EQ(m.result().value(), 10'000'002);
  EXPECT_EQ(*m.result().standard_error(), std::sqrt(1.0 / 3));
  EXPECT_EQ(m.result().exact(), (crmetrics::exact_ratio{30'000'006, 3}));

  integer_mean large;  // 2^53 + 1 has no double
  large.update((std::int64_t{1} << 53) + 1, {3});
  large.update((std::int64_t{1} << 53) + 4);
  EXPECT_DOUBLE_EQ(*large.result().standard_error(), std::sqrt(6.75 / 3 / 4));
}

TEST(mean, edge_cases) {
  EXPECT_EQ(mean{}.result().status(), status::no_data);
  EXPECT_EQ(integer_mean{}.result().status(), status::no_data);
  mean one;
  one.update(7.5);
  EXPECT_EQ(one.result().value(), 7.5);
  EXPECT_FALSE(one.result().interval().has_value());
  EXPECT_FALSE(one.result().standard_error().has_value());
  integer_mean same;
  same.update(-3, {50});
  EXPECT_EQ(*same.result().interval(), (crmetrics::interval{-3, -3}));
  mean missing;
  missing.update(std::nullopt);
  missing.update(NAN);
  missing.update(std::optional<double>(NAN));
  missing.update(std::optional<int>());
  EXPECT_EQ(missing.result().status(), status::no_data);
  EXPECT_EQ(missing.result().missing(), 4u);
}

TEST(integer_mean, refuses_what_is_not_a_whole_number_of_64_bits) {
  integer_mean m;
  m.update(3);
  const integer_mean before = m;
  EXPECT_THROW(m.update(0.5), crmetrics::bad_input);
  EXPECT_THROW(m.update(INFINITY), crmetrics::bad_input);
  EXPECT_THROW(m.update(9.3e18), crmetrics::bad_input);
  EXPECT_THROW(m.update(UINT64_MAX), crmetrics::bad_input);
  EXPECT_EQ(m, before);
  m.update(-9223372036854775808.0);
  EXPECT_EQ(m.result().n(), 2u);
}

TEST(mean, infinity_is_refused_with_all_rows) {
  mean m;
  m.update(1.0);
  const mean before = m;
  try {
    m.update_many(std::vector<double>{1, INFINITY, 2, NAN, -INFINITY}, "points");
    FAIL() << "nothing was thrown";
  } catch (const crmetrics::bad_input& e) {
    ASSERT_EQ(e.problems().total(), 2u);
    const crmetrics::problem* problems = e.problems().begin();
    EXPECT_EQ(problems[0].row, 2u);
    EXPECT_EQ(problems[0].field, "points");
    EXPECT_EQ(problems[0].value, "inf");
    EXPECT_EQ(problems[1].row, 5u);
    EXPECT_EQ(problems[1].value, "-inf");
  }
  EXPECT_EQ(m, before);
  crmetrics::basic_mean<double, crmetrics::student_t, crmetrics::missing::reject,
                        crmetrics::invalid::count>
      counting;
  counting.update(INFINITY, {3});
  EXPECT_EQ(counting.result().invalid(), 3u);
  EXPECT_THROW(counting.update(NAN), crmetrics::bad_input);
  EXPECT_EQ(counting.result().missing(), 0u);
}

TEST(integer_mean, merges_to_the_same_state_in_any_order) {
  std::vector<std::optional<std::int64_t>> xs;
  for (std::int64_t i = 0; i != 200; ++i) {
    xs.push_back(i % 13 == 0 ? std::nullopt
                             : std::optional<std::int64_t>((i * i * 7919) % 100'003 - 50'000));
  }
  integer_mean whole;
  whole.update_many(xs);
  integer_mean backwards;
  for (std::size_t i = xs.size(); i-- != 0;) backwards.update(xs[i]);
  EXPECT_EQ(backwards, whole);
  for (const std::size_t cut : {0u, 1u, 130u, 200u}) {
    integer_mean a;
    integer_mean b;
    for (std::size_t i = 0; i != xs.size(); ++i) (i < cut ? a : b).update(xs[i]);
    EXPECT_EQ(a.merge(b), whole);
  }
  EXPECT_EQ(crmetrics::test::read_back(whole), whole);
  integer_mean doubled;
  for (const auto& x : xs) doubled.update(x, {2});
  EXPECT_EQ(integer_mean(whole).merge(whole), doubled);
}

TEST(mean, merges_to_the_same_result_up_to_rounding) {
  std::vector<double> xs;
  for (int i = 0; i != 500; ++i) xs.push_back(1e6 + std::sin(i) * 100);
  mean whole;
  whole.update_many(xs);
  long double sum = 0;
  for (const double x : xs) sum += x;
  const long double centre = sum / 500;
  long double spread = 0;
  for (const double x : xs) spread += (x - centre) * (x - centre);
  for (const std::size_t cut : {0u, 1u, 7u, 250u, 499u, 500u}) {
    mean a;
    mean b;
    for (std::size_t i = 0; i != xs.size(); ++i) (i < cut ? a : b).update(xs[i]);
    a.merge(b);
    EXPECT_NEAR(a.result().value(), static_cast<double>(centre), 1e-14 * 1e6);
    EXPECT_NEAR(*a.result().standard_error(), static_cast<double>(std::sqrt(spread / 499 / 500)),
                1e-11);
  }
  EXPECT_EQ(crmetrics::test::read_back(whole), whole);
  EXPECT_EQ(mean{}.merge(whole), whole);
}

TEST(integer_mean, overflow_leaves_the_state_as_it_was) {
  integer_mean m;
  m.update(INT64_MAX, {2});
  const integer_mean before = m;
  EXPECT_THROW(m.update(INT64_MIN, {3}), crmetrics::overflow);
  EXPECT_THROW(m.update_many(std::vector<std::int64_t>{INT64_MIN, INT64_MIN, INT64_MIN}),
               crmetrics::overflow);
  EXPECT_EQ(m, before);
}

TEST(integer_mean, missing_that_leave_64_bits_leave_the_state_as_it_was) {
  integer_mean m;
  m.update(std::nullopt, {UINT64_MAX});
  m.update(7);
  const integer_mean before = m;
  EXPECT_THROW(m.update(std::nullopt), crmetrics::overflow);
  EXPECT_THROW(m.merge(before), crmetrics::overflow);
  EXPECT_EQ(m, before);
}

}  // namespace
