#include <crmetrics/adapters/boost_accumulators.hpp>
#include <crmetrics/adapters/boost_accumulators_merge.hpp>
#include <crmetrics/adapters/boost_accumulators_metric.hpp>
#include <crmetrics/adapters/boost_accumulators_update.hpp>
#include <crmetrics/combinators/by.hpp>
#include <crmetrics/combinators/on.hpp>

#include <boost/accumulators/accumulators.hpp>
#include <boost/accumulators/framework/accumulators/droppable_accumulator.hpp>
#include <boost/accumulators/statistics/count.hpp>
#include <boost/accumulators/statistics/max.hpp>
#include <boost/accumulators/statistics/mean.hpp>
#include <boost/accumulators/statistics/min.hpp>
#include <boost/accumulators/statistics/stats.hpp>
#include <boost/accumulators/statistics/sum.hpp>
#include <boost/accumulators/statistics/variance.hpp>
#include <boost/accumulators/statistics/weighted_mean.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace {

namespace crm = crmetrics;
namespace ba = boost::accumulators;

const std::vector<int> ratings = {5, 3, 4, 1, 5, 2, 5, 4, 4, 3, 5, 1, 5};
const std::vector<int> scores = {10, 9, 0, 7, 8, 10, 6, 3, 9, 10, 5, 7, 10, 9, 1};
const std::vector<double> seconds = {12.5, 30, 31.25, 0, 240, 29.999999, 61, 18};

// Feeds both and compares the whole states, which decide everything that a result says.
template <class Feature, class Metric, class Sample>
void expect_same_as_metric(Metric metric, const std::vector<Sample>& samples) {
  ba::accumulator_set<Sample, ba::stats<Feature>> acc(Feature::settings = metric);
  for (const Sample x : samples) {
    acc(x);
    metric.update(x);
  }
  EXPECT_EQ(crm::state_of<Feature>(acc), metric);
  const crm::estimate seen = crm::metric_extractor<Feature>{}(acc);
  EXPECT_EQ(seen.value(), metric.result().value());
  EXPECT_EQ(seen.interval(), metric.result().interval());
  EXPECT_EQ(seen.n(), samples.size());
}

TEST(boost_accumulators, every_feature_equals_its_metric) {
  expect_same_as_metric<crm::tag::csat>(crm::csat{}, ratings);
  expect_same_as_metric<crm::tag::rating_mean<1, 5>>(crm::ordinal<crm::rating_scale<1, 5>>{},
                                                     ratings);
  expect_same_as_metric<crm::tag::nps>(crm::nps{}, scores);
  expect_same_as_metric<crm::tag::whole_mean>(crm::integer_mean{}, scores);
  expect_same_as_metric<crm::tag::real_mean>(crm::mean{}, seconds);
  expect_same_as_metric<crm::tag::handle_time>(crm::handle_time{}, seconds);
  expect_same_as_metric<crm::tag::mean_span>(crm::duration{}, seconds);
  expect_same_as_metric<crm::tag::share_within>(crm::share_within{crm::seconds{30}}, seconds);
  const std::vector<std::optional<bool>> checks = {true, false, false, true, false};
  expect_same_as_metric<crm::tag::proportion>(crm::proportion{}, checks);
  expect_same_as_metric<crm::tag::error_rate>(crm::error_rate{}, checks);
}

