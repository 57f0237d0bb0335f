#include <crmetrics/combinators/by.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/io/explanation_text.hpp>
#include <crmetrics/io/score_text.hpp>
#include <crmetrics/io/view_text.hpp>
#include <crmetrics/metrics/given.hpp>
#include <crmetrics/scorecard/linear.hpp>
#include <crmetrics/scorecard/scorecard.hpp>
#include <crmetrics/scorecard/team_view.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>

namespace {

using namespace crmetrics;

struct result_of {
  std::string agent;
  double first;
  double second;
};
figure first_of(const result_of& r) { return {r.first}; }
figure second_of(const result_of& r) { return {r.second}; }

auto card_of(double weight) {
  return make_scorecard(component("b", on(&first_of, given{}), linear{0, 100}, weight),
                        component("c", on(&second_of, given{}), linear{0, 100}, 100 - weight));
}

// "84.63" as 8463, at or behind a place in a text.
std::int64_t hundredths_at(const std::string& text, std::size_t at) {
  at = text.find_first_of("0123456789", at);
  const std::size_t point = text.find('.', at);
  return 100 * std::atoll(text.substr(at, point - at).c_str()) +
         std::atoll(text.substr(point + 1, 2).c_str());
}

TEST(printed_points, every_text_prints_one_total_and_its_parts_add_up) {
  std::mt19937_64 random(5);
  for (int i = 0; i != 2'000; ++i) {
    // Eighths and halves of a hundredth: numbers that lie between two printed ones.
    const auto eighths = [&] { return static_cast<double>(random() % 20'001) / 200; };
    auto team = by<std::string>(&result_of::agent, card_of(i % 2 == 0 ? 50 : 25));
    team.update(result_of{"Ann", eighths(), eighths()});
    const auto results = team.result();
    const score_report& report = results.rows[0].result;

    const std::string long_text = to_text(report);
    const std::int64_t total = hundredths_at(long_text, long_text.rfind("total "));
    const std::string why = to_text(explain(report));
    EXPECT_EQ(hundredths_at(why, 0), total) << why;
    const std::size_t b = why.find("= b ");
    const std::size_t c = why.find("+ c ");
    if (b != std::string::npos && c != std::string::npos) {
      EXPECT_EQ(hundredths_at(why, b) + hundredths_at(why, c), total) << why;
    }
    const std::string view = to_text(view_of_team(team.total().result(), results, {}));
    EXPECT_EQ(hundredths_at(view, view.find("Ann") + 3), total) << view;
  }
}

TEST(printed_points, a_half_goes_away_from_zero) {
  auto card = card_of(50);
  card.update(result_of{"Ann", 85.12, 84.13});
  const score_report r = card.result();
  ASSERT_EQ(r.total, 84.625);
  EXPECT_EQ(to_text(explain(r)).substr(0, 12), "84.63 points");
}

}  // namespace
