#include <crmetrics/workload/csv.hpp>
#include <crmetrics/workload/records.hpp>
#include <crmetrics/workload/service_desk.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

namespace {

using namespace crmetrics::workload;

constexpr std::int64_t second = 1'000'000;
constexpr std::int64_t hour = 3'600 * second;
constexpr std::int64_t day = 24 * hour;

const service_desk& quarter() {
  static const service_desk desk = generate({});
  return desk;
}

service_desk_settings few() {
  service_desk_settings s;
  s.agents = 8;
  s.key_account_agents = 2;
  s.customers = 300;
  s.issues = 1'000;
  return s;
}

// --- what the brief of the workload promises
// ------------------------------------------------------

TEST(service_desk, default_sizes) {
  const service_desk& desk = quarter();
  EXPECT_EQ(desk.agents.size(), 20U);
  EXPECT_EQ(desk.customers.size(), 12'000U);
  EXPECT_NEAR(static_cast<double>(desk.contacts.size()), 50'000, 1'000);
  std::set<team_kind> teams;
  for (const agent& a : desk.agents) teams.insert(a.team);
  EXPECT_EQ(teams.size(), team_count);
  EXPECT_EQ(desk.observed_from, 1'735'689'600 * second);   // 2025-01-01
  EXPECT_EQ(desk.observed_until, 1'743'465'600 * second);  // 2025-04-01
}

TEST(service_desk, a_careless_agent_fails_more_than_one_check_in_two_hundred) {
  std::map<std::uint32_t, std::pair<int, int>> failed_of;
  for (const check& c : quarter().checks) {
    failed_of[c.agent].first += c.failed ? 1 : 0;
    ++failed_of[c.agent].second;
  }
  int fired = 0;
  for (const agent_truth& t : quarter().truth.agents) {
    const auto [failed, checks] = failed_of[t.agent];
    if (t.check_failure_ppm > 5'000) {
      EXPECT_GT(failed * 200, checks) << t.agent;
      ++fired;
    }
  }
  EXPECT_EQ(fired, 2);
}

TEST(service_desk, one_agent_is_rarely_checked) {
  std::map<std::uint32_t, int> checks;
  for (const check& c : quarter().checks) ++checks[c.agent];
  int rarely = 0;
  for (const auto& [agent, n] : checks) {
    if (agent != 20) {
      EXPECT_TRUE(n < 40 || n > 200) << agent;
      rarely += n < 40 ? 1 : 0;
    }
  }
  EXPECT_EQ(rarely, 1);
}

TEST(service_desk, the_late_joiner_has_little_to_show) {
  const service_desk& desk = quarter();
  const agent& late = desk.agents.back();
  EXPECT_EQ(late.joined_day, 20'089 + 87);
  const auto mine = [&](const auto& records) {
    return std::ranges::count_if(records, [&](const auto& r) { return r.agent == late.id; });
  };
  EXPECT_GT(mine(desk.contacts), 0);
  EXPECT_LT(mine(desk.contacts), 300);
  EXPECT_LT(mine(desk.surveys), 60);
  EXPECT_LT(mine(desk.reviews), 4);
  EXPECT_EQ(mine(desk.tests), 0);
  EXPECT_EQ(mine(desk.renewals), 0);
  for (const contact& c : desk.contacts) {
    if (c.agent == late.id) {
      EXPECT_GE(c.opened, late.joined_day * day);
    }
  }
}

// --- contacts
// -------------------------------------------------------------------------------------

TEST(service_desk, contacts_are_in_order_and_inside_the_period) {
  const service_desk& desk = quarter();
  std::int64_t before = desk.observed_from;
  std::uint32_t id = 0;
  for (const contact& c : desk.contacts) {
    ASSERT_EQ(c.id, ++id);
    ASSERT_GE(c.opened, before);
    ASSERT_LT(c.opened, desk.observed_until);
    ASSERT_GE(c.agent, 1U);
    ASSERT_LE(c.agent, desk.agents.size());
    ASSERT_LE(desk.agents[c.agent - 1].joined_day * day, c.opened);
    before = c.opened;
  }
}

TEST(service_desk, times_of_a_contact_are_in_order) {
  const service_desk& desk = quarter();
  int open = 0;
  for (const contact& c : desk.contacts) {
    ASSERT_EQ(c.first_response.has_value(), c.handle_time.has_value());
    if (c.first_response) {
      ASSERT_GT(*c.first_response, c.opened);
      ASSERT_LT(*c.first_response, desk.observed_until);
      ASSERT_GT(*c.handle_time, 0);
    }
    if (c.resolved) {
      ASSERT_TRUE(c.first_response);
      ASSERT_GE(*c.resolved, *c.first_response + *c.handle_time);
      ASSERT_LT(*c.resolved, desk.observed_until);
    } else {
      ++open;
    }
  }
  EXPECT_GT(open, 100);  // some are open at the end of the quarter
  EXPECT_LT(open, 2'000);
}

TEST(service_desk, a_customer_is_answered_by_the_own_team) {
  const service_desk& desk = quarter();
  int unknown = 0;
  for (const contact& c : desk.contacts) {
    if (c.customer) {
      ASSERT_EQ(desk.agents[c.agent - 1].team, desk.customers.at(*c.customer - 1).team);
    } else {
      ++unknown;
    }
  }
  EXPECT_GT(unknown, 1'000);
}

TEST(service_desk, phones_are_answered_in_opening_hours) {
  for (const contact& c : quarter().contacts) {
    if (c.channel != channel_kind::phone || c.repeat_of) continue;
    const std::int64_t of_day = c.opened % day / hour;
    const std::int64_t weekday = (c.opened / day + 3) % 7;  // Monday is 0
    ASSERT_GE(of_day, 8);
    ASSERT_LT(of_day, 18);
    ASSERT_LT(weekday, 6);
  }
}

TEST(service_desk, repeats_hang_together) {
  const service_desk& desk = quarter();
  std::map<std::uint32_t, std::uint32_t> followed_by;
  std::map<std::uint32_t, std::uint32_t> firsts;
  int chains = 0;
  for (const contact& c : desk.contacts) {
    if (!c.repeat_of) {
      ASSERT_TRUE(firsts.emplace(c.issue, c.id).second) << "two first contacts of one issue";
      continue;
    }
    const contact& earlier = desk.contacts.at(*c.repeat_of - 1);
    ASSERT_TRUE(c.customer);
    ASSERT_EQ(c.customer, earlier.customer);
    ASSERT_EQ(c.issue, earlier.issue);
    ASSERT_EQ(c.topic, earlier.topic);
    ASSERT_TRUE(earlier.resolved);
    ASSERT_GE(c.opened, *earlier.resolved + 900 * second);
    ASSERT_LT(c.opened, *earlier.resolved + 30 * day);
    ASSERT_TRUE(followed_by.emplace(earlier.id, c.id).second) << "two repeats of one contact";
    chains += earlier.repeat_of ? 1 : 0;
  }
  EXPECT_GT(chains, 500);
}

TEST(service_desk, an_issue_belongs_to_the_settings) {
  for (const contact& c : quarter().contacts) {
    ASSERT_GE(c.issue, 1U);
    ASSERT_LE(c.issue, quarter().settings.issues);
  }
}

TEST(service_desk, contact_frequency_is_skewed) {
  std::map<std::uint32_t, int> by_customer;
  for (const contact& c : quarter().contacts) {
    if (c.customer) ++by_customer[*c.customer];
  }
  std::vector<int> counts;
  int all = 0;
  for (const auto& [customer, n] : by_customer) {
    counts.push_back(n);
    all += n;
  }
  std::ranges::sort(counts, std::greater<>());
  int top = 0;
  for (std::size_t i = 0; i != 1'200; ++i) top += counts.at(i);
  EXPECT_GT(top * 10, all * 4);  // a tenth of the customers makes more than 40 % of the contacts
  EXPECT_LT(by_customer.size(), 12'000U);
}

// --- the other tables
// -----------------------------------------------------------------------------

TEST(service_desk, surveys_belong_to_resolved_contacts) {
  const service_desk& desk = quarter();
  std::uint32_t before = 0;
  bool empty_csat = false;
  bool empty_nps = false;
  for (const survey& s : desk.surveys) {
    ASSERT_GT(s.contact, before);
    before = s.contact;
    const contact& c = desk.contacts.at(s.contact - 1);
    ASSERT_EQ(s.agent, c.agent);
    ASSERT_TRUE(c.resolved);
    ASSERT_GT(s.answered, *c.resolved);
    ASSERT_LT(s.answered, desk.observed_until);
    if (s.csat) {
      ASSERT_TRUE(*s.csat >= 1 && *s.csat <= 5);
    }
    if (s.nps) {
      ASSERT_TRUE(*s.nps >= 0 && *s.nps <= 10);
    }
    empty_csat = empty_csat || !s.csat;
    empty_nps = empty_nps || !s.nps;
  }
  EXPECT_TRUE(empty_csat && empty_nps);
}

TEST(service_desk, reviews_are_four_to_twelve_a_month) {
  const service_desk& desk = quarter();
  std::map<std::pair<std::uint32_t, std::int64_t>, int> counts;
  for (const review& r : desk.reviews) {
    ASSERT_TRUE(r.points >= 0 && r.points <= 100);
    const std::int64_t of_period = r.reviewed / day - desk.settings.start_day;
    ++counts[{r.agent, of_period < 31 ? 1 : of_period < 59 ? 2 : 3}];
    ASSERT_LT((r.reviewed / day + 3) % 7, 5);  // no weekends
  }
  for (std::uint32_t a = 1; a != 20; ++a) {
    for (std::int64_t month = 1; month <= 3; ++month) {
      EXPECT_GE((counts[{a, month}]), 4) << a;
      EXPECT_LE((counts[{a, month}]), 12) << a;
    }
  }
}

TEST(service_desk, ledger_rows_are_one_a_customer_and_month) {
  const service_desk& desk = quarter();
  std::set<std::pair<std::int32_t, std::uint32_t>> seen;
  std::set<std::int32_t> months;
  for (const subscription& row : desk.subscriptions) {
    ASSERT_TRUE(seen.emplace(row.month_day, row.customer).second);
    ASSERT_GT(row.amount, 0);
    months.insert(row.month_day);
  }
  EXPECT_EQ(months.size(), 15U);
  EXPECT_EQ(*months.rbegin(), 20'089 + 59);  // 2025-03-01
}

TEST(service_desk, a_renewal_decides_whether_the_ledger_goes_on) {
  const service_desk& desk = quarter();
  std::map<std::pair<std::int32_t, std::uint32_t>, std::int64_t> ledger;
  std::vector<std::int32_t> months;
  for (const subscription& row : desk.subscriptions) {
    ledger[{row.month_day, row.customer}] = row.amount;
    if (months.empty() || months.back() != row.month_day) months.push_back(row.month_day);
  }
  for (const renewal& r : desk.renewals) {
    const auto now = ledger.find({r.due_day, r.customer});
    ASSERT_EQ(now != ledger.end(), r.renewed);
    if (r.renewed) {
      ASSERT_EQ(now->second, r.amount);
    }
    ASSERT_EQ(r.agent, desk.customers.at(r.customer - 1).owner);
    const auto place = std::ranges::find(months, r.due_day);
    ASSERT_NE(place, months.end());
    if (place != months.begin()) {
      const auto before = ledger.find({*std::prev(place), r.customer});
      ASSERT_NE(before, ledger.end()) << "a renewal of nothing";
      ASSERT_EQ(before->second, r.amount);
    }
  }
}

TEST(service_desk, subscriptions_move_in_every_way) {
  const service_desk& desk = quarter();
  std::map<std::uint32_t, std::map<std::int32_t, std::int64_t>> by_customer;
  std::set<std::int32_t> month_days;
  for (const subscription& row : desk.subscriptions) {
    by_customer[row.customer][row.month_day] = row.amount;
    month_days.insert(row.month_day);
  }
  const std::vector<std::int32_t> months(month_days.begin(), month_days.end());
  int up = 0;
  int down = 0;
  int lost = 0;
  int back = 0;
  for (const auto& [customer, rows] : by_customer) {
    bool was_lost = false;
    for (std::size_t m = 1; m != months.size(); ++m) {
      const auto before = rows.find(months[m - 1]);
      const auto now = rows.find(months[m]);
      if (before != rows.end() && now != rows.end()) {
        up += now->second > before->second ? 1 : 0;
        down += now->second < before->second ? 1 : 0;
      } else if (before != rows.end()) {
        was_lost = true;
        ++lost;
      } else if (now != rows.end() && was_lost) {
        ++back;
      }
    }
  }
  EXPECT_GT(up, 100);
  EXPECT_GT(down, 100);
  EXPECT_GT(lost, 100);
  EXPECT_GT(back, 100);
}

TEST(service_desk, purchases_begin_with_the_customer_and_are_one_a_day) {
  const service_desk& desk = quarter();
  std::map<std::uint32_t, std::int64_t> first;
  std::set<std::pair<std::uint32_t, std::int64_t>> days;
  std::int64_t before = 0;
  for (const purchase& p : desk.purchases) {
    ASSERT_GE(p.bought, before);
    ASSERT_LT(p.bought, desk.observed_until);
    ASSERT_GT(p.amount, 0);
    before = p.bought;
    first.emplace(p.customer, p.bought / day);
    ASSERT_TRUE(days.emplace(p.customer, p.bought / day).second);
  }
  ASSERT_EQ(first.size(), desk.customers.size());
  for (const customer& c : desk.customers) {
    ASSERT_EQ(first.at(c.id), c.since_day);
    ASSERT_LT(c.since_day, desk.settings.start_day);
  }
}

TEST(service_desk, owners_were_there_before_the_period) {
  const service_desk& desk = quarter();
  for (const customer& c : desk.customers) {
    const agent& owner = desk.agents.at(c.owner - 1);
    ASSERT_LT(owner.joined_day, desk.settings.start_day);
    ASSERT_EQ(owner.team, c.team);
    ASSERT_EQ(c.team == team_kind::key_accounts, c.key_account);
  }
}

// --- what depends on what
// -------------------------------------------------------------------------

TEST(service_desk, equal_settings_give_equal_records) {
  const service_desk a = generate(few());
  const service_desk b = generate(few());
  EXPECT_EQ(a.contacts, b.contacts);
  EXPECT_EQ(a.surveys, b.surveys);
  EXPECT_EQ(a.checks, b.checks);
  EXPECT_EQ(a.reviews, b.reviews);
  EXPECT_EQ(a.purchases, b.purchases);
  EXPECT_EQ(a.subscriptions, b.subscriptions);
  EXPECT_EQ(a.renewals, b.renewals);
  EXPECT_EQ(a.tests, b.tests);
  EXPECT_EQ(a.truth, b.truth);
}

TEST(service_desk, another_seed_gives_other_people) {
  service_desk_settings s = few();
  ++s.seed;
  const service_desk a = generate(few());
  const service_desk b = generate(s);
  EXPECT_NE(a.truth, b.truth);
  EXPECT_NE(a.contacts, b.contacts);
}

TEST(service_desk, another_replicate_gives_new_records_of_the_same_people) {
  service_desk_settings s = few();
  s.replicate = 1;
  const service_desk a = generate(few());
  const service_desk b = generate(s);
  EXPECT_EQ(a.truth, b.truth);
  EXPECT_EQ(a.agents, b.agents);
  EXPECT_EQ(a.customers, b.customers);
  EXPECT_NE(a.contacts, b.contacts);
  EXPECT_NE(a.checks, b.checks);
  EXPECT_NE(a.reviews, b.reviews);
  EXPECT_NE(a.purchases, b.purchases);
  EXPECT_NE(a.subscriptions, b.subscriptions);
  EXPECT_NE(a.tests, b.tests);
}

TEST(service_desk, more_surveys_leave_contacts_and_earlier_surveys_alone) {
  service_desk_settings s = few();
  s.survey_ppm = 500'000;
  const service_desk a = generate(few());
  const service_desk b = generate(s);
  EXPECT_EQ(a.contacts, b.contacts);
  EXPECT_GT(b.surveys.size(), a.surveys.size());
  for (const survey& kept : a.surveys) {
    EXPECT_NE(std::ranges::find(b.surveys, kept), b.surveys.end());
  }
}

TEST(service_desk, a_setting_leaves_the_other_tables_alone) {
  service_desk_settings s = few();
  s.checks_per_month = 10;
  s.reviews_most = 5;
  s.test_questions = 10;
  s.subscriber_ppm = 0;
  const service_desk a = generate(few());
  const service_desk b = generate(s);
  EXPECT_EQ(a.contacts, b.contacts);
  EXPECT_EQ(a.surveys, b.surveys);
  EXPECT_EQ(a.purchases, b.purchases);
  EXPECT_EQ(a.truth, b.truth);
  EXPECT_TRUE(b.subscriptions.empty());
}

TEST(service_desk, more_issues_leave_the_first_ones_alone) {
  service_desk_settings s = few();
  s.issues *= 2;
  const service_desk a = generate(few());
  const service_desk b = generate(s);
  // Ids are places in the order of opening; everything else of the first issues stays.
  const auto plain = [](const contact& c) {
    return std::tuple(c.opened, c.issue, c.customer, c.agent, c.channel, c.topic, c.resolved,
                      c.handle_time);
  };
  std::vector<decltype(plain(a.contacts[0]))> first;
  for (const contact& c : b.contacts) {
    if (c.issue <= few().issues) first.push_back(plain(c));
  }
  std::vector<decltype(plain(a.contacts[0]))> all;
  for (const contact& c : a.contacts) all.push_back(plain(c));
  EXPECT_EQ(all, first);
}

TEST(service_desk, more_customers_leave_the_first_ones_alone) {
  service_desk_settings s = few();
  s.customers *= 2;
  const service_desk a = generate(few());
  const service_desk b = generate(s);
  EXPECT_TRUE(std::equal(a.customers.begin(), a.customers.end(), b.customers.begin()));
  EXPECT_TRUE(
      std::equal(a.truth.customers.begin(), a.truth.customers.end(), b.truth.customers.begin()));
}

TEST(service_desk, a_longer_period_begins_with_the_same_reviews) {
  service_desk_settings s = few();
  s.late_joiners = 0;
  s.days = 31;
  const service_desk a = generate(s);
  s.days = 59;
  const service_desk b = generate(s);
  ASSERT_LT(a.reviews.size(), b.reviews.size());
  EXPECT_TRUE(std::equal(a.reviews.begin(), a.reviews.end(), b.reviews.begin()));
  EXPECT_TRUE(std::equal(a.checks.begin(), a.checks.end(), b.checks.begin()));
}

TEST(service_desk, many_agents) {
  service_desk_settings s = few();
  s.agents = 3'000;
  s.key_account_agents = 500;
  s.checks_per_month = 1;
  const service_desk desk = generate(s);
  EXPECT_EQ(desk.agents.size(), 3'000U);
  EXPECT_EQ(desk.agents[20].name, "Agent 21");
}

}  // namespace
