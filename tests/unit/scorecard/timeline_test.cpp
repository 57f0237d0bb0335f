#include <crmetrics/scorecard/timeline.hpp>

#include <crmetrics/combinators/where.hpp>
#include <crmetrics/metrics/given.hpp>
#include <crmetrics/scorecard/score_change.hpp>
#include <crmetrics/scorecard/scorecard.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

namespace crm = crmetrics;
using crm::date;
using versions = std::vector<crm::dated<int>>;

constexpr date january{2025, 1, 1};
constexpr date april{2025, 4, 1};
constexpr date july{2025, 7, 1};

std::string problems_of(versions list) {
  try {
    crm::timeline<int> line(std::move(list));
  } catch (const crm::bad_input& e) {
    return e.what();
  }
  return "";
}

TEST(timeline, versions_are_half_open_and_in_any_order) {
  const crm::timeline<int> line(versions{{april, {}, 2}, {january, april, 1}});
  EXPECT_EQ(line.versions().front().definition, 1);
  EXPECT_EQ(line.at(january).definition, 1);
  EXPECT_EQ(line.at(date{2025, 3, 31}).definition, 1);
  EXPECT_EQ(line.at(april).definition, 2);
  EXPECT_EQ(line.at(date{2125, 1, 1}).definition, 2);
  EXPECT_THROW(static_cast<void>(line.at(date{2024, 12, 31})), crm::bad_input);
  const crm::timeline<int> ended(versions{{january, april, 1}});
  EXPECT_THROW(static_cast<void>(ended.at(april)), crm::bad_input);
}

