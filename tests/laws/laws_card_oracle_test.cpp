// Random cards of every rule against a plain reading of docs/scorecard/rules.md (R1 to R10), which
// shares no code with the library but its types. Without it a rule that is ignored altogether keeps
// every law that compares the library with itself.

#include "random_card.hpp"

#include <crmetrics/combinators/on.hpp>
#include <crmetrics/combinators/where.hpp>
#include <crmetrics/metrics/error_rate.hpp>
#include <crmetrics/scorecard/explanation.hpp>
#include <crmetrics/scorecard/normal_normal.hpp>
#include <crmetrics/scorecard/veto_rules.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <type_traits>

namespace {

namespace crm = crmetrics;
using random_card::mean_kind;
using random_card::source;

constexpr double near = 1e-9;

// ---- definitions as plain data ------------------------------------------------------------------

struct prior {
  double mean = 0, between = 1, within = 1;
};
struct line {
  std::string name;
  double weight = 1;
  crm::linear curve;
  std::vector<double> values;
  std::uint64_t min_n = 0, anonymous_below = 0;
  bool applicable = true;
  std::optional<crm::detail::absent_rule> absent;
  std::string corrector;
  crm::scaled correction;
  std::optional<prior> drawn_to;
};
struct branch {
  std::string name;
  double weight = 1;
  mean_kind mean = mean_kind::arithmetic;
  std::vector<line> lines;
  std::vector<branch> branches;
};
struct counted {
  std::string name;
  std::uint64_t min_n = 0;
  int failed = 0, passed = 0;
  int n() const { return failed + passed; }
};
struct stop : counted {
  enum class rule { above, surely_above, more_than, both } when = rule::above;
  enum class effect { cap, drop, block } then = effect::cap;
  double threshold = 0, cap = 50;
  std::uint64_t allowed = 0;
  std::size_t bands = 1;
};
struct extra {
  std::string name;
  double each = 1, at_most = 1;
  bool takes = false;
  std::vector<double> values;
};
struct definition {
  branch top;
  std::vector<std::pair<counted, std::vector<double>>> correctors;  // of plain means
  std::vector<stop> vetoes;
  std::vector<extra> extras;
  crm::detail::absent_rule absent;
};
constexpr std::array<const char*, 4> bands = {"A", "B", "C", "D"};
constexpr std::array<double, 4> from = {80, 60, 40, 0};

crm::detail::absent_rule random_rule(source& s, bool of_card) {
  using kind = crm::detail::absent_rule::kind;
  const double coverage = of_card && s.one_in(2) ? s.between(0, 1) : 0;
  switch (s.below(4)) {
    case 0:
      return {kind::fill, s.between(0, 100), coverage};
    case 1:
      return {kind::fill, 0, coverage};
    case 2:
      return {kind::fail, 0, 0};
    default:
      return {kind::redistribute, 0, coverage};
  }
}

line random_line(source& s, const definition& d, std::size_t number) {
  line l;
  l.name = "line " + std::to_string(100 + number);
  l.weight = s.between(.1, 9);
  const double floor = s.between(-50, 50);
  const double reach = s.between(1, 80) * (s.one_in(2) ? 1 : -1);
  l.curve = {.floor = floor, .target = floor + reach, .cap = s.one_in(4) ? 1.2 : 1};
  if (!s.one_in(6)) l.values = random_card::observations(s, floor - reach, floor + 2 * reach);
  if (s.one_in(4)) l.min_n = s.below(5);
  if (s.one_in(5)) l.anonymous_below = s.below(5);
  l.applicable = number == 100 || !s.one_in(8);
  if (s.one_in(4)) l.absent = random_rule(s, false);
  if (!d.correctors.empty() && s.one_in(3)) {
    l.corrector = d.correctors[s.below(d.correctors.size())].first.name;
    const double start = s.between(0, 5);
    l.correction = {.start = start, .full = start + s.between(.5, 5), .strength = s.between(0, 1)};
  }
  if (s.one_in(5)) l.drawn_to = prior{s.between(-50, 50), s.between(1, 30), s.between(1, 60)};
  return l;
}

definition random_definition(std::uint64_t seed) {
  source s(seed);
  definition d;
  for (std::size_t i = s.below(3); i != 0; --i) {
    auto& [c, values] = d.correctors.emplace_back();
    c.name = "corrector " + std::to_string(i);
    c.min_n = s.one_in(2) ? s.below(6) : 0;
    if (!s.one_in(5)) values = random_card::observations(s, 0, 10);
  }
  std::size_t number = 0;
  const auto fill = [&](branch& b, auto&& self, int depth) -> void {
    if (s.one_in(3)) b.mean = static_cast<mean_kind>(s.below(5));
    for (std::size_t n = 1 + s.below(4); n != 0; --n)
      b.lines.push_back(random_line(s, d, number++));
    for (std::size_t n = depth == 0 ? 0 : s.below(3); n != 0; --n) {
      branch& child = b.branches.emplace_back();
      child.name = "group " + std::to_string(100 + number++);
      child.weight = s.between(.1, 9);
      self(child, self, depth - 1);
    }
  };
  fill(d.top, fill, 2);
  d.top.lines.front().applicable = true;
  for (std::size_t i = s.below(4); i != 0; --i) {
    stop& v = d.vetoes.emplace_back();
    v.name = "veto " + std::to_string(i);
    v.when = static_cast<stop::rule>(s.below(4));
    v.then = static_cast<stop::effect>(s.below(3));
    v.threshold = s.between(.01, .4);
    v.cap = s.between(0, 100);
    v.allowed = s.below(6);
    v.bands = s.below(3) + (v.then == stop::effect::drop ? 1 : 0);
    v.min_n = s.one_in(2) ? s.below(40) : 0;
    if (!s.one_in(6))
      v.failed = static_cast<int>(s.below(12)), v.passed = static_cast<int>(s.below(40));
  }
  for (std::size_t i = s.below(4); i != 0; --i) {
    extra& e = d.extras.emplace_back();
    e.name = "extra " + std::to_string(i);
    e.each = s.between(0, 3);
    e.at_most = s.between(.5, 12);
    e.takes = s.one_in(2);
    if (!s.one_in(5)) e.values = random_card::observations(s, -1, 6);
  }
  d.absent = random_rule(s, true);
  return d;
}

// ---- the card of a definition -------------------------------------------------------------------

crm::dynamic_metric mean_of(const std::string& part) {
  return {crm::interned(random_card::metric_of(part)), crm::mean{}};
}
crm::dynamic_metric errors_of(const std::string& part) {
  return {crm::interned(random_card::metric_of(part)),
          crm::on([](double x) { return x != 0; }, crm::error_rate{})};
}

std::vector<crm::dynamic_part> parts_of(const branch& b) {
  std::vector<crm::dynamic_part> parts;
  if (b.mean != mean_kind::arithmetic) parts.push_back(random_card::aggregation_of(b.mean));
  for (const line& l : b.lines) {
    const auto told = [&](auto part) {
      part = std::move(part).at_least(l.min_n).anonymous_below(l.anonymous_below);
      if (l.absent) part = std::move(part).when_absent(random_card::policy{*l.absent});
      if (!l.applicable) part.leave_out(crm::interned(l.name));
      parts.emplace_back(std::move(part));
    };
    const auto corrected = [&](auto part) {
      if (l.corrector.empty()) return told(std::move(part));
      told(std::move(part).corrected_by(crm::interned(l.corrector),
                                        crm::dynamic_correction(l.correction)));
    };
    auto part = crm::component(crm::interned(l.name), mean_of(l.name), crm::dynamic_curve(l.curve),
                               l.weight);
    if (l.drawn_to) {
      corrected(std::move(part).shrunk_by(crm::dynamic_shrinkage(
          crm::normal_normal{l.drawn_to->mean, l.drawn_to->between, l.drawn_to->within})));
    } else {
      corrected(std::move(part));
    }
  }
  for (const branch& g : b.branches) {
    parts.emplace_back(
        crm::dynamic_group(crm::interned(g.name), g.weight, crm::dynamic_parts(parts_of(g))));
  }
  return parts;
}

crm::dynamic_part veto_of(const stop& v) {
  const auto trigger = [&] {
    switch (v.when) {
      case stop::rule::above:
        return crm::dynamic_trigger(crm::above{v.threshold});
      case stop::rule::surely_above:
        return crm::dynamic_trigger(crm::surely_above{v.threshold});
      case stop::rule::more_than:
        return crm::dynamic_trigger(crm::more_than{v.allowed});
      case stop::rule::both:
        break;
    }
    return crm::dynamic_trigger(crm::above_allowing{v.threshold, v.allowed});
  };
  const auto effect = [&] {
    switch (v.then) {
      case stop::effect::cap:
        return crm::dynamic_effect(crm::cap{v.cap});
      case stop::effect::drop:
        return crm::dynamic_effect(crm::drop_bands{v.bands});
      case stop::effect::block:
        break;
    }
    return crm::dynamic_effect(crm::block_band{crm::interned(bands.at(v.bands))});
  };
  return crm::veto(crm::interned(v.name), errors_of(v.name), trigger(), effect()).at_least(v.min_n);
}

crm::dynamic_scorecard card_of(const definition& d) {
  std::vector<crm::dynamic_part> parts = parts_of(d.top);
  for (const auto& [c, values] : d.correctors) {
    parts.emplace_back(crm::corrector(crm::interned(c.name), mean_of(c.name)).at_least(c.min_n));
  }
  for (const stop& v : d.vetoes) parts.push_back(veto_of(v));
  for (const extra& e : d.extras) {
    const crm::points_each rule{.points = e.each, .at_most = e.at_most};
    parts.emplace_back(e.takes ? crm::deduction(crm::interned(e.name), mean_of(e.name), rule)
                               : crm::bonus(crm::interned(e.name), mean_of(e.name), rule));
  }
  auto card =
      crm::dynamic_scorecard(std::move(parts))
          .graded(
              {{bands[0], from[0]}, {bands[1], from[1]}, {bands[2], from[2]}, {bands[3], from[3]}});
  return std::move(card).with(random_card::policy{d.absent});
}

void feed(crm::dynamic_scorecard& card, const definition& d) {
  const auto add = [&](const std::string& part, const std::vector<double>& values) {
    for (const double x : values) {
      card.update(crm::dynamic_event{crm::interned(random_card::metric_of(part)), x});
    }
  };
  const auto all = [&](const branch& b, auto&& self) -> void {
    for (const line& l : b.lines) add(l.name, l.values);
    for (const branch& g : b.branches) self(g, self);
  };
  all(d.top, all);
  for (const auto& [c, values] : d.correctors) add(c.name, values);
  for (const stop& v : d.vetoes) {
    add(v.name, std::vector<double>(static_cast<std::size_t>(v.failed), 1));
    add(v.name, std::vector<double>(static_cast<std::size_t>(v.passed), 0));
  }
  for (const extra& e : d.extras) add(e.name, e.values);
}

// ---- the rules, read plainly --------------------------------------------------------------------

struct read_line {
  crm::absence absent = crm::absence::none;
  bool filled = false, failed = false;
  double score = 0, used = 0, declared = 0;
};
struct verdict {
  std::map<std::string, read_line> lines;
  std::map<std::string, crm::veto_state> vetoes;
  double coverage = 0, not_assessed = 0;
  std::optional<double> composite, total;
  std::string band;
};

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

class reading {
 public:
  explicit reading(const definition& d) : d_(d) {
    declare(d.top, 1);
    use(d.top, 1);
    for (const auto& [name, l] : out.lines) {
      const bool none = l.absent != crm::absence::none;
      if (none) out.not_assessed += l.declared;
      failed_ = failed_ || (l.failed && l.declared > 0);
    }
    // R7: a group with one assessed child counts whole.
    double all = 0;
    for (const line& l : d.top.lines) {
      if (!l.applicable) continue;
      all += l.weight;
      if (out.lines.at(l.name).absent == crm::absence::none) out.coverage += l.weight;
    }
    for (const branch& g : d.top.branches) {
      if (!applies(g)) continue;
      all += g.weight;
      if (assessed_in(g)) out.coverage += g.weight;
    }
    out.coverage /= all;
    judge();
    const std::optional<double> score = score_of(d.top);
    if (score && out.coverage >= d.absent.min_coverage && !failed_) {
      out.composite = score;
      finish();
    }
  }
  verdict out;

