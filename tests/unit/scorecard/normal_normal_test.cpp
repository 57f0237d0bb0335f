#include <crmetrics/accumulators/mean.hpp>
#include <crmetrics/accumulators/proportion.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/metrics/given.hpp>
#include <crmetrics/metrics/nps.hpp>
#include <crmetrics/scorecard/normal_normal.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <optional>
#include <vector>

namespace {

namespace crm = crmetrics;

crm::estimate figure(double value, std::optional<double> error, std::uint64_t n = 10) {
  crm::given g;
  g.update(crm::figure{value, n, error});
  return g.result();
}

TEST(normal_normal, weighs_by_the_two_variances) {
  const crm::normal_normal prior{.mean = 50, .between = 3};
  const crm::estimate e = prior.shrink(figure(60, 4.));
  EXPECT_NEAR(e.value(), 50 + 9. / 25 * 10, 1e-12);
  EXPECT_NEAR(*e.standard_error(), 3. * 4 / 5, 1e-12) << "sqrt of 1 / (1 / 9 + 1 / 16)";
  EXPECT_NEAR(e.interval()->high, e.value() + 1.959963984540054 * 2.4, 1e-9);
  EXPECT_EQ(prior.shrink(figure(60, 0.)).value(), 60) << "known without error";
  EXPECT_EQ(prior.shrink(figure(60, 1e9)).value(), 50 + 10 * 9 / (9 + 1e18));
}

TEST(normal_normal, without_an_error_only_the_prior_is_known) {
  const crm::normal_normal prior{.mean = 50, .between = 3};
  EXPECT_EQ(prior.shrink(figure(60, std::nullopt)).value(), 50);
  EXPECT_EQ(*prior.shrink(figure(60, std::nullopt)).standard_error(), 3);
  const crm::estimate nobody = prior.shrink(crm::given{}.result());
  EXPECT_EQ(nobody.status(), crm::status::insufficient_data);
  EXPECT_EQ(nobody.value(), 50);
}

TEST(normal_normal, a_known_spread_lets_no_lucky_few_escape) {
  crm::mean five;
  for (int i = 0; i != 4; ++i) five.update(5.);
  ASSERT_EQ(*five.result().standard_error(), 0);
  const crm::normal_normal own{.mean = 4, .between = .25};
  EXPECT_EQ(own.shrink(five.result()).value(), 5);
  const crm::normal_normal known{.mean = 4, .between = .25, .within = 1};
  EXPECT_NEAR(known.shrink(five.result()).value(), 4 + .0625 / (.0625 + .25), 1e-12);
}

// Colditz et al. 1994, JAMA 271(9), 698-702: 13 trials of the BCG vaccine; log relative risks.
// The documentation of the R package metafor gives for method DL: mean -0.7141, tau^2 0.3088.
TEST(normal_normal, fits_as_published) {
  const double trials[13][4] = {
      {4, 119, 11, 128},       {6, 300, 29, 274},        {3, 228, 11, 209},
      {62, 13536, 248, 12619}, {33, 5036, 47, 5761},     {180, 1361, 372, 1079},
      {8, 2537, 10, 619},      {505, 87886, 499, 87892}, {29, 7470, 45, 7232},
      {17, 1699, 65, 1600},    {186, 50448, 141, 27197}, {5, 2493, 3, 2338},
      {27, 16886, 29, 17825}};
  std::vector<crm::ranked_value> peers;
  for (const auto& [a, b, c, d] : trials) {
    peers.push_back({std::log(a / (a + b) / (c / (c + d))),
                     std::sqrt(1 / a - 1 / (a + b) + 1 / c - 1 / (c + d))});
  }
  const auto fitted = crm::fit_normal_normal(peers);
  EXPECT_NEAR(fitted.prior().mean, -.7141, 5e-5);
  EXPECT_NEAR(fitted.prior().between * fitted.prior().between, .3088, 5e-5);
}

// Rubin 1981, Journal of Educational Statistics 6(4), 377-401: eight schools; the pooled mean
// is 7.7 with a standard error of 4.1, and the schools differ no more than chance.
TEST(normal_normal, peers_that_differ_no_more_than_chance_all_get_the_mean) {
  const std::vector<crm::ranked_value> schools{{28, 15}, {8, 10}, {-3, 16}, {7, 11},
                                               {-1, 9},  {1, 11}, {18, 10}, {12, 18}};
  const auto fitted = crm::fit_normal_normal(schools);
  EXPECT_EQ(fitted.prior().between, 0);
  EXPECT_NEAR(fitted.prior().mean, 7.7, .05);
  const crm::estimate e = fitted.shrink(figure(28, 15.));
  EXPECT_NEAR(e.value(), fitted.prior().mean, 1e-12);
  // That there is one mean does not say that it is known exactly.
  EXPECT_NEAR(*e.standard_error(), 4.1, .05);
  EXPECT_NEAR(e.interval()->width(), 2 * 1.959963984540054 * *e.standard_error(), 1e-9);
  EXPECT_EQ(*fitted.prior().shrink(figure(28, 15.)).standard_error(), *e.standard_error())
      << "also where it is fixed";
}

TEST(normal_normal, the_error_of_a_fitted_mean_enters_as_far_as_the_mean_does) {
  const std::vector<crm::ranked_value> peers{{40, 3}, {50, 3}, {60, 3}, {70, 3}};
  const crm::normal_normal prior = crm::fit_normal_normal(peers).prior();
  const double b = prior.between * prior.between / (prior.between * prior.between + 9);
  EXPECT_NEAR(prior.mean_error, std::sqrt((prior.between * prior.between + 9) / 4), 1e-12);
  // Morris 1983, equal variances V: V (1 - B (k - 1) / k), B = 1 - b.
  EXPECT_NEAR(*prior.shrink(figure(60, 3.)).standard_error(), std::sqrt(9 * (1 - (1 - b) * 3. / 4)),
              1e-12);
  EXPECT_NEAR(*crm::normal_normal(50, 4).shrink(figure(60, 3.)).standard_error(), 2.4, 1e-15)
      << "an agreed mean has no error";
  crm::detail::definition_hash agreed, fitted;
  crm::normal_normal{.mean = prior.mean, .between = prior.between}.describe(agreed);
  prior.describe(fitted);
  EXPECT_NE(agreed.value(), fitted.value());
}

TEST(normal_normal, interval_stays_in_the_range_of_the_unit) {
  crm::nps nps;
  for (int i = 0; i != 5; ++i) nps.update(i < 4 ? 10 : 8);
  const crm::estimate e = crm::normal_normal{.mean = .8, .between = .3}.shrink(nps.result());
  EXPECT_NEAR(e.value(), .8, 1e-12);
  EXPECT_GT(e.value() + 1.959963984540054 * *e.standard_error(), 1);
  EXPECT_EQ(e.interval()->high, 1);
  EXPECT_GT(e.interval()->low, -1);
  crm::proportion share;
  share.update(crm::successes_of{1, 20});
  EXPECT_EQ(crm::normal_normal(.05, .3).shrink(share.result()).interval()->low, 0);
}

TEST(normal_normal, squares_that_leave_the_range_of_doubles_do_no_harm) {
  const crm::estimate sure = crm::normal_normal{.mean = 0, .between = 1e200}.shrink(figure(3, .5));
  EXPECT_EQ(sure.value(), 3);
  EXPECT_EQ(*sure.standard_error(), .5);
  const crm::estimate tiny = crm::normal_normal{.mean = 0, .between = 1e-200}.shrink(figure(3, .5));
  EXPECT_EQ(tiny.value(), 0);
  crm::estimate_parts vague = figure(4, 1.).parts();
  vague.standard_error = 1e200;
  const crm::estimate half =
      crm::normal_normal{.mean = 0, .between = 1e200}.shrink(crm::estimate(vague));
  EXPECT_EQ(half.value(), 2);
  EXPECT_NEAR(*half.standard_error() / 1e200, std::sqrt(.5), 1e-15);
}

// Q = 5, sum w - sum w^2 / sum w = 4: between^2 = (5 - 2) / 4, however small one error is.
TEST(normal_normal, one_tiny_error_among_the_peers_does_no_harm) {
  for (const double error : {1e-6, 1e-9, 1e-12, 1e-150}) {
    const crm::normal_normal prior =
        crm::fit_normal_normal(std::vector<crm::ranked_value>{{5, error}, {4, 1}, {3, 1}}).prior();
    EXPECT_NEAR(prior.between * prior.between, .75, 1e-9) << error;
    const double a = 1 / .75;
    const double c = 1 / 1.75;
    EXPECT_NEAR(prior.mean, (5 * a + 4 * c + 3 * c) / (a + 2 * c), 1e-9) << error;
    EXPECT_NEAR(prior.mean_error, 1 / std::sqrt(a + 2 * c), 1e-9) << error;
  }
  const crm::normal_normal huge =
      crm::fit_normal_normal(std::vector<crm::ranked_value>{{5, 1e200}, {4, 1e200}}).prior();
  EXPECT_EQ(huge.between, 0);
  EXPECT_EQ(huge.mean, 4.5);
  EXPECT_NEAR(huge.mean_error / 1e200, std::sqrt(.5), 1e-15);
}

TEST(normal_normal, refuses_what_cannot_be) {
  using values = std::vector<crm::ranked_value>;
  EXPECT_THROW(static_cast<void>(crm::fit_normal_normal(values{{1, 1}})), crm::bad_input);
  EXPECT_THROW(static_cast<void>(crm::fit_normal_normal(values{{1, 1}, {2, 0}})), crm::bad_input);
  crm::problem_list problems;
  crm::normal_normal{.mean = 0, .between = -1, .within = 0}.validate(problems, "x");
  crm::normal_normal{.mean_error = -1}.validate(problems, "x");
  EXPECT_EQ(problems.total(), 3u);
}

}  // namespace
