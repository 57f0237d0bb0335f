// The laws of scorecards (docs/scorecard/rules.md), each on 1,000 definitions at random. The laws
// of ranks, shrinkage, power means and spec files stand with their tests.

#include "random_card.hpp"

#include <crmetrics/io/score_text.hpp>
#include <crmetrics/scorecard/geometric.hpp>
#include <crmetrics/scorecard/harmonic.hpp>
#include <crmetrics/scorecard/minimum.hpp>
#include <crmetrics/scorecard/power.hpp>
#include <crmetrics/scorecard/score_change.hpp>
#include <crmetrics/scorecard/timeline.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <sstream>
#include <string>

namespace random_card {

crm::dynamic_part aggregation_of(mean_kind kind) {
  const auto part = [](auto how) {
    return crm::aggregated_by(crm::dynamic_aggregation(std::move(how)));
  };
  switch (kind) {
    case mean_kind::geometric:
      return part(crm::geometric{});
    case mean_kind::harmonic:
      return part(crm::harmonic{});
    case mean_kind::quadratic:
      return part(crm::power{2});
    case mean_kind::minimum:
    case mean_kind::arithmetic:
      break;
  }
  return part(crm::minimum{});
}

}  // namespace random_card

namespace {

namespace crm = crmetrics;
using namespace random_card;

constexpr std::uint64_t trials = 1'000;
constexpr double near = 1e-9;  // points

std::vector<leaf*> leaves_of(definition& d) {
  std::vector<leaf*> out;
  each_leaf(d.top, [&](leaf& l, node&) { out.push_back(&l); });
  return out;
}

TEST(card_laws, monotone_in_each_metric) {
  std::size_t moved = 0;
  for (std::uint64_t seed = 1; seed <= trials; ++seed) {
    definition d = random_definition(seed);
    source s(seed + 7'000'000);
    const auto before = report_of(d).total;
    const auto leaves = leaves_of(d);
    leaf& better = *leaves[s.below(leaves.size())];
    const double step = s.between(.1, 40) * (better.curve.target > better.curve.floor ? 1 : -1);
    for (double& x : better.values) x += step;
    if (better.values.empty()) continue;  // its first observation may well be bad news
    const auto after = report_of(d).total;
    ASSERT_EQ(before.has_value(), after.has_value()) << seed;
    if (before) {
      ASSERT_GE(*after, *before - near) << seed;
      moved += *after > *before + near ? 1U : 0U;
    }
    if (d.correctors.empty()) continue;
    auto& worse = d.correctors[s.below(d.correctors.size())].second;
    for (double& x : worse) x += step < 0 ? -step : step;
    const auto corrected = report_of(d).total;
    if (after) {
      ASSERT_LE(*corrected, *after + near) << seed;
    }
  }
  EXPECT_GT(moved, trials / 4);
}

TEST(card_laws, the_scale_of_weights_means_nothing) {
  for (std::uint64_t seed = 1; seed <= trials; ++seed) {
    definition d = random_definition(seed);
    const auto before = report_of(d).total;
    source s(seed + 1'000'000);
    const double c = std::pow(10, s.between(-6, 6));
    node* level = &d.top;
    while (!level->groups.empty() && s.one_in(2)) {
      level = &level->groups[s.below(level->groups.size())];
    }
    for (leaf& l : level->leaves) l.weight *= c;
    for (node& g : level->groups) g.weight *= c;
    const auto after = report_of(d).total;
    ASSERT_EQ(before.has_value(), after.has_value());
    if (before) {
      ASSERT_NEAR(*before, *after, 1e-10) << seed;
    }
  }
}

TEST(card_laws, the_order_of_parts_changes_no_bit) {
  for (std::uint64_t seed = 1; seed <= trials; ++seed) {
    definition d = random_definition(seed);
    const crm::score_report before = report_of(d);
    std::mt19937_64 next(seed);
    const auto shuffle = [&](auto& parts) {
      for (std::size_t i = parts.size(); i > 1; --i) std::swap(parts[i - 1], parts[next() % i]);
    };
    const auto shuffle_all = [&](node& n, auto&& self) -> void {
      shuffle(n.leaves), shuffle(n.groups);
      for (node& g : n.groups) self(g, self);
    };
    shuffle_all(d.top, shuffle_all);
    shuffle(d.correctors), shuffle(d.vetoes);
    const crm::score_report after = report_of(d);
    ASSERT_EQ(before.total, after.total) << seed;
    ASSERT_EQ(before.coverage, after.coverage) << seed;
    ASSERT_EQ(before.weight_not_assessed, after.weight_not_assessed) << seed;
    for (const auto& line : before.components) {
      const auto& other = after.component(line.name.view());
      ASSERT_EQ(line.contribution, other.contribution) << seed;
      ASSERT_EQ(line.marginal, other.marginal) << seed;
    }
  }
}

// Means of real numbers are exact up to rounding, and so is a card of them.
TEST(card_laws, the_order_of_events_changes_nothing_but_rounding) {
  for (std::uint64_t seed = 1; seed <= trials; ++seed) {
    const definition d = random_definition(seed);
    std::vector<crm::dynamic_event> events = events_of(d);
    const crm::score_report before = report_of(d);
    std::mt19937_64 next(seed);
    for (std::size_t i = events.size(); i > 1; --i) std::swap(events[i - 1], events[next() % i]);
    crm::dynamic_scorecard card = empty_card(d);
    for (const crm::dynamic_event& e : events) card.update(e);
    const crm::score_report after = card.result(crm::confidence_level::none());
    ASSERT_EQ(before.total.has_value(), after.total.has_value()) << seed;
    if (before.total) {
      ASSERT_NEAR(*before.total, *after.total, near) << seed;
    }
    for (const auto& line : before.components) {
      ASSERT_NEAR(line.contribution, after.component(line.name.view()).contribution, near) << seed;
    }
  }
}

TEST(card_laws, equal_scores_make_that_total) {
  for (std::uint64_t seed = 1; seed <= trials; ++seed) {
    definition d = random_definition(seed, {.corrections = false, .vetoes = false});
    d.bonus = 0;
    source s(seed);
    const double score = s.between(0, 100);
    for (leaf* l : leaves_of(d)) {
      const double x = l->curve.floor + score / 100 * (l->curve.target - l->curve.floor);
      for (double& v : l->values) v = x;
    }
    const auto total = report_of(d).total;
    if (total) {
      ASSERT_NEAR(*total, score, 1e-9) << seed;
    }
  }
}

TEST(card_laws, bounded_by_the_scores_and_by_the_scale) {
  for (std::uint64_t seed = 1; seed <= trials; ++seed) {
    const crm::score_report r = report_of(random_definition(seed));
    double low = 1e9;
    double high = -1e9;
    for (const auto& line : r.components) {
      if (!line.counts()) continue;
      low = (std::min)(low, line.score);
      high = (std::max)(high, line.score);
    }
    if (!r.total) continue;
    ASSERT_GE(*r.composite, low - near) << seed;
    ASSERT_LE(*r.composite, high + near) << seed;
    ASSERT_GE(*r.total, 0) << seed;
    ASSERT_LE(*r.total, 100) << seed;
  }
}

TEST(card_laws, another_unit_is_the_same_metric) {
  for (std::uint64_t seed = 1; seed <= trials; ++seed) {
    definition d = random_definition(seed);
    const auto before = report_of(d).total;
    source s(seed);
    for (leaf* l : leaves_of(d)) {
      const double unit = s.one_in(2) ? 1.0 / 60 : -1;  // minutes, and the mirror
      l->curve.floor *= unit, l->curve.target *= unit;
      for (double& x : l->values) x *= unit;
    }
    const auto after = report_of(d).total;
    if (before) {
      ASSERT_NEAR(*before, *after, 1e-9) << seed;
    }
  }
}

TEST(card_laws, the_total_is_the_sum_of_its_lines_exactly) {
  for (std::uint64_t seed = 1; seed <= trials; ++seed) {
    const crm::score_report r = report_of(random_definition(seed));
    if (!r.total) continue;
    std::vector<const crm::component_line*> lines;
    for (const auto& line : r.components) lines.push_back(&line);
    std::sort(lines.begin(), lines.end(),
              [](const auto* a, const auto* b) { return a->name.view() < b->name.view(); });
    double sum = 0;
    for (const auto* line : lines) sum += line->contribution;
    ASSERT_EQ(sum, *r.composite) << seed;
    for (const auto& a : r.adjustments) sum += a.points;
    ASSERT_EQ(sum, *r.total) << seed;
  }
}

TEST(card_laws, printed_lines_add_up_to_the_printed_total) {
  std::size_t read = 0;
  for (std::uint64_t seed = 1; seed <= trials; ++seed) {
    const crm::score_report r = report_of(random_definition(seed));
    if (!r.total) continue;
    std::istringstream text(crm::to_text(r));
    std::string line;
    long sum = 0;
    long total = -1;
    while (std::getline(text, line)) {
      if (line.rfind("total ", 0) == 0) {
        total = std::lround(std::stod(line.substr(6)) * 100);
        break;
      }
      const std::size_t at = line.rfind(" = ");
      if (at == std::string::npos || line.rfind("component ", 0) == 0) continue;
      // What vetoes, bonuses, deductions and correctors saw is told in lines of its own.
      if (line.find_first_not_of("-0123456789. ", at + 3) != std::string::npos) continue;
      if (line.find(": ") < at && line.find(" points x ") == std::string::npos) continue;
      if (line.find("goes to the others") != std::string::npos) continue;
      sum += std::lround(std::stod(line.substr(at + 3)) * 100);
    }
    ASSERT_EQ(sum, total) << seed << "\n" << crm::to_text(r);
    ASSERT_EQ(total, std::lround(*r.total * 100 + 1e-9)) << seed;
    ++read;
  }
  EXPECT_GT(read, trials / 2);
}

bool delete_absent(node& n) {
  std::erase_if(n.leaves, [](const leaf& l) { return l.values.empty(); });
  std::erase_if(n.groups, [](node& g) { return !delete_absent(g); });
  return !n.leaves.empty() || !n.groups.empty();
}

TEST(card_laws, redistributing_is_deleting_failing_is_all_or_nothing_neutral_is_a_number) {
  std::size_t absent = 0;
  for (std::uint64_t seed = 1; seed <= trials; ++seed) {
    definition d = random_definition(seed);
    const crm::score_report whole = report_of(d);
    definition fewer = d;
    const bool something = delete_absent(fewer.top);
    ASSERT_EQ(whole.total.has_value(), something) << seed;
    if (something) {
      ASSERT_NEAR(*whole.total, *report_of(fewer).total, 1e-9) << seed;
    }

    bool all = true;
    for (leaf* l : leaves_of(d)) all = all && !l->values.empty();
    absent += all ? 0U : 1U;
    definition strict = d;
    strict.absent = crm::fail{}.rule();
    ASSERT_EQ(report_of(strict).total.has_value(), all) << seed;

    definition filled = d;
    filled.absent = crm::neutral{37}.rule();
    definition fixed = d;
    for (leaf* l : leaves_of(fixed)) {
      if (!l->values.empty()) continue;
      l->corrector.reset();
      l->values = {l->curve.floor + .37 * (l->curve.target - l->curve.floor)};
    }
    ASSERT_NEAR(*report_of(filled).total, *report_of(fixed).total, 1e-9) << seed;
  }
  EXPECT_GT(absent, trials / 4);
}

TEST(card_laws, a_group_of_one_is_its_child_and_arithmetic_groups_can_be_flattened) {
  for (std::uint64_t seed = 1; seed <= trials; ++seed) {
    definition d = random_definition(seed);
    const auto before = report_of(d).total;
    definition wrapped = d;
    source s(seed);
    leaf inner = wrapped.top.leaves.back();
    wrapped.top.leaves.pop_back();
    node one;
    one.name = "wrapper";
    one.weight = inner.weight;
    one.mean = static_cast<mean_kind>(s.below(5));
    inner.weight = s.between(1, 9);
    one.leaves.push_back(inner);
    wrapped.top.groups.push_back(one);
    if (before) {
      ASSERT_NEAR(*report_of(wrapped).total, *before, 1e-9) << seed;
    }

    definition nested = random_definition(seed, {.missing = false, .means = false});
    definition flat = nested;
    flat.top.leaves.clear(), flat.top.groups.clear();
    const auto flatten = [&](const node& n, double share, auto&& self) -> void {
      double sum = 0;
      for (const leaf& l : n.leaves) sum += l.weight;
      for (const node& g : n.groups) sum += g.weight;
      for (leaf l : n.leaves) {
        l.weight *= share / sum;
        flat.top.leaves.push_back(l);
      }
      for (const node& g : n.groups) self(g, share * g.weight / sum, self);
    };
    flatten(nested.top, 1, flatten);
    ASSERT_NEAR(*report_of(flat).total, *report_of(nested).total, 1e-9) << seed;
  }
}

TEST(card_laws, a_team_is_its_merged_states_in_any_split_and_order) {
  for (std::uint64_t seed = 1; seed <= trials; ++seed) {
    const definition d = random_definition(seed);
    std::mt19937_64 next(seed);
    auto a = empty_card(d);
    auto b = empty_card(d);
    auto all = empty_card(d);
    for (const auto& e : events_of(d)) {
      all.update(e);
      (next() % 3 == 0 ? a : b).update(e);
    }
    auto ab = a;
    ab.merge(b);
    auto ba = b;
    ba.merge(a);
    const auto one = all.result(crm::confidence_level::none()).total;
    const auto two = ab.result(crm::confidence_level::none()).total;
    ASSERT_EQ(one.has_value(), two.has_value());
    // The mean of real numbers merges up to rounding.
    if (one) {
      ASSERT_NEAR(*one, *two, 1e-9) << seed;
    }
    if (one) {
      ASSERT_NEAR(*two, *ba.result(crm::confidence_level::none()).total, 1e-9) << seed;
    }
    ASSERT_EQ(a.fresh().merge(all).result().total, all.result().total);
  }
}

TEST(card_laws, vetoes_come_last_and_only_when_they_fire) {
  std::size_t fired = 0;
  for (std::uint64_t seed = 1; seed <= trials; ++seed) {
    definition d = random_definition(seed);
    if (d.vetoes.empty()) d.vetoes.push_back({"veto", 5, 40, {6, 9}});
    const crm::score_report r = report_of(d);
    definition without = d;
    without.vetoes.clear();
    const auto plain = report_of(without).total;
    if (!r.total) continue;
    if (r.vetoes.front().state == crm::veto_state::fired) {
      ++fired;
      ASSERT_LE(*r.total, d.vetoes.front().cap) << seed;
      ASSERT_NEAR(*r.total, (std::min)(*plain, d.vetoes.front().cap), near) << seed;
    } else {
      ASSERT_EQ(*r.total, *plain) << seed;
    }
  }
  EXPECT_GT(fired, trials / 8);
}

TEST(card_laws, corrections_only_lower) {
  std::size_t lowered = 0;
  for (std::uint64_t seed = 1; seed <= trials; ++seed) {
    definition d = random_definition(seed);
    const crm::score_report r = report_of(d);
    for (const auto& line : r.components) {
      ASSERT_LE(line.score, line.points) << seed;
      ASSERT_GE(line.factor, 0) << seed;
      ASSERT_LE(line.factor, 1) << seed;
      lowered += line.factor < 1 ? 1U : 0U;
    }
    definition off = d;
    for (leaf* l : leaves_of(off)) l->correction.strength = 0;
    definition none = d;
    for (leaf* l : leaves_of(none)) l->corrector.reset();
    ASSERT_EQ(report_of(off).total, report_of(none).total) << seed;
    if (r.total) {
      ASSERT_LE(*r.total, *report_of(none).total + near) << seed;
    }
  }
  EXPECT_GT(lowered, trials / 8);
}

TEST(card_laws, marginal_values_are_what_a_small_step_does) {
  std::size_t checked = 0;
  for (std::uint64_t seed = 1; seed <= trials; ++seed) {
    const definition d = random_definition(seed);
    const crm::score_report r = report_of(d);
    if (!r.total) continue;
    const auto total_with = [&](const std::string& part, double step) {
      definition moved = d;
      for (leaf* l : leaves_of(moved)) {
        if (l->name != part) continue;
        for (double& x : l->values) x += step;
      }
      for (auto& [name, values] : moved.correctors) {
        if (name != part) continue;
        for (double& x : values) x += step;
      }
      return *report_of(moved).total;
    };
    const auto expect = [&](std::string_view name, double marginal) {
      const double h = 1e-5;
      const std::string part(name);
      const double up = (total_with(part, h) - *r.total) / h;
      const double down = (*r.total - total_with(part, -h)) / h;
      if (std::abs(up - down) > 1e-3 * (1 + std::abs(marginal))) return;  // a kink
      ++checked;
      ASSERT_NEAR((up + down) / 2, marginal, 1e-5 * (1 + std::abs(marginal)))
          << part << " " << seed;
    };
    for (const auto& line : r.components) {
      if (line.assessed()) expect(line.name.view(), line.marginal);
    }
    for (const auto& line : r.correctors) {
      if (line.absent == crm::absence::none) expect(line.name.view(), line.marginal);
    }
  }
  EXPECT_GT(checked, trials);
}

TEST(card_laws, an_old_version_gives_the_old_hash_and_the_old_total) {
  for (std::uint64_t seed = 1; seed <= trials; ++seed) {
    const definition d = random_definition(seed);
    source s(seed);
    // Versions that follow each other, each with other weights and floors.
    std::vector<crm::dated<crm::dynamic_scorecard>> versions;
    std::int64_t day = static_cast<std::int64_t>(s.below(10'000));
    const std::size_t count = 1 + s.below(5);
    const auto date_of_day = [](std::int64_t n) {
      return crm::date_of(crm::instant{n * 86'400'000'000});
    };
    for (std::size_t i = 0; i != count; ++i) {
      definition changed = d;
      if (i != 0) {
        for (leaf* l : leaves_of(changed)) {
          l->weight *= s.between(.5, 2);
          l->curve.floor -= s.between(0, .5) * (l->curve.target - l->curve.floor);
        }
      }
      const std::int64_t from = day;
      day += 1 + static_cast<std::int64_t>(s.below(400));
      const bool open = i + 1 == count && s.one_in(2);
      versions.push_back({date_of_day(from), open ? std::nullopt : std::optional(date_of_day(day)),
                          empty_card(changed)});
    }
    const crm::timeline<crm::dynamic_scorecard> line(versions);
    for (int i = 0; i != 20; ++i) {
      const crm::date on = date_of_day(static_cast<std::int64_t>(s.below(13'000)));
      std::size_t in_force = 0;
      for (const auto& v : versions) in_force += v.from <= on && (!v.to || on < *v.to) ? 1U : 0U;
      ASSERT_LE(in_force, 1u) << seed;
      if (in_force == 1) {
        const auto& v = line.at(on);
        ASSERT_TRUE(v.from <= on && (!v.to || on < *v.to)) << seed;
      } else {
        ASSERT_THROW(static_cast<void>(line.at(on)), crm::bad_input) << seed;
      }
    }

    const crm::dynamic_scorecard then = card_of(d);
    const auto& newest = line.versions().back().definition;
    const crm::dynamic_scorecard again = then.under(newest).under(line.versions()[0].definition);
    ASSERT_EQ(again.definition(), then.definition()) << seed;
    ASSERT_EQ(again.result(crm::confidence_level::none()).total,
              then.result(crm::confidence_level::none()).total)
        << seed;
    const crm::score_change change = crm::change_of(then, then.under(newest));
    if (change.by_rules) {
      ASSERT_NEAR(*change.by_results, 0, 1e-9) << seed;
      ASSERT_NEAR(*change.by_rules + *change.by_results, *change.after - *change.before, 1e-12)
          << seed;
    }
  }
}

TEST(card_laws, simulations_depend_on_the_seed_alone) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    definition d = random_definition(seed);
    const auto simulated = [&](const definition& of) {
      return card_of(of).with(crm::monte_carlo{.draws = 500, .seed = seed}).result().uncertainty;
    };
    const auto before = simulated(d);
    std::reverse(d.top.leaves.begin(), d.top.leaves.end());
    std::reverse(d.top.groups.begin(), d.top.groups.end());
    const auto after = simulated(d);
    ASSERT_EQ(before.has_value(), after.has_value());
    if (!before) continue;
    ASSERT_EQ(before->standard_error, after->standard_error) << seed;
    ASSERT_EQ(before->interval.low, after->interval.low) << seed;
    ASSERT_EQ(before->interval.high, after->interval.high) << seed;
  }
}

TEST(card_laws, more_observations_make_a_narrower_interval) {
  std::size_t narrower = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    definition d = random_definition(seed, {.missing = false, .vetoes = false});
    d.bonus = 0;
    for (leaf* l : leaves_of(d)) {
      if (l->values.size() == 1) l->values.push_back(l->values.front() + 1);
    }
    definition more = d;
    const auto repeated = [](std::vector<double>& v) {
      const std::vector<double> once = v;
      for (int i = 0; i != 9; ++i) v.insert(v.end(), once.begin(), once.end());
    };
    for (leaf* l : leaves_of(more)) repeated(l->values);
    for (auto& [name, values] : more.correctors) repeated(values);
    const auto width = [](const definition& of) {
      return card_of(of).with(crm::delta{}).result().uncertainty->standard_error;
    };
    ASSERT_LE(width(more), width(d)) << seed;
    narrower += width(more) < width(d) ? 1U : 0U;
  }
  EXPECT_GT(narrower, 100u);
}

}  // namespace
