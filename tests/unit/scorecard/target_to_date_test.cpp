#include <crmetrics/scorecard/target_to_date.hpp>

#include <crmetrics/accumulators/mean.hpp>
#include <crmetrics/accumulators/proportion.hpp>
#include <crmetrics/metrics/error_rate.hpp>

#include <gtest/gtest.h>

#include <cstdint>

namespace {

namespace crm = crmetrics;
using crm::target_outlook;

template <class M = crm::proportion>
constexpr crm::estimate share(std::uint64_t x, std::uint64_t n) {
  M p;
  p.update(crm::successes_of{x, n});
  return p.result(crm::confidence_level::none());
}

TEST(target_to_date, what_the_rest_of_the_year_must_reach) {
  const auto goal = crm::target::at_least(.9);
  // 255 of 300 so far; 360 of 400 at the end takes 105 of 100, and 540 of 600 takes 285 of 300.
  EXPECT_EQ(crm::to_date(goal, share(255, 300), 100).outlook, target_outlook::out_of_reach);
  const auto half = crm::to_date(goal, share(255, 300), 300);
  EXPECT_EQ(half.outlook, target_outlook::open);
  EXPECT_EQ(half.needed, 285u);
  EXPECT_NEAR(*half.needed_share(), .95, 1e-15);
  EXPECT_EQ(half.so_far.state, crm::target_state::not_met);
  // 275 of 300: 279 of 310 is enough.
  const auto good = crm::to_date(goal, share(275, 300), 10);
  EXPECT_EQ(good.needed, 4u);
  const auto sure = crm::to_date(goal, share(279, 300), 10);
  EXPECT_EQ(sure.outlook, target_outlook::secured);
  EXPECT_EQ(sure.needed, 0u);
}

TEST(target_to_date, an_allowance_for_the_rest) {
  const auto goal = crm::target::at_most(.005);
  // 5 of 1,000 in all: 2 so far leave 3.
  const auto open = crm::to_date(goal, share<crm::error_rate>(2, 400), 600);
  EXPECT_EQ(open.needed, 3u);
  EXPECT_EQ(open.outlook, target_outlook::open);
  EXPECT_EQ(crm::to_date(goal, share<crm::error_rate>(6, 400), 600).outlook,
            target_outlook::out_of_reach);
  EXPECT_EQ(crm::to_date(goal, share<crm::error_rate>(0, 1'000), 5).outlook,
            target_outlook::secured);
}

TEST(target_to_date, is_the_smallest_number_that_is_enough) {
  for (std::uint64_t n = 0; n <= 40; n += 5) {
    for (std::uint64_t x = 0; x <= n; x += 3) {
      for (const std::uint64_t rest : {1U, 7U, 20U}) {
        for (const std::uint64_t percent : {50U, 70U, 93U}) {
          const auto r = crm::to_date(crm::target::at_least(static_cast<double>(percent) / 100),
                                      share(x, n), rest);
          std::uint64_t k = 0;
          while (k <= rest && 100 * (x + k) < percent * (n + rest)) ++k;
          if (k > rest) {
            EXPECT_EQ(r.outlook, target_outlook::out_of_reach);
          } else {
            EXPECT_EQ(r.needed, k);
          }
        }
      }
    }
  }
}

TEST(target_to_date, before_the_first_and_without_any) {
  const auto goal = crm::target::at_least(.9);
  const auto first = crm::to_date(goal, share(0, 0), 100);
  EXPECT_EQ(first.so_far.state, crm::target_state::not_assessed);
  EXPECT_EQ(first.needed, 90u);
  EXPECT_EQ(crm::to_date(goal, share(0, 0), 0).outlook, target_outlook::not_assessed);
  EXPECT_FALSE(crm::to_date(goal, share(9, 10), 0).needed_share().has_value());
  crm::mean m;
  m.update(3.);
  EXPECT_THROW(static_cast<void>(crm::to_date(goal, m.result(), 3)), crm::error);
}

// Targets on counts are constants where their metric is.
static_assert(crm::target::at_least(.95).judge(share(171, 180)).state == crm::target_state::met);
static_assert(crm::to_date(crm::target::at_least(.9), share(255, 300), 300).needed == 285);

}  // namespace
