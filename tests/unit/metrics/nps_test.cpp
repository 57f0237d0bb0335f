#include <crmetrics/intervals/net_score.hpp>
#include <crmetrics/intervals/wald.hpp>
#include <crmetrics/metrics/nps.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <ranges>
#include <string>
#include <type_traits>
#include <vector>

namespace {

namespace crm = crmetrics;

template <class Interval = crm::adjusted_wald>
auto nps_of(std::uint64_t detractors, std::uint64_t passives, std::uint64_t promoters) {
  crm::basic_nps<crm::scale_0_10, Interval> nps;
  nps.update(0, crm::frequency_weight{detractors});
  nps.update(7, crm::frequency_weight{passives});
  nps.update(10, crm::frequency_weight{promoters});
  return nps.result();
}

// The R package NPS 2.0.999 (brendan-r/NPS), run on these counts: detractors, passives, promoters.
struct published {
  std::uint64_t d, p, pr;
  double nps, variance, error;
  crm::interval wald, adjusted, score;
};
const published table[] = {
    {1,
     2,
     3,
     .333333,
     .555556,
     .304290,
     {-.263065, .929731},
     {-.267433, .711877},
     {-.311074, .753957}},
    {3, 6, 11, .4, .54, .164317, {.077945, .722055}, {.043934, .651718}, {.035133, .662569}},
    {20, 30, 50, .3, .61, .078102, {.146922, .453078}, {.140511, .442013}, {.139551, .443393}},
    {75,
     675,
     250,
     .175,
     .294375,
     .017157,
     {.141372, .208628},
     {.140859, .208094},
     {.141398, .208781}},
    {0, 0, 10, 1, 0, 0, {1, 1}, {.475036, 1}, {.444934, 1}},  // adjusted: 1.063426, clipped
    {0, 1, 9, .9, .09, .094868, {.714061, 1}, {.380792, 1}, {.372688, .982124}},
};

TEST(nps, value_error_and_intervals_as_published) {
  constexpr double digits = 5.1e-7;
  for (const published& row : table) {
    SCOPED_TRACE(row.nps);
    const crm::estimate adjusted = nps_of(row.d, row.p, row.pr);
    EXPECT_NEAR(adjusted.value(), row.nps, digits);
    EXPECT_NEAR(*adjusted.standard_error(), row.error, digits);
    const double variance =
        *adjusted.standard_error() * *adjusted.standard_error() * static_cast<double>(adjusted.n());
    EXPECT_NEAR(variance, row.variance, digits);
    EXPECT_NEAR(adjusted.interval()->low, row.adjusted.low, digits);
    EXPECT_NEAR(adjusted.interval()->high, row.adjusted.high, digits);
    const auto wald = *nps_of<crm::wald>(row.d, row.p, row.pr).interval();
    EXPECT_NEAR(wald.low, row.wald.low, digits);
    EXPECT_NEAR(wald.high, row.wald.high, digits);
    const auto score = *nps_of<crm::net_score>(row.d, row.p, row.pr).interval();
    EXPECT_NEAR(score.low, row.score.low, digits);
    EXPECT_NEAR(score.high, row.score.high, digits);
  }
}

// A real retail survey (BenaventC/NPSgame, CC0; 6,806 answers), by the same package.
TEST(nps, a_real_survey_as_published) {
  const crm::estimate adjusted = nps_of(606, 2004, 4196);
  EXPECT_NEAR(adjusted.value(), .527476, 5e-7);
  EXPECT_NEAR(*adjusted.standard_error(), .007924, 5e-7);
  EXPECT_NEAR(adjusted.interval()->low, .511714, 5e-7);
  EXPECT_NEAR(adjusted.interval()->high, .542773, 5e-7);
  const auto wald = *nps_of<crm::wald>(606, 2004, 4196).interval();
  EXPECT_NEAR(wald.low, .511945, 5e-7);
  EXPECT_NEAR(wald.high, .543006, 5e-7);
}

// Of the tests of the same package.
TEST(nps, small_samples_as_in_the_tests_of_the_r_package) {
  const auto of = [](const std::vector<int>& scores) {
    crm::nps nps;
    nps.update_many(scores);
    return nps.result();
  };
  EXPECT_DOUBLE_EQ(of({0, 7, 7, 9, 9, 9}).value(), 1. / 3);
  EXPECT_NEAR(*of({0, 7, 7, 9, 9, 9}).standard_error(), .304, 5e-4);
  EXPECT_EQ(of({1, 9}).value(), 0);
  EXPECT_NEAR(*of({1, 9}).standard_error(), .707, 5e-4);
  EXPECT_EQ(of({7, 9}).value(), .5);
  EXPECT_NEAR(*of({7, 9}).standard_error(), .354, 5e-4);
  EXPECT_EQ(of({0, 7, 9}).value(), 0);
  EXPECT_NEAR(*of({0, 7, 9}).standard_error(), .471, 5e-4);
}

// Promoters and detractors come from one sample: taken as independent, 250 and 75 of 1,000 would
// give 0.016027.
TEST(nps, promoters_and_detractors_are_not_independent) {
  EXPECT_NEAR(*nps_of(75, 675, 250).standard_error(), std::sqrt(.294375 / 1000), 1e-16);
}

TEST(nps, each_point_of_the_scale_is_in_its_class) {
  for (int score = 0; score <= 10; ++score) {
    crm::nps nps;
    nps.update(score);
    EXPECT_EQ(nps.detractors().observations(), score <= 6 ? 1u : 0u) << score;
    EXPECT_EQ(nps.passives().observations(), score == 7 || score == 8 ? 1u : 0u) << score;
    EXPECT_EQ(nps.promoters().observations(), score >= 9 ? 1u : 0u) << score;
  }
}

TEST(nps, scale_without_a_zero) {
  crm::basic_nps<crm::scale_1_10> nps;
  EXPECT_THROW(nps.update(0), crm::bad_input);
  nps.update(1);
  nps.update(10);
  EXPECT_EQ(nps.result().value(), 0);
  EXPECT_EQ(nps.result().convention(), crm::scale_1_10::name);
}

TEST(nps, exact_quotient_and_definition) {
  const crm::estimate e = nps_of(2, 3, 7);  // 5 / 12
  EXPECT_EQ(e.exact(), (crm::exact_ratio{5, 12}));
  EXPECT_EQ(e.value(), 5. / 12);
  EXPECT_EQ(e.n(), 12u);
  EXPECT_EQ(e.effective_n(), 12);
  EXPECT_EQ(e.name(), "NPS");
  EXPECT_EQ(e.method(), "adjusted Wald");
  EXPECT_EQ(e.unit(), crm::unit::net_fraction);
  EXPECT_EQ(e.direction(), crm::direction::higher_is_better);
  EXPECT_EQ(e.level(), crm::confidence_level(.95));
}

TEST(nps, no_data_is_a_status) {
  crm::nps nps;
  EXPECT_EQ(nps.result().status(), crm::status::no_data);
  EXPECT_THROW(static_cast<void>(nps.result().value()), crm::no_value);
  nps.update(std::nullopt);
  nps.update(std::nan(""));
  nps.update(std::optional<int>());
  const crm::estimate e = nps.result();
  EXPECT_EQ(e.status(), crm::status::no_data);
  EXPECT_EQ(e.missing(), 3u);
  EXPECT_FALSE(e.interval().has_value());
}

TEST(nps, one_answer_has_a_value_and_an_interval) {
  const crm::estimate e = nps_of(0, 0, 1);
  EXPECT_EQ(e.value(), 1);
  EXPECT_EQ(*e.standard_error(), 0);
  EXPECT_LT(e.interval()->low, e.interval()->high);
}

TEST(nps, missing_policies) {
  crm::basic_nps<crm::scale_0_10, crm::adjusted_wald, crm::missing::as_passive> passive;
  for (const std::optional<int> score : {std::optional(10), std::optional<int>()}) {
    passive.update(score);
  }
  EXPECT_EQ(passive.result().value(), .5);
  EXPECT_EQ(passive.result().n(), 2u);
  EXPECT_EQ(passive.result().missing(), 1u) << "counted and shown whatever the policy";

  crm::basic_nps<crm::scale_0_10, crm::adjusted_wald, crm::missing::reject> strict;
  try {
    strict.update(std::nullopt);
    FAIL() << "accepted";
  } catch (const crm::bad_input& e) {
    EXPECT_STREQ(e.what(),
                 "1 problem\n  NPS score: value \"missing\": no value, and the policy is to refuse "
                 "that");
  }
}

TEST(nps, scores_off_the_scale_are_refused_with_field_and_value) {
  const auto message = [](auto score) {
    crm::nps nps;
    try {
      nps.update(score);
    } catch (const crm::bad_input& e) {
      EXPECT_EQ(nps, crm::nps{});
      return std::string(e.what());
    }
    return std::string("accepted");
  };
  const std::string reason = ": not a whole point of the scale";
  EXPECT_EQ(message(11), "1 problem\n  NPS score: value \"11\"" + reason);
  EXPECT_EQ(message(-1), "1 problem\n  NPS score: value \"-1\"" + reason);
  EXPECT_EQ(message(9.5), "1 problem\n  NPS score: value \"9.5\"" + reason);
  EXPECT_EQ(message(1e-7), "1 problem\n  NPS score: value \"1e-07\"" + reason);
  EXPECT_EQ(message(std::optional(300)), "1 problem\n  NPS score: value \"300\"" + reason);
  EXPECT_EQ(message(UINT64_MAX), "1 problem\n  NPS score: value \"18446744073709551615\"" + reason);
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(message(infinity), "1 problem\n  NPS score: value \"inf\"" + reason);
  EXPECT_EQ(message(-infinity), "1 problem\n  NPS score: value \"-inf\"" + reason);
  EXPECT_EQ(message(9.0), "accepted");
}

TEST(nps, update_many_names_all_bad_rows_and_takes_none) {
  crm::nps nps;
  nps.update(3);
  const crm::nps before = nps;
  try {
    nps.update_many(std::vector<double>{9, 11, 10, -1, std::nan(""), 7.5}, "recommend");
    FAIL() << "accepted";
  } catch (const crm::bad_input& e) {
    EXPECT_STREQ(e.what(),
                 "3 problems\n"
                 "  row 2: recommend: value \"11\": not a whole point of the scale\n"
                 "  row 4: recommend: value \"-1\": not a whole point of the scale\n"
                 "  row 6: recommend: value \"7.5\": not a whole point of the scale");
  }
  EXPECT_EQ(nps, before);
}

TEST(nps, invalid_scores_are_counted_where_the_policy_says_so) {
  crm::basic_nps<crm::scale_0_10, crm::adjusted_wald, crm::missing::skip, crm::invalid::count> nps;
  nps.update_many(std::vector<double>{9, 11, -3, 10, std::nan("")});
  nps.update(99, crm::frequency_weight{5});
  const crm::estimate e = nps.result();
  EXPECT_EQ(e.n(), 2u);
  EXPECT_EQ(e.invalid(), 7u);
  EXPECT_EQ(e.missing(), 1u);
  EXPECT_EQ(e.value(), 1);
}

// By hand: answers +1 (weights 2 and 1), 0 (3), -1 (1.5). Net 1.5 / 7.5; Kish 7.5^2 / 16.25;
// SE^2 = (0.8^2 x 5 + 0.2^2 x 9 + 1.2^2 x 2.25) / 7.5^2 = 6.8 / 56.25. The interval: adjusted Wald
// on the shares times n_eff, by SciPy 1.17's normal quantile.
TEST(nps, sampling_weights) {
  crm::basic_nps<crm::scale_0_10, crm::adjusted_wald, crm::missing::skip, crm::invalid::reject,
                 crm::weighted_count>
      nps;
  nps.update(10, crm::sampling_weight(2));
  nps.update(9, crm::sampling_weight(1));
  nps.update(8, crm::sampling_weight(3));
  nps.update(3, crm::sampling_weight(1.5));
  nps.update(std::nullopt, crm::sampling_weight(7));
  const crm::estimate e = nps.result();
  EXPECT_NEAR(e.value(), .2, 1e-15);
  EXPECT_EQ(e.n(), 4u);
  EXPECT_EQ(e.missing(), 1u);
  EXPECT_NEAR(e.effective_n(), 3.4615384615384617, 1e-14);
  EXPECT_NEAR(*e.standard_error(), 0.3476907949441413, 1e-15);
  EXPECT_NEAR(e.interval()->low, -0.46055408877589293, 1e-14);
  EXPECT_NEAR(e.interval()->high, 0.6748398030616072, 1e-14);
  EXPECT_FALSE(e.exact().known());
}

TEST(nps, equal_sampling_weights_are_no_weights) {
  crm::basic_nps<crm::scale_0_10, crm::net_score, crm::missing::skip, crm::invalid::reject,
                 crm::weighted_count>
      weighted;
  crm::basic_nps<crm::scale_0_10, crm::net_score> plain;
  for (int score : {0, 3, 7, 8, 9, 10, 10}) {
    weighted.update(score, crm::sampling_weight(2.5));
    plain.update(score);
  }
  const crm::estimate w = weighted.result();
  const crm::estimate p = plain.result();
  EXPECT_NEAR(w.value(), p.value(), 1e-15);
  EXPECT_NEAR(*w.standard_error(), *p.standard_error(), 1e-15);
  EXPECT_NEAR(w.interval()->low, p.interval()->low, 1e-12);
  EXPECT_NEAR(w.interval()->high, p.interval()->high, 1e-12);
}

TEST(nps, weights_that_are_all_zero_leave_the_value_undefined) {
  crm::basic_nps<crm::scale_0_10, crm::adjusted_wald, crm::missing::skip, crm::invalid::reject,
                 crm::weighted_count>
      nps;
  nps.update(10, crm::sampling_weight(0));
  EXPECT_EQ(nps.result().status(), crm::status::undefined);
  EXPECT_EQ(nps.result().n(), 1u);
}

// What is no score in a column of T, also where its lowest byte or a rounding would be one.
template <class T>
std::vector<T> no_scores() {
  std::vector<T> out;
  const auto add = [&](auto... x) {
    const auto one = [&](auto v) {
      const T t = static_cast<T>(v);
      if (static_cast<long double>(t) == static_cast<long double>(v)) out.push_back(t);
    };
    (one(x), ...);
  };
  add(-1, -7, 11, 127, 128, 133, 255, 256, 256 + 5, -251, 0x8005, 0x10005, -0x7fffffff, INT64_MIN);
  add((std::int64_t{1} << 32) + 5, (std::int64_t{1} << 52) + 5, (std::int64_t{1} << 53) + 4,
      UINT64_MAX, (std::uint64_t{1} << 63) + 5);
  if constexpr (std::is_floating_point_v<T>) {
    using limits = std::numeric_limits<T>;
    const T nine = 9;
    for (const T x : {T(.5), T(8.5), T(10.25), T(-.25), std::nextafter(nine, T(0)),
                      std::nextafter(nine, T(99)), limits::infinity(), -limits::infinity(),
                      limits::max(), limits::lowest(), limits::min(), limits::denorm_min()}) {
      out.push_back(x);
    }
  }
  return out;
}

// A column is read sixteen numbers at a time, in runs of 127 such steps, and in blocks of 1024:
// every length around those must come out as the loop does.
template <class Scale, class T>
void columns_equal_the_loop() {
  using metric = crm::basic_nps<Scale>;
  std::uint32_t state = 1;
  std::vector<T> column;
  for (std::size_t length : {0u, 1u, 15u, 16u, 17u, 31u, 32u, 33u, 100u, 1023u, 1024u, 1025u, 2031u,
                             2032u, 2033u, 2048u, 5000u}) {
    column.resize(length);
    for (T& x : column) {
      state = state * 1664525 + 1013904223;
      x = static_cast<T>(Scale::low + static_cast<int>((state >> 16) % (11 - Scale::low)));
      if constexpr (std::is_floating_point_v<T>) {
        if (state >> 28 == 0) x = std::numeric_limits<T>::quiet_NaN();
        if (state >> 28 == 1) x = -x * 0;
        if (x == 0) x = Scale::low;
      }
    }
    metric bulk;
    bulk.update_many(column);
    metric loop;
    for (const T x : column) loop.update(x);
    EXPECT_EQ(bulk, loop) << length;

    // A bad one anywhere is found and named.
    for (const T bad : no_scores<T>()) {
      for (const std::size_t at : {std::size_t{0}, length / 2, length - 1}) {
        if (length == 0 || (length > 1100 && length != 5000)) continue;
        std::vector<T> spoiled = column;
        spoiled[at] = bad;
        try {
          bulk.update_many(spoiled);
          ADD_FAILURE() << "accepted " << +bad << " at " << at << " of " << length;
        } catch (const crm::bad_input& e) {
          EXPECT_EQ(e.problems().total(), 1u);
          EXPECT_EQ(e.problems().begin()->row, at + 1);
        }
        EXPECT_EQ(bulk, loop);
      }
    }
  }
}
TEST(nps, columns_of_bytes) {
  columns_equal_the_loop<crm::scale_0_10, std::uint8_t>();
  columns_equal_the_loop<crm::scale_0_10, std::int8_t>();
  columns_equal_the_loop<crm::scale_1_10, std::uint8_t>();
  columns_equal_the_loop<crm::scale_1_10, char>();
}
TEST(nps, columns_of_wider_numbers) {
  columns_equal_the_loop<crm::scale_0_10, std::int16_t>();
  columns_equal_the_loop<crm::scale_1_10, std::uint16_t>();
  columns_equal_the_loop<crm::scale_0_10, std::int32_t>();
  columns_equal_the_loop<crm::scale_1_10, std::uint32_t>();
  columns_equal_the_loop<crm::scale_0_10, std::int64_t>();
  columns_equal_the_loop<crm::scale_1_10, std::uint64_t>();
  columns_equal_the_loop<crm::scale_0_10, float>();
  columns_equal_the_loop<crm::scale_1_10, float>();
  columns_equal_the_loop<crm::scale_0_10, double>();
  columns_equal_the_loop<crm::scale_1_10, double>();
}

TEST(nps, missing_scores_of_a_column_go_where_the_policy_says) {
  std::vector<double> column(3'000, 9.);
  column[5] = column[2'999] = std::numeric_limits<double>::quiet_NaN();
  crm::nps skips;
  skips.update_many(column);
  EXPECT_EQ(skips.result().n(), 2'998u);
  EXPECT_EQ(skips.result().missing(), 2u);
  using none = crm::basic_nps<crm::scale_0_10, crm::adjusted_wald, crm::missing::as_passive>;
  none passive;
  passive.update_many(column);
  EXPECT_EQ(passive.passives().observations(), 2u);
  EXPECT_EQ(passive.result().n(), 3'000u);
  using all = crm::basic_nps<crm::scale_0_10, crm::adjusted_wald, crm::missing::reject>;
  all refuses;
  try {
    refuses.update_many(column);
    FAIL();
  } catch (const crm::bad_input& e) {
    ASSERT_EQ(e.problems().total(), 2u);
    EXPECT_EQ(e.problems().begin()->row, 6u);
  }
  EXPECT_EQ(refuses, all{});
}

TEST(nps, counts_that_leave_their_range_throw) {
  crm::nps nps;
  nps.update(9, crm::frequency_weight{INT64_MAX});
  const crm::nps before = nps;
  EXPECT_THROW(nps.update(9, crm::frequency_weight{2}), crm::overflow);
  EXPECT_THROW(nps.merge(before), crm::overflow);
  EXPECT_EQ(nps, before);
  nps.update(0, crm::frequency_weight{1});
  EXPECT_THROW(static_cast<void>(nps.result()), crm::overflow) << "n is not shown wrapped around";
}

// What a range makes on the fly may not be the same a second time: it is read once.
TEST(nps, rows_made_on_the_fly_are_read_once) {
  std::vector<int> read;
  int next = 0;
  const std::vector<int> scores{9, 99, 8, 10, -1, 3};
  auto rows = std::views::iota(0, 6) | std::views::transform([&](int) {
                read.push_back(scores[static_cast<std::size_t>(next)]);
                return scores[static_cast<std::size_t>(next++ % 6)];
              });
  crmetrics::nps n;
  try {
    n.update_many(rows, "score");
    FAIL() << "nothing was thrown";
  } catch (const crmetrics::bad_input& e) {
    ASSERT_EQ(e.problems().total(), 2u);
    EXPECT_EQ(e.problems().begin()[0].row, 2u);
    EXPECT_EQ(e.problems().begin()[1].row, 5u);
  }
  EXPECT_EQ(n, crmetrics::nps{});
  EXPECT_EQ(read, scores);
}

}  // namespace
