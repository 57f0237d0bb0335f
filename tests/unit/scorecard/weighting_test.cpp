#include <crmetrics/combinators/on.hpp>
#include <crmetrics/metrics/given.hpp>
#include <crmetrics/scorecard/entropy_weights.hpp>
#include <crmetrics/scorecard/equal_weights.hpp>
#include <crmetrics/scorecard/part_weight.hpp>
#include <crmetrics/scorecard/scorecard.hpp>
#include <crmetrics/scorecard/weighting.hpp>

#include "problems.hpp"

#include <vector>

namespace {

namespace crm = crmetrics;

static_assert(!crm::reference_dependent<crm::weighting>);
static_assert(crm::reference_dependent<crm::reference_weighting>);

struct day {
  crm::figure quality, speed;
};
auto card(double quality, double speed) {
  return crm::make_scorecard(
      crm::component("quality", crm::on(&day::quality, crm::given{}), crm::linear{0, 100}, quality),
      crm::component("speed", crm::on(&day::speed, crm::given{}), crm::linear{0, 100}, speed));
}
const crm::weighting agreed{{.75, .25}, "agreed by the works council", 42};

TEST(weighting, goes_to_components_one_by_one_or_to_a_card_by_name) {
  auto made = card(agreed[0], agreed[1]);
  auto changed = card(1, 1).reweighted(agreed.for_parts({"quality", "speed"}));
  made.update(day{{80}, {40}});
  changed.update(day{{80}, {40}});
  EXPECT_NEAR(*made.result().total, 70, 1e-12);
  EXPECT_EQ(*made.result().total, *changed.result().total);
  EXPECT_EQ(made.definition(), changed.definition());
  // In the order of the criteria, whatever the order in the card.
  auto turned = card(1, 1).reweighted(agreed.for_parts({"speed", "quality"}));
  turned.update(day{{80}, {40}});
  EXPECT_NEAR(*turned.result().total, 50, 1e-12);
}

// Weights taken from those who are listed would move everybody with the list: into a card they go
// frozen only (tests/compile_fail/weights_of_the_listed.cpp).
TEST(weighting, from_data_is_frozen_before_it_goes_into_a_card) {
  const std::vector<double> listed = {90, 40, 60, 50, 70, 55};
  const auto taken = crm::entropy_weights({listed, 2});
  const crm::weighting frozen = taken.fixed();
  EXPECT_EQ(frozen.weights, taken.weights);
  EXPECT_EQ(frozen.source, taken.source) << "the units that it was frozen from";
  EXPECT_EQ(frozen.provenance, "entropy weights of 2 criteria over 3 units, frozen");
  auto by_frozen = card(1, 1).reweighted(frozen.for_parts({"quality", "speed"}));
  by_frozen.update(day{{90}, {40}});
  EXPECT_NEAR(*by_frozen.result().total, 40 + 50 * taken.weights[0], 1e-12);

  // A fourth unit gives other weights: another definition, whose totals do not compare.
  std::vector<double> four = listed;
  four.insert(four.end(), {10, 52});
  const auto others = crm::entropy_weights({four, 2}).fixed();
  EXPECT_NE(card(1, 1).reweighted(others.for_parts({"quality", "speed"})).definition(),
            by_frozen.definition());
  EXPECT_NE(others.source, frozen.source);
}

TEST(weighting, names_and_weights_must_fit) {
  problems::expect_part(problems::said_by([] { return agreed.for_parts({"quality"}); }),
                        "as many parts are needed as there are weights (2)");
  const auto unknown = agreed.for_parts({"quality", "sped"});
  EXPECT_THROW(static_cast<void>(card(1, 1).reweighted(unknown)), crm::bad_input);
}

TEST(weighting, is_a_range_and_says_where_it_comes_from) {
  EXPECT_EQ(agreed.size(), 2U);
  double sum = 0;
  for (const double w : agreed) sum += w;
  EXPECT_EQ(sum, 1);
  EXPECT_EQ(agreed.provenance, "agreed by the works council");
  EXPECT_NE(agreed, crm::equal_weights(2));
}

}  // namespace
