#include <crmetrics/accumulators/occurrences.hpp>
#include <crmetrics/accumulators/proportion.hpp>
#include <crmetrics/combinators/bootstrap.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/core/normal.hpp>
#include <crmetrics/metrics/error_rate.hpp>
#include <crmetrics/metrics/given.hpp>
#include <crmetrics/scorecard/absent.hpp>
#include <crmetrics/scorecard/aggregated_by.hpp>
#include <crmetrics/scorecard/arithmetic.hpp>
#include <crmetrics/scorecard/geometric.hpp>
#include <crmetrics/scorecard/minimum.hpp>
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
#include <utility>
#include <vector>

// How sure a total is (L19), on random cards that have all of it: kinks, shares of 0 and 100 %,
// corrections by a corrector and by a component, a score that is filled in, bonus, deduction, a cap
// and a veto on the band. Beside each card stands the same scoring written down by hand.
namespace crmetrics::laws {
namespace {

void require(bool holds, std::string_view law) {
  if (!holds) throw law_broken(std::string(law));
}

struct shared {
  successes_of x;
};
struct reworked {
  successes_of x;
};
template <int I>
struct fact {
  figure f;
};
struct idea {
  bool adopted = true;
};
struct complaint {
  bool upheld = true;
};
struct breach {
  figure f;
};
struct lapse {
  figure f;
};

struct curve {
  double floor = 0, target = 1;
  double points(double x) const {
    return 100 * std::clamp((x - floor) / (target - floor), 0.0, 1.0);
  }
  linear rule() const { return {floor, target}; }
};

// a is a share, b and d are figures with errors, c is one that may be missing and then has fixed
// points; b is corrected by the share r, d by a.
struct setup {
  std::uint64_t a = 1, a_of = 2, r = 1, r_of = 2;
  figure b, c, d;
  bool c_present = true;
  double c_filled = 50;
  curve on_a, on_b, on_c, on_d;
  double of_a = 1, of_b = 1, of_g = 1, of_c = 1, of_d = 1;
  scaled by_r, by_a;
  int ideas = 0, complaints = 0;
  bool capped = false, dropped = false;
  double cap_at = 60;
};

// One of three lies exactly on its floor or its target, and errors reach from next to nothing to
// beyond the curve.
figure draw_figure(tape& t, const curve& on) {
  const double span = std::abs(on.target - on.floor);
  double value = on.floor + (on.target - on.floor) * t.real(-.3, 1.3);
  if (t.chance(3)) value = t.chance(2) ? on.floor : on.target;
  return {value, 20, span * (t.chance(2) ? t.real(.001, .02) : t.real(.02, .6))};
}
curve draw_curve(tape& t) {
  const double floor = t.real(-50, 50);
  const double span = t.real(5, 100);
  return {floor, floor + (t.chance(2) ? -span : span)};
}
std::uint64_t draw_successes(tape& t, std::uint64_t of) {
  if (t.chance(3)) return t.chance(2) ? of : 0;
  return static_cast<std::uint64_t>(t.whole(0, static_cast<int>(of)));
}
setup draw_setup(tape& t) {
  setup s;
  s.a_of = static_cast<std::uint64_t>(t.whole(1, 80));
  s.a = draw_successes(t, s.a_of);
  s.r_of = static_cast<std::uint64_t>(t.whole(1, 80));
  s.r = draw_successes(t, s.r_of);
  s.on_a = {t.real(0, .5), t.real(.6, 1)};
  s.on_b = draw_curve(t), s.on_c = draw_curve(t), s.on_d = draw_curve(t);
  s.b = draw_figure(t, s.on_b), s.c = draw_figure(t, s.on_c), s.d = draw_figure(t, s.on_d);
  s.c_present = !t.chance(3);
  s.c_filled = t.real(0, 100);
  s.of_a = t.real(.5, 9), s.of_b = t.real(.5, 9), s.of_g = t.real(.5, 9);
  s.of_c = t.real(.5, 9), s.of_d = t.real(.5, 9);
  s.by_r = {.start = t.real(0, .4), .full = t.real(.5, 1), .strength = t.real(0, 1)};
  s.by_a = {.start = t.real(.6, 1), .full = t.real(0, .5), .strength = t.real(0, 1)};
  s.ideas = t.chance(2) ? t.whole(1, 20) : 0;
  s.complaints = t.chance(2) ? t.whole(1, 20) : 0;
  s.capped = t.chance(3), s.dropped = t.chance(3);
  s.cap_at = t.real(5, 95);
  return s;
}

bands grades() { return {{"A", 80}, {"B", 60}, {"C", 30}, {"D", 0}}; }
constexpr double idea_points = 1.5, complaint_points = 2.5, most_points = 20;

template <class Mean>
auto card_of(const setup& s, Mean mean) {
  return make_scorecard(group("g", s.of_g, aggregated_by(mean),
                              component("a", on(&shared::x, proportion{}), s.on_a.rule(), s.of_a),
                              component("b", on(&fact<0>::f, given{}), s.on_b.rule(), s.of_b)
                                  .corrected_by("r", s.by_r)),
                        component("c", on(&fact<1>::f, given{}), s.on_c.rule(), s.of_c)
                            .when_absent(neutral{s.c_filled}),
                        component("d", on(&fact<2>::f, given{}), s.on_d.rule(), s.of_d)
                            .corrected_by("a", s.by_a),
                        corrector("r", on(&reworked::x, error_rate{})),
                        bonus("ideas", on(&idea::adopted, occurrences{}),
                              {.points = idea_points, .at_most = most_points}),
                        deduction("complaints", on(&complaint::upheld, occurrences{}),
                                  {.points = complaint_points, .at_most = most_points}),
                        veto("breach", on(&breach::f, given{}), above{.5}, cap{s.cap_at}),
                        veto("lapse", on(&lapse::f, given{}), above{.5}, drop_bands{1}))
      .graded(grades());
}
template <class Card>
score_report fed(Card card, const setup& s) {
  card.update(shared{{s.a, s.a_of}});
  card.update(reworked{{s.r, s.r_of}});
  card.update(fact<0>{s.b});
  if (s.c_present) card.update(fact<1>{s.c});
  card.update(fact<2>{s.d});
  for (int i = 0; i != s.ideas; ++i) card.update(idea{});
  for (int i = 0; i != s.complaints; ++i) card.update(complaint{});
  card.update(breach{{s.capped ? 1. : 0., 20, .1}});
  card.update(lapse{{s.dropped ? 1. : 0., 20, .1}});
  return card.result(confidence_level::none());
}

// ---- the same by hand

struct values {
  double a, b, c, d, r;
};
constexpr std::array<std::pair<std::string_view, double values::*>, 5> inputs{{{"a", &values::a},
                                                                               {"b", &values::b},
                                                                               {"c", &values::c},
                                                                               {"d", &values::d},
                                                                               {"r", &values::r}}};

values measured(const setup& s) {
  return {double(s.a) / double(s.a_of), s.b.value, s.c.value, s.d.value,
          double(s.r) / double(s.r_of)};
}
double mean_of(arithmetic, double w, double x, double v, double y) {
  return (w * x + v * y) / (w + v);
}
double mean_of(minimum, double, double x, double, double y) { return std::min(x, y); }
double mean_of(geometric, double w, double x, double v, double y) {
  return x == 0 || y == 0 ? 0 : std::pow(std::pow(x, w) * std::pow(y, v), 1 / (w + v));
}
template <class Mean>
double composite_of(const setup& s, Mean mean, const values& v) {
  const double b = s.on_b.points(v.b) * s.by_r.factor(v.r);
  const double c = s.c_present ? s.on_c.points(v.c) : s.c_filled;
  const double d = s.on_d.points(v.d) * s.by_a.factor(v.a);
  const double g = mean_of(mean, s.of_a, s.on_a.points(v.a), s.of_b, b);
  return (s.of_g * g + s.of_c * c + s.of_d * d) / (s.of_g + s.of_c + s.of_d);
}
double unlimited(const setup& s, double composite) {
  return composite + std::min(idea_points * s.ideas, most_points) -
         std::min(complaint_points * s.complaints, most_points);
}
double highest(const setup& s) { return s.capped ? s.cap_at : 100; }
double limited(const setup& s, double total) { return std::clamp(total, 0.0, highest(s)); }
template <class Mean>
double total_of(const setup& s, Mean mean, const values& v) {
  return limited(s, unlimited(s, composite_of(s, mean, v)));
}
constexpr std::array<double, 4> bounds{80, 60, 30, 0};
std::size_t band_of(const setup& s, double total) {
  std::size_t i = 0;
  while (total < bounds[i] - 1e-9) ++i;
  return s.dropped ? std::min<std::size_t>(i + 1, 3) : i;
}
// Of 20 of 20 that with four answers more, two of them yes.
double error_of(const setup& s, std::string_view input) {
  const auto of_share = [](std::uint64_t x, std::uint64_t n) {
    const double add = x == 0 || x == n ? 1 : 0;
    const double m = double(n) + 4 * add;
    const double p = (double(x) + 2 * add) / m;
    return std::sqrt(p * (1 - p) / m);
  };
  if (input == "a") return of_share(s.a, s.a_of);
  if (input == "r") return of_share(s.r, s.r_of);
  if (input == "c" && !s.c_present) return 0;
  return *(input == "b" ? s.b : input == "c" ? s.c : s.d).standard_error;
}

template <class Law>
void for_each_mean(tape& t, const Law& law) {
  const setup s = draw_setup(t);
  law(s, arithmetic{}), law(s, minimum{}), law(s, geometric{});
}

// ---- the laws

int smooth = 0;  // cards that lie on no kink, and those that do: both must be met
int kinks = 0;
int all_or_none = 0;
int flat = 0;

// The delta method is the finite differences of the scoring by hand, squared and added; an interval
// and grades of a normal total, cut by limits and vetoes; near_kink where a standard error of one
// value leads off the tangent.
void delta_is_the_finite_differences(tape t) {
  for_each_mean(t, [](const setup& s, auto mean) {
    const score_report r = fed(card_of(s, mean).with(delta{}), s);
    const score_uncertainty& u = r.uncertainty.value();
    const values at = measured(s);
    const double composite = composite_of(s, mean, at);
    require_near(*r.total, total_of(s, mean, at), 1e-9, "the total by hand");

    double squares = 0;
    bool on_kink = false;
    for (const auto& [name, member] : inputs) {
      const double h = 1e-7 * (1 + std::abs(at.*member));
      const auto moved = [&](double by) {
        values v = at;
        v.*member += by;
        return composite_of(s, mean, v);
      };
      const double up = (moved(h) - composite) / h;
      const double down = (composite - moved(-h)) / h;
      const double error = error_of(s, name);
      on_kink = on_kink || std::abs(up - down) * error > 1e-3;
      squares += (up + down) / 2 * error * (up + down) / 2 * error;
    }
    require(u.without_error == 0, "all errors are known");
    const double slow = std::sqrt(squares);
    const bool known = !on_kink && slow > .05;
    if (known) {
      require_near(u.standard_error, slow, 1e-3 * slow, "L19 delta is the finite differences");
    }

    // Where every tangent is flat, steps as long as the interval reaches.
    double tangents = 0;
    double steps = 0;
    for (const auto& [name, member] : inputs) {
      if (name == "c" && !s.c_present) continue;
      const double z = 1.959963984540054;
      const double error = error_of(s, name);
      const double marginal = name == "r" ? r.correctors[0].marginal : r.component(name).marginal;
      tangents += std::abs(marginal * error);
      double most = 0;
      for (const int side : {-1, 1}) {
        values v = at;
        v.*member += side * z * error;
        most = std::max(most, std::abs(composite_of(s, mean, v) - composite) / z);
      }
      steps += most * most;
    }
    if (!r.held && tangents == 0) {
      ++flat;
      require_near(u.standard_error, std::sqrt(steps), 1e-7, "flat tangents");
    }

    // What a standard error of each does, against the tangent that the report gives.
    if (!r.held) {
      double off = 0;
      for (const auto& [name, member] : inputs) {
        if (name == "c" && !s.c_present) continue;
        const double marginal = name == "r" ? r.correctors[0].marginal : r.component(name).marginal;
        for (const int side : {-1, 1}) {
          values v = at;
          const double step = side * error_of(s, name);
          v.*member += step;
          off = std::max(off, std::abs(total_of(s, mean, v) - (*r.total + marginal * step)));
        }
      }
      const double bar = .1 * u.standard_error;
      if (std::abs(off - bar) > 1e-6) require(u.near_kink == (off > bar), "near_kink");
      (u.near_kink ? kinks : smooth) += 1;
    } else if (known) {
      require(u.near_kink, "near_kink of a total that is held");
    }

    require(u.near_kink != u.kinks.empty(), "what is near has a name");

    const double centre = unlimited(s, composite);
    const double reach = 1.959963984540054 * u.standard_error;
    require_near(u.interval.low, limited(s, centre - reach), 1e-7, "the lower limit");
    require_near(u.interval.high, limited(s, centre + reach), 1e-7, "the upper limit");
    std::array<double, 4> probability{};
    double better = 0;
    for (std::size_t i = 0; i != bounds.size(); ++i) {
      double from = normal_cdf((centre - bounds[i]) / u.standard_error);
      if (u.standard_error == 0) from = centre > bounds[i] - 1e-9 ? 1 : 0;
      if (bounds[i] > highest(s) + 1e-9) from = 0;
      if (bounds[i] == 0) from = 1;
      probability[band_of(s, bounds[i])] += from - better;
      better = from;
    }
    double all = 0;
    for (std::size_t i = 0; i != bounds.size(); ++i) {
      require_near(u.bands[i].probability, probability[i], 1e-6, "the probability of a band");
      all += u.bands[i].probability;
    }
    require_near(all, 1, 1e-9, "some band it is");
    if (s.a == 0 || s.a == s.a_of) ++all_or_none;
  });
}

// Monte Carlo is the scoring by hand of the same draws: whatever a total has is in each of them.
void monte_carlo_scores_each_draw(tape t) {
  const monte_carlo how{.draws = 101, .seed = t.next()};
  for_each_mean(t, [&](const setup& s, auto mean) {
    const score_report r = fed(card_of(s, mean).with(how), s);
    const score_uncertainty& u = r.uncertainty.value();
    std::vector<values> drawn(how.draws, measured(s));
    for (const detail::uncertain_input& x : detail::uncertain_inputs(r)) {
      std::vector<double> of_input(how.draws);
      detail::draw_values(x, how.seed, 0, of_input);
      for (const auto& [name, member] : inputs) {
        if (name != x.name) continue;
        for (std::size_t d = 0; d != how.draws; ++d) drawn[d].*member = of_input[d];
      }
    }
    std::vector<double> totals;
    std::array<double, 4> in{};
    double sum = 0;
    for (const values& v : drawn) {
      totals.push_back(total_of(s, mean, v));
      in[band_of(s, totals.back())] += 1. / double(how.draws);
      sum += totals.back();
    }
    double squares = 0;
    for (const double x : totals) {
      squares += (x - sum / double(how.draws)) * (x - sum / double(how.draws));
    }
    require_near(u.standard_error, std::sqrt(squares / double(how.draws - 1)), 1e-7,
                 "L19 the spread of the draws");
    std::sort(totals.begin(), totals.end());
    require_near(u.interval.low, (totals[2] + totals[3]) / 2, 1e-7, "the lower percentile");
    require_near(u.interval.high, (totals[97] + totals[98]) / 2, 1e-7, "the upper percentile");
    for (std::size_t i = 0; i != in.size(); ++i) {
      require_near(u.bands[i].probability, in[i], 1e-9, "the share of draws in a band");
    }
  });
}

// Half the error, or four times as many answers of the same kind: never a wider interval, also on a
// kink and at a share of 0 or 1, where an error of 0 would be certainty.
void doubt_falls_as_n_grows(tape t) {
  for_each_mean(t, [](const setup& s, auto mean) {
    const score_report wide = fed(card_of(s, mean).with(delta{}), s);
    setup more = s;
    more.a *= 4, more.a_of *= 4, more.r *= 4, more.r_of *= 4;
    for (figure* f : {&more.b, &more.c, &more.d}) *f->standard_error /= 2;
    const score_report narrow = fed(card_of(more, mean).with(delta{}), more);
    require_near(*narrow.total, *wide.total, 1e-9, "L19 doubt moves no total");
    require(narrow.uncertainty->standard_error <= wide.uncertainty->standard_error + 1e-9,
            "L19 error");
    require(narrow.uncertainty->interval.width() <= wide.uncertainty->interval.width() + 1e-9,
            "L19 width");
    require(wide.uncertainty->interval.contains(*wide.total), "the interval holds the total");
  });
}

// A card in a card is as sure as the same parts without it, where nothing is cut off.
void a_card_inside_is_as_sure_as_its_parts(tape t) {
  setup s = draw_setup(t);
  const auto part_b = [&] {
    return component("b", on(&fact<0>::f, given{}), s.on_b.rule(), s.of_b);
  };
  const auto part_a = [&] {
    return component("a", on(&shared::x, proportion{}), s.on_a.rule(), s.of_a);
  };
  const auto part_d = [&] {
    return component("d", on(&fact<2>::f, given{}), s.on_d.rule(), s.of_d);
  };
  const auto of = [&](auto card) {
    card.update(shared{{s.a, s.a_of}});
    card.update(fact<0>{s.b});
    card.update(fact<2>{s.d});
    return card.result();
  };
  const auto grouped =
      of(make_scorecard(group("g", s.of_g, part_a(), part_b()), part_d()).with(delta{}));
  const auto nested =
      of(make_scorecard(component("g", make_scorecard(part_a(), part_b()), s.of_g), part_d())
             .with(delta{}));
  require_near(*nested.total, *grouped.total, 1e-9, "nested is flattened");
  require(nested.uncertainty->without_error == 0, "a card inside knows its error");
  const auto slope = [&](std::string_view name) { return grouped.component(name).marginal != 0; };
  if (slope("a") || slope("b")) {
    require_near(nested.uncertainty->standard_error, grouped.uncertainty->standard_error, 1e-9,
                 "nested is as sure as flattened");
  }
  require(nested.component("g").raw.standard_error().has_value(), "the error of the card inside");

  s.b.standard_error.reset();
  const auto unknown =
      of(make_scorecard(component("g", make_scorecard(part_a(), part_b()), s.of_g), part_d())
             .with(delta{}));
  require(unknown.uncertainty->without_error == 1, "what a card inside does not know is counted");
}

struct vote {
  int customer;
  bool yes;
};
struct mark {
  int customer;
  bool failed;
};

int unknown = 0;

// The bootstrap is what its replicates report, each with its own vetoes and grades.
void bootstrap_is_what_its_replicates_say(tape t) {
  const auto customer_of = [](const auto& e) { return e.customer; };
  const auto empty =
      make_scorecard(component("a", on(&vote::yes, proportion{}), linear{.2, .9}, 1),
                     veto("lapse", on(&mark::failed, error_rate{}), above{.2}, drop_bands{1}),
                     veto("breach", on(&mark::failed, error_rate{}), above{.5}, cap{50}))
          .graded(grades());
  auto card = bootstrap(customer_of, empty, {.replicates = 40, .seed = t.next()});
  const int customers = t.whole(1, 12);
  const bool all_alike = t.chance(4);
  for (int i = 0; i != customers; ++i) {
    const int events = t.whole(1, 3);
    for (int e = 0; e != events; ++e) {
      card.update(vote{i, all_alike || !t.chance(3)});
      card.update(mark{i, !all_alike && t.chance(4)});
    }
  }
  const score_report r = card.result();
  std::vector<double> totals;
  std::array<double, 4> in{};
  for (const auto& replicate : card.replicates()) {
    const score_report one = replicate.result();
    if (!one.total) continue;
    totals.push_back(*one.total);
    for (std::size_t b = 0; b != 4; ++b) in[b] += one.band == grades().at(b).name.view() ? 1 : 0;
  }
  std::sort(totals.begin(), totals.end());
  if (totals.size() < 36 || totals.back() - totals.front() < 1e-9) {
    ++unknown;
    require(!r.uncertainty, "replicates that do not differ know no error");
    return;
  }
  const score_uncertainty& u = r.uncertainty.value();
  const double n = double(totals.size());
  double mean = 0;
  for (const double x : totals) mean += x / n;
  double squares = 0;
  for (const double x : totals) squares += (x - mean) * (x - mean);
  require_near(u.standard_error, std::sqrt(squares / (n - 1)), 1e-9, "the spread of replicates");
  require(u.interval.low >= totals.front() && u.interval.low <= totals[totals.size() / 4] &&
              u.interval.high <= totals.back() && u.interval.high >= totals[totals.size() * 3 / 4],
          "the percentiles of replicates");
  for (std::size_t b = 0; b != 4; ++b) {
    require_near(u.bands[b].probability, in[b] / n, 1e-12, "the grades of replicates");
  }
}

constexpr int cases = 1'000;
constexpr std::size_t length = 80;

TEST(uncertainty_laws, L19_delta_is_the_finite_differences) {
  EXPECT_EQ(for_all_tapes(cases, length, delta_is_the_finite_differences), "");
  EXPECT_GT(smooth, cases / 4);
  EXPECT_GT(kinks, cases / 4);
  EXPECT_GT(all_or_none, cases / 4);
  EXPECT_GT(flat, cases / 100);
}
TEST(uncertainty_laws, L19_monte_carlo_scores_each_draw) {
  EXPECT_EQ(for_all_tapes(cases, length, monte_carlo_scores_each_draw), "");
}
TEST(uncertainty_laws, L19_doubt_falls_as_n_grows) {
  EXPECT_EQ(for_all_tapes(cases, length, doubt_falls_as_n_grows), "");
}
TEST(uncertainty_laws, L11_a_card_inside_is_as_sure_as_its_parts) {
  EXPECT_EQ(for_all_tapes(cases, length, a_card_inside_is_as_sure_as_its_parts), "");
}
TEST(uncertainty_laws, L19_bootstrap_is_what_its_replicates_say) {
  EXPECT_EQ(for_all_tapes(cases, length, bootstrap_is_what_its_replicates_say), "");
  EXPECT_GT(unknown, cases / 20);
  EXPECT_LT(unknown, cases / 2);
}

}  // namespace
}  // namespace crmetrics::laws