TEST(timeline, a_period_needs_one_version) {
  const crm::timeline<int> line(versions{{january, april, 1}, {april, july, 2}});
  EXPECT_EQ(line.at(january, april).definition, 1);
  EXPECT_EQ(line.at(crm::calendar_quarter(2025, 2)).definition, 2);
  EXPECT_EQ(line.at(crm::calendar_month(2025, 3)).definition, 1);
  try {
    static_cast<void>(line.at(date{2025, 3, 1}, date{2025, 5, 1}));
    FAIL();
  } catch (const crm::bad_input& e) {
    EXPECT_NE(std::string(e.what()).find("2025-01-01, 2025-04-01"), std::string::npos) << e.what();
  }
  EXPECT_THROW(static_cast<void>(line.at(crm::calendar_quarter(2025, 3))), crm::bad_input);
  EXPECT_THROW(static_cast<void>(line.at(april, april)), crm::bad_input);
  EXPECT_THROW(
      static_cast<void>(line.at(crm::period(crm::instant{5}, crm::instant{86'400'000'000}))),
      crm::bad_input);
}

TEST(timeline, every_problem_is_named) {
  EXPECT_EQ(problems_of({{january, april, 1}, {april, {}, 2}}), "");
  EXPECT_NE(problems_of({}), "");
  const std::string all = problems_of(
      {{april, january, 1}, {date{2025, 2, 30}, {}, 2}, {july, {}, 3}, {date{2025, 8, 1}, {}, 4}});
  EXPECT_NE(all.find("ends before it begins"), std::string::npos) << all;
  EXPECT_NE(all.find("2025-02-30"), std::string::npos) << all;
  EXPECT_NE(all.find("overlaps the version from 2025-07-01"), std::string::npos) << all;
  EXPECT_NE(problems_of({{january, april, 1}, {july, {}, 2}}).find("gap"), std::string::npos);
  EXPECT_NE(problems_of({{january, july, 1}, {april, {}, 2}}).find("overlaps"), std::string::npos);
  EXPECT_NE(problems_of({{january, {}, 1}, {january, {}, 2}}).find("overlaps"), std::string::npos);
  // One inside another: the third overlaps the first, not the second, which ended before it.
  const std::string nested =
      problems_of({{january, {}, 1}, {april, date{2025, 5, 1}, 2}, {july, {}, 3}});
  EXPECT_NE(nested.find("2025-07-01: overlaps the version from 2025-01-01"), std::string::npos)
      << nested;
  EXPECT_EQ(nested.find("gap"), std::string::npos) << nested;
}

auto card(double first, double second) {
  return crm::make_scorecard(crm::component("first", crm::given{}, crm::linear{0, 100}, first),
                             crm::component("second",
                                            crm::where([](const crm::figure& f) { return f.n > 1; },
                                                       crm::given{}, "single"),
                                            crm::linear{0, 100}, second));
}

TEST(timeline, an_old_period_keeps_its_hash_and_its_total) {
  using card_type = decltype(card(1, 1));
  const crm::timeline<card_type> line(
      {{january, april, card(60, 40)}, {april, {}, card(30, 70), "more of the second"}});
  EXPECT_EQ(line.hash(), crm::timeline<card_type>({{april, {}, card(30, 70), "another note"},
                                                   {january, april, card(60, 40)}})
                             .hash());
  EXPECT_NE(line.hash(), crm::timeline<card_type>({{january, {}, card(60, 40)}}).hash());

  auto march = line.at(crm::calendar_month(2025, 3)).definition;
  march.update(crm::figure{50, 9});
  const auto then = march.result();
  const auto again = march.under(line.at(april).definition).under(line.at(january).definition);
  EXPECT_EQ(again.result().total, then.total);
  EXPECT_EQ(again.result().definition, then.definition);
  EXPECT_TRUE(again == march);
}

TEST(score_change, results_and_rules_add_up_to_the_change) {
  const auto results = [](auto empty, double first) {
    empty.update(crm::figure{first, 1});
    return empty;
  };
  // Only the first component sees single figures: its weight is all of the card that is assessed.
  auto q1 = results(card(60, 40), 70);
  q1.update(crm::figure{70, 3});
  auto q2 = card(30, 70);
  q2.update(crm::figure{90, 3});
  const crm::score_change c = crm::change_of(q1, q2);
  ASSERT_TRUE(c.by_rules && c.by_results);
  EXPECT_NEAR(*c.by_rules + *c.by_results, *c.after - *c.before, 1e-12);
  EXPECT_FALSE(c.comparable());
  ASSERT_EQ(c.weights.size(), 2u);
  EXPECT_EQ(c.weights[0].component, "first");
  EXPECT_NEAR(c.weights[0].before, .6, 1e-15);
  EXPECT_NEAR(c.weights[0].after, .3, 1e-15);

  // The same results by two rules: all of it is the rules, and the other way round.
  const crm::score_change rules_only = crm::change_of(q1, q1.under(q2));
  EXPECT_EQ(*rules_only.by_results, 0);
  EXPECT_EQ(*rules_only.by_rules, *rules_only.after - *rules_only.before);
  const crm::score_change results_only = crm::change_of(q2, q1.under(q2));
  EXPECT_TRUE(results_only.comparable());
  EXPECT_EQ(*results_only.by_rules, 0);
  EXPECT_TRUE(results_only.weights.empty());
  EXPECT_EQ(results_only.text(), "90.00 -> 70.00 points: results -20.00");

  const crm::score_change nothing = crm::change_of(card(1, 1), q2);
  EXPECT_FALSE(nothing.by_rules);
  EXPECT_EQ(nothing.text(), "no total -> 90.00 points; not comparable: definition changed");
}

TEST(score_change, another_metric_cannot_take_the_results) {
  const auto of = [](crm::label name) {
    return crm::make_scorecard(crm::component(name, crm::given{}, crm::linear{0, 100}, 1));
  };
  auto old = of("first");
  old.update(crm::figure{50, 2});
  try {
    static_cast<void>(old.under(of("second")));
    FAIL();
  } catch (const crm::bad_input& e) {
    EXPECT_EQ(e.problems().begin()->field, "second");
  }
}

TEST(score_change, the_line_adds_up_as_it_is_printed) {
  crm::score_change c;
  c.old_rules = 1, c.new_rules = 2;
  c.before = 80, c.after = 80.008;
  c.by_rules = .004, c.by_results = .004;
  EXPECT_EQ(c.text(),
            "80.00 -> 80.01 points: results +0.01, rules +0.00; not comparable: definition "
            "changed");
  c.after = 80, c.by_rules = -.002, c.by_results = .002;
  EXPECT_EQ(c.text(),
            "80.00 -> 80.00 points: results +0.00, rules +0.00; not comparable: definition "
            "changed");
  // Only the rules changed it, and they alone take what rounding leaves.
  c.before = 73.165, c.after = 75.334, c.by_rules = 2.169, c.by_results = 0;
  EXPECT_EQ(c.text(),
            "73.17 -> 75.33 points: results +0.00, rules +2.16; not comparable: definition "
            "changed");
  c.by_rules = 0, c.by_results = 2.169;
  EXPECT_EQ(c.text(),
            "73.17 -> 75.33 points: results +2.16, rules +0.00; not comparable: definition "
            "changed");
}

}  // namespace
