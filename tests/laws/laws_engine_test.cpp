#include <crmetrics/accumulators/proportion.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/metrics/given.hpp>
#include <crmetrics/scorecard/absent.hpp>
#include <crmetrics/scorecard/aggregated_by.hpp>
#include <crmetrics/scorecard/beta_binomial.hpp>
#include <crmetrics/scorecard/evaluate_each.hpp>
#include <crmetrics/scorecard/explanation.hpp>
#include <crmetrics/scorecard/james_stein.hpp>
#include <crmetrics/scorecard/normal_normal.hpp>
#include <crmetrics/scorecard/perspective_view.hpp>
#include <crmetrics/scorecard/power.hpp>
#include <crmetrics/scorecard/scorecard.hpp>
#include <crmetrics/scorecard/uncertainty.hpp>

#include "laws/for_all.hpp"
#include "laws/results.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Laws of the policies of the engine, on random cards: what is absent (L10), L9 by explanations and
// perspectives, marginal values (L22), uncertainty (L19). Those of cards as such are in
// laws_scorecard_test.cpp.
namespace crmetrics::laws {
namespace {

constexpr double points_near = 1e-10;  // 1e-12 of the 100 points

void require(bool holds, std::string_view law) {
  if (!holds) throw law_broken(std::string(law));
}

struct leaf {
  double floor = 0;
  double target = 1;
  double weight = 1;
  double raw = 0;
  double error = 0;
  bool present = true;

