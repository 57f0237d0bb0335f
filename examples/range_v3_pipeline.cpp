// A pipeline of range-v3 that ends in a metric: the second quarter, answered surveys only, CSAT by
// agent. Nothing is copied on the way.
#include <crmetrics/adapters/range_v3.hpp>
#include <crmetrics/combinators/by.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/io/text.hpp>
#include <crmetrics/metrics/csat.hpp>
#include <crmetrics/time/calendar.hpp>

#include <range/v3/view/filter.hpp>

#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

namespace crm = crmetrics;

struct survey {
  crm::instant at;
  std::string agent;
  bool answered;
  int rating;
};

int main() {
  const auto day = [](unsigned month, unsigned d) { return crm::start_of({2025, month, d}); };
  const std::vector<survey> surveys = {
      {day(3, 31), "Ana", true, 1}, {day(4, 1), "Ana", true, 5}, {day(5, 9), "Bo", true, 2},
      {day(5, 30), "Bo", false, 0}, {day(6, 30), "Bo", true, 4}, {day(7, 1), "Bo", true, 1},
  };

  const auto by_agent = surveys | crm::in_period(crm::calendar_quarter(2025, 2), &survey::at) |
                        ranges::views::filter(&survey::answered) |
                        crm::into(crm::by(&survey::agent, crm::on(&survey::rating, crm::csat{})));

  for (const auto& [agent, csat] : by_agent.result()) {
    std::cout << agent << ": " << csat << '\n';
  }

  const auto team = by_agent.total().result();
  std::cout << "team: " << team << '\n';
  const bool good = by_agent.size() == 2 && by_agent.find("Ana")->result().value() == 1 &&
                    by_agent.find("Bo")->result().value() == 0.5 && team.n() == 3;
  return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
