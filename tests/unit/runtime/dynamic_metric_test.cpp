#include <crmetrics/accumulators/duration.hpp>
#include <crmetrics/accumulators/mean.hpp>
#include <crmetrics/accumulators/quantile.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/metrics/csat.hpp>
#include <crmetrics/metrics/fcr.hpp>
#include <crmetrics/metrics/share_within.hpp>
#include <crmetrics/runtime/dynamic_event.hpp>
#include <crmetrics/runtime/dynamic_metric.hpp>
#include <crmetrics/runtime/open_span.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace {

namespace crm = crmetrics;

const auto whole = [](double x) { return static_cast<int>(x); };

crm::dynamic_metric ratings(crm::label id = "rating") { return {id, crm::on(whole, crm::csat{})}; }

TEST(dynamic_metric, gives_what_the_metric_inside_gives) {
  auto held = ratings();
  crm::csat inside;
  for (const int r : {5, 4, 2, 5, 1}) {
    held.update({"rating", static_cast<double>(r)});
    held.update({"another", 7.0});  // passes by, whatever it is
    inside.update(r);
  }
  EXPECT_EQ(held.result().value(), .6);
  EXPECT_EQ(held.result().interval(), inside.result().interval());
  EXPECT_EQ(held.result().convention(), inside.result().convention());
  EXPECT_EQ(held.name(), "CSAT");
  EXPECT_EQ(held.convention(), inside.convention());
  EXPECT_EQ(held.own_exactness(), crm::csat::exactness);
  EXPECT_EQ(held.own_sharding(), crm::csat::sharding);
  EXPECT_TRUE(held.takes_numbers());
  EXPECT_FALSE(held.takes_contacts());
  EXPECT_TRUE(crm::dynamic_metric("fcr", crm::fcr{}).takes_contacts());
  EXPECT_FALSE(crm::dynamic_metric("fcr", crm::fcr{}).takes_numbers());
}

TEST(dynamic_metric, copies_merges_and_starts_afresh) {
  auto left = ratings();
  left.update(5.0);
  auto right = ratings();
  right.update(2.0);
  auto both = left;
  both.update(2.0);
  EXPECT_FALSE(left == both) << "a copy is a state of its own";
  left.merge(right);
  EXPECT_TRUE(left == both);
  EXPECT_TRUE(both.fresh() == ratings());
  EXPECT_EQ(both.result().n(), 2u);
  auto moved = std::move(both);
  EXPECT_EQ(moved.result().n(), 2u);
  moved = left;
  EXPECT_TRUE(moved == left);
}

TEST(dynamic_metric, open_spans_are_judged_by_the_limit_or_pending) {
  const crm::dynamic_metric in_a_minute{"quick", crm::share_within(crm::seconds{60})};
  auto m = in_a_minute;
  m.update(30.0);
  m.update({"quick", crm::open_span{60}});
  m.update({"quick", crm::open_span{61}});
  m.update({"slow", crm::open_span{61}});  // passes by
  EXPECT_EQ(m.result().value(), .5);
  EXPECT_EQ(m.result().pending(), 1u);
  auto more = in_a_minute;
  more.update_many(std::vector<crm::open_span>{{10}, {100}, {std::nan("")}});
  EXPECT_EQ(more.result().n(), 1u);
  EXPECT_EQ(more.result().missing(), 1u);
  m.merge(more);
  EXPECT_EQ(m.result().pending(), 2u);
  EXPECT_EQ(m.result().n(), 3u);
  EXPECT_FALSE(m == in_a_minute);
  EXPECT_TRUE(m.fresh() == in_a_minute);
  // A mean has no limit: how long they will take is not known.
  crm::dynamic_metric mean{"took", crm::duration{}};
  mean.update({"took", crm::open_span{1'000'000}});
  EXPECT_FALSE(mean.result().ok());
  EXPECT_EQ(mean.result().pending(), 1u);
  // Begun after the end of the log: nobody can know of it, and it is not pending.
  EXPECT_THROW(mean.check({"took", crm::open_span{-1}}), crm::bad_input);
  EXPECT_THROW(m.update({"quick", crm::open_span{-.001}}), crm::bad_input);
  EXPECT_EQ(m.result().pending(), 2u);
  crm::dynamic_metric linked{"fcr", crm::fcr{}};
  EXPECT_THROW(linked.update({"fcr", crm::open_span{1}}), crm::bad_input);
}

