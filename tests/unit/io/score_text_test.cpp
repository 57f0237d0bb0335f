#include <crmetrics/combinators/by.hpp>
#include <crmetrics/io/explanation_text.hpp>
#include <crmetrics/io/score_text.hpp>
#include <crmetrics/metrics/csat.hpp>
#include <crmetrics/scorecard/explanation.hpp>
#include <crmetrics/scorecard/minimum.hpp>

#include "../scorecard/service_card.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <optional>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace crm = crmetrics;
using service_card::counted;
using service_card::measured;
using s = service_card::source;

crm::score_report report(crm::successes_of compliance) {
  auto card = service_card::make();
  card.update(measured<s::csat>{{4.5, 60}});
  card.update(measured<s::nps>{{42, 50}});
  card.update(counted<s::res24>{{171, 180}});
  card.update(measured<s::aht>{{420, 100}});
  card.update(counted<s::repeat7>{{12, 100}});
  card.update(measured<s::qa>{{88, 10}});
  card.update(measured<s::knowledge>{{90, 1}});
  card.update(counted<s::renewal>{{3, 3}});
  card.update(counted<s::compliance>{compliance});
  card.update(service_card::suggestion{});
  return card.result();
}

// The last number of a line, in hundredths.
long last_hundredths(const std::string& line) {
  const std::size_t at = line.rfind("= ") + 2;
  return std::lround(std::stod(line.substr(at)) * 100);
}

// Only the lines of the sum have an equals sign two places before their number's end.
bool is_contribution(const std::string& line) {
  return std::regex_search(line, std::regex(" = +-?[0-9]+[.][0-9]{2}$"));
}

TEST(score_text, printed_lines_add_up_to_the_printed_total) {
  const crm::score_report r = report({2, 300});
  std::istringstream text(crm::to_text(r));
  long sum = 0;
  long total = -1;
  std::string line;
  std::getline(text, line);  // heading
  while (std::getline(text, line)) {
    if (line.rfind("total ", 0) == 0) {
      total = std::lround(std::stod(line.substr(6)) * 100);
    } else if (is_contribution(line)) {
      sum += last_hundredths(line);
    }
  }
  EXPECT_EQ(total, 5990);
  EXPECT_EQ(sum, total);
}

TEST(score_text, says_what_was_not_assessed_why_and_what_the_veto_did) {
  const std::string text = crm::to_text(report({2, 300}));
  for (const char* part :
       {"renewal",
        "not assessed: insufficient, needs n = 5; its weight of 10.0 % goes to the others",
        "90.00 x 0.800 (repeat7) points x 16.7 %", "suggestions", "veto compliance  ",
        "veto compliance: fired (0.67 %, n = 300), at most 59.90 points", "total 59.90, grade D",
        "coverage 90.0 %, weight not assessed 10.0 %"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\nin\n" << text;
  }
  EXPECT_NE(crm::to_text(report({0, 10})).find("veto compliance: not assessable"),
            std::string::npos);
}

// Agent A without renewals: 3 of 3, where five are asked for.
template <class Card>
std::string printed_without_renewals(Card card) {
  card.update(measured<s::csat>{{4.5, 60}});
  card.update(measured<s::nps>{{42, 50}});
  card.update(counted<s::res24>{{171, 180}});
  card.update(measured<s::aht>{{420, 100}});
  card.update(counted<s::repeat7>{{12, 100}});
  card.update(measured<s::qa>{{88, 10}});
  card.update(measured<s::knowledge>{{90, 1}});
  card.update(counted<s::renewal>{{3, 3}});
  card.update(counted<s::compliance>{{1, 300}});
  return crm::to_text(card.result());
}

TEST(score_text, points_that_were_filled_in_are_in_the_sum) {
  const std::string text = printed_without_renewals(service_card::make().with(crm::neutral{50}));
  std::istringstream lines(text);
  long sum = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind("component", 0) != 0 && is_contribution(line)) sum += last_hundredths(line);
  }
  EXPECT_EQ(sum, 8244) << text;
  EXPECT_NE(text.find("not assessed: insufficient, needs n = 5; 50.00 points x 10.0 % =   5.00"),
            std::string::npos)
      << text;
}

