#include <crmetrics/accumulators/mean.hpp>
#include <crmetrics/combinators/bootstrap.hpp>
#include <crmetrics/combinators/by.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/combinators/then.hpp>
#include <crmetrics/combinators/together.hpp>
#include <crmetrics/combinators/where.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/io/state_bytes.hpp>
#include <crmetrics/metrics/csat.hpp>
#include <crmetrics/metrics/error_rate.hpp>
#include <crmetrics/metrics/handle_time.hpp>
#include <crmetrics/runtime/dynamic_scorecard.hpp>
#include <crmetrics/scorecard/scorecard.hpp>
#include <crmetrics/workload/rng.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

namespace {

namespace crm = crmetrics;

struct call {
  int customer = 0;
  int agent = 1;
  double seconds = 100;
  int rating = 5;
  bool failed = false;
};

std::vector<call> some_calls(int customers, int each, std::uint64_t seed) {
  crm::workload::random_stream random(seed);
  std::vector<call> calls;
  for (int c = 0; c != customers; ++c) {
    for (int i = 0; i != each; ++i) {
      const auto seconds = static_cast<double>(random.between(60, 900));
      calls.push_back({c, static_cast<int>(random.below(3)), seconds,
                       static_cast<int>(random.between(1, 5)), random.chance(1, 20)});
    }
  }
  return calls;
}
const auto csat = crm::on(&call::rating, crm::csat{});
const auto handle_time = crm::on(&call::seconds, crm::handle_time{});

// --- the weights
// -----------------------------------------------------------------------------------

// 2^64 e^-1 (1 + 1 + 1/2 + ...), to 64 bits: worked out in exact fractions elsewhere. The chances
// are those of every table of the Poisson distribution: .3679, .7358, .9197, .9810.
TEST(bootstrap, weights_are_poisson_numbers_by_whole_thresholds) {
  using crm::detail::poisson_weight;
  static_assert(poisson_weight(0) == 0 && poisson_weight(0x5e2d58d8b3bcdf19) == 0);
  static_assert(poisson_weight(0x5e2d58d8b3bcdf1a) == 1);
  static_assert(poisson_weight(0xbc5ab1b16779be34) == 1 && poisson_weight(0xbc5ab1b16779be35) == 2);
  static_assert(poisson_weight(UINT64_MAX) == 20);
  const double below[] = {.36787944117144233, .7357588823428847, .9196986029286058,
                          .9810118431238462};
  for (std::size_t k = 0; k != 4; ++k) {
    EXPECT_NEAR(static_cast<double>(crm::detail::poisson_one[k]) / 0x1p64, below[k], 1e-15);
  }
}

TEST(bootstrap, weights_of_many_customers_have_the_frequencies_of_poisson) {
  std::vector<int> seen(30);
  double sum = 0;
  double product = 0;
  const int customers = 20'000;
  for (int c = 0; c != customers; ++c) {
    const crm::detail::replicate_weights weights(7, c);
    for (std::size_t r = 0; r != 10; ++r) {
      ++seen[weights.in(r)];
      sum += weights.in(r);
    }
    product += (weights.in(0) - 1.) * (weights.in(1) - 1.);
  }
  const double n = 10. * customers;
  EXPECT_NEAR(sum / n, 1, 4 / std::sqrt(n));
  double expected = std::exp(-1.);
  for (int k = 0; k != 6; ++k) {
    EXPECT_NEAR(seen[static_cast<std::size_t>(k)] / n, expected, 4 * std::sqrt(expected / n)) << k;
    expected /= k + 1;
  }
  EXPECT_NEAR(product / customers, 0, 4 / std::sqrt(customers)) << "replicates are independent";
}

// Worked out by another program, in exact fractions and whole numbers: they are part of the
// definition, states of all platforms and versions must agree on them.
TEST(bootstrap, weights_are_fixed_for_ever) {
  using row = std::vector<std::uint32_t>;
  const auto first = [](const crm::detail::replicate_weights& w) {
    row out;
    for (std::size_t r = 0; r != 16; ++r) out.push_back(w.in(r));
    return out;
  };
  EXPECT_EQ(first({7, 42}), (row{4, 1, 1, 2, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1, 2, 0}));
  EXPECT_EQ(first({7, -1}), (row{0, 0, 2, 0, 0, 3, 2, 2, 0, 0, 1, 2, 3, 0, 1, 2}));
  EXPECT_EQ(first({1, "C-1001"}), (row{0, 0, 1, 0, 2, 0, 0, 1, 0, 1, 2, 0, 0, 0, 2, 0}));
}

TEST(bootstrap, a_customer_is_the_same_whatever_type_its_key_has) {
  const auto first = [](const auto& key) {
    const crm::detail::replicate_weights w(3, key);
    std::vector<std::uint32_t> out;
    for (std::size_t r = 0; r != 40; ++r) out.push_back(w.in(r));
    return out;
  };
  EXPECT_EQ(first(-5), first(std::int64_t{-5}));
  EXPECT_EQ(first(7u), first(std::uint64_t{7}));
  EXPECT_EQ(first(std::string("ann")), first(std::string_view("ann")));
  EXPECT_EQ(first("ann"), first(std::string("ann")));
  EXPECT_NE(first(std::string("ann")), first(std::string("nna")));
  EXPECT_NE(first(1), first(2));
}

// --- what it is worth
// ------------------------------------------------------------------------------

// Where every customer called once the answer is known: sqrt(p (1 - p) / n), s / sqrt(n).
TEST(bootstrap, agrees_with_the_formulas_where_they_hold) {
  auto both = crm::bootstrap(&call::customer, crm::together(csat, handle_time));
  const auto calls = some_calls(400, 1, 11);
  both.update_many(calls);
  const auto [rating, time] = both.result();
  const auto [plain_rating, plain_time] = both.metric().result();
  EXPECT_EQ(rating.value(), plain_rating.value());
  EXPECT_EQ(rating.n(), 400u);
  // 1,000 replicates know a standard error to 2.2 %.
  EXPECT_NEAR(*rating.standard_error() / *plain_rating.standard_error(), 1, .08);
  EXPECT_NEAR(*time.standard_error() / *plain_time.standard_error(), 1, .08);
  EXPECT_NEAR(rating.interval()->low, plain_rating.interval()->low, .01);
  EXPECT_NEAR(time.interval()->high, plain_time.interval()->high, 5);
  EXPECT_EQ(rating.method(), "Poisson bootstrap, percentiles");
  EXPECT_EQ(rating.convention(), "share of 4-5, scale 1-5, bootstrap of 1000 from seed 1");
}

// Five equal answers of each customer are one answer: the error is sqrt(5) times what the formula
// for independent answers says.
TEST(bootstrap, sees_that_a_customer_answers_for_himself) {
  auto m = crm::bootstrap(&call::customer, csat);
  for (int c = 0; c != 300; ++c) {
    for (int i = 0; i != 5; ++i) m.update(call{c, 1, 100, c % 3 == 0 ? 2 : 5});
  }
  const double plain = *m.metric().result().standard_error();
  EXPECT_NEAR(*m.result().standard_error() / plain, std::sqrt(5.), .2);
}

TEST(bootstrap, keeps_the_correlation_of_metrics_of_the_same_customers) {
  struct difference_of_both {
    double operator()(const std::tuple<crm::estimate, crm::estimate>& r) const {
      return std::get<0>(r).value() - std::get<1>(r).value();
    }
  };
  // Two metrics that are the same: their difference is 0 in every replicate.
  auto m =
      crm::bootstrap(&call::customer, crm::then(crm::together(csat, csat), difference_of_both{}),
                     {.replicates = 50});
  m.update_many(some_calls(100, 2, 5));
  const auto r = m.result();
  static_assert(std::is_same_v<decltype(r.result), double>);
  EXPECT_EQ(r.result, 0);
  ASSERT_EQ(r.replicates.size(), 50u);
  for (const double x : r.replicates) EXPECT_EQ(x, 0);
}

TEST(bootstrap, of_too_few_customers_gives_no_error_rather_than_one_of_0) {
  auto m = crm::bootstrap(&call::customer, csat);
  for (int i = 0; i != 50; ++i) m.update(call{1, 1, 100, i % 2 == 0 ? 5 : 1});
  EXPECT_EQ(m.result().value(), .5);
  EXPECT_FALSE(m.result().standard_error()) << "fifty answers of one customer";
  EXPECT_FALSE(m.result().interval());
  EXPECT_EQ(m.fresh().result().status(), crm::status::no_data);
}

// --- merging
// ---------------------------------------------------------------------------------------

auto card() {
  return crm::make_scorecard(crm::component("csat", csat, crm::linear{.2, .8}, 2),
                             crm::component("time", handle_time, crm::linear{900, 100}, 1),
                             crm::veto("errors", crm::on(&call::failed, crm::error_rate{}),
                                       crm::above{.06}, crm::cap{30}))
      .graded({{"A", 60}, {"B", 40}, {"C", 0}});
}

TEST(bootstrap, parts_of_1_2_and_4_threads_are_the_same_state) {
  const auto calls = some_calls(200, 3, 17);
  const auto prototype = crm::bootstrap(&call::customer, card(), {.replicates = 100, .seed = 9});
  auto whole = prototype;
  for (const call& c : calls) whole.update(c);
  for (const std::size_t threads : {1u, 2u, 4u}) {
    std::vector<decltype(whole)> parts(threads, prototype);
    {
      std::vector<std::jthread> workers;
      for (std::size_t t = 0; t != threads; ++t) {
        workers.emplace_back([&, t] {
          std::vector<call> own;
          for (std::size_t i = t; i < calls.size(); i += threads) own.push_back(calls[i]);
          parts[t].update_many(own);
        });
      }
    }
    auto merged = prototype;
    for (std::size_t t = threads; t-- != 0;) merged.merge(parts[t]);
    EXPECT_EQ(merged, whole) << threads;
    EXPECT_EQ(crm::to_bytes(merged), crm::to_bytes(whole)) << threads;
    const auto a = merged.result();
    const auto b = whole.result();
    EXPECT_EQ(a.uncertainty->standard_error, b.uncertainty->standard_error);
    EXPECT_EQ(a.uncertainty->interval, b.uncertainty->interval);
  }
}

TEST(bootstrap, settings_keep_states_apart) {
  const auto refusal = [](auto a, const auto& b) -> std::string {
    try {
      a.merge(b);
    } catch (const crm::definition_mismatch& e) {
      return e.what();
    }
    return "merged";
  };
  const auto of = [](crm::resampling how) { return crm::bootstrap(&call::customer, csat, how); };
  EXPECT_EQ(refusal(of({.replicates = 20, .seed = 1}), of({.replicates = 20, .seed = 2})),
            "CSAT: two bootstraps do not merge: \", bootstrap of 20 from seed 1\" and "
            "\", bootstrap of 20 from seed 2\"");
  EXPECT_NE(refusal(of({20}), of({21})), "merged");
  EXPECT_NE(refusal(of({20}), crm::bootstrap(&call::agent, csat, {20})), "merged");
  EXPECT_NE(of({20}), of({21}));
  EXPECT_NE(of({20}), crm::bootstrap(&call::agent, csat, {20}));
  EXPECT_EQ(of({20, 3}).fresh(), of({20, 3}));
  EXPECT_THROW(static_cast<void>(of({.replicates = 19})), crm::invalid_setting);
}

TEST(bootstrap, an_event_without_a_customer_is_refused_by_row) {
  struct visit {
    std::optional<std::string> customer;
    int rating;
  };
  auto m = crm::bootstrap(&visit::customer, crm::on(&visit::rating, crm::csat{}), {20});
  const auto before = m;
  try {
    m.update_many(std::vector<visit>{{"ann", 5}, {std::nullopt, 4}, {"bo", 9}, {"", 3}}, "visits");
    FAIL();
  } catch (const crm::bad_input& e) {
    ASSERT_EQ(e.problems().total(), 3u);
    EXPECT_EQ(e.problems().begin()[0].row, 2u);
    EXPECT_EQ(e.problems().begin()[1].row, 3u);
    EXPECT_EQ(e.problems().begin()[2].row, 4u);
  }
  EXPECT_EQ(m, before);
  EXPECT_THROW(m.update(visit{"bo", 9}), crm::bad_input);
  EXPECT_EQ(m, before);
}

TEST(bootstrap, an_overflow_in_one_replicate_leaves_all_as_they_were) {
  auto m = crm::bootstrap(&call::customer, csat, {20});
  m.update(call{4}, crm::frequency_weight{UINT64_MAX / 8});
  const auto before = m;
  bool thrown = false;
  for (int i = 0; i != 8; ++i) {
    const auto last = m;
    try {
      m.update(call{4}, crm::frequency_weight{UINT64_MAX / 8});
    } catch (const crm::overflow&) {
      thrown = true;
      EXPECT_EQ(m, last);
    }
  }
  EXPECT_TRUE(thrown);
}

// --- around and inside others
// ----------------------------------------------------------------------

TEST(bootstrap, around_a_card_gives_interval_and_chances_of_the_grades) {
  auto m = crm::bootstrap(&call::customer, card(), {.replicates = 400, .seed = 2});
  m.update_many(some_calls(150, 2, 23));
  const crm::score_report r = m.result(crm::confidence_level(.9));
  ASSERT_TRUE(r.total && r.uncertainty);
  const crm::score_uncertainty& u = *r.uncertainty;
  EXPECT_EQ(u.method, "bootstrap");
  EXPECT_EQ(u.draws, 400u);
  EXPECT_EQ(u.seed, 2u);
  EXPECT_EQ(u.level, crm::confidence_level(.9));
  EXPECT_EQ(r.definition, card().definition()) << "the same rules";

  // By hand, from the replicates.
  std::vector<double> totals;
  double capped = 0;
  double in_c = 0;
  for (const auto& state : m.replicates()) {
    const auto drawn = state.result();
    totals.push_back(*drawn.total);
    capped += drawn.veto("errors").state == crm::veto_state::fired ? 1 : 0;
    in_c += drawn.band == "C" ? 1 : 0;
  }
  double mean = 0;
  for (const double t : totals) mean += t / 400;
  double squares = 0;
  for (const double t : totals) squares += (t - mean) * (t - mean);
  EXPECT_NEAR(u.standard_error, std::sqrt(squares / 399), 1e-12);
  std::sort(totals.begin(), totals.end());
  EXPECT_NEAR(u.interval.low, totals[19] + .95 * (totals[20] - totals[19]), 1e-9);
  EXPECT_NEAR(u.interval.high, totals[379] + .05 * (totals[380] - totals[379]), 1e-9);
  EXPECT_GT(capped, 0) << "the veto is judged anew";
  ASSERT_EQ(u.bands.size(), 3u);
  EXPECT_EQ(u.bands[2].band, "C");
  EXPECT_NEAR(u.bands[2].probability, in_c / 400, 1e-12);
  EXPECT_NEAR(u.at_least("C").value(), 1, 1e-12);
}

TEST(bootstrap, finds_the_grades_of_a_card_below_a_filter) {
  auto m = crm::bootstrap(&call::customer,
                          crm::where([](const call& c) { return c.agent != 0; }, card(), "trainee"),
                          {.replicates = 30});
  m.update_many(some_calls(60, 2, 29));
  const auto r = m.result();
  ASSERT_TRUE(r.uncertainty);
  EXPECT_EQ(r.uncertainty->bands.size(), 3u);
  EXPECT_GT(r.excluded.total(), 0u);
  EXPECT_FALSE(m.fresh().result().uncertainty);
}

TEST(bootstrap, under_by_and_inside_a_card) {
  const auto calls = some_calls(120, 3, 31);
  auto agents = crm::by(&call::agent, crm::bootstrap(&call::customer, card(), {50}));
  agents.update_many(calls);
  const auto results = agents.result();
  ASSERT_EQ(results.size(), 3u);
  for (const auto& [agent, report] : results) EXPECT_TRUE(report.uncertainty) << agent;
  auto team = crm::bootstrap(&call::customer, card(), {50});
  team.update_many(calls);
  EXPECT_EQ(agents.total(), team) << "the team is its agents, merged";

  auto outer = crm::make_scorecard(
      crm::component("csat", crm::bootstrap(&call::customer, csat, {50}), crm::linear{.2, .8}, 1),
      crm::component("desk", crm::bootstrap(&call::customer, card(), {50}), 1));
  outer.update_many(calls);
  const auto r = outer.result();
  EXPECT_EQ(r.component("csat").raw.method(), "Poisson bootstrap, percentiles");
  EXPECT_NEAR(*r.component("desk").raw.standard_error(), team.result().uncertainty->standard_error,
              1e-12);
}

// A card made at run time observes events without a customer; one of your own brings it.
TEST(bootstrap, around_a_card_that_was_made_at_run_time) {
  struct event_of_customer : crm::dynamic_event {
    int customer = 0;
  };
  const auto id = crm::interned("rating");
  std::vector<crm::dynamic_part> parts;
  parts.emplace_back(crm::component(
      crm::interned("csat"),
      crm::dynamic_metric(id, crm::on([](double x) { return static_cast<int>(x); }, crm::csat{})),
      crm::dynamic_curve(crm::linear{0, 1}), 1));
  auto m = crm::bootstrap(&event_of_customer::customer,
                          crm::dynamic_scorecard(std::move(parts)).graded({{"A", 50}, {"B", 0}}),
                          {.replicates = 40, .seed = 2});
  auto known =
      crm::bootstrap(&call::customer,
                     crm::make_scorecard(crm::component("csat", csat, crm::linear{0, 1}, 1))
                         .graded({{"A", 50}, {"B", 0}}),
                     {.replicates = 40, .seed = 2});
  for (int c = 0; c != 60; ++c) {
    const int rating = 1 + c % 5;
    m.update(event_of_customer{{id, static_cast<double>(rating)}, c});
    known.update(call{c, 1, 100, rating});
  }
  const auto r = m.result();
  ASSERT_TRUE(r.uncertainty);
  EXPECT_EQ(r.uncertainty->bands.size(), 2u);
  EXPECT_EQ(r.uncertainty->standard_error, known.result().uncertainty->standard_error);
}

TEST(bootstrap, several_types_of_events_share_their_customers) {
  struct review {
    std::string customer;
    int rating;
  };
  struct order {
    std::string customer;
    double seconds;
  };
  const auto customer_of = [](const auto& e) -> const std::string& { return e.customer; };
  auto m = crm::bootstrap(
      customer_of,
      crm::make_scorecard(
          crm::component("csat", crm::on(&review::rating, crm::csat{}), crm::linear{0, 1}, 1),
          crm::component("time", crm::on(&order::seconds, crm::handle_time{}), crm::linear{100, 0},
                         1)),
      {.replicates = 30});
  for (int c = 0; c != 40; ++c) {
    m.update(review{"c" + std::to_string(c), 1 + c % 5});
    m.update(order{"c" + std::to_string(c), 1. + c});
  }
  for (const auto& state : m.replicates()) {
    const auto r = state.result();
    EXPECT_EQ(r.component("csat").raw.n(), r.component("time").raw.n())
        << "a customer counts equally often in both";
  }
}

}  // namespace
