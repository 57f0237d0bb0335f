#include <crmetrics/combinators/by.hpp>
#include <crmetrics/derive/purchase_fact.hpp>
#include <crmetrics/derive/purchases.hpp>
#include <crmetrics/io/state_bytes.hpp>
#include <crmetrics/metrics/historical_clv.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace crm = crmetrics;
constexpr std::int64_t day = 86'400'000'000;

struct order {
  int customer;
  std::int64_t day_number;
  std::int64_t amount;
  std::string region;

  crm::instant at() const { return {day_number * day}; }
};
const crm::purchase_fields fields{
    .customer = &order::customer, .at = &order::at, .amount = &order::amount};

// 1: 100 + 50 - 30 = 120; 2: 200; 3: 40 + 40 = 80.
const std::vector<order> orders{{1, 0, 100, "n"},  {3, 20, 40, "s"}, {1, 365, 50, "n"},
                                {2, 10, 200, "s"}, {3, 20, 40, "s"}, {1, 400, -30, "n"}};

TEST(historical_clv, mean_of_what_customers_brought) {
  crm::historical_clv value;
  value.update_many(crm::read_purchases(orders, fields));
  const crm::estimate e = value.result();
  EXPECT_EQ(e.exact(), (crm::exact_ratio{400, 3}));
  // deviations -40/3, 200/3, -160/3: sum of squares 67200/9, s^2 = 33600/9, SE^2 = 11200/9
  EXPECT_NEAR(*e.standard_error(), std::sqrt(11'200. / 9), 1e-12);
  EXPECT_EQ(e.unit(), crm::unit::money);
  EXPECT_EQ(e.convention(), "sum of purchases");
}

TEST(historical_clv, customers_of_an_equal_age) {
  const auto history =
      crm::read_purchases(orders, fields, {.observed_until = crm::instant{378 * day}});
  crm::historical_clv year(crm::days{365});
  year.update_many(history);
  const crm::estimate e = year.result();
  EXPECT_EQ(e.exact(), (crm::exact_ratio{300, 2})) << "day 365 is outside the first 365 days";
  EXPECT_EQ(e.pending(), 1u) << "3 was observed for 358 days";
  EXPECT_EQ(e.convention(), "sum of purchases of the first 365 d");
  EXPECT_THROW(year.update_many(crm::read_purchases(orders, fields)), crm::bad_input)
      << "nobody knows how long they were observed";
  crm::historical_clv longer(crm::days{366});
  EXPECT_THROW(year.merge(longer), crm::definition_mismatch);
  EXPECT_THROW(crm::historical_clv(crm::days{0}), crm::invalid_setting);
}

TEST(historical_clv, discounted_to_the_first_purchase) {
  crm::basic_historical_clv<crm::discounted> value({crm::discount_rate::annual(.1)});
  value.update_many(crm::read_purchases(orders, fields));
  const double one = 100 + 50 * std::pow(1.1, -365 / 365.25) - 30 * std::pow(1.1, -400 / 365.25);
  EXPECT_NEAR(value.result().value(), (one + 200 + 80) / 3, 1e-10);
  EXPECT_EQ(value.result().convention(), "sum of purchases, 10 % a year from the first purchase");
  EXPECT_EQ(decltype(value)::exactness, crm::merge_exactness::up_to_rounding);
}

TEST(historical_clv, by_segment_merged_and_back_from_bytes) {
  const auto history =
      crm::read_purchases(orders, crm::purchase_fields{.customer = &order::customer,
                                                       .at = &order::at,
                                                       .amount = &order::amount,
                                                       .segment = &order::region});
  using fact = decltype(history)::value_type;
  auto by_region = crm::by(&fact::segment, crm::historical_clv{});
  by_region.update_many(history);
  const auto result = by_region.result();
  ASSERT_EQ(result.size(), 2u);
  EXPECT_EQ(result.rows[1].result.exact(), (crm::exact_ratio{280, 2}));

  crm::historical_clv whole;
  whole.update_many(history);
  crm::historical_clv a;
  crm::historical_clv b;
  for (std::size_t i = 0; i != history.size(); ++i) (i == 1 ? a : b).update(history[i]);
  EXPECT_EQ(a + b, whole);
  EXPECT_EQ(crm::from_bytes(crm::historical_clv{}, crm::to_bytes(whole)), whole);
}

TEST(historical_clv, facts_that_cannot_be) {
  crm::historical_clv value;
  EXPECT_EQ(value.result().status(), crm::status::no_data);
  EXPECT_THROW(value.update(crm::customer_purchases{}), crm::bad_input);
  const std::vector<crm::purchase> back{{{5}, 1}, {{4}, 1}};
  EXPECT_THROW(value.update(crm::customer_purchases{back, {}}), crm::bad_input);
  const std::vector<crm::purchase> much{{{5}, INT64_MAX}, {{6}, 1}};
  EXPECT_THROW(value.update(crm::customer_purchases{much, {}}), crm::overflow);
  EXPECT_EQ(value, crm::historical_clv{});
}

// 2357 customers, 6919 rows, 244091.94 dollars in all: Fader and Hardie's CDNOW sample.
TEST(historical_clv, cdnow_sample) {
  const auto path = std::filesystem::path(CRMETRICS_SHARED_DATA) / "clv" / "CDNOW_sample.txt";
  if (!std::filesystem::exists(path)) {
    GTEST_SKIP() << "no " << path << ": set CRMETRICS_SHARED_DATA to the folder that has it";
  }
  std::ifstream in(path);
  std::vector<order> rows;
  int master = 0;
  int id = 0;
  std::int64_t date = 0;
  int discs = 0;
  double dollars = 0;
  while (in >> master >> id >> date >> discs >> dollars) {
    // An order of days is enough here.
    rows.push_back({id, date, std::llround(dollars * 100), ""});
  }
  ASSERT_EQ(rows.size(), 6'919u);
  crm::historical_clv value;
  value.update_many(crm::read_purchases(rows, fields));
  EXPECT_EQ(value.result().exact(), (crm::exact_ratio{24'409'194, 2'357}));
}

// With -fsanitize=undefined: the first purchase lies 2^64 us before the last.
TEST(historical_clv, purchases_at_both_ends_of_time) {
  const std::vector<crm::purchase> far{{crm::instant{INT64_MIN}, 100},
                                       {crm::instant{INT64_MAX}, 100}};
  crm::basic_historical_clv<crm::discounted> value({crm::discount_rate::annual(.1)});
  value.update(crm::customer_purchases{far, {}});
  EXPECT_NEAR(value.result().value(), 100, 1e-9);
}

TEST(historical_clv, refunds_bring_a_sum_back_into_64_bits) {
  std::vector<crm::purchase> all{{crm::instant{1}, INT64_MAX}, {crm::instant{2}, 10}};
  crm::historical_clv value;
  EXPECT_THROW(value.update(crm::customer_purchases{all, {}}), crm::overflow);
  all.push_back({crm::instant{3}, -INT64_MAX});
  value.update(crm::customer_purchases{all, {}});
  EXPECT_EQ(value.result().value(), 10);
}

}  // namespace
