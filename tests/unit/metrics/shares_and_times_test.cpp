// error_rate, share_within, handle_time, given.

#include <crmetrics/metrics/error_rate.hpp>
#include <crmetrics/metrics/given.hpp>
#include <crmetrics/metrics/handle_time.hpp>
#include <crmetrics/metrics/share_within.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace {

namespace crm = crmetrics;

TEST(error_rate, lower_is_better_and_not_applicable_leaves_the_denominator) {
  crm::error_rate m;
  m.update(true);
  m.update(false);
  m.update(std::optional<bool>{});
  EXPECT_EQ(m.result().exact(), (crm::exact_ratio{1, 2}));
  EXPECT_EQ(m.result().direction(), crm::direction::lower_is_better);
  // 15 of 148: Newcombe 1998, Wilson .0624 .1605.
  crm::error_rate published;
  published.update(crm::successes_of{15, 148});
  EXPECT_NEAR(published.result().interval()->low, .0623864, 5e-8);
  EXPECT_NEAR(published.result().interval()->high, .1604872, 5e-8);
  EXPECT_THROW(published.update(crm::successes_of{3, 2}), crm::bad_input);
}

TEST(share_within, on_the_limit_is_met) {
  crm::share_within m(crm::hours{24});
  m.update(crm::hours{24});
  m.update(crm::microseconds{86'400'000'001});
  m.update(std::chrono::minutes(5));
  m.update(std::optional<double>{});
  const auto e = m.result();
  EXPECT_EQ(e.exact(), (crm::exact_ratio{2, 3}));
  EXPECT_EQ(e.missing(), 1u);
  EXPECT_EQ(e.convention(), "within 86400 s");
  EXPECT_EQ(crm::share_within(crm::milliseconds{500}).convention().view(), "within 500000 us");
}

TEST(share_within, unfinished_can_count_as_not_met) {
  crm::basic_share_within<crm::wilson, crm::missing::as_failure> m(crm::seconds{30});
  m.update(10);
  m.update(std::nullopt);
  m.update(std::nan(""));
  EXPECT_EQ(m.result().exact(), (crm::exact_ratio{1, 3}));
  EXPECT_EQ(m.result().missing(), 2u);
}

TEST(share_within, limits_are_settings) {
  crm::share_within a(crm::seconds{30});
  const crm::share_within b(crm::seconds{20});
  try {
    a.merge(b);
    FAIL();
  } catch (const crm::definition_mismatch& e) {
    const std::string text = e.what();
    EXPECT_NE(text.find("within 30 s"), std::string::npos);
    EXPECT_NE(text.find("within 20 s"), std::string::npos);
  }
  EXPECT_EQ(a.fresh().limit(), a.limit());
  EXPECT_THROW(crm::share_within(crm::seconds{-1}), crm::invalid_setting);
}

TEST(handle_time, exact_in_microseconds) {
  crm::handle_time m;
  m.update(300);
  m.update(240.5);
  m.update(crm::minutes{10});
  const auto e = m.result();
  EXPECT_EQ(e.exact(), (crm::exact_ratio{1'140'500'000, 3'000'000}));
  EXPECT_DOUBLE_EQ(e.value(), 1140.5 / 3);
  // s^2 of 300, 240.5, 600 is 37,130.0833...
  EXPECT_NEAR(*e.standard_error(), std::sqrt(37130.0833333333333 / 3), 1e-9);
  EXPECT_EQ(e.unit(), crm::unit::second);
}

TEST(handle_time, negative_and_infinite_spans_are_refused_missing_ones_counted) {
  crm::handle_time m;
  EXPECT_THROW(m.update(-1), crm::bad_input);
  EXPECT_THROW(m.update(crm::seconds{-1}), crm::bad_input);
  EXPECT_THROW(m.update(std::numeric_limits<double>::infinity()), crm::bad_input);
  EXPECT_EQ(m, crm::handle_time{});
  m.update(std::nullopt);
  m.update(std::nan(""));
  EXPECT_EQ(m.result().missing(), 2u);
  EXPECT_EQ(m.result().status(), crm::status::no_data);
  crm::basic_duration<crm::handled_time, crm::student_t, crm::missing::skip, crm::invalid::count> c;
  c.update_many(std::vector<double>{-1, 5, std::numeric_limits<double>::infinity()});
  EXPECT_EQ(c.result().invalid(), 2u);
  EXPECT_EQ(c.result().value(), 5);
}

TEST(given, one_figure_comes_out_as_it_went_in) {
  crm::given m;
  m.update(crm::figure{.value = 0.1 + 0.2, .n = 7, .standard_error = .05});
  const auto e = m.result();
  EXPECT_EQ(e.value(), 0.1 + 0.2);
  EXPECT_EQ(e.n(), 7u);
  EXPECT_NEAR(e.interval()->high, .3 + 1.959963984540054 * .05, 1e-12);
}

TEST(given, figures_are_pooled_by_their_n) {
  crm::given m;
  m.update(crm::figure{80, 10, 2.0});
  m.update(crm::figure{60, 30, 1.0});
  EXPECT_DOUBLE_EQ(m.result().value(), 65);
  EXPECT_DOUBLE_EQ(*m.result().standard_error(), std::sqrt(400. + 900) / 40);
  m.update(crm::figure{65, 1});
  EXPECT_FALSE(m.result().standard_error().has_value()) << "one of them is unknown";
}

TEST(given, bad_figures_are_refused_with_every_reason) {
  crm::given m;
  try {
    m.update(crm::figure{std::nan(""), 0, -1.0});
    FAIL();
  } catch (const crm::bad_input& e) {
    EXPECT_EQ(e.problems().total(), 3u);
  }
  EXPECT_EQ(m, crm::given{});
  EXPECT_EQ(m.result().status(), crm::status::no_data);
}

}  // namespace