TEST(boost_accumulators, extractors_by_name) {
  ba::accumulator_set<int,
                      ba::stats<crm::tag::csat, crm::tag::rating_mean<1, 5>, crm::tag::whole_mean>>
      acc;
  for (const int x : {5, 4, 4, 1}) acc(x);
  EXPECT_EQ(crm::extract::csat(acc).value(), 0.75);
  const double mean_rating = crm::extract::rating_mean<1, 5>(acc).value();
  EXPECT_EQ(mean_rating, 3.5);
  EXPECT_EQ(crm::extract::whole_mean(acc).value(), 3.5);

  ba::accumulator_set<double, ba::stats<crm::tag::real_mean, crm::tag::handle_time,
                                        crm::tag::mean_span, crm::tag::share_within>>
      spans(crm::tag::share_within::settings = crm::share_within{crm::seconds{30}});
  for (const double x : {10.0, 30.0, 50.0, 60.0}) spans(x);
  EXPECT_EQ(crm::extract::real_mean(spans).value(), 37.5);
  EXPECT_EQ(crm::extract::handle_time(spans).value(), 37.5);
  EXPECT_EQ(crm::extract::mean_span(spans).value(), 37.5);
  EXPECT_EQ(crm::extract::share_within(spans).value(), 0.5);

  ba::accumulator_set<bool, ba::stats<crm::tag::proportion, crm::tag::error_rate>> checks;
  for (const bool x : {true, false, false, false}) checks(x);
  EXPECT_EQ(crm::extract::proportion(checks).value(), 0.25);
  EXPECT_EQ(crm::extract::error_rate(checks).value(), 0.25);
  EXPECT_EQ(crm::extract::error_rate(checks).direction(), crm::direction::lower_is_better);
}

TEST(boost_accumulators, the_level_reaches_the_interval) {
  ba::accumulator_set<int, ba::stats<crm::tag::nps>> acc;
  for (const int x : scores) acc(x);
  const auto narrow = crm::extract::nps(acc, crm::confidence_level(0.8));
  const auto wide = crm::extract::nps(acc);
  EXPECT_EQ(narrow.level(), crm::confidence_level(0.8));
  EXPECT_LT(wide.interval()->low, narrow.interval()->low);
  EXPECT_EQ(ba::extract_result<crm::tag::nps>(acc).interval(), wide.interval());
}

TEST(boost_accumulators, an_empty_set_has_no_data) {
  const ba::accumulator_set<int, ba::stats<crm::tag::nps>> acc;
  EXPECT_EQ(crm::extract::nps(acc).status(), crm::status::no_data);
}

TEST(boost_accumulators, boost_is_the_oracle_of_means) {
  ba::accumulator_set<double, ba::stats<crm::tag::real_mean, crm::tag::handle_time, ba::tag::mean,
                                        ba::tag::variance>>
      acc;
  for (const double x : seconds) acc(x);
  const auto n = static_cast<double>(seconds.size());
  const double population_variance = ba::variance(acc);
  const double standard_error = std::sqrt(population_variance / (n - 1));
  EXPECT_NEAR(crm::extract::real_mean(acc).value(), ba::mean(acc), 1e-13 * ba::mean(acc));
  EXPECT_NEAR(*crm::extract::real_mean(acc).standard_error(), standard_error,
              1e-13 * standard_error);
  EXPECT_NEAR(crm::extract::handle_time(acc).value(), ba::mean(acc), 1e-13 * ba::mean(acc));
  EXPECT_NEAR(*crm::extract::handle_time(acc).standard_error(), standard_error,
              1e-13 * standard_error);
}

// Large values with a small spread: sums of squares in floating point cancel here.
TEST(boost_accumulators, standard_error_holds_where_squares_cancel) {
  ba::accumulator_set<double, ba::stats<crm::tag::real_mean>> acc;
  for (const double x : {1e9, 1e9 + 1, 1e9 + 2}) acc(x);
  EXPECT_NEAR(*crm::extract::real_mean(acc).standard_error(), std::sqrt(1.0 / 3), 1e-15);
}

using mixed = ba::accumulator_set<int, ba::stats<crm::tag::nps, ba::tag::count, ba::tag::sum,
                                                 ba::tag::min, ba::tag::max, ba::tag::mean>>;

mixed mixed_of(std::size_t from, std::size_t to) {
  mixed acc;
  for (std::size_t i = from; i != to; ++i) acc(scores[i]);
  return acc;
}

void expect_same(const mixed& a, const mixed& b) {
  EXPECT_EQ(crm::state_of<crm::tag::nps>(a), crm::state_of<crm::tag::nps>(b));
  EXPECT_EQ(ba::count(a), ba::count(b));
  EXPECT_EQ(ba::sum(a), ba::sum(b));
  EXPECT_EQ((ba::min)(a), (ba::min)(b));
  EXPECT_EQ((ba::max)(a), (ba::max)(b));
}

