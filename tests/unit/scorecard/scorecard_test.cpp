#include <crmetrics/accumulators/mean.hpp>
#include <crmetrics/combinators/by.hpp>
#include <crmetrics/combinators/then.hpp>
#include <crmetrics/combinators/together.hpp>
#include <crmetrics/io/score_text.hpp>
#include <crmetrics/metrics/csat.hpp>
#include <crmetrics/metrics/error_rate.hpp>
#include <crmetrics/metrics/given.hpp>
#include <crmetrics/metrics/handle_time.hpp>
#include <crmetrics/metrics/nps.hpp>
#include <crmetrics/metrics/share_within.hpp>
#include <crmetrics/scorecard/bands.hpp>
#include <crmetrics/scorecard/bonus.hpp>
#include <crmetrics/scorecard/concepts.hpp>
#include <crmetrics/scorecard/corrector.hpp>
#include <crmetrics/scorecard/group.hpp>
#include <crmetrics/scorecard/points.hpp>
#include <crmetrics/scorecard/ranking.hpp>
#include <crmetrics/scorecard/redistribute.hpp>
#include <crmetrics/scorecard/scorecard.hpp>

#include "service_card.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace {

namespace crm = crmetrics;
using service_card::counted;
using service_card::measured;
using service_card::suggestion;
using s = service_card::source;

// The agent of the worked example; every number below was worked out by hand in fractions.
template <class Card>
void observe(Card& card, crm::successes_of compliance, crm::successes_of renewal) {
  card.update(measured<s::csat>{{4.5, 60}});
  card.update(measured<s::nps>{{42, 50}});
  card.update(counted<s::res24>{{171, 180}});
  card.update(measured<s::aht>{{420, 100}});
  card.update(counted<s::repeat7>{{12, 100}});
  card.update(measured<s::qa>{{88, 10}});
  card.update(measured<s::knowledge>{{90, 1}});
  card.update(counted<s::renewal>{renewal});
  card.update(counted<s::compliance>{compliance});
}

crm::score_report evaluate(service_card::weights w = {}, int suggestions = 0,
                           crm::successes_of compliance = {1, 300},
                           crm::successes_of renewal = {18, 20}) {
  auto card = service_card::make(w);
  observe(card, compliance, renewal);
  for (int i = 0; i != suggestions; ++i) card.update(suggestion{});
  return card.result();
}

TEST(scorecard, worked_agent_comes_out_as_by_hand) {
  const auto r = evaluate();
  // csat (4.5 - 3) / 1.6; nps 42 / 50; res24 exactly on its target; aht 180 / 200, corrected by
  // 1 - 0.5 x (0.12 - 0.08) / 0.10 = 0.8; qa 28 / 35; knowledge 30 / 40; renewal 20 / 25.
  EXPECT_NEAR(r.component("csat").score, 93.75, 1e-12);
  EXPECT_NEAR(r.component("nps").score, 84, 1e-12);
  EXPECT_NEAR(r.component("res24").score, 100, 1e-12);
  EXPECT_NEAR(r.component("aht").points, 90, 1e-12);
  EXPECT_NEAR(r.component("aht").factor, 0.8, 1e-12);
  EXPECT_NEAR(r.component("aht").score, 72, 1e-12);
  EXPECT_NEAR(r.component("qa").score, 80, 1e-12);
  EXPECT_NEAR(r.component("knowledge").score, 75, 1e-12);
  EXPECT_NEAR(r.component("renewal").score, 80, 1e-12);
  EXPECT_NEAR(*r.group("satisfaction").score, 1797. / 20, 1e-12);
  EXPECT_NEAR(*r.group("efficiency").score, 86, 1e-12);
  EXPECT_NEAR(*r.group("professional").score, 157. / 2, 1e-12);
  EXPECT_NEAR(*r.group("relationship").score, 80, 1e-12);
  EXPECT_NEAR(r.component("csat").contribution, 22.5, 1e-12);
  EXPECT_NEAR(r.component("nps").contribution, 336. / 25, 1e-12);
  EXPECT_NEAR(r.component("aht").contribution, 10.8, 1e-12);
  EXPECT_NEAR(*r.total, 2136. / 25, 1e-12);
  EXPECT_EQ(r.band, "A");
  EXPECT_EQ(r.coverage, 1);
  EXPECT_EQ(r.weight_not_assessed, 0);
  EXPECT_EQ(r.veto("compliance").state, crm::veto_state::clear);
}

