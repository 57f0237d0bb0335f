#include <crmetrics/intervals/net_score.hpp>
#include <crmetrics/intervals/wald.hpp>
#include <crmetrics/metrics/nps.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <optional>
#include <vector>

namespace {

namespace crm = crmetrics;

template <class M>
M counted(std::uint64_t detractors, std::uint64_t passives, std::uint64_t promoters) {
  M m;
  m.update(1, {detractors}), m.update(7, {passives}), m.update(9, {promoters});
  return m;
}

// Tests of the R package NPS 2.0.999 (brendan-r/NPS): NPS, variance of one answer, standard error.
TEST(nps, published_scores) {
  struct example {
    std::vector<int> scores;
    double nps, variance, se;
  };
  for (const example& e :
       {example{{0, 7, 7, 9, 9, 9}, 1. / 3, 5. / 9, .304290309725092},
        example{{1, 9}, 0, 1, .707106781186548}, example{{7, 9}, .5, .25, .353553390593274},
        example{{0, 7, 9}, 0, 2. / 3, .471404520791032}}) {
    crm::nps m;
    for (const int s : e.scores) m.update(s);
    const auto r = m.result();
    EXPECT_NEAR(r.value(), e.nps, 1e-15);
    EXPECT_NEAR(*r.standard_error(), e.se, 1e-12);
    EXPECT_NEAR(*r.standard_error() * *r.standard_error() * static_cast<double>(r.n()), e.variance,
                1e-12);
  }
}

// The same package run on counts; the unclipped upper end of (0, 0, 10) is 1.063426.
TEST(nps, published_intervals_by_three_methods) {
  using adjusted = crm::nps;
  using wald = crm::basic_nps<crm::scale_0_10, crm::wald>;
  using score = crm::basic_nps<crm::scale_0_10, crm::net_score>;
  const auto near = [](const crm::estimate& e, double low, double high) {
    EXPECT_NEAR(e.interval()->low, low, 5e-7);
    EXPECT_NEAR(e.interval()->high, high, 5e-7);
  };
  near(counted<adjusted>(20, 30, 50).result(), .140511, .442013);
  near(counted<wald>(20, 30, 50).result(), .146922, .453078);
  near(counted<score>(20, 30, 50).result(), .139551, .443393);
  near(counted<adjusted>(0, 0, 10).result(), .475036, 1);
  near(counted<wald>(0, 0, 10).result(), 1, 1);
  near(counted<score>(0, 0, 10).result(), .444934, 1);
  // 250 promoters and 75 detractors of 1,000: 14.14 to 20.86, not the 14.3 to 20.5 of a treatment
  // that takes the two shares as independent.
  near(counted<wald>(75, 675, 250).result(), .141372, .208628);
}

TEST(nps, cut_points_and_scale) {
  crm::nps m;
  for (int s = 0; s <= 10; ++s) m.update(s);
  EXPECT_EQ(m.detractors().observations(), 7u) << "0 to 6; 6 is a detractor";
  EXPECT_EQ(m.passives().observations(), 2u);
  EXPECT_EQ(m.promoters().observations(), 2u);
  crm::basic_nps<crm::scale_1_10> without_zero;
  EXPECT_THROW(without_zero.update(0), crm::bad_input);
  EXPECT_THROW(m.update(11), crm::bad_input);
  EXPECT_THROW(m.update(-1), crm::bad_input);
  EXPECT_THROW(m.update(7.5), crm::bad_input);
  EXPECT_THROW(m.update(std::numeric_limits<double>::infinity()), crm::bad_input);
  EXPECT_EQ(m.result().n(), 11u);
}

TEST(nps, missing_answers_are_left_out_counted_and_shown) {
  crm::nps m;
  m.update(9);
  m.update(std::nullopt);
  m.update(std::optional<int>{});
  m.update(std::nan(""));
  EXPECT_EQ(m.result().value(), 1);
  EXPECT_EQ(m.result().n(), 1u);
  EXPECT_EQ(m.result().missing(), 3u);

  crm::basic_nps<crm::scale_0_10, crm::adjusted_wald, crm::missing::as_passive> as_passive;
  as_passive.update(9);
  as_passive.update(std::nullopt);
  EXPECT_EQ(as_passive.result().exact(), (crm::exact_ratio{1, 2}));
  EXPECT_EQ(as_passive.result().missing(), 1u) << "still shown";

  crm::basic_nps<crm::scale_0_10, crm::adjusted_wald, crm::missing::reject> strict;
  EXPECT_THROW(strict.update(std::nullopt), crm::bad_input);
}

TEST(nps, invalid_answers_can_be_counted_instead) {
  crm::basic_nps<crm::scale_0_10, crm::adjusted_wald, crm::missing::skip, crm::invalid::count> m;
  m.update_many(std::vector<int>{9, 11, -3, 0});
  m.update_many(std::vector<std::uint8_t>{9, 200, 0});
  EXPECT_EQ(m.result().invalid(), 3u);
  EXPECT_EQ(m.result().n(), 4u);
}

TEST(nps, a_column_of_bytes_equals_the_loop_at_every_length) {
  std::vector<std::uint8_t> column;
  for (std::size_t n = 0; n < 5000; n += 1 + n / 7) {
    while (column.size() < n) column.push_back(static_cast<std::uint8_t>(column.size() * 7 % 11));
    crm::nps bulk, loop;
    bulk.update_many(column);
    for (const auto x : column) loop.update(x);
    EXPECT_EQ(bulk, loop) << n;
  }
}

TEST(nps, a_bad_byte_is_named_with_its_row_and_nothing_is_taken) {
  for (const std::size_t at : {0u, 15u, 16u, 99u, 998u}) {
    std::vector<std::uint8_t> column(999, 5);
    column[at] = at % 2 == 0 ? 11 : 255;
    crm::nps m;
    try {
      m.update_many(column, "score");
      FAIL();
    } catch (const crm::bad_input& e) {
      ASSERT_EQ(e.problems().total(), 1u);
      EXPECT_EQ(e.problems().begin()->row, at + 1);
      EXPECT_EQ(e.problems().begin()->field, "score");
    }
    EXPECT_EQ(m, crm::nps{});
  }
}

// Linearised: scores +1, 0, -1 with weights 2, 1, 0.5: NPS = 1.5/3.5;
// variance sum w^2 (x - NPS)^2 / (sum w)^2.
TEST(nps, sampling_weights) {
  crm::basic_nps<crm::scale_0_10, crm::adjusted_wald, crm::missing::skip, crm::invalid::reject,
                 crm::weighted_count>
      m;
  m.update(10, crm::sampling_weight{2});
  m.update(8);
  m.update(0, crm::sampling_weight{.5});
  const double nps = 1.5 / 3.5;
  const double spread = 4 * (1 - nps) * (1 - nps) + nps * nps + .25 * (1 + nps) * (1 + nps);
  const auto r = m.result();
  EXPECT_DOUBLE_EQ(r.value(), nps);
  EXPECT_DOUBLE_EQ(*r.standard_error(), std::sqrt(spread) / 3.5);
  EXPECT_DOUBLE_EQ(r.effective_n(), 3.5 * 3.5 / 5.25);
  EXPECT_EQ(r.n(), 3u);
}

}  // namespace
