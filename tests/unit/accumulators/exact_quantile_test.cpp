#include <crmetrics/accumulators/exact_quantile.hpp>
#include <crmetrics/accumulators/sample_quantile.hpp>

#include "../../support/csv_rows.hpp"

#include <gtest/gtest.h>

#include "state.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace {

using crmetrics::exact_duration_quantile;
using crmetrics::exact_quantile;
using crmetrics::quantile_type;
using crmetrics::sample_quantile;
using crmetrics::seconds;
using crmetrics::sorted_quantile;
using crmetrics::status;

static_assert(crmetrics::metric<exact_quantile, double>);
static_assert(crmetrics::metric<exact_quantile, std::optional<int>>);
static_assert(crmetrics::metric<exact_duration_quantile, seconds>);

void expect_everywhere(const std::vector<double>& xs, double p, int type, double expected,
                       double tolerance) {
  const auto t = static_cast<quantile_type>(type);
  EXPECT_NEAR(*sample_quantile(xs, p, t), expected, tolerance) << "type " << type << ", p " << p;
  std::vector<double> sorted = xs;
  std::sort(sorted.begin(), sorted.end());
  EXPECT_NEAR(*sorted_quantile(sorted, p, t), expected, tolerance)
      << "type " << type << ", p " << p;
  exact_quantile q{p, t};
  q.update_many(xs);
  EXPECT_NEAR(q.result().value(), expected, tolerance) << "type " << type << ", p " << p;
}

TEST(exact_quantile, known_values_of_all_nine_types) {
  // quantile() of base R 4.2.2, types 1 to 9, to three decimals.
  const std::vector<double> xs{100, 3, 2, 9, 7, 8, 1, 4, 6, 5};
  const std::array<double, 9> p90{9, 54.5, 9, 9, 54.5, 90.9, 18.1, 66.633, 63.6};
  const std::array<double, 9> median{5, 5.5, 5, 5, 5.5, 5.5, 5.5, 5.5, 5.5};
  for (int type = 1; type <= 9; ++type) {
    const auto i = static_cast<std::size_t>(type - 1);
    expect_everywhere(xs, 0.9, type, p90[i], type >= 8 ? 5e-4 : 1e-12);
    expect_everywhere(xs, 0.5, type, median[i], 1e-12);
  }
}

TEST(exact_quantile, reference_of_base_r) {
  if (!crmetrics::test::shared_data_is_there()) {
    GTEST_SKIP() << "no shared data in " << CRMETRICS_SHARED_DATA;
  }
  int checked = 0;
  for (const auto& row : crmetrics::test::csv_rows("service/quantile_reference.csv")) {
    std::vector<double> xs;
    std::istringstream cells(row.text("data"));
    for (std::string cell; std::getline(cells, cell, '|');) xs.push_back(std::stod(cell));
    const double expected = row.number("value");
    expect_everywhere(xs, row.number("p"), static_cast<int>(row.number("type")), expected,
                      1e-12 * std::max(1.0, std::abs(expected)));
    ++checked;
  }
  EXPECT_EQ(checked, 90);
}

