#include <crmetrics/combinators/on.hpp>
#include <crmetrics/derive/one_per.hpp>
#include <crmetrics/metrics/csat.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace {

namespace crm = crmetrics;

struct survey {
  std::optional<std::string> ticket;
  int at;
  int rating;
};

const std::vector<survey> surveys{{"A", 1, 5},          {"B", 2, 2}, {"A", 9, 1},
                                  {std::nullopt, 3, 4}, {"A", 5, 3}, {"B", 2, 5},
                                  {std::nullopt, 4, 4}};

std::vector<int> ratings(const crm::chosen_events<survey>& chosen) {
  std::vector<int> out;
  for (const survey& s : chosen.events) out.push_back(s.rating);
  return out;
}

TEST(one_per, first_last_and_worst_rating_of_a_ticket) {
  EXPECT_EQ(ratings(crm::one_per(surveys, &survey::ticket, crm::smallest{&survey::at})),
            (std::vector<int>{5, 2, 4, 4}));
  EXPECT_EQ(ratings(crm::one_per(surveys, &survey::ticket, crm::largest{&survey::at})),
            (std::vector<int>{1, 2, 4, 4}))
      << "B was rated twice at one instant: the first row stays";
  EXPECT_EQ(ratings(crm::one_per(surveys, &survey::ticket, crm::smallest{&survey::rating})),
            (std::vector<int>{1, 2, 4, 4}));
}

TEST(one_per, counts_what_it_passes_over_and_keeps_events_without_a_key) {
  const auto chosen = crm::one_per(surveys, &survey::ticket, crm::largest{&survey::at});
  EXPECT_EQ(chosen.passed_over, 3u);
  EXPECT_EQ(chosen.events.size() + chosen.passed_over, surveys.size());
}

TEST(one_per, the_choice_changes_the_csat) {
  const auto csat = [](const auto& chosen) {
    auto m = crm::on(&survey::rating, crm::csat{});
    m.update_many(chosen.events);
    return m.result().exact();
  };
  EXPECT_EQ(csat(crm::one_per(surveys, &survey::ticket, crm::smallest{&survey::at})),
            (crm::exact_ratio{3, 4}));
  EXPECT_EQ(csat(crm::one_per(surveys, &survey::ticket, crm::largest{&survey::at})),
            (crm::exact_ratio{2, 4}));
}

TEST(one_per, an_empty_range_and_lambdas) {
  EXPECT_TRUE(crm::one_per(std::vector<survey>{}, &survey::ticket, crm::largest{&survey::at})
                  .events.empty());
  const auto by_parity = crm::one_per(
      std::vector<int>{4, 7, 2, 9}, [](int x) { return x % 2; },
      crm::largest{[](int x) { return x; }});
  EXPECT_EQ(by_parity.events, (std::vector<int>{4, 9}));
}

}  // namespace
