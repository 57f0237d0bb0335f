#include <crmetrics/accumulators/mean.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/metrics/given.hpp>
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
  EXPECT_NEAR(fitted.shrink(figure(28, 15.)).value(), fitted.prior().mean, 1e-12);
}

TEST(normal_normal, refuses_what_cannot_be) {
  using values = std::vector<crm::ranked_value>;
  EXPECT_THROW(static_cast<void>(crm::fit_normal_normal(values{{1, 1}})), crm::bad_input);
  EXPECT_THROW(static_cast<void>(crm::fit_normal_normal(values{{1, 1}, {2, 0}})), crm::bad_input);
  crm::problem_list problems;
  crm::normal_normal{.mean = 0, .between = -1, .within = 0}.validate(problems, "x");
  EXPECT_EQ(problems.total(), 2u);
}

}  // namespace
