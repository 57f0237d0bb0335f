#include <crmetrics/accumulators/mean.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/metrics/csat.hpp>
#include <crmetrics/metrics/nps.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <vector>

namespace {

namespace crm = crmetrics;

struct survey {
  std::optional<int> rating;
  int doubled() const { return rating.value_or(1) * 2; }
};

template <class M>
M fed(M m) {
  m.update_many(std::vector<survey>{{5}, {2}, {3}, {4}, {std::nullopt}});
  return m;
}

TEST(on, members_member_functions_lambdas_and_pointers) {
  EXPECT_EQ(fed(crm::on(&survey::rating, crm::csat{})).result().exact(), (crm::exact_ratio{2, 4}));
  EXPECT_EQ(fed(crm::on(&survey::doubled, crm::mean{})).result().n(), 5u);
  EXPECT_EQ(fed(crm::on([](const survey& s) { return s.rating; }, crm::csat{})).result().n(), 4u);
  auto through_pointers = crm::on(&survey::rating, crm::csat{});
  through_pointers.update(std::make_unique<survey>(survey{5}));
  EXPECT_EQ(through_pointers.result().n(), 1u);
}

TEST(on, different_projections_do_not_merge) {
  struct two {
    int a, b;
  };
  auto a = crm::on(&two::a, crm::nps{});
  const auto b = crm::on(&two::b, crm::nps{});
  EXPECT_NE(a, b);
  EXPECT_THROW(a.merge(b), crm::definition_mismatch);
}

}  // namespace
