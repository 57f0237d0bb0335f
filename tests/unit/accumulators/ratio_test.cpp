#include <crmetrics/accumulators/ratio.hpp>
#include <crmetrics/combinators/by.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/intervals/student_t.hpp>

#include <gtest/gtest.h>

#include "state.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace {

using crmetrics::ratio;
using crmetrics::ratio_pair;
using crmetrics::status;

static_assert(crmetrics::metric<ratio, ratio_pair>);
static_assert(crmetrics::metric<ratio, std::optional<ratio_pair>>);
static_assert(crmetrics::metric<ratio, std::nullopt_t>);
static_assert(!crmetrics::observes<ratio, double>);

const std::vector<ratio_pair> budgets{{120, 100}, {80, 95}, {45, 60},
                                      {200, 150}, {0, 10},  {33, 30}};

TEST(ratio, against_fractions) {
  // By hand: 478 / 445; the rest in Python's fractions and mpmath with 40 digits.
  ratio r;
  r.update_many(budgets);
  const crmetrics::estimate e = r.result();
  EXPECT_DOUBLE_EQ(e.value(), 478.0 / 445);
  EXPECT_EQ(e.exact(), (crmetrics::exact_ratio{478, 445}));
  EXPECT_NEAR(*e.standard_error(), 0.12672199981518506, 1e-16);
  EXPECT_NEAR(e.interval()->low, 0.82578674768413241, 2e-15);
  EXPECT_NEAR(e.interval()->high, 1.3225278590574406, 2e-15);
  EXPECT_EQ(e.n(), 6u);
  EXPECT_EQ(e.method(), "delta method");
  EXPECT_EQ(e.convention(), "sum of numerators / sum of denominators");
}

// nhs-r-community/FunnelPlotR, tests/testthat/test-aggregate_fun.R: the ratio of the sums of each
// group, which is not the mean of its ratios (1.060804 for the first).
TEST(ratio, by_group_is_that_of_the_sums) {
  struct unit {
    char group;
    ratio_pair counts;
  };
  auto units = crmetrics::by(&unit::group, crmetrics::on(&unit::counts, ratio{}));
  units.update_many(std::vector<unit>{{'a', {100, 102}},
                                      {'a', {150, 135}},
                                      {'a', {180, 165}},
                                      {'b', {89, 95}},
                                      {'b', {120, 100}},
                                      {'c', {225, 220}}});
  const double published[] = {1.069652, 1.071795, 1.022727};
  const auto result = units.result();
  ASSERT_EQ(result.rows.size(), 3U);
  for (std::size_t i = 0; i != 3; ++i) {
    EXPECT_NEAR(result.rows[i].result.value(), published[i], 5.1e-7);
  }
}

TEST(ratio, student_t_is_wider_for_few_pairs) {
  crmetrics::basic_ratio<crmetrics::ratio_of_sums, crmetrics::student_t> r;
  r.update_many(budgets);
  // qt(0.975, 5) times the standard error
  EXPECT_NEAR(r.result().interval()->high - 478.0 / 445, 0.3257492709004231, 1e-14);
}

TEST(ratio, of_yes_and_no_is_the_proportion_with_n_minus_one) {
  // With all denominators 1 the ratio is a mean: SE^2 = p (1 - p) / (n - 1).
  ratio r;
  r.update(ratio_pair{1, 1}, {171});
  r.update(ratio_pair{0, 1}, {9});
  EXPECT_DOUBLE_EQ(r.result().value(), 0.95);
  EXPECT_NEAR(*r.result().standard_error(), std::sqrt(0.95 * 0.05 / 179), 1e-17);
}

TEST(ratio, residuals_do_not_cancel) {
  // Pairs near x = 3 y with y near 2^61; in doubles nothing is left of the residuals.
  // Value and standard error from Python's fractions.
  ratio r;
  r.update_many(std::vector<ratio_pair>{{6917529027641081863, 2305843009213693952},
                                        {6917529027641081824, 2305843009213693943},
                                        {3458764513820540938, 1152921504606846979}});
  EXPECT_DOUBLE_EQ(r.result().value(), 3);
  EXPECT_NEAR(*r.result().standard_error() / 1.8057796479888233328e-18, 1, 1e-15);

  ratio exact;
  for (std::int64_t y : {INT64_MAX / 7, INT64_MAX / 11, std::int64_t{12345}}) {
    exact.update(ratio_pair{-3 * y, y});
  }
  EXPECT_EQ(exact.result().value(), -3);
  EXPECT_EQ(*exact.result().standard_error(), 0);
}

