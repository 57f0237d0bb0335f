#include <crmetrics/accumulators/occurrences.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <vector>

namespace {

namespace crm = crmetrics;

TEST(occurrences, counts_true_without_an_interval) {
  crm::occurrences m;
  m.update(true);
  m.update(false);
  m.update(std::optional<bool>{});
  m.update(true, {3});
  const crm::estimate e = m.result();
  EXPECT_EQ(e.value(), 4);
  EXPECT_EQ(e.n(), 5u);
  EXPECT_EQ(e.missing(), 1u);
  EXPECT_FALSE(e.interval().has_value());
  EXPECT_EQ(e.exact(), (crm::exact_ratio{4, 1}));
}

TEST(occurrences, nothing_observed_is_zero_with_n_zero) {
  const crm::estimate e = crm::occurrences{}.result();
  EXPECT_EQ(e.value(), 0);
  EXPECT_EQ(e.n(), 0u);
}

TEST(occurrences, merges_exactly) {
  crm::occurrences a, b, both;
  a.update_many(std::vector<std::optional<bool>>{true, false, std::nullopt});
  b.update(true, {7});
  both.update_many(std::vector<std::optional<bool>>{true, false, std::nullopt});
  both.update(true, {7});
  EXPECT_EQ(a + b, both);
  EXPECT_EQ(a + a.fresh(), a);
}

}  // namespace
