#include <crmetrics/metrics/renewal_rate.hpp>

#include <gtest/gtest.h>

#include <optional>

namespace {

namespace crm = crmetrics;

TEST(renewal_rate, renewed_of_due) {
  crm::renewal_rate rate;
  for (const std::optional<bool> renewed :
       {std::optional(true), std::optional(false), std::optional(true), std::optional(true),
        std::optional(true), std::optional<bool>()}) {
    rate.update(renewed);
  }
  const crm::estimate e = rate.result();
  EXPECT_EQ(e.exact(), (crm::exact_ratio{4, 5}));
  EXPECT_EQ(e.missing(), 1u) << "due and undecided";
  EXPECT_EQ(e.name(), "renewal rate");
  EXPECT_EQ(e.convention(), "renewed / due for renewal");
  EXPECT_EQ(e.direction(), crm::direction::higher_is_better);
  EXPECT_NEAR(e.interval()->low, .37553462976252544, 1e-14);  // Wilson, by Python 3.11
  EXPECT_EQ(crm::renewal_rate{}.result().status(), crm::status::no_data);
}

}  // namespace
