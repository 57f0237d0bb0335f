#include <crmetrics/accumulators/occurrences.hpp>
#include <crmetrics/combinators/by.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/combinators/over.hpp>
#include <crmetrics/metrics/csat.hpp>
#include <crmetrics/metrics/error_rate.hpp>
#include <crmetrics/metrics/given.hpp>
#include <crmetrics/metrics/handle_time.hpp>
#include <crmetrics/scorecard/ranking.hpp>
#include <crmetrics/scorecard/scorecard.hpp>

#include "laws/for_all.hpp"
#include "laws/results.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// The laws of scorecards (L1 to L17 without those of policies that are not there yet), on cards of
// fixed shapes with random floors, targets, weights, values and gaps.
namespace crmetrics::laws {
namespace {

constexpr double points_near = 1e-10;  // 1e-12 of the 100 points

void require(bool holds, std::string_view law) {
  if (!holds) throw law_broken(std::string(law));
}

/// One component: its rule, and what was measured.
struct leaf {
  double floor = 0;
  double target = 1;
  double weight = 1;
  double raw = 0;
  bool present = true;

  double points() const { return 100 * std::clamp((raw - floor) / (target - floor), 0.0, 1.0); }
};
using leaves = std::array<leaf, 6>;

leaf draw_leaf(tape& t, bool may_lack, bool may_weigh_nothing) {
  leaf l;
  l.floor = t.real(-50, 50);
  const double span = t.real(.5, 100);
  l.target = l.floor + (t.chance(2) ? -span : span);
  l.weight = t.chance(4) && may_weigh_nothing ? 0 : t.real(.25, 50);
  l.raw = l.floor + (l.target - l.floor) * t.real(-.3, 1.3);
  l.present = !(may_lack && t.chance(4));
  return l;
}
/// The first is always there and counts, so that there is a total; the weights of a, d and e are
/// above 0, so that each group has one.
leaves draw_leaves(tape& t, bool may_lack = true) {
  leaves all;
  for (std::size_t i = 0; i != all.size(); ++i) {
    all[i] = draw_leaf(t, may_lack && i != 0, may_lack && (i == 1 || i == 2 || i == 5));
  }
  return all;
}

template <int I>
struct fact {
  figure f;
};

template <int I>
auto part(label name, const leaf& l) {
  return component(name, on(&fact<I>::f, given{}), linear{l.floor, l.target}, l.weight);
}
auto flat(const leaves& l) {
  return make_scorecard(part<0>("a", l[0]), part<1>("b", l[1]), part<2>("c", l[2]),
                        part<3>("d", l[3]), part<4>("e", l[4]), part<5>("f", l[5]));
}
auto grouped_card(const leaves& l, double first, double second) {
  return make_scorecard(group("g", first, part<0>("a", l[0]), part<1>("b", l[1])),
                        part<2>("c", l[2]),
                        group("h", second, part<3>("d", l[3]), group("i", 2, part<4>("e", l[4])),
                              part<5>("f", l[5])));
}

template <int I, class Card>
void feed_one(Card& card, const leaf& l) {
  if constexpr (observes<Card, fact<I>>) {
    if (l.present) card.update(fact<I>{{l.raw, 7}});
  }
}
template <class Card>
Card fed(Card card, const leaves& l) {
  feed_one<0>(card, l[0]), feed_one<1>(card, l[1]), feed_one<2>(card, l[2]);
  feed_one<3>(card, l[3]), feed_one<4>(card, l[4]), feed_one<5>(card, l[5]);
  return card;
}
template <class Card>
score_report scored(const Card& card, const leaves& l) {
  return fed(card, l).result();
}

// Everything that a card can have: groups, a correction by a corrector and one by a component,
// two bonuses, two vetoes.
struct whole {
  leaves l;
  double strength = .5, rework = 0;
  double first_weight = 1, second_weight = 1;
  int ideas = 0, helped = 0;
  double errors = 0, first_cap = 100, second_cap = 100;
  bool errors_known = true;
};
struct checked {
  figure errors;
};
struct reworked {
  figure share;
};
struct idea {
  bool adopted = true;
};
struct help {
  bool given = true;
};

whole draw_whole(tape& t) {
  whole w;
  w.l = draw_leaves(t);
  w.strength = t.real(0, 1);
  w.rework = t.real(0, 1);
  w.first_weight = t.real(.5, 9);
  w.second_weight = t.real(.5, 9);
  w.ideas = t.whole(0, 5);
  w.helped = t.whole(0, 9);
  w.errors = t.real(0, 1);
  w.first_cap = t.real(0, 100);
  w.second_cap = t.real(0, 100);
  w.errors_known = !t.chance(5);
  return w;
}
auto rework_of(const whole& w) { return scaled{.2, .7, w.strength}; }
auto card_of(const whole& w) {
  const leaves& l = w.l;
  return make_scorecard(
      group("g", w.first_weight, part<0>("a", l[0]),
            part<1>("b", l[1]).corrected_by("rework", rework_of(w)), part<2>("c", l[2])),
      group("h", w.second_weight, part<3>("d", l[3]), part<4>("e", l[4])),
      part<5>("f", l[5]).corrected_by("rework", rework_of(w)),
      corrector("rework", on(&reworked::share, given{})),
      bonus("ideas", on(&idea::adopted, occurrences{}), {.points = .7, .at_most = 2.1}),
      bonus("help", on(&help::given, occurrences{}), {.points = .1, .at_most = .3}),
      veto("errors", on(&checked::errors, given{}), above{.3}, cap{w.first_cap}),
      veto("many errors", on(&checked::errors, given{}), above{.6}, cap{w.second_cap}));
}
// The same rules, everything in another order.
auto card_in_another_order(const whole& w) {
  const leaves& l = w.l;
  return make_scorecard(
      veto("many errors", on(&checked::errors, given{}), above{.6}, cap{w.second_cap}),
      bonus("help", on(&help::given, occurrences{}), {.points = .1, .at_most = .3}),
      part<5>("f", l[5]).corrected_by("rework", rework_of(w)),
      group("h", w.second_weight, part<4>("e", l[4]), part<3>("d", l[3])),
      bonus("ideas", on(&idea::adopted, occurrences{}), {.points = .7, .at_most = 2.1}),
      veto("errors", on(&checked::errors, given{}), above{.3}, cap{w.first_cap}),
      corrector("rework", on(&reworked::share, given{})),
      group("g", w.first_weight, part<2>("c", l[2]), part<0>("a", l[0]),
            part<1>("b", l[1]).corrected_by("rework", rework_of(w))));
}
template <class Card>
Card fed(Card card, const whole& w) {
  card = fed(std::move(card), w.l);
  card.update(reworked{{w.rework, 50}});
  for (int i = 0; i != w.ideas; ++i) card.update(idea{});
  for (int i = 0; i != w.helped; ++i) card.update(help{});
  if (w.errors_known) card.update(checked{{w.errors, 50}});
  return card;
}
score_report evaluated(const whole& w) { return fed(card_of(w), w).result(); }

double total(const score_report& r) {
  require(r.total.has_value(), "there is a total");
  return *r.total;
}

// --- the laws ----------------------------------------------------------------------------------

// Not by the code of the library: the weighted mean of what is there.
void follows_the_definition(tape t) {
  const leaves l = draw_leaves(t);
  long double sum = 0;
  long double weights = 0;
  long double all = 0;
  for (const leaf& each : l) {
    all += each.weight;
    if (!each.present) continue;
    sum += static_cast<long double>(each.weight) * each.points();
    weights += each.weight;
  }
  const score_report r = scored(flat(l), l);
  require_near(total(r), static_cast<double>(sum / weights), points_near, "weighted mean");
  require_near(r.coverage, static_cast<double>(weights / all), 1e-12, "coverage");
  require_near(r.weight_not_assessed, static_cast<double>(1 - weights / all), 1e-12,
               "weight not assessed");
}

void bettering_a_metric_never_lowers_the_total(tape t) {
  whole w = draw_whole(t);
  const double before = total(evaluated(w));
  const int what = t.whole(0, 9);
  if (what < 6) {
    leaf& l = w.l[static_cast<std::size_t>(what)];
    l.raw += (l.target - l.floor) * t.real(0, 1);
  } else if (what == 6) {
    w.rework -= t.real(0, 1);
  } else if (what == 7) {
    w.errors -= t.real(0, 1);
  } else if (what == 8) {
    ++w.ideas;
  } else {
    ++w.helped;
  }
  require(total(evaluated(w)) >= before - points_near, "L1 monotone");
}

void weights_have_no_scale(tape t) {
  whole w = draw_whole(t);
  const double before = total(evaluated(w));
  const double c = std::pow(10.0, t.real(-6, 6));
  w.first_weight *= c;
  w.second_weight *= c;
  w.l[5].weight *= c;
  require_near(total(evaluated(w)), before, points_near, "L2 weights of the top level");
  for (std::size_t i = 0; i != 3; ++i) w.l[i].weight *= c;
  require_near(total(evaluated(w)), before, points_near, "L2 weights in a group");
}

void order_changes_no_bit(tape t) {
  const whole w = draw_whole(t);
  const score_report r = evaluated(w);
  const score_report other = fed(card_in_another_order(w), w).result();
  require_near(total(r), total(other), 0, "L3 total");
  require_near(r.coverage, other.coverage, 0, "L3 coverage");
  require_near(r.weight_not_assessed, other.weight_not_assessed, 0, "L3 weight not assessed");
  for (const component_line& line : r.components) {
    const component_line& same = other.component(line.name);
    require_near(line.score, same.score, 0, "L3 score");
    require_near(line.contribution, same.contribution, 0, "L3 contribution");
  }
  require_equal(r.adjustments.size(), other.adjustments.size(), "L3 adjustments");
  for (std::size_t i = 0; i != r.adjustments.size(); ++i) {
    require_equal(r.adjustments[i].name.view(), other.adjustments[i].name.view(), "L3 adjustment");
    require_near(r.adjustments[i].points, other.adjustments[i].points, 0, "L3 adjustment");
  }
}

void equal_scores_are_the_total(tape t) {
  leaves l = draw_leaves(t);
  const double s = t.real(0, 100);
  for (leaf& each : l) {
    each.floor = 0;
    each.target = 100;
    each.raw = s;
  }
  require_near(total(scored(flat(l), l)), s, points_near, "L4 flat");
  const double first = t.real(.1, 9);
  require_near(total(scored(grouped_card(l, first, t.real(.1, 9)), l)), s, points_near,
               "L4 in groups");
}

void the_total_lies_between_the_scores(tape t) {
  const leaves l = draw_leaves(t);
  double low = 100;
  double high = 0;
  for (const leaf& each : l) {
    if (!each.present || each.weight == 0) continue;
    low = std::min(low, each.points());
    high = std::max(high, each.points());
  }
  const double flat_total = total(scored(flat(l), l));
  require(low - points_near <= flat_total && flat_total <= high + points_near, "L5 flat");
  const double nested_total = total(scored(grouped_card(l, 1, 2), l));
  require(low - points_near <= nested_total && nested_total <= high + points_near, "L5 in groups");

  const score_report all = evaluated(draw_whole(t));
  require(0 <= total(all) && total(all) <= 100, "L5 with bonus and veto");
}

void units_and_directions_do_not_matter(tape t) {
  leaves l = draw_leaves(t);
  const double before = total(scored(flat(l), l));
  const double factor =
      std::array{60.0, 1.0 / 60, 1000.0, 1e-3, 7.3}[static_cast<std::size_t>(t.whole(0, 4))];
  leaves scaled_leaves = l;
  for (leaf& each : scaled_leaves) {
    each.floor *= factor, each.target *= factor, each.raw *= factor;
  }
  require_near(total(scored(flat(scaled_leaves), scaled_leaves)), before, points_near,
               "L7 another unit");
  for (leaf& each : l) {
    each.floor = -each.floor, each.target = -each.target, each.raw = -each.raw;
  }
  require_near(total(scored(flat(l), l)), before, 0, "L8 the mirror image");
}

void the_lines_add_up_to_the_total(tape t) {
  const score_report r = evaluated(draw_whole(t));
  std::vector<component_line> lines = r.components;
  std::sort(lines.begin(), lines.end(),
            [](const auto& x, const auto& y) { return x.name.view() < y.name.view(); });
  double sum = 0;
  double weight = 0;
  double used = 0;
  double assessed = 0;
  for (const component_line& line : lines) {
    sum += line.contribution;
    weight += line.weight;
    used += line.weight_used;
    if (!line.assessed()) require(line.contribution == 0 && line.weight_used == 0, "L9 no score");
    if (line.assessed()) assessed += line.weight;
    require_near(line.score, line.points * line.factor, 0, "L9 score");
    require_near(line.contribution, line.weight_used * line.score, 0, "L9 contribution");
  }
  require(r.composite && sum == *r.composite, "L9 contributions are the composite, exactly");
  for (const adjustment_line& line : r.adjustments) sum += line.points;
  require(sum == total(r), "L9 contributions and adjustments are the total, exactly");
  require_near(weight, 1, 1e-12, "L9 the weights are the whole");
  require_near(used, 1, 1e-12, "L9 the weights used are the whole");
  require_near(assessed + r.weight_not_assessed, 1, 1e-12, "L9 assessed or not");

  for (const group_line& g : r.groups) {
    double inside = 0;
    double share = 0;
    for (const component_line& line : r.components) {
      if (line.group == component_line::no_group || &r.groups[line.group] != &g) continue;
      inside += line.contribution;
      share += line.weight_used;
    }
    require_equal(g.score.has_value(), share > 0, "L9 a group with weight has a score");
    if (g.score) require_near(*g.score * share, inside, points_near, "L9 group");
  }
}

void what_is_missing_might_as_well_not_be_in_the_card(tape t) {
  leaves l = draw_leaves(t);
  l[5].present = false;
  const auto without_f = make_scorecard(part<0>("a", l[0]), part<1>("b", l[1]), part<2>("c", l[2]),
                                        part<3>("d", l[3]), part<4>("e", l[4]));
  require_near(total(scored(flat(l), l)), total(scored(without_f, l)), 1e-12, "L10 a component");

  for (const std::size_t i : {3u, 4u}) l[i].present = false;
  const auto without_h =
      make_scorecard(group("g", 3, part<0>("a", l[0]), part<1>("b", l[1])), part<2>("c", l[2]));
  require_near(total(scored(grouped_card(l, 3, 5), l)), total(scored(without_h, l)), 1e-12,
               "L10 a whole group");
}

void nesting_changes_nothing(tape t) {
  const leaves l = draw_leaves(t, false);
  const double first = t.real(.1, 9);
  const double second = t.real(.1, 9);
  const double in_groups = total(scored(grouped_card(l, first, second), l));

  // The effective weights: of a group, in proportion to the weights of its children.
  leaves effective = l;
  const double g = l[0].weight + l[1].weight;
  const double h = l[3].weight + 2 + l[5].weight;
  effective[0].weight = first * l[0].weight / g;
  effective[1].weight = first * l[1].weight / g;
  effective[3].weight = second * l[3].weight / h;
  effective[4].weight = second * 2 / h;
  effective[5].weight = second * l[5].weight / h;
  require_near(in_groups, total(scored(flat(effective), l)), points_near, "L11 flattened");

  const auto cards_in_cards =
      make_scorecard(component("g", make_scorecard(part<0>("a", l[0]), part<1>("b", l[1])), first),
                     part<2>("c", l[2]),
                     component("h",
                               make_scorecard(part<3>("d", l[3]),
                                              component("i", make_scorecard(part<4>("e", l[4])), 2),
                                              part<5>("f", l[5])),
                               second));
  require_near(in_groups, total(scored(cards_in_cards, l)), points_near, "L11 cards in a card");

  const auto child = make_scorecard(part<0>("a", l[0]), part<1>("b", l[1]));
  leaf unweighted = l[0];
  unweighted.weight = second;
  const auto only_child =
      make_scorecard(group("x", l[0].weight, part<0>("a", unweighted)), part<1>("b", l[1]));
  require_near(total(scored(child, l)), total(scored(only_child, l)), 1e-12,
               "L11 a group with one child");
}

struct call {
  int agent = 0;
  instant at;
  int rating = 1;
  double seconds = 0;
  bool failed = false;
};
auto call_card() {
  return make_scorecard(component("csat", on(&call::rating, csat{}), linear{.2, .9}, 40),
                        component("speed", on(&call::seconds, handle_time{}), linear{900, 200}, 30)
                            .corrected_by("rework", scaled{.1, .5, .5}),
                        corrector("rework", on(&call::failed, error_rate{})),
                        veto("compliance", on(&call::failed, error_rate{}), above{.4}, cap{59.9}));
}
std::vector<call> draw_calls(tape& t) {
  std::vector<call> calls(static_cast<std::size_t>(t.whole(0, 30)));
  for (call& c : calls) {
    c = {t.whole(0, 4),
         {t.whole(0, 89) * std::int64_t{86'400'000'000}},
         t.whole(1, 5),
         t.real(0, 1200),
         t.chance(4)};
  }
  return calls;
}

void states_merge_and_scores_are_not_averaged(tape t) {
  const std::vector<call> calls = draw_calls(t);
  auto team = call_card();
  team.update_many(calls);
  auto agents = by(&call::agent, call_card());
  agents.update_many(calls);
  require(agents.total() == team, "L12 the team is the agents' states, merged");
  auto days = over(calendar_days(), &call::at, call_card());
  days.update_many(calls);
  require(days.total() == team, "L12 the quarter is the days' states, merged");
  require(days.within(calendar_quarter(1970, 1)) == team, "L12 within");
  require(days.last(90, start_of({1970, 3, 31})) == team, "L12 the last 90 days");
}

void other_agents_do_not_matter(tape t) {
  const std::vector<call> calls = draw_calls(t);
  const int gone = t.whole(0, 4);
  auto all = by(&call::agent, call_card());
  auto fewer = by(&call::agent, call_card());
  all.update_many(calls);
  for (const call& c : calls) {
    if (c.agent != gone) fewer.update(c);
  }
  const auto with = all.result();
  for (const auto& [agent, report] : fewer.result()) {
    compare(report, *with.find(agent), {});  // L13, bit for bit
  }
}

void the_veto_is_last(tape t) {
  whole w = draw_whole(t);
  const score_report r = evaluated(w);
  for (const veto_line& v : r.vetoes) {
    const double threshold = v.name.view() == "errors" ? .3 : .6;
    const veto_state expected = !w.errors_known        ? veto_state::not_assessable
                                : w.errors > threshold ? veto_state::fired
                                                       : veto_state::clear;
    require(v.state == expected, "L14 the state of a veto");
    if (v.state == veto_state::fired) {
      require(grid_points::of(total(r)) <= grid_points::of(v.highest_total), "L14 at most the cap");
    }
  }
  const bool fired = w.errors_known && w.errors > .3;
  const double with = total(r);
  w.errors_known = false;
  const double without = total(evaluated(w));
  if (!fired) require(with == without, "L14 a veto that did not fire changes nothing");
  require(with <= without, "L14 a veto only lowers");
}

void a_correction_only_lowers(tape t) {
  whole w = draw_whole(t);
  const double corrected = total(evaluated(w));
  const double rework = w.rework;
  w.rework = .2;  // where the correction starts
  const double uncorrected = total(evaluated(w));
  require(corrected <= uncorrected + points_near, "L15 only lowers");
  if (rework <= .2) require(corrected == uncorrected, "L15 nothing up to the start");
  w.rework = rework;
  w.strength = 0;
  require(total(evaluated(w)) == uncorrected, "L15 nothing with strength 0");
}

std::string_view band_by_hand(const bands& grades, double points) {
  std::string_view name;
  for (std::size_t i = grades.size(); i-- != 0;) {  // from the lowest up
    const bands::band& b = grades.begin()[i];
    if (std::nearbyint(points * 1e9) >= std::nearbyint(b.from * 1e9)) name = b.name;
  }
  return name;
}

void bands_cover_everything_once(tape t) {
  // Bounds as people write them: with two decimals.
  const double c = t.whole(1, 3'000) / 100.0;
  const double b = t.whole(3'100, 6'000) / 100.0;
  const double a = t.whole(6'100, 9'000) / 100.0;
  const bands grades{{"S", a + 9}, {"A", a}, {"B", b}, {"C", c}, {"D", 0}};
  require(grades.of(100) == "S" && grades.of(0) == "D", "L16 both ends");
  constexpr double infinity = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i != grades.size(); ++i) {
    const auto& [name, from] = grades.begin()[i];
    require(grades.of(from) == name, "L16 a bound is in the band above it");
    require(grades.of(std::nextafter(from, infinity)) == name, "L16 one ulp above");
    require(grades.of(std::nextafter(from, -infinity)) == name,
            "L16 one ulp below is the bound: totals count to 1e-9 points");
    if (from == 0) continue;
    require(grades.of(from - 1e-8) == (grades.begin() + i + 1)->name, "L16 below the bound");
    require(grades.of(from + 1e-8) == name, "L16 above the bound");
  }
  for (int i = 0; i != 20; ++i) {
    const double points = t.real(0, 100);
    require(grades.of(points) == band_by_hand(grades, points), "L16 between the bounds");
  }
}

void ranks_count_who_is_better(tape t) {
  struct answer {
    int agent;
    figure f;
  };
  const auto n = static_cast<std::size_t>(t.whole(0, 12));
  auto team =
      by(&answer::agent,
         make_scorecard(component("f", on(&answer::f, given{}), linear{0, 100}, 1).at_least(2)));
  auto relabelled = team.fresh();
  std::map<int, std::optional<double>> totals;
  for (std::size_t i = 0; i != n; ++i) {
    const auto agent = static_cast<int>(i);
    // Few different values, and some that differ by less than is looked at: ties.
    const double points = t.whole(0, 5) * 20 + (t.chance(3) ? 1e-11 : 0);
    const std::uint64_t observed = t.chance(4) ? 1 : 5;
    team.update(answer{agent, {points, observed}});
    relabelled.update(answer{100 - agent, {points, observed}});
    totals[agent] = observed == 1 ? std::nullopt : std::optional(points);
  }
  const auto results = team.result();
  const auto lines = competition_ranking(results);
  require(lines.size() == n, "L17 everybody is listed");
  std::map<int, std::optional<std::size_t>> ranks;
  bool unranked = false;
  for (const auto& line : lines) {
    const auto own = totals.at(line.key);
    require(own.has_value() == line.rank.has_value(), "L17 without a total without a rank");
    if (!own) {
      unranked = true;
      continue;
    }
    require(!unranked, "L17 the unranked come last");
    const auto better = std::count_if(totals.begin(), totals.end(), [&](const auto& other) {
      return other.second && std::round(*other.second * 1e9) > std::round(*own * 1e9);
    });
    require(*line.rank == static_cast<std::size_t>(better) + 1, "L17 one more than are better");
    ranks[line.key] = line.rank;
  }
  const auto other_results = relabelled.result();
  for (const auto& line : competition_ranking(other_results)) {
    require(line.rank == ranks[100 - line.key], "L17 other names, the same ranks");
  }
}

// --- at the edge of the laws
// -----------------------------------------------------------------------

// What counts for nothing cannot carry a total alone: that would be 0 / 0.
TEST(scorecard, assessed_with_weight_0_only_is_not_assessed) {
  leaves l;
  l[0].weight = 0;
  l[0].raw = .5;
  for (std::size_t i = 1; i != l.size(); ++i) l[i].present = false;
  const score_report r = scored(flat(l), l);
  EXPECT_FALSE(r.composite.has_value());
  EXPECT_FALSE(r.total.has_value());
  EXPECT_EQ(r.coverage, 0);
  EXPECT_EQ(r.weight_not_assessed, 1);
  EXPECT_EQ(r.component("a").score, 50) << "it is shown";
  EXPECT_EQ(r.component("a").contribution, 0);

  const score_report in_groups = scored(grouped_card(l, 1, 1), l);
  EXPECT_FALSE(in_groups.total.has_value());
  EXPECT_FALSE(in_groups.group("g").score.has_value());
}

TEST(scorecard, a_group_of_weight_0_is_shown_and_counts_for_nothing) {
  leaves l;
  for (leaf& each : l) each.raw = .5;
  l[0].raw = l[1].raw = 1;
  const score_report r = scored(grouped_card(l, 0, 1), l);
  EXPECT_EQ(*r.group("g").score, 100);
  EXPECT_NEAR(*r.total, 50, 1e-12);
  for (std::size_t i = 2; i != l.size(); ++i) l[i].present = false;
  EXPECT_FALSE(scored(grouped_card(l, 0, 1), l).total.has_value());
}

TEST(scorecard, weights_whose_sum_is_no_number_are_refused) {
  leaves l;
  l[0].weight = l[1].weight = 1e308;
  EXPECT_THROW(static_cast<void>(flat(l)), bad_input);
}

// --- entering them -------------------------------------------------------------------------------

class scorecard_law : public testing::Test {
 public:
  scorecard_law(int cases, void (*law)(tape)) : cases_(cases), law_(law) {}
  void TestBody() override {
    const std::string counterexample = for_all_tapes(cases_, 160, law_);
    EXPECT_TRUE(counterexample.empty()) << counterexample;
  }

 private:
  int cases_;
  void (*law_)(tape);
};

bool enter(const char* name, void (*law)(tape)) {
  const auto test = [&](const char* suite, int cases) {
    testing::RegisterTest(
        suite, name, nullptr, nullptr, __FILE__, __LINE__,
        [cases, law]() -> testing::Test* { return new scorecard_law(cases, law); });
  };
  test("scorecard_laws", 1'000);
  test("slow_scorecard_laws", 50'000);
  return true;
}

[[maybe_unused]] const bool entered =
    enter("follows_the_definition", follows_the_definition) &&
    enter("L1_bettering_a_metric_never_lowers_the_total",
          bettering_a_metric_never_lowers_the_total) &&
    enter("L2_weights_have_no_scale", weights_have_no_scale) &&
    enter("L3_order_changes_no_bit", order_changes_no_bit) &&
    enter("L4_equal_scores_are_the_total", equal_scores_are_the_total) &&
    enter("L5_the_total_lies_between_the_scores", the_total_lies_between_the_scores) &&
    enter("L7_L8_units_and_directions_do_not_matter", units_and_directions_do_not_matter) &&
    enter("L9_the_lines_add_up_to_the_total", the_lines_add_up_to_the_total) &&
    enter("L10_what_is_missing_might_as_well_not_be_in_the_card",
          what_is_missing_might_as_well_not_be_in_the_card) &&
    enter("L11_nesting_changes_nothing", nesting_changes_nothing) &&
    enter("L12_states_merge_and_scores_are_not_averaged",
          states_merge_and_scores_are_not_averaged) &&
    enter("L13_other_agents_do_not_matter", other_agents_do_not_matter) &&
    enter("L14_the_veto_is_last", the_veto_is_last) &&
    enter("L15_a_correction_only_lowers", a_correction_only_lowers) &&
    enter("L16_bands_cover_everything_once", bands_cover_everything_once) &&
    enter("L17_ranks_count_who_is_better", ranks_count_who_is_better);

}  // namespace
}  // namespace crmetrics::laws
