#include <crmetrics/scorecard/critic_weights.hpp>

#include "problems.hpp"

#include <cmath>
#include <vector>

namespace {

namespace crm = crmetrics;
using crm::direction;

// Eight firms of Diakoulaki et al. 1995, as in quatrope/scikit-criteria,
// tests/preprocessing/test_weighters.py.
const std::vector<double> firms = {61,   1.08, 4.33, 20.7, .26, 4.34,  16.3, 1.98,
                                   2.53, 9.0,  3.29, 1.65, 5.4, 2.77,  2.33, 4.0,
                                   4.12, 1.21, -6.1, 3.52, 2.1, -34.6, 3.31, .98};

TEST(critic_weights, diakoulaki) {
  const auto got = crm::critic_weights({firms, 3});
  const double published[] = {.20222554, .48090173, .31687273};
  for (std::size_t i = 0; i != 3; ++i) EXPECT_NEAR(got.weights[i], published[i], 5.1e-9);
  problems::expect_part(got.provenance, "CRITIC weights of 3 criteria over 8 units");
}

TEST(critic_weights, lower_is_better_is_the_negated_column) {
  std::vector<double> negated = firms;
  for (std::size_t i = 1; i < negated.size(); i += 3) negated[i] = -negated[i];
  const direction better[] = {direction::higher_is_better, direction::lower_is_better,
                              direction::higher_is_better};
  const auto a = crm::critic_weights({negated, 3}, better);
  const auto b = crm::critic_weights({firms, 3});
  for (std::size_t i = 0; i != 3; ++i) EXPECT_NEAR(a.weights[i], b.weights[i], 1e-14);
  EXPECT_NE(a.source, b.source);
}

// Two columns conflict in the same measure, so contrast alone decides.
TEST(critic_weights, of_two_criteria_are_their_deviations_after_min_max) {
  // 0, 1/2, 1: variance 1/6. 0, 0, 1: variance 2/9.
  const auto got = crm::critic_weights({std::vector<double>{0, 0, 1, 0, 2, 7}, 2});
  EXPECT_NEAR(got.weights[0] / got.weights[1], std::sqrt((1. / 6) / (2. / 9)), 1e-14);
}

TEST(critic_weights, of_one_criterion_is_1) {
  EXPECT_EQ(crm::critic_weights({std::vector<double>{1, 2, 3}, 1}).weights, std::vector<double>{1});
}

TEST(critic_weights, units_in_any_order_and_criteria_on_any_scale) {
  std::vector<double> turned;
  for (std::size_t row = 8; row-- != 0;) {
    for (std::size_t j = 0; j != 3; ++j) turned.push_back(firms[row * 3 + j]);
  }
  EXPECT_EQ(crm::critic_weights({turned, 3}), crm::critic_weights({firms, 3}));
  std::vector<double> scaled = firms;
  for (std::size_t i = 0; i < scaled.size(); i += 3) scaled[i] = 32 + 1.8 * scaled[i];
  const auto a = crm::critic_weights({scaled, 3});
  for (std::size_t i = 0; i != 3; ++i)
    EXPECT_NEAR(a.weights[i], crm::critic_weights({firms, 3}).weights[i], 1e-14);
}

TEST(critic_weights, what_has_no_weights) {
  const auto said = [](const std::vector<double>& cells, std::size_t columns,
                       const std::vector<direction>& better = {}) {
    return problems::said_by([&] { return crm::critic_weights({cells, columns}, better); });
  };
  const std::string constant = said({1, 5, 2, 5, 3, 5}, 2);
  problems::expect_part(constant, "column 2");
  problems::expect_part(constant, "the same for all units");
  problems::expect_part(said({1, 2, 2, 4, 3, 6}, 2), "perfectly correlated");
  problems::expect_part(said({1, 2}, 2), "needs at least 2 units");
  problems::expect_part(said({1, 2, 2, 3}, 2, {direction::higher_is_better}),
                        "directions are needed for 2 criteria");
  problems::expect_part(said({1, 2, 2, 3}, 2, {direction::neutral, direction::lower_is_better}),
                        "better must be higher or lower");
}

}  // namespace
