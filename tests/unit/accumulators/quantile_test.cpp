#include <crmetrics/accumulators/quantile.hpp>
#include <crmetrics/accumulators/quantile_type.hpp>
#include <crmetrics/accumulators/sample_quantile.hpp>

#include <gtest/gtest.h>

#include "state.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace {

using crmetrics::confidence_level;
using crmetrics::duration_quantile;
using crmetrics::quantile;
using crmetrics::quantile_type;
using crmetrics::seconds;
using crmetrics::status;
using crmetrics::detail::interval_ranks;
using crmetrics::detail::log_linear;
using crmetrics::detail::rank_interval;

static_assert(crmetrics::metric<quantile, int>);
static_assert(crmetrics::metric<quantile, std::optional<double>>);
static_assert(crmetrics::metric<duration_quantile, seconds>);
static_assert(crmetrics::metric<duration_quantile, std::chrono::milliseconds>);
static_assert(!crmetrics::observes<quantile, seconds>, "a time span needs duration_quantile");
static_assert(!crmetrics::observes<quantile, bool>);
static_assert(log_linear<7>::last_key + 1 == 7296);

class generator {
 public:
  std::uint64_t next() {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return state_ >> 1;
  }
  /// Spread evenly over the doublings from 1 to 2^most.
  std::int64_t next_size(unsigned most) {
    const auto shift = static_cast<unsigned>(next() % most);
    return static_cast<std::int64_t>((next() >> (62 - most)) >> shift);
  }

 private:
  std::uint64_t state_ = 20240607;
};

template <int Bits>
void check_buckets() {
  using buckets = log_linear<Bits>;
  EXPECT_EQ(buckets::lowest(0), 0);
  for (std::uint32_t k = 0; k != buckets::last_key; ++k) {
    ASSERT_EQ(buckets::highest(k) + 1, buckets::lowest(k + 1)) << k;
    ASSERT_EQ(buckets::key(buckets::lowest(k)), k);
    ASSERT_EQ(buckets::key(buckets::highest(k)), k);
    const auto low = static_cast<double>(buckets::lowest(k));
    const auto high = static_cast<double>(buckets::highest(k));
    ASSERT_LE(buckets::middle(k) - low, low / (2 << Bits));
    ASSERT_LE(high - buckets::middle(k), high / (2 << Bits));
  }
  EXPECT_EQ(buckets::highest(buckets::last_key), INT64_MAX);
  for (std::int64_t v = 0; v != 2 << Bits; ++v) {
    ASSERT_EQ(buckets::lowest(buckets::key(v)), v);
    ASSERT_EQ(buckets::highest(buckets::key(v)), v);
  }
}

TEST(quantile, buckets_follow_each_other_and_keep_the_bound) {
  check_buckets<1>();
  check_buckets<3>();
  check_buckets<7>();
  check_buckets<12>();
}

// The definition in whole numbers: low is the largest r with P(B < r) <= alpha/2, where p = a / b
// and alpha/2 = 1 / tail, so that every probability times b^n is an integer.
std::optional<rank_interval> ranks_by_definition(unsigned n, unsigned a, unsigned b,
                                                 unsigned tail) {
  using wide = crmetrics::detail::uint128;
  std::vector<wide> weight(n + 1);  // C(n, k) a^k (b - a)^(n - k)
  wide choose = 1;
  wide all = 1;
  for (unsigned k = 0; k <= n; ++k) {
    weight[k] = choose;
    for (unsigned i = 0; i != n; ++i) weight[k] *= i < k ? a : b - a;
    choose = choose * (n - k) / (k + 1);
    if (k != n) all *= b;
  }
  rank_interval out;
  wide below = 0;
  for (unsigned r = 0; r <= n; ++r) {  // below = P(B < r)
    if (below * tail <= all) out.low = r;
    below += weight[r];
  }
  wide above = 0;
  out.high = n + 1;
  for (unsigned s = n; s != 0; --s) {  // above = P(B >= s)
    above += weight[s];
    if (above * tail <= all) out.high = s;
  }
  if (out.low == 0 || out.high > n) return std::nullopt;
  return out;
}

