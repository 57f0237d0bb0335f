#include <crmetrics/runtime/dynamic_rules.hpp>
#include <crmetrics/scorecard/linear.hpp>
#include <crmetrics/scorecard/scaled.hpp>
#include <crmetrics/scorecard/veto_rules.hpp>

#include <gtest/gtest.h>

#include <array>
#include <span>
#include <string_view>

namespace {

namespace crm = crmetrics;

static_assert(crm::normaliser<crm::dynamic_curve>);
static_assert(crm::correction<crm::dynamic_correction>);
static_assert(crm::veto_trigger<crm::dynamic_trigger>);
static_assert(crm::veto_effect<crm::dynamic_effect>);
static_assert(crm::shrinking<crm::dynamic_shrinkage>);
static_assert(crm::combining<crm::dynamic_aggregation>);

template <class Policy>
std::uint64_t hash_of(const Policy& policy) {
  crm::detail::definition_hash hash;
  policy.describe(hash);
  return hash.value();
}
template <class Policy>
std::uint64_t problems_of(const Policy& policy) {
  crm::problem_list problems;
  policy.validate(problems, "part");
  return problems.total();
}

TEST(dynamic_rules, a_curve_is_the_curve_inside) {
  const crm::linear inside{900, 300};
  const crm::dynamic_curve held(inside);
  for (const double x : {1000., 900., 640.5, 300., 0.}) {
    EXPECT_EQ(held.score(x), inside.score(x));
    EXPECT_EQ(held.slope(x), inside.slope(x));
  }
  EXPECT_EQ(held.direction(), crm::direction::lower_is_better);
  EXPECT_EQ(hash_of(held), hash_of(inside)) << "the same rules";
  EXPECT_EQ(problems_of(crm::dynamic_curve(crm::linear{1, 1})), 1u);
  EXPECT_TRUE(held == crm::dynamic_curve(crm::linear{900, 300}));
  EXPECT_FALSE(held == crm::dynamic_curve(crm::linear{900, 301}));
}

TEST(dynamic_rules, a_correction_knows_its_slope_and_range) {
  const crm::scaled inside{.08, .18, .5};
  const crm::dynamic_correction held(inside);
  for (const double r : {0., .08, .12, .18, 1.}) {
    EXPECT_EQ(held.factor(r), inside.factor(r));
    EXPECT_EQ(held.slope(r), inside.slope(r));
  }
  ASSERT_TRUE(held.range().has_value());
  EXPECT_EQ(held.range()->first, .08);
  EXPECT_EQ(held.range()->second, .18);
  EXPECT_EQ(hash_of(held), hash_of(inside));
}

crm::estimate share(std::int64_t errors, std::int64_t n) {
  crm::estimate_parts parts;
  parts.unit = crm::unit::fraction;
  parts.status = crm::status::ok;
  parts.n = static_cast<std::uint64_t>(n);
  parts.exact = {errors, n};
  parts.value = parts.exact.value();
  return crm::estimate(parts);
}

TEST(dynamic_rules, triggers_and_effects) {
  const crm::dynamic_trigger over(crm::above{.005});
  EXPECT_FALSE(over.fires(share(1, 200)));
  EXPECT_TRUE(over.fires(share(2, 399)));
  EXPECT_FALSE(over.level_asked().has_value());
  const crm::dynamic_trigger sure(crm::surely_above{.005, crm::confidence_level{.9}});
  ASSERT_TRUE(sure.level_asked().has_value()) << "it asks for evidence of its own";
  EXPECT_EQ(sure.level_asked()->value(), .9);

  const crm::bands grades{{"A", 85}, {"B", 75}, {"C", 0}};
  const crm::dynamic_effect cap(crm::cap{59.9});
  EXPECT_EQ(cap.highest_total(), 59.9);
  EXPECT_EQ(cap.band_left(grades, 1), 1u) << "a cap leaves the band to the total";
  const crm::dynamic_effect drop(crm::drop_bands{1});
  EXPECT_EQ(drop.highest_total(), 100);
  EXPECT_EQ(drop.band_left(grades, 0), 1u);
  EXPECT_EQ(hash_of(drop), hash_of(crm::drop_bands{1}));
  EXPECT_EQ(problems_of(crm::dynamic_effect(crm::cap{101})), 1u);
}

struct halfway {
  constexpr crm::estimate shrink(const crm::estimate& e) const {
    crm::estimate_parts parts = e.parts();
    parts.value = (parts.value + .5) / 2;
    return crm::estimate(parts);
  }
  constexpr double slope(const crm::estimate&) const { return .5; }
  constexpr void validate(crm::problem_list&, std::string_view) const {}
  constexpr void describe(crm::detail::definition_hash& hash) const { hash.add("halfway"); }
  friend constexpr bool operator==(const halfway&, const halfway&) = default;
};
struct first_only {
  constexpr double combine(std::span<const double>, std::span<const double> scores,
                           std::span<double> gradient) const {
    gradient[0] = 1;
    return scores[0];
  }
  constexpr void validate(crm::problem_list&, std::string_view) const {}
  constexpr void describe(crm::detail::definition_hash& hash) const { hash.add("first"); }
  friend constexpr bool operator==(const first_only&, const first_only&) = default;
};

TEST(dynamic_rules, shrinkage_and_means_of_a_users_own) {
  const crm::dynamic_shrinkage held(halfway{});
  EXPECT_EQ(held.shrink(share(1, 10)).value(), .3);
  EXPECT_EQ(held.slope(share(1, 10)), .5);
  EXPECT_TRUE(halfway{} == halfway{});

  const crm::dynamic_aggregation mean(first_only{});
  const std::array<double, 2> weights{.5, .5};
  const std::array<double, 2> scores{70, 20};
  std::array<double, 2> gradient{};
  EXPECT_EQ(mean.combine(weights, scores, gradient), 70);
  EXPECT_EQ(gradient[0], 1);
  EXPECT_EQ(hash_of(mean), hash_of(first_only{}));
  EXPECT_TRUE(first_only{} == first_only{});
}

}  // namespace
