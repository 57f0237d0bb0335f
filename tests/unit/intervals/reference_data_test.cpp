// The reference tables of the shared data folder: base R and the R package NPS, run on counts.

#include <crmetrics/intervals/adjusted_wald.hpp>
#include <crmetrics/intervals/agresti_coull.hpp>
#include <crmetrics/intervals/clopper_pearson.hpp>
#include <crmetrics/intervals/fisher_test.hpp>
#include <crmetrics/intervals/jeffreys.hpp>
#include <crmetrics/intervals/net_score.hpp>
#include <crmetrics/intervals/two_nets.hpp>
#include <crmetrics/intervals/two_proportion_tests.hpp>
#include <crmetrics/intervals/two_proportions.hpp>
#include <crmetrics/intervals/wald.hpp>
#include <crmetrics/intervals/wilson.hpp>

#include "../../support/csv_rows.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace {

using namespace crmetrics;
using crmetrics::test::csv_row;
using crmetrics::test::csv_rows;

constexpr double closed_form = 1e-12;
constexpr double beta_quantile = 1e-10;
constexpr double iterative = 1e-6;

class reference_data : public testing::Test {
 protected:
  void SetUp() override {
    if (!crmetrics::test::shared_data_is_there()) {
      GTEST_SKIP() << "no shared data at \"" << CRMETRICS_SHARED_DATA << "\"";
    }
  }
};

void expect_ends(const interval& i, const csv_row& row, const std::string& low,
                 const std::string& high, double tolerance, const std::string& where) {
  EXPECT_NEAR(i.low, row.number(low), tolerance) << where << " " << low;
  EXPECT_NEAR(i.high, row.number(high), tolerance) << where << " " << high;
}

TEST_F(reference_data, shares) {
  const auto rows = csv_rows("service/proportion_ci_reference.csv");
  EXPECT_EQ(rows.size(), 75U);
  for (const csv_row& row : rows) {
    const binomial_sample s{row.number("x"), row.number("n")};
    const confidence_level level{row.number("conf")};
    const std::string where = row.text("x") + "/" + row.text("n") + " at " + row.text("conf");
    expect_ends(wald::unclipped(s, level), row, "wald_lo", "wald_hi", closed_form, where);
    expect_ends(wilson::bounds(s, level), row, "wilson_lo", "wilson_hi", closed_form, where);
    expect_ends(wilson_corrected::bounds(s, level), row, "wilson_cc_lo", "wilson_cc_hi",
                closed_form, where);
    expect_ends(agresti_coull::unclipped(s, level), row, "agresti_coull_lo", "agresti_coull_hi",
                closed_form, where);
    expect_ends(clopper_pearson::bounds(s, level), row, "cp_lo", "cp_hi", beta_quantile, where);
    expect_ends(jeffreys::bounds(s, level), row, "jeffreys_lo", "jeffreys_hi", beta_quantile,
                where);
    // Rare events: the same relative to the end itself.
    const interval cp = clopper_pearson::bounds(s, level);
    EXPECT_NEAR(cp.low, row.number("cp_lo"), beta_quantile * row.number("cp_lo")) << where;
    EXPECT_NEAR(cp.high, row.number("cp_hi"), beta_quantile * row.number("cp_hi")) << where;
    for (const interval& i : {wald::bounds(s, level), agresti_coull::bounds(s, level)}) {
      EXPECT_GE(i.low, 0) << where;
      EXPECT_LE(i.high, 1) << where;
    }
  }
}

TEST_F(reference_data, one_nps) {
  const auto rows = csv_rows("service/nps_one_sample_reference.csv");
  EXPECT_EQ(rows.size(), 45U);
  for (const csv_row& row : rows) {
    const net_sample s{row.number("detractors"), row.number("passives"), row.number("promoters")};
    const confidence_level level{row.number("conf")};
    const std::string& method = row.text("method");
    const std::string where = row.text("detractors") + " " + row.text("passives") + " " +
                              row.text("promoters") + " " + method;
    if (method == "wald") {
      expect_ends(wald::unclipped(s, level), row, "lower", "upper", closed_form, where);
    } else if (method == "adjusted.wald") {
      expect_ends(adjusted_wald::unclipped(s, level), row, "lower", "upper", closed_form, where);
    } else {
      ASSERT_EQ(method, "iterative");
      expect_ends(net_score::bounds(s, level), row, "lower", "upper", iterative, where);
    }
  }
}

// The reference gives the absolute difference; ours is signed.
TEST_F(reference_data, two_nps) {
  const auto rows = csv_rows("service/nps_two_sample_reference.csv");
  EXPECT_EQ(rows.size(), 8U);
  int negative = 0;
  for (const csv_row& row : rows) {
    const net_sample a{row.number("d1"), row.number("n1"), row.number("p1")};
    const net_sample b{row.number("d2"), row.number("n2"), row.number("p2")};
    const confidence_level level{row.number("conf")};
    const bool adjusted = row.text("method") == "adjusted.wald";
    const difference d =
        adjusted ? compare(a, b, adjusted_wald{}, level) : compare(a, b, wald{}, level);
    const double value = row.number("nps1") - row.number("nps2");
    const double sign = value < 0 ? -1 : 1;
    negative += value < 0;
    EXPECT_NEAR(d.value(), value, closed_form);
    const interval expected = sign > 0
                                  ? interval{row.number("lower_abs"), row.number("upper_abs")}
                                  : interval{-row.number("upper_abs"), -row.number("lower_abs")};
    EXPECT_NEAR(d.interval()->low, expected.low, closed_form);
    EXPECT_NEAR(d.interval()->high, expected.high, closed_form);
    EXPECT_NEAR((d.interval()->low + d.interval()->high) / 2, sign * row.number("abs_delta"),
                closed_form);
    EXPECT_NEAR(d.interval()->width() / (2 * critical_value(level)), row.number("se"), closed_form);
    EXPECT_NEAR(*d.p_value(), row.number("p_value"), closed_form);
    if (!adjusted) {
      EXPECT_NEAR(*d.standard_error(), row.number("se"), closed_form);
    }
  }
  EXPECT_GT(negative, 0);
}

void expect_p(const std::optional<double>& p, double expected) {
  if (std::isnan(expected)) {
    EXPECT_FALSE(p);
  } else {
    EXPECT_NEAR(p.value() / expected, 1, closed_form);
  }
}

TEST_F(reference_data, two_shares) {
  const auto rows = csv_rows("service/two_proportion_reference.csv");
  EXPECT_EQ(rows.size(), 6U);
  for (const csv_row& row : rows) {
    const binomial_sample a{row.number("x1"), row.number("n1")};
    const binomial_sample b{row.number("x2"), row.number("n2")};
    const std::string where = row.text("x1") + "/" + row.text("n1");
    const difference d = compare(a, b, newcombe{});
    EXPECT_NEAR(d.value(), row.number("diff"), closed_form) << where;
    expect_ends(*d.interval(), row, "newcombe_lo", "newcombe_hi", closed_form, where);
    expect_ends(*compare(a, b, wald{}).interval(), row, "wald_lo", "wald_hi", closed_form, where);

    const test_outcome z = pooled_z_test(a, b);
    if (z.statistic) {
      EXPECT_NEAR(*z.statistic * *z.statistic, row.number("chisq"), 1e-11) << where;
    }
    expect_p(z.p_value, row.number("p_z"));
    expect_p(d.p_value(), row.number("p_z"));
    expect_p(yates_test(a, b).p_value, row.number("p_yates"));
    expect_p(fisher_test(a, b).p_value, row.number("p_fisher"));
  }
}

}  // namespace
