#include <crmetrics/core/label.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace {

namespace crm = crmetrics;

TEST(label, is_a_constant_that_compares_by_its_text) {
  constexpr crm::label name = "handle time";
  EXPECT_EQ(name.view(), "handle time");
  EXPECT_EQ(std::string_view(name), "handle time");
  static const std::string owner = "handle time";
  EXPECT_EQ(crm::label::of_static(owner), name) << "equal text elsewhere in memory";
  EXPECT_FALSE(crm::label("a") == crm::label("b"));
  EXPECT_TRUE(crm::label{}.view().empty());
}

}  // namespace