TEST(boost_accumulators, merging_parts_is_one_pass) {
  const mixed whole = mixed_of(0, scores.size());
  for (std::size_t cut = 0; cut <= scores.size(); ++cut) {
    mixed a = mixed_of(0, cut);
    EXPECT_EQ(&crm::merge(a, mixed_of(cut, scores.size())), &a);
    expect_same(a, whole);
    EXPECT_EQ(ba::mean(a), ba::mean(whole));
  }
}

TEST(boost_accumulators, a_set_goes_on_after_a_merge) {
  mixed a = mixed_of(0, 4);
  crm::merge(a, mixed_of(4, 9));
  for (std::size_t i = 9; i != scores.size(); ++i) a(scores[i]);
  expect_same(a, mixed_of(0, scores.size()));
}

TEST(boost_accumulators, a_set_may_be_merged_with_itself) {
  mixed a = mixed_of(0, scores.size());
  crm::merge(a, a);
  EXPECT_EQ(ba::count(a), 2 * scores.size());
  EXPECT_EQ(crm::extract::nps(a).n(), 2 * scores.size());
  EXPECT_EQ(crm::extract::nps(a).value(), crm::extract::nps(mixed_of(0, scores.size())).value());
}

TEST(boost_accumulators, sums_of_real_numbers_merge) {
  using set = ba::accumulator_set<double, ba::stats<crm::tag::real_mean, ba::tag::mean>>;
  set a;
  set b;
  set whole;
  for (std::size_t i = 0; i != seconds.size(); ++i) {
    (i < 3 ? a : b)(seconds[i]);
    whole(seconds[i]);
  }
  crm::merge(a, b);
  EXPECT_NEAR(ba::mean(a), ba::mean(whole), 1e-13 * ba::mean(whole));
  EXPECT_NEAR(crm::extract::real_mean(a).value(), ba::mean(whole), 1e-13 * ba::mean(whole));
}

TEST(boost_accumulators, a_mismatch_leaves_every_feature_as_it_was) {
  using set =
      ba::accumulator_set<double, ba::stats<ba::tag::count, crm::tag::share_within, ba::tag::sum>>;
  set a(crm::tag::share_within::settings = crm::share_within{crm::seconds{30}});
  set b(crm::tag::share_within::settings = crm::share_within{crm::seconds{60}});
  a(10.0);
  b(20.0);
  try {
    crm::merge(a, b);
    FAIL() << "two limits were merged";
  } catch (const crm::definition_mismatch& e) {
    EXPECT_NE(std::string(e.what()).find("within 30 s"), std::string::npos);
    EXPECT_NE(std::string(e.what()).find("within 60 s"), std::string::npos);
  }
  EXPECT_EQ(ba::count(a), 1U);
  EXPECT_EQ(ba::sum(a), 10.0);
  EXPECT_EQ(crm::extract::share_within(a).n(), 1U);
}

TEST(boost_accumulators, a_sum_that_leaves_its_type_is_refused) {
  using set = ba::accumulator_set<std::int32_t, ba::stats<ba::tag::count, ba::tag::sum>>;
  set a;
  set b;
  a((std::numeric_limits<std::int32_t>::max)());
  b(1);
  EXPECT_THROW(crm::merge(a, b), crm::overflow);
  EXPECT_EQ(ba::count(a), 1U);
  EXPECT_EQ(ba::sum(a), (std::numeric_limits<std::int32_t>::max)());
}

// --- weights

TEST(boost_accumulators, whole_weights_are_frequencies) {
  using set = ba::accumulator_set<int, ba::stats<crm::tag::nps, ba::tag::mean>, int>;
  set acc;
  acc(10, ba::weight = 3);
  acc(7, ba::weight = 0);
  acc(2, ba::weight = 2);
  crm::nps repeated;
  for (const int x : {10, 10, 10, 2, 2}) repeated.update(x);
  EXPECT_EQ(crm::state_of<crm::tag::nps>(acc), repeated);
  EXPECT_NEAR(ba::mean(acc), 34.0 / 5, 1e-15);

  try {
    acc(9, ba::weight = -1);
    FAIL() << "a negative weight was taken";
  } catch (const crm::bad_input& e) {
    EXPECT_EQ(e.problems().begin()->field, "weight");
    EXPECT_EQ(e.problems().begin()->value, "-1");
  }
}

