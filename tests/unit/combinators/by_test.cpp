#include <crmetrics/accumulators/mean.hpp>
#include <crmetrics/combinators/by.hpp>
#include <crmetrics/combinators/key_table.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/combinators/together.hpp>
#include <crmetrics/metrics/csat.hpp>
#include <crmetrics/metrics/share_within.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

namespace crm = crmetrics;

struct survey {
  std::string team;
  int agent = 0;
  int rating = 1;

  int get_agent() const noexcept { return agent; }
};
constexpr auto rating = crm::on(&survey::rating, crm::csat{});

template <class Groups>
std::vector<std::string> keys_of(const Groups& groups) {
  std::vector<std::string> keys;
  groups.for_each([&](const auto& key, const auto&) {
    if constexpr (requires { std::string(key); }) {
      keys.emplace_back(key);
    } else {
      keys.push_back(std::to_string(key));
    }
  });
  return keys;
}

TEST(by, keys_are_listed_in_their_order) {
  auto teams = crm::by(&survey::team, rating);
  for (const char* team : {"sales", "billing", "tech", "billing"}) teams.update(survey{team, 1, 5});
  EXPECT_EQ(keys_of(teams), (std::vector<std::string>{"billing", "sales", "tech"}));
  ASSERT_NE(teams.find(std::string_view("billing")), nullptr) << "found without making a string";
  EXPECT_EQ(teams.find("billing")->result().n(), 2u);
  EXPECT_EQ(teams.find("none"), nullptr);

  auto numbers = crm::by(&survey::agent, rating);
  for (int agent : {10, -3, 9}) numbers.update(survey{"", agent, 5});
  EXPECT_EQ(keys_of(numbers), (std::vector<std::string>{"-3", "9", "10"})) << "not as text";
}

TEST(by, keys_from_functions) {
  auto quiet = crm::by(&survey::get_agent, rating);
  auto pairs = crm::by([](const survey& s) { return std::pair(s.team, s.agent); }, rating);
  const auto any_agent = [](const auto& event) { return event.agent; };
  auto several =
      crm::by<int>(any_agent, crm::together(rating, crm::on(&survey::agent, crm::mean{})));
  for (const survey& s : {survey{"a", 1, 5}, survey{"a", 2, 4}, survey{"b", 1, 1}}) {
    quiet.update(s);
    pairs.update(s);
    several.update(s);
  }
  EXPECT_EQ(quiet.find(1)->result().n(), 2u);
  EXPECT_EQ(pairs.find(std::pair(std::string("a"), 2))->result().n(), 1u);
  EXPECT_EQ(several.size(), 2u);
}

TEST(by, texts_are_keys_by_what_they_say) {
  struct visit {
    const char* pointer;
    std::string_view view;
    bool good;
  };
  auto by_pointer = crm::by(&visit::pointer, crm::on(&visit::good, crm::proportion{}));
  auto by_view = crm::by(&visit::view, crm::on(&visit::good, crm::proportion{}));
  for (int i = 0; i != 3; ++i) {
    std::string text = "shop";  // another address every time, gone afterwards
    const visit v{text.c_str(), text, i != 0};
    by_pointer.update(v);
    by_view.update(v);
    text[0] = 'x';
  }
  ASSERT_EQ(by_pointer.size(), 1u);
  EXPECT_EQ(by_view.result().rows[0].key, "shop");
  EXPECT_EQ(by_view.result().rows[0].result.n(), 3u);
  EXPECT_EQ(by_pointer.result().rows[0].key, "shop");
}

TEST(by, no_text_at_all_is_no_key) {
  struct visit {
    const char* agent;
    bool good;
  };
  auto m = crm::by(&visit::agent, crm::on(&visit::good, crm::proportion{}));
  m.update(visit{nullptr, true});
  m.update(visit{"Ann", true});
  m.update(visit{nullptr, true});
  EXPECT_EQ(m.size(), 1u);
  EXPECT_EQ(m.result().unkeyed.n(), 2u);
}

