// How many surveys do I need? For a margin, for a small team's customers, to tell two agents apart.

#include <crmetrics/intervals/sample_size.hpp>

#include <iostream>

namespace crm = crmetrics;

int main() {
  const auto margin3 = crm::sample_size(crm::precision_goal{.margin = .03});
  const auto margin5 = crm::sample_size(crm::precision_goal{.margin = .05, .population = 1000});
  const auto apart = crm::sample_size(crm::detection_goal{.share_a = .75, .share_b = .80});
  std::cout << "CSAT to +-3 points at 95 %: " << margin3 << " answers\n"
            << "CSAT to +-5 points among 1,000 customers: " << margin5 << " answers\n"
            << "Agents at 75 % and 80 % told apart with power 0.8: " << apart
            << " answers of each\n";
  return margin3 == 1068 && margin5 == 278 ? 0 : 1;
}
