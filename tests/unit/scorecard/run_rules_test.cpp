#include <crmetrics/scorecard/run_rules.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace {

namespace crm = crmetrics;

using series = std::vector<double>;

std::string_view rule_at(const crm::run_rules& rules, const series& z, std::size_t index) {
  const auto s = rules.first_signal(z);
  EXPECT_TRUE(s.has_value());
  if (!s) return {};
  EXPECT_EQ(s->index, index);
  return s->rule;
}

TEST(run_rules, finds_each_pattern_at_the_value_that_completes_it) {
  const crm::run_rules all;
  EXPECT_EQ(rule_at(all, {0.5, -3.1}, 1), "beyond 3 sigma");
  EXPECT_EQ(rule_at(all, {2.1, 0, 2.5}, 2), "two of three beyond 2 sigma");
  EXPECT_EQ(rule_at(all, {1.1, 1.2, -.3, 1.5, 1.9}, 4), "four of five beyond 1 sigma");
  EXPECT_EQ(rule_at(all, series(9, -.2), 7), "eight in a row on one side");
  EXPECT_FALSE(all.first_signal(series{2.1, -2.5, 0, 0, 2.1}).has_value()) << "on one side only";
  EXPECT_FALSE(all.first_signal(series{2.1, 0, 0, 2.5}).has_value()) << "two of four";
  EXPECT_FALSE(all.first_signal(series{3, -3, 2, 0, 2}).has_value()) << "on a line is inside";
  const crm::run_rules shewhart{true, false, false, false};
  EXPECT_FALSE(shewhart.first_signal(series(20, 2.9)).has_value());
  EXPECT_THROW(static_cast<void>(all.first_signal(series{0, std::nan("")})), crm::bad_input);
}

// Standardised counts lie exactly on the centre again and again: on neither side.
TEST(run_rules, the_centre_is_on_no_side_and_ends_a_run) {
  const crm::run_rules all;
  EXPECT_FALSE(all.first_signal(series(20, 0.)).has_value());
  EXPECT_FALSE(all.first_signal(series(20, -0.)).has_value());
  const series broken{.2, .2, .2, .2, 0, .2, .2, .2, .2, .2, .2, .2};
  EXPECT_FALSE(all.first_signal(broken).has_value());
  series longer = broken;
  longer.push_back(.2);
  EXPECT_EQ(rule_at(all, longer, 12), "eight in a row on one side");
  // What is found on one side is found on the other (a mirror).
  for (series z : {broken, longer, series(8, 0.), series{1.1, 0, 1.2, 1.3, 1.4}}) {
    const auto above = all.first_signal(z);
    for (double& v : z) v = -v;
    EXPECT_EQ(all.first_signal(z), above);
  }
}

// In-control average run lengths of Champ and Woodall 1987, table 1 (rules 1; 1 2; 1 3; 1 4; 1 2 3;
// 1 2 4; 1 3 4; 1 2 3 4).
TEST(run_rules, false_alarms_together_as_published) {
  EXPECT_NEAR((crm::run_rules{true, false, false, false}.average_run_length()), 370.40, .005);
  EXPECT_NEAR((crm::run_rules{true, true, false, false}.average_run_length()), 225.44, .005);
  EXPECT_NEAR((crm::run_rules{true, false, true, false}.average_run_length()), 166.05, .005);
  EXPECT_NEAR((crm::run_rules{true, false, false, true}.average_run_length()), 152.73, .005);
  EXPECT_NEAR((crm::run_rules{true, true, true, false}.average_run_length()), 132.89, .005);
  EXPECT_NEAR((crm::run_rules{true, true, false, true}.average_run_length()), 122.05, .005);
  EXPECT_NEAR((crm::run_rules{true, false, true, true}.average_run_length()), 105.78, .005);
  EXPECT_NEAR((crm::run_rules{true, true, true, true}.average_run_length()), 91.75, .005);
  EXPECT_TRUE(std::isinf(crm::run_rules{false, false, false, false}.average_run_length()));
}

TEST(run_rules, a_shift_of_one_sigma_is_found_sooner) {
  // One rule alone: 1 / (P(Z > 2) + P(Z < -4)) = 43.8947 by the normal table.
  EXPECT_NEAR((crm::run_rules{true, false, false, false}.average_run_length(1)), 43.8947, 1e-3);
  EXPECT_NEAR(crm::run_rules{}.average_run_length(1), 9.22, .005);  // table 1
  EXPECT_NEAR(crm::run_rules{}.average_run_length(-1), crm::run_rules{}.average_run_length(1),
              1e-9);
}

}  // namespace
