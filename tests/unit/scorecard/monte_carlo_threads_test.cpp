#include <crmetrics/scorecard/uncertainty.hpp>

#include "team_of_totals.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <thread>
#include <vector>

namespace {

namespace crm = crmetrics;
using team_of_totals::first;
using team_of_totals::second;

auto card(int agent) {
  auto c = team_of_totals::card().with(crm::monte_carlo{.draws = 2'000, .seed = 7});
  c.update(first{"", {50. + agent, 10, 3. + agent}});
  c.update(second{"", {80. - agent, 10, 5.}});
  return c;
}

// The draws are a hash of seed, component and number, and `result` is const: whoever evaluates
// which card, and when, changes no bit.
TEST(monte_carlo, cards_evaluated_by_1_2_and_4_threads_have_the_same_bits) {
  constexpr std::size_t agents = 9;
  std::vector<crm::score_report> alone;
  for (std::size_t i = 0; i != agents; ++i) alone.push_back(card(static_cast<int>(i)).result());
  for (const std::size_t threads : {1u, 2u, 4u}) {
    std::vector<crm::score_report> reports(agents);
    {
      std::vector<std::jthread> workers;
      for (std::size_t t = 0; t != threads; ++t) {
        workers.emplace_back([&reports, t, threads] {
          for (std::size_t i = t; i < agents; i += threads) {
            reports[i] = card(static_cast<int>(i)).result();
          }
        });
      }
    }
    for (std::size_t i = 0; i != agents; ++i) {
      const auto& a = *reports[i].uncertainty;
      const auto& b = *alone[i].uncertainty;
      EXPECT_EQ(a.standard_error, b.standard_error);
      EXPECT_EQ(a.interval, b.interval);
      EXPECT_GT(a.standard_error, 0);
    }
  }
}

}  // namespace
