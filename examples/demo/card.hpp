#pragma once

#include "records.hpp"

#include <crmetrics/crmetrics.hpp>

namespace demo {

/// A contact can be judged by "did the customer come back within seven days" once seven days of it
/// have been observed.
struct seven_days_observed {
  crm::instant until;
  bool operator()(const follow_up& f) const {
    return f.opened.microseconds + crm::time_span(crm::days{7}).microseconds <= until.microseconds;
  }
  friend bool operator==(const seven_days_observed&, const seven_days_observed&) = default;
};

/// The team's card: satisfaction 40, efficiency 30 with handle time corrected by customers coming
/// back, professional 20, relationship 10; more than 0.5 % compliance errors caps the whole.
inline auto service_card(crm::instant observed_until) {
  return crm::make_scorecard(
             crm::group("satisfaction", 40,
                        crm::component("CSAT", crm::on(&survey::csat, crm::csat{}),
                                       crm::linear{.floor = .50, .target = .85}, 60)
                            .at_least(30),
                        crm::component("NPS", crm::on(&survey::nps, crm::nps{}),
                                       crm::linear{.floor = -.20, .target = .50}, 40)
                            .at_least(30)),
             crm::group("efficiency", 30,
                        crm::component(
                            "resolved in 24 h",
                            crm::on(&contact::resolution_time, crm::share_within(crm::hours{24})),
                            crm::linear{.floor = .60, .target = .90}, 50)
                            .at_least(30),
                        crm::component("handle time",
                                       crm::on(&contact::handle_seconds, crm::handle_time{}),
                                       crm::linear{.floor = 900, .target = 300}, 50)
                            .at_least(30)
                            .corrected_by("came back",
                                          crm::scaled{.start = .08, .full = .25, .strength = .5})),
             crm::group(
                 "professional", 20,
                 crm::component("quality", crm::on(&review::points, crm::integer_mean{}),
                                crm::linear{.floor = 60, .target = 95}, 70)
                     .at_least(5),
                 crm::component("knowledge", crm::on(&knowledge_test::score, crm::proportion{}),
                                crm::linear{.floor = .60, .target = .95}, 30)),
             crm::group("relationship", 10,
                        crm::component("renewals", crm::on(&renewal::renewed, crm::proportion{}),
                                       crm::linear{.floor = .60, .target = .95}, 100)
                            .at_least(5)),
             crm::corrector("came back",
                            crm::where(seven_days_observed{observed_until},
                                       crm::on(&follow_up::came_back, crm::error_rate{}),
                                       "too recent to know"))
                 .at_least(30),
             crm::veto("compliance", crm::on(&check::failed, crm::error_rate{}), crm::above{.005},
                       crm::cap{59.9})
                 .at_least(50))
      .graded({{"S", 90}, {"A", 80}, {"B", 70}, {"C", 60}, {"D", 0}})
      .with(crm::redistribute{.min_coverage = .6});
}

}  // namespace demo
