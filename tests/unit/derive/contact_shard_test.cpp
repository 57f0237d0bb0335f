#include <crmetrics/derive/contact_shard.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace crm = crmetrics;
using crm::contact_shard;

// Which part of how many a customer belongs into, by asking all parts.
template <class Customer>
std::uint32_t part_of(const Customer& customer, std::uint64_t seed, std::uint32_t count) {
  std::uint32_t found = count;
  for (std::uint32_t i = 0; i != count; ++i) {
    if (!contact_shard{.seed = seed, .index = i, .count = count}.takes(customer)) continue;
    EXPECT_EQ(found, count) << "two parts take the same customer";
    found = i;
  }
  EXPECT_LT(found, count) << "no part takes the customer";
  return found;
}

TEST(contact_shard, plain_takes_everybody) {
  EXPECT_TRUE(contact_shard{}.takes(5));
  EXPECT_TRUE(contact_shard{}.takes(std::string()));
  EXPECT_NO_THROW(contact_shard{}.require_valid());
}

TEST(contact_shard, each_customer_is_in_one_part_and_parts_are_even) {
  std::array<int, 7> whole{};
  std::array<int, 7> texts{};
  for (int i = 0; i != 7'000; ++i) {
    ++whole.at(part_of(i, 11, 7));
    ++texts.at(part_of("customer " + std::to_string(i), 11, 7));
  }
  // Binomial with n = 7000, p = 1/7: 1000 and a standard deviation of 29.
  for (const int n : whole) EXPECT_NEAR(n, 1'000, 150);
  for (const int n : texts) EXPECT_NEAR(n, 1'000, 150);
}

TEST(contact_shard, a_customer_is_in_the_same_part_whatever_its_type) {
  enum class customer : std::uint64_t { big = 123'456'789'012 };
  for (const std::uint64_t seed : {0u, 17u}) {
    EXPECT_EQ(part_of(std::uint64_t{123'456'789'012}, seed, 97),
              part_of(std::int64_t{123'456'789'012}, seed, 97));
    EXPECT_EQ(part_of(customer::big, seed, 97), part_of(std::int64_t{123'456'789'012}, seed, 97));
    EXPECT_EQ(part_of(std::int16_t{300}, seed, 97), part_of(std::uint64_t{300}, seed, 97));
    EXPECT_EQ(part_of(std::int8_t{-5}, seed, 97), part_of(std::int64_t{-5}, seed, 97));
    EXPECT_EQ(part_of(std::string("ann"), seed, 97), part_of(std::string_view("ann"), seed, 97));
    EXPECT_EQ(part_of("ann", seed, 97), part_of(std::string_view("ann"), seed, 97));
  }
}

// Written down once, so that workers on other platforms and of other releases deal alike. The
// numbers come from the 64-bit finaliser of MurmurHash3 (Appleby 2011) in Python.
TEST(contact_shard, the_dealing_is_fixed) {
  EXPECT_EQ(part_of(std::int64_t{0}, 17, 1'009), 347u);
  EXPECT_EQ(part_of(std::int64_t{1}, 17, 1'009), 534u);
  EXPECT_EQ(part_of(std::int64_t{42}, 17, 1'009), 855u);
  EXPECT_EQ(part_of(std::int64_t{-1}, 17, 1'009), 166u);
  EXPECT_EQ(part_of(std::int64_t{123456789012}, 17, 1'009), 716u);
  EXPECT_EQ(part_of(std::string_view("ann"), 17, 1'009), 742u);
  EXPECT_EQ(part_of(std::string_view("Zoë"), 17, 1'009), 787u);
}

TEST(contact_shard, another_seed_deals_another_way) {
  int moved = 0;
  for (int i = 0; i != 1'000; ++i) moved += part_of(i, 1, 2) != part_of(i, 2, 2) ? 1 : 0;
  EXPECT_NEAR(moved, 500, 80);
}

TEST(contact_shard, there_are_as_many_parts_as_said) {
  try {
    contact_shard{.index = 3, .count = 3}.require_valid();
    FAIL() << "accepted";
  } catch (const crm::invalid_setting& e) {
    EXPECT_STREQ(e.what(), "contact shard: part 3 of 3: parts count from 0");
  }
  EXPECT_THROW((contact_shard{.index = 0, .count = 0}.require_valid()), crm::invalid_setting);
}

TEST(contact_shard, equality) {
  const contact_shard a{.seed = 1, .index = 1, .count = 2};
  EXPECT_EQ(a, a);
  EXPECT_FALSE(a == contact_shard{});
}

}  // namespace
