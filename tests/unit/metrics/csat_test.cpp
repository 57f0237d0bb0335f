#include <crmetrics/intervals/wald.hpp>
#include <crmetrics/metrics/csat.hpp>
#include <crmetrics/metrics/csat_score.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace {

namespace crm = crmetrics;

using scale = crm::rating_scale<1, 5>;
template <class Score>
using scored = crm::basic_csat<scale, Score>;

// One set of ratings under every score; worked out by hand, with t(0.975; 5) = 2.570581835636314.
const std::vector<int> ratings{5, 4, 4, 3, 2, 1};

template <class Metric>
crm::estimate result(const std::vector<int>& of = ratings) {
  Metric metric;
  metric.update_many(of);
  return metric.result();
}
void expect_interval(const crm::estimate& e, double low, double high) {
  ASSERT_TRUE(e.interval().has_value());
  EXPECT_NEAR(e.interval()->low, low, 1e-12);
  EXPECT_NEAR(e.interval()->high, high, 1e-12);
}

TEST(csat, top_box_is_the_share_of_the_best_points) {
  const crm::estimate two = result<crm::csat>();
  EXPECT_EQ(two.value(), .5);
  EXPECT_EQ(two.exact(), (crm::exact_ratio{3, 6}));
  EXPECT_EQ(two.unit(), crm::unit::fraction);
  EXPECT_EQ(two.method(), "Wilson");
  EXPECT_NEAR(*two.standard_error(), std::sqrt(.25 / 6), 1e-15);
  expect_interval(two, .18761630648265054, .8123836935173494);

  const crm::estimate one = result<scored<crm::top_box<1>>>();
  EXPECT_EQ(one.value(), 1. / 6);
  expect_interval(one, .03005336974830669, .5635028221864702);
}

TEST(csat, mean_rating) {
  const crm::estimate e = result<scored<crm::mean_rating>>();
  EXPECT_EQ(e.value(), 19. / 6);
  EXPECT_EQ(e.exact(), (crm::exact_ratio{19, 6}));
  EXPECT_EQ(e.unit(), crm::unit::points);
  EXPECT_EQ(e.method(), "Student t");
  EXPECT_NEAR(*e.standard_error(), std::sqrt(13. / 36), 1e-15);
  expect_interval(e, 1.621939230639487, 4.711394102693846);
}

TEST(csat, min_max_and_mean_over_max) {
  const crm::estimate min_max = result<scored<crm::min_max>>();
  EXPECT_DOUBLE_EQ(min_max.value(), 13. / 24);
  EXPECT_EQ(min_max.unit(), crm::unit::fraction);
  EXPECT_NEAR(*min_max.standard_error(), std::sqrt(13. / 36) / 4, 1e-15);
  expect_interval(min_max, .621939230639487 / 4, 3.711394102693846 / 4);

  const crm::estimate over_max = result<scored<crm::mean_over_max>>();
  EXPECT_DOUBLE_EQ(over_max.value(), 19. / 30);
  EXPECT_EQ(over_max.unit(), crm::unit::fraction);
  expect_interval(over_max, 1.621939230639487 / 5, 4.711394102693846 / 5);
}

// The trap of mean over max: on a scale from 1 the worst is not 0.
TEST(csat, mean_over_max_never_reaches_0) {
  EXPECT_EQ((result<scored<crm::mean_over_max>>({1, 1, 1}).value()), .2);
  EXPECT_EQ((result<scored<crm::min_max>>({1, 1, 1}).value()), 0);
  EXPECT_EQ((result<scored<crm::min_max>>({5, 5}).value()), 1);
}