 private:
  read_line read(const line& l) const {
    read_line r;
    const auto n = l.values.size();
    if (!l.applicable) {
      r.absent = crm::absence::not_applicable;
      return r;
    }
    if (n == 0) {
      r.absent = crm::absence::missing;
    } else if (n < l.anonymous_below) {
      r.absent = crm::absence::suppressed;
    } else if (n < l.min_n) {
      r.absent = crm::absence::insufficient;
    }
    if (r.absent != crm::absence::none) {
      const crm::detail::absent_rule& rule = l.absent ? *l.absent : d_.absent;
      r.filled = rule.what == crm::detail::absent_rule::kind::fill;
      r.failed = rule.what == crm::detail::absent_rule::kind::fail;
      r.score = rule.points;
      return r;
    }
    double x = mean_of(l.values);
    if (l.drawn_to) {
      const prior& p = *l.drawn_to;
      const double noise = p.within * p.within / static_cast<double>(n);
      const double b = p.between * p.between / (p.between * p.between + noise);
      x = p.mean + b * (x - p.mean);
    }
    const double way = (x - l.curve.floor) / (l.curve.target - l.curve.floor);
    r.score = 100 * std::min(std::max(way, 0.0), l.curve.cap);
    for (const auto& [c, values] : d_.correctors) {
      if (c.name != l.corrector || values.empty() || values.size() < c.min_n) continue;
      const double t =
          (mean_of(values) - l.correction.start) / (l.correction.full - l.correction.start);
      r.score *= 1 - l.correction.strength * std::min(std::max(t, 0.0), 1.0);
    }
    return r;
  }

