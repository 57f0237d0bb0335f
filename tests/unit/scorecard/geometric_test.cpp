#include <crmetrics/combinators/on.hpp>
#include <crmetrics/metrics/given.hpp>
#include <crmetrics/scorecard/aggregated_by.hpp>
#include <crmetrics/scorecard/geometric.hpp>
#include <crmetrics/scorecard/scorecard.hpp>

#include "means.hpp"

#include <limits>

namespace {

namespace crm = crmetrics;

static_assert(crm::combining<crm::geometric> && crm::geometric::needs_positive);

struct record {
  crm::figure a, b;
};
auto line(crm::label name, crm::figure record::* of, crm::linear curve, double weight) {
  return crm::component(name, crm::on(of, crm::given{}), curve, weight);
}

// COINr, tests/testthat/test-aggregate.R.
TEST(geometric, coinr) {
  EXPECT_NEAR(means::mean(crm::geometric{}, {1, 1, 1}, {1, 2, 3}), std::cbrt(6.0), 1e-15);
  EXPECT_NEAR(means::mean(crm::geometric{}, {1, 1, 2}, {1, 2, 3}), 2.0597671439071177, 1e-15);
}

// scikit-criteria, tests/agg/test_simple.py: log10 of weighted products, columns divided by their
// sums.
TEST(geometric, weighted_products) {
  std::vector<std::vector<double>> rows = {{25, 20, 15, 30}, {10, 30, 20, 30}, {30, 10, 30, 10}};
  for (std::size_t j = 0; j != 4; ++j) {
    const double sum = rows[0][j] + rows[1][j] + rows[2][j];
    for (auto& row : rows) row[j] /= sum;
  }
  const double published[] = {-.50128589, -.50448471, -.52947246};
  for (std::size_t i = 0; i != 3; ++i) {
    const double product = means::mean(crm::geometric{}, {20, 15, 40, 25}, rows[i]);
    EXPECT_NEAR(std::log10(product), published[i], 1e-8);
  }
}

TEST(geometric, laws) { means::expect_lawful(crm::geometric{}, 1); }

TEST(geometric, each_contribution_is_its_weight_of_the_mean) {
  const auto at = means::combine(crm::geometric{}, {.2, .3, .5}, {20, 60, 90});
  EXPECT_NEAR(20 * at.gradient[0], .2 * at.mean, 1e-13);
  EXPECT_NEAR(60 * at.gradient[1], .3 * at.mean, 1e-13);
  EXPECT_NEAR(90 * at.gradient[2], .5 * at.mean, 1e-13);
}

TEST(geometric, zero_makes_the_whole_zero_but_not_with_weight_zero) {
  const auto zero = means::combine(crm::geometric{}, {.5, .5}, {0, 90});
  EXPECT_EQ(zero.mean, 0);
  EXPECT_EQ(zero.gradient, (std::vector<double>{0, 0}));
  const auto unweighted = means::combine(crm::geometric{}, {0, 1}, {0, 90});
  EXPECT_EQ(unweighted.mean, 90);
  EXPECT_EQ(unweighted.gradient, (std::vector<double>{0, 1}));
}

TEST(geometric, extreme_scores_neither_overflow_nor_vanish) {
  EXPECT_NEAR(means::combine(crm::geometric{}, {.5, .5}, {1e-300, 1e-300}).mean, 1e-300, 1e-312);
  EXPECT_NEAR(means::combine(crm::geometric{}, {.5, .5}, {1e-308, 100}).mean, 1e-153, 1e-165);
  EXPECT_NEAR(means::combine(crm::geometric{}, {.5, .5}, {1e-300, 1e300}).mean, 1, 1e-12);
  EXPECT_TRUE(std::isnan(
      means::combine(crm::geometric{}, {.5, .5}, {std::numeric_limits<double>::quiet_NaN(), 1})
          .mean));
}

// Human Development Index of Ghana 2012 (UNDP, Human Development Report 2013, technical note 1):
// goalposts, then geometric means of geometric means. Published 0.558.
TEST(geometric, human_development_index_of_ghana) {
  struct country {
    crm::figure life, mean_years, expected_years, log_income;
  };
  const auto dimension = [](crm::label name, crm::figure country::* of, crm::linear posts) {
    return crm::component(name, crm::on(of, crm::given{}), posts, 1);
  };
  auto hdi = crm::make_scorecard(
      dimension("life", &country::life, {20, 83.57}),
      crm::group("education", 1,
                 // The combined index is divided by its observed maximum, 0.971: so are its posts.
                 dimension("mean years", &country::mean_years, {0, 13.3 * .971}),
                 dimension("expected years", &country::expected_years, {0, 18 * .971}),
                 crm::aggregated_by(crm::geometric{})),
      dimension("income", &country::log_income, {std::log(100.0), std::log(87478.0)}),
      crm::aggregated_by(crm::geometric{}));
  hdi.update(country{{64.6}, {7.0}, {11.4}, {std::log(1684.0)}});
  const auto r = hdi.result();
  EXPECT_NEAR(r.component("life").score, 70.15888, 5e-6);
  EXPECT_NEAR(*r.group("education").score, 59.459348, 5e-7);
  EXPECT_NEAR(r.component("income").score, 41.685393, 5e-7);
  EXPECT_NEAR(*r.total, 55.816452, 5e-7);
  double sum = 0;
  for (const auto& c : r.components) sum += c.contribution;
  EXPECT_NEAR(sum, *r.total, 1e-12);
}

TEST(geometric, a_card_at_zero_has_a_total_and_contributions_that_add_up) {
  auto card =
      crm::make_scorecard(line("a", &record::a, {0, 100}, 1), line("b", &record::b, {0, 100}, 1),
                          crm::aggregated_by(crm::geometric{}));
  card.update(record{{0}, {90}});
  const auto r = card.result();
  EXPECT_EQ(*r.total, 0);
  EXPECT_EQ(r.component("b").contribution, 0);
}

TEST(geometric, the_marginal_value_is_the_finite_difference) {
  const auto total = [](double a) {
    auto card =
        crm::make_scorecard(line("a", &record::a, {0, 50}, 1), line("b", &record::b, {0, 100}, 3),
                            crm::aggregated_by(crm::geometric{}));
    card.update(record{{a}, {80}});
    return card.result();
  };
  const double difference = (*total(20.001).total - *total(19.999).total) / .002;
  EXPECT_NEAR(total(20).component("a").marginal, difference, 1e-6);
}

TEST(geometric, is_another_definition) {
  const auto with = [](auto how) {
    return crm::make_scorecard(line("a", &record::a, {0, 100}, 1),
                               line("b", &record::b, {0, 100}, 1), crm::aggregated_by(how))
        .definition();
  };
  EXPECT_NE(with(crm::geometric{}), crm::make_scorecard(line("a", &record::a, {0, 100}, 1),
                                                        line("b", &record::b, {0, 100}, 1))
                                        .definition());
}

}  // namespace
