#include <crmetrics/metrics/given.hpp>
#include <crmetrics/scorecard/aggregated_by.hpp>
#include <crmetrics/scorecard/arithmetic.hpp>

#include "means.hpp"

#include <crmetrics/combinators/on.hpp>
#include <crmetrics/scorecard/scorecard.hpp>

namespace {

namespace crm = crmetrics;

static_assert(crm::combining<crm::arithmetic> && !crm::arithmetic::needs_positive);

constexpr double at_compile_time() {
  const double weights[] = {.25, .75};
  const double scores[] = {40, 80};
  double gradient[2] = {};
  return crm::arithmetic{}.combine(weights, scores, gradient);
}
static_assert(at_compile_time() == 70);

TEST(arithmetic, is_the_sum_of_weights_times_scores) {
  const auto at = means::combine(crm::arithmetic{}, {.25, .75}, {40, 80});
  EXPECT_EQ(at.mean, 70);
  EXPECT_EQ(at.gradient, (std::vector<double>{.25, .75}));
  EXPECT_EQ(means::mean(crm::arithmetic{}, {1, 1, 1}, {1, 2, 3}), 2);  // COINr's M_1
}

TEST(arithmetic, laws) { means::expect_lawful(crm::arithmetic{}, 1); }

// GoogleChrome/lighthouse, core/test/scoring-test.js; rounded to two digits there.
TEST(arithmetic, lighthouse) {
  EXPECT_NEAR(means::mean(crm::arithmetic{}, {1, 1, 1}, {10, 20, 3}), 11, .5);
  EXPECT_NEAR(means::mean(crm::arithmetic{}, {2, 7, 1}, {10, 0, 20}), 4, 1e-12);
}

// The numbers of both matrices: scikit-criteria's tests, cost columns as 1 / x, columns divided by
// their sums.
std::vector<double> weighted_sums(std::vector<std::vector<double>> rows,
                                  const std::vector<int>& directions,
                                  const std::vector<double>& weights) {
  for (std::size_t j = 0; j != weights.size(); ++j) {
    double sum = 0;
    for (auto& row : rows) {
      if (directions[j] < 0) row[j] = 1 / row[j];
      sum += row[j];
    }
    for (auto& row : rows) row[j] /= sum;
  }
  std::vector<double> out;
  for (const auto& row : rows) out.push_back(means::mean(crm::arithmetic{}, weights, row));
  return out;
}

TEST(arithmetic, weighted_sums_of_two_cars) {
  const auto sums = weighted_sums({{1, 2, 3}, {4, 5, 6}}, {1, 1, -1}, {.5, .05, .45});
  EXPECT_NEAR(sums[0], .41428571, 1e-8);
  EXPECT_NEAR(sums[1], .58571429, 1e-8);
}

TEST(arithmetic, weighted_sums_of_kracka_2010) {
  const auto sums = weighted_sums({{33.95, 23.78, 11.45, 39.97, 29.44, 167.1, 3.852},
                                   {38.9, 4.17, 6.32, 0.01, 4.29, 132.52, 25.184},
                                   {37.59, 9.36, 8.23, 4.35, 10.22, 136.71, 10.845},
                                   {30.44, 37.59, 13.91, 74.08, 45.1, 198.34, 2.186},
                                   {36.21, 14.79, 9.17, 17.77, 17.06, 148.3, 6.61},
                                   {37.8, 8.55, 7.97, 2.35, 9.25, 134.83, 11.935}},
                                  {-1, -1, -1, -1, 1, -1, 1}, {20, 20, 20, 20, 20, 20, 20});
  const double published[] = {.12040426, .3458235, .13838192, .12841246, .12346084, .14351701};
  for (std::size_t i = 0; i != 6; ++i) EXPECT_NEAR(sums[i], published[i], 1e-8);
}

TEST(arithmetic, is_what_a_card_does_without_being_told) {
  struct record {
    crm::figure a, b;
  };
  const auto line = [](crm::label name, crm::figure record::* of, double weight) {
    return crm::component(name, crm::on(of, crm::given{}), crm::linear{0, 100}, weight);
  };
  auto told = crm::make_scorecard(line("a", &record::a, 1), line("b", &record::b, 2),
                                  crm::aggregated_by(crm::arithmetic{}));
  auto untold = crm::make_scorecard(line("a", &record::a, 1), line("b", &record::b, 2));
  told.update(record{{31}, {77}});
  untold.update(record{{31}, {77}});
  EXPECT_EQ(*told.result().total, *untold.result().total);
  EXPECT_NEAR(*told.result().total, (31 + 2 * 77) / 3., 1e-12);
}

}  // namespace
