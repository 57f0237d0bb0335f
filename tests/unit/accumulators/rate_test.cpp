#include <crmetrics/accumulators/rate.hpp>
#include <crmetrics/intervals/poisson_exact.hpp>

#include <gtest/gtest.h>

#include "state.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace {

using crmetrics::per;
using crmetrics::rate;
using crmetrics::rate_pair;
using crmetrics::status;

static_assert(crmetrics::metric<rate, rate_pair>);
static_assert(crmetrics::metric<rate, std::optional<rate_pair>>);
static_assert(!crmetrics::observes<rate, double>);

const per per_thousand{1'000, "contacts"};

TEST(rate, per_thousand_contacts) {
  rate r{per_thousand};
  r.update(rate_pair{60, 514'775});
  const crmetrics::estimate e = r.result();
  EXPECT_DOUBLE_EQ(e.value(), 60'000.0 / 514'775);
  EXPECT_EQ(e.exact(), (crmetrics::exact_ratio{60'000, 514'775}));
  EXPECT_NEAR(*e.standard_error(), 1000 * std::sqrt(60.0) / 514'775, 1e-16);
  EXPECT_EQ(e.n(), 514'775u);
  EXPECT_EQ(e.convention(), "events per 1000 contacts");
  EXPECT_EQ(e.method(), "Poisson score");
  EXPECT_EQ(e.unit(), crmetrics::unit::per_exposure);
  // Both ends solve the score equation |x - r T| = z sqrt(r T).
  for (const double end : {e.interval()->low, e.interval()->high}) {
    const double expected_events = end * 514.775;
    EXPECT_NEAR(std::abs(60 - expected_events), 1.959963984540054 * std::sqrt(expected_events),
                1e-12);
  }
}

TEST(rate, exact_interval_by_tag) {
  // The example of poisson.test in base R, Welsh nickel workers: 137 deaths where 24.19893 were
  // expected. The ends are gamma quantiles, here by scipy 1.17.
  crmetrics::basic_rate<crmetrics::events_per_exposure, crmetrics::poisson_exact> r{
      per{100'000, "expected deaths"}};
  r.update(rate_pair{137, 2'419'893});
  EXPECT_NEAR(r.result().value(), 137 / 24.19893, 1e-14);
  EXPECT_NEAR(r.result().interval()->low, 4.75312480484875, 1e-10);
  EXPECT_NEAR(r.result().interval()->high, 6.692709334176073, 1e-10);
  EXPECT_EQ(r.result().method(), "Poisson exact");
}

TEST(rate, plain_rate_is_per_unit) {
  rate r;
  r.update(rate_pair{3, 12});
  EXPECT_EQ(r.result().value(), 0.25);
  EXPECT_EQ(r.result().convention(), "events per unit of exposure");
}

TEST(rate, edge_cases) {
  EXPECT_EQ(rate{}.result().status(), status::no_data);
  rate idle;
  idle.update(rate_pair{0, 0});
  EXPECT_EQ(idle.result().status(), status::no_data);
  rate unexposed;
  unexposed.update(rate_pair{2, 0});
  EXPECT_EQ(unexposed.result().status(), status::undefined);
  EXPECT_FALSE(unexposed.result().interval().has_value());
  unexposed.update(rate_pair{0, 8});
  EXPECT_EQ(unexposed.result().value(), 0.25);
  rate none;
  none.update(rate_pair{0, 100});
  EXPECT_EQ(none.result().value(), 0);
  EXPECT_EQ(none.result().interval()->low, 0);
  EXPECT_NEAR(none.result().interval()->high, 3.841458820694124 / 100, 1e-16);
  rate missing;
  missing.update(std::nullopt);
  missing.update(std::optional<rate_pair>());
  EXPECT_EQ(missing.result().missing(), 2u);
}

TEST(rate, negative_numbers_are_refused_with_all_rows) {
  rate r{per_thousand};
  r.update(rate_pair{1, 100});
  const rate before = r;
  const std::vector<rate_pair> rows{{1, 1}, {-1, 5}, {2, 2}, {1, -5}};
  try {
    r.update_many(rows, "complaints");
    FAIL() << "nothing was thrown";
  } catch (const crmetrics::bad_input& e) {
    ASSERT_EQ(e.problems().total(), 2u);
    const crmetrics::problem* problems = e.problems().begin();
    EXPECT_EQ(problems[0].row, 2u);
    EXPECT_EQ(problems[0].field, "complaints");
    EXPECT_EQ(problems[0].value, "-1 / 5");
    EXPECT_EQ(problems[0].reason, "negative events");
    EXPECT_EQ(problems[1].row, 4u);
    EXPECT_EQ(problems[1].reason, "negative exposure");
  }
  EXPECT_EQ(r, before);
  crmetrics::basic_rate<crmetrics::events_per_exposure, crmetrics::poisson_score,
                        crmetrics::missing::skip, crmetrics::invalid::count>
      counting;
  counting.update_many(rows);
  EXPECT_EQ(counting.result().invalid(), 2u);
  EXPECT_EQ(counting.result().value(), 1);
}

TEST(rate, settings_are_checked_and_must_agree) {
  EXPECT_THROW((rate{per{0, "contacts"}}), crmetrics::invalid_setting);
  EXPECT_THROW((rate{per{-5, "contacts"}}), crmetrics::invalid_setting);
  EXPECT_THROW((rate{per{1, ""}}), crmetrics::invalid_setting);
  EXPECT_THROW((rate{per{1, "1000 contacts"}}), crmetrics::invalid_setting);
  EXPECT_THROW((rate{per{1, "a name of an exposure that is longer than forty characters"}}),
               crmetrics::invalid_setting);
  rate a{per_thousand};
  a.update(rate_pair{1, 10});
  const rate before = a;
  for (const per& other : {per{100, "contacts"}, per{1'000, "customers"}}) {
    rate b{other};
    try {
      a.merge(b);
      FAIL() << "nothing was thrown";
    } catch (const crmetrics::definition_mismatch& e) {
      const std::string text = e.what();
      EXPECT_NE(text.find(std::string(a.convention().view())), std::string::npos);
      EXPECT_NE(text.find(std::string(b.convention().view())), std::string::npos);
    }
  }
  EXPECT_EQ(a, before);
  EXPECT_EQ(a.fresh(), rate{per_thousand});
}

TEST(rate, overflow_leaves_the_state_as_it_was) {
  rate r{per_thousand};
  r.update(rate_pair{INT64_MAX - 1, 5});
  const rate before = r;
  EXPECT_THROW(r.update(rate_pair{2, 1}), crmetrics::overflow);
  EXPECT_THROW(r.update(rate_pair{0, 2}, {INT64_MAX}), crmetrics::overflow);
  EXPECT_THROW(r.merge(before), crmetrics::overflow);
  EXPECT_EQ(r, before);
  EXPECT_FALSE(r.result().exact().known());
  EXPECT_DOUBLE_EQ(r.result().value(), 9223372036854775806.0 * 200);
}

TEST(rate, merges_to_the_same_state_in_any_order) {
  std::vector<std::optional<rate_pair>> pairs;
  for (std::int64_t i = 0; i != 150; ++i) {
    pairs.push_back(i % 19 == 0 ? std::nullopt
                                : std::optional<rate_pair>(rate_pair{i % 3, i * i % 53}));
  }
  rate whole{per_thousand};
  whole.update_many(pairs);
  for (const std::size_t cut : {0u, 1u, 100u, 150u}) {
    rate a = whole.fresh();
    rate b = whole.fresh();
    for (std::size_t i = pairs.size(); i-- != 0;) (i < cut ? a : b).update(pairs[i]);
    EXPECT_EQ(a.merge(b), whole);
  }
  EXPECT_EQ(crmetrics::test::read_back(whole), whole);
  rate doubled{per_thousand};
  for (const auto& p : pairs) doubled.update(p, {2});
  EXPECT_EQ(rate(whole).merge(whole), doubled);
  EXPECT_EQ(rate{per_thousand}.merge(whole), whole);
}

TEST(rate, missing_that_leave_64_bits_leave_the_state_as_it_was) {
  rate m;
  m.update(std::nullopt, {UINT64_MAX});
  m.update(rate_pair{1, 2});
  const rate before = m;
  EXPECT_THROW(m.update(std::nullopt), crmetrics::overflow);
  EXPECT_THROW(m.merge(before), crmetrics::overflow);
  EXPECT_EQ(m, before);
}

TEST(rate, hostile_states_are_refused) {
  const auto read = [](std::uint64_t events, std::uint64_t exposure) {
    return crmetrics::test::made_of(rate{}, [&](auto& out) {
      for (const std::uint64_t part : {events, exposure, std::uint64_t{0}, std::uint64_t{0}}) {
        out.put(part);
      }
    });
  };
  EXPECT_EQ(read(3, 12).result().value(), 0.25);
  EXPECT_THROW(read(UINT64_MAX, 12), crmetrics::bad_bytes);
  EXPECT_THROW(read(3, UINT64_MAX), crmetrics::bad_bytes);
}

}  // namespace
