#include <crmetrics/runtime/card_from_spec.hpp>
#include <crmetrics/runtime/metric_factory.hpp>

#include <crmetrics/accumulators/mean.hpp>
#include <crmetrics/combinators/about.hpp>
#include <crmetrics/metrics/error_rate.hpp>
#include <crmetrics/metrics/share_within.hpp>
#include <crmetrics/scorecard/score_change.hpp>
#include <crmetrics/scorecard/scorecard.hpp>
#include <crmetrics/scorecard/timeline.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

// Cards of plain values, as a parser leaves them. That a file gives these values is tested beside
// the parser.
namespace {

namespace crm = crmetrics;
using crm::decimal;
using crm::interned;
using crm::notation;

crm::quantity plain(std::int64_t digits, int places = 0) { return {{digits, places}}; }
crm::quantity percent(std::int64_t digits, int places = 0) {
  return {{digits, places}, notation::percent};
}
crm::quantity in_seconds(std::int64_t digits) { return {{digits, 0}, notation::s}; }

crm::metric_spec metric(std::string id, std::string use, std::uint64_t min_n,
                        crm::curve_spec score = {}) {
  crm::metric_spec m;
  m.id = std::move(id), m.use = std::move(use), m.min_n = min_n, m.score = std::move(score);
  return m;
}
crm::part_spec leaf(std::string name, std::int64_t weight) {
  crm::part_spec p;
  p.name = std::move(name), p.weight = {weight, 0};
  return p;
}
crm::part_spec group(std::string name, std::int64_t weight, std::vector<crm::part_spec> of,
                     std::string perspective = {}) {
  crm::part_spec p = leaf(std::move(name), weight);
  p.is_group = true, p.of = std::move(of), p.perspective = std::move(perspective);
  return p;
}
crm::linear_spec linear(crm::quantity floor, crm::quantity target) { return {floor, target}; }

// The worked card of data/scorecard/README.md, rules R1 to R12, from January to March 2025.
crm::card_rules worked_rules() {
  crm::card_rules r;
  r.metrics = {
      metric("csat", "mean(rating)", 20, linear(plain(3), plain(46, 1))),
      metric("nps", "mean(points)", 20, linear(plain(0), plain(50))),
      metric("res24", "proportion", 30, linear(percent(70), percent(95))),
      metric("aht", "aht.mean", 30, linear(in_seconds(600), in_seconds(400))),
      metric("repeat7", "error_rate", 30),
      metric("qa", "qa.sampled_mean", 5, linear(plain(60), plain(95))),
      metric("knowledge", "mean(test)", 1, linear(plain(60), plain(100))),
      metric("renewal", "renewal_rate", 5, linear(percent(70), percent(95))),
      metric("compliance", "compliance_error_rate", 50),
  };
  r.metrics[3].correct_by = {"repeat7", percent(8), percent(18), {5, 1}};
  r.groups = {group("satisfaction", 40, {leaf("csat", 60), leaf("nps", 40)}, "customer"),
              group("efficiency", 30, {leaf("res24", 50), leaf("aht", 50)}, "process"),
              group("professional", 20, {leaf("qa", 70), leaf("knowledge", 30)}, "learning"),
              group("relationship", 10, {leaf("renewal", 100)}, "finance")};
  r.overrides = {{"team:key-accounts",
                  {{"satisfaction", {30, 0}},
                   {"efficiency", {20, 0}},
                   {"professional", {20, 0}},
                   {"relationship", {30, 0}}}}};
  r.missing.min_coverage = {6, 1};
  r.bonus = {{"suggestion", {1, 0}, {3, 0}}};
  crm::veto_spec v;
  v.metric = "compliance", v.threshold = percent(5, 1), v.cap = {599, 1};
  r.vetoes = {v};
  r.bands = {{"S", {95, 0}}, {"A", {85, 0}}, {"B", {75, 0}}, {"C", {60, 0}}, {"D", {0, 0}}};
  return r;
}

struct observed {
  double csat;
  int csat_n;
  double nps;
  int nps_n;
  int res24, res24_n;
  double aht;
  int aht_n;
  int repeat7, repeat7_n;
  double qa;
  int qa_n;
  double knowledge;
  int renewal, renewal_n;
  int compliance, compliance_n;
  int suggestions;
};

void repeat(crm::dynamic_scorecard& card, const char* id, double x, int n) {
  for (int i = 0; i != n; ++i) card.update({interned(id), x});
}
void count(crm::dynamic_scorecard& card, const char* id, int hits, int n) {
  repeat(card, id, 1, hits), repeat(card, id, 0, n - hits);
}
crm::dynamic_scorecard card_of(const observed& o, crm::dynamic_scorecard card) {
  repeat(card, "csat", o.csat, o.csat_n), repeat(card, "nps", o.nps, o.nps_n);
  count(card, "res24", o.res24, o.res24_n), repeat(card, "aht", o.aht, o.aht_n);
  count(card, "repeat7", o.repeat7, o.repeat7_n), repeat(card, "qa", o.qa, o.qa_n);
  repeat(card, "knowledge", o.knowledge, o.qa_n == 0 ? 0 : 1);
  count(card, "renewal", o.renewal, o.renewal_n);
  count(card, "compliance", o.compliance, o.compliance_n);
  repeat(card, "suggestion", 1, o.suggestions);
  return card;
}
crm::score_report report(const observed& o, const crm::card_holder& holder = {}) {
  return card_of(o, crm::card_from_spec(worked_rules(), holder)).result();
}

constexpr observed a{4.5, 60, 42, 50, 171, 180, 420, 100, 12, 100, 88, 10, 90, 18, 20, 1, 300, 0};
constexpr observed e{4.04, 50, 10, 40, 85, 100, 500, 80, 20, 80, 74, 6, 80, 16, 20, 1, 300, 0};

// Exact fractions: data/scorecard/worked_scorecard_1.json.
TEST(card_from_spec, worked_scorecard) {
  EXPECT_NEAR(*report(a).total, 2136.0 / 25, 1e-10);
  EXPECT_EQ(report(a).band, "A");
  EXPECT_NEAR(*report(e).total, 883.0 / 20, 1e-10);

  observed b = a;
  b.compliance = 2, b.suggestions = 2;
  EXPECT_EQ(*report(b).total, 59.9);
  EXPECT_EQ(report(b).veto("compliance").state, crm::veto_state::fired);
  observed c = a;
  c.renewal = 3, c.renewal_n = 3;
  EXPECT_NEAR(*report(c).total, 3872.0 / 45, 1e-10);
  observed f = a;
  f.compliance = 0, f.compliance_n = 40;
  EXPECT_EQ(report(f).veto("compliance").state, crm::veto_state::not_assessable);
  observed g = a;
  g.suggestions = 1;
  EXPECT_NEAR(*report(g, {.who = "team:key-accounts"}).total, 84.855, 1e-10);
  observed h = a;
  h.csat_n = 12, h.nps_n = 0, h.res24 = 95, h.res24_n = 100, h.qa_n = 0;
  h.renewal = 0, h.renewal_n = 0, h.compliance = 0, h.compliance_n = 0;
  EXPECT_FALSE(report(h).total);
  EXPECT_NEAR(report(h).coverage, .3, 1e-15);
  EXPECT_EQ(report(a).component("csat").perspective.view(), "customer");
}

// The version from April on gives 85.7875 to the same results.
TEST(card_from_spec, what_the_rules_did_is_told_apart_from_what_the_agent_did) {
  crm::card_rules rules = worked_rules();
  rules.groups[0].weight = {35, 0}, rules.groups[3].weight = {15, 0};
  rules.groups[1].of = {leaf("res24", 60), leaf("aht", 40)};
  const crm::timeline<crm::dynamic_scorecard> line(
      {{{2025, 1, 1}, crm::date{2025, 4, 1}, crm::card_from_spec(worked_rules())},
       {{2025, 4, 1}, {}, crm::card_from_spec(rules)}});
  const auto march = card_of(a, line.at(crm::calendar_month(2025, 3)).definition);
  const auto may = card_of(a, line.at(crm::calendar_month(2025, 5)).definition);
  EXPECT_NEAR(*may.result().total, 85.7875, 1e-10);
  EXPECT_EQ(march.under(may).result().total, may.result().total);
  const crm::score_change c = crm::change_of(march, may);
  EXPECT_NEAR(*c.by_rules, .3475, 1e-10);
  EXPECT_NEAR(*c.by_results, 0, 1e-12);
  EXPECT_EQ(
      c.text(),
      "85.44 -> 85.79 points: results +0.00, rules +0.35; not comparable: definition changed");
}

TEST(card_from_spec, is_the_static_card_bit_for_bit) {
  crm::card_rules r;
  r.metrics = {metric("rating", "mean", 2, linear(plain(1), plain(5))),
               metric("speed", "mean", 0, linear(plain(600), plain(300))),
               metric("errors", "error_rate", 3)};
  r.metrics[1].correct_by = {"errors", percent(10), percent(50), {5, 1}};
  r.groups = {group("satisfaction", 60, {leaf("rating", 1)}), leaf("speed", 40)};
  crm::veto_spec v;
  v.metric = "errors", v.threshold = percent(60), v.cap = {40, 0};
  r.vetoes = {v};
  r.bands = {{"A", {80, 0}}, {"B", {0, 0}}};
  r.missing.min_coverage = {5, 1};
  auto loaded = crm::card_from_spec(r);

  const auto flag = crm::on(crm::detail::yes_or_no{}, crm::error_rate{});
  auto fixed =
      crm::make_scorecard(
          crm::group("satisfaction", 60,
                     crm::component("rating", crm::mean{}, crm::linear{1, 5}, 1).at_least(2)),
          crm::component("speed", crm::mean{}, crm::linear{600, 300}, 40)
              .corrected_by("errors", crm::scaled{.1, .5, .5}),
          crm::corrector("errors", flag).at_least(3),
          crm::veto("errors veto", flag, crm::above{.6}, crm::cap{40}).at_least(3))
          .graded({{"A", 80}, {"B", 0}})
          .with(crm::redistribute{.min_coverage = .5});
  EXPECT_EQ(loaded.definition(), fixed.definition());

  // All numbers go to all parts of the static card: the same in each.
  const std::array<double, 6> values{1, 0, 0, 1, 0, 0};
  for (const double x : values) {
    fixed.update(x);
    for (const char* id : {"rating", "speed", "errors"}) loaded.update({interned(id), x});
  }
  EXPECT_EQ(fixed.result().total, loaded.result().total);
  EXPECT_EQ(fixed.result().component("speed").factor, loaded.result().component("speed").factor);
  EXPECT_EQ(fixed.result().veto("errors veto").state, loaded.result().veto("errors veto").state);
}

// A budget beside a threshold needs both to be breached, and is one of bad events only.
TEST(card_from_spec, a_budget_of_events_keeps_its_threshold) {
  crm::card_rules r;
  r.metrics = {metric("quality", "mean", 0, linear(plain(0), plain(100))),
               metric("errors", "error_rate", 0), metric("calls", "aht.mean", 0)};
  r.groups = {leaf("quality", 1)};
  crm::veto_spec v;
  v.metric = "errors", v.threshold = percent(1), v.cap = {10, 0};
  v.by = crm::veto_spec::evidence::budget, v.budget = 3;
  r.vetoes = {v};
  const auto state = [](crm::dynamic_scorecard card, int errors, int n) {
    count(card, "errors", errors, n);
    return card.result().vetoes.front().state;
  };
  const auto card = crm::card_from_spec(r);
  EXPECT_EQ(state(card, 4, 1'000), crm::veto_state::clear) << "0.4 %";
  EXPECT_EQ(state(card, 3, 30), crm::veto_state::clear) << "10 %, but three";
  EXPECT_EQ(state(card, 4, 30), crm::veto_state::fired);
  r.vetoes[0].threshold = percent(0);  // an allowance alone
  EXPECT_EQ(state(crm::card_from_spec(r), 4, 1'000), crm::veto_state::fired);
  r.vetoes[0].above = false;
  EXPECT_THROW(static_cast<void>(crm::card_from_spec(r)), crm::bad_input);
  r.vetoes[0].above = true, r.vetoes[0].metric = "calls";
  EXPECT_THROW(static_cast<void>(crm::card_from_spec(r)), crm::bad_input);
}

TEST(card_from_spec, causes_are_left_out_and_counted) {
  crm::card_rules r;
  r.metrics = {metric("solved", "resolved_in(24h)", 0, linear(percent(0), percent(100)))};
  r.metrics[0].exclude = {"cause:supplier", "cause:outage"};
  r.groups = {leaf("solved", 1)};
  auto card = crm::card_from_spec(r);
  for (int i = 0; i != 6; ++i) card.update({interned("solved"), i < 3 ? 3'600.0 : 90'000.0});
  auto excused = card;
  for (int i = 0; i != 4; ++i) {
    excused.update({interned("solved"), 90'000.0, interned("cause:outage")});
  }
  excused.update({interned("solved"), 90'000.0, interned("cause:agent")});
  const auto raw = excused.result().component("solved").raw;
  EXPECT_EQ(raw.n(), 7u);
  EXPECT_EQ(raw.excluded().total(), 4u);
  EXPECT_NEAR(*excused.result().total, 100.0 * 3 / 7, 1e-12);
  EXPECT_EQ(*card.result().total, 50);
  // It merges, and starts afresh with the causes that it leaves out.
  auto both = card;
  both.merge(excused);
  EXPECT_EQ(both.result().component("solved").raw.excluded().total(), 4u);
  EXPECT_TRUE(excused.fresh() == crm::card_from_spec(r));
  crm::card_rules other = r;
  other.metrics[0].exclude.pop_back();
  EXPECT_NE(crm::card_from_spec(other).definition(), card.definition());
  EXPECT_THROW(card.merge(crm::card_from_spec(other)), crm::definition_mismatch);
}

// What is measured is part of the definition: one name in the catalogue, one hash.
TEST(card_from_spec, metrics_of_one_formula_are_different_definitions) {
  const auto card = [](const char* use, crm::quantity floor, crm::quantity target) {
    crm::card_rules r;
    r.metrics = {metric("x", use, 0, linear(floor, target))};
    r.groups = {leaf("x", 1)};
    return crm::card_from_spec(r);
  };
  std::set<std::uint64_t> seen;
  const char* const shares[] = {"resolved_in(24h)", "responded_in(24h)", "answered_in(24h)",
                                "resolved_in(1d)",  "proportion(a)",     "proportion(b)",
                                "proportion",       "renewal_rate",      "csat"};
  for (const char* use : shares) seen.insert(card(use, percent(0), percent(90)).definition());
  EXPECT_EQ(seen.size(), 8u) << "24 h are a day";
  const char* const errors[] = {"abandonment_rate",      "transfer_rate", "escalation_rate",
                                "compliance_error_rate", "error_rate",    "error_rate(tone)",
                                "repeat_contact"};
  for (const char* use : errors) seen.insert(card(use, percent(9), percent(0)).definition());
  const char* const means[] = {"qa.sampled_mean", "review360.mean", "mean",
                               "mean(a)",         "mean(b)",        "count"};
  for (const char* use : means) seen.insert(card(use, plain(0), plain(9)).definition());
  const char* const spans[] = {"resolution_time.mean",
                               "first_response.mean",
                               "waiting_time.mean",
                               "duration.mean",
                               "duration.mean(a)",
                               "aht.mean",
                               "aht.median"};
  for (const char* use : spans) seen.insert(card(use, in_seconds(9), in_seconds(1)).definition());
  EXPECT_EQ(seen.size(), 8u + 7 + 6 + 7);

  auto resolved = card("resolved_in(24h)", percent(0), percent(90));
  const auto responded = card("responded_in(24h)", percent(0), percent(90));
  EXPECT_THROW(resolved.merge(responded), crm::definition_mismatch);
  EXPECT_THROW(static_cast<void>(resolved.under(responded)), crm::bad_input);
  EXPECT_EQ(resolved.result().component("x").raw.convention(), "resolution time: within 86400 s");
  // The same card in C++ says the same.
  const auto in_cpp = crm::make_scorecard(crm::group(
      "all", 1,
      crm::component("x", crm::about("resolution time", crm::share_within(crm::hours{24})),
                     crm::linear{0, .9}, 1)));
  crm::card_rules grouped;
  grouped.metrics = {metric("x", "resolved_in(24h)", 0, linear(percent(0), percent(90)))};
  grouped.groups = {group("all", 1, {leaf("x", 1)})};
  EXPECT_EQ(crm::card_from_spec(grouped).definition(), in_cpp.definition());
}

TEST(card_from_spec, points_below_zero_are_a_deduction) {
  crm::card_rules r;
  r.metrics = {metric("quality", "mean(quality)", 0, linear(plain(0), plain(100)))};
  r.groups = {group("all", 1, {leaf("quality", 1)})};
  r.bonus = {{"idea", {1, 0}, {3, 0}}, {"violation", {-25, 1}, {6, 0}}};
  auto card = crm::card_from_spec(r);
  const auto fixed = crm::make_scorecard(
      crm::group(
          "all", 1,
          crm::component("quality", crm::about("quality", crm::mean{}), crm::linear{0, 100}, 1)),
      crm::bonus("idea", crm::on(crm::detail::yes_or_no{}, crm::occurrences{}), {1, 3}),
      crm::deduction("violation", crm::on(crm::detail::yes_or_no{}, crm::occurrences{}), {2.5, 6}));
  EXPECT_EQ(card.definition(), fixed.definition());
  repeat(card, "quality", 80, 5), repeat(card, "idea", 1, 1), repeat(card, "violation", 1, 2);
  EXPECT_EQ(*card.result().total, 76) << "80 + 1 - 5";
  repeat(card, "violation", 1, 2);
  EXPECT_EQ(*card.result().total, 75) << "at most 6";
}

TEST(card_from_spec, anonymity_and_min_n_hold_wherever_a_metric_is_used) {
  crm::card_rules r;
  r.metrics = {metric("speed", "aht.mean", 0, linear(in_seconds(600), in_seconds(400))),
               metric("peers", "review360.mean", 0), metric("ideas", "mean(ideas)", 3)};
  r.metrics[1].anonymity = 5;
  r.metrics[0].correct_by = {"peers", plain(4), plain(2), {5, 1}};
  r.groups = {leaf("speed", 1)};
  crm::veto_spec v;
  v.metric = "peers", v.above = false, v.threshold = plain(3), v.cap = {40, 0};
  r.vetoes = {v};
  r.bonus = {{"peers", {1, 0}, {9, 0}}, {"ideas", {1, 0}, {9, 0}}};
  auto card = crm::card_from_spec(r);
  repeat(card, "speed", 500, 30), repeat(card, "peers", 1, 1), repeat(card, "ideas", 1, 2);
  const auto few = card.result();
  EXPECT_EQ(*few.total, 50) << "one rater decides nothing";
  EXPECT_TRUE(few.adjustments.empty());
  EXPECT_EQ(few.vetoes.front().absent, crm::absence::suppressed);
  EXPECT_EQ(few.correctors.front().absent, crm::absence::suppressed);
  EXPECT_FALSE(few.correctors.front().raw.has_value());
  repeat(card, "peers", 1, 4), repeat(card, "ideas", 1, 1);
  EXPECT_EQ(card.result().vetoes.front().state, crm::veto_state::fired);
  EXPECT_EQ(card.result().component("speed").factor, .5);
}

TEST(card_from_spec, posts_curves_means_and_policies) {
  crm::card_rules r;
  r.metrics = {
      metric("a", "mean", 0, linear(plain(0), plain(100))),
      metric("b", "mean", 0, crm::steps_spec{{plain(10), plain(20)}, {{0, 0}, {50, 0}, {100, 0}}}),
      metric("c", "mean", 0, crm::target_range_spec{plain(0), plain(40), plain(60), plain(100)}),
      metric("d", "mean", 0, crm::logistic_spec{plain(50), plain(10)}),
      metric("e", "duration.mean", 0, crm::log_normal_spec{in_seconds(3'785), in_seconds(7'300)})};
  r.groups = {leaf("a", 1), leaf("b", 1), leaf("c", 1), leaf("d", 1), leaf("e", 1)};
  r.posts = {{"data", {"e"}, {}, {}}};
  auto card = crm::card_from_spec(r);
  for (const char* id : {"a", "b", "c", "d"}) card.update({interned(id), 50.0});
  card.update({interned("e"), 7'300.0});
  EXPECT_NEAR(*card.result().total, (50 + 100 + 100 + 50 + 50) / 5.0, 1e-12);

  auto data = crm::card_from_spec(r, {.post = "data"});
  for (const char* id : {"a", "b", "c", "d"}) data.update({interned(id), 50.0});
  EXPECT_NEAR(*data.result().total, (50 + 100 + 100 + 50) / 4.0, 1e-12);
  EXPECT_EQ(data.result().component("e").absent, crm::absence::not_applicable);
  EXPECT_EQ(data.result().coverage, 1);
  EXPECT_THROW(static_cast<void>(crm::card_from_spec(r, {.post = "nobody"})), crm::bad_input);

  crm::card_rules lowest = r;
  lowest.top.how = crm::aggregate_spec::method::minimum;
  auto least = crm::card_from_spec(lowest);
  for (const char* id : {"a", "b", "c", "d"}) least.update({interned(id), 15.0});
  EXPECT_NEAR(*least.result().total, 100 / (1 + std::exp(3.5)), 1e-12);

  crm::card_rules strict = r;
  strict.missing.how = crm::missing_spec::method::fail;
  EXPECT_FALSE(crm::card_from_spec(strict).result().total);
  strict.missing.how = crm::missing_spec::method::neutral;
  strict.missing.neutral_points = {37, 0};
  EXPECT_NEAR(*crm::card_from_spec(strict).result().total, 37, 1e-12);

  // What has no score is refused by name.
  crm::card_rules by_rank = r;
  by_rank.metrics[0].score = {};
  try {
    static_cast<void>(crm::card_from_spec(by_rank));
    FAIL();
  } catch (const crm::bad_input& error) {
    EXPECT_EQ(error.problems().begin()->field, "a");
  }
  crm::card_rules unknown = r;
  unknown.metrics[0].use = "happiness";
  EXPECT_THROW(static_cast<void>(crm::card_from_spec(unknown)), crm::bad_input);
}

TEST(metric_factory, windows_names_and_own_metrics) {
  const auto& standard = crm::metric_factory::standard();
  for (const crm::catalogue_entry& entry : standard.catalogue().entries()) {
    const bool span = entry.argument == crm::use_argument::span;
    const auto m = standard.make(interned(entry.name), entry.name + (span ? "(24h)" : ""));
    EXPECT_EQ(m.id().view(), entry.name);
    if (entry.direction != crm::direction::neutral &&
        m.result().direction() != crm::direction::neutral) {
      EXPECT_EQ(m.result().direction(), entry.direction) << entry.name;
    }
  }
  EXPECT_EQ(standard.make(interned("x"), "resolved_in(1.5h)").convention().view(),
            "resolution time: within 5400 s");
  EXPECT_NE(standard.make(interned("x"), "fcr(7d)").convention().view(),
            standard.make(interned("x"), "fcr(3d)").convention().view());
  for (const char* bad : {"resolved_in", "resolved_in(soon)", "fcr(7)", "nonsense", "nps)"}) {
    EXPECT_THROW(static_cast<void>(standard.make(interned("x"), bad)), crm::bad_input) << bad;
  }
  crm::metric_factory mine = standard;
  mine.add({"courtesy", crm::unit::number, crm::direction::higher_is_better},
           [](crm::label id, std::optional<crm::time_span>) {
             return crm::dynamic_metric(id, crm::mean{});
           });
  EXPECT_EQ(mine.make(interned("polite"), "courtesy").name(), "mean");
  EXPECT_TRUE(mine.catalogue().find("courtesy") != nullptr);
}

TEST(metric_factory, yes_and_no_are_one_and_zero) {
  auto m = crm::metric_factory::standard().make(interned("failed"), "error_rate");
  const std::vector<double> bad{1, 0, 7, 1, 9};
  try {
    m.update_many(bad);
    FAIL();
  } catch (const crm::bad_input& error) {
    ASSERT_EQ(error.problems().total(), 2u);
    EXPECT_EQ(error.problems().begin()[1].row, 5u);
    EXPECT_EQ(error.problems().begin()[1].value, "9");
  }
  EXPECT_EQ(m.result().n(), 0u);
}

}  // namespace
