#include <crmetrics/accumulators/proportion.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/combinators/then.hpp>
#include <crmetrics/combinators/together.hpp>
#include <crmetrics/metrics/csat.hpp>
#include <crmetrics/metrics/error_rate.hpp>

#include <gtest/gtest.h>

#include <tuple>
#include <vector>

namespace {

namespace crm = crmetrics;

struct call {
  bool resolved = true;
  bool failed = false;
};

// Resolution and error rate of one set of calls: what is derived comes from results, what merges
// are the states.
struct difference {
  double operator()(const std::tuple<crm::estimate, crm::estimate>& r) const {
    return std::get<0>(r).value() - std::get<1>(r).value();
  }
};
TEST(then, merges_states_not_results) {
  const auto make = [] {
    return crm::then(crm::together(crm::on(&call::resolved, crm::proportion{}),
                                   crm::on(&call::failed, crm::error_rate{})),
                     difference{});
  };
  auto a = make();
  auto b = make();
  a.update_many(std::vector<call>{{true, false}, {true, false}, {false, true}});
  b.update(call{true, true});
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
