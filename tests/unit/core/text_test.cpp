#include <crmetrics/core/text.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace {

namespace crm = crmetrics;

TEST(fixed_text, holds_text_and_numbers) {
  crm::fixed_text<32> text("share of ");
  text.append(4).append("-").append(std::uint8_t{5});
  EXPECT_EQ(text.view(), "share of 4-5");
  EXPECT_TRUE(text.fits());
  EXPECT_TRUE(crm::fixed_text<4>().empty());
}

TEST(fixed_text, whole_numbers_of_every_size) {
  const auto of = [](auto x) { return std::string(crm::fixed_text<32>().append(x).view()); };
  EXPECT_EQ(of(0), "0");
  EXPECT_EQ(of(-1), "-1");
  EXPECT_EQ(of(INT64_MIN), "-9223372036854775808");
  EXPECT_EQ(of(INT64_MAX), "9223372036854775807");
  EXPECT_EQ(of(UINT64_MAX), "18446744073709551615");
}

TEST(fixed_text, says_that_it_does_not_fit_and_shows_it) {
  crm::fixed_text<4> text("abcd");
  EXPECT_TRUE(text.fits());
  EXPECT_EQ(text.view(), "abcd");
  text.append("e");
  EXPECT_FALSE(text.fits());
  EXPECT_EQ(text.view(), "a...");
  text.append("f");
  EXPECT_EQ(text.view(), "a...");
}

TEST(fixed_text, texts_that_differ_only_after_the_cut_are_not_equal) {
  EXPECT_NE(crm::fixed_text<4>("abcdef"), crm::fixed_text<4>("abcdeg"));
  EXPECT_EQ(crm::fixed_text<4>("abcdef"), crm::fixed_text<4>("abc").append("def"));
}

TEST(fixed_text, compares_by_its_text) {
  EXPECT_EQ(crm::fixed_text<8>("b"), crm::fixed_text<8>(std::string("b").c_str()));
  EXPECT_LT(crm::fixed_text<8>("a"), crm::fixed_text<8>("b"));
  EXPECT_NE(crm::fixed_text<8>("a"), crm::fixed_text<8>("ab"));
}

}  // namespace
