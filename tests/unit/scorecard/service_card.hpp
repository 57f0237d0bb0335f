#pragma once

#include <crmetrics/accumulators/occurrences.hpp>
#include <crmetrics/accumulators/proportion.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/metrics/error_rate.hpp>
#include <crmetrics/metrics/given.hpp>
#include <crmetrics/scorecard/scorecard.hpp>

#include <cmath>

// The customer-service card of rules R1 to R12: satisfaction 40, efficiency 30 corrected by the
// 7-day repeat rate, professional 20, relationship 10, compliance as a veto, a bonus.
namespace service_card {

enum class source { csat, nps, res24, aht, repeat7, qa, knowledge, renewal, compliance };

template <source S>
struct measured {
  crmetrics::figure f;
};
template <source S>
struct counted {
  crmetrics::successes_of x;
};
struct suggestion {
  bool adopted = true;
};

template <source S>
constexpr auto figure_of() {
  return crmetrics::on(&measured<S>::f, crmetrics::given{});
}
template <source S, class M = crmetrics::proportion>
constexpr auto share_of() {
  return crmetrics::on(&counted<S>::x, M{});
}

struct weights {
  double satisfaction = 40, efficiency = 30, professional = 20, relationship = 10;
  double res24 = 50, aht = 50;
  double strength = 0.5;
};

/// @param more parts beside the usual ones: another aggregation, a second veto
template <class... More>
constexpr auto make(weights w = {}, More... more) {
  namespace crm = crmetrics;
  using s = source;
  return crm::make_scorecard(
             crm::group(
                 "satisfaction", w.satisfaction,
                 crm::component("csat", figure_of<s::csat>(), crm::linear{3, 4.6}, 60).at_least(20),
                 crm::component("nps", figure_of<s::nps>(), crm::linear{0, 50}, 40).at_least(20)),
             crm::group(
                 "efficiency", w.efficiency,
                 crm::component("res24", share_of<s::res24>(), crm::linear{.70, .95}, w.res24)
                     .at_least(30),
                 crm::component("aht", figure_of<s::aht>(), crm::linear{600, 400}, w.aht)
                     .at_least(30)
                     .corrected_by("repeat7", crm::scaled{.08, .18, w.strength})),
             crm::group(
                 "professional", w.professional,
                 crm::component("qa", figure_of<s::qa>(), crm::linear{60, 95}, 70).at_least(5),
                 crm::component("knowledge", figure_of<s::knowledge>(), crm::linear{60, 100}, 30)
                     .at_least(1)),
             crm::group(
                 "relationship", w.relationship,
                 crm::component("renewal", share_of<s::renewal>(), crm::linear{.70, .95}, 100)
                     .at_least(5)),
             crm::corrector("repeat7", share_of<s::repeat7, crm::error_rate>()).at_least(30),
             crm::veto("compliance", share_of<s::compliance, crm::error_rate>(), crm::above{.005},
                       crm::cap{59.9})
                 .at_least(50),
             crm::bonus("suggestions", crm::on(&suggestion::adopted, crm::occurrences{}),
                        {.points = 1, .at_most = 3}),
             more...)
      .graded({{"S", 95}, {"A", 85}, {"B", 75}, {"C", 60}, {"D", 0}})
      .with(crm::redistribute{.min_coverage = .6});
}

/// Agent A of worked_scorecard_1.json.
template <class Card>
constexpr void observe_agent_a(Card& card) {
  using s = source;
  card.update(measured<s::csat>{{4.5, 60}});
  card.update(measured<s::nps>{{42, 50}});
  card.update(counted<s::res24>{{171, 180}});
  card.update(measured<s::aht>{{420, 100}});
  card.update(counted<s::repeat7>{{12, 100}});
  card.update(measured<s::qa>{{88, 10}});
  card.update(measured<s::knowledge>{{90, 1}});
  card.update(counted<s::renewal>{{18, 20}});
  card.update(counted<s::compliance>{{1, 300}});
}

/// The same agent with the standard errors of the fixture's `delta_method_A`: standard deviations
/// of .8 (CSAT), 150 s and 9 (quality), 29 promoters and 8 detractors of 50.
template <class Card>
void observe_agent_a_with_errors(Card& card) {
  using s = source;
  card.update(measured<s::csat>{{4.5, 60, .8 / std::sqrt(60.)}});
  card.update(measured<s::nps>{{42, 50, 100 * std::sqrt((37. / 50 - .42 * .42) / 50)}});
  card.update(counted<s::res24>{{171, 180}});
  card.update(measured<s::aht>{{420, 100, 15}});
  card.update(counted<s::repeat7>{{12, 100}});
  card.update(measured<s::qa>{{88, 10, 9 / std::sqrt(10.)}});
  card.update(measured<s::knowledge>{{90, 1}});
  card.update(counted<s::renewal>{{18, 20}});
  card.update(counted<s::compliance>{{1, 300}});
}

}  // namespace service_card
