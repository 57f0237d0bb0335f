#include <crmetrics/accumulators/proportion.hpp>
#include <crmetrics/intervals/clopper_pearson.hpp>

#include <gtest/gtest.h>

#include "state.hpp"

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace {

using crmetrics::proportion;
using crmetrics::sampling_weight;
using crmetrics::status;
using crmetrics::successes_of;

static_assert(crmetrics::metric<proportion, bool>);
static_assert(crmetrics::metric<proportion, std::optional<bool>>);
static_assert(crmetrics::metric<proportion, successes_of>);
static_assert(!crmetrics::observes<proportion, int>, "3 is not a yes");
static_assert(!crmetrics::observes<proportion, const char*>);
static_assert(sizeof(proportion) == 32);

proportion of(std::uint64_t successes, std::uint64_t trials) {
  proportion p;
  p.update(successes_of{successes, trials});
  return p;
}

TEST(proportion, wilson_intervals_of_published_examples) {
  // The last four: Newcombe 1998, Statistics in Medicine 17, 857-872, table I (printed to 4
  // digits); all to 7 digits from prop.test(correct = FALSE) of base R.
  struct row {
    std::uint64_t x, n;
    double low, high;
  };
  for (const row& r :
       {row{4, 20, .0806577, .4160174}, row{18, 20, .6989664, .9721335}, row{0, 30, 0, .1135134},
        row{1, 30, .0059086, .1667039}, row{280, 400, .6533628, .7428323},
        row{81, 263, .2552885, .3662096}, row{15, 148, .0623864, .1604872}, row{0, 20, 0, .1611252},
        row{1, 29, .0061132, .1717552}}) {
    const crmetrics::estimate e = of(r.x, r.n).result();
    const auto n = static_cast<double>(r.n);
    const double p = static_cast<double>(r.x) / n;
    EXPECT_EQ(e.value(), p);
    EXPECT_EQ(e.n(), r.n);
    EXPECT_EQ(e.exact(), (crmetrics::exact_ratio{static_cast<std::int64_t>(r.x),
                                                 static_cast<std::int64_t>(r.n)}));
    EXPECT_NEAR(*e.standard_error(), std::sqrt(p * (1 - p) / n), 1e-15);
    EXPECT_NEAR(e.interval()->low, r.low, 5.1e-8);
    EXPECT_NEAR(e.interval()->high, r.high, 5.1e-8);
    EXPECT_EQ(e.method(), "Wilson");
  }
}

TEST(proportion, the_interval_is_a_template_argument) {
  crmetrics::basic_proportion<crmetrics::share_of_successes, crmetrics::clopper_pearson> p;
  p.update(successes_of{4, 20});
  EXPECT_NEAR(p.result().interval()->low, .0573340, 5.1e-8);
  EXPECT_NEAR(p.result().interval()->high, .4366140, 5.1e-8);
}

TEST(proportion, nothing_is_no_data) {
  const crmetrics::estimate e = proportion{}.result();
  EXPECT_EQ(e.status(), status::no_data);
  EXPECT_FALSE(e.has_value());
  EXPECT_FALSE(e.interval().has_value());
  EXPECT_THROW(static_cast<void>(e.value()), crmetrics::no_value);
}

TEST(proportion, counts_of_elsewhere_equal_the_single_answers) {
  proportion single;
  for (int i = 0; i != 7; ++i) single.update(i < 3);
  EXPECT_EQ(of(3, 7), single);
  EXPECT_EQ(single.successes().observations(), 3u);
  EXPECT_EQ(single.failures().observations(), 4u);
}

TEST(proportion, merges_to_the_same_state_as_one_pass) {
  std::vector<std::optional<bool>> answers;
  for (int i = 0; i != 101; ++i) {
    answers.push_back(i % 11 == 0 ? std::nullopt : std::optional<bool>(i % 3 == 0));
  }
  proportion whole;
  whole.update_many(answers);
  for (std::size_t cut : {0u, 1u, 50u, 101u}) {
    proportion a;
    proportion b;
    for (std::size_t i = 0; i != answers.size(); ++i) (i < cut ? a : b).update(answers[i]);
    EXPECT_EQ(a.merge(b), whole);
  }
  EXPECT_EQ(whole.result().missing(), 10u);
  EXPECT_EQ(whole.result().n(), 91u);
  EXPECT_EQ(crmetrics::test::read_back(whole), whole);
  EXPECT_EQ(whole.fresh(), proportion{});
  EXPECT_EQ(proportion{}.merge(whole), whole);
}

TEST(proportion, weight_two_is_observed_twice) {
  proportion once;
  once.update(true, {2});
  once.update(std::nullopt, {2});
  proportion twice;
  for (int i = 0; i != 2; ++i) {
    twice.update(true);
    twice.update(std::nullopt);
  }
  EXPECT_EQ(once, twice);
}

TEST(proportion, missing_policies) {
  using as_failure = crmetrics::basic_proportion<crmetrics::share_of_successes, crmetrics::wilson,
                                                 crmetrics::missing::as_failure>;
  as_failure strict;
  strict.update(true);
  strict.update(std::nullopt);
  EXPECT_EQ(strict.result().value(), 0.5);
  EXPECT_EQ(strict.result().missing(), 1u);
  EXPECT_EQ(strict.result().convention(), "successes / observed, missing as failure");

  using refusing = crmetrics::basic_proportion<crmetrics::share_of_successes, crmetrics::wilson,
                                               crmetrics::missing::reject>;
  refusing none;
  EXPECT_THROW(none.update(std::nullopt), crmetrics::bad_input);
  EXPECT_EQ(none, refusing{});
}

TEST(proportion, missing_as_failure_changes_both_counts_or_none) {
  crmetrics::basic_proportion<crmetrics::share_of_successes, crmetrics::wilson,
                              crmetrics::missing::as_failure>
      p;
  p.update(false, {INT64_MAX});
  const auto before = p;
  EXPECT_THROW(p.update(std::nullopt, {2}), crmetrics::overflow);
  EXPECT_EQ(p, before);
}

TEST(proportion, more_successes_than_trials_are_refused_with_the_row) {
  proportion p = of(1, 2);
  const proportion before = p;
  const std::vector<successes_of> rows{{1, 2}, {3, 2}, {0, 0}, {5, 4}};
  try {
    p.update_many(rows, "renewals");
    FAIL() << "nothing was thrown";
  } catch (const crmetrics::bad_input& e) {
    ASSERT_EQ(e.problems().total(), 2u);
    const crmetrics::problem* problems = e.problems().begin();
    EXPECT_EQ(problems[0].row, 2u);
    EXPECT_EQ(problems[0].field, "renewals");
    EXPECT_EQ(problems[0].value, "3");
    EXPECT_EQ(problems[1].row, 4u);
  }
  EXPECT_EQ(p, before);

  crmetrics::basic_proportion<crmetrics::share_of_successes, crmetrics::wilson,
                              crmetrics::missing::skip, crmetrics::invalid::count>
      counting;
  counting.update_many(rows);
  EXPECT_EQ(counting.result().invalid(), 2u);
  EXPECT_EQ(counting.result().n(), 2u);
}

TEST(proportion, more_than_63_bits_are_an_overflow_not_a_number) {
  constexpr std::uint64_t most = INT64_MAX;
  proportion p = of(most, most);
  const proportion before = p;
  EXPECT_THROW(p.update(true, {2}), crmetrics::overflow);
  EXPECT_THROW(p.update(successes_of{0, UINT64_MAX}), crmetrics::overflow);
  EXPECT_THROW(p.merge(of(1, 5)), crmetrics::overflow);
  EXPECT_EQ(p, before);
  p.update(false);  // each count fits, their sum does not
  EXPECT_THROW(static_cast<void>(p.result()), crmetrics::overflow);
}

TEST(proportion, missing_that_leave_64_bits_leave_the_state_as_it_was) {
  proportion p;
  p.update(std::nullopt, {UINT64_MAX});
  p.update(true);
  const proportion before = p;
  EXPECT_THROW(p.update(std::nullopt), crmetrics::overflow);
  EXPECT_THROW(p.merge(before), crmetrics::overflow);
  EXPECT_EQ(p, before);
}

using sampled = crmetrics::basic_proportion<crmetrics::share_of_successes, crmetrics::wilson,
                                            crmetrics::missing::skip, crmetrics::invalid::reject,
                                            crmetrics::weighted_count>;

TEST(proportion, sampling_weights_against_the_definition) {
  struct answer {
    bool yes;
    double w;
  };
  const std::vector<answer> answers{{true, 1.5}, {false, 0.5}, {true, 2}, {false, 3}, {true, 0.25}};
  sampled p;
  double total = 0, yes = 0, squares = 0;
  for (const answer& a : answers) {
    p.update(a.yes, sampling_weight{a.w});
    total += a.w;
    yes += a.yes ? a.w : 0;
    squares += a.w * a.w;
  }
  const double share = yes / total;
  double spread = 0;
  for (const answer& a : answers) spread += a.w * a.w * std::pow((a.yes ? 1 : 0) - share, 2);
  const crmetrics::estimate e = p.result();
  EXPECT_NEAR(e.value(), share, 1e-15);
  EXPECT_NEAR(*e.standard_error(), std::sqrt(spread) / total, 1e-15);
  EXPECT_NEAR(e.effective_n(), total * total / squares, 1e-14);
  EXPECT_EQ(e.n(), 5u);
}

TEST(proportion, equal_sampling_weights_change_nothing) {
  sampled weighted;
  proportion plain;
  for (int i = 0; i != 20; ++i) {
    weighted.update(i < 4, sampling_weight{2.5});
    plain.update(i < 4);
  }
  EXPECT_NEAR(weighted.result().effective_n(), 20, 1e-12);
  EXPECT_NEAR(weighted.result().interval()->low, plain.result().interval()->low, 1e-14);
  EXPECT_NEAR(*weighted.result().standard_error(), *plain.result().standard_error(), 1e-15);
}

TEST(proportion, sampling_weights_that_are_all_zero_are_undefined) {
  sampled p;
  p.update(true, sampling_weight{0});
  EXPECT_EQ(p.result().status(), status::undefined);
}

}  // namespace
