#include <crmetrics/combinators/by.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/combinators/over.hpp>
#include <crmetrics/combinators/then.hpp>
#include <crmetrics/combinators/together.hpp>
#include <crmetrics/combinators/where.hpp>
#include <crmetrics/combinators/window.hpp>
#include <crmetrics/io/score_text.hpp>
#include <crmetrics/io/text.hpp>
#include <crmetrics/metrics/csat.hpp>
#include <crmetrics/metrics/error_rate.hpp>
#include <crmetrics/metrics/handle_time.hpp>
#include <crmetrics/scorecard/ranking.hpp>
#include <crmetrics/scorecard/scorecard.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace {

namespace crm = crmetrics;

struct call {
  double seconds = 0;
  bool handled = true;
  int agent = 1;
  std::optional<int> rating = {};
};

// A callable that holds a setting takes part in == and in merging.
struct longer_than {
  double seconds = 0;
  bool operator()(const call& c) const { return c.seconds > seconds; }
  friend bool operator==(const longer_than&, const longer_than&) = default;
};

const auto handle_time = crm::on(&call::seconds, crm::handle_time{});
const auto rating = crm::on(&call::rating, crm::csat{});
// Two handled calls of agent 1, one of agent 2; two that were not handled.
const std::vector<call> calls{
    {20, true, 1, 5}, {30, true, 1, 2}, {5, false, 1, 4}, {60, true, 2, {}}, {9, false, 3, 1}};

template <class Metric>
auto handled_only(Metric metric) {
  auto filtered = crm::where(&call::handled, std::move(metric), "not handled");
  filtered.update_many(calls);
  return filtered;
}

TEST(where, counts_and_shows_what_it_leaves_out) {
  const auto m = handled_only(rating);
  const crm::estimate e = m.result();
  EXPECT_EQ(e.n(), 2u);
  EXPECT_EQ(e.missing(), 1u);
  ASSERT_EQ(e.excluded().total(), 2u);
  EXPECT_EQ(e.excluded().begin()->cause.view(), "not handled");
  EXPECT_EQ(e.n() + e.missing() + e.excluded().total(), calls.size());
  EXPECT_EQ(e.convention(), "share of 4-5, scale 1-5, without: not handled");

  auto other = crm::where(&call::handled, rating, "other cause");
  EXPECT_THROW(other.merge(m), crm::definition_mismatch);
}

TEST(where, predicates_with_settings) {
  const auto over = [](double limit) {
    return crm::where(longer_than{limit}, handle_time, "short");
  };
  auto a = over(10);
  a.update(call{5});
  a.update(call{20});
  EXPECT_EQ(a.result().value(), 20);
  EXPECT_EQ(a.excluded(), 1u);
  EXPECT_EQ(a.metric().metric().result().n(), 1u);
  EXPECT_THROW(a.merge(over(20)), crm::definition_mismatch);
  EXPECT_NE(a.fresh(), over(20));
  EXPECT_EQ(a.fresh(), over(10));
  EXPECT_EQ(a.merge(a).excluded(), 2u);
}

TEST(where, what_is_left_out_is_not_looked_at) {
  auto handled = crm::where(&call::handled, handle_time, "lost");
  handled.update(call{-1, false});
  EXPECT_THROW(handled.update(call{-1, true}), crm::bad_input);
  EXPECT_EQ(handled.result().status(), crm::status::no_data);
  EXPECT_EQ(handled.result().excluded().total(), 1u);
}

TEST(where, two_of_them_show_both_causes) {
  auto nested =
      crm::where(&call::handled, crm::where(longer_than{10}, handle_time, "short"), "lost");
  nested.update_many(std::vector<call>{{5, true}, {50, false}, {50, true}});
  const crm::estimate result = nested.result();
  EXPECT_EQ(crm::to_text(result.excluded()), "1 excluded: short; 1 excluded: lost");
  EXPECT_EQ(result.convention(), "mean time of a handled segment, without: short, without: lost");
}

TEST(where, around_a_bundle_shows_what_it_leaves_out_beside_the_results) {
  const auto m = handled_only(crm::together(rating, handle_time));
  const auto [results, excluded] = m.result();
  EXPECT_EQ(std::get<0>(results).n(), 2u);
  EXPECT_EQ(std::get<1>(results).n(), 3u);
  EXPECT_EQ(excluded.total(), 2u);
  EXPECT_EQ(crm::to_text(excluded), "2 excluded: not handled");
  EXPECT_EQ((m + m).result().excluded.total(), 4u);
}

