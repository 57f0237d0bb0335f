#include <crmetrics/accumulators/mean.hpp>
#include <crmetrics/accumulators/ordinal.hpp>

#include <gtest/gtest.h>

#include "state.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

namespace {

using crmetrics::rating_scale;
using crmetrics::status;
using stars = crmetrics::ordinal<rating_scale<1, 5>>;
using nps_scale = crmetrics::ordinal<rating_scale<0, 10>>;

static_assert(crmetrics::metric<stars, int>);
static_assert(crmetrics::metric<stars, std::optional<double>>);
static_assert(!crmetrics::observes<stars, bool>);

/// A generator for tests: the same numbers everywhere.
class generator {
 public:
  std::uint32_t next() {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<std::uint32_t>(state_ >> 33);
  }

 private:
  std::uint64_t state_ = 42;
};

TEST(ordinal, mean_of_known_counts) {
  // 1 to 5 with counts 1 to 5: sum 55, sum of squares 225, n 15, variance (225 - 55^2/15) / 14.
  stars s;
  for (int k = 1; k <= 5; ++k) s.update(k, {static_cast<std::uint64_t>(k)});
  const crmetrics::estimate e = s.result();
  EXPECT_EQ(e.value(), 55.0 / 15);
  EXPECT_EQ(e.exact(), (crmetrics::exact_ratio{55, 15}));
  EXPECT_NEAR(*e.standard_error(), std::sqrt((225 - 55.0 * 55 / 15) / 14 / 15), 1e-15);
  // t quantile at 14 degrees of freedom, any table: 2.144786687917804.
  EXPECT_NEAR(e.interval()->high, 55.0 / 15 + 2.144786687917804 * *e.standard_error(), 1e-13);
  EXPECT_EQ(e.n(), 15u);
  EXPECT_EQ(e.convention(), "scale 1-5");
  EXPECT_EQ(s.at(4).observations(), 4u);
  EXPECT_EQ(s.between(4, 5).observations(), 9u);
}

TEST(ordinal, has_no_cell_off_the_scale) {
  EXPECT_EQ(stars{}.at(5).observations(), 0u);
  EXPECT_THROW((void)stars{}.at(0), crmetrics::bad_input);
  EXPECT_THROW((void)stars{}.at(6), crmetrics::bad_input);
}

TEST(ordinal, mean_and_spread_are_those_of_the_numbers) {
  generator g;
  nps_scale s;
  crmetrics::integer_mean m;
  for (int i = 0; i != 1000; ++i) {
    const int rating = static_cast<int>(g.next() % 11);
    s.update(rating);
    m.update(rating);
  }
  EXPECT_EQ(s.result().value(), m.result().value());
  EXPECT_NEAR(*s.result().standard_error(), *m.result().standard_error(), 1e-15);
  EXPECT_NEAR(s.result().interval()->low, m.result().interval()->low, 1e-13);
}

TEST(ordinal, edge_cases) {
  EXPECT_EQ(stars{}.result().status(), status::no_data);
  stars one;
  one.update(3);
  EXPECT_EQ(one.result().value(), 3);
  EXPECT_FALSE(one.result().standard_error().has_value());
  EXPECT_FALSE(one.result().interval().has_value());
  stars same;
  same.update(5, {100});
  EXPECT_EQ(*same.result().standard_error(), 0);
  EXPECT_EQ(*same.result().interval(), (crmetrics::interval{5, 5}));
  stars clipped;  // the t interval would end at 6.7
  clipped.update(5, {2});
  clipped.update(2);
  EXPECT_EQ(clipped.result().interval()->high, 5);
}

TEST(ordinal, takes_whole_numbers_of_any_type) {
  stars s;
  s.update(1);
  s.update(std::uint8_t{2});
  s.update(3.0F);
  s.update(4.0);
  s.update(std::optional<long long>(5));
  for (int k = 1; k <= 5; ++k) EXPECT_EQ(s.at(k).observations(), 1u) << k;
  s.update(std::nullopt);
  s.update(std::optional<double>());
  s.update(std::nan(""));
  EXPECT_EQ(s.missing(), 3u);
}

TEST(ordinal, what_is_off_the_scale_is_refused) {
  stars s;
  s.update(4);
  const stars before = s;
  EXPECT_THROW(s.update(0), crmetrics::bad_input);
  EXPECT_THROW(s.update(6), crmetrics::bad_input);
  EXPECT_THROW(s.update(3.5), crmetrics::bad_input);
  EXPECT_THROW(s.update(INFINITY), crmetrics::bad_input);
  EXPECT_THROW(s.update(-1e300), crmetrics::bad_input);
  EXPECT_THROW(s.update(UINT64_MAX), crmetrics::bad_input);
  EXPECT_THROW(s.update(INT64_MIN), crmetrics::bad_input);
  EXPECT_EQ(s, before);
}

TEST(ordinal, update_many_names_all_bad_rows_and_takes_nothing) {
  stars s;
  s.update(4);
  const stars before = s;
  const auto expect_refused = [&](const auto& column) {
    try {
      s.update_many(column, "rating");
      FAIL() << "nothing was thrown";
    } catch (const crmetrics::bad_input& e) {
      ASSERT_EQ(e.problems().total(), 2u);
      const crmetrics::problem* problems = e.problems().begin();
      EXPECT_EQ(problems[0].row, 2u);
      EXPECT_EQ(problems[0].field, "rating");
      EXPECT_EQ(problems[0].value, "9");
      EXPECT_EQ(problems[1].row, 4u);
      EXPECT_EQ(problems[1].value, "0");
    }
    EXPECT_EQ(s, before);
  };
  expect_refused(std::vector<int>{5, 9, 3, 0, 1});
  expect_refused(std::vector<std::uint8_t>{5, 9, 3, 0, 1});
  expect_refused(std::vector<std::int8_t>{5, 9, 3, 0, 1});

  crmetrics::ordinal<rating_scale<1, 5>, crmetrics::missing::skip, crmetrics::invalid::count>
      counting;
  counting.update_many(std::vector<std::uint8_t>{5, 9, 3, 0, 1});
  EXPECT_EQ(counting.invalid(), 2u);
  EXPECT_EQ(counting.result().n(), 3u);
}

// The kernel reads 16 bytes at a time and empties its lanes every 127 steps.
TEST(ordinal, byte_columns_of_any_length_equal_the_loop) {
  generator g;
  for (const std::size_t n : {0u, 1u, 15u, 16u, 17u, 31u, 2031u, 2032u, 2033u, 4064u, 10007u}) {
    std::vector<std::uint8_t> bytes(n);
    for (std::uint8_t& b : bytes) b = static_cast<std::uint8_t>(1 + g.next() % 5);
    stars bulk;
    bulk.update_many(bytes);
    stars loop;
    for (const std::uint8_t b : bytes) loop.update(b);
    EXPECT_EQ(bulk, loop) << n;
  }
  const std::vector<std::uint8_t> all_five(100'000, 5);
  stars s;
  s.update_many(all_five);
  EXPECT_EQ(s.at(5).observations(), 100'000u);
}

TEST(ordinal, columns_of_wider_numbers_equal_the_loop) {
  generator g;
  const auto equal = [&]<class T>(T) {
    std::vector<T> column(10'007);
    for (T& x : column) {
      x = static_cast<T>(1 + g.next() % 5);
      if constexpr (std::is_floating_point_v<T>) {
        if (g.next() % 9 == 0) x = std::numeric_limits<T>::quiet_NaN();
      }
    }
    stars bulk;
    bulk.update_many(column);
    stars loop;
    for (const T x : column) loop.update(x);
    EXPECT_EQ(bulk, loop);
    column[5'000] = static_cast<T>(6);
    EXPECT_THROW(bulk.update_many(column), crmetrics::bad_input);
    EXPECT_EQ(bulk, loop);
  };
  equal(std::int16_t{}), equal(std::int32_t{}), equal(std::uint32_t{}), equal(std::int64_t{});
  equal(float{}), equal(double{});
}

TEST(ordinal, a_bad_byte_is_found_wherever_it_stands) {
  for (const std::size_t at : {0u, 1u, 15u, 16u, 2031u, 2032u, 2047u, 2049u}) {
    for (const unsigned bad : {0u, 6u, 127u, 128u, 133u, 255u}) {
      std::vector<std::uint8_t> bytes(2050, 3);
      bytes[at] = static_cast<std::uint8_t>(bad);
      stars s;
      try {
        s.update_many(bytes);
        FAIL() << at << " " << bad;
      } catch (const crmetrics::bad_input& e) {
        EXPECT_EQ(e.problems().total(), 1u);
        EXPECT_EQ(e.problems().begin()->row, at + 1);
        EXPECT_EQ(e.problems().begin()->value, std::to_string(bad));
      }
      EXPECT_EQ(s, stars{});
    }
  }
}

TEST(ordinal, merges_to_the_same_state_as_one_pass) {
  generator g;
  std::vector<std::optional<int>> ratings;
  for (int i = 0; i != 300; ++i) {
    ratings.push_back(g.next() % 9 == 0 ? std::nullopt
                                        : std::optional<int>(static_cast<int>(g.next() % 5) + 1));
  }
  stars whole;
  whole.update_many(ratings);
  for (const std::size_t cut : {0u, 1u, 77u, 300u}) {
    stars a;
    stars b;
    for (std::size_t i = 0; i != ratings.size(); ++i) (i < cut ? a : b).update(ratings[i]);
    EXPECT_EQ(b.merge(a), whole);
  }
  EXPECT_EQ(crmetrics::test::read_back(whole), whole);
  EXPECT_EQ(stars{}.merge(whole), whole);
  EXPECT_EQ(stars(whole).merge(whole.fresh()), whole);
}

TEST(ordinal, weight_two_is_observed_twice) {
  stars once;
  once.update(4, {2});
  once.update(std::nullopt, {2});
  stars twice;
  twice.update_many(std::vector<std::optional<int>>{4, std::nullopt, 4, std::nullopt});
  EXPECT_EQ(once, twice);
}

TEST(ordinal, overflow_leaves_the_state_as_it_was) {
  stars s;
  s.update(1);
  s.update(5, {INT64_MAX});
  const stars before = s;
  EXPECT_THROW(s.update(5, {2}), crmetrics::overflow);
  EXPECT_THROW(s.merge(before), crmetrics::overflow);
  EXPECT_THROW(s.update_many(std::vector<std::uint8_t>{1, 5}), crmetrics::overflow);
  EXPECT_EQ(s, before);
  EXPECT_THROW(static_cast<void>(s.result()), crmetrics::overflow);
}

TEST(ordinal, sampling_weights_against_the_definition) {
  crmetrics::ordinal<rating_scale<1, 5>, crmetrics::missing::skip, crmetrics::invalid::reject,
                     crmetrics::weighted_count>
      s;
  const std::vector<std::pair<int, double>> answers{{5, 1.5}, {3, 0.5}, {1, 2}, {4, 3}, {5, 0.25}};
  double total = 0, sum = 0, squares = 0;
  for (const auto& [rating, w] : answers) {
    s.update(rating, crmetrics::sampling_weight{w});
    total += w;
    sum += w * rating;
    squares += w * w;
  }
  const double mean = sum / total;
  const double n = total * total / squares;
  double spread = 0;
  for (const auto& [rating, w] : answers) spread += w * w * (rating - mean) * (rating - mean);
  const crmetrics::estimate e = s.result();
  EXPECT_NEAR(e.value(), mean, 1e-14);
  EXPECT_NEAR(e.effective_n(), n, 1e-14);
  EXPECT_NEAR(*e.standard_error(), std::sqrt(spread / (total * total) * n / (n - 1)), 1e-14);
}

}  // namespace
