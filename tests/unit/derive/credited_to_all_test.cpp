#include <crmetrics/derive/credited_to_all.hpp>

#include <crmetrics/combinators/by.hpp>
#include <crmetrics/derive/link_contacts.hpp>
#include <crmetrics/metrics/fcr.hpp>
#include <crmetrics/metrics/repeat_contact.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace {

namespace crm = crmetrics;

struct call {
  int customer;
  crm::instant opened;
  crm::instant resolved;
  int taker;
  std::optional<int> resolver;
  std::vector<std::string> hands;
};

std::vector<call> calls() {
  return {{7, {0}, {1}, 1, 2, {"Ann", "Bo", "Ann", ""}},
          {7, {5}, {6}, 2, 2, {"Bo"}},
          {8, {5}, {6}, 1, std::nullopt, {}},
          {7, {9}, {9}, 3, 1, {"Cy", "Ann"}}};
}

TEST(credited_to_all, takers_and_resolvers_once_each) {
  struct held {
    int customer;
    crm::instant opened;
    crm::instant resolved;
    int taker;
    int resolver;
  };
  const std::vector<held> rows{
      {7, {0}, {1}, 1, 2}, {7, {5}, {6}, 2, 2}, {8, {5}, {6}, 1, 1}, {7, {9}, {9}, 3, 1}};
  const auto linked = crm::link_contacts(rows,
                                         crm::contact_fields{.customer = &held::customer,
                                                             .opened = &held::opened,
                                                             .resolved = &held::resolved,
                                                             .agent = &held::taker,
                                                             .resolver = &held::resolver},
                                         crm::within{crm::time_span{7}}, crm::instant{60});
  const auto credited = crm::credited_to_all(linked);
  ASSERT_EQ(credited.size(), 6u);
  auto agents = crm::by<int>(crm::credited_agent, crm::fcr{});
  agents.update_many(credited);
  const auto r = agents.result();
  ASSERT_EQ(r.size(), 3u);
  // 1 took the first (repeated) and the third, and resolved the third and the last.
  EXPECT_EQ(r.rows[0].result.exact(), (crm::exact_ratio{2, 3}));
  // 2 resolved the first and took the second, both repeated.
  EXPECT_EQ(r.rows[1].result.exact(), (crm::exact_ratio{0, 2}));
  EXPECT_EQ(r.rows[2].result.exact(), (crm::exact_ratio{1, 1}));
  crm::fcr team;
  team.update_many(linked);
  EXPECT_EQ(team.result().exact(), (crm::exact_ratio{2, 4}));
}

TEST(credited_to_all, any_list_of_people) {
  const auto rows = calls();
  const auto linked = crm::link_contacts(
      rows,
      crm::contact_fields{
          .customer = &call::customer, .opened = &call::opened, .resolved = &call::resolved},
      crm::within{crm::time_span{7}}, crm::instant{60});
  const auto credited = crm::credited_to_all(linked, &call::hands);
  ASSERT_EQ(credited.size(), 5u);  // nobody of the third; Ann once in the first
  auto people = crm::by<std::string>(crm::credited_agent, crm::repeat_contact{});
  people.update_many(credited);
  const auto r = people.result();
  ASSERT_EQ(r.size(), 3u);
  EXPECT_EQ(r.rows[0].key, "Ann");
  EXPECT_EQ(r.rows[0].result.exact(), (crm::exact_ratio{1, 2}));
  EXPECT_EQ(r.rows[1].result.exact(), (crm::exact_ratio{1, 2}));
  EXPECT_EQ(r.rows[2].result.exact(), (crm::exact_ratio{1, 1}));

  // The same by a function.
  const auto pair = [](const call& c) { return std::vector<int>{c.taker, c.resolver.value_or(0)}; };
  EXPECT_EQ(crm::credited_to_all(linked, pair).size(), 7u);
}

}  // namespace