TEST(where, around_groups_and_windows_shows_what_it_leaves_out_beside_them) {
  const auto groups = handled_only(crm::by(&call::agent, rating)).result();
  EXPECT_EQ(groups.result.size(), 2u) << "nothing of agent 3 was let through";
  EXPECT_EQ(groups.excluded.total(), 2u);

  const auto epoch = [](const call&) { return crm::instant{0}; };
  const auto days = handled_only(crm::over(crm::calendar_days(), epoch, rating)).result();
  EXPECT_EQ(days.result.size(), 1u);
  EXPECT_EQ(days.excluded.total(), 2u);
}

TEST(where, around_where_around_groups_shows_both_causes_in_one_place) {
  const auto m = handled_only(crm::where(longer_than{25}, crm::by(&call::agent, rating), "short"));
  const auto r = m.result();
  EXPECT_EQ(r.result.find(1)->n(), 1u);
  EXPECT_EQ(crm::to_text(r.excluded), "1 excluded: short; 2 excluded: not handled");
}

TEST(where, around_a_function_of_results) {
  const auto value = [](const crm::estimate& e) { return e.value(); };
  const auto r = handled_only(crm::then(rating, value)).result();
  EXPECT_EQ(r.result, .5);
  EXPECT_EQ(r.excluded.total(), 2u);
}

auto card() {
  return crm::make_scorecard(crm::component("rating", rating, crm::linear{0, 1}, 1),
                             crm::component("time", handle_time, crm::linear{100, 0}, 1));
}

TEST(where, around_a_card_shows_what_it_leaves_out_in_its_report) {
  const auto filtered = handled_only(card());
  const crm::score_report r = filtered.result();
  EXPECT_EQ(r.excluded.total(), 2u);
  EXPECT_EQ(r.component("rating").raw.n(), 2u);
  EXPECT_NE(crm::to_text(r).find("weight not assessed 0.0 %; 2 excluded: not handled; rules"),
            std::string::npos)
      << crm::to_text(r);
  EXPECT_NE(r.definition, card().definition()) << "the same card without some calls is another";
  EXPECT_NE(r.definition, crm::where(&call::handled, card(), "lost").result().definition);
  EXPECT_EQ(r.definition, filtered.fresh().result().definition);

  auto team = crm::by(&call::agent, crm::where(&call::handled, card(), "not handled"));
  team.update_many(calls);
  const auto results = team.result();
  EXPECT_EQ(crm::competition_ranking(results).size(), 3u) << "it still ranks";
  EXPECT_EQ(results.find(3)->excluded.total(), 1u);
}

TEST(where, around_a_card_in_a_card_shows_what_it_leaves_out) {
  const auto r = [] {
    auto outer = crm::make_scorecard(
        crm::component("service", crm::where(&call::handled, card(), "not handled"), 1));
    outer.update_many(calls);
    return outer.result();
  }();
  EXPECT_EQ(r.component("service").raw.excluded().total(), 2u);
  EXPECT_NE(crm::to_text(r).find("left out of service: 2 excluded: not handled\n"),
            std::string::npos)
      << crm::to_text(r);
}

template <class Metric>
std::string refusal(Metric a, const Metric& b) {
  try {
    a.merge(b);
  } catch (const crm::definition_mismatch& e) {
    return e.what();
  }
  return "merged";
}
struct shorter_than {
  int seconds = 0;
  bool operator()(const call& c) const { return c.seconds < seconds; }
  std::string text() const { return "below " + std::to_string(seconds) + " s"; }
  friend bool operator==(const shorter_than&, const shorter_than&) = default;
};

TEST(where, a_mismatch_tells_the_two_filters_apart) {
  EXPECT_EQ(refusal(crm::where(&call::handled, rating, "lost"),
                    crm::where(&call::handled, rating, "not handled")),
            "CSAT: two filters do not merge: \"lost\" and \"not handled\"");
  EXPECT_EQ(
      refusal(crm::where(longer_than{10}, rating, "short"),
              crm::where(longer_than{20}, rating, "short")),
      "CSAT: two filters do not merge: both are called \"short\", but their predicates differ");
  EXPECT_EQ(refusal(crm::where(shorter_than{10}, rating, "long"),
                    crm::where(shorter_than{20}, rating, "long")),
            "CSAT: two filters do not merge: \"long\" (below 10 s) and \"long\" (below 20 s)");
}

TEST(where, its_count_never_wraps) {
  auto m = crm::where(&call::handled, rating, "lost");
  m.update(call{1, false});
  for (int i = 0; i != 63; ++i) m.merge(m);
  auto all = m;
  auto one_less = m.fresh();
  for (int i = 62; i >= 0; --i) {  // 2^63 - 1 more
    auto part = m.fresh();
    part.update(call{1, false});
    for (int k = 0; k != i; ++k) part.merge(part);
    one_less.merge(part);
  }
  all.merge(one_less);
  EXPECT_EQ(all.excluded(), UINT64_MAX);
  const auto before = all;
  EXPECT_THROW(all.update(call{1, false}), crm::overflow);
  EXPECT_EQ(all, before);
}

}  // namespace
