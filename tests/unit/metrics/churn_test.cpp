#include <crmetrics/combinators/by.hpp>
#include <crmetrics/combinators/over.hpp>
#include <crmetrics/combinators/together.hpp>
#include <crmetrics/io/state_bytes.hpp>
#include <crmetrics/io/text.hpp>
#include <crmetrics/metrics/churn.hpp>
#include <crmetrics/metrics/retention.hpp>
#include <crmetrics/metrics/subscription_metric.hpp>
#include <crmetrics/scorecard/scorecard.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "unit/metrics/subscription_rows.hpp"

namespace {

namespace crm = crmetrics;
using subscription_rows::june;

crm::period month(unsigned m) { return crm::calendar_month(2025, m); }

TEST(churn, lost_of_the_customers_at_the_start) {
  const auto ledger = subscription_rows::ledger();
  crm::churn churn;
  churn.update_many(ledger.in(june()));
  const crm::estimate e = churn.result();
  EXPECT_EQ(e.exact(), (crm::exact_ratio{1, 5})) << "4 left; 5 returned, 7 joined and left";
  EXPECT_EQ(e.n(), 5u);
  EXPECT_EQ(e.excluded().total(), 5u);
  EXPECT_EQ(e.excluded().begin()->cause.view(), "not active at the start");
  EXPECT_EQ(e.direction(), crm::direction::lower_is_better);
  EXPECT_EQ(e.method(), "Wilson");
  // Wilson for 1 of 5, by Python 3.11's normal quantile.
  EXPECT_NEAR(e.interval()->low, .036224108632430196, 1e-14);
  EXPECT_NEAR(e.interval()->high, .6244653702374746, 1e-14);
  EXPECT_EQ(crm::to_text(e),
            "churn 20.0 % [3.6, 62.4] (95 % Wilson, n = 5; customers lost / customers at the "
            "start, 2025-06-01 to 2025-07-01; 5 excluded: not active at the start)");
}

TEST(churn, nobody_at_the_start_is_undefined_and_no_facts_no_data) {
  const auto ledger = subscription_rows::ledger();
  crm::churn churn;
  EXPECT_EQ(churn.result().status(), crm::status::no_data);
  churn.update_many(ledger.in(crm::calendar_month(2020, 1)));
  EXPECT_EQ(churn.result().status(), crm::status::undefined);
  EXPECT_EQ(churn.result().n(), 0u);
  EXPECT_THROW(static_cast<void>(churn.result().value()), crm::no_value);
}

TEST(churn, facts_of_two_windows_do_not_add_up) {
  const auto ledger = subscription_rows::ledger();
  crm::churn a;
  a.update_many(ledger.in(june()));
  crm::churn b;
  b.update_many(ledger.in(month(7)));
  const crm::churn before = a;
  try {
    a.merge(b);
    FAIL() << "merged";
  } catch (const crm::definition_mismatch& e) {
    EXPECT_STREQ(e.what(),
                 "churn: facts of two windows do not add up: 2025-06-01 to 2025-07-01, and "
                 "2025-07-01 to 2025-08-01");
  }
  EXPECT_THROW(a.update(ledger.in(month(7))[0]), crm::definition_mismatch);
  EXPECT_THROW(a.update_many(ledger.in(month(7))), crm::definition_mismatch);
  EXPECT_EQ(a, before);
  EXPECT_EQ(a.fresh(), crm::churn{}) << "an empty state takes any window";
  EXPECT_EQ(crm::churn{}.merge(a), a);
}

TEST(churn, facts_that_no_ledger_gives_are_refused) {
  const auto change = [](std::int64_t at, std::int64_t level) {
    return crm::level_change{{june().from().microseconds + at}, level};
  };
  const auto refused = [](crm::subscription_fact f, std::vector<crm::level_change> changes) {
    f.window = june();
    f.changes = changes;
    crm::churn churn;
    EXPECT_THROW(churn.update(f), crm::bad_input);
    EXPECT_EQ(churn, crm::churn{});
  };
  refused({.level_at_start = -1, .level_at_end = -1, .active_before = true}, {});
  refused({.level_at_start = 5, .level_at_end = 5}, {});
  refused({.level_at_start = 5, .level_at_end = 4, .active_before = true}, {});
  refused({.level_at_end = 4}, {change(-1, 4)});
  refused({.level_at_end = 4}, {change(1, -1), change(2, 4)});
  refused({.level_at_end = 4}, {change(2, 3), change(1, 4)});
  refused({.level_at_end = 4}, {change(2, 3), change(2, 4)});
}

TEST(churn, another_level_and_another_interval) {
  const auto ledger = subscription_rows::ledger();
  crm::basic_churn<crm::lost_of_start, crm::wilson> same;
  same.update_many(ledger.in(june()));
  EXPECT_EQ(same.result().value(), .2);
  EXPECT_LT(same.result(crm::confidence_level(.5)).interval()->width(),
            same.result().interval()->width());
}

struct account_row {
  std::string name;
  std::int64_t at = 0;
  int level = 0;
  std::string manager;
};

TEST(churn, by_segment_over_months_together_and_on_a_card) {
  const std::int64_t june_1 = june().from().microseconds;
  const std::vector<account_row> rows{{"a", june_1 - 9, 10, "ann"}, {"b", june_1 - 9, 10, "ann"},
                                      {"c", june_1 - 9, 10, "bob"}, {"d", june_1 - 9, 10, "bob"},
                                      {"b", june_1 + 5, 0, "bob"},  {"a", june_1 + 9, 20, "bob"}};
  const auto ledger = crm::read_ledger(rows, crm::ledger_fields{.customer = &account_row::name,
                                                                .at = &account_row::at,
                                                                .level = &account_row::level,
                                                                .segment = &account_row::manager});
  const auto facts = ledger.in(june());
  using fact = decltype(facts)::value_type;
  auto by_manager = crm::by(&fact::segment, crm::together(crm::churn{}, crm::retention{}));
  by_manager.update_many(facts);
  const auto result = by_manager.result();
  ASSERT_EQ(result.size(), 2u);
  EXPECT_EQ(result.rows[0].key, "ann");
  EXPECT_EQ(std::get<0>(result.rows[0].result).exact(), (crm::exact_ratio{1, 2}))
      << "b was of ann when the month began";
  EXPECT_EQ(std::get<0>(result.rows[1].result).exact(), (crm::exact_ratio{0, 2}));
  EXPECT_EQ(std::get<1>(result.rows[1].result).exact(), (crm::exact_ratio{2, 2}));

  const auto start = [](const fact& f) { return f.window.from(); };
  auto monthly = crm::over(crm::calendar_months{}, start, crm::churn{});
  for (const unsigned m : {6U, 7U}) monthly.update_many(ledger.in(month(m)));
  const auto months = monthly.result();
  ASSERT_EQ(months.size(), 2u);
  EXPECT_EQ(months.rows[0].result.exact(), (crm::exact_ratio{1, 4}));
  EXPECT_EQ(months.rows[1].result.exact(), (crm::exact_ratio{0, 3}));
  EXPECT_THROW(static_cast<void>(monthly.total()), crm::definition_mismatch)
      << "two months of churn are not one";
  EXPECT_EQ(crm::from_bytes(monthly.fresh(), crm::to_bytes(monthly)), monthly);

  auto card = crm::make_scorecard(
      crm::component("retention", crm::retention{}, crm::linear{.floor = .5, .target = 1}, 60),
      crm::component("churn", crm::churn{}, crm::linear{.floor = .5, .target = 0}, 40));
  card.update_many(facts);
  EXPECT_DOUBLE_EQ(*card.result().total, 50);
  const auto before = card;
  EXPECT_THROW(card.update(ledger.in(month(7))[0]), crm::definition_mismatch);
  EXPECT_EQ(card, before);
}

TEST(churn, shards_by_customer_merge_and_bytes_bring_the_state_back) {
  const auto ledger = subscription_rows::ledger();
  const auto facts = ledger.in(june());
  crm::churn whole;
  whole.update_many(facts);
  for (std::size_t cut = 0; cut <= facts.size(); ++cut) {
    crm::churn a;
    crm::churn b;
    for (std::size_t i = 0; i != facts.size(); ++i) (i < cut ? a : b).update(facts[i]);
    EXPECT_EQ(a.merge(b), whole);
  }
  EXPECT_EQ(crm::from_bytes(crm::churn{}, crm::to_bytes(whole)), whole);
  EXPECT_EQ(crm::churn::sharding, crm::shard_constraint::by_entity);
}

}  // namespace