TEST(score_text, says_what_does_not_apply_how_sure_it_is_and_what_a_veto_did_to_the_grade) {
  EXPECT_NE(
      printed_without_renewals(service_card::make().without("renewal")).find("not applicable\n"),
      std::string::npos);
  const std::string sure = printed_without_renewals(service_card::make().with(crm::delta{}));
  EXPECT_NE(sure.find("] (95 % delta method, standard error "), std::string::npos) << sure;
  const std::string dropped = printed_without_renewals(service_card::make(
      {}, crm::veto("second", service_card::share_of<s::compliance, crm::error_rate>(),
                    crm::above{.001}, crm::drop_bands{1})));
  EXPECT_NE(dropped.find("grade B (A without vetoes)"), std::string::npos) << dropped;
  EXPECT_NE(dropped.find("veto second: fired (0.33 %, n = 300)\n"), std::string::npos)
      << "it caps no points";
  const std::string worst =
      printed_without_renewals(service_card::make({}, crm::aggregated_by(crm::minimum{})));
  EXPECT_NE(worst.find(", moves 0.700"), std::string::npos) << worst;
}

TEST(score_text, a_value_that_would_tell_who_gave_it_is_not_shown) {
  auto card = crm::make_scorecard(
      crm::component("peers", crm::given{}, crm::linear{0, 100}, 1).anonymous_below(5),
      crm::veto("tone", crm::given{}, crm::below{72}, crm::cap{10}).anonymous_below(5));
  card.update(crm::figure{71, 3});
  const std::string text = crm::to_text(card.result());
  EXPECT_NE(text.find("not shown, n = 3"), std::string::npos) << text;
  EXPECT_NE(text.find("veto tone: not assessable (not shown, n = 3)"), std::string::npos) << text;
  EXPECT_EQ(text.find("71"), std::string::npos);
  EXPECT_EQ(text.find("nan"), std::string::npos);
}

TEST(score_text, a_nested_card_tells_of_its_vetoes_and_why_it_is_absent) {
  struct visit {
    crm::figure score;
    std::optional<bool> breach;
    std::optional<int> rating;
  };
  const auto inner =
      crm::make_scorecard(
          crm::component("score", crm::on(&visit::score, crm::given{}), crm::linear{0, 100}, 1),
          crm::component("rating", crm::on(&visit::rating, crm::csat{}), crm::linear{0, 1}, 1),
          crm::veto("compliance errors", crm::on(&visit::breach, crm::error_rate{}),
                    crm::above{.005}, crm::cap{40}))
          .with(crm::redistribute{.min_coverage = .75});
  auto card = crm::make_scorecard(
      crm::component("service", inner, 60),
      crm::component("flat", crm::on(&visit::score, crm::given{}), crm::linear{0, 100}, 40));
  card.update(visit{{90, 2}, true, {}});
  const std::string absent = crm::to_text(card.result());
  EXPECT_NE(absent.find("not assessed: coverage too low (50.0 %); its weight of 60.0 % goes to"),
            std::string::npos)
      << absent;
  EXPECT_NE(absent.find("\ninside service:\n  component"), std::string::npos) << absent;
  card.update(visit{{90, 2}, {}, 5});
  const std::string text = crm::to_text(card.result());
  const std::size_t inside = text.find("\ninside service:\n");
  ASSERT_NE(inside, std::string::npos) << text;
  const char* fired =
      "\n  veto compliance errors: fired (100.0 %, n = 1; 1 missing), at most 40.00 points\n";
  EXPECT_EQ(text.substr(0, inside).find("veto"), std::string::npos) << "none of its own";
  EXPECT_NE(text.find(fired, inside), std::string::npos) << text;
  EXPECT_NE(text.find("\n  rating     100.0 %", inside), std::string::npos) << text;
  EXPECT_NE(text.find("\n  total 40.00; coverage 100.0 %", inside), std::string::npos) << text;

  crm::group_results<int, crm::score_report> team;
  team.rows.push_back({7, card.result()});
  EXPECT_NE(crm::to_text(crm::competition_ranking(team)).find("service / compliance errors fired"),
            std::string::npos);
}

