#include <crmetrics/accumulators/mean.hpp>
#include <crmetrics/accumulators/occurrences.hpp>
#include <crmetrics/accumulators/proportion.hpp>
#include <crmetrics/combinators/bootstrap.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/combinators/where.hpp>
#include <crmetrics/core/normal.hpp>
#include <crmetrics/intervals/wilson.hpp>
#include <crmetrics/io/explanation_text.hpp>
#include <crmetrics/io/score_text.hpp>
#include <crmetrics/metrics/given.hpp>
#include <crmetrics/metrics/nps.hpp>
#include <crmetrics/scorecard/explanation.hpp>
#include <crmetrics/scorecard/geometric.hpp>
#include <crmetrics/scorecard/kink.hpp>
#include <crmetrics/scorecard/logistic.hpp>
#include <crmetrics/scorecard/minimum.hpp>
#include <crmetrics/scorecard/ranked_value.hpp>
#include <crmetrics/scorecard/scorecard.hpp>
#include <crmetrics/scorecard/steps.hpp>
#include <crmetrics/scorecard/target.hpp>
#include <crmetrics/scorecard/target_range.hpp>
#include <crmetrics/scorecard/total_difference.hpp>
#include <crmetrics/scorecard/uncertainty.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

// How sure a total is where a normal curve around it is not the whole truth: at kinks and limits,
// at shares of 0 and 100 %, under vetoes, with cards in cards.
namespace {

namespace crm = crmetrics;

struct a {
  crm::figure f;
};
struct b {
  crm::figure f;
};
struct c {
  crm::figure f;
};
struct answer {
  bool yes;
};
struct idea {
  bool adopted = true;
};

template <class Event>
auto points_of(crm::label name, double weight = 1) {
  return crm::component(name, crm::on(&Event::f, crm::given{}), crm::linear{0, 100}, weight);
}
auto grades() { return crm::bands{{"A", 85}, {"B", 75}, {"C", 60}, {"D", 0}}; }
const crm::score_uncertainty& doubt(const crm::score_report& r) { return r.uncertainty.value(); }
double probability(const crm::score_uncertainty& u, std::string_view band) {
  for (const auto& p : u.bands) {
    if (p.band == band) return p.probability;
  }
  return -1;
}

template <class Method>
crm::score_report of_answers(std::uint64_t yes, std::uint64_t of, Method method) {
  auto card = crm::make_scorecard(crm::component("share", crm::on(&answer::yes, crm::proportion{}),
                                                 crm::linear{.4, 1}, 1))
                  .graded(grades())
                  .with(method);
  for (std::uint64_t i = 0; i != of; ++i) card.update(answer{i < yes});
  return card.result(crm::confidence_level::none());
}
constexpr crm::monte_carlo simulated{.draws = 40'000, .seed = 5};

// ---- shares of 0 and 100 %

TEST(uncertainty_of_shares, three_of_three_are_no_certainty) {
  const crm::score_report tangent = of_answers(3, 3, crm::delta{});
  EXPECT_EQ(*tangent.total, 100);
  // Two successes and two failures more: 5 of 7. On the target only the way down counts.
  const double error = std::sqrt(5. / 7 * 2 / 7 / 7) * 100 / .6;
  EXPECT_NEAR(doubt(tangent).standard_error, error, 1e-9);
  EXPECT_NEAR(doubt(tangent).interval.low, 100 - 1.959963984540054 * error, 1e-9);
  EXPECT_EQ(doubt(tangent).interval.high, 100);
  EXPECT_NEAR(probability(doubt(tangent), "A"), crm::normal_cdf(15 / error), 1e-9);
  EXPECT_TRUE(doubt(tangent).near_kink);

  const crm::score_report drawn = of_answers(3, 3, simulated);
  const double low = crm::wilson::bounds(crm::binomial_sample{3, 3}).low;
  EXPECT_NEAR(doubt(drawn).interval.low, 100 * (low - .4) / .6, 1.5);
  EXPECT_EQ(doubt(drawn).interval.high, 100);
  EXPECT_LT(probability(doubt(drawn), "A"), .8);
  EXPECT_GT(probability(doubt(drawn), "D"), .05);
}

TEST(uncertainty_of_shares, a_simulated_share_is_as_wide_as_its_own_interval) {
  for (const auto& [yes, of] : {std::pair{19u, 20u}, {20u, 20u}, {60u, 80u}, {9u, 20u}}) {
    const auto own = crm::wilson::bounds(crm::binomial_sample{double(yes), double(of)});
    const auto points = [](double share) { return 100 * (share - .4) / .6; };
    const crm::score_report r = of_answers(yes, of, simulated);
    EXPECT_NEAR(doubt(r).interval.low, std::max(0., points(own.low)), .7) << yes;
    EXPECT_NEAR(doubt(r).interval.high, points(own.high), .7) << yes;
  }
}

TEST(uncertainty_of_shares, two_agents_with_everything_and_nothing_are_not_surely_different) {
  for (const bool simulate : {false, true}) {
    const auto of = [&](std::uint64_t yes, std::uint64_t n) {
      return simulate ? of_answers(yes, n, simulated) : of_answers(yes, n, crm::delta{});
    };
    const crm::difference d = crm::total_difference(of(5, 5), of(400, 400));
    EXPECT_EQ(d.value(), 0);
    ASSERT_TRUE(d.standard_error());
    EXPECT_GT(*d.standard_error(), 5);
    const crm::difference few = crm::total_difference(of(2, 2), of(1, 2));
    EXPECT_GT(*few.p_value(), .02);
    EXPECT_LT(*crm::total_difference(of(200, 200), of(120, 200)).p_value(), 1e-6);
  }
}

TEST(uncertainty_of_shares, an_nps_of_promoters_only_is_no_certainty) {
  struct survey {
    int score;
  };
  auto card = crm::make_scorecard(
                  crm::component("nps", crm::on(&survey::score, crm::nps{}), crm::linear{-1, 1}, 1))
                  .with(crm::delta{});
  for (int i = 0; i != 9; ++i) card.update(survey{10});
  // 9.75 promoters, 1.5 passives, .75 detractors of 12
  const double net = 9. / 12;
  EXPECT_NEAR(doubt(card.result()).standard_error, 50 * std::sqrt((10.5 / 12 - net * net) / 12),
              1e-9);
}

// What rounding leaves is no error: equal draws are not told apart by it.
TEST(uncertainty_of_shares, an_error_below_the_grid_of_totals_is_none) {
  crm::score_report r = of_answers(10, 20, crm::delta{});
  EXPECT_TRUE(crm::ranked_total(r));
  r.uncertainty->standard_error = 5.6e-12;
  EXPECT_FALSE(crm::ranked_total(r));
  EXPECT_FALSE(crm::total_difference(r, of_answers(20, 30, crm::delta{})).p_value());
}

TEST(uncertainty_of_shares, replicates_that_do_not_differ_are_no_certainty) {
  struct vote {
    int customer;
    bool yes;
  };
  const auto boot = [](auto metric) {
    return crm::bootstrap(&vote::customer, metric, {.replicates = 100, .seed = 3});
  };
  auto share = boot(crm::on(&vote::yes, crm::proportion{}));
  auto card = boot(crm::make_scorecard(
      crm::component("share", crm::on(&vote::yes, crm::proportion{}), crm::linear{.4, 1}, 1)));
  for (int i = 0; i != 8; ++i) {
    share.update(vote{i, true});
    card.update(vote{i, true});
  }
  EXPECT_EQ(share.result().value(), 1);
  EXPECT_FALSE(share.result().standard_error());
  EXPECT_FALSE(share.result().interval());
  EXPECT_EQ(*card.result().total, 100);
  EXPECT_FALSE(card.result().uncertainty);
  share.update(vote{9, false});
  card.update(vote{9, false});
  EXPECT_TRUE(share.result().interval());
  EXPECT_TRUE(card.result().uncertainty);
}

// ---- limits and vetoes

template <class Effect>
auto capped(Effect effect) {
  return crm::make_scorecard(points_of<a>("a"), crm::veto("breach", crm::on(&c::f, crm::given{}),
                                                          crm::above{.005}, effect))
      .graded(grades());
}
template <class Effect, class Method>
crm::score_report breached(Effect effect, Method method, double points, double error) {
  auto card = capped(effect).with(method);
  card.update(a{{points, 50, error}});
  card.update(c{{.01, 300, .001}});
  return card.result();
}

TEST(uncertainty_at_limits, a_cap_that_fired_bounds_the_interval_and_the_grade) {
  const crm::score_report below = breached(crm::cap{59.9}, crm::delta{}, 58, 5);
  EXPECT_NEAR(*below.total, 58, 1e-12);
  EXPECT_NEAR(doubt(below).interval.low, 58 - 1.959963984540054 * 5, 1e-9);
  EXPECT_EQ(doubt(below).interval.high, 59.9);
  EXPECT_EQ(probability(doubt(below), "C"), 0);
  EXPECT_EQ(probability(doubt(below), "D"), 1);
  EXPECT_TRUE(doubt(below).near_kink);

  const crm::score_report held = breached(crm::cap{59.9}, crm::delta{}, 60.5, 5);
  EXPECT_EQ(*held.total, 59.9);
  EXPECT_TRUE(held.held);
  EXPECT_NEAR(doubt(held).standard_error, 5, 1e-9) << "what it is before the veto";
  EXPECT_NEAR(doubt(held).interval.low, 60.5 - 1.959963984540054 * 5, 1e-9);
  EXPECT_EQ(doubt(held).interval.high, 59.9);
  EXPECT_EQ(probability(doubt(held), "D"), 1);
  EXPECT_TRUE(doubt(held).near_kink);
  EXPECT_EQ(held.component("a").marginal, 0) << "a small change moves nothing";

  const crm::score_report simulation = breached(crm::cap{59.9}, simulated, 60.5, 5);
  EXPECT_NEAR(doubt(simulation).interval.low, doubt(held).interval.low, .2);
  EXPECT_EQ(doubt(simulation).interval.high, 59.9);
  EXPECT_EQ(probability(doubt(simulation), "D"), 1);
}

TEST(uncertainty_at_limits, a_bonus_moves_the_centre_and_100_bounds_it) {
  for (const bool simulate : {false, true}) {
    auto card = crm::make_scorecard(points_of<a>("a"),
                                    crm::bonus("ideas", crm::on(&idea::adopted, crm::occurrences{}),
                                               {.points = 1, .at_most = 5}))
                    .graded(grades());
    card = simulate ? std::move(card).with(simulated) : std::move(card).with(crm::delta{});
    card.update(a{{95.5, 50, 6.}});
    for (int i = 0; i != 5; ++i) card.update(idea{});
    const crm::score_report r = card.result();
    EXPECT_EQ(*r.total, 100);
    EXPECT_NEAR(doubt(r).interval.low, 100.5 - 1.959963984540054 * 6, simulate ? .2 : 1e-9);
    EXPECT_EQ(doubt(r).interval.high, 100);
    EXPECT_NEAR(probability(doubt(r), "A"), crm::normal_cdf(15.5 / 6), simulate ? .005 : 1e-9);
  }
}

TEST(uncertainty_at_limits, a_veto_on_the_band_lowers_its_probabilities) {
  for (const bool simulate : {false, true}) {
    const auto with = [&](auto effect) {
      return simulate ? breached(effect, simulated, 80, 4) : breached(effect, crm::delta{}, 80, 4);
    };
    const double near = simulate ? .01 : 1e-9;
    const double first = 1 - crm::normal_cdf(5 / 4.);
    const double second = crm::normal_cdf(5 / 4.) - crm::normal_cdf(-5 / 4.);
    const double third = crm::normal_cdf(-5 / 4.) - crm::normal_cdf(-5.);

    const crm::score_report dropped = with(crm::drop_bands{1});
    EXPECT_EQ(dropped.band, "C");
    EXPECT_EQ(probability(doubt(dropped), "A"), 0);
    EXPECT_NEAR(probability(doubt(dropped), "B"), first, near);
    EXPECT_NEAR(probability(doubt(dropped), "C"), second, near);
    EXPECT_NEAR(probability(doubt(dropped), "D"), 1 - first - second, near);

    const std::string text = crm::to_text(crm::explain(dropped));
    const double c_or_better = crm::normal_cdf(5 / 4.);  // the total a B or better
    EXPECT_NE(text.find("C or better with probability 0.89"), std::string::npos) << text;
    EXPECT_NEAR(doubt(dropped).at_least("C").value(), c_or_better, near);

    const crm::score_report blocked = with(crm::block_band{"B"});
    EXPECT_EQ(blocked.band, "C");
    EXPECT_EQ(probability(doubt(blocked), "A"), 0);
    EXPECT_EQ(probability(doubt(blocked), "B"), 0);
    EXPECT_NEAR(probability(doubt(blocked), "C"), first + second + third, near);
  }
}

// ---- kinks of the total, not of one curve

// "near the target of a, the start of the correction by rework".
std::string named(const crm::score_uncertainty& u) { return crm::detail::near_text(u); }

template <class Card>
std::string kinks(Card card, const crm::figure& of_a, const crm::figure& of_b) {
  auto with = std::move(card).with(crm::delta{});
  with.update(a{of_a}), with.update(b{of_b});
  return named(doubt(with.result()));
}

TEST(uncertainty_near_kinks, are_named) {
  const auto one = [](auto curve, double value, double error) {
    auto card = crm::make_scorecard(crm::component("a", crm::on(&a::f, crm::given{}), curve, 1))
                    .with(crm::delta{});
    card.update(a{{value, 50, error}});
    return named(doubt(card.result()));
  };
  EXPECT_EQ(one(crm::linear{20, 80}, 79, 3), ", near the target of a");
  EXPECT_EQ(one(crm::linear{20, 80}, 80, 3), ", near the target of a") << "exactly on it";
  EXPECT_EQ(one(crm::linear{20, 80}, 21, 3), ", near the floor of a");
  EXPECT_EQ(one(crm::linear{80, 20}, 79, 3), ", near the floor of a") << "lower is better";
  EXPECT_EQ(one(crm::linear{20, 60, 1.5}, 79, 3), ", near the cap of a, the limit of 100 points")
      << "147.5 points, of which 100 count";
  EXPECT_EQ(one(crm::linear{20, 80}, 50, 3), "");
  EXPECT_EQ(one(crm::steps{{40, 70}, {0, 50, 100}}, 69, 3), ", near a step of a");
  EXPECT_EQ(one(crm::target_range{20, 40, 60, 80}, 61, 3), ", near a bound of the range of a");
  EXPECT_EQ(one(crm::logistic{50, 10}, 50, 20), ", near a bend of the curve of a");

  const auto corrected =
      crm::make_scorecard(points_of<a>("a").corrected_by("rework", crm::scaled{.08, .18, .5}),
                          crm::corrector("rework", crm::on(&b::f, crm::given{})));
  EXPECT_EQ(kinks(corrected, {80, 50, .01}, {.08, 100, .03}),
            ", near the start of the correction by rework");
  EXPECT_EQ(kinks(corrected, {80, 50, .01}, {.17, 100, .03}),
            ", near the end of the correction by rework");
  EXPECT_EQ(kinks(corrected, {98, 50, 9.}, {.08, 100, .03}),
            ", near the target of a, the start of the correction by rework");

  const auto least =
      crm::make_scorecard(crm::aggregated_by(crm::minimum{}), points_of<a>("a"), points_of<b>("b"));
  EXPECT_EQ(kinks(least, {62, 50, 5.}, {62.1, 50, 5.}),
            ", near a tie or a zero of the mean by a, a tie or a zero of the mean by b");

  EXPECT_EQ(named(doubt(breached(crm::cap{59.9}, crm::delta{}, 58, 5))),
            ", near the cap of veto breach");
  EXPECT_EQ(named(doubt(breached(crm::cap{59.9}, crm::delta{}, 60.5, 5))),
            ", near the cap of veto breach");
  EXPECT_EQ(named(doubt(breached(crm::cap{59.9}, simulated, 60.5, 5))),
            ", near the cap of veto breach");
  auto rich = crm::make_scorecard(points_of<a>("a"),
                                  crm::bonus("ideas", crm::on(&idea::adopted, crm::occurrences{}),
                                             {.points = 10, .at_most = 10}))
                  .with(crm::delta{});
  rich.update(a{{89, 50, 6.}}), rich.update(idea{});
  EXPECT_EQ(named(doubt(rich.result())), ", near the limit of 100 points");
}

TEST(uncertainty_near_kinks, three_are_named_and_the_others_counted) {
  crm::score_uncertainty u;
  EXPECT_EQ(named(u), "");
  for (const char* name : {"a", "b", "c", "d", "e"}) {
    u.kinks.push_back({crm::label::of_static(name), crm::kink::curve_floor});
  }
  EXPECT_EQ(named(u), ", near the floor of a, the floor of b, the floor of c and 2 more");
}

template <class Card>
bool near_kink(Card card, const crm::figure& of_a, const crm::figure& of_b) {
  auto with = std::move(card).with(crm::delta{});
  with.update(a{of_a}), with.update(b{of_b});
  return doubt(with.result()).near_kink;
}

TEST(uncertainty_near_kinks, the_start_of_a_correction_is_one) {
  const auto card =
      crm::make_scorecard(points_of<a>("a").corrected_by("rework", crm::scaled{.08, .18, .5}),
                          crm::corrector("rework", crm::on(&b::f, crm::given{})));
  EXPECT_TRUE(near_kink(card, {80, 50, .01}, {.08, 100, .03}));
  EXPECT_TRUE(near_kink(card, {80, 50, .01}, {.06, 100, .03}));
  EXPECT_FALSE(near_kink(card, {80, 50, .01}, {.13, 100, .03}));
  EXPECT_FALSE(near_kink(card, {80, 50, .01}, {.02, 100, .03}));
}

TEST(uncertainty_near_kinks, a_tie_for_the_minimum_and_a_zero_under_the_geometric_mean_are_some) {
  const auto least =
      crm::make_scorecard(crm::aggregated_by(crm::minimum{}), points_of<a>("a"), points_of<b>("b"));
  EXPECT_TRUE(near_kink(least, {62, 50, 5.}, {62.1, 50, 5.}));
  EXPECT_FALSE(near_kink(least, {62, 50, 5.}, {82, 50, 5.}));
  const auto product = crm::make_scorecard(crm::aggregated_by(crm::geometric{}), points_of<a>("a"),
                                           points_of<b>("b"));
  EXPECT_TRUE(near_kink(product, {0, 50, 8.}, {90, 50, 2.}));
  EXPECT_FALSE(near_kink(product, {50, 50, 2.}, {60, 50, 2.}));

  auto at_zero = crm::make_scorecard(crm::aggregated_by(crm::geometric{}), points_of<a>("a"),
                                     points_of<b>("b"))
                     .with(crm::delta{});
  at_zero.update(a{{0, 50, 8.}}), at_zero.update(b{{90, 50, 2.}});
  EXPECT_EQ(*at_zero.result().total, 0);
  EXPECT_GT(doubt(at_zero.result()).standard_error, 10) << "a few points more lead to 30";
}

// ---- what is not known

TEST(uncertainty_unknown, a_mean_of_one_and_a_corrector_of_one_are_counted) {
  struct review {
    double points;
  };
  auto one = crm::make_scorecard(crm::component("quality", crm::on(&review::points, crm::mean{}),
                                                crm::linear{0, 100}, 1))
                 .graded(grades())
                 .with(crm::delta{});
  one.update(review{90});
  EXPECT_EQ(doubt(one.result()).without_error, 1u);
  EXPECT_FALSE(crm::ranked_total(one.result()));
  EXPECT_EQ(doubt(one.result()).interval.low, 0);
  EXPECT_EQ(doubt(one.result()).interval.high, 100);
  EXPECT_TRUE(doubt(one.result()).bands.empty());
  for (const std::string& text :
       {crm::to_text(one.result()), crm::to_text(crm::explain(one.result()))}) {
    EXPECT_NE(text.find(", grade A (delta method: error not known)"), std::string::npos) << text;
  }
  EXPECT_FALSE(crm::target::at_least(60).judge(one.result()).sure) << "nothing is known";

  auto corrected =
      crm::make_scorecard(points_of<a>("a").corrected_by("rework", crm::scaled{5, 10, .5}),
                          crm::corrector("rework", crm::on(&review::points, crm::mean{})))
          .with(crm::delta{});
  corrected.update(a{{80, 50, 2.}});
  EXPECT_EQ(doubt(corrected.result()).without_error, 0u);
  corrected.update(review{7});
  EXPECT_EQ(doubt(corrected.result()).without_error, 1u);
}

// Equal ratings have a standard error of 0 by its formula; so has nothing that never happened.
TEST(uncertainty_unknown, equal_values_are_no_certainty) {
  struct rated {
    double points;
  };
  const auto of = [](int ratings, auto method) {
    auto card = crm::make_scorecard(crm::component("rating", crm::on(&rated::points, crm::mean{}),
                                                   crm::linear{1, 5}, 1))
                    .graded(grades())
                    .with(method);
    for (int i = 0; i != ratings; ++i) card.update(rated{4.9});
    return card.result();
  };
  for (const auto& r : {of(2, crm::delta{}), of(2, simulated), of(50, crm::delta{})}) {
    EXPECT_EQ(doubt(r).without_error, 1u);
    EXPECT_TRUE(doubt(r).nothing_known());
    EXPECT_TRUE(doubt(r).bands.empty());
    EXPECT_FALSE(crm::target::at_least(90).judge(r).sure);
  }
  auto stated = crm::make_scorecard(points_of<a>("a")).with(crm::delta{});
  stated.update(a{{90, 5, 0.}});
  EXPECT_EQ(doubt(stated.result()).without_error, 0u) << "who states 0 knows it";
  EXPECT_TRUE(crm::target::at_least(90).judge(stated.result()).sure);
}

// Most of the weight has no error: what the rest says of a grade is not the whole doubt.
TEST(uncertainty_unknown, probabilities_by_part_of_the_doubt_say_so) {
  auto card = crm::make_scorecard(points_of<a>("a", 9), points_of<b>("b", 1))
                  .graded(grades())
                  .with(crm::delta{});
  card.update(a{{90, 1, std::nullopt}});
  card.update(b{{90, 50, .5}});
  const auto r = card.result();
  EXPECT_EQ(doubt(r).without_error, 1u);
  EXPECT_GT(doubt(r).standard_error, 0);
  EXPECT_FALSE(doubt(r).at_least("E")) << "no such grade";
  EXPECT_NE(
      crm::to_text(crm::explain(r))
          .find("1 error not known), A or better with probability 1.00 by the errors that are "
                "known\n"),
      std::string::npos)
      << crm::to_text(crm::explain(r));
}

// Just below its floor a share can only win, and the tangent there is flat.
TEST(uncertainty_near_kinks, make_nobody_sure) {
  const auto of = [](auto method) {
    auto card =
        crm::make_scorecard(crm::component("share", crm::on(&answer::yes, crm::proportion{}),
                                           crm::linear{.5, 1}, 80),
                            points_of<a>("a", 20))
            .with(method);
    for (int i = 0; i != 60; ++i) card.update(answer{i < 29});
    card.update(a{{58, 50, 1.}});
    return card.result();
  };
  const auto tangent = of(crm::delta{});
  ASSERT_TRUE(doubt(tangent).near_kink);
  EXPECT_FALSE(crm::target::at_least(20).judge(tangent).sure);
  EXPECT_FALSE(crm::target::at_least(20).judge(of(simulated)).sure);
  EXPECT_TRUE(crm::target::at_least(60).judge(of(simulated)).sure);
  EXPECT_NE(crm::to_text(crm::explain(tangent)).find("near the floor of share"), std::string::npos);
}

// Two equal handle times are no evidence of anything.
TEST(uncertainty_unknown, an_interval_of_no_width_is_no_evidence) {
  struct handled {
    double seconds;
  };
  auto card = crm::make_scorecard(points_of<a>("a"),
                                  crm::veto("slow", crm::on(&handled::seconds, crm::mean{}),
                                            crm::surely_above{300}, crm::cap{59.9}));
  card.update(a{{92, 30, 2.}});
  card.update(handled{301}), card.update(handled{301});
  EXPECT_EQ(card.result().veto("slow").state, crm::veto_state::not_assessable);
  EXPECT_EQ(*card.result().total, 92);
  card.update(handled{301.5});
  EXPECT_EQ(card.result().veto("slow").state, crm::veto_state::fired);
  crm::mean reviews;
  reviews.update(92.), reviews.update(92.);
  EXPECT_FALSE(crm::target::at_least(90).judge(reviews.result()).sure);
}

TEST(uncertainty_unknown, no_level_is_refused) {
  const auto none = crm::confidence_level::none();
  EXPECT_THROW(static_cast<void>(crm::make_scorecard(points_of<a>("a")).with(crm::delta{none})),
               crm::bad_input);
  EXPECT_THROW(static_cast<void>(
                   crm::make_scorecard(points_of<a>("a")).with(crm::monte_carlo{.level = none})),
               crm::bad_input);
}

// All that was seen is at the limit, and nearly all repeats would be below it.
TEST(uncertainty_at_limits, a_simulated_interval_has_the_total_in_it) {
  const auto r = of_answers(20, 20, simulated);
  EXPECT_EQ(*r.total, 100);
  EXPECT_EQ(doubt(r).interval.high, 100);
  EXPECT_FALSE(crm::target::at_least(100).judge(r).sure);
}

// ---- cards in cards

auto inner_card() { return crm::make_scorecard(points_of<a>("a", 3), points_of<b>("b", 1)); }
template <class Card>
auto fed(Card card, std::optional<double> error_of_b = 6.) {
  card.update(a{{60, 50, 4.}});
  card.update(b{{40, 50, error_of_b}});
  if constexpr (crm::observes<Card, c>) card.update(c{{70, 50, 3.}});
  return card.result();
}

TEST(uncertainty_inside, a_card_inside_is_asked_as_the_card_around_it) {
  const auto around = [](auto inner) {
    return crm::make_scorecard(crm::component("inner", std::move(inner), 2), points_of<c>("c", 1));
  };
  const double of_inner = std::sqrt(3. * 3 + 1.5 * 1.5);
  const double of_total = std::sqrt(of_inner * of_inner * 4 + 3. * 3) / 3;
  const auto tangent = fed(around(inner_card()).with(crm::delta{}));
  EXPECT_NEAR(*tangent.component("inner").raw.standard_error(), of_inner, 1e-12);
  EXPECT_NEAR(doubt(tangent).standard_error, of_total, 1e-12);
  EXPECT_EQ(doubt(tangent).without_error, 0u);

  const auto drawn = fed(around(inner_card()).with(simulated));
  EXPECT_NEAR(doubt(drawn).standard_error, of_total, .05);
  EXPECT_GT(doubt(drawn).interval.width(), 3 * of_total);

  const auto filtered =
      crm::where([](const auto&) { return true; },
                 crm::on([](const auto& e) { return e; }, inner_card()), "nothing");
  EXPECT_NEAR(doubt(fed(around(filtered).with(crm::delta{}))).standard_error, of_total, 1e-12);

  const auto own = fed(around(inner_card().with(simulated)).with(crm::delta{}));
  EXPECT_NE(*own.component("inner").raw.standard_error(), of_inner) << "asked by itself already";
  EXPECT_NEAR(*own.component("inner").raw.standard_error(), of_inner, .05);
}

// A veto inside holds the inner total at 40: its doubt before the cap is none of the outer one's.
TEST(uncertainty_inside, a_card_inside_that_is_held_moves_by_what_its_limit_leaves) {
  const auto with = [](auto method) {
    auto inner = crm::make_scorecard(
        points_of<a>("a"), crm::veto("v", crm::on([](const b& x) { return x.f; }, crm::given{}),
                                     crm::above{.5}, crm::cap{40}));
    auto outer = crm::make_scorecard(crm::component("inner", inner, 1), points_of<c>("c", 1))
                     .graded({{"A", 70}, {"B", 0}})
                     .with(method);
    outer.update(a{{80, 25, 8.}});
    outer.update(b{{1, 100, .1}});
    outer.update(c{{95, 100, .4}});
    return outer.result();
  };
  const auto tangent = with(crm::delta{});
  const auto drawn = with(simulated);
  EXPECT_EQ(*tangent.total, 67.5);
  EXPECT_NEAR(doubt(tangent).standard_error, .2, 1e-12);
  EXPECT_NEAR(doubt(drawn).standard_error, .2, .005);
  EXPECT_LT(doubt(tangent).at_least("A").value(), 1e-9);
  EXPECT_EQ(doubt(drawn).at_least("A").value(), 0);
}

TEST(uncertainty_inside, what_a_card_inside_does_not_know_is_counted) {
  auto around = crm::make_scorecard(crm::component("inner", inner_card(), 2), points_of<c>("c", 1))
                    .with(crm::delta{});
  const auto r = fed(around, std::nullopt);
  EXPECT_FALSE(r.component("inner").raw.standard_error());
  EXPECT_EQ(doubt(r).without_error, 1u);
  EXPECT_FALSE(crm::ranked_total(r));
}

}  // namespace
