#include <crmetrics/core/weight.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

namespace {

namespace crm = crmetrics;

TEST(sampling_weight, is_0_or_of_a_size_whose_sums_are_finite) {
  EXPECT_EQ(crm::sampling_weight{}.value(), 1);
  for (const double w : {0., 1e-100, .5, 1e6, 1e100}) EXPECT_EQ(crm::sampling_weight(w).value(), w);
  const auto message = [](double w) {
    try {
      crm::sampling_weight weight(w);
    } catch (const crm::bad_input& e) {
      return std::string(e.what());
    }
    return std::string("accepted");
  };
  const std::string start = "1 problem\n  sampling weight: value ";
  EXPECT_EQ(message(-1), start + "\"-1\": must be finite and not negative");
  EXPECT_EQ(message(std::numeric_limits<double>::infinity()),
            start + "\"inf\": must be finite and not negative");
  EXPECT_NE(message(std::nan("")).find("must be finite and not negative"), std::string::npos);
  EXPECT_EQ(message(1e101), start + "\"1e+101\": must be 0 or lie between 1e-100 and 1e100");
  EXPECT_EQ(message(1e-101), start + "\"1e-101\": must be 0 or lie between 1e-100 and 1e100");
}

TEST(frequency_weight, counts) {
  EXPECT_EQ(crm::frequency_weight{}.times, 1u);
  EXPECT_EQ(crm::frequency_weight{3}, crm::frequency_weight{3});
}

}  // namespace