  static bool applies(const branch& b) {
    return std::any_of(b.lines.begin(), b.lines.end(),
                       [](const line& l) { return l.applicable; }) ||
           std::any_of(b.branches.begin(), b.branches.end(), applies);
  }
  bool assessed_in(const branch& b) const {
    return std::any_of(
               b.lines.begin(), b.lines.end(),
               [&](const line& l) { return out.lines.at(l.name).absent == crm::absence::none; }) ||
           std::any_of(b.branches.begin(), b.branches.end(),
                       [&](const branch& g) { return assessed_in(g); });
  }
  bool counts(const line& l) const {
    const read_line& r = out.lines.at(l.name);
    return r.absent == crm::absence::none || r.filled;
  }
  bool counts(const branch& b) const {
    return std::any_of(b.lines.begin(), b.lines.end(), [&](const line& l) { return counts(l); }) ||
           std::any_of(b.branches.begin(), b.branches.end(),
                       [&](const branch& g) { return counts(g); });
  }

  // Shares of the whole by definition: what does not apply is nobody's.
  void declare(const branch& b, double share) {
    double all = 0;
    for (const line& l : b.lines) all += l.applicable ? l.weight : 0;
    for (const branch& g : b.branches) all += applies(g) ? g.weight : 0;
    for (const line& l : b.lines) {
      read_line r = read(l);
      r.declared = l.applicable ? share * l.weight / all : 0;
      out.lines[l.name] = r;
    }
    for (const branch& g : b.branches) declare(g, applies(g) ? share * g.weight / all : 0);
  }
  void use(const branch& b, double share) {
    double all = 0;
    for (const line& l : b.lines) all += counts(l) ? l.weight : 0;
    for (const branch& g : b.branches) all += counts(g) ? g.weight : 0;
    for (const line& l : b.lines) {
      if (counts(l)) out.lines.at(l.name).used = share * l.weight / all;
    }
    for (const branch& g : b.branches) {
      if (counts(g)) use(g, share * g.weight / all);
    }
  }
  std::optional<double> score_of(const branch& b) const {
    std::vector<std::pair<double, double>> of;  // weight and score
    for (const line& l : b.lines) {
      if (counts(l)) of.emplace_back(l.weight, out.lines.at(l.name).score);
    }
    for (const branch& g : b.branches) {
      if (const auto inner = score_of(g)) of.emplace_back(g.weight, *inner);
    }
    if (of.empty()) return std::nullopt;
    double all = 0;
    for (const auto& [w, x] : of) all += w;
    double sum = 0, squares = 0, logs = 0, inverse = 0, least = 1e9;
    for (const auto& [w, x] : of) {
      sum += w / all * x;
      squares += w / all * x * x;
      logs += w / all * std::log(x);
      inverse += w / all / x;
      least = std::min(least, x);
    }
    switch (b.mean) {
      case mean_kind::geometric:
        return least > 0 ? std::exp(logs) : 0;
      case mean_kind::harmonic:
        return least > 0 ? 1 / inverse : 0;
      case mean_kind::quadratic:
        return std::sqrt(squares);
      case mean_kind::minimum:
        return least;
      case mean_kind::arithmetic:
        break;
    }
    return sum;
  }