TEST(csat, good_of_rated_leaves_the_middle_out_and_shows_it) {
  using metric = scored<crm::good_of_rated<4, 2>>;
  const crm::estimate e = result<metric>();
  EXPECT_EQ(e.value(), .6);
  EXPECT_EQ(e.exact(), (crm::exact_ratio{3, 5}));
  EXPECT_EQ(e.n(), 5u);
  EXPECT_EQ(e.excluded().total(), 1u);
  EXPECT_EQ(e.excluded().begin()->cause.view(), "neither good nor bad");
  expect_interval(e, .23072428127601297, .8823792257673521);

  const crm::estimate only_middle = result<metric>({3, 3});
  EXPECT_EQ(only_middle.status(), crm::status::undefined) << "observed, but 0 / 0";
  EXPECT_EQ(only_middle.excluded().total(), 2u);
  EXPECT_EQ(metric{}.result().status(), crm::status::no_data);
}

TEST(csat, net_satisfied_is_one_sample) {
  const crm::estimate e = result<scored<crm::net_satisfied<4, 2>>>();
  EXPECT_DOUBLE_EQ(e.value(), 1. / 6);
  EXPECT_EQ(e.exact(), (crm::exact_ratio{1, 6}));
  EXPECT_EQ(e.unit(), crm::unit::net_fraction);
  EXPECT_EQ(e.method(), "adjusted Wald");
  EXPECT_NEAR(*e.standard_error(), .36641405439647, 1e-14);
  expect_interval(e, -.4393393618368226, .6615615840590447);
}

TEST(csat, another_score_from_the_same_counts) {
  crm::csat csat;
  csat.update_many(ratings);
  const scored<crm::mean_rating> mean(csat.counts());
  EXPECT_EQ(mean.result().value(), 19. / 6);
  EXPECT_EQ(csat.counts().at(4).observations(), 2u);
  EXPECT_EQ(csat.counts().between(2, 4).observations(), 4u);
}

// Common practice (Formbricks): 3 points top 1; 4 to 7 points top 2; 10 points top 3.
TEST(csat, usual_top_box_of_a_scale) {
  EXPECT_EQ(crm::usual_top_box(3), 1);
  for (int points : {4, 5, 6, 7}) EXPECT_EQ(crm::usual_top_box(points), 2);
  EXPECT_EQ(crm::usual_top_box(10), 3);
  using ten = crm::basic_csat<crm::rating_scale<1, 10>, crm::top_box<crm::usual_top_box(10)>>;
  EXPECT_EQ((result<ten>({8, 9, 10, 7}).value()), .75);
}

TEST(csat, statuses_and_missing) {
  crm::csat csat;
  EXPECT_EQ(csat.result().status(), crm::status::no_data);
  csat.update_many(std::vector<std::optional<int>>{std::nullopt, std::nullopt});
  EXPECT_EQ(csat.result().status(), crm::status::no_data);
  EXPECT_EQ(csat.result().missing(), 2u) << "an offered survey without an answer is no bad rating";
  csat.update(5);
  EXPECT_EQ(csat.result().value(), 1);
  EXPECT_EQ(csat.result().n(), 1u);

  scored<crm::mean_rating> one;
  one.update(4);
  EXPECT_EQ(one.result().value(), 4);
  EXPECT_FALSE(one.result().interval().has_value()) << "one rating says nothing about spread";
}

TEST(csat, ratings_off_the_scale) {
  crm::csat csat;
  try {
    csat.update_many(std::vector<std::optional<double>>{5, 0, std::nullopt, 4.5, 6}, "stars");
    FAIL() << "accepted";
  } catch (const crm::bad_input& e) {
    EXPECT_STREQ(e.what(),
                 "3 problems\n"
                 "  row 2: stars: value \"0\": not a whole point of the scale\n"
                 "  row 4: stars: value \"4.5\": not a whole point of the scale\n"
                 "  row 5: stars: value \"6\": not a whole point of the scale");
  }
  EXPECT_EQ(csat, crm::csat{});
  crm::basic_csat<scale, crm::top_box<2>, crm::wilson, crm::missing::skip, crm::invalid::count>
      counting;
  counting.update_many(std::vector<int>{5, 0, 6, 1});
  EXPECT_EQ(counting.result().invalid(), 2u);
  EXPECT_EQ(counting.result().value(), .5);
}

