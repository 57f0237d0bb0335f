#include <crmetrics/metrics/share_within.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace {

namespace crm = crmetrics;

TEST(share_within, on_the_limit_is_met) {
  crm::share_within level(crm::seconds{20});
  level.update_many(std::vector<double>{19.999999, 20, 20.000001, 0, 500});
  EXPECT_EQ(level.result().exact(), (crm::exact_ratio{3, 5}));
  EXPECT_EQ(level.result().convention(), "within 20 s");
  EXPECT_EQ(level.result().direction(), crm::direction::higher_is_better);
  // Wilson for 3 of 5, by SciPy 1.17's normal quantile.
  EXPECT_NEAR(level.result().interval()->low, .23072428127601297, 1e-14);
  EXPECT_NEAR(level.result().interval()->high, .8823792257673521, 1e-14);
}

TEST(share_within, takes_seconds_spans_and_chrono) {
  crm::share_within within(crm::hours{24});
  within.update(crm::days{1});
  within.update(std::chrono::hours(25));
  within.update(86'400);
  within.update(std::optional(crm::minutes{5}));
  EXPECT_EQ(within.result().exact(), (crm::exact_ratio{3, 4}));
}

TEST(share_within, what_has_not_ended_is_missing_or_failed) {
  crm::share_within skip(crm::seconds{30});
  crm::basic_share_within<crm::wilson, crm::missing::as_failure> fail(crm::seconds{30});
  for (const std::optional<int> wait :
       {std::optional(10), std::optional(40), std::optional<int>()}) {
    skip.update(wait);
    fail.update(wait);
  }
  EXPECT_EQ(skip.result().exact(), (crm::exact_ratio{1, 2}));
  EXPECT_EQ(fail.result().exact(), (crm::exact_ratio{1, 3}));
  EXPECT_EQ(skip.result().missing(), 1u);
  EXPECT_EQ(fail.result().missing(), 1u);
  fail.update(std::nullopt, crm::frequency_weight{2});
  EXPECT_EQ(fail.result().exact(), (crm::exact_ratio{1, 5}));
  const std::chrono::duration<double> unknown(std::numeric_limits<double>::quiet_NaN());
  skip.update(unknown);
  fail.update(unknown);
  fail.update(std::optional(unknown));
  EXPECT_EQ(skip.result().missing(), 2u);
  EXPECT_EQ(fail.result().exact(), (crm::exact_ratio{1, 7}));
}

TEST(share_within, two_limits_do_not_merge_and_the_message_shows_both) {
  crm::share_within a(crm::seconds{30});
  const crm::share_within b(crm::milliseconds{30'500});
  try {
    a.merge(b);
    FAIL() << "merged";
  } catch (const crm::definition_mismatch& e) {
    EXPECT_STREQ(e.what(),
                 "share within limit: two definitions do not merge: \"within 30 s\" and "
                 "\"within 30500000 us\"");
  }
  EXPECT_EQ(a.fresh().limit(), (crm::time_span{30'000'000}));
}

TEST(share_within, refuses_what_cannot_be) {
  EXPECT_THROW(crm::share_within(crm::seconds{-1}), crm::invalid_setting);
  crm::share_within within(crm::seconds{0});
  within.update(0);
  EXPECT_EQ(within.result().value(), 1);
  const auto before = within;
  EXPECT_THROW(within.update(-1), crm::bad_input);
  EXPECT_EQ(within, before);

  crm::basic_share_within<crm::wilson, crm::missing::skip, crm::invalid::count> counting(
      crm::seconds{30});
  counting.update(-1);
  EXPECT_EQ(counting.result().invalid(), 1u);
  EXPECT_EQ(counting.result().status(), crm::status::no_data);
}

}  // namespace
