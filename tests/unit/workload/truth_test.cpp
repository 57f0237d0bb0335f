#include "statistics.hpp"

#include <crmetrics/workload/detail/tables.hpp>
#include <crmetrics/workload/records.hpp>
#include <crmetrics/workload/service_desk.hpp>
#include <crmetrics/workload/truth.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <utility>
#include <vector>

// The records must come from the stated truth: each test holds frequencies of the default desk
// against the exact probabilities. With 20 agents a limit of five standard deviations is one that a
// right generator passes with any seed.
namespace {

using namespace crmetrics::workload;

constexpr std::int64_t second = 1'000'000;
constexpr std::int64_t day = 86'400 * second;

const service_desk& quarter() {
  static const service_desk desk = generate({});
  return desk;
}

double share(std::uint64_t ppm) { return static_cast<double>(ppm) / 1e6; }

const agent_truth& truth_of(std::uint32_t agent) { return quarter().truth.agents.at(agent - 1); }

// --- the truth itself
// -----------------------------------------------------------------------------

TEST(truth, tables_are_distributions) {
  namespace d = detail;
  const auto sum = [](const auto& parts) {
    return std::accumulate(parts.begin(), parts.end(), std::uint64_t{0});
  };
  EXPECT_EQ(sum(d::channel_share), 100U);
  EXPECT_EQ(sum(d::topic_share), 100U);
  EXPECT_EQ(sum(d::csat_worst), 100U);
  EXPECT_EQ(sum(d::csat_best), 100U);
  EXPECT_EQ(sum(d::plan_share), 100U);
  for (const auto& row : d::nps_given_csat) EXPECT_EQ(sum(row), 100U);
  std::uint64_t repeat = 0;
  for (std::size_t t = 0; t != topic_count; ++t) repeat += d::topic_share[t] * d::topic_repeat[t];
  EXPECT_EQ(repeat, 100U * 100U);  // so that the agent's own probability is the mean over topics
  std::uint32_t most = 0;
  for (std::size_t c = 0; c != channel_count; ++c) {
    for (const auto hour : d::hour_weight[c]) {
      for (const auto weekday : d::weekday_weight[c]) most = (std::max)(most, hour * weekday);
    }
  }
  EXPECT_EQ(most, d::most_weight);
}

TEST(truth, probabilities_of_an_agent_add_up) {
  service_desk_settings many;
  many.agents = 2'000;
  many.key_account_agents = 4;
  many.customers = 10;
  many.issues = 0;
  many.checks_per_month = 0;
  std::set<std::int32_t> qualities;
  for (const agent_truth& t : generate(many).truth.agents) {
    qualities.insert(t.quality);
    for (const std::int32_t trait : {t.quality, t.service, t.pace, t.resolving}) {
      ASSERT_TRUE(trait >= 0 && trait <= 100);
    }
    ASSERT_EQ(std::accumulate(t.csat_ppm.begin(), t.csat_ppm.end(), 0U), 1'000'000U);
    ASSERT_EQ(std::accumulate(t.nps_ppm.begin(), t.nps_ppm.end(), 0U), 1'000'000U);
    ASSERT_EQ(t.promoter_ppm() + t.passive_ppm() + t.detractor_ppm(), 1'000'000U);
    ASSERT_LE(t.resolved_24h_ppm + t.unresolved_ppm, 1'000'000U);
    ASSERT_TRUE(t.repeat_ppm >= 50'000 && t.repeat_ppm <= 210'000);
    std::uint64_t repeat = 0;
    for (std::size_t topic = 0; topic != topic_count; ++topic) {
      repeat += detail::topic_share[topic] * t.repeat_by_topic_ppm[topic];
    }
    ASSERT_EQ(repeat, t.repeat_ppm * std::uint64_t{100});
    ASSERT_TRUE(t.review_mean >= 12 && t.review_mean <= 88);  // so that no point is cut off
    ASSERT_LE(t.check_failure_ppm, 1'000'000U);
    ASSERT_LE(t.renewal_ppm, 1'000'000U);
    ASSERT_LE(t.knowledge_ppm, 1'000'000U);
  }
  EXPECT_GT(qualities.size(), 60U);
}

// The service trait in the middle: by hand from the two tables of docs/workload.md.
TEST(truth, satisfaction_is_linear_in_service) {
  for (const agent_truth& t : quarter().truth.agents) {
    const double s = t.service / 100.0;
    const std::array<double, 5> worst{.12, .10, .20, .32, .26};
    const std::array<double, 5> best{.01, .01, .03, .25, .70};
    for (std::size_t k = 0; k != 5; ++k) {
      EXPECT_NEAR(share(t.csat_ppm[k]), worst[k] + (best[k] - worst[k]) * s, 1e-12);
    }
    EXPECT_NEAR(share(t.satisfied_ppm()), .58 + .37 * s, 1e-12);
  }
}

// Mean and shares of handle times by enumeration of every second.
TEST(truth, handle_time_by_enumeration) {
  const agent_truth& t = truth_of(1);
  double mean = 0;
  double within = 0;
  for (std::size_t c = 0; c != channel_count; ++c) {
    const auto points = detail::handle_table(t.handle_percent, c).points();
    for (std::size_t i = 0; i + 1 != points.size(); ++i) {
      const double each = static_cast<double>(detail::channel_share[c]) / 100 *
                          (points[i + 1].ppm - points[i].ppm) / 1e6 /
                          static_cast<double>(points[i + 1].value - points[i].value);
      for (auto v = points[i].value; v != points[i + 1].value; ++v) {
        mean += each * static_cast<double>(v);
        within += v <= 600 ? each : 0;
      }
    }
  }
  EXPECT_NEAR(t.handle_time_mean.value(), mean * 1e6, 1e-3);
  EXPECT_NEAR(handle_time_within(t, 600), within, 1e-12);
}

TEST(truth, repeats_may_be_the_same_for_all_topics) {
  service_desk_settings s;
  s.customers = 10;
  s.issues = 0;
  s.repeats_vary_by_topic = false;
  const service_desk desk = generate(s);
  for (std::size_t i = 0; i != desk.truth.agents.size(); ++i) {
    const agent_truth& t = desk.truth.agents[i];
    EXPECT_EQ(t.repeat_ppm, quarter().truth.agents[i].repeat_ppm);
    for (const std::uint32_t by_topic : t.repeat_by_topic_ppm) EXPECT_EQ(by_topic, t.repeat_ppm);
  }
}

// --- surveys
// --------------------------------------------------------------------------------------

TEST(truth, satisfaction_of_each_agent) {
  std::map<std::uint32_t, std::array<int, 5>> counts;
  for (const survey& s : quarter().surveys) {
    if (s.csat) ++counts[s.agent].at(static_cast<std::size_t>(*s.csat) - 1);
  }
  statistics::chi_square all;
  std::size_t agents = 0;
  for (const auto& [agent, count] : counts) {
    const double n = std::accumulate(count.begin(), count.end(), 0);
    if (n < 100) continue;
    ++agents;
    for (std::size_t k = 0; k != 5; ++k) {
      all.add(count[k], n * share(truth_of(agent).csat_ppm[k]));
    }
  }
  EXPECT_EQ(agents, 19U);
  EXPECT_LT(std::abs(all.sigmas(agents)), 5);
}

TEST(truth, recommendation_of_each_agent) {
  std::map<std::uint32_t, std::array<int, 11>> counts;
  for (const survey& s : quarter().surveys) {
    if (s.nps) ++counts[s.agent].at(static_cast<std::size_t>(*s.nps));
  }
  statistics::chi_square all;
  std::size_t agents = 0;
  for (const auto& [agent, count] : counts) {
    const double n = std::accumulate(count.begin(), count.end(), 0);
    if (n < 100) continue;
    ++agents;
    for (std::size_t k = 0; k != 11; ++k) {
      all.add(count[k], n * share(truth_of(agent).nps_ppm[k]));
    }
  }
  EXPECT_LT(std::abs(all.sigmas(agents)), 5);
}

// Satisfaction and recommendation of one answer hang together as the table says.
TEST(truth, recommendation_given_satisfaction) {
  std::array<std::array<int, 11>, 5> counts{};
  for (const survey& s : quarter().surveys) {
    if (s.csat && s.nps) {
      ++counts.at(static_cast<std::size_t>(*s.csat) - 1).at(static_cast<std::size_t>(*s.nps));
    }
  }
  statistics::chi_square all;
  for (std::size_t k = 0; k != 5; ++k) {
    const double n = std::accumulate(counts[k].begin(), counts[k].end(), 0);
    for (std::size_t j = 0; j != 11; ++j) {
      const auto percent = static_cast<double>(detail::nps_given_csat[k][j]);
      if (percent == 0) {
        EXPECT_EQ(counts[k][j], 0);
      } else {
        all.add(counts[k][j], n * percent / 100);
      }
    }
  }
  EXPECT_LT(std::abs(all.sigmas(5)), 5);
}

TEST(truth, response_rate_and_skipped_questions) {
  const service_desk& desk = quarter();
  std::set<std::uint32_t> answered;
  statistics::successes skipped_csat;
  statistics::successes skipped_nps;
  for (const survey& s : desk.surveys) {
    answered.insert(s.contact);
    skipped_csat.add(!s.csat, .06);
    skipped_nps.add(!s.nps, .06);
  }
  statistics::successes response;
  for (const contact& c : desk.contacts) {
    // Answers come within three days: later contacts are not yet mature.
    if (c.resolved && *c.resolved + 3 * day <= desk.observed_until) {
      response.add(answered.contains(c.id), .18);
    }
  }
  EXPECT_LT(std::abs(response.sigmas()), 5);
  EXPECT_LT(std::abs(skipped_csat.sigmas()), 5);
  EXPECT_LT(std::abs(skipped_nps.sigmas()), 5);
}

// --- contacts
// -------------------------------------------------------------------------------------

TEST(truth, channels_and_topics) {
  std::array<int, channel_count> channels{};
  std::array<int, topic_count> topics{};
  double n = 0;
  double first = 0;
  for (const contact& c : quarter().contacts) {
    ++channels.at(static_cast<std::size_t>(c.channel));
    ++n;
    if (c.repeat_of) continue;
    ++topics.at(static_cast<std::size_t>(c.topic));
    ++first;
  }
  statistics::chi_square channel_fit;
  for (std::size_t c = 0; c != channel_count; ++c) {
    channel_fit.add(channels[c], n * static_cast<double>(detail::channel_share[c]) / 100);
  }
  statistics::chi_square topic_fit;
  for (std::size_t t = 0; t != topic_count; ++t) {
    topic_fit.add(topics[t], first * static_cast<double>(detail::topic_share[t]) / 100);
  }
  EXPECT_LT(channel_fit.sigmas(), 5);
  EXPECT_LT(topic_fit.sigmas(), 5);
}

TEST(truth, opening_hours) {
  const service_desk& desk = quarter();
  for (std::size_t channel = 0; channel != channel_count; ++channel) {
    std::vector<double> weights;
    double sum = 0;
    for (std::int64_t h = 0; h != std::int64_t{desk.settings.days} * 24; ++h) {
      const std::int64_t hour = std::int64_t{desk.settings.start_day} * 24 + h;
      weights.push_back(detail::opening_weight(channel, hour));
      sum += weights.back();
    }
    std::vector<int> counts(weights.size());
    double n = 0;
    for (const contact& c : desk.contacts) {
      if (c.repeat_of || static_cast<std::size_t>(c.channel) != channel) continue;
      ++counts.at(static_cast<std::size_t>((c.opened - desk.observed_from) / (3'600 * second)));
      ++n;
    }
    statistics::chi_square fit;
    for (std::size_t h = 0; h != counts.size(); ++h) {
      if (weights[h] == 0) {
        ASSERT_EQ(counts[h], 0);
      } else {
        fit.add(counts[h], n * weights[h] / sum);
      }
    }
    EXPECT_LT(std::abs(fit.sigmas()), 5) << channel;
  }
}

TEST(truth, unknown_callers) {
  statistics::successes unknown;
  for (const contact& c : quarter().contacts) {
    if (!c.repeat_of) unknown.add(!c.customer, .03);
  }
  EXPECT_LT(std::abs(unknown.sigmas()), 5);
}

// Issues are shared out by the weights of the customers.
TEST(truth, issues_of_customers) {
  const service_desk& desk = quarter();
  double sum = 0;
  for (const customer_truth& t : desk.truth.customers) {
    sum += static_cast<double>(t.contact_weight);
  }
  std::map<std::uint32_t, int> counts;
  double n = 0;
  for (const contact& c : desk.contacts) {
    if (c.repeat_of || !c.customer) continue;
    ++counts[*c.customer];
    ++n;
  }
  statistics::chi_square fit;
  for (const customer_truth& t : desk.truth.customers) {
    fit.add(counts[t.customer], n * static_cast<double>(t.contact_weight) / sum);
  }
  EXPECT_LT(std::abs(fit.sigmas()), 5);
}

TEST(truth, handle_time_of_each_agent) {
  std::map<std::uint32_t, statistics::mean_check> means;
  std::map<std::uint32_t, statistics::successes> within;
  for (const contact& c : quarter().contacts) {
    if (!c.handle_time) continue;
    means[c.agent].add(static_cast<double>(*c.handle_time));
    within[c.agent].add(*c.handle_time <= 300 * second, handle_time_within(truth_of(c.agent), 300));
  }
  ASSERT_EQ(means.size(), 20U);
  for (const auto& [agent, mean] : means) {
    EXPECT_LT(std::abs(mean.sigmas(truth_of(agent).handle_time_mean.value())), 5) << agent;
    EXPECT_LT(std::abs(within[agent].sigmas()), 5) << agent;
  }
}

TEST(truth, first_response_of_each_agent) {
  const service_desk& desk = quarter();
  std::map<std::uint32_t, statistics::mean_check> means;
  std::map<std::uint32_t, statistics::successes> within;
  for (const contact& c : desk.contacts) {
    if (c.opened + day > desk.observed_until) continue;  // every response comes within a day
    ASSERT_TRUE(c.first_response);
    means[c.agent].add(static_cast<double>(*c.first_response - c.opened));
    within[c.agent].add(*c.first_response - c.opened <= 1'800 * second,
                        first_response_within(truth_of(c.agent), 1'800));
  }
  for (const auto& [agent, mean] : means) {
    EXPECT_LT(std::abs(within[agent].sigmas()), 5) << agent;
    if (mean.count() < 500) continue;  // too few for so skewed a distribution
    EXPECT_LT(std::abs(mean.sigmas(truth_of(agent).first_response_mean.value())), 5) << agent;
  }
}

TEST(truth, resolution_of_each_agent) {
  const service_desk& desk = quarter();
  std::map<std::uint32_t, statistics::successes> in_time;
  statistics::successes never;
  for (const contact& c : desk.contacts) {
    const agent_truth& t = truth_of(c.agent);
    if (c.opened + day <= desk.observed_until) {
      in_time[c.agent].add(c.resolved && *c.resolved <= c.opened + day, share(t.resolved_24h_ppm));
    }
    if (c.opened + 21 * day <= desk.observed_until) {
      never.add(!c.resolved, share(t.unresolved_ppm));
    }
  }
  for (const auto& [agent, count] : in_time) EXPECT_LT(std::abs(count.sigmas()), 5) << agent;
  EXPECT_GT(never.count(), 30'000U);
  EXPECT_LT(std::abs(never.sigmas()), 5);
}

// Only resolved contacts of known customers whose window has passed count; what is too recent to
// know is left out on both sides.
TEST(truth, repeats_of_each_agent) {
  const service_desk& desk = quarter();
  std::map<std::uint32_t, std::int64_t> came_back;
  for (const contact& c : desk.contacts) {
    if (c.repeat_of) came_back[*c.repeat_of] = c.opened;
  }
  std::map<std::uint32_t, statistics::successes> all;
  std::map<std::uint32_t, statistics::successes> first_contacts;
  std::map<topic_kind, statistics::successes> topics;
  statistics::successes late;
  for (const contact& c : desk.contacts) {
    if (!c.customer || !c.resolved) continue;
    const agent_truth& t = truth_of(c.agent);
    const double p = share(t.repeat_by_topic_ppm.at(static_cast<std::size_t>(c.topic)));
    const auto back = came_back.find(c.id);
    const bool within_week = back != came_back.end() && back->second <= *c.resolved + 7 * day;
    if (*c.resolved + 7 * day <= desk.observed_until) {
      all[c.agent].add(within_week, p);
      topics[c.topic].add(within_week, p);
      if (!c.repeat_of) first_contacts[c.agent].add(within_week, share(t.repeat_ppm));
    }
    if (*c.resolved + 30 * day <= desk.observed_until) {
      late.add(back != came_back.end() && !within_week, share(late_repeat_ppm(t, c.topic)));
    }
  }
  EXPECT_EQ(all.size(), 19U);  // not yet the late joiner
  for (const auto& [agent, count] : all) EXPECT_LT(std::abs(count.sigmas()), 5) << agent;
  for (const auto& [agent, count] : first_contacts) {
    EXPECT_LT(std::abs(count.sigmas()), 5) << agent;
  }
  for (const auto& [topic, count] : topics) {
    EXPECT_LT(std::abs(count.sigmas()), 5) << to_string(topic);
  }
  EXPECT_LT(std::abs(late.sigmas()), 5);
}

// --- samples
// --------------------------------------------------------------------------------------

// One desk has few reviews and fewer failed checks of an agent: fifty replicates together.
TEST(truth, reviews_and_checks_of_each_agent) {
  service_desk_settings s;
  s.customers = 10;
  s.issues = 0;
  s.ledger_months = 0;
  std::map<std::uint32_t, statistics::successes> failures;
  std::map<std::uint32_t, statistics::mean_check> points;
  std::map<std::int64_t, int> deviations;
  statistics::mean_check checks_a_quarter;
  double reviews = 0;
  for (s.replicate = 0; s.replicate != 50; ++s.replicate) {
    const service_desk desk = generate(s);
    for (const review& r : desk.reviews) {
      const std::int32_t mean = desk.truth.agents.at(r.agent - 1).review_mean;
      points[r.agent].add(r.points);
      ++deviations[r.points - mean];
      ++reviews;
    }
    std::map<std::uint32_t, int> checks;
    for (const check& c : desk.checks) {
      failures[c.agent].add(c.failed, share(desk.truth.agents.at(c.agent - 1).check_failure_ppm));
      ++checks[c.agent];
    }
    for (const auto& [agent, n] : checks) {
      if (agent != 20 && n > 150) checks_a_quarter.add(n);  // not those who are rarely checked
    }
  }
  ASSERT_EQ(failures.size(), 20U);
  for (const auto& [agent, count] : failures) EXPECT_LT(std::abs(count.sigmas()), 5) << agent;
  for (const auto& [agent, mean] : points) {
    EXPECT_LT(std::abs(mean.sigmas(truth_of(agent).review_mean)), 5) << agent;
  }
  // The sum of two fair numbers from -6 to 6.
  statistics::chi_square fit;
  for (std::int64_t d = -12; d <= 12; ++d) {
    fit.add(deviations[d], reviews * static_cast<double>(13 - std::abs(d)) / 169);
  }
  EXPECT_EQ(deviations.size(), 25U);
  EXPECT_LT(fit.sigmas(), 5);
  EXPECT_LT(std::abs(checks_a_quarter.sigmas(300)), 5);  // three months of 100
}

TEST(truth, knowledge_tests) {
  statistics::successes all;
  for (const knowledge_test& t : quarter().tests) {
    EXPECT_EQ(t.questions, 40);
    for (int q = 0; q != t.questions; ++q) {
      all.add(q < t.correct, share(truth_of(t.agent).knowledge_ppm));
    }
  }
  EXPECT_EQ(all.count(), 19U * 40U);
  EXPECT_LT(std::abs(all.sigmas()), 5);
}

TEST(truth, renewals_of_each_agent) {
  std::map<std::uint32_t, statistics::successes> renewed;
  for (const renewal& r : quarter().renewals) {
    renewed[r.agent].add(r.renewed, share(truth_of(r.agent).renewal_ppm));
  }
  EXPECT_EQ(renewed.size(), 19U);
  for (const auto& [agent, count] : renewed) EXPECT_LT(std::abs(count.sigmas()), 5) << agent;
}

// --- customers
// ------------------------------------------------------------------------------------

TEST(truth, monthly_movements) {
  const service_desk& desk = quarter();
  const subscription_truth& truth = desk.truth.subscriptions;
  std::set<std::pair<std::uint32_t, std::int32_t>> due;
  for (const renewal& r : desk.renewals) due.emplace(r.customer, r.due_day);
  std::map<std::uint32_t, std::map<std::int32_t, std::int64_t>> by_customer;
  std::set<std::int32_t> days;
  for (const subscription& row : desk.subscriptions) {
    by_customer[row.customer][row.month_day] = row.amount;
    days.insert(row.month_day);
  }
  const std::vector<std::int32_t> months(days.begin(), days.end());
  statistics::successes churn;
  statistics::successes up;
  statistics::successes down;
  statistics::successes back;
  for (const auto& [customer, rows] : by_customer) {
    const std::int64_t unit = desk.customers.at(customer - 1).key_account ? 5 : 1;
    bool seen = rows.contains(months[0]);
    for (std::size_t m = 1; m != months.size(); ++m) {
      const auto before = rows.find(months[m - 1]);
      const auto now = rows.find(months[m]);
      if (before == rows.end()) {
        if (seen) back.add(now != rows.end(), share(truth.reactivation_ppm));
      } else if (!due.contains({customer, months[m]})) {
        churn.add(now == rows.end(), share(truth.churn_ppm));
        if (now != rows.end()) {
          const double stays = 1 - share(truth.churn_ppm);
          if (before->second != 19'900 * unit) {
            up.add(now->second > before->second, share(truth.upgrade_ppm) / stays);
          }
          if (before->second != 2'900 * unit) {
            down.add(now->second < before->second, share(truth.downgrade_ppm) / stays);
          }
        }
      }
      seen = seen || now != rows.end();
    }
  }
  for (const auto* count : {&churn, &up, &down, &back}) {
    EXPECT_GT(count->observed(), 100);
    EXPECT_LT(std::abs(count->sigmas()), 5);
  }
}

// Nobody buys again with probability d + (1 - d)(1 - p)^days.
TEST(truth, second_purchases) {
  const service_desk& desk = quarter();
  std::map<std::uint32_t, int> counts;
  for (const purchase& p : desk.purchases) ++counts[p.customer];
  statistics::successes single;
  const std::int32_t end = desk.settings.start_day + desk.settings.days;
  for (const customer_truth& t : desk.truth.customers) {
    const std::int32_t left = end - 1 - desk.customers.at(t.customer - 1).since_day;
    const double d = share(t.dropout_ppm);
    single.add(counts.at(t.customer) == 1, d + (1 - d) * std::pow(1 - share(t.purchase_ppm), left));
  }
  EXPECT_LT(std::abs(single.sigmas()), 5);
}

// A wait of at most 60 days that was not cut off by the end is a geometric number given that it is
// at most 60: P(at most 20) = (1 - q^20) / (1 - q^60).
TEST(truth, waits_between_purchases) {
  const service_desk& desk = quarter();
  std::map<std::uint32_t, std::vector<std::int64_t>> days;
  for (const purchase& p : desk.purchases) days[p.customer].push_back(p.bought / day);
  const std::int64_t last = desk.settings.start_day + desk.settings.days - 1;
  statistics::successes at_most_20;
  for (const auto& [customer, bought] : days) {
    const double q = 1 - share(desk.truth.customers.at(customer - 1).purchase_ppm);
    for (std::size_t i = 0; i + 1 < bought.size(); ++i) {
      const std::int64_t wait = bought[i + 1] - bought[i];
      if (wait > 60 || bought[i] + 60 > last) continue;
      at_most_20.add(wait <= 20, (1 - std::pow(q, 20)) / (1 - std::pow(q, 60)));
    }
  }
  EXPECT_GT(at_most_20.count(), 5'000U);
  EXPECT_LT(std::abs(at_most_20.sigmas()), 5);
}

TEST(truth, purchase_amounts) {
  const service_desk& desk = quarter();
  statistics::mean_check relative;
  for (const purchase& p : desk.purchases) {
    relative.add(static_cast<double>(p.amount) /
                 desk.truth.customers.at(p.customer - 1).purchase_mean.value());
  }
  EXPECT_LT(std::abs(relative.sigmas(1)), 5);
}

}  // namespace