  void judge() {
    for (const stop& v : d_.vetoes) {
      auto& state = out.vetoes[v.name];
      if (v.n() == 0 || static_cast<std::uint64_t>(v.n()) < v.min_n) {
        state = crm::veto_state::not_assessable;
        continue;
      }
      const double n = v.n();
      const double p = v.failed / n;
      constexpr double z = 1.959963984540054;
      const double low =
          (p + z * z / (2 * n) - z * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n))) /
          (1 + z * z / n);  // Wilson 1927
      const bool over = static_cast<std::uint64_t>(v.failed) > v.allowed;
      const bool fires = v.when == stop::rule::above          ? p > v.threshold
                         : v.when == stop::rule::surely_above ? low > v.threshold
                         : v.when == stop::rule::more_than    ? over
                                                              : over && p > v.threshold;
      state = fires ? crm::veto_state::fired : crm::veto_state::clear;
    }
  }

  void finish() {
    double total = *out.composite;
    for (const extra& e : d_.extras) {
      if (e.values.empty()) continue;
      const double points = std::min(std::max(mean_of(e.values) * e.each, 0.0), e.at_most);
      total += e.takes ? -points : points;
    }
    total = std::min(std::max(total, 0.0), 100.0);
    for (const stop& v : d_.vetoes) {
      if (out.vetoes.at(v.name) == crm::veto_state::fired && v.then == stop::effect::cap) {
        total = std::min(total, v.cap);
      }
    }
    out.total = total;
    std::size_t by_total = 0;
    while (total < from.at(by_total) - 1e-9) ++by_total;
    std::size_t band = by_total;
    for (const stop& v : d_.vetoes) {
      if (out.vetoes.at(v.name) != crm::veto_state::fired) continue;
      if (v.then == stop::effect::drop)
        band = std::max(band, std::min<std::size_t>(by_total + v.bands, 3));
      if (v.then == stop::effect::block) band = std::max(band, v.bands + 1);
    }
    out.band = bands.at(band);
  }

  const definition& d_;
  bool failed_ = false;
};