// n p is whole for every p = k / n, where types 1 to 3 jump; in doubles 0.07 * 100 is more than 7.
TEST(exact_quantile, p_is_the_decimal_that_was_written) {
  for (const int n : {10, 100, 1000, 10'000}) {
    std::vector<double> xs(static_cast<std::size_t>(n));
    std::iota(xs.begin(), xs.end(), 1);
    for (int k = 1; k < n; ++k) {
      const double p = std::stod("0." + std::string(std::to_string(n + k)).substr(1));
      ASSERT_EQ(*sorted_quantile(xs, p, quantile_type::inverted_cdf), k);
      ASSERT_EQ(*sorted_quantile(xs, p, quantile_type::averaged_inverted_cdf), k + 0.5);
      ASSERT_EQ(*sorted_quantile(xs, p, quantile_type::interpolated_inverted_cdf), k);
      // h = k - 1/2 is never whole.
      ASSERT_EQ(*sorted_quantile(xs, p, quantile_type::closest_observation), k);
    }
  }
}

TEST(exact_quantile, closest_observation_takes_the_even_neighbour_of_a_tie) {
  // n p - 1/2 = j exactly: n = 10, p = 0.25 gives h = 2, p = 0.35 gives h = 3.
  const std::vector<double> xs{1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  EXPECT_EQ(*sample_quantile(xs, 0.25, quantile_type::closest_observation), 2);
  EXPECT_EQ(*sample_quantile(xs, 0.35, quantile_type::closest_observation), 4);
  EXPECT_EQ(*sample_quantile(xs, 0.0, quantile_type::closest_observation), 1);
}

TEST(exact_quantile, computed_p_near_a_whole_position_is_whole) {
  const std::vector<double> xs{1, 2, 4};
  EXPECT_EQ(*sample_quantile(xs, 1.0 / 3, quantile_type::inverted_cdf), 1);
  EXPECT_EQ(*sample_quantile(xs, 2.0 / 3, quantile_type::inverted_cdf), 2);
  EXPECT_EQ(*sample_quantile(xs, 2.0 / 3, quantile_type::interpolated_inverted_cdf), 2);
  EXPECT_NEAR(*sample_quantile(xs, 1.0 / 3), 1 + 2.0 / 3, 1e-15);
  // Position 1/3 + p (n + 1/3) of p = 2/10 + 1/30 is in the middle of 1 and 2, but not as a
  // decimal.
  EXPECT_NEAR(*sample_quantile(xs, 0.35, quantile_type::median_unbiased), 1.5, 1e-15);
}

TEST(exact_quantile, ends_are_the_smallest_and_the_largest) {
  const std::vector<double> xs{5, -2, 9, 9, 0};
  for (int type = 1; type <= 9; ++type) {
    expect_everywhere(xs, 0, type, -2, 0);
    expect_everywhere(xs, 1, type, 9, 0);
  }
}

TEST(exact_quantile, edge_cases) {
  EXPECT_FALSE(sample_quantile(std::vector<double>{}, 0.5).has_value());
  EXPECT_FALSE(sorted_quantile(std::vector<int>{}, 0.5).has_value());
  EXPECT_EQ(exact_quantile{}.result().status(), status::no_data);
  for (int type = 1; type <= 9; ++type) expect_everywhere({3.5}, 0.77, type, 3.5, 0);
  EXPECT_EQ(*sample_quantile(std::vector<int>{3, 1, 2}, 0.5), 2);
  const int plain[] = {1, 2, 3, 4};
  EXPECT_EQ(*sorted_quantile(plain, 0.5), 2.5);
  EXPECT_NEAR(*sample_quantile(std::vector<double>{-1.7e308, 1.7e308}, 0.5), 0, 1e292);
}

TEST(exact_quantile, bad_input) {
  EXPECT_THROW(static_cast<void>(sample_quantile(std::vector<int>{1}, 1.01)),
               crmetrics::invalid_setting);
  EXPECT_THROW(static_cast<void>(sorted_quantile(std::vector<int>{1}, NAN)),
               crmetrics::invalid_setting);
  EXPECT_THROW(exact_quantile{-1}, crmetrics::invalid_setting);
  try {
    static_cast<void>(sample_quantile(std::vector<double>{1, NAN, 2, INFINITY}, 0.5,
                                      quantile_type::linear, "minutes"));
    FAIL() << "nothing was thrown";
  } catch (const crmetrics::bad_input& e) {
    ASSERT_EQ(e.problems().total(), 2u);
    EXPECT_EQ(e.problems().begin()[0].row, 2u);
    EXPECT_EQ(e.problems().begin()[0].field, "minutes");
    EXPECT_EQ(e.problems().begin()[1].row, 4u);
  }
  EXPECT_THROW(static_cast<void>(sorted_quantile(std::vector<double>{3, 2, 1}, 0.25)),
               crmetrics::bad_input);
  EXPECT_THROW(static_cast<void>(sorted_quantile(std::vector<double>{1, NAN}, 0.9)),
               crmetrics::bad_input);

  exact_quantile q;
  q.update(1.5);
  const exact_quantile before = q;
  try {
    q.update_many(std::vector<double>{1, INFINITY, NAN, -INFINITY}, "minutes");
    FAIL() << "nothing was thrown";
  } catch (const crmetrics::bad_input& e) {
    ASSERT_EQ(e.problems().total(), 2u);
    EXPECT_EQ(e.problems().begin()[0].row, 2u);
    EXPECT_EQ(e.problems().begin()[1].row, 4u);
  }
  EXPECT_THROW(q.check(INFINITY), crmetrics::bad_input);
  EXPECT_EQ(q, before);

  exact_duration_quantile d;
  EXPECT_THROW(d.update(seconds{-1}), crmetrics::bad_input);
  EXPECT_THROW(d.check(-1.0), crmetrics::bad_input);
  EXPECT_EQ(d, exact_duration_quantile{});
}

TEST(exact_quantile, the_interval_is_two_of_the_values) {
  exact_quantile q{0.9};
  for (int x = 1000; x >= 1; --x) q.update(x);
  const crmetrics::estimate e = q.result();
  EXPECT_NEAR(e.value(), 900.1, 1e-12);
  EXPECT_EQ(*e.interval(), (crmetrics::interval{881, 919}));  // ranks by scipy 1.17
  EXPECT_NEAR(*e.standard_error(), 38 / (2 * 1.959963984540054), 1e-12);
  EXPECT_EQ(e.convention(), "0.9 quantile, type 7");
  EXPECT_EQ(q.at(0.5).value(), 500.5);
  EXPECT_EQ(q.at(0.5).convention(), "0.5 quantile, type 7");
}

TEST(exact_quantile, of_durations_in_seconds) {
  exact_duration_quantile d{0.5};
  d.update_many(std::vector<seconds>{seconds{30}, seconds{10}, seconds{20}, seconds{41}});
  EXPECT_EQ(d.result().value(), 25);
  EXPECT_EQ(d.result().unit(), crmetrics::unit::second);
  d.update(std::nullopt);
  EXPECT_EQ(d.result().missing(), 1u);
}

TEST(exact_quantile, merges_to_the_same_state_in_any_order) {
  std::vector<double> xs;
  for (int i = 0; i != 500; ++i) xs.push_back(std::floor(1000 * std::sin(i)) / 8);
  exact_quantile whole{0.9};
  whole.update_many(xs);
  for (const std::size_t cut : {0u, 1u, 123u, 500u}) {
    exact_quantile a{0.9};
    exact_quantile b{0.9};
    for (std::size_t i = xs.size(); i-- != 0;) (i < cut ? a : b).update(xs[i]);
    EXPECT_EQ(crmetrics::to_bytes(exact_quantile(a).merge(b)), crmetrics::to_bytes(whole));
    EXPECT_EQ(b.merge(a), whole);
  }
  EXPECT_EQ(crmetrics::test::read_back(whole), whole);
  EXPECT_EQ(exact_quantile{0.9}.merge(whole), whole);
  EXPECT_EQ(exact_quantile(whole).merge(whole.fresh()), whole);
  exact_quantile doubled{0.9};
  for (const double x : xs) doubled.update(x, {2});
  EXPECT_EQ(exact_quantile(whole).merge(whole), doubled);
  EXPECT_THROW(whole.merge(exact_quantile{0.5}), crmetrics::definition_mismatch);
}

// Values that came one by one wait unsorted; nobody may notice.
TEST(exact_quantile, is_the_same_state_while_values_wait) {
  exact_quantile loop{0.9};
  exact_quantile parts{0.9};
  std::vector<double> xs;
  for (int i = 0; i != 3'000; ++i) {
    const double x = i * 7919 % 2'003 / 4.0;
    xs.push_back(x);
    loop.update(x);
    exact_quantile one{0.9};
    one.update(x);
    parts.merge(one);
    if (i % 97 == 0) {
      ASSERT_EQ(loop, parts) << i;
      ASSERT_EQ(loop.size(), parts.size());
      ASSERT_EQ(loop.result().value(), *sample_quantile(xs, 0.9)) << i;
      ASSERT_EQ(crmetrics::to_bytes(loop), crmetrics::to_bytes(parts));
    }
  }
  EXPECT_EQ(loop.size(), 2'003u);
  loop.update(0.125);
  EXPECT_NE(loop, parts);
  parts.update(0.375);
  EXPECT_NE(loop, parts);
}

TEST(exact_quantile, both_zeros_are_one_value) {
  exact_quantile a;
  a.update(-0.0);
  exact_quantile b;
  b.update(0.0);
  EXPECT_EQ(crmetrics::to_bytes(a), crmetrics::to_bytes(b));
}

TEST(exact_quantile, overflow_leaves_the_state_as_it_was) {
  exact_quantile q;
  q.update(1.5, {INT64_MAX});
  q.update(2.5, {0});
  const exact_quantile before = q;
  EXPECT_EQ(q.size(), 1u);
  EXPECT_THROW(q.update(2.5), crmetrics::overflow);
  EXPECT_THROW(q.merge(before), crmetrics::overflow);
  EXPECT_EQ(q, before);
}

TEST(exact_quantile, hostile_states_are_refused) {
  const auto read = [](auto empty, auto rows) {
    return crmetrics::test::made_of(empty, [&](auto& out) {
      out.array(rows);
      out.put(std::uint64_t{0});
      out.put(std::uint64_t{0});
    });
  };
  using reals = std::vector<crmetrics::detail::counted<double>>;
  using spans = std::vector<crmetrics::detail::counted<std::int64_t>>;
  EXPECT_EQ(read(exact_quantile{}, reals{{-3, 2}, {7.5, 1}}).result().n(), 3u);
  EXPECT_THROW(read(exact_quantile{}, reals{{3, 2}, {3, 1}}), crmetrics::bad_bytes);
  EXPECT_THROW(read(exact_quantile{}, reals{{4, 2}, {3, 1}}), crmetrics::bad_bytes);
  EXPECT_THROW(read(exact_quantile{}, reals{{4, 0}}), crmetrics::bad_bytes);
  EXPECT_THROW(read(exact_quantile{}, reals{{NAN, 1}}), crmetrics::bad_bytes);
  EXPECT_THROW(read(exact_quantile{}, reals{{INFINITY, 1}}), crmetrics::bad_bytes);
  EXPECT_THROW(read(exact_quantile{}, reals{{-INFINITY, 1}}), crmetrics::bad_bytes);
  EXPECT_THROW(read(exact_quantile{}, reals{{-0.0, 1}}), crmetrics::bad_bytes);
  EXPECT_THROW(read(exact_quantile{}, reals{{1, INT64_MAX}, {2, 1}}), crmetrics::bad_bytes);
  EXPECT_THROW(read(exact_duration_quantile{}, spans{{-1, 1}}), crmetrics::bad_bytes);
  EXPECT_EQ(read(exact_duration_quantile{}, spans{{2'000'000, 1}}).result().value(), 2);
}

TEST(exact_quantile, missing_that_leave_64_bits_leave_the_state_as_it_was) {
  exact_quantile m;
  m.update(std::nullopt, {UINT64_MAX});
  m.update(7);
  const exact_quantile before = m;
  EXPECT_THROW(m.update(std::nullopt), crmetrics::overflow);
  EXPECT_THROW(m.merge(before), crmetrics::overflow);
  EXPECT_EQ(m, before);
}

}  // namespace
