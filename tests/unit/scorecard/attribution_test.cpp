#include <crmetrics/scorecard/attribution.hpp>
#include <crmetrics/scorecard/attribution_guard.hpp>

#include <crmetrics/combinators/by.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/combinators/where.hpp>
#include <crmetrics/metrics/csat.hpp>
#include <crmetrics/metrics/handle_time.hpp>
#include <crmetrics/scorecard/scorecard.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

namespace {

namespace crm = crmetrics;

struct survey {
  int agent = 1;
  int rating = 5;
  bool product_fault = false;
  bool outage = false;
};
struct call {
  int agent = 1;
  double seconds = 0;
};

auto csat_of_agent() {
  return crm::attributed(crm::on(&survey::rating, crm::csat{}),
                         crm::cause("product fault", &survey::product_fault),
                         crm::cause("outage", &survey::outage));
}

// 10 surveys: 6 good; of the 4 bad ones 1 with a product fault, 1 with both causes.
std::vector<survey> surveys() {
  std::vector<survey> rows(6, survey{});
  rows.push_back({1, 1, true, false});
  rows.push_back({1, 1, true, true});
  rows.push_back({1, 2, false, false});
  rows.push_back({1, 1, false, true});
  return rows;
}

TEST(attribution, leaves_events_out_by_cause_and_shows_before_and_after) {
  auto m = csat_of_agent();
  m.update_many(surveys());
  const crm::estimate after = m.result();
  EXPECT_EQ(after.exact(), (crm::exact_ratio{6, 7}));
  EXPECT_EQ(after.excluded().total(), 3u);
  EXPECT_EQ(m.excluded("product fault"), 2u) << "the first cause that applies counts";
  EXPECT_EQ(m.excluded("outage"), 1u);
  EXPECT_THROW(static_cast<void>(m.excluded("weather")), crm::error);
  EXPECT_NE(after.convention().find("without: product fault, without: outage"),
            std::string_view::npos);

  const auto effect = m.effect();
  EXPECT_EQ(effect.before.exact(), (crm::exact_ratio{6, 10}));
  EXPECT_EQ(effect.before.excluded().total(), 0u);
  EXPECT_EQ(effect.after.exact(), (crm::exact_ratio{6, 7}));
  EXPECT_EQ(effect.judged, 10u);
  EXPECT_NEAR(*effect.removed_share(), .3, 1e-15);
  EXPECT_FALSE(csat_of_agent().effect().removed_share()) << "nothing was judged";
}

TEST(attribution, is_the_same_as_nested_filters) {
  auto m = csat_of_agent();
  auto nested = crm::where([](const survey& s) { return !s.product_fault; },
                           crm::where([](const survey& s) { return !s.outage; },
                                      crm::on(&survey::rating, crm::csat{}), "outage"),
                           "product fault");
  m.update_many(surveys());
  nested.update_many(surveys());
  EXPECT_EQ(m.result().exact(), nested.result().exact());
  EXPECT_EQ(m.result().excluded().total(), nested.result().excluded().total());
}

TEST(attribution, keeps_the_laws_of_a_metric) {
  const auto rows = surveys();
  for (std::size_t cut = 0; cut <= rows.size(); ++cut) {
    auto a = csat_of_agent();
    auto b = csat_of_agent();
    auto all = csat_of_agent();
    for (std::size_t i = 0; i != rows.size(); ++i) (i < cut ? a : b).update(rows[i]);
    all.update_many(rows);
    EXPECT_EQ(a.merge(b), all);
    EXPECT_EQ(all.fresh().merge(all), all);
    auto same = all;
    EXPECT_EQ(same.merge(all.fresh()), all);
  }
  auto other = crm::attributed(crm::on(&survey::rating, crm::csat{}),
                               crm::cause("fault", &survey::product_fault),
                               crm::cause("outage", &survey::outage));
  auto m = csat_of_agent();
  EXPECT_THROW(m.merge(other), crm::definition_mismatch);
  EXPECT_THROW(crm::attributed(crm::csat{}, crm::cause("a", [](int) { return false; }),
                               crm::cause("a", [](int) { return true; })),
               crm::bad_input);
}

TEST(attribution, a_refused_event_changes_nothing) {
  auto m = csat_of_agent();
  const auto before = m;
  EXPECT_THROW(m.update(survey{1, 9, true, false}), crm::bad_input);
  EXPECT_THROW(m.update(survey{1, 9, false, false}), crm::bad_input);
  EXPECT_EQ(m, before);
  EXPECT_THROW(m.check(survey{1, 9, true, false}), crm::bad_input);
}

auto card() {
  return crm::make_scorecard(
      crm::component("csat", crm::on(&survey::rating, crm::csat{}), crm::linear{0, 1}, 50),
      crm::component("time", crm::on(&call::seconds, crm::handle_time{}), crm::linear{600, 300},
                     50));
}

TEST(attribution, around_a_card_shows_what_it_does_to_the_score) {
  auto m = crm::attributed(card(), crm::cause("product fault", &survey::product_fault));
  m.update_many(surveys());
  m.update(call{1, 300});
  m.update(call{1, 450});
  const auto effect = m.effect();
  EXPECT_EQ(effect.judged, 10u) << "calls have no such cause";
  // csat 6/10 or 6/8; time 75 points
  EXPECT_NEAR(*effect.before.total, .5 * 60 + .5 * 75, 1e-12);
  EXPECT_NEAR(*effect.after.total, .5 * 75 + .5 * 75, 1e-12);
  EXPECT_EQ(effect.after.excluded.total(), 2u);
  EXPECT_NE(effect.after.definition, effect.before.definition);
  EXPECT_EQ(*m.result().total, *effect.after.total);
}

TEST(attribution, fits_into_a_card_as_a_component) {
  auto c = crm::make_scorecard(crm::component("csat", csat_of_agent(), crm::linear{0, 1}, 1));
  for (const survey& s : surveys()) c.update(s);
  const auto r = c.result();
  EXPECT_NEAR(*r.total, 600. / 7, 1e-12);
  EXPECT_EQ(r.component("csat").raw.excluded().total(), 3u);
}

// p-values: scipy 1.17 stats.fisher_exact of (30, 70; 20, 280) and (8, 92; 12, 288).
TEST(attribution_guard, flags_who_is_excused_far_more_often_than_the_others) {
  auto team = crm::by(&survey::agent, csat_of_agent());
  const std::uint64_t removed[] = {30, 8, 6, 6};
  for (int agent = 1; agent <= 4; ++agent) {
    for (std::uint64_t i = 0; i != 100; ++i) {
      team.update(survey{agent, 5, i < removed[agent - 1], false});
    }
  }
  const auto lines = crm::attribution_guard{.level = .01}.check(team);
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_EQ(lines[0].removed, 30u);
  EXPECT_EQ(lines[0].judged, 100u);
  EXPECT_NEAR(*lines[0].p_value, 1.5356909781168463e-08, 1e-17);
  EXPECT_NEAR(*lines[0].share_of_others, 20. / 300, 1e-15);
  EXPECT_TRUE(lines[0].outlier);
  for (std::size_t i = 1; i != 4; ++i) EXPECT_FALSE(lines[i].outlier) << "fewer is no reason";

  auto pair = crm::by(&survey::agent, csat_of_agent());
  for (int i = 0; i != 100; ++i) pair.update(survey{1, 5, i < 8, false});
  for (int i = 0; i != 300; ++i) pair.update(survey{2, 5, i < 12, false});
  const auto two = crm::attribution_guard{}.check(pair);
  EXPECT_NEAR(*two[0].p_value, 0.11803561051778408, 1e-12);
  EXPECT_FALSE(two[0].outlier);
}

TEST(attribution_guard, one_rate_for_all_flags_a_team_no_more_often_than_its_level) {
  // A fixed generator: the share of teams with a flag must stay below the level of 20 %.
  std::uint64_t state = 12345;
  const auto draw = [&] {
    state += 0x9e3779b97f4a7c15ULL;
    std::uint64_t z = state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1p-53;
  };
  int flagged = 0;
  constexpr int teams = 300;
  for (int t = 0; t != teams; ++t) {
    auto team = crm::by(&survey::agent, csat_of_agent());
    for (int agent = 1; agent <= 6; ++agent) {
      for (int i = 0; i != 40; ++i) team.update(survey{agent, 5, draw() < .15, false});
    }
    bool any = false;
    for (const auto& line : crm::attribution_guard{.level = .2}.check(team)) {
      any = any || line.outlier;
    }
    flagged += any ? 1 : 0;
  }
  EXPECT_LT(flagged, teams / 5);
  EXPECT_GT(flagged, 0);
}

TEST(attribution_guard, without_others_nothing_is_tested) {
  auto team = crm::by(&survey::agent, csat_of_agent());
  team.update(survey{1, 5, true, false});
  const auto lines = crm::attribution_guard{}.check(team);
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_FALSE(lines[0].p_value.has_value());
  EXPECT_FALSE(lines[0].outlier);
  EXPECT_THROW(static_cast<void>(crm::attribution_guard{.level = 0}.check(team)),
               crm::invalid_setting);
}

}  // namespace