TEST(scorecard, variants_of_the_worked_agent) {
  EXPECT_NEAR(*evaluate({.strength = 0}).total, 88.14, 1e-12);
  EXPECT_NEAR(*evaluate({.satisfaction = 30, .efficiency = 20, .relationship = 30}).total, 83.855,
              1e-12);
  EXPECT_NEAR(*evaluate({.satisfaction = 35, .relationship = 15, .res24 = 60, .aht = 40}).total,
              6863. / 80, 1e-12);
  EXPECT_NEAR(*evaluate({}, 2).total, 87.44, 1e-12);
  EXPECT_NEAR(*evaluate({}, 7).total, 88.44, 1e-12) << "the bonus stops at 3 points";
}

TEST(scorecard, too_few_renewals_pass_their_weight_on_and_show_it) {
  const auto r = evaluate({}, 0, {1, 300}, {3, 3});
  EXPECT_EQ(r.component("renewal").absent, crm::absence::insufficient);
  EXPECT_FALSE(r.group("relationship").score.has_value());
  EXPECT_NEAR(*r.total, 3872. / 45, 1e-12);
  EXPECT_NEAR(r.component("nps").contribution, 224. / 15, 1e-12);
  EXPECT_NEAR(r.coverage, 0.9, 1e-12);
  EXPECT_NEAR(r.weight_not_assessed, 0.1, 1e-12);
}

TEST(scorecard, veto_comes_after_the_bonus_and_half_a_per_cent_is_no_breach) {
  const auto fired = evaluate({}, 2, {2, 300});
  EXPECT_EQ(fired.veto("compliance").state, crm::veto_state::fired);
  EXPECT_NEAR(*fired.total, 59.9, 1e-12);
  EXPECT_EQ(fired.band, "D");
  EXPECT_NEAR(*fired.composite, 85.44, 1e-12) << "what would have been stays visible";

  EXPECT_EQ(evaluate({}, 0, {1, 200}).veto("compliance").state, crm::veto_state::clear)
      << "1 of 200 is exactly 0.5 %, not above it";
  EXPECT_EQ(evaluate({}, 0, {2, 399}).veto("compliance").state, crm::veto_state::fired);
  const auto few = evaluate({}, 0, {0, 40});
  EXPECT_EQ(few.veto("compliance").state, crm::veto_state::not_assessable);
  EXPECT_EQ(few.veto("compliance").absent, crm::absence::insufficient);
  EXPECT_NEAR(*few.total, 85.44, 1e-12);
}

TEST(scorecard, below_minimal_coverage_there_is_no_total_no_grade_no_pass) {
  auto card = service_card::make();
  card.update(measured<s::csat>{{4.5, 12}});
  card.update(counted<s::res24>{{95, 100}});
  card.update(measured<s::aht>{{420, 100}});
  card.update(counted<s::repeat7>{{12, 100}});
  const auto r = card.result();
  EXPECT_NEAR(r.coverage, 0.3, 1e-12);
  EXPECT_FALSE(r.total.has_value());
  EXPECT_TRUE(r.band.empty());
  EXPECT_EQ(r.component("csat").absent, crm::absence::insufficient);
  EXPECT_EQ(r.component("nps").absent, crm::absence::missing);
}

TEST(scorecard, an_absent_corrector_is_flagged_and_corrects_nothing) {
  auto card = service_card::make();
  card.update(measured<s::aht>{{420, 100}});
  card.update(counted<s::repeat7>{{12, 29}});
  const auto line = card.result().component("aht");
  EXPECT_TRUE(line.corrector_absent);
  EXPECT_EQ(line.factor, 1);
  EXPECT_NEAR(line.score, 90, 1e-12);
}

