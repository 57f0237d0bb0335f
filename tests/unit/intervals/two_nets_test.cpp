#include <crmetrics/intervals/two_nets.hpp>

#include <gtest/gtest.h>

namespace {

using crmetrics::adjusted_wald;
using crmetrics::compare;
using crmetrics::difference;
using crmetrics::net_sample;
using crmetrics::status;
using crmetrics::wald;

// Runs of the R package NPS 2.0.999 (brendan-r/NPS), nps.test with two samples.
TEST(two_nets, published_examples) {
  const difference d = compare(net_sample{20, 30, 50}, net_sample{30, 30, 40}, wald{});
  EXPECT_NEAR(d.value(), .2, 1e-15);
  EXPECT_NEAR(*d.standard_error(), .114018, 5.1e-7);
  EXPECT_NEAR(*d.p_value(), .079411, 5.1e-7);
  EXPECT_NEAR(d.interval()->low, -.023470, 5.1e-7);

  const difference adjusted =
      compare(net_sample{20, 30, 50}, net_sample{30, 30, 40}, adjusted_wald{});
  const double centre = (adjusted.interval()->low + adjusted.interval()->high) / 2;
  EXPECT_NEAR(centre, .194175, 5.1e-7);
  EXPECT_NEAR(*adjusted.p_value(), .083216, 5.1e-7);
  // What was observed stays what is reported.
  EXPECT_EQ(adjusted.value(), d.value());
  EXPECT_EQ(*adjusted.standard_error(), *d.standard_error());

  const difference large = compare(net_sample{150, 250, 600}, net_sample{170, 260, 570}, wald{});
  EXPECT_NEAR(large.value(), .05, 1e-15);
  EXPECT_NEAR(*large.standard_error(), .033578, 5.1e-7);
  EXPECT_NEAR(*large.p_value(), .136472, 5.1e-7);
}

TEST(two_nets, keep_the_sign) {
  const net_sample a{10, 15, 11}, b{6, 4, 14};
  const auto check = [&](auto method) {
    const difference d = compare(a, b, method);
    const difference e = compare(b, a, method);
    EXPECT_LT(d.value(), 0);
    EXPECT_EQ(d.value(), -e.value());
    EXPECT_EQ(d.interval()->low, -e.interval()->high);
    EXPECT_EQ(d.interval()->high, -e.interval()->low);
  };
  check(wald{});
  check(adjusted_wald{});
}

TEST(two_nets, without_variation) {
  const difference d = compare(net_sample{0, 0, 10}, net_sample{0, 0, 12}, wald{});
  EXPECT_EQ(d.interval()->width(), 0);
  EXPECT_FALSE(d.p_value());
  const difference adjusted = compare(net_sample{0, 0, 10}, net_sample{0, 0, 12}, adjusted_wald{});
  EXPECT_GT(adjusted.interval()->width(), 0.5);
  EXPECT_GT(*adjusted.p_value(), 0.5);
}

TEST(two_nets, clip_to_the_range_of_a_difference) {
  const crmetrics::confidence_level level{0.9999};
  const difference d = compare(net_sample{0, 0, 5}, net_sample{5, 0, 0}, adjusted_wald{}, level);
  EXPECT_EQ(d.interval()->high, 2);
  EXPECT_LT(d.interval()->low, d.value());
}

TEST(two_nets, of_nothing_have_no_value) {
  const difference d = compare(net_sample{}, net_sample{1, 2, 3}, adjusted_wald{});
  EXPECT_EQ(d.status(), status::no_data);
  EXPECT_FALSE(d.interval());
  EXPECT_THROW(compare(net_sample{-1, 2, 3}, net_sample{1, 2, 3}, wald{}), crmetrics::bad_input);
}

}  // namespace
