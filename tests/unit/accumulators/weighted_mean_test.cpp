#include <crmetrics/accumulators/mean.hpp>
#include <crmetrics/accumulators/weighted_mean.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <optional>
#include <vector>

namespace {

namespace crm = crmetrics;

TEST(weighted_mean, by_hand) {
  // x = 1, 2, 6 with w = 2, 1, 1: m = 10/4; sum w^2 (x - m)^2 = 4 x 2.25 + 0.25 + 12.25 = 21.5;
  // k = 16/6; SE = sqrt(21.5 x k / (k - 1)) / 4 with k / (k - 1) = 16/10.
  crm::weighted_mean m;
  m.update(1, crm::sampling_weight{2});
  m.update(2.0);
  m.update(std::optional<int>{6});
  const crm::estimate e = m.result();
  EXPECT_DOUBLE_EQ(e.value(), 2.5);
  EXPECT_DOUBLE_EQ(e.effective_n(), 16. / 6);
  EXPECT_DOUBLE_EQ(*e.standard_error(), std::sqrt(21.5 * 1.6) / 4);
  EXPECT_EQ(e.n(), 3u);
}

TEST(weighted_mean, equal_weights_give_the_mean) {
  crm::weighted_mean weighted;
  crm::mean plain;
  for (const double x : {3.5, -2.0, 8.25, 4.0, 4.0, 1e6}) {
    weighted.update(x, crm::sampling_weight{0.25});
    plain.update(x);
  }
  EXPECT_NEAR(weighted.result().value(), plain.result().value(), 1e-9);
  EXPECT_NEAR(*weighted.result().standard_error(), *plain.result().standard_error(), 1e-8);
  EXPECT_NEAR(weighted.result().interval()->low, plain.result().interval()->low, 1e-6);
}

TEST(weighted_mean, merges_like_one_pass_and_does_not_cancel) {
  std::vector<std::pair<double, double>> data;
  for (int i = 0; i != 101; ++i) data.push_back({1e9 + std::sin(i), 0.5 + i % 7});
  crm::weighted_mean all, left, right;
  long double w = 0, wx = 0;
  for (std::size_t i = 0; i != data.size(); ++i) {
    const crm::sampling_weight weight{data[i].second};
    all.update(data[i].first, weight);
    (i < 13 ? left : right).update(data[i].first, weight);
    w += data[i].second;
    wx += static_cast<long double>(data[i].second) * data[i].first;
  }
  left.merge(right);
  const long double m = wx / w;
  long double spread = 0, w2 = 0;
  for (const auto& [x, weight] : data) {
    spread += static_cast<long double>(weight) * weight * (x - m) * (x - m);
    w2 += static_cast<long double>(weight) * weight;
  }
  const long double k = w * w / w2;
  const auto se = static_cast<double>(std::sqrt(spread * k / (k - 1)) / w);
  for (const auto* each : {&all, &left}) {
    EXPECT_NEAR(each->result().value(), static_cast<double>(m), 1e-6);
    EXPECT_NEAR(*each->result().standard_error(), se, se * 1e-7);
  }
}

TEST(weighted_mean, the_largest_values_have_a_mean_and_no_interval) {
  crm::weighted_mean all;
  crm::weighted_mean half;
  for (const double x : {1.7e308, -1.7e308, 1.7e308, 1.6e308}) {
    all.update(x, crm::sampling_weight{1e90});
    half.update(x, crm::sampling_weight{1e90});
  }
  half.merge(all);
  EXPECT_EQ(half, half);
  EXPECT_NEAR(half.result().value() / 8.25e307, 1, 1e-12);
  EXPECT_FALSE(half.result().interval());
}

TEST(weighted_mean, of_more_than_63_bits_is_refused) {
  crm::weighted_mean m;
  m.update(1);
  for (int i = 0; i != 62; ++i) m.merge(m);
  const crm::weighted_mean before = m;
  EXPECT_THROW(m.merge(m), crm::overflow);
  EXPECT_EQ(m, before);
}

TEST(weighted_mean, identity_missing_invalid_and_zero_weights) {
  crm::weighted_mean m;
  EXPECT_EQ(m.result().status(), crm::status::no_data);
  m.update(std::nullopt);
  m.update(std::numeric_limits<double>::quiet_NaN());
  EXPECT_EQ(m.result().missing(), 2u);
  EXPECT_THROW(m.update(std::numeric_limits<double>::infinity()), crm::bad_input);
  EXPECT_THROW(crm::sampling_weight{-1}, crm::bad_input);

  crm::weighted_mean some;
  some.update(3, crm::sampling_weight{2});
  EXPECT_EQ(some + crm::weighted_mean{}, some);
  EXPECT_EQ(crm::weighted_mean{} + some, some);

  crm::weighted_mean nothing;
  nothing.update(5, crm::sampling_weight{0});
  EXPECT_EQ(nothing.result().status(), crm::status::undefined);
  EXPECT_EQ((nothing + some).result().value(), 3);
}

}  // namespace
