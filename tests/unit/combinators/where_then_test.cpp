#include <crmetrics/combinators/on.hpp>
#include <crmetrics/combinators/then.hpp>
#include <crmetrics/combinators/together.hpp>
#include <crmetrics/combinators/where.hpp>
#include <crmetrics/metrics/csat.hpp>
#include <crmetrics/metrics/error_rate.hpp>
#include <crmetrics/metrics/handle_time.hpp>
#include <crmetrics/metrics/nps.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

// What combinators_test.cpp leaves out of where, together and then.
namespace {

namespace crm = crmetrics;

struct call {
  double seconds = 0;
  bool handled = true;
  std::optional<bool> failed = {};
};

// A callable that holds a setting takes part in == and in merging.
struct longer_than {
  double seconds = 0;
  bool operator()(const call& c) const { return c.seconds > seconds; }
  friend bool operator==(const longer_than&, const longer_than&) = default;
};

TEST(where, predicates_with_settings) {
  const auto over = [](double limit) {
    return crm::where(longer_than{limit}, crm::on(&call::seconds, crm::handle_time{}), "short");
  };
  auto a = over(10);
  a.update(call{5});
  a.update(call{20});
  EXPECT_EQ(a.result().value(), 20);
  EXPECT_EQ(a.excluded(), 1u);
  EXPECT_EQ(a.metric().metric().result().n(), 1u);
  EXPECT_THROW(a.merge(over(20)), crm::definition_mismatch);
  EXPECT_NE(a.fresh(), over(20));
  EXPECT_EQ(a.fresh(), over(10));
  EXPECT_EQ(a.merge(a).excluded(), 2u);
}

TEST(where, what_is_left_out_is_not_looked_at) {
  auto handled = crm::where(&call::handled, crm::on(&call::seconds, crm::handle_time{}), "lost");
  handled.update(call{-1, false});
  EXPECT_THROW(handled.update(call{-1, true}), crm::bad_input);
  EXPECT_EQ(handled.result().status(), crm::status::no_data);
  EXPECT_EQ(handled.result().excluded().total(), 1u);
}

TEST(where, two_of_them_show_both_causes) {
  auto nested = crm::where(
      &call::handled,
      crm::where(longer_than{10}, crm::on(&call::seconds, crm::handle_time{}), "short"), "lost");
  nested.update_many(std::vector<call>{{5, true, {}}, {50, false, {}}, {50, true, {}}});
  const crm::estimate result = nested.result();
  std::vector<std::string> causes;
  for (const auto& [cause, count] : result.excluded()) {
    EXPECT_EQ(count, 1u);
    causes.emplace_back(cause.view());
  }
  EXPECT_EQ(causes, (std::vector<std::string>{"short", "lost"}));
  EXPECT_EQ(result.convention(), "mean time of a handled segment, without: short, without: lost");
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
  EXPECT_EQ(several.convention().view(), "NPS, error rate, CSAT");
}

// Resolution and error rate of one set of calls: what is derived comes from results, what merges
// are the states.
struct difference {
  double operator()(const std::tuple<crm::estimate, crm::estimate>& r) const {
    return std::get<0>(r).value() - std::get<1>(r).value();
  }
};
TEST(then, merges_states_not_results) {
  const auto make = [] {
    return crm::then(crm::together(crm::on(&call::handled, crm::proportion{}),
                                   crm::on(&call::failed, crm::error_rate{})),
                     difference{});
  };
  auto a = make();
  auto b = make();
  a.update_many(std::vector<call>{{1, true, false}, {1, true, false}, {1, false, true}});
  b.update(call{1, true, true});
  EXPECT_DOUBLE_EQ(a.result(), 2. / 3 - 1. / 3);
  EXPECT_DOUBLE_EQ((a + b).result(), 3. / 4 - 2. / 4) << "the mean of both would be 1 / 6";
  EXPECT_EQ(a.fresh(), make());
}

struct times {
  double factor = 1;
  double operator()(const crm::estimate& e) const { return factor * e.value_or(0); }
  friend bool operator==(const times&, const times&) = default;
};
TEST(then, other_functions_do_not_merge) {
  auto a = crm::then(crm::csat{}, times{100});
  EXPECT_THROW(a.merge(crm::then(crm::csat{}, times{1})), crm::definition_mismatch);
  a.update(5);
  EXPECT_EQ(a.result(), 100);
  EXPECT_EQ(a.metric().result().value(), 1);
}

}  // namespace
