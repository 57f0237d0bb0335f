#pragma once

#include <crmetrics/combinators/by.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/combinators/over.hpp>
#include <crmetrics/metrics/given.hpp>
#include <crmetrics/scorecard/scorecard.hpp>

#include <optional>
#include <string>
#include <vector>

// Three agents with three figures each, for views whose numbers can be checked by hand.
namespace team_of_months {

struct month {
  std::string agent;
  std::optional<crmetrics::figure> satisfaction, speed, revenue;
  crmetrics::instant at = {};
};

inline auto card() {
  namespace crm = crmetrics;
  return crm::make_scorecard(
             crm::component("satisfaction", crm::on(&month::satisfaction, crm::given{}),
                            crm::linear{0, 100}, 50)
                 .in("customer"),
             crm::component("speed", crm::on(&month::speed, crm::given{}), crm::linear{600, 400},
                            30)
                 .in("process"),
             crm::component("revenue", crm::on(&month::revenue, crm::given{}), crm::linear{0, 10},
                            20)
                 .in("finance"))
      .graded({{"A", 80}, {"B", 60}, {"C", 0}})
      .with(crm::redistribute{.min_coverage = .6});
}

// Ann: 80, 50 and 90 points; Bo: 60, 100 and 40; Cy: 70, no speed, 100; Di: revenue only.
inline std::vector<month> months() {
  return {{"Ann", {{80, 40, 2.0}}, {{500, 90, 10.0}}, {{9, 12, .5}}},
          {"Bo", {{60, 40, 2.0}}, {{400, 90, 10.0}}, {{4, 12, .5}}},
          {"Cy", {{70, 40, 2.0}}, {}, {{10, 12, .5}}},
          {"Di", {}, {}, {{5, 12, .5}}}};
}

inline auto team() {
  auto all = crmetrics::by(&month::agent, card());
  all.update_many(months());
  return all;
}

}  // namespace team_of_months