TEST(scorecard, lines_add_up_to_the_total_bit_for_bit) {
  const auto r = evaluate({}, 2, {2, 300}, {3, 3});
  auto lines = r.components;
  std::sort(lines.begin(), lines.end(),
            [](const auto& a, const auto& b) { return a.name.view() < b.name.view(); });
  double total = 0;
  for (const auto& line : lines) total += line.contribution;
  EXPECT_EQ(total, *r.composite);
  for (const auto& line : r.adjustments) total += line.points;
  EXPECT_EQ(total, *r.total);
}

TEST(scorecard, merges_like_one_pass_and_refuses_other_rules) {
  auto left = service_card::make();
  auto right = left.fresh();
  auto both = left.fresh();
  left.update(counted<s::res24>{{71, 80}});
  right.update(counted<s::res24>{{100, 100}});
  right.update(counted<s::compliance>{{1, 300}});
  both.update(counted<s::res24>{{71, 80}});
  both.update(counted<s::res24>{{100, 100}});
  both.update(counted<s::compliance>{{1, 300}});
  EXPECT_EQ(left + right, both);

  auto other = service_card::make({.satisfaction = 41});
  EXPECT_NE(other.convention(), left.convention());
  EXPECT_THROW(left.merge(other), crm::definition_mismatch);
}

TEST(scorecard, an_event_that_one_part_refuses_is_taken_by_none) {
  struct call {
    double handled;
    std::optional<int> rating;
  };
  auto card = crm::make_scorecard(
      crm::component("time", crm::on(&call::handled, crm::handle_time{}), crm::linear{900, 300}, 1),
      crm::component("rating", crm::on(&call::rating, crm::csat{}), crm::linear{0, 1}, 1));
  const auto before = card;
  EXPECT_THROW(card.update(call{100, 9}), crm::bad_input);
  EXPECT_EQ(card, before);
  EXPECT_THROW(card.update_many(std::vector<call>{{100, 3}, {-1, 3}, {100, 9}}), crm::bad_input);
  EXPECT_EQ(card, before);
}

TEST(scorecard, every_problem_of_a_definition_is_reported_at_once) {
  struct event {
    bool good;
    double seconds;
  };
  try {
    static_cast<void>(crm::make_scorecard(
        crm::component("a", crm::on(&event::good, crm::proportion{}), crm::linear{60, 90}, -1),
        crm::component("a", crm::on(&event::seconds, crm::handle_time{}), crm::linear{1, 5}, 1)
            .corrected_by("nobody", crm::scaled{.1, .1, 2}),
        crm::group("empty", 0, crm::component("b", crm::given{}, crm::linear{3, 3}, 0)),
        crm::bonus("bonus", crm::occurrences{}, {.points = -1, .at_most = 0}),
        crm::veto("v", crm::on(&event::good, crm::error_rate{}), crm::above{std::nan("")},
                  crm::cap{101})));
    FAIL() << "accepted";
  } catch (const crm::bad_input& e) {
    const std::string text = e.what();
    for (const char* part :
         {"weight must be finite and not negative", "the metric is a fraction",
          "two parts have this name", "floor and target contradict the metric", "start equals full",
          "strength must lie in [0, 1]", "floor equals target", "all weights are zero",
          "corrected by a part that the card does not have", "bonus points must be finite",
          "needs a cap above 0", "veto cap must lie in [0, 100]", "v: value \"nan\": not finite"}) {
      EXPECT_NE(text.find(part), std::string::npos) << part << "\nin\n" << text;
    }
  }
}

TEST(scorecard, a_card_inside_a_card_equals_a_group_and_the_flat_card) {
  struct answer {
    crm::figure a, b, c;
  };
  const auto part = [](auto member, crm::label name, double weight) {
    return crm::component(name, crm::on(member, crm::given{}), crm::linear{0, 100}, weight);
  };
  const auto nested = crm::make_scorecard(
      crm::component("inner",
                     crm::make_scorecard(part(&answer::a, "a", 3), part(&answer::b, "b", 1)), 60),
      part(&answer::c, "c", 40));
  const auto grouped = crm::make_scorecard(
      crm::group("inner", 60, part(&answer::a, "a", 3), part(&answer::b, "b", 1)),
      part(&answer::c, "c", 40));
  const auto flat = crm::make_scorecard(part(&answer::a, "a", 45), part(&answer::b, "b", 15),
                                        part(&answer::c, "c", 40));
  const answer e{{71.5, 3}, {12.25, 4}, {88, 5}};
  const auto total = [&](auto card) {
    card.update(e);
    return *card.result().total;
  };
  const double by_hand = .45 * 71.5 + .15 * 12.25 + .4 * 88;
  EXPECT_NEAR(total(nested), by_hand, 1e-12);
  EXPECT_NEAR(total(grouped), by_hand, 1e-12);
  EXPECT_NEAR(total(flat), by_hand, 1e-12);
}

