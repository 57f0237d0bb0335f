#include <crmetrics/scorecard/entropy_weights.hpp>

#include "problems.hpp"

#include <cmath>
#include <limits>
#include <vector>

namespace {

namespace crm = crmetrics;

std::vector<double> weights(const std::vector<double>& cells, std::size_t columns) {
  return crm::entropy_weights({cells, columns}).weights;
}
void expect_near(const std::vector<double>& got, const std::vector<double>& expected, double tol) {
  ASSERT_EQ(got.size(), expected.size());
  for (std::size_t i = 0; i != got.size(); ++i) EXPECT_NEAR(got[i], expected[i], tol) << i;
}

// quatrope/scikit-criteria, tests/preprocessing/test_weighters.py; more digits recomputed by
// others.
TEST(entropy_weights, scikit_criteria) {
  expect_near(weights({1, 2, 4, 16}, 2), {.358889, .641111}, 1e-5);
  expect_near(weights({1, 2, 4, 16}, 2), {.35888879049, .64111120951}, 1e-11);
}

// kotbaton/pymcdm, test/test_weights.py (Elsayed et al. 2017).
TEST(entropy_weights, twelve_by_five) {
  const std::vector<double> cells = {
      7,  312, 1891, 6613,  163,   72, 88, 728, 941804, 1078,   10, 252, 2594, 3466, 117471,
      10, 145, 980,  2371,  86329, 65, 54, 350, 501,    29897,  29, 48,  380,  912,  34051,
      7,  476, 3300, 78470, 2212,  70, 87, 650, 733,    819000, 4,  86,  591,  3015, 103,
      12, 79,  579,  3240,  96098, 21, 45, 261, 1253,   453,    1,  72,  530,  4333, .1048};
  expect_near(weights(cells, 5), {.104991, .069124, .071373, .449937, .304575}, 5.1e-7);
}

// 0 ln 0 = 0; recomputed by others. Some packages give the column with the zero another weight.
TEST(entropy_weights, a_zero_cell) {
  expect_near(weights({0, 4, 3, 5, 5, 4, 5, 6, 5}, 3), {.921627346, .0305121855, .0478604684},
              1.1e-9);
}

// One unit has all: entropy 0, the largest divergence there is.
TEST(entropy_weights, by_hand) {
  // Column 1: shares 1/4 and 3/4; column 2: shares 0 and 1, so 1 - e = 1.
  const double e = -(.25 * std::log(.25) + .75 * std::log(.75)) / std::log(2.0);
  expect_near(weights({1, 0, 3, 9}, 2), {(1 - e) / (2 - e), 1 / (2 - e)}, 1e-15);
}

TEST(entropy_weights, a_constant_criterion_gets_nothing) {
  expect_near(weights({.1, 1, .1, 2, .1, 3}, 2), {0, 1}, 0);
}

TEST(entropy_weights, nearly_even_columns_do_not_cancel) {
  // Divergences of 1 +- d are d^2 / 2 x (1 + d^2 / 6 + ...): 1 to 4 for d and 2 d.
  const double d = 1e-7;
  expect_near(weights({1 - d, 1 - 2 * d, 1 + d, 1 + 2 * d}, 2), {.2, .8}, 1e-8);
}

TEST(entropy_weights, units_in_any_order_and_criteria_on_any_scale) {
  const auto a = crm::entropy_weights({std::vector<double>{1, 2, 4, 16, 3, 5}, 2});
  const auto b = crm::entropy_weights({std::vector<double>{3, 5, 1, 2, 4, 16}, 2});
  EXPECT_EQ(a, b);
  expect_near(weights({60, 2, 240, 16, 180, 5}, 2), a.weights, 1e-15);
  problems::expect_part(a.provenance, "entropy weights of 2 criteria over 3 units");
}

TEST(entropy_weights, what_has_no_weights) {
  const auto said = [](const std::vector<double>& cells, std::size_t columns) {
    return problems::said_by([&] { return crm::entropy_weights({cells, columns}); });
  };
  problems::expect_part(said({5, 5, 5, 5, 5, 5}, 2), "no information: every criterion is constant");
  problems::expect_part(said({.1, .7, .1, .7, .1, .7}, 2), "no information");
  problems::expect_part(said({1, 2}, 2), "needs at least 2 units");
  problems::expect_part(said({0, 2, 0, 3}, 2), "a column of zeros has no shares");
  const std::string both = said({1, -2, 3, std::numeric_limits<double>::quiet_NaN()}, 2);
  problems::expect_part(both, "entropy needs values that are not negative");
  problems::expect_part(both, "not a finite number");
}

}  // namespace
