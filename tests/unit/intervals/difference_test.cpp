#include <crmetrics/intervals/difference.hpp>

#include <gtest/gtest.h>

namespace {

using crmetrics::difference;
using crmetrics::difference_parts;
using crmetrics::status;

TEST(difference, without_data_throws_instead_of_being_0) {
  const difference d;
  EXPECT_EQ(d.status(), status::no_data);
  EXPECT_FALSE(d.ok());
  EXPECT_FALSE(d.has_value());
  EXPECT_THROW(d.value(), crmetrics::no_value);
}

TEST(difference, of_too_little_data_still_has_a_value) {
  difference_parts parts;
  parts.status = status::insufficient_data;
  parts.value = -0.25;
  const difference d(parts);
  EXPECT_FALSE(d.ok());
  EXPECT_TRUE(d.has_value());
  EXPECT_EQ(d.value(), -0.25);
}

}  // namespace