TEST(quantile, ranks_of_the_interval_against_whole_numbers) {
  for (unsigned n = 1; n <= 35; ++n) {
    for (const unsigned tail : {4u, 20u, 40u, 200u}) {
      const confidence_level level{1 - 2.0 / tail};
      EXPECT_EQ(interval_ranks(n, 0.5, level), ranks_by_definition(n, 1, 2, tail))
          << n << " " << tail;
      EXPECT_EQ(interval_ranks(n, 0.9, level), ranks_by_definition(n, 9, 10, tail))
          << n << " " << tail;
      EXPECT_EQ(interval_ranks(n, 0.25, level), ranks_by_definition(n, 1, 4, tail))
          << n << " " << tail;
    }
  }
}

TEST(quantile, ranks_of_the_interval_against_scipy) {
  // r = binom.ppf(alpha/2), s = binom.isf(alpha/2) + 1 of scipy 1.17.
  const auto ranks = [](std::uint64_t n, double p, double level) {
    return interval_ranks(n, p, confidence_level{level});
  };
  EXPECT_EQ(ranks(6, 0.5, 0.95), (rank_interval{1, 6}));
  EXPECT_EQ(ranks(20, 0.5, 0.9), (rank_interval{6, 15}));
  EXPECT_EQ(ranks(36, 0.9, 0.95), (rank_interval{29, 36}));
  EXPECT_EQ(ranks(500, 0.95, 0.99), (rank_interval{462, 488}));
  EXPECT_EQ(ranks(1'000, 0.9, 0.95), (rank_interval{881, 919}));
  EXPECT_EQ(ranks(10'000, 0.99, 0.95), (rank_interval{9'880, 9'920}));
  EXPECT_EQ(ranks(100'000, 0.5, 0.95), (rank_interval{49'690, 50'311}));
  EXPECT_EQ(ranks(250'000, 0.9, 0.999), (rank_interval{224'505, 225'493}));
  EXPECT_EQ(ranks(1'000'000, 0.999, 0.95), (rank_interval{998'938, 999'062}));
}

TEST(quantile, too_few_values_have_no_interval) {
  EXPECT_FALSE(interval_ranks(5, 0.5, {}).has_value());
  EXPECT_TRUE(interval_ranks(6, 0.5, {}).has_value());
  EXPECT_FALSE(interval_ranks(35, 0.9, {}).has_value());
  EXPECT_TRUE(interval_ranks(36, 0.9, {}).has_value());
  EXPECT_FALSE(interval_ranks(1'000'000, 0, {}).has_value());
  EXPECT_FALSE(interval_ranks(1'000'000, 1, {}).has_value());
  EXPECT_FALSE(interval_ranks(0, 0.5, {}).has_value());
}

TEST(quantile, ranks_of_large_samples_are_one_wider_than_the_sums) {
  for (const std::uint64_t n : {50'000u, 333'333u, 1'000'000u, 3'999'999u}) {
    for (const double p : {0.1, 0.5, 0.9, 0.975}) {
      for (const double level : {0.8, 0.95, 0.999}) {
        const auto summed = interval_ranks(n, p, confidence_level{level});
        const auto normal = interval_ranks(n, p, confidence_level{level}, 0);
        ASSERT_TRUE(summed && normal);
        EXPECT_LT(normal->low, summed->low);
        EXPECT_LE(summed->low - normal->low, 2u);
        EXPECT_GT(normal->high, summed->high);
        EXPECT_LE(normal->high - summed->high, 2u);
      }
    }
  }
}

std::vector<std::int64_t> sizes(std::size_t n, unsigned most) {
  generator g;
  std::vector<std::int64_t> out(n);
  for (std::int64_t& x : out) x = g.next_size(most);
  return out;
}

TEST(quantile, stays_within_its_bound_of_the_exact_one) {
  for (const std::size_t n : {1u, 2u, 7u, 100u, 5'000u}) {
    std::vector<std::int64_t> xs = sizes(n, 45);
    for (int type = 1; type <= 9; ++type) {
      quantile q{0.5, static_cast<quantile_type>(type)};
      crmetrics::basic_quantile<crmetrics::quantile_of_numbers, 3> coarse{
          0.5, static_cast<quantile_type>(type)};
      q.update_many(xs);
      coarse.update_many(xs);
      for (const double p : {0.0, 0.01, 0.25, 0.5, 0.9, 0.99, 1.0, 1.0 / 3}) {
        const double exact = *crmetrics::sample_quantile(xs, p, static_cast<quantile_type>(type));
        EXPECT_LE(std::abs(q.at(p).value() - exact), quantile::relative_error * exact);
        EXPECT_LE(std::abs(coarse.at(p).value() - exact), exact / 16);
      }
    }
  }
}

TEST(quantile, the_interval_holds_the_order_statistics) {
  std::vector<std::int64_t> xs = sizes(1'000, 40);
  quantile q{0.9};
  q.update_many(xs);
  std::sort(xs.begin(), xs.end());
  const crmetrics::estimate e = q.result();
  const auto low = static_cast<double>(xs[881 - 1]);
  const auto high = static_cast<double>(xs[919 - 1]);
  EXPECT_LE(e.interval()->low, low);
  EXPECT_GE(e.interval()->low, low * (1 - 1.0 / 128));
  EXPECT_GE(e.interval()->high, high);
  EXPECT_LE(e.interval()->high, high * (1 + 1.0 / 128));
  EXPECT_TRUE(e.interval()->contains(e.value()));
  EXPECT_NEAR(*e.standard_error(), e.interval()->width() / (2 * 1.959963984540054), 1e-9);
  EXPECT_EQ(e.method(), "order statistics");
  for (const double level : {1e-6, 0.01, 0.5, 0.999999}) {
    for (const double p : {0.3, 0.5, 0.9}) {
      const crmetrics::estimate other = q.at(p, confidence_level{level});
      EXPECT_TRUE(other.interval()->contains(other.value())) << p << " at " << level;
    }
  }
}

TEST(quantile, small_numbers_are_exact) {
  quantile q;  // 0 to 255 have a bucket each
  for (int x = 0; x <= 255; ++x) q.update(x);
  EXPECT_EQ(q.result().value(), 127.5);
  EXPECT_EQ(q.at(0).value(), 0);
  EXPECT_EQ(q.at(1).value(), 255);
  EXPECT_EQ(q.at(0.1).value(), 25.5);
}

TEST(quantile, one_state_gives_every_quantile) {
  duration_quantile q{0.9};
  for (int s = 1; s <= 1'000; ++s) q.update(seconds{s});
  EXPECT_NEAR(q.result().value(), 900.1, 900.1 / 256);
  EXPECT_NEAR(q.at(0.5).value(), 500.5, 500.5 / 256);
  EXPECT_EQ(q.result().unit(), crmetrics::unit::second);
  EXPECT_EQ(q.result().convention(), "0.9 quantile, type 7, relative error <= 1/256");
  EXPECT_EQ(q.at(0.5).convention(), "0.5 quantile, type 7, relative error <= 1/256");
  EXPECT_EQ(q.result().parts().convention.fits(), true);
  EXPECT_THROW(static_cast<void>(q.at(1.5)), crmetrics::invalid_setting);
}

TEST(quantile, the_longest_convention_fits) {
  crmetrics::basic_quantile<crmetrics::quantile_of_numbers, 20, crmetrics::missing::reject,
                            crmetrics::invalid::count>
      q{0.000012345678901234567};
  EXPECT_TRUE(q.convention().fits()) << q.convention().view();
}

TEST(quantile, edge_cases) {
  EXPECT_EQ(quantile{}.result().status(), status::no_data);
  quantile missing;
  missing.update(std::nullopt);
  missing.update(NAN);
  missing.update(std::optional<int>());
  EXPECT_EQ(missing.result().status(), status::no_data);
  EXPECT_EQ(missing.result().missing(), 3u);
  quantile one{0.99};
  one.update(17);
  EXPECT_EQ(one.result().value(), 17);
  EXPECT_FALSE(one.result().interval().has_value());
  EXPECT_FALSE(one.result().standard_error().has_value());
  quantile largest;
  largest.update(INT64_MAX);
  EXPECT_NEAR(largest.result().value() / 9223372036854775807.0, 1, 1.0 / 256);
  quantile zero;
  zero.update(0, {100});
  EXPECT_EQ(*zero.result().interval(), (crmetrics::interval{0, 0}));
}

TEST(quantile, settings_are_checked) {
  EXPECT_THROW(quantile{1.7}, crmetrics::invalid_setting);
  EXPECT_THROW(quantile{-0.1}, crmetrics::invalid_setting);
  EXPECT_THROW(quantile{NAN}, crmetrics::invalid_setting);
  EXPECT_THROW((quantile{0.5, static_cast<quantile_type>(10)}), crmetrics::invalid_setting);
  EXPECT_THROW((quantile{0.5, static_cast<quantile_type>(0)}), crmetrics::invalid_setting);
}

TEST(quantile, different_definitions_do_not_merge) {
  quantile a{0.9};
  a.update(3);
  const quantile before = a;
  EXPECT_THROW(a.merge(quantile{0.5}), crmetrics::definition_mismatch);
  EXPECT_THROW(a.merge(quantile{0.9, quantile_type::weibull}), crmetrics::definition_mismatch);
  EXPECT_THROW(a.merge(quantile{std::nextafter(0.9, 1)}), crmetrics::definition_mismatch);
  EXPECT_EQ(a, before);
  EXPECT_NE(quantile{0.9}, quantile{0.5});
  EXPECT_EQ(a.fresh(), quantile{0.9});
}

TEST(quantile, merges_to_the_same_state_in_any_order) {
  std::vector<std::int64_t> xs = sizes(3'000, 40);
  quantile whole{0.9};
  whole.update_many(xs);
  quantile loop{0.9};
  for (const std::int64_t x : xs) loop.update(x);
  EXPECT_EQ(loop, whole);
  for (const std::size_t cut : {0u, 1u, 1'234u, 3'000u}) {
    quantile a{0.9};
    quantile b{0.9};
    for (std::size_t i = 0; i != xs.size(); ++i) (i < cut ? a : b).update(xs[i]);
    EXPECT_EQ(crmetrics::to_bytes(quantile(a).merge(b)), crmetrics::to_bytes(whole));
    EXPECT_EQ(b.merge(a), whole);
  }
  std::sort(xs.begin(), xs.end(), std::greater<>());
  quantile sorted{0.9};
  sorted.update_many(xs);
  EXPECT_EQ(sorted, whole);
  EXPECT_EQ(quantile{0.9}.merge(whole), whole);
  EXPECT_EQ(quantile(whole).merge(whole.fresh()), whole);
}

TEST(quantile, long_columns_are_read_like_short_ones) {
  const std::vector<std::int64_t> xs = sizes(5'000, 50);
  std::vector<std::optional<double>> column(xs.begin(), xs.end());
  column[17] = std::nullopt;
  column[4'000] = NAN;
  quantile bulk{0.9};
  bulk.update(7);
  bulk.update_many(column);
  quantile loop{0.9};
  loop.update(7);
  for (const auto& x : column) loop.update(x);
  EXPECT_EQ(bulk, loop);
  EXPECT_EQ(bulk.result().missing(), 2u);

  column[2] = -1;
  column[4'999] = 0.5;
  try {
    bulk.update_many(column, "clicks");
    FAIL() << "nothing was thrown";
  } catch (const crmetrics::bad_input& e) {
    ASSERT_EQ(e.problems().total(), 2u);
    EXPECT_EQ(e.problems().begin()[0].row, 3u);
    EXPECT_EQ(e.problems().begin()[0].field, "clicks");
    EXPECT_EQ(e.problems().begin()[1].row, 5'000u);
  }
  EXPECT_EQ(bulk, loop);
}

TEST(quantile, weight_two_is_observed_twice_and_weight_zero_not_at_all) {
  quantile once;
  quantile twice;
  for (const int x : {5, 1'000'000, 5, 77}) {
    once.update(x, {2});
    twice.update(x);
    twice.update(x);
    once.update(123'456, {0});
  }
  EXPECT_EQ(once, twice);
  EXPECT_EQ(once.size(), 3u);
}

TEST(quantile, bad_values_are_refused_with_all_rows) {
  quantile q;
  q.update(3);
  const quantile before = q;
  EXPECT_THROW(q.update(-1), crmetrics::bad_input);
  EXPECT_THROW(q.update(0.5), crmetrics::bad_input);
  EXPECT_THROW(q.update(INFINITY), crmetrics::bad_input);
  EXPECT_THROW(q.update(UINT64_MAX), crmetrics::bad_input);
  EXPECT_THROW(q.check(-1), crmetrics::bad_input);
  q.check(12);
  try {
    q.update_many(std::vector<double>{1, -2, NAN, 3.5, 4}, "clicks");
    FAIL() << "nothing was thrown";
  } catch (const crmetrics::bad_input& e) {
    ASSERT_EQ(e.problems().total(), 2u);
    const crmetrics::problem* problems = e.problems().begin();
    EXPECT_EQ(problems[0].row, 2u);
    EXPECT_EQ(problems[0].field, "clicks");
    EXPECT_EQ(problems[1].row, 4u);
  }
  EXPECT_EQ(q, before);

  duration_quantile d;
  EXPECT_THROW(d.update(-0.5), crmetrics::bad_input);
  EXPECT_THROW(d.update(INFINITY), crmetrics::bad_input);
  EXPECT_THROW(d.check(seconds{-1}), crmetrics::bad_input);
  EXPECT_EQ(d, duration_quantile{});

  crmetrics::basic_quantile<crmetrics::quantile_of_numbers, 7, crmetrics::missing::reject,
                            crmetrics::invalid::count>
      counting;
  counting.update(-1, {2});
  EXPECT_EQ(counting.result().invalid(), 2u);
  EXPECT_EQ(counting.result().status(), status::no_data);
  EXPECT_THROW(counting.update(NAN), crmetrics::bad_input);
}

TEST(quantile, overflow_leaves_the_state_as_it_was) {
  quantile q;
  q.update(1, {INT64_MAX - 1});
  q.update(9);
  const quantile before = q;
  EXPECT_THROW(q.update(1), crmetrics::overflow);
  EXPECT_THROW(q.update(5), crmetrics::overflow);
  EXPECT_THROW(q.update(5, {UINT64_MAX}), crmetrics::overflow);
  EXPECT_THROW(q.merge(before), crmetrics::overflow);
  EXPECT_EQ(q, before);
  EXPECT_EQ(q.at(0.5).value(), 1);
  EXPECT_EQ(q.at(1).value(), 9);
}

TEST(quantile, a_small_state_is_small) {
  duration_quantile q;
  EXPECT_LE(sizeof q, 64u);
  for (const int s : {3, 60, 3'600, 60, 86'400}) q.update(seconds{s});
  EXPECT_EQ(q.size(), 4u);
}

TEST(quantile, serializes_all_of_its_state) {
  quantile q{0.9};
  q.update_many(sizes(500, 50));
  q.update(std::nullopt);
  EXPECT_EQ(crmetrics::test::read_back(q), q);
  EXPECT_EQ(crmetrics::test::read_back(quantile{}), quantile{});
}

TEST(quantile, hostile_states_are_refused) {
  using entries = std::vector<crmetrics::detail::counted<std::uint32_t>>;
  const auto read = [](entries rows) {
    return crmetrics::test::made_of(quantile{}, [&](auto& out) {
      out.array(rows);
      out.put(std::uint64_t{0});
      out.put(std::uint64_t{0});
    });
  };
  EXPECT_EQ(read({{3, 2}, {7295, 1}}).result().n(), 3u);
  EXPECT_THROW(read({{3, 2}, {3, 1}}), crmetrics::bad_bytes);
  EXPECT_THROW(read({{4, 2}, {3, 1}}), crmetrics::bad_bytes);
  EXPECT_THROW(read({{4, 0}}), crmetrics::bad_bytes);
  EXPECT_THROW(read({{7296, 1}}), crmetrics::bad_bytes);
  EXPECT_THROW(read({{1, INT64_MAX}, {2, 1}}), crmetrics::bad_bytes);
}

TEST(quantile_type, every_type_has_a_name) {
  std::set<std::string_view> names;
  for (int type = 1; type <= 9; ++type) {
    names.insert(crmetrics::to_string(static_cast<quantile_type>(type)));
  }
  EXPECT_EQ(names.size(), 9u);
  EXPECT_EQ(names.count("?"), 0u);
}

TEST(quantile, missing_that_leave_64_bits_leave_the_state_as_it_was) {
  quantile m;
  m.update(std::nullopt, {UINT64_MAX});
  m.update(7);
  const quantile before = m;
  EXPECT_THROW(m.update(std::nullopt), crmetrics::overflow);
  EXPECT_THROW(m.merge(before), crmetrics::overflow);
  EXPECT_EQ(m, before);
}

}  // namespace