TEST(boost_accumulators, real_weights_are_sampling_weights) {
  using set = ba::accumulator_set<
      int, ba::stats<crm::tag::csat, crm::tag::rating_mean<1, 5>, ba::tag::mean>, double>;
  using weighted_csat =
      crm::basic_csat<crm::rating_scale<1, 5>, crm::top_box<2>, crm::wilson, crm::missing::skip,
                      crm::invalid::reject, crm::weighted_count>;
  set acc;
  weighted_csat direct;
  double sum = 0;
  double squares = 0;
  for (std::size_t i = 0; i != ratings.size(); ++i) {
    const double w = 0.25 + static_cast<double>(i % 4);
    acc(ratings[i], ba::weight = w);
    direct.update(ratings[i], crm::sampling_weight(w));
    sum += w;
    squares += w * w;
  }
  EXPECT_EQ(crm::state_of<crm::tag::csat>(acc), direct);
  EXPECT_EQ(crm::extract::csat(acc).n(), ratings.size());
  EXPECT_NEAR(crm::extract::csat(acc).effective_n(), sum * sum / squares, 1e-12);
  const double mean_rating = crm::extract::rating_mean<1, 5>(acc).value();
  EXPECT_NEAR(mean_rating, ba::mean(acc), 1e-14);
  for (const double bad :
       {-1.0, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    EXPECT_THROW(acc(5, ba::weight = bad), crm::bad_input);
  }
}

TEST(boost_accumulators, shares_take_sampling_weights) {
  ba::accumulator_set<bool, ba::stats<crm::tag::proportion, crm::tag::error_rate>, float> acc;
  acc(true, ba::weight = 0.5F);
  acc(false, ba::weight = 1.5F);
  EXPECT_EQ(crm::extract::proportion(acc).value(), 0.25);
  EXPECT_EQ(crm::extract::error_rate(acc).value(), 0.25);
  EXPECT_EQ(crm::extract::error_rate(acc).effective_n(), 1.6);  // 2^2 / (0.25 + 2.25)
}

TEST(boost_accumulators, weighted_sets_merge) {
  using set = ba::accumulator_set<int, ba::stats<crm::tag::nps, ba::tag::mean>, double>;
  set a;
  set b;
  set whole;
  for (std::size_t i = 0; i != scores.size(); ++i) {
    const double w = 0.5 * static_cast<double>(1 + i % 3);  // exact in binary: sums in any order
    (i % 4 == 0 ? a : b)(scores[i], ba::weight = w);
    whole(scores[i], ba::weight = w);
  }
  crm::merge(a, b);
  EXPECT_EQ(crm::state_of<crm::tag::nps>(a), crm::state_of<crm::tag::nps>(whole));
  EXPECT_EQ(ba::mean(a), ba::mean(whole));
}

// --- settings and labels

struct within_a_minute {
  static crm::share_within prototype() { return crm::share_within{crm::minutes{1}}; }
};
struct strict;

TEST(boost_accumulators, several_limits_in_one_set) {
  using relaxed_tag = crm::tag::labelled_metric<crm::share_within, within_a_minute>;
  using strict_tag = crm::tag::labelled_metric<crm::share_within, strict>;
  using set =
      ba::accumulator_set<double, ba::stats<crm::tag::share_within, relaxed_tag, strict_tag>>;
  set acc(crm::tag::share_within::settings = crm::share_within{crm::seconds{30}},
          strict_tag::settings = crm::share_within{crm::seconds{15}});
  for (const double x : seconds) acc(x);
  EXPECT_EQ(crm::extract::share_within(acc).value(), 5.0 / 8);
  EXPECT_EQ(crm::metric_extractor<relaxed_tag>{}(acc).value(), 6.0 / 8);
  EXPECT_EQ(crm::metric_extractor<strict_tag>{}(acc).value(), 2.0 / 8);
}

struct survey {
  int agent = 0;
  int rating = 0;
};

TEST(boost_accumulators, combinators_are_features_too) {
  const auto by_agent = crm::by(&survey::agent, crm::on(&survey::rating, crm::csat{}));
  using feature = crm::tag::metric<std::remove_const_t<decltype(by_agent)>>;
  ba::accumulator_set<survey, ba::stats<feature>> a(feature::settings = by_agent);
  auto b = a;
  a(survey{1, 5});
  a(survey{2, 2});
  b(survey{1, 1});
  crm::merge(a, b);
  const auto groups = crm::metric_extractor<feature>{}(a);
  ASSERT_EQ(groups.size(), 2U);
  EXPECT_EQ(groups.find(1)->value(), 0.5);
  EXPECT_EQ(groups.find(2)->value(), 0.0);
}

TEST(boost_accumulators, missing_samples_are_counted) {
  ba::accumulator_set<std::optional<int>, ba::stats<crm::tag::nps>> acc;
  acc(std::optional<int>(10));
  acc(std::optional<int>());
  EXPECT_EQ(crm::extract::nps(acc).n(), 1U);
  EXPECT_EQ(crm::extract::nps(acc).missing(), 1U);

  ba::accumulator_set<double, ba::stats<crm::tag::csat>> real;
  real(4.0);
  real(std::numeric_limits<double>::quiet_NaN());
  EXPECT_EQ(crm::extract::csat(real).missing(), 1U);
}

// --- bad samples

TEST(boost_accumulators, a_score_off_the_scale_is_refused) {
  ba::accumulator_set<int, ba::stats<crm::tag::nps>> acc;
  acc(9);
  EXPECT_THROW(acc(11), crm::bad_input);
  EXPECT_EQ(crm::extract::nps(acc).n(), 1U);
  // The sample reaches the metric as it is given, not converted to the sample type of the set.
  EXPECT_THROW(acc(8.5), crm::bad_input);
}

TEST(boost_accumulators, update_many_takes_all_rows_or_none) {
  mixed acc = mixed_of(0, 5);
  const std::vector<int> bad = {10, 11, 3, -1};
  try {
    crm::update_many(acc, bad, "score");
    FAIL() << "bad rows were taken";
  } catch (const crm::bad_input& e) {
    ASSERT_EQ(e.problems().total(), 2U);
    const crm::problem* first = e.problems().begin();
    EXPECT_EQ(first[0].field, "score");
    EXPECT_EQ(first[0].row, 2U);
    EXPECT_EQ(first[0].value, "11");
    EXPECT_EQ(first[1].row, 4U);
    EXPECT_EQ(first[1].value, "-1");
  }
  expect_same(acc, mixed_of(0, 5));
  crm::update_many(acc, std::vector<int>(scores.begin() + 5, scores.end()));
  expect_same(acc, mixed_of(0, scores.size()));
}

// --- other features

struct parity_impl : ba::accumulator_base {
  using result_type = bool;
  template <class Args>
  explicit parity_impl(const Args&) {}
  template <class Args>
  void operator()(const Args& args) {
    odd_ = odd_ != (args[ba::sample] % 2 != 0);
  }
  bool result(ba::dont_care) const { return odd_; }
  void merge(const parity_impl& other) { odd_ = odd_ != other.odd_; }

 private:
  bool odd_ = false;
};
struct parity : ba::depends_on<> {
  using impl = boost::mpl::always<parity_impl>;
};

TEST(boost_accumulators, features_of_the_user_merge_by_their_own_merge) {
  using set = ba::accumulator_set<int, ba::stats<parity, ba::tag::count>>;
  set a;
  set b;
  a(3);
  b(4);
  b(7);
  crm::merge(a, b);
  EXPECT_FALSE(ba::extract_result<parity>(a));
  EXPECT_EQ(ba::count(a), 3U);
}

template <class Feature>
constexpr bool merges = crm::detail::can_merge<
    typename ba::accumulator_set<int, ba::features<Feature>>::template apply<Feature>::type>;

static_assert(merges<ba::tag::count> && merges<ba::tag::sum> && merges<ba::tag::min> &&
              merges<ba::tag::max> && merges<ba::tag::mean> && merges<crm::tag::nps>);
static_assert(!merges<ba::tag::variance> && !merges<ba::tag::lazy_variance> &&
              !merges<ba::tag::immediate_mean> && !merges<ba::tag::droppable<ba::tag::count>> &&
              !merges<ba::tag::droppable<crm::tag::nps>>);

}  // namespace