TEST(ratio, against_the_definition_in_long_double) {
  std::vector<ratio_pair> pairs;
  for (std::int64_t i = 1; i <= 200; ++i) {
    pairs.push_back({i * i * 31 % 997 - 300, i * 17 % 101});
  }
  long double x = 0, y = 0;
  ratio r;
  for (const ratio_pair& p : pairs) {
    r.update(p);
    x += static_cast<long double>(p.numerator);
    y += static_cast<long double>(p.denominator);
  }
  long double residuals = 0;
  for (const ratio_pair& p : pairs) {
    const long double d =
        static_cast<long double>(p.numerator) - x / y * static_cast<long double>(p.denominator);
    residuals += d * d;
  }
  const long double se = std::sqrt(residuals / 199 / 200) / (y / 200);
  EXPECT_NEAR(r.result().value(), static_cast<double>(x / y), 1e-15);
  EXPECT_NEAR(*r.result().standard_error(), static_cast<double>(se), 1e-15);
}

TEST(ratio, a_numerator_sum_below_zero_keeps_its_sign) {
  // x = -2, 1 and y = 1, 3: R = -1/4, residuals -7/4 and 7/4, SE = 7/4 / 2.
  ratio r;
  r.update(ratio_pair{-2, 1});
  r.update(ratio_pair{1, 3});
  EXPECT_EQ(r.result().value(), -0.25);
  EXPECT_DOUBLE_EQ(*r.result().standard_error(), 0.875);
}

TEST(ratio, edge_cases) {
  EXPECT_EQ(ratio{}.result().status(), status::no_data);
  ratio zero;
  zero.update(ratio_pair{0, 0});
  zero.update(ratio_pair{5, 0});
  EXPECT_EQ(zero.result().status(), status::undefined);
  EXPECT_EQ(zero.result().n(), 2u);
  EXPECT_THROW(static_cast<void>(zero.result().value()), crmetrics::no_value);
  ratio one;
  one.update(ratio_pair{3, 4});
  EXPECT_EQ(one.result().value(), 0.75);
  EXPECT_FALSE(one.result().interval().has_value());
  ratio missing;
  missing.update(std::nullopt);
  missing.update(std::optional<ratio_pair>());
  EXPECT_EQ(missing.result().status(), status::no_data);
  EXPECT_EQ(missing.result().missing(), 2u);
}

TEST(ratio, negative_denominators_are_refused_with_all_rows) {
  ratio r;
  r.update(ratio_pair{1, 2});
  const ratio before = r;
  const std::vector<std::optional<ratio_pair>> rows{ratio_pair{1, 1}, ratio_pair{2, -3},
                                                    std::nullopt, ratio_pair{-1, -1}};
  try {
    r.update_many(rows, "budget");
    FAIL() << "nothing was thrown";
  } catch (const crmetrics::bad_input& e) {
    ASSERT_EQ(e.problems().total(), 2u);
    const crmetrics::problem* problems = e.problems().begin();
    EXPECT_EQ(problems[0].row, 2u);
    EXPECT_EQ(problems[0].field, "budget");
    EXPECT_EQ(problems[0].value, "2 / -3");
    EXPECT_EQ(problems[1].row, 4u);
  }
  EXPECT_EQ(r, before);
  crmetrics::basic_ratio<crmetrics::ratio_of_sums, crmetrics::delta_method,
                         crmetrics::missing::skip, crmetrics::invalid::count>
      counting;
  counting.update_many(rows);
  EXPECT_EQ(counting.result().invalid(), 2u);
  EXPECT_EQ(counting.result().missing(), 1u);
  EXPECT_EQ(counting.result().n(), 1u);
}

TEST(ratio, overflow_leaves_the_state_as_it_was) {
  ratio r;
  r.update(ratio_pair{INT64_MIN, INT64_MAX}, {2});
  const ratio before = r;
  EXPECT_THROW(r.update(ratio_pair{INT64_MIN, INT64_MAX}, {2}), crmetrics::overflow);
  EXPECT_THROW(r.update(ratio_pair{1, 1}, {UINT64_MAX}), crmetrics::overflow);
  EXPECT_THROW(r.merge(before), crmetrics::overflow);
  EXPECT_EQ(r, before);
  EXPECT_DOUBLE_EQ(r.result().value(), -1);
  EXPECT_FALSE(r.result().exact().known());
}