TEST(card_oracle, every_rule_is_what_a_plain_reading_of_it_says) {
  std::size_t totals = 0, capped = 0, lowered = 0, held_back = 0, low = 0, required = 0, sure = 0;
  for (std::uint64_t seed = 1; seed <= 4'000; ++seed) {
    const definition d = random_definition(seed);
    crm::dynamic_scorecard card = card_of(d);
    feed(card, d);
    const crm::score_report got = card.result();
    const verdict wanted = reading(d).out;

    for (const auto& [name, l] : wanted.lines) {
      const crm::component_line& line = got.component(name);
      ASSERT_EQ(line.absent, l.absent) << seed << " " << name;
      ASSERT_EQ(line.filled, l.filled) << seed << " " << name;
      if (line.counts()) {
        ASSERT_NEAR(line.score, l.score, near) << seed << " " << name;
      }
      ASSERT_NEAR(line.weight, l.declared, 1e-12) << seed << " " << name;
      ASSERT_NEAR(line.weight_used, l.used, 1e-12) << seed << " " << name;
      held_back += l.absent == crm::absence::suppressed ? 1U : 0U;
      if (l.absent == crm::absence::suppressed) {
        ASSERT_TRUE(!line.raw.has_value() && line.raw.parts().value == 0 && !line.raw.interval())
            << seed << " " << name;
      }
    }
    for (const auto& [name, state] : wanted.vetoes) {
      ASSERT_EQ(got.veto(name).state, state) << seed << " " << name;
    }
    for (const stop& v : d.vetoes) {
      sure +=
          v.when == stop::rule::surely_above && wanted.vetoes.at(v.name) == crm::veto_state::fired
              ? 1U
              : 0U;
    }
    ASSERT_NEAR(got.coverage, wanted.coverage, 1e-12) << seed;
    ASSERT_NEAR(got.weight_not_assessed, wanted.not_assessed, 1e-12) << seed;
    ASSERT_EQ(got.composite.has_value(), wanted.composite.has_value()) << seed;
    ASSERT_EQ(got.total.has_value(), wanted.total.has_value()) << seed;
    required += got.why_absent() == crm::absence::required_absent ? 1U : 0U;
    low += got.why_absent() == crm::absence::low_coverage ? 1U : 0U;
    if (!wanted.total) continue;
    ASSERT_NEAR(*got.composite, *wanted.composite, near) << seed;
    ASSERT_NEAR(*got.total, *wanted.total, near) << seed;
    ASSERT_EQ(got.band, wanted.band) << seed;
    ++totals;
    capped += *wanted.total < *wanted.composite - near ? 1U : 0U;
    lowered += got.band != got.band_of_total ? 1U : 0U;
  }
  // The cases that the rules are about did come.
  EXPECT_GT(totals, 2'000U);
  EXPECT_GT(capped, 400U);
  EXPECT_GT(lowered, 200U);
  EXPECT_GT(held_back, 400U);
  EXPECT_GT(low, 100U);
  EXPECT_GT(required, 200U);
  EXPECT_GT(sure, 200U);
}

// A card inside a card hands on what it could not assess, at its own weight.
TEST(card_oracle, weight_not_assessed_inside_is_a_share_of_that_weight) {
  using crm::component;
  struct seen {
    int part;
    double value;
  };
  const auto of = []<int Part>(std::integral_constant<int, Part>) {
    return crm::where([](const seen& e) { return e.part == Part; },
                      crm::on([](const seen& e) { return e.value; }, crm::mean{}));
  };
  const auto a = of(std::integral_constant<int, 0>());
  const auto b = of(std::integral_constant<int, 1>());
  const auto c = of(std::integral_constant<int, 2>());
  constexpr crm::linear curve{.floor = 0, .target = 100};
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    source s(seed);
    const double in_a = s.between(.1, 9), in_b = s.between(.1, 9);
    const double inner = s.between(.1, 9), outer = s.between(.1, 9);
    auto card = crm::make_scorecard(component("inner",
                                              crm::make_scorecard(component("a", a, curve, in_a),
                                                                  component("b", b, curve, in_b)),
                                              inner),
                                    component("c", c, curve, outer));
    const bool has_a = s.one_in(2), has_b = s.one_in(2), has_c = s.one_in(2);
    if (has_a) card.update(seen{0, s.between(0, 100)});
    if (has_b) card.update(seen{1, s.between(0, 100)});
    if (has_c) card.update(seen{2, s.between(0, 100)});
    const double missing_inside = (has_a ? 0 : in_a) + (has_b ? 0 : in_b);
    const double wanted =
        (inner * missing_inside / (in_a + in_b) + (has_c ? 0 : outer)) / (inner + outer);
    EXPECT_NEAR(card.result().weight_not_assessed, wanted, 1e-12) << seed;
  }
}

