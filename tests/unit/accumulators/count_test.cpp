#include <crmetrics/accumulators/count.hpp>
#include <crmetrics/accumulators/proportion.hpp>

#include <gtest/gtest.h>

#include "state.hpp"

#include <cmath>
#include <cstdint>

namespace {

using crmetrics::count;
using crmetrics::frequency_weight;
using crmetrics::sampling_weight;
using crmetrics::weighted_count;

static_assert(crmetrics::counting_cell<count>);
static_assert(crmetrics::counting_cell<weighted_count>);
static_assert(sizeof(count) == 8);

TEST(count, adds_weights_and_merges) {
  count c;
  EXPECT_EQ(c, count{0});
  c.add();
  c.add({5});
  c.add({0});
  EXPECT_EQ(c.observations(), 6u);
  c.merge(count{4});
  EXPECT_EQ(c, count{10});
  EXPECT_EQ(c.sum(), 10);
  EXPECT_EQ(c.sum_of_squares(), 10);
}

TEST(count, of_twice_the_weight_is_twice_the_event) {
  count once;
  once.add({2});
  count twice;
  twice.add();
  twice.add();
  EXPECT_EQ(once, twice);
}

TEST(count, refuses_to_leave_63_bits_and_keeps_its_state) {
  count c{INT64_MAX - 1};
  EXPECT_THROW(c.add({2}), crmetrics::overflow);
  EXPECT_THROW(c.add({UINT64_MAX}), crmetrics::overflow);
  EXPECT_THROW(c.merge(count{2}), crmetrics::overflow);
  EXPECT_EQ(c, count{INT64_MAX - 1});
  c.add();
  EXPECT_EQ(c.observations(), static_cast<std::uint64_t>(INT64_MAX));
}

TEST(count, of_more_than_63_bits_has_no_result) {
  EXPECT_THROW(count(std::uint64_t{1} << 63), crmetrics::overflow);
  crmetrics::proportion full;
  full.update(true, frequency_weight{INT64_MAX});
  full.update(true);  // single events are counted unchecked
  EXPECT_THROW(full.result(), crmetrics::overflow);
  EXPECT_THROW(full.merge(full), crmetrics::overflow);
  count most(INT64_MAX);
  EXPECT_THROW(most.merge(count(1)), crmetrics::overflow);
  EXPECT_EQ(most, count(INT64_MAX));
}

TEST(count, works_at_compile_time) {
  constexpr count c = [] {
    count out;
    out.add({3});
    out.merge(count{4});
    return out;
  }();
  static_assert(c.observations() == 7);
  EXPECT_EQ(c, count{7});
}

TEST(weighted_count, keeps_the_sums_that_kish_needs) {
  weighted_count c;
  for (const double w : {0.5, 2.0, 4.0, 0.0}) c.add(sampling_weight{w});
  EXPECT_EQ(c.observations(), 4u);
  EXPECT_EQ(c.sum(), 6.5);
  EXPECT_EQ(c.sum_of_squares(), 20.25);

  weighted_count rest;
  rest.add();
  c.merge(rest);
  EXPECT_EQ(c.observations(), 5u);
  EXPECT_EQ(c.sum(), 7.5);
  EXPECT_EQ(c.sum_of_squares(), 21.25);
}

TEST(weighted_count, weights_must_be_numbers_that_are_not_negative) {
  EXPECT_THROW(sampling_weight{-0.1}, crmetrics::bad_input);
  EXPECT_THROW(sampling_weight{NAN}, crmetrics::bad_input);
  EXPECT_THROW(sampling_weight{INFINITY}, crmetrics::bad_input);
}

TEST(count, serializes_all_of_its_state) {
  count c{12345};
  EXPECT_EQ(crmetrics::test::made_of(count{}, [&](auto& out) { out(c); }), c);
  weighted_count w;
  w.add(sampling_weight{2.5});
  w.add(sampling_weight{0.5});
  EXPECT_EQ(crmetrics::test::made_of(weighted_count{}, [&](auto& out) { out(w); }), w);
  EXPECT_THROW(crmetrics::test::made_of(count{}, [](auto& out) { out.put(UINT64_MAX); }),
               crmetrics::bad_bytes);
}

}  // namespace
