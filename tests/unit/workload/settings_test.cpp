#include <crmetrics/core/error.hpp>
#include <crmetrics/workload/service_desk.hpp>
#include <crmetrics/workload/settings.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using namespace crmetrics::workload;

std::vector<crmetrics::problem> problems_of(const service_desk_settings& settings) {
  try {
    validate(settings);
  } catch (const crmetrics::bad_input& refused) {
    return {refused.problems().begin(), refused.problems().end()};
  }
  return {};
}

TEST(settings, defaults_are_good) { EXPECT_TRUE(problems_of({}).empty()); }

TEST(settings, the_least_that_works) {
  service_desk_settings s;
  s.days = 7;
  s.agents = 3;
  s.key_account_agents = 1;
  s.late_joiners = s.careless_agents = s.rarely_checked = 0;
  s.late_joiner_days = 1;
  s.customers = 1;
  s.issues = 0;
  s.reviews_least = s.reviews_most = s.checks_per_month = 0;
  s.test_questions = 1;
  s.history_days = 1;
  s.ledger_months = 0;
  EXPECT_TRUE(problems_of(s).empty());
  const service_desk desk = generate(s);
  EXPECT_EQ(desk.agents.size(), 3U);
  EXPECT_EQ(desk.customers.size(), 1U);
  EXPECT_TRUE(desk.contacts.empty() && desk.surveys.empty() && desk.reviews.empty());
  EXPECT_TRUE(desk.checks.empty() && desk.renewals.empty() && desk.subscriptions.empty());
  EXPECT_GE(desk.purchases.size(), 1U);
}

TEST(settings, all_problems_in_one_error) {
  service_desk_settings s;
  s.start_day = -1;
  s.days = 0;
  s.agents = 1;
  s.customers = 0;
  s.unknown_ppm = s.survey_ppm = s.skipped_ppm = s.subscriber_ppm = 1'000'001;
  s.reviews_least = 13;
  s.history_days = 0;
  s.ledger_months = -3;
  const auto problems = problems_of(s);
  std::vector<std::string> fields;
  for (const auto& p : problems) {
    fields.push_back(p.field);
    EXPECT_EQ(p.row, 0U);
    EXPECT_FALSE(p.value.empty());
    EXPECT_FALSE(p.reason.empty());
  }
  EXPECT_EQ(fields,
            (std::vector<std::string>{"start_day", "days", "agents", "customers", "unknown_ppm",
                                      "survey_ppm", "skipped_ppm", "reviews_least", "history_days",
                                      "ledger_months", "subscriber_ppm"}));
  EXPECT_EQ(problems.at(1).value, "0");
  EXPECT_EQ(problems.at(1).reason, "must be from 7 to 3660");
  EXPECT_THROW(generate(s), crmetrics::bad_input);
}

TEST(settings, agents_must_fill_the_teams_and_the_roles) {
  service_desk_settings s;
  s.agents = 6;  // 4 for key accounts, 1 late joiner: only 1 left for two teams
  const auto teams = problems_of(s);
  ASSERT_EQ(teams.size(), 1U);
  EXPECT_EQ(teams[0].field, "agents");
  EXPECT_EQ(teams[0].reason, "must be at least key_account_agents + late_joiners + 2 (here 7)");
  s.agents = 7;
  s.careless_agents = 6;
  const auto roles = problems_of(s);
  ASSERT_EQ(roles.size(), 1U);
  EXPECT_EQ(roles[0].field, "careless_agents");
  s.careless_agents = 5;
  EXPECT_TRUE(problems_of(s).empty());
  EXPECT_EQ(generate(s).agents.size(), 7U);
}

TEST(settings, late_joiners_join_within_the_period) {
  service_desk_settings s;
  s.late_joiner_days = 91;
  ASSERT_EQ(problems_of(s).size(), 1U);
  EXPECT_EQ(problems_of(s)[0].reason, "must be from 1 to 90");
}

}  // namespace
