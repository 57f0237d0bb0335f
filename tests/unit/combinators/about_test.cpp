#include <crmetrics/accumulators/mean.hpp>
#include <crmetrics/combinators/about.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/combinators/where.hpp>
#include <crmetrics/metrics/error_rate.hpp>
#include <crmetrics/metrics/share_within.hpp>
#include <crmetrics/scorecard/linear.hpp>
#include <crmetrics/scorecard/scorecard.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

namespace {

namespace crm = crmetrics;

struct call {
  bool transferred = false;
};
auto transfers() { return crm::about("transfers", crm::on(&call::transferred, crm::error_rate{})); }
static_assert(crm::metric<decltype(transfers()), call>);
static_assert(!crm::observes<decltype(transfers()), int>);

TEST(about, has_the_value_of_the_metric_inside_and_says_what_it_is_of) {
  auto m = transfers();
  crm::error_rate inside;
  for (const bool x : {true, false, false, true, false}) m.update(call{x}), inside.update(x);
  EXPECT_EQ(m.result().value(), inside.result().value());
  EXPECT_EQ(m.result().interval(), inside.result().interval());
  EXPECT_EQ(m.name(), inside.name());
  EXPECT_EQ(m.convention().view(), "transfers: errors / checked");
  EXPECT_EQ(m.result().convention(), "transfers: errors / checked");
  EXPECT_EQ(m.topic().view(), "transfers");
  EXPECT_EQ(m.result().n(), 5u);
  EXPECT_TRUE(m.fresh() == transfers());
  EXPECT_EQ(crm::about("waiting time", crm::share_within(crm::seconds{30})).limit(),
            crm::time_span(crm::seconds{30}));
}

TEST(about, laws_of_merge) {
  const std::vector<call> calls{{true}, {false}, {true}, {true}, {false}};
  auto whole = transfers();
  whole.update_many(calls);
  auto loop = transfers();
  for (const call& c : calls) loop.update(c);
  EXPECT_TRUE(whole == loop);
  auto left = transfers();
  left.update(calls[0]);
  auto right = transfers();
  for (std::size_t i = 1; i != calls.size(); ++i) right.update(calls[i]);
  EXPECT_TRUE(left.merge(right) == whole);
  EXPECT_TRUE(left.merge(transfers()) == whole);
}

TEST(about, two_topics_are_two_definitions) {
  auto transferred = crm::about("transfers", crm::error_rate{});
  const auto escalated = crm::about("escalations", crm::error_rate{});
  EXPECT_FALSE(transferred == escalated);
  try {
    transferred.merge(escalated);
    FAIL();
  } catch (const crm::definition_mismatch& e) {
    EXPECT_EQ(std::string(e.what()),
              "error rate about \"transfers\" and about \"escalations\" do not merge");
  }
  const auto card = [](auto metric) {
    return crm::make_scorecard(crm::component("x", metric, crm::linear{.2, 0}, 1)).definition();
  };
  EXPECT_NE(card(transferred), card(escalated));
  EXPECT_NE(card(transferred), card(crm::error_rate{}));
  EXPECT_EQ(card(transferred), card(crm::about("transfers", crm::error_rate{})));
}

// What does not fit into the text of a definition is in its hash, with a topic before it as well.
TEST(about, long_definitions_that_differ_at_their_end_are_two) {
  const auto all = [](bool) { return true; };
  const auto inner =
      crm::where(all, crm::where(all, crm::error_rate{}, "forty letters or so of what is counted"),
                 "another forty letters of what is left in");
  const auto a = crm::about("t", crm::where(all, inner, "not after the outage of March, part 1"));
  const auto b = crm::about("t", crm::where(all, inner, "not after the outage of March, part 2"));
  EXPECT_EQ(a.convention().view(), b.convention().view()) << "longer than the text";
  EXPECT_NE(a.convention().hash(), b.convention().hash());
  EXPECT_FALSE(a.convention() == b.convention());
}

TEST(about, bad_rows_are_named_and_change_nothing) {
  auto m = crm::about("exam", crm::mean{});
  const std::vector<double> rows{1, INFINITY, 3};
  try {
    m.update_many(rows, "points");
    FAIL();
  } catch (const crm::bad_input& e) {
    EXPECT_EQ(e.problems().begin()->row, 2u);
    EXPECT_EQ(e.problems().begin()->field, "points");
  }
  EXPECT_TRUE(m == m.fresh());
}

}  // namespace
