#include <crmetrics/scorecard/absent.hpp>
#include <crmetrics/scorecard/aggregated_by.hpp>
#include <crmetrics/scorecard/arithmetic.hpp>
#include <crmetrics/scorecard/geometric.hpp>
#include <crmetrics/scorecard/harmonic.hpp>
#include <crmetrics/scorecard/minimum.hpp>
#include <crmetrics/scorecard/power.hpp>
#include <crmetrics/scorecard/scorecard.hpp>

#include "service_card.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <string>
#include <vector>

// `variants_of_A` of worked_scorecard_1.json: the same agent under other rules, computed in exact
// rational arithmetic (means: in high precision) by somebody else. Those without other means are in
// engine_test.cpp and scorecard_test.cpp.
namespace {

namespace crm = crmetrics;
using service_card::counted;
using service_card::measured;
using s = service_card::source;

template <class Mean>
crm::score_report combined_by(Mean how) {
  auto card = service_card::make({}, crm::aggregated_by(how));
  service_card::observe_agent_a(card);
  return card.result();
}

double sum_of_contributions(const crm::score_report& r) {
  std::vector<const crm::component_line*> lines;
  for (const auto& line : r.components) lines.push_back(&line);
  std::sort(lines.begin(), lines.end(),
            [](const auto* a, const auto* b) { return a->name.view() < b->name.view(); });
  double sum = 0;
  for (const auto* line : lines) sum += line->contribution;
  return sum;
}

template <class Mean>
void expect_total(Mean how, double total) {
  const auto r = combined_by(how);
  EXPECT_NEAR(*r.total, total, 1e-10);
  EXPECT_EQ(sum_of_contributions(r), *r.composite) << "contributions are defined for every mean";
}

TEST(variants, of_agent_a_by_other_means_of_the_groups) {
  expect_total(crm::arithmetic{}, 85.44);
  expect_total(crm::geometric{}, 85.31780977752166);
  expect_total(crm::harmonic{}, 85.19333810199525);
  expect_total(crm::power{2}, 85.55968092507123);
  expect_total(crm::power{-4}, 84.80892410399086);
  expect_total(crm::minimum{}, 78.5);
}

TEST(variants, means_are_ordered_by_their_power) {
  double before = *combined_by(crm::minimum{}).total;
  for (const double p : {-8., -4., -1., 0., 1., 2., 8.}) {
    const double total = *combined_by(crm::power{p}).total;
    EXPECT_GT(total, before) << p;
    before = total;
  }
}

// Law L22 for the means: what one more unit is worth is the finite difference of the total.
TEST(variants, marginal_values_are_finite_differences_for_every_mean) {
  const auto check = [](auto how) {
    const auto total_at = [&](double qa, double repeat) {
      auto card = service_card::make({}, crm::aggregated_by(how));
      card.update(measured<s::csat>{{4.5, 60}});
      card.update(measured<s::nps>{{42, 50}});
      card.update(counted<s::res24>{{165, 180}});
      card.update(measured<s::aht>{{420, 100}});
      card.update(counted<s::repeat7>{{static_cast<std::uint64_t>(repeat), 100'000'000}});
      card.update(measured<s::qa>{{qa, 10}});
      card.update(measured<s::knowledge>{{90, 1}});
      card.update(counted<s::renewal>{{18, 20}});
      return card.result();
    };
    const auto at = total_at(88, 12'000'000);
    const double h = 1e-3;
    const double by_qa = (*total_at(88 + h, 12e6).total - *total_at(88 - h, 12e6).total) / (2 * h);
    EXPECT_NEAR(at.component("qa").marginal, by_qa, 1e-6 * std::abs(by_qa) + 1e-9);
    const double by_repeat =
        (*total_at(88, 12'001'000).total - *total_at(88, 11'999'000).total) / 2e-5;
    EXPECT_NEAR(at.correctors.at(0).marginal, by_repeat, 1e-5 * std::abs(by_repeat) + 1e-9);
  };
  check(crm::arithmetic{});
  check(crm::geometric{});
  check(crm::harmonic{});
  check(crm::power{2});
  check(crm::power{-4});
  check(crm::minimum{});
}

}  // namespace
