#include <crmetrics/scorecard/ahp.hpp>
#include <crmetrics/workload/rng.hpp>

#include "problems.hpp"

#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

namespace {

namespace crm = crmetrics;
using table = crm::random_index;

void expect_weights(const crm::ahp::outcome& got, const std::vector<double>& expected, double tol) {
  ASSERT_EQ(got.size(), expected.size());
  double sum = 0;
  for (std::size_t i = 0; i != expected.size(); ++i) {
    EXPECT_NEAR(got[i], expected[i], tol) << i;
    sum += got[i];
  }
  EXPECT_NEAR(sum, 1, 1e-14);
}

const double all = std::numeric_limits<double>::infinity();

// Saaty's example of drink consumption; the vector as published, and to six digits with lambda and
// CI as recomputed by others.
const std::vector<double> drinks = {1,      9, 5,      2,      1,      1,      .5,      //
                                    1. / 9, 1, 1. / 3, 1. / 9, 1. / 9, 1. / 9, 1. / 9,  //
                                    1. / 5, 3, 1,      1. / 3, 1. / 4, 1. / 3, 1. / 9,  //
                                    1. / 2, 9, 3,      1,      1. / 2, 1,      1. / 3,  //
                                    1,      9, 4,      2,      1,      2,      1. / 2,  //
                                    1,      9, 3,      1,      1. / 2, 1,      1. / 3,  //
                                    2,      9, 9,      3,      2,      3,      1};

TEST(ahp, saaty_drinks) {
  const auto got = crm::ahp(drinks, table::saaty_1980).result();
  expect_weights(got, {.177, .019, .042, .116, .190, .129, .327}, 5.1e-4);
  expect_weights(got, {.177457, .019149, .041831, .116417, .189572, .128781, .326793}, 5.1e-7);
  EXPECT_NEAR(got.lambda_max, 7.176629, 5.1e-7);
  EXPECT_NEAR(got.consistency_index, .029438, 5.1e-7);
  EXPECT_NEAR(got.consistency_ratio, .022, 5e-4);  // published
  EXPECT_NEAR(got.consistency_ratio, got.consistency_index / 1.32, 1e-15);
}

// scikit-criteria, ahp_ext/test_ahp.py. Its column means .588889 .251852 .159259 are no
// eigenvector, and give CI .026952.
TEST(ahp, eigenvector_and_not_column_means) {
  const crm::ahp judged =
      crm::ahp::from_upper(std::vector<double>{3, 3, 2}, table::scikit_criteria);
  const auto got = judged.result();
  expect_weights(got, {.593634, .249311, .157056}, 5.1e-7);
  EXPECT_NEAR(got.lambda_max, 3.053622, 5.1e-7);
  EXPECT_NEAR(got.consistency_index, .026811, 5.1e-7);
  EXPECT_NEAR(got.consistency_ratio, .026811 / .52, 1e-6);
  // The same judgements by another table.
  const auto saaty = crm::ahp::from_upper(std::vector<double>{3, 3, 2}, table::saaty_1980).result();
  EXPECT_NEAR(got.consistency_ratio, .0516, 5e-5);
  EXPECT_NEAR(saaty.consistency_ratio, .0462, 5e-5);
  EXPECT_EQ(got.weights, saaty.weights);
  EXPECT_NE(got.source, saaty.source);
  problems::expect_part(got.provenance, "scikit-criteria");
  problems::expect_part(saaty.provenance, "Saaty 1980");
}

// gluc/ahp, tests/testthat/test-Calculate.R.
TEST(ahp, consistent_judgements) {
  const auto got = crm::ahp({1, 6, 3, 1. / 6, 1, .5, 1. / 3, 2, 1}, table::saaty_1980).result();
  expect_weights(got, {2. / 3, 1. / 9, 2. / 9}, 1e-14);
  EXPECT_NEAR(got.consistency_ratio, 0, 1e-14);
  EXPECT_GE(got.consistency_index, 0);
}

// kotbaton/pymcdm, test/test_weights.py (Wang and Chin 2011).
TEST(ahp, inconsistent_judgements_are_flagged) {
  const std::vector<double> upper = {4, 3, 1, 3, 4, 7, 3, .2, 1, .2, .2, 1. / 6, 1, 1. / 3, 3};
  const std::string said =
      problems::said_by([&] { return crm::ahp::from_upper(upper, table::saaty_1980).result(); });
  problems::expect_part(said, "consistency ratio above 0.1");
  problems::expect_part(said, "Saaty 1980");
  const auto got = crm::ahp::from_upper(upper, table::saaty_1980, all).result();
  expect_weights(got, {.3208, .1395, .0348, .1285, .2374, .1391}, 5.1e-5);
  EXPECT_NEAR(got.lambda_max, 7.41987, 5.1e-6);
  EXPECT_NEAR(got.consistency_index, .283974, 5.1e-7);
  for (const table t : {table::saaty_1980, table::scikit_criteria, table::alonso_lamata_2006,
                        table::tummala_ling_1998, table::ahpsurvey}) {
    EXPECT_NEAR(crm::ahp::from_upper(upper, t, all).result().consistency_ratio, .227, .003);
  }
}

TEST(ahp, one_and_two_criteria_are_always_consistent) {
  const auto one = crm::ahp({1}, table::saaty_1980).result();
  expect_weights(one, {1}, 0);
  EXPECT_EQ(one.consistency_ratio, 0);
  const auto two = crm::ahp({1, 3, 1. / 3, 1}, table::saaty_1980).result();
  expect_weights(two, {.75, .25}, 1e-15);
  EXPECT_EQ(two.consistency_ratio, 0);
  EXPECT_EQ(two.consistency_index, 0);
}

// A_ij = w_i / w_j has w as its eigenvector, at every size and for lopsided weights too.
TEST(ahp, gives_back_the_weights_that_ratios_were_made_of) {
  for (std::size_t n = 1; n <= 15; ++n) {
    std::vector<double> w;
    double sum = 0;
    for (std::size_t i = 0; i != n; ++i) w.push_back(std::pow(1.7, double(i))), sum += w.back();
    for (double& x : w) x /= sum;
    std::vector<double> ratios;
    for (const double a : w) {
      for (const double b : w) ratios.push_back(a / b);
    }
    const auto got = crm::ahp(ratios, table::ahpsurvey).result();
    expect_weights(got, w, 1e-14);
    EXPECT_NEAR(got.lambda_max, static_cast<double>(n), 1e-11);
  }
}

TEST(ahp, everything_wrong_is_named_at_once) {
  const auto said = [](std::vector<double> judgements, double ratio = .1) {
    return problems::said_by(
        [&] { return crm::ahp(std::move(judgements), table::saaty_1980, ratio).result(); });
  };
  const std::string three = said({1, 3, 0, .5, 2, 4, 1, .25, 1});
  problems::expect_part(three, "must be above 0 and finite");
  problems::expect_part(three, "the diagonal must be 1");
  problems::expect_part(three, "not the reciprocal of 3");
  problems::expect_part(three, "column 3");
  problems::expect_part(said({1, 2, 3}), "n x n numbers");
  problems::expect_part(said({}), "n x n numbers");
  problems::expect_part(said({1, std::numeric_limits<double>::quiet_NaN(), 1, 1}), "above 0");
  problems::expect_part(said(std::vector<double>(16 * 16, 1)), "up to 15 criteria");
  problems::expect_part(said({1}, -1), "must not be negative");
  problems::expect_part(problems::said_by([] {
                          return crm::ahp::from_upper(std::vector<double>{1, 2}, table::saaty_1980);
                        }),
                        "n (n - 1) / 2 judgements");
}

// a over b over c over a, each many times more important. Of three criteria the vector is the
// geometric mean of the rows, and lambda is 1 + d + 1 / d with d^3 = a_12 a_23 / a_13.
TEST(ahp, settles_where_judgements_go_round_in_a_circle) {
  for (const double t : {10., 1e4, 1e8, 1e13}) {
    const auto got =
        crm::ahp::from_upper(std::vector<double>{t, 2 / t, 3 * t}, table::saaty_1980, all).result();
    const double rows[] = {std::cbrt(2), std::cbrt(3), std::cbrt(1. / 6)};
    const double sum = rows[0] + rows[1] + rows[2];
    expect_weights(got, {rows[0] / sum, rows[1] / sum, rows[2] / sum}, 1e-12);
    const double d = std::cbrt(1.5) * t;
    EXPECT_NEAR(got.lambda_max / (1 + d + 1 / d), 1, 1e-12) << t;
  }
}

TEST(ahp, settles_whatever_the_judgements_where_all_are_accepted) {
  crm::workload::random_stream random(5);
  for (int round = 0; round != 200; ++round) {
    const std::size_t n = 3 + static_cast<std::size_t>(random.below(13));
    std::vector<double> m(n * n, 1);
    for (std::size_t i = 0; i != n; ++i) {
      for (std::size_t j = i + 1; j != n; ++j) {
        m[i * n + j] = std::exp(static_cast<double>(random.between(-3000, 3000)) / 100);
        m[j * n + i] = 1 / m[i * n + j];
      }
    }
    const auto got = crm::ahp(m, table::saaty_1980, all).result();
    for (std::size_t i = 0; i != n; ++i) {
      double image = 0;
      for (std::size_t j = 0; j != n; ++j) image += m[i * n + j] * got[j];
      ASSERT_NEAR(image / (got.lambda_max * got[i]), 1, 1e-12) << round;
    }
  }
}

}  // namespace
