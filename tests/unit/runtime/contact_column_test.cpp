#include <crmetrics/derive/credited_to_all.hpp>
#include <crmetrics/derive/link_contacts.hpp>
#include <crmetrics/runtime/contact_column.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace {

namespace crm = crmetrics;

struct call {
  int customer;
  crm::instant opened;
  crm::instant resolved;
  int agent;
  int resolver;
};

const std::vector<call> calls = {{1, {10}, {20}, 7, 7},
                                 {2, {30}, {40}, 7, 8},
                                 {1, {50}, {60}, 8, 8},
                                 {2, {9'000}, {9'010}, 9, 7}};

auto linked() {
  return crm::link_contacts(calls,
                            crm::contact_fields{.customer = &call::customer,
                                                .opened = &call::opened,
                                                .resolved = &call::resolved,
                                                .agent = &call::agent,
                                                .resolver = &call::resolver},
                            crm::within{crm::microseconds{100}}, crm::instant{10'000});
}

bool same(const crm::contact_fact& a, const crm::contact_fact& b) {
  return a.rule() == b.rule() && a.known_customer() == b.known_customer() &&
         a.anchored() == b.anchored() && a.mature() == b.mature() && a.repeated() == b.repeated() &&
         a.follows() == b.follows() && a.span() == b.span();
}

TEST(contact_column, reads_what_the_range_holds) {
  const auto all = linked();
  const crm::contact_column column(all);
  ASSERT_EQ(column.size(), calls.size());
  for (std::size_t i = 0; i != calls.size(); ++i) EXPECT_TRUE(same(column[i], all[i])) << i;
  EXPECT_TRUE(column[2].follows());
  EXPECT_FALSE(column[3].follows());

  const std::vector<std::uint32_t> rows{12, 10};
  std::vector<crm::contact_fact> out(2);
  column.read(rows, 10, out.data());
  EXPECT_TRUE(same(out[0], all[2]));
  EXPECT_TRUE(same(out[1], all[0]));
}

TEST(contact_column, takes_vectors_spans_and_credited_contacts) {
  const auto all = linked();
  const std::vector<crm::contact_fact> facts(all.begin(), all.end());
  EXPECT_TRUE(same(crm::contact_column(facts)[2], all[2]));
  const crm::contact_column part(std::span<const crm::contact_fact>(facts).subspan(2));
  EXPECT_EQ(part.size(), 2u);
  EXPECT_TRUE(same(part[0], all[2]));
  const auto shared = crm::credited_to_all(all);
  ASSERT_GT(shared.size(), facts.size());
  EXPECT_EQ(crm::contact_column(shared).size(), shared.size());
  EXPECT_EQ(crm::contact_column().size(), 0u);
}

TEST(contact_column, does_not_refer_to_what_is_gone) {
  using facts = std::vector<crm::contact_fact>;
  static_assert(std::is_constructible_v<crm::contact_column, const facts&>);
  static_assert(!std::is_constructible_v<crm::contact_column, facts>);
  static_assert(!std::is_constructible_v<crm::contact_column, std::vector<double>&>);
}

}  // namespace
