#include <crmetrics/metrics/error_rate.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <vector>

namespace {

namespace crm = crmetrics;

TEST(error_rate, one_of_two_hundred_is_half_a_per_cent_exactly) {
  crm::error_rate errors;
  errors.update(crm::successes_of{1, 200});
  const crm::estimate e = errors.result();
  EXPECT_TRUE(e.exact().compare(.005) == 0);
  EXPECT_EQ(e.name(), "error rate");
  EXPECT_EQ(e.convention(), "errors / checked");
  EXPECT_EQ(e.direction(), crm::direction::lower_is_better);
  EXPECT_EQ(e.n(), 200u);
  // Wilson at 95 %, by SciPy 1.17's normal quantile.
  EXPECT_NEAR(e.interval()->low, .0008831687156009762, 1e-15);
  EXPECT_NEAR(e.interval()->high, .02777370439789293, 1e-15);
}

// What does not apply to a transaction is not checked: it leaves the denominator.
TEST(error_rate, items_that_do_not_apply_are_counted_beside) {
  crm::error_rate errors;
  errors.update_many(
      std::vector<std::optional<bool>>{true, false, std::nullopt, false, false, std::nullopt});
  const crm::estimate e = errors.result();
  EXPECT_EQ(e.value(), .25);
  EXPECT_EQ(e.n(), 4u);
  EXPECT_EQ(e.missing(), 2u);
}

TEST(error_rate, single_checks_and_counts_add_up) {
  crm::error_rate errors;
  errors.update(true);
  errors.update(crm::successes_of{2, 97});
  errors.update(false, crm::frequency_weight{2});
  EXPECT_EQ(errors.result().exact(), (crm::exact_ratio{3, 100}));
}

TEST(error_rate, more_errors_than_checks_are_refused) {
  crm::error_rate errors;
  errors.update(true);
  const crm::error_rate before = errors;
  try {
    errors.update_many(std::vector<crm::successes_of>{{1, 2}, {5, 4}, {0, 0}, {9, 3}}, "errors");
    FAIL() << "accepted";
  } catch (const crm::bad_input& e) {
    EXPECT_STREQ(e.what(),
                 "2 problems\n"
                 "  row 2: errors: value \"5\": more successes than trials\n"
                 "  row 4: errors: value \"9\": more successes than trials");
  }
  EXPECT_EQ(errors, before);
}

TEST(error_rate, nothing_checked_is_no_pass) {
  EXPECT_EQ(crm::error_rate{}.result().status(), crm::status::no_data);
  EXPECT_EQ(crm::error_rate{}.result().value_or(-1), -1);
}

}  // namespace
