#include <crmetrics/scorecard/improvement_plan.hpp>

#include <crmetrics/accumulators/proportion.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/metrics/given.hpp>
#include <crmetrics/metrics/handle_time.hpp>
#include <crmetrics/metrics/nps.hpp>
#include <crmetrics/scorecard/scorecard.hpp>
#include <crmetrics/scorecard/target_range.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

namespace crm = crmetrics;
using crm::plan_state;

struct survey {
  int score;
};
struct ticket {
  bool in_time;
};
struct graded {
  crm::figure points;
};

auto card() {
  return crm::make_scorecard(
      crm::component("nps", crm::on(&survey::score, crm::nps{}), crm::linear{0, .5}, 50),
      crm::component("in time", crm::on(&ticket::in_time, crm::proportion{}), crm::linear{.7, .95},
                     30)
          .at_least(10),
      crm::component("knowledge", crm::on(&graded::points, crm::given{}), crm::linear{60, 100},
                     20));
}

const std::vector<crm::finding_rule> rules{
    {.component = "nps",
     .below = 50,
     .goal = crm::target::at_least(.3),
     .action = "listen to the recordings of the detractors"},
    {.component = "in time",
     .below = 60,
     .goal = crm::target::at_least(.95),
     .action = "look at the queue of the late ones"},
    {.component = "knowledge", .below = 60, .action = "repeat the course"}};

crm::score_report month(int promoters, int detractors, int in_time, int tickets) {
  auto c = card();
  for (int i = 0; i != 100; ++i)
    c.update(survey{i < promoters ? 10 : i < promoters + detractors ? 2 : 8});
  for (int i = 0; i != tickets; ++i) c.update(ticket{i < in_time});
  return c.result();
}

TEST(improvement_plan, findings_become_actions_largest_loss_first) {
  // nps .10 is 20 points and loses .625 x 80; 80 % in time is 40 points and loses .375 x 60;
  // knowledge was not assessed, and nothing is found where nothing was measured.
  const auto items = crm::plan_for("Bo", month(40, 30, 80, 100), rules, crm::instant{7});
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(items[0].component.view(), "nps");
  EXPECT_NEAR(items[0].loss, 50, 1e-12);
  EXPECT_EQ(items[0].action, "listen to the recordings of the detractors");
  EXPECT_EQ(items[1].component.view(), "in time");
  EXPECT_NEAR(items[1].loss, 22.5, 1e-12);
  EXPECT_EQ(items[1].before.exact(), (crm::exact_ratio{80, 100}));
  EXPECT_TRUE(crm::plan_for("Bo", month(80, 5, 95, 100), rules, {}).empty());
  // Exactly on the line is no finding: nps .25 is 50 points.
  EXPECT_TRUE(crm::plan_for("Bo", month(50, 25, 95, 100), rules, {}).empty());

  const std::vector<crm::finding_rule> wrong{{.component = "npss", .action = "?"}};
  EXPECT_THROW(static_cast<void>(crm::plan_for("Bo", month(40, 30, 80, 100), wrong, {})),
               crm::error);
}

TEST(improvement_plan, follow_up_tells_change_from_chance) {
  const auto before = month(40, 30, 80, 100);
  const auto items = crm::plan_for("Bo", before, rules, {});
  const crm::plan_item& in_time = items[1];

  // Newcombe's interval of 96/100 - 80/100 lies above 0.
  const auto better = crm::follow_up(in_time, month(40, 30, 96, 100));
  EXPECT_EQ(better.state, plan_state::improved);
  EXPECT_NEAR(better.change.value(), .16, 1e-15);
  EXPECT_EQ(better.reached->state, crm::target_state::met);
  EXPECT_EQ(better.change.n_a(), 100u);
  // 86 of 100 against 80 of 100: [-0.045, 0.164].
  const auto unclear = crm::follow_up(in_time, month(40, 30, 86, 100));
  EXPECT_EQ(unclear.state, plan_state::not_separable);
  EXPECT_EQ(unclear.reached->state, crm::target_state::not_met);
  const auto worse = crm::follow_up(in_time, month(40, 30, 55, 100));
  EXPECT_EQ(worse.state, plan_state::not_improved);
  const auto few = crm::follow_up(in_time, month(40, 30, 9, 9));
  EXPECT_EQ(few.state, plan_state::not_assessed);
  EXPECT_EQ(few.reached->state, crm::target_state::not_assessed);
  EXPECT_FALSE(few.change.has_value());

  // Two nets of 100: -20 to 40 with standard errors near 8 points.
  const auto nps = crm::follow_up(items[0], month(60, 20, 96, 100));
  EXPECT_EQ(nps.state, plan_state::improved);
  EXPECT_EQ(nps.reached->state, crm::target_state::met);
}

