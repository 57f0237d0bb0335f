#include <crmetrics/runtime/dynamic_scorecard.hpp>

#include <crmetrics/accumulators/mean.hpp>
#include <crmetrics/accumulators/occurrences.hpp>
#include <crmetrics/accumulators/proportion.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/metrics/error_rate.hpp>
#include <crmetrics/metrics/nps.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

namespace crm = crmetrics;
using crm::interned;

struct rating {
  int score;
};
struct handled {
  double seconds;
};
struct check {
  bool failed;
};

auto static_card() {
  return crm::make_scorecard(crm::group("satisfaction", 60,
                                        crm::component("nps", crm::on(&rating::score, crm::nps{}),
                                                       crm::linear{0, .5}, 1)
                                            .at_least(2)),
                             crm::component("speed", crm::on(&handled::seconds, crm::mean{}),
                                            crm::linear{600, 300}, 40)
                                 .corrected_by("errors", crm::scaled{.1, .5, .5}),
                             crm::corrector("errors", crm::on(&check::failed, crm::error_rate{})),
                             crm::veto("breaches", crm::on(&check::failed, crm::error_rate{}),
                                       crm::above{.6}, crm::cap{40}))
      .graded({{"A", 80}, {"B", 0}})
      .with(crm::redistribute{.min_coverage = .5});
}

const auto failed = [](double x) { return x != 0; };
const auto whole = [](double x) { return static_cast<int>(x); };

// Names that the program does not know until it runs.
crm::dynamic_scorecard dynamic_card() {
  const auto id = [](const char* text) { return interned(std::string("the ") + text); };
  std::vector<crm::dynamic_part> satisfaction;
  satisfaction.emplace_back(
      crm::component(interned("nps"), crm::dynamic_metric(id("rating"), crm::on(whole, crm::nps{})),
                     crm::dynamic_curve(crm::linear{0, .5}), 1)
          .at_least(2));
  std::vector<crm::dynamic_part> parts;
  parts.emplace_back(crm::dynamic_group(interned("satisfaction"), 60,
                                        crm::dynamic_parts(std::move(satisfaction))));
  parts.emplace_back(
      crm::component(interned("speed"), crm::dynamic_metric(id("seconds"), crm::mean{}),
                     crm::dynamic_curve(crm::linear{600, 300}), 40)
          .corrected_by(interned("errors"), crm::dynamic_correction(crm::scaled{.1, .5, .5})));
  parts.emplace_back(crm::corrector(
      interned("errors"), crm::dynamic_metric(id("check"), crm::on(failed, crm::error_rate{}))));
  parts.emplace_back(crm::veto(
      interned("breaches"), crm::dynamic_metric(id("check"), crm::on(failed, crm::error_rate{})),
      crm::dynamic_trigger(crm::above{.6}), crm::dynamic_effect(crm::cap{40})));
  return crm::dynamic_scorecard(std::move(parts))
      .graded({{"A", 80}, {"B", 0}})
      .with(crm::redistribute{.min_coverage = .5});
}

template <class Card>
void expect_same(const crm::score_report& a, const Card& card) {
  const crm::score_report b = card.result();
  EXPECT_EQ(a.total, b.total);
  EXPECT_EQ(a.composite, b.composite);
  EXPECT_EQ(a.band, b.band);
  EXPECT_EQ(a.definition, b.definition);
  ASSERT_EQ(a.components.size(), b.components.size());
  for (std::size_t i = 0; i != a.components.size(); ++i) {
    EXPECT_EQ(a.components[i].name.view(), b.components[i].name.view());
    EXPECT_EQ(a.components[i].contribution, b.components[i].contribution);
    EXPECT_EQ(a.components[i].marginal, b.components[i].marginal);
    EXPECT_EQ(a.components[i].factor, b.components[i].factor);
  }
}

