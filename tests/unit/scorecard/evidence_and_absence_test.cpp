#include <crmetrics/combinators/on.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/metrics/csat.hpp>
#include <crmetrics/metrics/given.hpp>
#include <crmetrics/scorecard/absent.hpp>
#include <crmetrics/scorecard/linear.hpp>
#include <crmetrics/scorecard/redistribute.hpp>
#include <crmetrics/scorecard/scorecard.hpp>

#include <gtest/gtest.h>

#include <string>

namespace {

namespace crm = crmetrics;

struct measured {
  double value;
};
crm::figure figure_of(const measured& m) { return {m.value}; }

template <class Trigger>
auto with_veto(Trigger trigger) {
  return crm::make_scorecard(
      crm::component("rating", crm::csat{}, crm::linear{.3, .9}, 1),
      crm::veto("limit", crm::on(&figure_of, crm::given{}), trigger, crm::cap{10}));
}

// A figure without a standard error has no interval, however far above the limit it lies.
TEST(veto_evidence, that_cannot_be_had_is_not_a_clearance) {
  for (const bool above : {true, false}) {
    const auto look = [](auto card, double value) {
      card.update(5);
      card.update(measured{value});
      return card.result().vetoes.front();
    };
    const crm::veto_line line = above ? look(with_veto(crm::surely_above{5}), 1e6)
                                      : look(with_veto(crm::surely_below{5}), -1e6);
    EXPECT_EQ(line.state, crm::veto_state::not_assessable);
    EXPECT_EQ(line.absent, crm::absence::insufficient);
  }
}

TEST(veto_evidence, needs_a_confidence_level) {
  EXPECT_THROW(with_veto(crm::surely_above{5, crm::confidence_level::none()}), crm::bad_input);
  EXPECT_THROW(with_veto(crm::surely_below{5, crm::confidence_level::none()}), crm::bad_input);
}

template <class Policy>
std::string refusal_of(Policy policy) {
  try {
    crm::make_scorecard(
        crm::component("rating", crm::csat{}, crm::linear{.3, .9}, 1).when_absent(policy),
        crm::component("other", crm::on(&figure_of, crm::given{}), crm::linear{0, 100}, 1));
  } catch (const crm::bad_input& e) {
    return e.problems().begin()->field + ": " + e.problems().begin()->reason;
  }
  return "";
}

TEST(when_absent, is_refused_outside_of_what_it_can_do) {
  EXPECT_EQ(refusal_of(crm::neutral{500}), "rating: points of when_absent must lie in [0, 100]");
  EXPECT_EQ(refusal_of(crm::redistribute{.min_coverage = .9}),
            "rating: min_coverage belongs to the card, not to a component");
  EXPECT_EQ(refusal_of(crm::neutral{50}), "");
  EXPECT_EQ(refusal_of(crm::redistribute{}), "");
}

}  // namespace
