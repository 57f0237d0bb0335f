#include <crmetrics/combinators/on.hpp>
#include <crmetrics/io/score_text.hpp>
#include <crmetrics/metrics/given.hpp>
#include <crmetrics/runtime/dynamic_rules.hpp>
#include <crmetrics/scorecard/james_stein.hpp>
#include <crmetrics/scorecard/min_max_scale.hpp>
#include <crmetrics/scorecard/percentile.hpp>
#include <crmetrics/scorecard/reference_normaliser.hpp>
#include <crmetrics/scorecard/scorecard.hpp>
#include <crmetrics/scorecard/z_score.hpp>

#include "problems.hpp"

#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace {

namespace crm = crmetrics;

// A set is no curve, and what was fitted on it is marked.
static_assert(crm::reference_normaliser<crm::min_max_scale> &&
              !crm::normaliser<crm::min_max_scale>);
static_assert(crm::reference_normaliser<crm::z_score> && !crm::normaliser<crm::z_score>);
static_assert(crm::reference_normaliser<crm::percentile> && !crm::normaliser<crm::percentile>);
static_assert(crm::normaliser<crm::min_max_scale::fitted>);
static_assert(crm::reference_dependent<crm::min_max_scale::fitted>);
static_assert(!crm::reference_dependent<crm::linear>);

struct day {
  crm::figure calls, quality;
};
const std::vector<double> last_year = {12, 30, 18, 25, 40};

template <class N>
auto card(N curve) {
  return crm::make_scorecard(
      crm::component("calls", crm::on(&day::calls, crm::given{}), curve, 1),
      crm::component("quality", crm::on(&day::quality, crm::given{}), crm::linear{0, 100}, 1));
}

TEST(reference_normaliser, marks_the_card_in_its_type_and_its_reports) {
  auto fixed = card(crm::linear{12, 40});
  auto fitted = card(crm::min_max_scale{}.fit(last_year));
  static_assert(!decltype(fixed)::reference_dependent);
  static_assert(decltype(fitted)::reference_dependent);
  fixed.update(day{{26}, {80}});
  fitted.update(day{{26}, {80}});
  const auto of_fixed = fixed.result();
  const auto of_fitted = fitted.result();
  EXPECT_EQ(*of_fixed.total, *of_fitted.total);  // the same line
  EXPECT_EQ(of_fixed.reference(), 0U);
  EXPECT_NE(of_fitted.reference(), 0U);
  EXPECT_EQ(of_fitted.component("calls").reference,
            crm::min_max_scale{}.fit(last_year).reference());
  EXPECT_EQ(of_fitted.component("quality").reference, 0U);
  EXPECT_NE(of_fixed.definition, of_fitted.definition);
  problems::expect_part(crm::to_text(of_fitted), "depends on reference set");
  EXPECT_EQ(crm::to_text(of_fixed).find("reference"), std::string::npos);
}

TEST(reference_normaliser, marks_a_card_around_it_and_one_made_at_run_time) {
  auto inner = card(crm::z_score{}.fit(last_year));
  auto outer = crm::make_scorecard(crm::group("all", 1, crm::component("desk", inner, 1)));
  static_assert(decltype(outer)::reference_dependent);
  outer.update(day{{26}, {80}});
  EXPECT_NE(outer.result().reference(), 0U);

  const crm::dynamic_curve fixed{crm::linear{12, 40}};
  const crm::dynamic_curve fitted{crm::min_max_scale{}.fit(last_year)};
  EXPECT_EQ(fixed.reference(), 0U);
  EXPECT_EQ(fitted.reference(), crm::min_max_scale{}.fit(last_year).reference());

  const auto prior = crm::fit_james_stein(last_year, 9);
  EXPECT_EQ(crm::dynamic_shrinkage(prior).reference(), prior.reference());
  EXPECT_EQ(crm::dynamic_shrinkage(prior.prior()).reference(), 0U);
}

// A curve and a prior that were both fitted: each set counts.
TEST(reference_normaliser, and_a_prior_in_one_component_both_count) {
  const auto curve = crm::min_max_scale{}.fit(last_year);
  const auto prior = crm::fit_james_stein(last_year, 9);
  const auto of = [](auto line) {
    return crm::make_scorecard(std::move(line)).result().reference();
  };
  const auto line = [](auto c) { return crm::component("calls", crm::given{}, c, 1); };
  EXPECT_EQ(of(line(curve).shrunk_by(prior)), curve.reference() + prior.reference());
  EXPECT_EQ(of(line(crm::linear{0, 50}).shrunk_by(prior)), prior.reference());
  EXPECT_EQ(of(line(curve).shrunk_by(prior.prior())), curve.reference());
}

// Other values, other rules: such cards do not merge and their totals do not compare.
TEST(reference_normaliser, another_set_is_another_definition) {
  std::vector<double> with_another = last_year;
  with_another.push_back(20);  // between the ends: not a point changes
  const auto a = card(crm::min_max_scale{}.fit(last_year));
  auto b = card(crm::min_max_scale{}.fit(with_another));
  EXPECT_NE(a.definition(), b.definition());
  EXPECT_THROW(b.merge(a), crm::definition_mismatch);
}

template <class Method>
void expect_set_rules(const Method& method) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  const auto fit = [&](std::vector<double> values) {
    return problems::said_by([&] { return method.fit(values, "calls"); });
  };
  EXPECT_EQ(fit({1, 2}), "");
  problems::expect_part(fit({}), "at least two values");
  problems::expect_part(fit({5}), "at least two values");
  problems::expect_part(fit({5, 5, 5}), "all 3 values of the reference set are equal");
  const std::string both = fit({1, nan, 3, infinity});
  problems::expect_part(both, "calls");
  problems::expect_part(both, "row 2");
  problems::expect_part(both, "row 4");
  problems::expect_part(both, "leave out who has no value");
  problems::expect_part(fit({-1.7e308, 1.7e308}), "range is not finite");

  // The order in which they are listed is of no account.
  EXPECT_EQ(method.fit(last_year), method.fit(std::vector<double>{40, 25, 18, 30, 12}));

  Method wrong = method;
  wrong.better = crm::direction::neutral;
  problems::expect_part(problems::said_by([&] { return wrong.fit(last_year); }),
                        "better must be higher or lower");
}

TEST(reference_normaliser, sets_that_have_no_curve) {
  expect_set_rules(crm::min_max_scale{});
  expect_set_rules(crm::z_score{});
  expect_set_rules(crm::percentile{});
}

}  // namespace