TEST(by, numbers_of_other_types_are_the_same_key_or_none) {
  struct visit {
    double x;
    bool good;
  };
  auto by_int = crm::by<int>([](const visit& v) { return static_cast<unsigned>(v.x); },
                             crm::on(&visit::good, crm::proportion{}));
  by_int.update(visit{7, true});
  EXPECT_EQ(by_int.size(), 1u);
  EXPECT_THROW(by_int.update(visit{4'294'967'295., true}), crm::bad_input);
  EXPECT_EQ(by_int.find(4'294'967'295u), nullptr);
  auto listed = crm::by([](const visit& v) { return static_cast<unsigned>(v.x); },
                        crm::on(&visit::good, crm::proportion{}), crm::roster<int>({-1, 2}));
  EXPECT_THROW(listed.update(visit{4'294'967'295., true}), crm::bad_input);
  listed.update(visit{2, true});
  auto from_real =
      crm::by<int>([](const visit& v) { return v.x; }, crm::on(&visit::good, crm::proportion{}));
  from_real.update(visit{3, true});
  EXPECT_EQ(from_real.find(3)->result().n(), 1u);
  for (const double x : {3e10, 2.5, -1e300, 1e19}) {
    EXPECT_THROW(from_real.update(visit{x, true}), crm::bad_input) << x;
  }
}

TEST(by, other_key_functions_do_not_merge) {
  struct call {
    int agent, team, rating;
  };
  auto a = crm::by(&call::agent, crm::on(&call::rating, crm::csat{}));
  const auto b = crm::by(&call::team, crm::on(&call::rating, crm::csat{}));
  EXPECT_THROW(a.merge(b), crm::definition_mismatch);
  EXPECT_NE(a, b);
}

TEST(by, unknown_keys_are_named_or_counted) {
  auto strict = crm::by(&survey::team, rating, crm::roster<std::string>({"a", "b"}));
  try {
    strict.update_many(std::vector<survey>{{"a", 1, 5}, {"c", 1, 5}, {"b", 1, 9}}, "row");
    FAIL() << "accepted";
  } catch (const crm::bad_input& e) {
    EXPECT_STREQ(e.what(),
                 "2 problems\n"
                 "  row 2: row: value \"c\": not one of the known keys\n"
                 "  row 3: row: value \"9\": not a whole point of the scale");
  }
  EXPECT_EQ(strict, strict.fresh());

  auto dense = crm::by(&survey::agent, rating, crm::dense_ids(3));
  try {
    dense.update(survey{"a", -1, 5});
    FAIL() << "accepted";
  } catch (const crm::bad_input& e) {
    EXPECT_STREQ(e.what(), "1 problem\n  group key: value \"-1\": not one of the known keys");
  }

  auto counting = crm::by(&survey::agent, rating, crm::dense_ids(3, crm::unknown_key::count));
  counting.update(survey{"a", 3, 5});
  counting.update(survey{"a", -1, 77});  // nobody's, so its rating is not looked at
  EXPECT_EQ(counting.result().unknown, 2u);
  EXPECT_EQ((counting + counting).result().unknown, 4u);
  EXPECT_EQ(counting.total().result().n(), 0u);
}

// Looking first whether all metrics take an event asks of each what its update would do.
TEST(by, a_counted_unknown_key_is_no_obstacle_in_a_bundle) {
  auto both =
      crm::together(crm::by(&survey::agent, rating, crm::dense_ids(3, crm::unknown_key::count)),
                    crm::on(&survey::agent, crm::mean{}));
  both.update(survey{"a", 9, 77});
  EXPECT_EQ(std::get<0>(both.result()).unknown, 1u);
  EXPECT_EQ(std::get<1>(both.result()).n(), 1u);
  EXPECT_THROW(both.update(survey{"a", 1, 77}), crm::bad_input);
  EXPECT_EQ(std::get<1>(both.result()).n(), 1u);
}

TEST(by, groups_keep_the_settings_and_totals_reconcile) {
  struct call {
    int agent;
    double seconds;
  };
  auto m = crm::by(&call::agent, crm::on(&call::seconds, crm::share_within(crm::seconds{30})));
  m.update_many(std::vector<call>{{2, 30}, {1, 31}, {2, 5}});
  const auto r = m.result();
  ASSERT_EQ(r.size(), 2u);
  EXPECT_EQ(r.rows[0].key, 1);
  EXPECT_EQ(r.find(2)->exact(), (crm::exact_ratio{2, 2}));
  EXPECT_EQ(r.find(3), nullptr);
  EXPECT_EQ(m.total().result().exact(), (crm::exact_ratio{2, 3}));
}

TEST(by, events_without_a_key_have_a_cell_of_their_own) {
  struct answer {
    std::optional<std::string> agent;
    std::optional<int> rating;
  };
  auto m = crm::by(&answer::agent, crm::on(&answer::rating, crm::csat{}));
  m.update_many(std::vector<answer>{
      {"ann", 5}, {"bob", 2}, {"ann", 3}, {std::nullopt, 4}, {"bob", std::nullopt}});
  const auto r = m.result();
  EXPECT_EQ(r.find("ann")->n(), 2u);
  EXPECT_EQ(r.find("bob")->missing(), 1u);
  EXPECT_EQ(r.unkeyed.n(), 1u);
  EXPECT_EQ(m.total().result().n(), 4u);
}

TEST(by, a_refused_event_leaves_no_group_behind) {
  auto m = crm::by(&survey::agent, rating);
  const auto before = m;
  EXPECT_THROW(m.update(survey{"x", 9, 17}), crm::bad_input);
  EXPECT_EQ(m, before);
  EXPECT_EQ(m.size(), 0u);
}

TEST(by, tables_of_ids_of_other_sizes_do_not_merge) {
  auto two = crm::by(&survey::agent, rating, crm::dense_ids{2});
  two.update(survey{"", 1, 5});
  EXPECT_EQ(two.result().rows[1].result.n(), 1u);
  EXPECT_THROW(two.merge(crm::by(&survey::agent, rating, crm::dense_ids{3})),
               crm::definition_mismatch);
}

TEST(by, who_is_listed_and_has_nothing_is_shown) {
  auto listed = crm::by(&survey::team, rating,
                        crm::roster<std::string>({"zoe", "ann"}, crm::unknown_key::count));
  listed.update_many(std::vector<survey>{{"ann", 1, 5}, {"bob", 1, 5}});
  const auto r = listed.result();
  ASSERT_EQ(r.size(), 2u);
  EXPECT_EQ(r.find("zoe")->status(), crm::status::no_data);
  EXPECT_EQ(r.unknown, 1u);
}

TEST(by, rosters_of_other_people_do_not_merge) {
  auto a = crm::by(&survey::team, rating, crm::roster<std::string>({"a", "b"}));
  const auto b = crm::by(&survey::team, rating, crm::roster<std::string>({"a", "c"}));
  EXPECT_THROW(a.merge(b), crm::definition_mismatch);
  const auto counting =
      crm::by(&survey::team, rating, crm::roster<std::string>({"a", "b"}, crm::unknown_key::count));
  EXPECT_THROW(a.merge(counting), crm::definition_mismatch);
}

TEST(by, the_order_of_a_roster_means_nothing) {
  using names = crm::roster<std::string>;
  auto a = crm::by(&survey::team, rating, names({"a", "b"}));
  auto b = crm::by(&survey::team, rating, names({"b", "a", "b"}));
  a.update(survey{"a", 1, 5});
  b.update(survey{"b", 1, 1});
  EXPECT_EQ(a.fresh(), b.fresh());
  EXPECT_EQ((a + b).total().result().exact(), (crm::exact_ratio{1, 2}));
  EXPECT_EQ(a + b, b + a);
}

TEST(by, a_failed_merge_changes_nothing) {
  auto teams = crm::by(&survey::team, rating);
  teams.update(survey{"x", 1, 5});
  for (int i = 0; i != 62; ++i) teams.merge(teams);  // 2^62 ratings of "x"
  teams.update(survey{"a", 1, 5});
  const auto before = teams;
  EXPECT_THROW(teams.merge(before), crm::overflow) << "one more doubling leaves 63 bits";
  EXPECT_EQ(teams, before) << "and \"a\", which comes first, has not been doubled";
}

TEST(by, an_empty_table_reports_an_empty_whole) {
  const auto teams = crm::by(&survey::team, rating);
  EXPECT_EQ(teams.result().size(), 0u);
  EXPECT_EQ(teams.result().unkeyed.status(), crm::status::no_data);
  EXPECT_EQ(teams.total().result().status(), crm::status::no_data);
  EXPECT_EQ(teams.convention().view(), "share of 4-5, scale 1-5, by key");
}

}  // namespace
