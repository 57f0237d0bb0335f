#include <crmetrics/metrics/csat.hpp>
#include <crmetrics/metrics/csat_score.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace {

namespace crm = crmetrics;

template <class Score, class Scale = crm::rating_scale<1, 5>>
crm::estimate scored(std::vector<std::uint64_t> counts) {
  crm::basic_csat<Scale, Score> m;
  for (std::size_t i = 0; i != counts.size(); ++i) {
    m.update(Scale::low + static_cast<int>(i), {counts[i]});
  }
  return m.result();
}

// One set of ratings, very different figures: 10 of 1, 10 of 2, 20 of 3, 30 of 4, 30 of 5.
const std::vector<std::uint64_t> ratings{10, 10, 20, 30, 30};

TEST(csat, every_score_of_one_set_of_ratings) {
  EXPECT_EQ(scored<crm::top_box<2>>(ratings).exact(), (crm::exact_ratio{60, 100}));
  EXPECT_EQ(scored<crm::top_box<1>>(ratings).exact(), (crm::exact_ratio{30, 100}));
  EXPECT_DOUBLE_EQ(scored<crm::mean_rating>(ratings).value(), 3.6);
  EXPECT_DOUBLE_EQ(scored<crm::min_max>(ratings).value(), .65);
  EXPECT_DOUBLE_EQ(scored<crm::mean_over_max>(ratings).value(), .72);
  EXPECT_EQ((scored<crm::good_of_rated<4, 2>>(ratings).exact()), (crm::exact_ratio{60, 80}));
  EXPECT_EQ((scored<crm::net_satisfied<4, 2>>(ratings).exact()), (crm::exact_ratio{40, 100}));
}

TEST(csat, conventions_name_the_definition) {
  EXPECT_EQ(scored<crm::top_box<2>>(ratings).convention(), "share of 4-5, scale 1-5");
  EXPECT_EQ(scored<crm::top_box<1>>(ratings).convention(), "share of 5, scale 1-5");
  EXPECT_EQ(scored<crm::min_max>(ratings).convention(), "(mean - min) / (max - min), scale 1-5");
  EXPECT_EQ((scored<crm::good_of_rated<4, 2>>(ratings).convention()),
            "good (4+) / (good + bad (to 2)), scale 1-5");
}

TEST(csat, intervals_of_means_stay_on_the_scale_and_rescale_with_it) {
  // s^2 = (10 x 2.6^2 + 10 x 1.6^2 + 20 x .6^2 + 30 x .4^2 + 30 x 1.4^2) / 99 = 164 / 99;
  // t(.975, 99) = 1.984216952 (R: qt(.975, 99)).
  const double se = std::sqrt(164. / 99 / 100);
  const auto mean = scored<crm::mean_rating>(ratings);
  EXPECT_NEAR(*mean.standard_error(), se, 1e-12);
  EXPECT_NEAR(mean.interval()->low, 3.6 - 1.984216952 * se, 1e-8);
  const auto rescaled = scored<crm::min_max>(ratings);
  EXPECT_NEAR(*rescaled.standard_error(), se / 4, 1e-12);
  EXPECT_NEAR(rescaled.interval()->low, (mean.interval()->low - 1) / 4, 1e-12);
  const auto extreme = scored<crm::mean_rating>({1, 0, 0, 0, 1});
  EXPECT_EQ(extreme.interval()->low, 1);
  EXPECT_EQ(extreme.interval()->high, 5);
}

TEST(csat, neutral_ratings_leave_good_of_rated_and_are_shown) {
  const auto e = scored<crm::good_of_rated<4, 2>>(ratings);
  EXPECT_EQ(e.n(), 80u);
  EXPECT_EQ(e.excluded().total(), 20u);
  const auto only_neutral = scored<crm::good_of_rated<4, 2>>({0, 0, 5, 0, 0});
  EXPECT_EQ(only_neutral.status(), crm::status::undefined);
}

TEST(csat, usual_boxes) {
  static_assert(crm::usual_top_box(3) == 1 && crm::usual_top_box(5) == 2 &&
                crm::usual_top_box(7) == 2 && crm::usual_top_box(10) == 3);
}

TEST(csat, other_scales_and_bytes) {
  using ten = crm::rating_scale<1, 10>;
  EXPECT_EQ((scored<crm::top_box<3>, ten>({1, 0, 0, 0, 0, 0, 0, 1, 1, 1}).exact()),
            (crm::exact_ratio{3, 4}));
  std::vector<std::uint8_t> column;
  for (int i = 0; i != 1234; ++i) column.push_back(static_cast<std::uint8_t>(1 + i * i % 5));
  crm::csat bulk, loop;
  bulk.update_many(column);
  for (const auto x : column) loop.update(x);
  EXPECT_EQ(bulk, loop);
  column[77] = 0;
  EXPECT_THROW(bulk.update_many(column), crm::bad_input);
  EXPECT_EQ(bulk, loop);
  using with_negatives = crm::basic_csat<crm::rating_scale<-2, 2>, crm::top_box<2>>;
  with_negatives signed_scale;
  signed_scale.update_many(std::vector<std::int8_t>{-2, 2, 1});
  EXPECT_EQ(signed_scale.result().exact(), (crm::exact_ratio{2, 3}));
}

TEST(csat, unanswered_is_not_dissatisfied) {
  crm::csat m;
  m.update(5);
  m.update(std::nullopt);
  EXPECT_EQ(m.result().value(), 1);
  EXPECT_EQ(m.result().missing(), 1u);
  EXPECT_EQ(crm::csat{}.result().status(), crm::status::no_data);
}

TEST(csat, counts_serve_other_scores) {
  crm::csat m;
  m.update_many(std::vector<int>{5, 4, 3});
  const crm::basic_csat<crm::rating_scale<1, 5>, crm::mean_rating> mean(m.counts());
  EXPECT_DOUBLE_EQ(mean.result().value(), 4);
}

}  // namespace