  double points() const { return 100 * std::clamp((raw - floor) / (target - floor), 0.0, 1.0); }
};
using leaves = std::array<leaf, 5>;

// Inside of floor and target, so that nothing lies on a kink; the first is always there.
leaves draw_leaves(tape& t, bool may_lack) {
  leaves all;
  for (std::size_t i = 0; i != all.size(); ++i) {
    leaf& l = all[i];
    l.floor = t.real(-50, 50);
    const double span = t.real(5, 100);
    l.target = l.floor + (t.chance(2) ? -span : span);
    l.weight = t.real(.25, 50);
    l.raw = l.floor + (l.target - l.floor) * t.real(.05, .95);
    l.error = t.real(.01, .1) * span;
    l.present = i == 0 || !may_lack || !t.chance(3);
  }
  return all;
}

template <int I>
struct fact {
  figure f;
};
struct reworked {
  figure share;
};

template <int I>
auto part(label name, const leaf& l) {
  return component(name, on(&fact<I>::f, given{}), linear{l.floor, l.target}, l.weight);
}
// How much a correction takes at most.
struct strengths {
  double of_b = 0;
  double of_d = 0;
};
strengths draw_strengths(tape& t) { return {t.real(0, 1), t.real(0, 1)}; }
// b is corrected by a corrector, d by another component.
template <class... More>
auto card_of(const leaves& l, strengths s, More... more) {
  return make_scorecard(
      group("g", 3, part<0>("a", l[0]).in("customer"),
            part<1>("b", l[1]).corrected_by("rework", scaled{.2, .7, s.of_b})),
      group("h", 2, part<2>("c", l[2]),
            part<3>("d", l[3]).corrected_by("a", scaled{l[0].target, l[0].floor, s.of_d}))
          .in("process"),
      part<4>("e", l[4]), corrector("rework", on(&reworked::share, given{})), more...);
}
template <class Card>
Card fed(Card card, const leaves& l, double rework = .4) {
  if (l[0].present) card.update(fact<0>{{l[0].raw, 9, l[0].error}});
  if (l[1].present) card.update(fact<1>{{l[1].raw, 9, l[1].error}});
  if (l[2].present) card.update(fact<2>{{l[2].raw, 9, l[2].error}});
  if (l[3].present) card.update(fact<3>{{l[3].raw, 9, l[3].error}});
  if (l[4].present) card.update(fact<4>{{l[4].raw, 9, l[4].error}});
  card.update(reworked{{rework, 9, .02}});
  return card;
}

void absent_means_what_the_policy_says(tape t) {
  const leaves l = draw_leaves(t, true);
  const strengths strength = draw_strengths(t);
  const double points = t.whole(0, 100);
  const bool lacks =
      std::any_of(l.begin(), l.end(), [](const leaf& each) { return !each.present; });

  const auto failed = fed(card_of(l, strength).with(fail{}), l).result();
  require(failed.total.has_value() == !lacks, "L10 fail where, and only where, any is missing");

  // Neutral: the same as that component fixed at those points, which nothing corrects.
  leaves fixed = l;
  for (leaf& each : fixed) {
    if (!each.present) each = {0, 100, each.weight, points, 1, true};
  }
  const strengths measured{l[1].present ? strength.of_b : 0, l[3].present ? strength.of_d : 0};
  const auto neutral_card = fed(card_of(l, strength).with(neutral{points}), l).result();
  const auto fixed_card = fed(card_of(fixed, measured), fixed).result();
  require_near(*neutral_card.total, *fixed_card.total, points_near, "L10 neutral is fixed points");
  if (points == 0) {
    const auto zeroed = fed(card_of(l, strength).with(zero{}), l).result();
    require_near(*zeroed.total, *neutral_card.total, 0, "L10 zero is neutral at 0");
  }
  // Filled in or redistributed, the coverage is the same.
  const auto redistributed = fed(card_of(l, strength), l).result();
  require_near(neutral_card.coverage, redistributed.coverage, 0, "L10 coverage");
  require_near(neutral_card.weight_not_assessed, redistributed.weight_not_assessed, 0,
               "L10 weight not assessed");
}

void explanations_and_perspectives_add_up(tape t) {
  const leaves l = draw_leaves(t, true);
  const auto r = fed(card_of(l, draw_strengths(t)), l).result();
  const explanation e = explain(r, {.losses = 99, .steps = {}});
  require_near(e.sum(), *r.total, 0, "L9 the parts of an explanation are the total, exactly");
  double lost = 0;
  for (const explanation::loss& loss : e.losses) lost += loss.adjustment ? 0 : loss.points;
  require_near(lost, 100 - *r.composite, points_near, "L9 losses are what is missing to 100");
  double weight = 0;
  double contribution = 0;
  double not_assessed = 0;
  for (const perspective_line& p : by_perspective(r)) {
    weight += p.weight;
    contribution += p.contribution;
    not_assessed += p.not_assessed;
    if (p.score) require_near(*p.score * p.weight_used, p.contribution, points_near, "L9 score");
  }
  require_near(weight, 1, 1e-12, "L9 perspectives are the whole");
  require_near(contribution, *r.composite, points_near, "L9 contributions of perspectives");
  require_near(not_assessed, r.weight_not_assessed, 1e-12, "L9 not assessed in perspectives");
}

template <class... More>
void marginals_are_differences(const leaves& l, strengths strength, double rework, More... more) {
  const auto total = [&](const leaves& at, double repeats) {
    return *fed(card_of(l, strength, more...), at, repeats).result(confidence_level::none()).total;
  };
  const auto r = fed(card_of(l, strength, more...), l, rework).result(confidence_level::none());
  for (std::size_t i = 0; i != l.size(); ++i) {
    if (!l[i].present) {
      require(r.components[i].marginal == 0, "L22 nothing measured is worth nothing");
      continue;
    }
    const double h = 1e-5 * std::abs(l[i].target - l[i].floor);
    leaves less = l;
    leaves more_of = l;
    less[i].raw -= h;
    more_of[i].raw += h;
    const double difference =
        (total(more_of, rework) - total(less, rework)) / (more_of[i].raw - less[i].raw);
    require_near(r.components[i].marginal, difference, 1e-6 * (1 + std::abs(difference)),
                 "L22 a component");
  }
  const double difference = (total(l, rework + 1e-6) - total(l, rework - 1e-6)) / 2e-6;
  require_near(r.correctors[0].marginal, difference, 1e-6 * (1 + std::abs(difference)),
               "L22 a corrector");
}
void a_unit_is_worth_the_finite_difference(tape t) {
  const leaves l = draw_leaves(t, true);
  const strengths strength = draw_strengths(t);
  const double rework = t.real(.25, .65);
  marginals_are_differences(l, strength, rework);
  const double p = t.real(-3, 3);
  marginals_are_differences(l, strength, rework, aggregated_by(power{p}));
}

// The same of what is measured, where priors take part: of a share, of a value with its error, and
// of one that also corrects another. A share is drawn in a straight line, so its steps are whole
// successes.
void a_measured_unit_is_worth_the_finite_difference(tape t) {
  const leaves l = draw_leaves(t, false);
  const normal_normal by_error{.mean = l[0].floor,
                               .between = t.real(.05, .5) * std::abs(l[0].target - l[0].floor)};
  const james_stein by_factor{l[1].target, t.real(.1, 1)};
  const beta_binomial prior{t.real(.2, .8), t.real(0, 100)};
  const double strength = t.real(0, 1);
  const auto n = static_cast<std::uint64_t>(t.whole(10, 60));
  const auto x = static_cast<std::uint64_t>(t.whole(2, static_cast<int>(n) - 2));
  const auto result = [&](double a, double b, std::uint64_t successes) {
    auto card = make_scorecard(
        part<0>("a", l[0]).shrunk_by(by_error),
        part<1>("b", l[1]).shrunk_by(by_factor).corrected_by(
            "a", scaled{l[0].target, l[0].floor, strength}),
        component("share", proportion{}, linear{0, 1}, l[2].weight).shrunk_by(prior));
    card.update(fact<0>{{a, 9, l[0].error}});
    card.update(fact<1>{{b, 9, l[1].error}});
    card.update(successes_of{successes, n});
    return card.result(confidence_level::none());
  };
  const auto r = result(l[0].raw, l[1].raw, x);
  const auto is = [&](std::size_t i, double difference) {
    require_near(r.components[i].marginal_measured(), difference, 1e-6 * (1 + std::abs(difference)),
                 "L22 a unit that is measured");
    require_near(explain(r).value_of(r.components[i].name).per_unit,
                 difference * (i == 2 ? .01 : 1), 1e-6 * (1 + std::abs(difference)),
                 "L22 the exchange table");
  };
  const double h = 1e-5 * std::abs(l[0].target - l[0].floor);
  is(0, (*result(l[0].raw + h, l[1].raw, x).total - *result(l[0].raw - h, l[1].raw, x).total) /
            (2 * h));
  const double k = 1e-5 * std::abs(l[1].target - l[1].floor);
  is(1, (*result(l[0].raw, l[1].raw + k, x).total - *result(l[0].raw, l[1].raw - k, x).total) /
            (2 * k));
  is(2, (*result(l[0].raw, l[1].raw, x + 1).total - *result(l[0].raw, l[1].raw, x - 1).total) /
            (2 / static_cast<double>(n)));
}

void doubt_falls_as_n_grows_and_knows_no_threads(tape t) {
  leaves l = draw_leaves(t, true);
  const strengths strength = draw_strengths(t);
  const auto wide = fed(card_of(l, strength).with(delta{}), l).result();
  for (leaf& each : l) each.error /= 2;
  const auto narrow = fed(card_of(l, strength).with(delta{}), l).result();
  require(narrow.uncertainty->standard_error <= wide.uncertainty->standard_error, "L19 error");
  require(narrow.uncertainty->interval.width() <= wide.uncertainty->interval.width() + points_near,
          "L19 width");
  require_near(*narrow.total, *wide.total, 0, "L19 doubt moves no total");

  const auto card = fed(card_of(l, strength).with(monte_carlo{100, t.next()}), l);
  const std::vector cards(20, card);
  const auto alone = card.result();
  for (const unsigned threads : {1u, 3u}) {
    for (const score_report& r : evaluate_each(cards, threads)) {
      require_near(r.uncertainty->standard_error, alone.uncertainty->standard_error, 0,
                   "L19 threads");
      require(r.uncertainty->interval == alone.uncertainty->interval, "L19 threads");
    }
  }
}

constexpr int cases = 1'000;
constexpr std::size_t length = 60;

TEST(engine_laws, L10_absent_means_what_the_policy_says) {
  EXPECT_EQ(for_all_tapes(cases, length, absent_means_what_the_policy_says), "");
}
TEST(engine_laws, L9_explanations_and_perspectives_add_up) {
  EXPECT_EQ(for_all_tapes(cases, length, explanations_and_perspectives_add_up), "");
}
TEST(engine_laws, L22_a_unit_is_worth_the_finite_difference) {
  EXPECT_EQ(for_all_tapes(cases, length, a_unit_is_worth_the_finite_difference), "");
}
TEST(engine_laws, L22_a_unit_that_is_measured_is_worth_the_finite_difference) {
  EXPECT_EQ(for_all_tapes(cases, length, a_measured_unit_is_worth_the_finite_difference), "");
}
TEST(engine_laws, L19_doubt_falls_as_n_grows_and_knows_no_threads) {
  EXPECT_EQ(for_all_tapes(cases, length, doubt_falls_as_n_grows_and_knows_no_threads), "");
}

}  // namespace
}  // namespace crmetrics::laws