TEST(csat, another_interval_and_another_level) {
  crm::basic_csat<scale, crm::top_box<2>, crm::wald> csat;
  csat.update(5, crm::frequency_weight{280});
  csat.update(1, crm::frequency_weight{120});
  const auto wald = *csat.result(crm::confidence_level(.99)).interval();
  // .7 -+ 2.575829303548900 sqrt(.21 / 400)
  EXPECT_NEAR(wald.low, .7 - 2.5758293035489004 * std::sqrt(.21 / 400), 1e-15);
  EXPECT_NEAR(wald.high, .7 + 2.5758293035489004 * std::sqrt(.21 / 400), 1e-15);

  crm::csat wilson;  // 280 of 400: .6533628 .7428323 at 95 % (statsmodels' tests, base R)
  wilson.update(5, crm::frequency_weight{280});
  wilson.update(1, crm::frequency_weight{120});
  EXPECT_NEAR(wilson.result().interval()->low, .6533628, 5e-8);
  EXPECT_NEAR(wilson.result().interval()->high, .7428323, 5e-8);
}

// Ratings 5, 4, 3, 1 with weights 2, 1, 0.5, 1.5: share 3 / 5, Kish 25 / 7.5,
// SE^2 = (0.4^2 x 5 + 0.6^2 x 2.5) / 25; mean 17 / 5. Intervals by SciPy 1.17.
TEST(csat, sampling_weights) {
  const auto weigh = [](auto metric) {
    metric.update(5, crm::sampling_weight(2));
    metric.update(4, crm::sampling_weight(1));
    metric.update(3, crm::sampling_weight(.5));
    metric.update(1, crm::sampling_weight(1.5));
    return metric.result();
  };
  const crm::estimate share =
      weigh(crm::basic_csat<scale, crm::top_box<2>, crm::wilson, crm::missing::skip,
                            crm::invalid::reject, crm::weighted_count>{});
  EXPECT_NEAR(share.value(), .6, 1e-15);
  EXPECT_NEAR(share.effective_n(), 3.3333333333333335, 1e-14);
  EXPECT_NEAR(*share.standard_error(), .2607680962081059, 1e-15);
  expect_interval(share, .18401563926125258, .9089022672585123);

  const crm::estimate mean =
      weigh(crm::basic_csat<scale, crm::mean_rating, crm::wilson, crm::missing::skip,
                            crm::invalid::reject, crm::weighted_count>{});
  EXPECT_NEAR(mean.value(), 3.4, 1e-15);
  EXPECT_NEAR(*mean.standard_error(), 1.16128008188009, 1e-13);
  expect_interval(mean, 1, 5);  // -0.97 to 7.77, cut to the scale
}

TEST(csat, columns_of_bytes_equal_the_loop) {
  std::vector<std::uint8_t> column;
  for (int i = 0; i != 3000; ++i) column.push_back(static_cast<std::uint8_t>(1 + i * i % 5));
  crm::csat bulk;
  bulk.update_many(column);
  crm::csat loop;
  for (const auto rating : column) loop.update(rating);
  EXPECT_EQ(bulk, loop);
  column[1234] = 0;
  column[2345] = 200;
  EXPECT_THROW(bulk.update_many(column), crm::bad_input);
  EXPECT_EQ(bulk, loop);
}

TEST(csat, merges_and_keeps_its_definition) {
  crm::csat a;
  a.update_many(std::vector<int>{5, 4});
  crm::csat b;
  b.update_many(std::vector<int>{1});
  EXPECT_EQ((a + b).result().exact(), (crm::exact_ratio{2, 3}));
  EXPECT_EQ(a.result().convention(), "share of 4-5, scale 1-5");
}

}  // namespace