TEST(score_text, says_what_was_left_out_of_a_component) {
  struct answer {
    std::optional<int> rating;
  };
  auto card = crm::make_scorecard(
      crm::component("rating", crm::on(&answer::rating, crm::csat{}), crm::linear{0, 1}, 1));
  card.update_many(std::vector<answer>{{5}, {std::nullopt}, {std::nullopt}});
  EXPECT_NE(crm::to_text(card.result()).find("\nleft out of rating: 2 missing\n"),
            std::string::npos)
      << crm::to_text(card.result());
}

TEST(score_text, tells_what_correctors_and_bonuses_saw) {
  const std::string all = crm::to_text(report({1, 300}));
  for (const char* line : {"\ncorrector repeat7: 12.0 % [7.0, 19.8], n = 100\n",
                           "\nbonus suggestions: 1.00, n = 1 (1.00 points each, at most 3.00)\n"}) {
    EXPECT_NE(all.find(line), std::string::npos) << line << "in\n" << all;
  }
  const std::string none = crm::to_text(service_card::make().result());
  EXPECT_NE(none.find("\ncorrector repeat7: not assessed: "), std::string::npos) << none;

  struct visit {
    std::optional<bool> repeated;
    std::optional<bool> idea;
    std::optional<crm::figure> speed;
  };
  auto card = crm::make_scorecard(
      crm::component("speed", crm::on(&visit::speed, crm::given{}), crm::linear{0, 100}, 1)
          .corrected_by("repeat", crm::scaled{.08, .18, 1}),
      crm::corrector("repeat", crm::on(&visit::repeated, crm::error_rate{})).at_least(3),
      crm::bonus("ideas", crm::on(&visit::idea, crm::occurrences{}), {.points = 5, .at_most = 9}));
  card.update(visit{true, true, crm::figure{50, 4}});
  card.update(visit{{}, {}, {}});
  const std::string text = crm::to_text(card.result());
  for (const char* part :
       {"corrector repeat: not assessed: insufficient, needs n = 3, n = 1; 1 missing\n",
        "bonus ideas: 1.00, n = 1 (5.00 points each, at most 9.00); 1 missing\n"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\nin\n" << text;
  }
  const std::string told = crm::to_text(crm::explain(card.result()));
  EXPECT_NE(told.find("not assessed: repeat (insufficient)\n"), std::string::npos) << told;
  EXPECT_NE(told.find("left out of speed: 1 missing; of repeat: 1 missing; of ideas: 1 missing"),
            std::string::npos)
      << told;
}

TEST(score_text, largest_remainders) {
  // Three thirds of 100: 33.33 each leave a hundredth, which goes to the first.
  const auto h = crm::detail::printed_hundredths({100. / 3, 100. / 3, 100. / 3}, 100);
  EXPECT_EQ(h, (std::vector<std::int64_t>{3334, 3333, 3333}));
  const auto down = crm::detail::printed_hundredths({0.666, 0.666, 0.668}, 2);
  EXPECT_EQ(down[0] + down[1] + down[2], 200);
}

TEST(score_text, ranking_table) {
  struct answer {
    std::string agent;
    crm::figure f;
  };
  auto team = crm::by(&answer::agent,
                      crm::make_scorecard(crm::component("f", crm::on(&answer::f, crm::given{}),
                                                         crm::linear{0, 100}, 1)
                                              .at_least(2))
                          .graded({{"A", 80}, {"B", 0}}));
  team.update_many(std::vector<answer>{{"Bo", {70, 5}}, {"王芳", {90, 5}}, {"Cy", {99, 1}}});
  const auto results = team.result();
  EXPECT_EQ(crm::to_text(crm::competition_ranking(results)),
            "rank  who            points  grade  not assessed  veto\n"
            "   1  王芳            90.00  A      0.0 %         -\n"
            "   2  Bo              70.00  B      0.0 %         -\n"
            "   -  Cy               none  -      100.0 %       -\n");
}

}  // namespace