TEST(ratio, merges_to_the_same_state_in_any_order) {
  std::vector<std::optional<ratio_pair>> pairs;
  for (std::int64_t i = 0; i != 150; ++i) {
    pairs.push_back(i % 19 == 0 ? std::nullopt
                                : std::optional<ratio_pair>(ratio_pair{i * i % 53 - 20, i % 7}));
  }
  ratio whole;
  whole.update_many(pairs);
  ratio backwards;
  for (std::size_t i = pairs.size(); i-- != 0;) backwards.update(pairs[i]);
  EXPECT_EQ(backwards, whole);
  for (const std::size_t cut : {0u, 1u, 100u, 150u}) {
    ratio a;
    ratio b;
    for (std::size_t i = 0; i != pairs.size(); ++i) (i < cut ? a : b).update(pairs[i]);
    EXPECT_EQ(a.merge(b), whole);
  }
  EXPECT_EQ(crmetrics::test::read_back(whole), whole);
  ratio doubled;
  for (const auto& p : pairs) doubled.update(p, {2});
  EXPECT_EQ(ratio(whole).merge(whole), doubled);
  EXPECT_EQ(whole.fresh(), ratio{});
  EXPECT_EQ(ratio{}.merge(whole), whole);
}

TEST(ratio, hostile_states_are_refused) {
  using crmetrics::detail::int128;
  using crmetrics::detail::uint128;
  const auto read = [](std::uint64_t n, int128 x, int128 y, uint128 xx, int128 xy, uint128 yy) {
    return crmetrics::test::made_of(ratio{}, [&](auto& out) {
      out.put(n);
      for (const int128 part : {x, y, static_cast<int128>(xx), xy, static_cast<int128>(yy)}) {
        out.put(part);
      }
      out.put(std::uint64_t{0});
      out.put(std::uint64_t{0});
    });
  };
  ratio expected;  // {3, 4} and {-1, 2}
  expected.update(ratio_pair{3, 4});
  expected.update(ratio_pair{-1, 2});
  EXPECT_EQ(read(2, 2, 6, 10, 10, 20), expected);
  EXPECT_THROW(read(UINT64_MAX, 2, 6, 10, 10, 20), crmetrics::bad_bytes);
  EXPECT_THROW(read(2, 2, -6, 10, 10, 20), crmetrics::bad_bytes);
  EXPECT_THROW(read(2, 5, 6, 10, 10, 20), crmetrics::bad_bytes);
  EXPECT_THROW(read(2, 2, 7, 10, 10, 20), crmetrics::bad_bytes);
  EXPECT_THROW(read(2, 2, 6, 10, -15, 20), crmetrics::bad_bytes);
  EXPECT_THROW(read(0, 1, 0, 0, 0, 0), crmetrics::bad_bytes);
}

TEST(wide_sum, products_of_128_bits) {
  using crmetrics::detail::uint128;
  using crmetrics::detail::wide_sum;
  constexpr uint128 all = ~uint128{0};
  // (2^128 - 1)^3 - (2^128 - 1)^2 (2^128 - 2) = (2^128 - 1)^2
  wide_sum left;
  left.add_product(all, all, all);
  left.subtract_product(all, all, all - 1);
  wide_sum right;
  right.add_product(all, all, 1);
  EXPECT_EQ(left, right);
  EXPECT_FALSE(left < right);
  EXPECT_DOUBLE_EQ(left.to_double(), std::ldexp(1.0, 256));
  right.subtract_product(all, all, 1);
  EXPECT_EQ(right, wide_sum{});
  wide_sum small;
  small.add_product(6, 7, 11);
  EXPECT_EQ(small.to_double(), 462);
  EXPECT_TRUE(small < left);
  EXPECT_FALSE(left < small);
}

TEST(ratio, missing_that_leave_64_bits_leave_the_state_as_it_was) {
  ratio m;
  m.update(std::nullopt, {UINT64_MAX});
  m.update(ratio_pair{1, 2});
  const ratio before = m;
  EXPECT_THROW(m.update(std::nullopt), crmetrics::overflow);
  EXPECT_THROW(m.merge(before), crmetrics::overflow);
  EXPECT_EQ(m, before);
}

}  // namespace
