#include <crmetrics/accumulators/proportion.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/io/score_text.hpp>
#include <crmetrics/metrics/handle_time.hpp>
#include <crmetrics/scorecard/beta_binomial.hpp>
#include <crmetrics/scorecard/fitted_to_peers.hpp>
#include <crmetrics/scorecard/scorecard.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

namespace {

namespace crm = crmetrics;

crm::estimate share(std::uint64_t successes, std::uint64_t trials) {
  crm::proportion p;
  p.update(crm::successes_of{successes, trials});
  return p.result();
}

const std::vector<crm::binomial_sample> six{{18, 20}, {45, 60},  {160, 200},
                                            {9, 15},  {70, 100}, {330, 400}};

// league_tables.json, beta_binomial_moments: worked out by somebody else.
TEST(beta_binomial, fits_and_shrinks_six_agents) {
  const auto fitted = crm::fit_beta_binomial(six);
  EXPECT_NEAR(fitted.prior().mean, .7949685534591195, 1e-14);
  EXPECT_NEAR(fitted.prior().strength, 61.16087711372547, 1e-9);
  EXPECT_NEAR(1 / (1 + fitted.prior().strength), .01608728908651764, 1e-14) << "rho";
  const double expected[] = {.8208508381943392, .7726997050336114, .7988216930231204,
                             .7565692018140512, .7360407571105656, .8210171174473214};
  for (std::size_t i = 0; i != six.size(); ++i) {
    const auto e = fitted.shrink(share(static_cast<std::uint64_t>(six[i].successes),
                                       static_cast<std::uint64_t>(six[i].trials)));
    EXPECT_NEAR(e.value(), expected[i], 1e-12) << i;
    EXPECT_EQ(e.n(), six[i].trials);
    EXPECT_TRUE(e.ok());
    EXPECT_TRUE(e.interval()->contains(e.value()));
  }
  EXPECT_LT(fitted.shrink(share(18, 20)).value(), fitted.shrink(share(330, 400)).value())
      << ".900 of 20 is less than .825 of 400";
}

TEST(beta_binomial, error_is_that_of_the_posterior) {
  // Prior beta(8, 2), 18 of 20: beta(26, 4).
  const crm::estimate e = crm::beta_binomial{.8, 10}.shrink(share(18, 20));
  EXPECT_NEAR(e.value(), 26. / 30, 1e-15);
  EXPECT_NEAR(*e.standard_error(), std::sqrt(26. * 4 / (30. * 30 * 31)), 1e-15);
  EXPECT_FALSE(e.exact().known()) << "no quotient of counts any more";
  EXPECT_EQ(e.convention(), "successes / observed, drawn to 0.8");
  EXPECT_GE(e.interval()->low, 0);
  EXPECT_LE(crm::beta_binomial(1, 5).shrink(share(9, 9)).interval()->high, 1);
}

TEST(beta_binomial, slope_is_what_one_more_measured_does) {
  const crm::beta_binomial prior{.8, 60};
  const double of_one = prior.shrink(share(17, 20)).value() - prior.shrink(share(16, 20)).value();
  EXPECT_NEAR(prior.slope(share(16, 20)), of_one / (1. / 20), 1e-14);
  EXPECT_EQ(prior.slope(share(16, 20)), .25);
  EXPECT_EQ(prior.slope(share(0, 0)), 0);
  EXPECT_EQ(crm::beta_binomial(.8, 0).slope(share(16, 20)), 1);
  EXPECT_EQ(crm::beta_binomial(.8, 0).slope(share(0, 0)), 1);
  EXPECT_EQ(crm::fit_beta_binomial(six).slope(share(16, 20)),
            crm::fit_beta_binomial(six).prior().slope(share(16, 20)));
}

TEST(beta_binomial, without_observations_is_the_mean_and_says_that_it_is_not_enough) {
  const crm::estimate e = crm::beta_binomial{.8, 10}.shrink(share(0, 0));
  EXPECT_EQ(e.status(), crm::status::insufficient_data);
  EXPECT_EQ(e.value(), .8);
  EXPECT_EQ(crm::beta_binomial(.8, 0).shrink(share(0, 0)).status(), crm::status::no_data);
  EXPECT_EQ(crm::beta_binomial(.8, 0).shrink(share(9, 10)).value(), .9) << "no strength, no change";
}

TEST(beta_binomial, shrinks_shares_only) {
  crm::handle_time t;
  t.update(100.);
  EXPECT_THROW(static_cast<void>(crm::beta_binomial{}.shrink(t.result())), crm::invalid_setting);
}

TEST(beta_binomial, peers_that_differ_no_more_than_chance_know_the_mean_only) {
  const auto fitted = crm::fit_beta_binomial(
      std::vector<crm::binomial_sample>{{15, 20}, {30, 40}, {45, 60}, {0, 0}});
  EXPECT_EQ(fitted.prior().mean, .75);
  EXPECT_EQ(fitted.prior().strength, 120) << "as many trials as there are";
  const auto single = crm::fit_beta_binomial(std::vector<crm::binomial_sample>{{1, 1}, {0, 1}});
  EXPECT_EQ(single.prior().strength, 2);
  const auto sure = crm::fit_beta_binomial(std::vector<crm::binomial_sample>{{9, 9}, {5, 5}});
  EXPECT_EQ(sure.prior().mean, 1);
  EXPECT_EQ(sure.prior().strength, 14);
  EXPECT_THROW(
      static_cast<void>(crm::fit_beta_binomial(std::vector<crm::binomial_sample>{{1, 2}, {0, 0}})),
      crm::bad_input);
  EXPECT_THROW(
      static_cast<void>(crm::fit_beta_binomial(std::vector<crm::binomial_sample>{{3, 2}, {1, 4}})),
      crm::bad_input);
}

template <class Prior>
concept depends_on_peers = Prior::reference_dependent;

struct renewal {
  crm::successes_of x;
};
template <class Prior>
auto card(Prior prior) {
  return crm::make_scorecard(
      crm::component("renewal", crm::on(&renewal::x, crm::proportion{}), crm::linear{.7, .95}, 1)
          .shrunk_by(prior));
}
template <class Card>
crm::score_report scored(Card c, std::uint64_t successes, std::uint64_t trials) {
  c.update(renewal{{successes, trials}});
  return c.result();
}

TEST(fitted_to_peers, marks_the_type_the_estimate_and_the_definition) {
  const auto fitted = crm::fit_beta_binomial(six);
  static_assert(depends_on_peers<std::remove_cvref_t<decltype(fitted)>>);
  static_assert(!depends_on_peers<crm::beta_binomial>);
  std::vector<crm::binomial_sample> others(six.rbegin(), six.rend());
  EXPECT_EQ(crm::fit_beta_binomial(others).reference(), fitted.reference()) << "in any order";
  others[0] = {331, 400};
  const auto other = crm::fit_beta_binomial(others);
  EXPECT_NE(other.reference(), fitted.reference());

  const crm::score_report r = scored(card(fitted), 18, 20);
  const crm::component_line& line = r.component("renewal");
  EXPECT_EQ(*line.before_shrinkage, .9);
  EXPECT_EQ(line.error_before_shrinkage, share(18, 20).standard_error());
  EXPECT_EQ(line.shrinkage_slope, fitted.prior().slope(share(18, 20)));
  EXPECT_EQ(line.marginal_measured(), line.marginal * line.shrinkage_slope);
  EXPECT_NEAR(line.raw.value(), .8208508381943392, 1e-12);
  EXPECT_NEAR(*r.total, 100 * (.8208508381943392 - .7) / .25, 1e-9);
  EXPECT_NE(line.raw.convention().find(", peers "), std::string_view::npos);
  EXPECT_NE(r.definition, scored(card(other), 18, 20).definition);
  EXPECT_NE(r.definition, scored(card(fitted.prior()), 18, 20).definition);
  EXPECT_EQ(r.total, scored(card(fitted.prior()), 18, 20).total) << "the same prior, fixed";
  static_assert(decltype(card(fitted))::reference_dependent);
  static_assert(!decltype(card(fitted.prior()))::reference_dependent);
  EXPECT_EQ(line.reference, fitted.reference());
  EXPECT_EQ(r.reference(), fitted.reference());
  EXPECT_NE(crm::to_text(r).find("depends on reference set"), std::string::npos);
  EXPECT_EQ(scored(card(fitted.prior()), 18, 20).reference(), 0U);
  EXPECT_THROW(card(fitted).merge(card(crm::fit_beta_binomial(others))), crm::definition_mismatch);
}

TEST(beta_binomial, settings_that_cannot_be_are_found_when_the_card_is_made) {
  EXPECT_THROW(static_cast<void>(card(crm::beta_binomial{1.5, 10})), crm::bad_input);
  EXPECT_THROW(static_cast<void>(card(crm::beta_binomial{.5, -1})), crm::bad_input);
}

}  // namespace
