#include <crmetrics/accumulators/occurrences.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/io/score_text.hpp>
#include <crmetrics/metrics/csat.hpp>
#include <crmetrics/metrics/error_rate.hpp>
#include <crmetrics/metrics/given.hpp>
#include <crmetrics/scorecard/absent.hpp>
#include <crmetrics/scorecard/geometric.hpp>
#include <crmetrics/scorecard/linear.hpp>
#include <crmetrics/scorecard/minimum.hpp>
#include <crmetrics/scorecard/scaled.hpp>
#include <crmetrics/scorecard/scorecard.hpp>

#include <gtest/gtest.h>

#include <functional>
#include <string>

// Rules that would do the opposite of what they are for, or nothing, are refused when the card is
// made.
namespace {

namespace crm = crmetrics;

struct checked {
  bool failed;
};
struct rated {
  int points;
};
constexpr crm::linear curve{.floor = .3, .target = .9};

auto satisfaction(double weight = 1) {
  return crm::component("satisfaction", crm::on(&rated::points, crm::csat{}), curve, weight);
}
auto errors() { return crm::on(&checked::failed, crm::error_rate{}); }

std::string refusal(const std::function<void()>& make) {
  std::string out;
  try {
    make();
  } catch (const crm::bad_input& e) {
    for (const crm::problem& p : e.problems()) {
      out += p.field + (p.value.empty() ? "" : " \"" + p.value + "\"") + ": " + p.reason + "\n";
    }
  }
  return out;
}

TEST(wrong_side, vetoes_on_the_good_side_are_refused) {
  const auto with = [](auto metric, auto trigger) {
    return refusal([&] {
      crm::make_scorecard(satisfaction(), crm::veto("limit", metric, trigger, crm::cap{10}));
    });
  };
  const auto csat = crm::on(&rated::points, crm::csat{});
  EXPECT_EQ(with(csat, crm::above{.9}),
            "limit: the veto would fire on the good side: of its metric, higher is better\n");
  EXPECT_EQ(with(csat, crm::surely_above{.9}), with(csat, crm::above{.9}));
  EXPECT_EQ(with(csat, crm::more_than{3}), with(csat, crm::above{.9}));
  EXPECT_EQ(with(errors(), crm::below{.1}),
            "limit: the veto would fire on the good side: of its metric, lower is better\n");
  EXPECT_EQ(with(errors(), crm::surely_below{.1}), with(errors(), crm::below{.1}));
  EXPECT_EQ(with(csat, crm::below{.5}), "");
  EXPECT_EQ(with(errors(), crm::above{.1}), "");
  EXPECT_EQ(with(errors(), crm::more_than{3}), "");
}

TEST(wrong_side, bonuses_for_bad_results_and_deductions_for_good_ones_are_refused) {
  const auto csat = crm::on(&rated::points, crm::csat{});
  const auto with = [](auto part) {
    return refusal([&] { crm::make_scorecard(satisfaction(), part); });
  };
  const crm::points_each five{.points = 5, .at_most = 10};
  EXPECT_EQ(with(crm::bonus("extra", errors(), five)),
            "extra \"lower is better\": a bonus gives points for what is better to have less of\n");
  EXPECT_EQ(
      with(crm::deduction("extra", csat, five)),
      "extra \"higher is better\": a deduction takes points for what is better to have more of\n");
  EXPECT_EQ(with(crm::bonus("extra", csat, five)), "");
  EXPECT_EQ(with(crm::deduction("extra", errors(), five)), "");
  EXPECT_EQ(with(crm::deduction("extra", crm::on(&checked::failed, crm::occurrences{}), five)), "");
}

TEST(wrong_side, corrections_by_what_gets_better_are_refused) {
  const auto by = [](auto metric, crm::scaled rule) {
    return refusal([&] {
      crm::make_scorecard(satisfaction().corrected_by("other", rule),
                          crm::corrector("other", metric));
    });
  };
  EXPECT_EQ(
      by(errors(), {.start = .3, .full = .1, .strength = .5}),
      "satisfaction \"other\": correction: would take points where the corrector gets better, "
      "for it lower is better\n");
  EXPECT_EQ(
      by(crm::on(&rated::points, crm::csat{}), {.start = .3, .full = .6, .strength = .5}),
      "satisfaction \"other\": correction: would take points where the corrector gets better, "
      "for it higher is better\n");
  EXPECT_EQ(by(errors(), {.start = .1, .full = .3, .strength = .5}), "");
}

TEST(wrong_side, what_acts_on_the_whole_belongs_beside_the_groups) {
  EXPECT_EQ(refusal([] {
              crm::make_scorecard(
                  crm::group("service", 1, satisfaction(),
                             crm::veto("errors", errors(), crm::above{.1}, crm::cap{10}),
                             crm::deduction("faults", crm::on(&checked::failed, crm::occurrences{}),
                                            {.points = 1, .at_most = 5})));
            }),
            "errors \"service\": acts on the whole: it belongs beside the groups, not into one\n"
            "faults \"service\": acts on the whole: it belongs beside the groups, not into one\n");
}

TEST(wrong_side, names_are_one_line) {
  EXPECT_EQ(refusal([] {
              crm::make_scorecard(
                  crm::component("two\nlines", crm::on(&rated::points, crm::csat{}), curve, 1));
            }),
            "two\nlines: the name holds a control character\n");
}

TEST(wrong_side, a_level_is_combined_in_one_way) {
  EXPECT_EQ(refusal([] {
              crm::make_scorecard(crm::aggregated_by(crm::geometric{}), satisfaction(),
                                  crm::aggregated_by(crm::minimum{}));
            }),
            "scorecard: has more than one aggregated_by\n");
  EXPECT_EQ(refusal([] {
              crm::make_scorecard(
                  crm::aggregated_by(crm::geometric{}),
                  crm::group("service", 1, crm::aggregated_by(crm::minimum{}), satisfaction()));
            }),
            "");
}

TEST(wrong_side, a_blocked_band_is_one_of_the_cards) {
  const auto blocking = [](crm::label band) {
    return refusal([&] {
      crm::make_scorecard(satisfaction(),
                          crm::veto("errors", errors(), crm::above{.1}, crm::block_band{band}))
          .graded({{"A", 80}, {"B", 0}});
    });
  };
  EXPECT_EQ(blocking("A"), "");
  const std::string none = ": block_band: no band of this card that has one below it\n";
  EXPECT_EQ(blocking("S"), "errors \"S\"" + none);
  EXPECT_EQ(blocking("B"), "errors \"B\"" + none);  // below the last there is none
}

// ---- `fail` -----------------------------------------------------------------------------------

TEST(fail, says_which_component_had_to_have_a_score) {
  auto card = crm::make_scorecard(
      satisfaction(),
      crm::component("errors", errors(), crm::linear{.1, 0}, 1).when_absent(crm::fail{}));
  EXPECT_EQ(card.result().why_absent(), crm::absence::missing);
  for (int i = 0; i != 30; ++i) card.update(rated{5});
  const crm::score_report r = card.result();
  EXPECT_FALSE(r.total.has_value());
  EXPECT_EQ(r.failed_by, crm::label("errors"));
  EXPECT_EQ(r.why_absent(), crm::absence::required_absent);
  EXPECT_NE(to_text(r).find("total none: a required component has no score (errors)"),
            std::string::npos)
      << to_text(r);
  const auto house = crm::make_scorecard(crm::component("service", card, 1));
  const std::string outside =
      to_text(crm::make_scorecard(crm::component("desk", house, 1)).result());
  EXPECT_NE(outside.find("a required component has no score (service / errors); its weight"),
            std::string::npos)
      << outside;
  card.update(checked{false});
  EXPECT_TRUE(card.result().total.has_value());
}

TEST(fail, does_nothing_where_the_component_weighs_nothing) {
  const auto total_with = [](double group_weight, double own_weight) {
    auto card = crm::make_scorecard(
        crm::group("service", 1, satisfaction()),
        crm::group("shown only", group_weight,
                   crm::component("errors", errors(), crm::linear{.1, 0}, own_weight)
                       .when_absent(crm::fail{}),
                   crm::component("rest", crm::on(&rated::points, crm::csat{}), curve, 1)));
    for (int i = 0; i != 30; ++i) card.update(rated{5});
    return card.result().total.has_value();
  };
  EXPECT_TRUE(total_with(0, 1));
  EXPECT_TRUE(total_with(1, 0));
  EXPECT_FALSE(total_with(1, 1));
}

}  // namespace