// A step of one metric against its exchange in another leaves the total where it is.
TEST(card_oracle, an_exchange_leaves_the_total_as_it_is) {
  std::size_t exchanged = 0;
  for (std::uint64_t seed = 1; seed <= 1'000; ++seed) {
    source s(seed);
    const std::array<crm::linear, 2> curve = {
        crm::linear{.floor = s.between(-50, 50), .target = s.between(60, 200)},
        crm::linear{.floor = s.between(60, 200), .target = s.between(-50, 50)}};
    const std::array<double, 2> weight = {s.between(.1, 9), s.between(.1, 9)};
    const auto inside = [&](std::size_t i) {
      const double t = s.between(.3, .7);
      return curve.at(i).floor + t * (curve.at(i).target - curve.at(i).floor);
    };
    const std::array<double, 2> at = {inside(0), inside(1)};
    const auto result = [&](double x, double y) {
      crm::dynamic_scorecard card(
          {crm::component("x", mean_of("x"), crm::dynamic_curve(curve[0]), weight[0]),
           crm::component("y", mean_of("y"), crm::dynamic_curve(curve[1]), weight[1])});
      card.update(crm::dynamic_event{crm::interned("metric of x"), x});
      card.update(crm::dynamic_event{crm::interned("metric of y"), y});
      return card.result(crm::confidence_level::none());
    };
    const crm::explanation e = crm::explain(result(at[0], at[1]));
    const auto amount = e.exchange("x", "y");
    ASSERT_TRUE(amount.has_value()) << seed;
    const double half = e.value_of("x").step / 100;
    const auto moved = result(at[0] + half, at[1] - *amount / 100);
    EXPECT_NEAR(*moved.total, *e.report.total, 1e-9) << seed;
    exchanged += std::abs(*amount - e.value_of("x").step) > 1e-3 ? 1U : 0U;
  }
  EXPECT_GT(exchanged, 900U);
}

}  // namespace
