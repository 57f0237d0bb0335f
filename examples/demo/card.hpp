#pragma once

#include "records.hpp"

#include <crmetrics/crmetrics.hpp>

namespace demo {

inline auto resolved_in_a_day(crm::instant until) {
  using within = crm::basic_share_within<crm::wilson, crm::missing::as_failure>;
  return crm::where(due{until, crm::hours{24}},
                    crm::on(&contact::resolution_time, within(crm::hours{24})), "not yet due");
}

/// The team's card: satisfaction 40, efficiency 30 with handle time corrected by customers who come
/// back within 7 days, professional 20, relationship 10; more than 0.5 % compliance errors caps the
/// whole. A repeat is charged to the agent of the contact before it: that is what FCR counts.
/// What is still open at the end of the log, `until`, and older than a day was not resolved in 24
/// h.
inline auto service_card(crm::instant until) {
  return crm::make_scorecard(
             crm::group("satisfaction", 40,
                        crm::component("CSAT", crm::on(&survey::csat, crm::csat{}),
                                       crm::linear{.floor = .50, .target = .85}, 60)
                            .at_least(30),
                        crm::component("NPS", crm::on(&survey::nps, crm::nps{}),
                                       crm::linear{.floor = -.20, .target = .50}, 40)
                            .at_least(30)),
             crm::group("efficiency", 30,
                        crm::component("resolved in 24 h", resolved_in_a_day(until),
                                       crm::linear{.floor = .60, .target = .90}, 50)
                            .at_least(30),
                        crm::component("handle time",
                                       crm::on(&contact::handle_seconds, crm::handle_time{}),
                                       crm::linear{.floor = 900, .target = 300}, 50)
                            .at_least(30)
                            .corrected_by("FCR 7 d",
                                          crm::scaled{.start = .92, .full = .75, .strength = .5})),
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
             crm::corrector("FCR 7 d", crm::fcr{}).at_least(30),
             crm::veto("compliance", crm::on(&check::failed, crm::error_rate{}), crm::above{.005},
                       crm::cap{59.9})
                 .at_least(50))
      .graded({{"S", 90}, {"A", 80}, {"B", 70}, {"C", 60}, {"D", 0}})
      .with(crm::redistribute{.min_coverage = .6});
}

}  // namespace demo
