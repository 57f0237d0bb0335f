#include <crmetrics/intervals/direct_standardisation.hpp>

#include <gtest/gtest.h>

#include <vector>

namespace {

using crmetrics::binomial_sample;

// Kidney stones, small and large: Charig, Webb, Payne, Wickham 1986, BMJ 292, 879-882.
const std::vector<binomial_sample> stones_a{{81, 87}, {192, 263}};
const std::vector<binomial_sample> stones_b{{234, 270}, {55, 80}};
const std::vector<double> stones_mix{357, 343};

TEST(direct_standardisation, turns_simpsons_paradox_round) {
  const auto a = crmetrics::standardise(stones_a, stones_mix);
  const auto b = crmetrics::standardise(stones_b, stones_mix);
  EXPECT_NEAR(a.crude, .78, 1e-15);
  EXPECT_NEAR(b.crude, .8257142857142857, 1e-15);
  EXPECT_NEAR(a.value, .8325462173856037, 1e-15);
  EXPECT_NEAR(b.value, .778875, 1e-15);
  EXPECT_EQ(a.n, 350u);
  // sqrt(.51^2 x 81 x 6 / 87^3 + .49^2 x 192 x 71 / 263^3) = .0192843377408203 (Python).
  EXPECT_NEAR(*a.standard_error, .0192843377408203, 1e-15);
  EXPECT_NEAR(a.interval->low, .8325462173856037 - 1.959963984540054 * .0192843377408203, 1e-8);
}

TEST(direct_standardisation, at_its_own_mix_it_is_the_crude_share) {
  const std::vector<double> own{87, 263};
  const auto a = crmetrics::standardise(stones_a, own);
  EXPECT_NEAR(a.value, a.crude, 1e-15);
}

TEST(direct_standardisation, an_empty_stratum_is_not_left_out_in_silence) {
  const std::vector<binomial_sample> half{{81, 87}, {0, 0}};
  const auto h = crmetrics::standardise(half, stones_mix);
  EXPECT_EQ(h.status, crmetrics::status::undefined);
  EXPECT_EQ(h.empty_strata, 1u);
  EXPECT_FALSE(h.interval.has_value());
  const std::vector<binomial_sample> none{{0, 0}, {0, 0}};
  EXPECT_EQ(crmetrics::standardise(none, stones_mix).status, crmetrics::status::no_data);
  const std::vector<double> small_only{1, 0};
  EXPECT_EQ(crmetrics::standardise(half, small_only).status, crmetrics::status::ok);
}

TEST(direct_standardisation, strata_of_all_or_none_leave_no_error_to_go_by) {
  const std::vector<double> even{50, 50};
  const auto all = crmetrics::standardise(std::vector<binomial_sample>{{3, 3}, {2, 2}}, even);
  EXPECT_EQ(all.status, crmetrics::status::insufficient_data);
  EXPECT_EQ(all.value, 1);
  EXPECT_FALSE(all.standard_error || all.interval);
  const auto mixed = crmetrics::standardise(std::vector<binomial_sample>{{3, 3}, {0, 2}}, even);
  EXPECT_EQ(mixed.status, crmetrics::status::insufficient_data);
  EXPECT_EQ(mixed.value, .5);
  // One stratum with an error is enough; the sum is then too small, as the page says.
  EXPECT_EQ(crmetrics::standardise(std::vector<binomial_sample>{{3, 3}, {1, 2}}, even).status,
            crmetrics::status::ok);
}

TEST(direct_standardisation, what_cannot_be_is_refused) {
  const std::vector<double> one{1};
  const std::vector<double> negative{1, -1};
  const std::vector<double> zero{0, 0};
  EXPECT_THROW(crmetrics::standardise(stones_a, one), crmetrics::bad_input);
  EXPECT_THROW(crmetrics::standardise(stones_a, negative), crmetrics::bad_input);
  EXPECT_THROW(crmetrics::standardise(stones_a, zero), crmetrics::bad_input);
}

}  // namespace
