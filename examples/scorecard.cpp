// A small card for one agent: two metrics, a correction, a veto, explained line by line.

#include <crmetrics/crmetrics.hpp>
#include <crmetrics/io/score_text.hpp>

#include <cmath>
#include <iostream>

namespace crm = crmetrics;

struct survey {
  int rating;
};
struct call {
  int seconds;
  bool came_back;
};
struct check {
  bool failed;
};

int main() {
  auto card =
      crm::make_scorecard(
          crm::component("satisfaction", crm::on(&survey::rating, crm::csat{}),
                         crm::linear{.floor = .60, .target = .90}, 60),
          crm::component("handle time", crm::on(&call::seconds, crm::handle_time{}),
                         crm::linear{.floor = 900, .target = 300}, 40)
              .corrected_by("came back", crm::scaled{.start = .08, .full = .18, .strength = .5}),
          crm::corrector("came back", crm::on(&call::came_back, crm::error_rate{})),
          crm::veto("compliance", crm::on(&check::failed, crm::error_rate{}), crm::above{.005},
                    crm::cap{59.9})
              .at_least(50))
          .graded({{"A", 85}, {"B", 75}, {"C", 60}, {"D", 0}});

  for (int i = 0; i != 100; ++i) {
    card.update(survey{i < 80 ? 5 : 2});
    card.update(call{420, i < 13});
    card.update(check{false});
  }
  const crm::score_report report = card.result();
  std::cout << report;

  // 60 % of (0.80 - 0.60) / 0.30, 40 % of (900 - 420) / 600 x (1 - 0.5 x (0.13 - 0.08) / 0.10).
  const double by_hand = 60 * (.2 / .3) + 40 * .8 * .75;
  return std::abs(*report.total - by_hand) < 1e-9 ? 0 : 1;
}