TEST(improvement_plan, lower_can_be_better) {
  crm::handle_time slow;
  crm::handle_time fast;
  for (int i = 0; i != 50; ++i) slow.update(500. + i), fast.update(300. + i);
  crm::plan_item item;
  item.component = "time";
  item.before = slow.result();
  item.better = item.before.direction();
  ASSERT_EQ(item.better, crm::direction::lower_is_better);
  EXPECT_EQ(crm::follow_up(item, fast.result()).state, plan_state::improved);
  item.before = fast.result();
  EXPECT_EQ(crm::follow_up(item, slow.result()).state, plan_state::not_improved);
}

// A curve that rewards both ways: of handle times lower is better by itself, but here 300 to 400 s
// have full points. Then the points decide, where the time changed beyond chance.
crm::score_report times_around(double seconds) {
  auto c = crm::make_scorecard(
      crm::component("time", crm::handle_time{}, crm::target_range{100, 300, 400, 600}, 1));
  for (int i = 0; i != 50; ++i) c.update(seconds - 24.5 + i);
  return c.result();
}

TEST(improvement_plan, where_a_curve_rewards_both_ways_the_points_decide) {
  const std::vector<crm::finding_rule> slow{{.component = "time", .action = "?"}};
  const auto state = [&](double before, double now) {
    const auto items = crm::plan_for("Bo", times_around(before), slow, {});
    return crm::follow_up(items.at(0), times_around(now)).state;
  };
  EXPECT_EQ(state(150, 120), plan_state::not_improved) << "25 points, then 10";
  EXPECT_EQ(state(150, 350), plan_state::improved) << "25 points, then 100";
  EXPECT_EQ(state(150, 151), plan_state::not_separable);
  EXPECT_EQ(state(150, 570), plan_state::not_improved) << "over the top: 15 points";
  EXPECT_EQ(state(150, 552), plan_state::not_separable) << "24 points of 25, and both have errors";
  EXPECT_EQ(state(550, 500), plan_state::improved);
  EXPECT_EQ(state(50, 80), plan_state::not_improved) << "no points, then none";
  EXPECT_EQ(state(50, 350), plan_state::improved) << "a slope of 0 at both ends";

  const auto item = crm::plan_for("Bo", times_around(150), slow, {}).at(0);
  EXPECT_EQ(item.better, crm::direction::neutral);
  EXPECT_NEAR(*item.points, 25, 1e-9);
  const crm::estimate alone = times_around(350).component("time").raw;
  EXPECT_EQ(crm::follow_up(item, alone).state, plan_state::not_assessed) << "no better side";
  const std::vector<crm::finding_rule> longer{
      {.component = "time", .goal = crm::target::at_least(300), .action = "?"}};
  EXPECT_EQ(crm::follow_up(crm::plan_for("Bo", times_around(150), longer, {}).at(0), alone).state,
            plan_state::improved)
      << "the goal has a better side";
}

// Seven hundred seconds twice, then 699 twice: no error to go by is no certainty.
TEST(improvement_plan, equal_values_then_and_now_are_not_separable) {
  const auto times = [](double seconds) {
    auto c =
        crm::make_scorecard(crm::component("time", crm::handle_time{}, crm::linear{900, 300}, 1));
    c.update(seconds), c.update(seconds);
    return c.result();
  };
  const std::vector<crm::finding_rule> slow{{.component = "time", .action = "?"}};
  const auto item = crm::plan_for("Bo", times(700), slow, {}).at(0);
  const auto f = crm::follow_up(item, times(699));
  ASSERT_EQ(f.change.standard_error(), 0.);
  EXPECT_EQ(f.state, plan_state::not_separable);
  EXPECT_EQ(crm::follow_up(item, times(700)).state, plan_state::not_separable);
  // Shares without an error of their own have a test: 0 of 100, then 100 of 100.
  EXPECT_EQ(crm::follow_up(crm::plan_for("Bo", month(60, 10, 0, 100), rules, {}).at(0),
                           month(60, 10, 100, 100))
                .state,
            plan_state::improved);
}

TEST(improvement_plan, another_definition_is_refused_and_no_error_is_no_verdict) {
  crm::plan_item item;
  item.before = crm::handle_time().result();
  crm::nps nps;
  nps.update(9);
  EXPECT_THROW(static_cast<void>(crm::follow_up(item, nps.result())), crm::definition_mismatch);

  crm::given a;
  crm::given b;
  a.update(crm::figure{70, 1});
  b.update(crm::figure{90, 1});
  item.before = a.result();
  item.better = crm::direction::higher_is_better;
  EXPECT_EQ(crm::follow_up(item, b.result()).state, plan_state::not_assessed)
      << "two figures without standard error";
}

}  // namespace