// A share of 5 % was meant as .05, a repeat rate of 8 % as .08.
TEST(scorecard, thresholds_and_corrections_of_fractions_are_fractions) {
  struct event {
    bool good;
    double seconds;
    int score;
  };
  const auto errors = crm::on(&event::good, crm::error_rate{});
  const auto part =
      crm::component("a", crm::on(&event::good, crm::proportion{}), crm::linear{0, 1}, 1);
  const auto problems = [&](auto... parts) {
    try {
      static_cast<void>(crm::make_scorecard(parts...));
    } catch (const crm::bad_input& e) {
      return std::string(e.what());
    }
    return std::string("accepted");
  };
  EXPECT_EQ(problems(part, crm::veto("v", errors, crm::above{5}, crm::cap{50})),
            "1 problem\n  v: value \"5\": the metric is a fraction: the threshold must lie in "
            "[-1, 1]");
  EXPECT_EQ(problems(part, crm::veto("v", crm::on(&event::score, crm::nps{}), crm::below{-20},
                                     crm::cap{50})),
            "1 problem\n  v: value \"-20\": the metric is a fraction: the threshold must lie in "
            "[-1, 1]");
  const auto corrected = [&](crm::label by, crm::scaled rule) {
    return crm::component("time", crm::on(&event::seconds, crm::handle_time{}),
                          crm::linear{900, 300}, 1)
        .corrected_by(by, rule);
  };
  EXPECT_EQ(
      problems(corrected("repeats", {.start = 8, .full = 18, .strength = .5}),
               crm::corrector("repeats", errors)),
      "2 problems\n"
      "  time: value \"8\": correction: the corrector is a fraction: start and full must lie "
      "in [-1, 1]\n"
      "  time: value \"18\": correction: the corrector is a fraction: start and full must lie "
      "in [-1, 1]");
  EXPECT_NE(problems(corrected("a", {.start = 90, .full = 50}), part), "accepted")
      << "a component corrects";
  // What is no fraction has no such range.
  EXPECT_EQ(problems(part, crm::veto("v", crm::on(&event::seconds, crm::handle_time{}),
                                     crm::above{1'800}, crm::cap{50})),
            "accepted");
  EXPECT_EQ(problems(corrected("wait", {.start = 60, .full = 600}),
                     crm::corrector("wait", crm::on(&event::seconds, crm::handle_time{}))),
            "accepted");
}

// Cards of other settings anywhere below are other cards, also below then and together.
struct first_of_two {
  crm::estimate operator()(const std::tuple<crm::estimate, crm::estimate>& r) const {
    return std::get<0>(r);
  }
};
struct renewals {
  static constexpr std::string_view name = "renewal rate";
  static constexpr std::string_view definition = "successes / observed";
  static constexpr crm::direction direction = crm::direction::higher_is_better;
};
TEST(scorecard, the_definition_holds_the_settings_of_every_metric_below) {
  const auto card = [](int limit) {
    return crm::make_scorecard(crm::component(
        "answered in time",
        crm::then(crm::together(crm::share_within(crm::seconds{limit}), crm::handle_time{}),
                  first_of_two{}),
        crm::linear{0, 1}, 1));
  };
  EXPECT_EQ(card(30).definition(), card(30).definition());
  EXPECT_NE(card(30).definition(), card(60).definition());
  auto thirty = card(30);
  EXPECT_THROW(thirty.merge(card(60)), crm::definition_mismatch);

  const auto of = [](auto metric) {
    return crm::make_scorecard(crm::component("share", metric, crm::linear{0, 1}, 1)).definition();
  };
  EXPECT_NE(of(crm::proportion{}), of(crm::basic_proportion<renewals>{}))
      << "another metric of the same convention";
}

struct visit {
  crm::figure score;
  std::optional<bool> breach;
  std::optional<int> rating;
};
auto service(std::uint64_t min_n = 1, double min_coverage = 0) {
  return crm::make_scorecard(
             crm::component("score", crm::on(&visit::score, crm::given{}), crm::linear{0, 100}, 1)
                 .at_least(min_n),
             crm::component("rating", crm::on(&visit::rating, crm::csat{}), crm::linear{0, 1}, 1),
             crm::veto("compliance errors", crm::on(&visit::breach, crm::error_rate{}),
                       crm::above{.005}, crm::cap{40}))
      .with(crm::redistribute{.min_coverage = min_coverage});
}
auto desk(decltype(service()) inner) {
  return crm::make_scorecard(
      crm::component("service", std::move(inner), 60),
      crm::component("flat", crm::on(&visit::score, crm::given{}), crm::linear{0, 100}, 40),
      crm::veto("compliance errors", crm::on(&visit::breach, crm::error_rate{}), crm::above{.9},
                crm::cap{10}));
}

TEST(scorecard, holds_the_whole_report_of_a_card_inside) {
  auto card = desk(service());
  for (int i = 0; i != 10; ++i) card.update(visit{{90, 1}, i == 0, 5});
  const auto r = card.result();
  ASSERT_EQ(r.nested.size(), 1u);
  const crm::score_report& inner = r.inside("service");
  EXPECT_EQ(inner.veto("compliance errors").state, crm::veto_state::fired);
  EXPECT_EQ(r.veto("compliance errors").state, crm::veto_state::clear) << "its own";
  EXPECT_EQ(inner.component("score").raw.n(), 10u);
  EXPECT_NEAR(*inner.composite, 95, 1e-12);
  EXPECT_EQ(inner.adjustments.at(0).name.view(), "compliance errors");
  EXPECT_EQ(*inner.total, r.component("service").raw.value());
  EXPECT_THROW(static_cast<void>(r.inside("flat")), crm::error);
  EXPECT_NEAR(r.component("service").score, 40, 1e-12);
  EXPECT_NEAR(*r.total, .6 * 40 + .4 * 90, 1e-12) << "it capped inside, and only there";
  EXPECT_TRUE(r.adjustments.empty());

  auto house = crm::make_scorecard(crm::component("desk", card, 1));
  EXPECT_TRUE(house.result().vetoes.empty());
  for (int i = 0; i != 10; ++i) house.update(visit{{90, 1}, true, 5});
  const auto whole = house.result();
  const crm::score_report& of_desk = whole.inside("desk");
  EXPECT_EQ(of_desk.inside("service").veto("compliance errors").state, crm::veto_state::fired);
  EXPECT_EQ(of_desk.veto("compliance errors").state, crm::veto_state::clear) << "11 of 20";
  EXPECT_THROW(static_cast<void>(whole.veto("compliance errors")), crm::error);
}

TEST(scorecard, an_inner_card_that_is_absent_says_why) {
  const auto service_line = [](auto inner, std::vector<visit> visits) {
    auto card = desk(std::move(inner));
    card.update_many(visits);
    return card.result().component("service");
  };
  // Nothing at all was observed; not assessed inside is not assessed outside.
  const auto nothing = service_line(service(), {});
  EXPECT_EQ(nothing.absent, crm::absence::missing);
  EXPECT_EQ(nothing.raw.status(), crm::status::no_data);
  const auto few = service_line(service(5), {{{90, 2}, {}, {}}});
  EXPECT_EQ(few.absent, crm::absence::insufficient) << "2 of 5, and no ratings";
  EXPECT_EQ(few.raw.status(), crm::status::undefined) << "not: no data";
  const auto half = service_line(service(1, .75), {{{90, 2}, {}, {}}});
  EXPECT_EQ(half.absent, crm::absence::low_coverage);
  EXPECT_EQ(half.coverage_inside, .5);
  const auto whole = service_line(service(1, .75), {{{90, 2}, {}, 5}});
  EXPECT_EQ(whole.absent, crm::absence::none);
  EXPECT_EQ(whole.coverage_inside, 1);

  auto house = crm::make_scorecard(crm::component(
      "desk", crm::make_scorecard(crm::component("service", service(1, .75), 1)), 1));
  house.update(visit{{90, 2}, {}, {}});
  EXPECT_EQ(house.result().component("desk").absent, crm::absence::low_coverage)
      << "the reason comes up through all cards";
}

// Sums that cannot take an event because of what they hold already.
TEST(scorecard, an_overflow_in_one_part_leaves_all_as_they_were) {
  auto card = crm::make_scorecard(
      crm::component("a", crm::mean{}, crm::linear{0, 100}, 1),
      crm::group("g", 1, crm::component("b", crm::mean{}, crm::linear{0, 100}, 1),
                 crm::component("c", crm::integer_mean{}, crm::linear{0, 100}, 1)));
  for (int i = 0; i != 4; ++i) card.update(INT64_MAX);
  const auto before = card;
  EXPECT_THROW(card.update(INT64_MAX), crm::overflow);
  EXPECT_EQ(card, before);
  auto outer = crm::make_scorecard(crm::component("a", crm::mean{}, crm::linear{0, 100}, 1),
                                   crm::component("inner", card.fresh(), 1));
  for (int i = 0; i != 4; ++i) outer.update(INT64_MAX);
  const auto full = outer;
  EXPECT_THROW(outer.update(INT64_MAX), crm::overflow);
  EXPECT_EQ(outer, full);
}

TEST(bands, cover_every_total_and_a_perfect_score_is_in_the_top_one) {
  const crm::bands grades{{"S", 95}, {"A", 85}, {"C", 60}, {"D", 0}};
  EXPECT_EQ(grades.of(100), "S");
  EXPECT_EQ(grades.of(95), "S");
  EXPECT_EQ(grades.of(94.9999), "A");
  EXPECT_EQ(grades.of(59.99999999999999), "C") << "an exact 60 that lost its last bits";
  EXPECT_EQ(grades.of(59.999), "D");
  EXPECT_EQ(grades.of(0), "D");
  EXPECT_EQ(grades.of(-1e-17), "D");
}

TEST(bands, refuse_what_leaves_a_total_without_a_grade) {
  EXPECT_THROW((crm::bands{{"A", 50}, {"B", 60}, {"C", 0}}), crm::bad_input);
  EXPECT_THROW((crm::bands{{"A", 50}, {"B", 10}}), crm::bad_input);
  EXPECT_THROW((crm::bands{{"A", 101}, {"B", 0}}), crm::bad_input);
  EXPECT_THROW((crm::bands{{"A", 50}, {"A", 0}}), crm::bad_input);
}

TEST(linear, scores_slopes_and_directions) {
  constexpr crm::linear up{.60, .90};
  static_assert(up.score(.90) == 100 && up.score(.60) == 0 && up.score(2) == 100);
  constexpr crm::linear down{900, 300};
  static_assert(down.score(600) == 50 && down.score(1000) == 0);
  static_assert(down.direction() == crm::direction::lower_is_better);
  EXPECT_NEAR(down.slope(600), -100. / 600, 1e-15);
  EXPECT_EQ(down.slope(200), 0);
  constexpr crm::linear capped{0, 10, 1.1};
  static_assert(capped.score(11) > 109.99 && capped.score(20) == 100 * 1.1);
}

TEST(ranking, competition_ranks_ties_and_the_unranked) {
  struct answer {
    int agent;
    crm::figure f;
  };
  auto team = crm::by(&answer::agent,
                      crm::make_scorecard(crm::component("f", crm::on(&answer::f, crm::given{}),
                                                         crm::linear{0, 100}, 1)
                                              .at_least(2)));
  team.update_many(std::vector<answer>{
      {1, {70, 5}}, {2, {90, 5}}, {3, {70 + 1e-12, 5}}, {4, {10, 5}}, {5, {99, 1}}});
  const auto results = team.result();
  const auto lines = crm::competition_ranking(results);
  ASSERT_EQ(lines.size(), 5u);
  const std::vector<int> keys{2, 1, 3, 4, 5};
  const std::vector<std::optional<std::size_t>> ranks{1, 2, 2, 4, std::nullopt};
  for (std::size_t i = 0; i != 5; ++i) {
    EXPECT_EQ(lines[i].key, keys[i]);
    EXPECT_EQ(lines[i].rank, ranks[i]);
  }
}

TEST(grid_points, round_half_to_even_on_a_billionth) {
  EXPECT_EQ(crm::grid_points::of(59.9999999999), crm::grid_points::of(60));
  EXPECT_NE(crm::grid_points::of(59.99999999), crm::grid_points::of(60));
}

TEST(scorecard, one_weight_raised_and_the_siblings_scaled) {
  const auto leaf = [](crm::label name, double weight) {
    return crm::component(name, crm::given{}, crm::linear{0, 100}, weight);
  };
  const auto card = crm::make_scorecard(
      crm::group("satisfaction", 40, leaf("csat", 60), leaf("nps", 40)), leaf("efficiency", 30),
      leaf("professional", 20), leaf("relationship", 10));
  // 70 instead of 90 are left for 40, 30 and 20.
  const auto raised = card.raised("relationship", 30);
  const double left = 70.0 / 90;
  EXPECT_EQ(raised.definition(), card.reweighted({{"satisfaction", 40 * left},
                                                  {"efficiency", 30 * left},
                                                  {"professional", 20 * left},
                                                  {"relationship", 30}})
                                     .definition());
  EXPECT_EQ(card.raised("nps", 100).definition(),
            card.reweighted({{"nps", 100}, {"csat", 0}}).definition());
  EXPECT_THROW(static_cast<void>(card.raised("relationship", 101)), crm::bad_input);
  EXPECT_THROW(static_cast<void>(card.raised("relations", 30)), crm::bad_input);
  EXPECT_THROW(static_cast<void>(card.raised("csat", -1)), crm::bad_input);
}

struct idea {
  int adopted;
};

TEST(scorecard, bonuses_and_vetoes_can_be_computed_again_from_the_report) {
  struct check {
    bool failed;
  };
  auto card = crm::make_scorecard(
      crm::component("figure", crm::given{}, crm::linear{0, 100}, 1),
      crm::bonus("ideas", crm::on(&idea::adopted, crm::mean{}), {.points = 2, .at_most = 5}),
      crm::deduction("faults", crm::on([](const check& c) { return c.failed; }, crm::error_rate{}),
                     {.points = 10, .at_most = 5})
          .at_least(2),
      crm::veto("limit", crm::on([](const check& c) { return c.failed; }, crm::error_rate{}),
                crm::above{.9}, crm::cap{10}),
      crm::veto("count", crm::on([](const check& c) { return c.failed; }, crm::error_rate{}),
                crm::more_than{7}, crm::cap{10}));
  card.update(crm::figure{50, 3});
  card.update(check{true});
  const crm::score_report few = card.result();
  ASSERT_EQ(few.bonuses.size(), 2U);
  EXPECT_EQ(few.bonuses[0].name, crm::label("faults"));
  EXPECT_EQ(few.bonuses[0].absent, crm::absence::insufficient);
  EXPECT_EQ(few.bonuses[0].min_n, 2U);
  EXPECT_EQ(few.bonuses[0].points, 0);
  EXPECT_EQ(few.bonuses[1].absent, crm::absence::missing);
  EXPECT_NE(
      to_text(few).find("deduction faults: not assessed: insufficient, needs n = 2, n = 1 (10.00 "
                        "points each, at most 5.00)\n"
                        "bonus ideas: not assessed: missing, n = 0 (2.00 points each, at most "
                        "5.00)\n"),
      std::string::npos)
      << to_text(few);
  card.update(check{false});
  card.update(idea{2});
  const crm::score_report r = card.result();
  for (const crm::bonus_line& b : r.bonuses) {
    const double points = std::min(b.raw.value() * b.each, b.at_most);
    EXPECT_EQ(b.points, b.takes ? -points : points) << b.name.view();
  }
  EXPECT_EQ(r.bonuses[0].points, -5);
  EXPECT_EQ(r.bonuses[1].points, 4);
  EXPECT_NEAR(*r.total, 49, 1e-12);
  EXPECT_EQ(r.veto("limit").threshold, .9);
  EXPECT_FALSE(r.veto("limit").allowed.has_value());
  EXPECT_EQ(r.veto("count").allowed, 7U);
}

}  // namespace
