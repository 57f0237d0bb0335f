#include <crmetrics/combinators/by.hpp>
#include <crmetrics/io/state_bytes.hpp>
#include <crmetrics/io/text.hpp>
#include <crmetrics/metrics/clv.hpp>
#include <crmetrics/metrics/clv_terms.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

namespace {

namespace crm = crmetrics;
using crm::discount_rate;
using crm::first_payment;
using crm::payment_timing;
using crm::time_unit;

/// A CLV whose retention rate is kept / 100 and whose margin is the same in every period.
crm::clv of_margin(std::int64_t margin, int kept, const crm::clv_terms& terms) {
  crm::clv clv(terms);
  for (int i = 0; i != 100; ++i) clv.update(crm::customer_period{margin, i < kept});
  return clv;
}

// Margin multiples r / (1 + d - r) of Gupta and Lehmann 2003, Customers as Assets, table of
// retention rate by discount rate, two decimals.
TEST(clv, published_margin_multiples) {
  const struct {
    int retention;
    double multiple[4];  // at 10, 12, 14, 16 %
  } table[] = {{60, {1.20, 1.15, 1.11, 1.07}},
               {70, {1.75, 1.67, 1.59, 1.52}},
               {80, {2.67, 2.50, 2.35, 2.22}},
               {90, {4.50, 4.09, 3.75, 3.46}}};
  for (const auto& row : table) {
    for (int i = 0; i != 4; ++i) {
      const double d = .10 + .02 * i;
      const double value =
          of_margin(100, row.retention,
                    {.discount = discount_rate::annual(d), .first = first_payment::after_renewal})
              .result()
              .value();
      EXPECT_NEAR(value / 100, row.multiple[i], .005) << row.retention << " " << d;
      EXPECT_NEAR(value, 100 * (row.retention / 100.) / (1 + d - row.retention / 100.), 1e-10);
    }
  }
}

// m (1 + d) / (1 + d - r) and its relatives by payment timing.
TEST(clv, closed_forms_for_ever) {
  const auto value = [](payment_timing timing, first_payment first) {
    return of_margin(1'000, 75,
                     {.discount = discount_rate::annual(.25), .timing = timing, .first = first})
        .result()
        .value();
  };
  // 1 + d - r = 1/2
  EXPECT_NEAR(value(payment_timing::start, first_payment::now), 2'500, 1e-9);
  EXPECT_NEAR(value(payment_timing::end, first_payment::now), 2'000, 1e-9);
  EXPECT_NEAR(value(payment_timing::middle, first_payment::now), 2'500 / std::sqrt(1.25), 1e-9);
  EXPECT_NEAR(value(payment_timing::start, first_payment::after_renewal), 1'500, 1e-9);
  EXPECT_NEAR(value(payment_timing::end, first_payment::after_renewal), 1'200, 1e-9);
}

TEST(clv, a_finite_horizon_and_the_cost_of_acquisition) {
  crm::clv_terms terms{.discount = discount_rate::annual(.25), .horizon = 3};
  // 1000 (1 + .6 + .36), because r / (1 + d) = .6
  EXPECT_NEAR(of_margin(1'000, 75, terms).result().value(), 1'960, 1e-9);
  terms.first = first_payment::after_renewal;
  EXPECT_NEAR(of_margin(1'000, 75, terms).result().value(), 1'000 * (.6 + .36 + .216), 1e-9);
  terms.acquisition_cost = 1'200;
  EXPECT_NEAR(of_margin(1'000, 75, terms).result().value(), -24, 1e-9)
      << "cost more than it brings";
  terms = {.discount = discount_rate::none(), .horizon = 4};
  EXPECT_NEAR(of_margin(1'000, 100, terms).result().value(), 4'000, 1e-9);
}

TEST(clv, equal_rates_in_other_words_give_equal_values) {
  const auto value = [](discount_rate d) {
    return of_margin(1'000, 80, {.discount = d, .period = time_unit::month}).result().value();
  };
  const double annual = value(discount_rate::annual(.1));
  EXPECT_NEAR(value(discount_rate::continuous(std::log(1.1))) / annual, 1, 1e-12);
  EXPECT_NEAR(
      value(discount_rate::per_period(std::pow(1.1, 7 / 365.25) - 1, time_unit::week)) / annual, 1,
      1e-12);
  EXPECT_LT(value(discount_rate::per_period(.1, time_unit::week)), annual / 1.3)
      << "the slip that a bare number invites";
}

TEST(clv, no_limit_is_undefined) {
  EXPECT_EQ(of_margin(10, 100, {.discount = discount_rate::none()}).result().status(),
            crm::status::undefined);
  EXPECT_NEAR(of_margin(10, 100, {.discount = discount_rate::annual(.1)}).result().value(), 110,
              1e-9);
  EXPECT_NEAR(of_margin(10, 0, {.discount = discount_rate::none()}).result().value(), 10, 1e-12);
  EXPECT_EQ(
      of_margin(10, 0, {.discount = discount_rate::none(), .first = first_payment::after_renewal})
          .result()
          .value(),
      0);
}

// m = 13, r = 1/2, d = .25: A = 1 / (1 - .4) = 5/3, dA/dr = .8 / .36 = 20/9. Margins 10, 20, 6, 16
// with the first two kept: variance of m 116/3 / 4 = 29/3, of r .25/3, and the covariance
// 2 (15 - 13) / 3 / 4 = 1/3. SE^2 = 25/9 x 29/3 + (260/9)^2 / 12 + 2 x 5/3 x 260/9 / 3.
TEST(clv, standard_error_by_the_delta_method) {
  crm::clv clv({.discount = discount_rate::annual(.25)});
  clv.update_many(
      std::vector<crm::customer_period>{{10, true}, {20, true}, {6, false}, {16, false}});
  const crm::estimate e = clv.result();
  EXPECT_NEAR(e.value(), 13 * 5. / 3, 1e-13);
  const double se =
      std::sqrt(25. / 9 * 29 / 3 + 260. / 9 * (260. / 9) / 12 + 2 * 5. / 3 * 260 / 27);
  EXPECT_NEAR(*e.standard_error(), se, 1e-12);
  EXPECT_NEAR(e.interval()->high, e.value() + 1.959963984540054 * se, 1e-11);
  EXPECT_EQ(e.method(), "delta method");
  EXPECT_EQ(e.unit(), crm::unit::money);
  EXPECT_EQ(clv.retention(), .5);
}

// The delta method against a numeric derivative of the value by r, for every timing and horizon.
TEST(clv, the_derivative_is_that_of_the_sum) {
  for (const payment_timing timing :
       {payment_timing::start, payment_timing::middle, payment_timing::end}) {
    for (const first_payment first : {first_payment::now, first_payment::after_renewal}) {
      for (const std::optional<std::uint32_t> horizon :
           {std::optional<std::uint32_t>(), std::optional<std::uint32_t>(1),
            std::optional<std::uint32_t>(7)}) {
        const crm::clv_terms terms{.discount = discount_rate::annual(.1),
                                   .period = time_unit::month,
                                   .timing = timing,
                                   .first = first,
                                   .horizon = horizon};
        const double h = 1e-6;
        const crm::detail::geometric_lifetime at(.8, terms);
        const double slope = (crm::detail::geometric_lifetime(.8 + h, terms).sum -
                              crm::detail::geometric_lifetime(.8 - h, terms).sum) /
                             (2 * h);
        EXPECT_NEAR(at.slope, slope, 1e-6 * (1 + slope));
        EXPECT_NEAR(at.sum, crm::discounted_lifetime(crm::constant_retention{.8}, terms), 1e-11)
            << "and the sum is that of the curve";
      }
    }
  }
}

// The shifted beta-geometric curve of Fader and Hardie 2007: S(k) = prod (b + i - 1) / (a + b + i -
// 1).
struct beta_geometric {
  double a;
  double b;
  double at(std::uint64_t k) const {
    double share = 1;
    for (std::uint64_t i = 0; i != k; ++i) {
      share *= (b + static_cast<double>(i)) / (a + b + static_cast<double>(i));
    }
    return share;
  }
};

// Any curve can stand where the constant rate does. Values at 10 %: computed independently at the
// estimates for the two cohorts of Fader and Hardie 2007, J. Interactive Marketing 21(1), table 1.
TEST(clv, discounted_lifetime_of_another_curve) {
  static_assert(crm::lifetime_curve<beta_geometric> &&
                crm::lifetime_curve<crm::constant_retention>);
  static_assert(!crm::lifetime_curve<double>);
  const crm::clv_terms terms{.discount = discount_rate::annual(.1)};
  EXPECT_NEAR(crm::discounted_lifetime(beta_geometric{.66808835, 3.80609498}, terms), 5.92225349,
              2e-7);
  EXPECT_NEAR(crm::discounted_lifetime(beta_geometric{.70407730, 1.18204302}, terms), 3.69490843,
              2e-7);
  EXPECT_THROW(crm::discounted_lifetime(beta_geometric{1, 1}, {.discount = discount_rate::none()}),
               crm::invalid_setting);
}

TEST(clv, what_is_not_known_yet_is_pending) {
  crm::clv clv({.discount = discount_rate::annual(.25)});
  EXPECT_EQ(clv.result().status(), crm::status::no_data);
  clv.update(crm::customer_period{10, std::nullopt});
  EXPECT_EQ(clv.result().status(), crm::status::no_data);
  EXPECT_EQ(clv.result().pending(), 1u);
  clv.update(crm::customer_period{20, true});
  clv.update(crm::customer_period{30, false});
  clv.update(std::nullopt);
  const crm::estimate e = clv.result();
  EXPECT_NEAR(e.value(), 20 * 5. / 3, 1e-12) << "its margin counts";
  EXPECT_EQ(e.n(), 2u);
  EXPECT_EQ(e.missing(), 1u);
}

TEST(clv, terms_are_part_of_the_definition) {
  const crm::clv_terms terms{.discount = discount_rate::annual(.1),
                             .period = time_unit::month,
                             .timing = payment_timing::middle,
                             .first = first_payment::after_renewal,
                             .horizon = 36,
                             .acquisition_cost = 5'000};
  crm::clv a(terms);
  EXPECT_EQ(a.convention().view(),
            "retention formula, per month, 10 % a year, paid at middle, first after renewal, 36 "
            "payments, less 5000");
  crm::clv_terms other = terms;
  other.discount = discount_rate::per_period(.1, time_unit::month);
  EXPECT_THROW(a.merge(crm::clv(other)), crm::definition_mismatch);
  EXPECT_THROW(crm::clv({.discount = terms.discount, .horizon = 0}), crm::invalid_setting);
  EXPECT_THROW(crm::clv({.discount = terms.discount, .horizon = 1'000'001}), crm::invalid_setting);
  EXPECT_THROW(crm::clv({.discount = terms.discount, .acquisition_cost = -1}),
               crm::invalid_setting);
  a.update(crm::customer_period{500, true}, {3});
  EXPECT_EQ(crm::from_bytes(crm::clv(terms), crm::to_bytes(a)), a);
}

}  // namespace