TEST(dynamic_scorecard, is_the_static_card_of_the_same_definition_bit_for_bit) {
  auto fixed = static_card();
  auto loaded = dynamic_card();
  EXPECT_EQ(fixed.definition(), loaded.definition());
  expect_same(fixed.result(), loaded);
  const std::vector<int> ratings{10, 9, 3, 8, 10, 7};
  const std::vector<double> seconds{340.5, 290.25, 510};
  const std::vector<int> checks{0, 1, 0, 0, 1};
  for (const int r : ratings) {
    fixed.update(rating{r});
    loaded.update({interned("the rating"), static_cast<double>(r)});
  }
  for (const double s : seconds) fixed.update(handled{s});
  loaded.update_many(interned("the seconds"), seconds);
  for (const int c : checks) {
    fixed.update(check{c != 0});
    loaded.update({interned("the check"), static_cast<double>(c)});
  }
  expect_same(fixed.result(), loaded);
  EXPECT_LT(loaded.result().component("speed").factor, 1);

  const auto heavier = fixed.reweighted({{"speed", 10}});
  expect_same(heavier.result(), loaded.reweighted({{"speed", 10}}));
  expect_same(fixed.without("speed").result(), loaded.without("speed"));
  EXPECT_THROW(static_cast<void>(loaded.reweighted({{"sped", 10}})), crm::bad_input);

  // One event goes to the corrector and the veto.
  for (int i = 0; i != 9; ++i) {
    fixed.update(check{true});
    loaded.update({interned("the check"), 1.0});
  }
  EXPECT_EQ(loaded.result().veto("breaches").state, crm::veto_state::fired);
  expect_same(fixed.result(), loaded);
}

TEST(dynamic_scorecard, merges_and_starts_afresh_like_any_metric) {
  auto whole_day = dynamic_card();
  auto morning = dynamic_card();
  auto evening = dynamic_card();
  for (int i = 0; i != 40; ++i) {
    for (const char* metric : {"the rating", "the seconds", "the check"}) {
      const double x = metric == std::string("the seconds")  ? 300 + 10 * i
                       : metric == std::string("the rating") ? i % 11
                                                             : i % 7 == 0;
      whole_day.update({interned(metric), x});
      (i < 13 ? morning : evening).update({interned(metric), x});
    }
  }
  morning.merge(evening);
  EXPECT_EQ(morning.result().total, whole_day.result().total);
  EXPECT_TRUE(whole_day.fresh() == dynamic_card());
  EXPECT_FALSE(whole_day == dynamic_card());
  EXPECT_THROW(morning.merge(dynamic_card().reweighted({{"speed", 1}})), crm::definition_mismatch);
}

TEST(dynamic_scorecard, events_that_it_cannot_take_change_nothing) {
  auto card = dynamic_card();
  card.update({interned("the rating"), 9.0});
  const auto before = card;
  EXPECT_THROW(card.update({interned("the ratings"), 9.0}), crm::bad_input);
  EXPECT_THROW(card.update({interned("the rating"), 12.0}), crm::bad_input);
  EXPECT_THROW(card.update({interned("the rating"), crm::contact_fact{}}), crm::bad_input);
  const std::vector<double> column{1, 2, 77, 10, -4};
  try {
    card.update_many(interned("the rating"), column);
    FAIL() << "taken";
  } catch (const crm::bad_input& e) {
    EXPECT_EQ(e.problems().total(), 2u);
  }
  EXPECT_TRUE(card == before);
}

TEST(dynamic_scorecard, names_live_as_long_as_results) {
  crm::score_report report;
  {
    auto card = dynamic_card();
    card.update({interned("the rating"), 9.0});
    report = card.result();
  }
  EXPECT_EQ(report.component("nps").name.view(), "nps");
  EXPECT_EQ(report.groups.front().name.view(), "satisfaction");
}

TEST(dynamic_scorecard, a_column_goes_to_every_part_of_its_metric_or_to_none) {
  auto loop = dynamic_card();
  auto column = loop;
  const std::vector<double> checks{0, 1, 1, 0};
  for (const double c : checks) loop.update({interned("the check"), c});
  column.update_many(interned("the check"), checks);
  EXPECT_TRUE(column == loop) << "the corrector and the veto";
  EXPECT_THROW(column.update_many(interned("the checks"), checks), crm::bad_input);
  EXPECT_THROW(column.update_many(interned("the rating"), std::vector<double>{9, 77}),
               crm::bad_input);
  EXPECT_THROW(column.update_many(interned("the check"), std::vector<crm::contact_fact>(2)),
               crm::bad_input);
  EXPECT_THROW(column.leave_out(interned("the check"), "outage", 1), crm::bad_input);
  EXPECT_TRUE(column == loop);
}

}  // namespace
