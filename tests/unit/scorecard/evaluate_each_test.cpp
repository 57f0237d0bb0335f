#include <crmetrics/io/score_json.hpp>
#include <crmetrics/scorecard/evaluate_each.hpp>

#include "team_of_months.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

namespace crm = crmetrics;
using team_of_months::month;

// 100 cards whose uncertainty is simulated.
auto cards() {
  const auto empty = team_of_months::card().with(crm::monte_carlo{200, 5});
  std::vector<std::remove_const_t<decltype(empty)>> all(100, empty);
  for (std::size_t i = 0; i != all.size(); ++i) {
    const auto x = static_cast<double>(i);
    all[i].update(month{"", {{40 + .5 * x, 30, 3.0}}, {{450 + x, 30, 9.0}}, {{.1 * x, 30, .4}}});
  }
  return all;
}

TEST(evaluate_each, the_same_reports_for_1_2_and_4_threads_bit_for_bit) {
  const auto all = cards();
  std::vector<std::string> alone;
  for (const auto& card : all) alone.push_back(crm::to_json(card.result()));
  for (const unsigned threads : {1u, 2u, 4u, 200u}) {
    const auto reports = crm::evaluate_each(all, threads);
    ASSERT_EQ(reports.size(), all.size());
    for (std::size_t i = 0; i != all.size(); ++i) {
      EXPECT_EQ(crm::to_json(reports[i]), alone[i]) << threads << " threads, card " << i;
    }
  }
  EXPECT_TRUE(crm::evaluate_each(std::vector(all.begin(), all.begin()), 4).empty());
  EXPECT_THROW(crm::evaluate_each(all, 0), crm::invalid_setting);
}

TEST(evaluate_each, a_team_comes_out_as_its_own_result) {
  const auto team = team_of_months::team();
  const auto expected = team.result(crm::confidence_level{.9});
  for (const unsigned threads : {1u, 3u}) {
    const auto results = crm::evaluate_each(team, threads, crm::confidence_level{.9});
    ASSERT_EQ(results.size(), expected.size());
    for (std::size_t i = 0; i != results.size(); ++i) {
      EXPECT_EQ(results.rows[i].key, expected.rows[i].key);
      EXPECT_EQ(crm::to_json(results.rows[i].result), crm::to_json(expected.rows[i].result));
    }
    EXPECT_EQ(crm::to_json(results.unkeyed), crm::to_json(expected.unkeyed));
    EXPECT_EQ(results.unknown, 0u);
  }
}

struct failing_card {
  bool fails = false;
  crm::score_report result(crm::confidence_level = {}) const {
    if (fails) throw crm::error("no report");
    return {};
  }
};

TEST(evaluate_each, an_exception_of_a_thread_comes_back) {
  std::vector<failing_card> all(100);
  EXPECT_EQ(crm::evaluate_each(all, 4).size(), 100u);
  all[57].fails = true;
  EXPECT_THROW(crm::evaluate_each(all, 4), crm::error);
}

}  // namespace