TEST(dynamic_metric, has_a_topic_as_the_static_one) {
  const auto exam = crm::dynamic_metric("points", crm::mean{}).about("exam");
  auto audit = crm::dynamic_metric("points", crm::mean{}).about("audit");
  const auto same = crm::about("exam", crm::mean{});
  EXPECT_EQ(exam.convention(), same.convention());
  EXPECT_EQ(exam.fresh().result().convention(), same.result().convention());
  EXPECT_FALSE(exam == audit);
  EXPECT_TRUE(exam == exam.fresh());
  EXPECT_THROW(audit.merge(exam), crm::definition_mismatch);
}

TEST(dynamic_metric, other_metrics_do_not_merge) {
  auto held = ratings();
  EXPECT_THROW(held.merge(ratings("other name")), crm::definition_mismatch);
  EXPECT_THROW(held.merge(crm::dynamic_metric("rating", crm::mean{})), crm::definition_mismatch);
  auto median = crm::dynamic_metric("time", crm::quantile{.5});
  EXPECT_THROW(median.merge(crm::dynamic_metric("time", crm::quantile{.9})),
               crm::definition_mismatch);
  EXPECT_FALSE(ratings() == crm::dynamic_metric("rating", crm::mean{}));
}

TEST(dynamic_metric, what_it_cannot_take_changes_nothing) {
  auto held = ratings();
  held.update(5.0);
  const auto before = held;
  EXPECT_THROW(held.update(9.0), crm::bad_input);
  EXPECT_THROW(held.update({"rating", crm::contact_fact{}}), crm::bad_input);
  EXPECT_THROW(held.check({"rating", 9.0}), crm::bad_input);
  EXPECT_NO_THROW(held.check({"rating", 4.0}));
  const std::vector<double> column{1, 77, 3, -1};
  try {
    held.update_many(column);
    FAIL() << "taken";
  } catch (const crm::bad_input& e) {
    EXPECT_EQ(e.problems().total(), 2u);
    EXPECT_EQ(e.problems().begin()->row, 2u);
    EXPECT_EQ(e.problems().begin()->field, "rating");
  }
  EXPECT_THROW(crm::dynamic_metric("fcr", crm::fcr{}).update_many(column), crm::bad_input);
  EXPECT_TRUE(held == before);
}

TEST(dynamic_metric, takes_columns_of_contacts_as_the_loop_does) {
  const crm::contact_rule week{crm::days{7}};
  std::vector<crm::contact_fact> facts;
  for (int flags = 0; flags != 128; ++flags) {
    facts.emplace_back(week, static_cast<std::uint8_t>(flags), crm::time_span{-1}, flags % 3 == 0);
  }
  crm::dynamic_metric column("fcr", crm::fcr{});
  crm::dynamic_metric loop = column;
  column.update_many(facts);
  for (const auto& fact : facts) loop.update(fact);
  EXPECT_TRUE(column == loop);
  EXPECT_GT(column.result().pending(), 0u);
  EXPECT_THROW(ratings().update_many(facts), crm::bad_input);
  // Another rule of linking behind good rows: nothing is taken.
  const auto before = column;
  facts.emplace_back(crm::contact_rule{crm::days{3}}, std::uint8_t{7}, crm::time_span{-1}, false);
  EXPECT_THROW(column.update_many(facts), crm::definition_mismatch);
  EXPECT_TRUE(column == before);
}

TEST(dynamic_metric, counts_what_it_leaves_out_as_that_many_events) {
  auto counted = ratings().excluding({"outage", "strike"});
  auto updated = counted;
  counted.leave_out("strike", 3);
  counted.leave_out("outage", 0);
  for (int i = 0; i != 3; ++i) updated.update({"rating", 1.0, "strike"});
  EXPECT_TRUE(counted == updated);
  EXPECT_EQ(counted.result().excluded().total(), 3u);
  EXPECT_THROW(counted.leave_out("rain", 1), crm::bad_input);
  EXPECT_THROW(counted.leave_out("", 1), crm::bad_input);
  EXPECT_THROW(counted.leave_out("strike", UINT64_MAX), crm::overflow);
  EXPECT_TRUE(counted == updated);
}

}  // namespace
