#include <crmetrics/accumulators/exact_quantile.hpp>
#include <crmetrics/accumulators/mean.hpp>
#include <crmetrics/accumulators/proportion.hpp>
#include <crmetrics/accumulators/quantile.hpp>
#include <crmetrics/combinators/by.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/combinators/over.hpp>
#include <crmetrics/combinators/together.hpp>
#include <crmetrics/combinators/where.hpp>
#include <crmetrics/combinators/window.hpp>
#include <crmetrics/metrics/csat.hpp>
#include <crmetrics/metrics/error_rate.hpp>
#include <crmetrics/metrics/given.hpp>
#include <crmetrics/metrics/nps.hpp>
#include <crmetrics/metrics/share_within.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace {

namespace crm = crmetrics;

struct survey {
  int team = 0;
  std::optional<int> rating;
  std::optional<std::int64_t> at;
  bool fair = true;
};

TEST(together, one_pass_all_or_none) {
  auto m = crm::together(crm::on(&survey::rating, crm::csat{}),
                         crm::on(&survey::rating, crm::basic_csat<crm::rating_scale<1, 4>>{}));
  const auto before = m;
  EXPECT_THROW(m.update(survey{0, 5, 10}), crm::bad_input) << "5 is off the second scale";
  EXPECT_EQ(m, before) << "so the first has not taken it either";
  m.update(survey{1, 3, 30});
  const auto [five, four] = m.result();
  EXPECT_EQ(five.n(), 1u);
  EXPECT_EQ(four.n(), 1u);
}

TEST(together, an_event_goes_to_every_metric_of_its_type) {
  auto several = crm::together(crm::nps{}, crm::error_rate{}, crm::csat{});
  several.update(4);
  several.update(true);
  EXPECT_EQ(several.get<0>().result().n(), 1u);
  EXPECT_EQ(several.get<1>().result().n(), 1u);
  EXPECT_EQ(several.get<2>().result().n(), 1u);
  EXPECT_THROW(several.update(7), crm::bad_input) << "7 is an answer on 0-10, not on 1-5";
  EXPECT_EQ(several.get<0>().result().n(), 1u);
  several.update(std::nullopt);
  EXPECT_EQ(several.get<1>().result().missing(), 1u);
}

TEST(together, inside_of_groups_and_windows) {
  auto m =
      crm::by(&survey::team, crm::over(crm::calendar_days(), &survey::at,
                                       crm::together(crm::on(&survey::rating, crm::csat{}),
                                                     crm::on(&survey::fair, crm::proportion{}))));
  m.update_many(std::vector<survey>{
      {0, 5, 10}, {1, 2, 20}, {1, 3, 30}, {0, 4, 40}, {1, std::nullopt, 50, false}});
  EXPECT_EQ(std::get<1>(m.find(1)->result().rows[0].result).exact(), (crm::exact_ratio{2, 3}));
}

TEST(together, its_convention_is_that_of_all_its_metrics) {
  EXPECT_EQ(crm::together(crm::csat{}, crm::error_rate{}).convention().view(),
            "CSAT (share of 4-5, scale 1-5), error rate (errors / checked)");
  const auto within = [](int limit) {
    return crm::together(crm::nps{}, crm::nps{}, crm::share_within(crm::seconds{limit}));
  };
  const std::string long_text(within(30).convention().view());
  EXPECT_EQ(long_text.substr(0, long_text.size() - 16),
            "NPS, NPS, share within limit, definitions ");
  EXPECT_NE(within(30).convention().view(), within(60).convention().view());
  EXPECT_NE(crm::together(within(30), crm::csat{}).convention(),
            crm::together(within(60), crm::csat{}).convention())
      << "one that was cut in another";
}

// An event that one metric cannot take because of what it already holds reaches none of them.
template <class Metric, class Event>
void expect_all_or_none(Metric full, const Event& e) {
  const auto before = full;
  EXPECT_THROW(full.update(e), crm::overflow);
  EXPECT_EQ(full, before);
}
constexpr std::int64_t largest = INT64_MAX;

TEST(together, sums_that_overflow_leave_all_as_they_were) {
  auto m = crm::together(crm::mean{}, crm::integer_mean{});
  for (int i = 0; i != 4; ++i) m.update(largest);  // squares of 4 x 2^126 nearly
  expect_all_or_none(m, largest);
  EXPECT_EQ(std::get<0>(m.result()).n(), 4u);
}

struct visit {
  std::int64_t key = 0;
  std::int64_t value = 0;
  bool counts = true;
  std::optional<crm::instant> at = crm::instant{0};
};
const auto count = crm::on(&visit::value, crm::mean{});
const auto sum = crm::on(&visit::value, crm::integer_mean{});

template <class Metric>
Metric nearly_full(Metric metric) {
  for (int i = 0; i != 4; ++i) metric.update(visit{1, largest});
  metric.update(visit{2, 1});
  return metric;
}

TEST(together, overflow_in_combinators_leaves_all_as_they_were) {
  const visit last_straw{1, largest};
  expect_all_or_none(nearly_full(crm::together(count, crm::where(&visit::counts, sum))),
                     last_straw);
  expect_all_or_none(nearly_full(crm::together(count, crm::together(count, sum))), last_straw);
  const auto by_key = nearly_full(crm::together(count, crm::by(&visit::key, sum)));
  expect_all_or_none(by_key, last_straw);
  auto other_key = by_key;
  other_key.update(visit{2, largest});
  other_key.update(visit{3, largest});
  EXPECT_EQ(std::get<1>(other_key.result()).size(), 3u) << "the others are far from their limits";
  expect_all_or_none(
      nearly_full(crm::together(count, crm::over(crm::calendar_days(), &visit::at, sum))),
      last_straw);
  const auto ids = nearly_full(crm::together(count, crm::by(&visit::key, sum, crm::dense_ids(4))));
  expect_all_or_none(ids, last_straw);
}

TEST(together, counts_at_their_limit_leave_all_as_they_were) {
  auto figures = crm::together(crm::given{}, crm::given{});
  figures.update(crm::figure{1, UINT64_MAX});
  expect_all_or_none(figures, crm::figure{1, 1});

  const auto doubled = [](auto metric) {  // 2^63 - 1 observations
    auto all = metric.fresh();
    for (int i = 0; i != 63; ++i) {
      all.merge(metric);
      if (i != 62) metric.merge(metric);
    }
    return all;
  };
  auto quantiles =
      crm::together(crm::on(&visit::value, crm::mean{}), crm::on(&visit::value, crm::quantile{.5}));
  quantiles.update(visit{1, 7});
  expect_all_or_none(doubled(quantiles), visit{1, 7});
  auto exact = crm::together(crm::on(&visit::value, crm::mean{}),
                             crm::on(&visit::value, crm::exact_quantile{.5}));
  exact.update(visit{1, 7});
  expect_all_or_none(doubled(exact), visit{1, 7});
}

// The key of the second does not fit: the first must not have counted.
TEST(together, a_key_that_does_not_fit_leaves_all_as_they_were) {
  auto m = crm::together(count, crm::by<std::int8_t>(&visit::key, sum));
  m.update(visit{1, 1});
  const auto before = m;
  EXPECT_THROW(m.update(visit{300, 1}), crm::bad_input);
  EXPECT_EQ(m, before);
}

}  // namespace
