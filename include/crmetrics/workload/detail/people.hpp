#pragma once

#include <crmetrics/workload/detail/streams.hpp>
#include <crmetrics/workload/detail/tables.hpp>
#include <crmetrics/workload/records.hpp>
#include <crmetrics/workload/samplers.hpp>
#include <crmetrics/workload/settings.hpp>
#include <crmetrics/workload/truth.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crmetrics::workload::detail {

struct staff {
  std::vector<agent> agents;
  std::vector<agent_truth> truth;
  std::vector<std::uint64_t> load;         // relative share of the contacts of the team
  std::vector<std::uint32_t> check_means;  // compliance checks in a month
};

struct clientele {
  std::vector<customer> customers;
  std::vector<customer_truth> truth;
  std::vector<std::int64_t> spend;  // a typical purchase, in hundreds of minor units
};

inline std::string agent_name(std::uint32_t id) {
  static constexpr std::array<std::string_view, 20> names{
      "Ana",   "Ben",  "Chloe", "Dmitri", "Elif", "Femi",  "Grace", "Hiro", "Ines", "Jonas",
      "Keiko", "Liam", "Mei",   "Nadia",  "Omar", "Priya", "Quinn", "Rosa", "Sven", "Tara"};
  if (id <= names.size()) return std::string(names[id - 1]);
  return "Agent " + std::to_string(id);
}

// The mean over channels of means in seconds, in microseconds.
template <class Table>
exact_ratio mean_over_channels(Table table) {
  exact_ratio mean{0, 200};  // 2,000,000 of the means x 100 per cent, over 10^6 microseconds
  for (std::size_t c = 0; c != channel_count; ++c) {
    mean.numerator += static_cast<std::int64_t>(channel_share[c]) * table(c).mean().numerator;
  }
  return mean;
}

inline agent_truth truth_of_agent(random_stream& random, std::uint32_t id, bool careless,
                                  bool by_topic) {
  agent_truth t;
  t.agent = id;
  const auto bell = [&random] {
    std::int64_t sum = random.between(0, 34);
    sum += random.between(0, 33);
    sum += random.between(0, 33);
    return static_cast<std::int32_t>(sum);
  };
  t.quality = bell();
  t.service = (3 * t.quality + 2 * static_cast<std::int32_t>(random.between(0, 100))) / 5;
  t.pace = bell();
  t.resolving = (2 * t.quality + (100 - t.pace)) / 3;

  const auto service = static_cast<std::uint32_t>(t.service);
  for (std::size_t k = 0; k != t.csat_ppm.size(); ++k) {
    t.csat_ppm[k] = 100 * (csat_worst[k] * (100 - service) + csat_best[k] * service);
    for (std::size_t j = 0; j != t.nps_ppm.size(); ++j) {
      t.nps_ppm[j] += t.csat_ppm[k] / 100 * static_cast<std::uint32_t>(nps_given_csat[k][j]);
    }
  }
  t.handle_percent = 150 - 4 * t.pace / 5;
  t.response_percent = 130 - 3 * t.pace / 5;
  t.handle_time_mean =
      mean_over_channels([&](std::size_t c) { return handle_table(t.handle_percent, c); });
  t.first_response_mean =
      mean_over_channels([&](std::size_t c) { return response_table(t.response_percent, c); });

  const auto quality = static_cast<std::uint32_t>(t.quality);
  t.resolved_24h_ppm = 860'000 + 1'200 * quality;
  t.unresolved_ppm = 10'000 - 80 * quality;
  t.repeat_ppm = 210'000 - 1'600 * static_cast<std::uint32_t>(t.resolving);
  for (std::size_t topic = 0; topic != topic_count; ++topic) {
    t.repeat_by_topic_ppm[topic] =
        by_topic ? t.repeat_ppm / 100 * topic_repeat[topic] : t.repeat_ppm;
  }
  t.review_mean = 58 + 3 * t.service / 10;
  const auto carelessness = static_cast<std::uint32_t>(random.between(0, 100));
  t.check_failure_ppm = careless ? 18'000 + 80 * carelessness : 100 + 5 * carelessness;
  t.renewal_ppm = 700'000 + 2'600 * service;
  t.knowledge_ppm = 550'000 + 4'000 * quality;
  return t;
}

inline staff hire(const service_desk_settings& s) {
  const std::uint32_t founders = s.agents - s.late_joiners;

  // The first of a random order of the founders are careless, the next rarely checked.
  std::vector<std::uint32_t> order(founders);
  std::iota(order.begin(), order.end(), 1U);
  random_stream roles = people_stream(s, stream_kind::role, 0);
  const std::uint32_t special = s.careless_agents + s.rarely_checked;
  for (std::uint32_t i = 0; i != special; ++i) {
    std::swap(order[i], order[i + roles.below(founders - i)]);
  }
  std::vector<bool> careless(s.agents + 1);
  std::vector<bool> rarely(s.agents + 1);
  for (std::uint32_t i = 0; i != special; ++i) {
    (i < s.careless_agents ? careless : rarely)[order[i]] = true;
  }

  staff out;
  for (std::uint32_t id = 1; id <= s.agents; ++id) {
    random_stream random = people_stream(s, stream_kind::agent, id);
    agent a;
    a.id = id;
    a.name = agent_name(id);
    a.team = id <= s.key_account_agents             ? team_kind::key_accounts
             : (id - s.key_account_agents) % 2 == 1 ? team_kind::east
                                                    : team_kind::west;
    a.joined_day = id <= founders
                       ? s.start_day - static_cast<std::int32_t>(random.between(30, 2'000))
                       : s.start_day + s.days - s.late_joiner_days;
    out.load.push_back(static_cast<std::uint64_t>(random.between(60, 140)));
    out.truth.push_back(truth_of_agent(random, id, careless[id], s.repeats_vary_by_topic));
    out.check_means.push_back(rarely[id] ? (s.checks_per_month + 19) / 20 : s.checks_per_month);
    out.agents.push_back(std::move(a));
  }
  return out;
}

// The owner of an account is one of the team's agents who were there before the period.
inline clientele acquire(const service_desk_settings& s, const staff& desk) {
  std::array<std::vector<std::uint32_t>, team_count> owners;
  for (const agent& a : desk.agents) {
    if (a.joined_day < s.start_day) owners[static_cast<std::size_t>(a.team)].push_back(a.id);
  }
  const quantile_sampler weights = contact_weight_table();
  const quantile_sampler rates = purchase_rate_table();
  const quantile_sampler dropouts = dropout_table();
  const quantile_sampler spends = spend_table();
  const std::int64_t noise = spend_noise_table().mean().numerator;

  clientele out;
  out.customers.reserve(s.customers);
  out.truth.reserve(s.customers);
  out.spend.reserve(s.customers);
  for (std::uint32_t id = 1; id <= s.customers; ++id) {
    random_stream random = people_stream(s, stream_kind::customer, id);
    customer c;
    c.id = id;
    c.key_account = random.chance(80'000);
    const bool east = random.chance(500'000);
    c.team = c.key_account ? team_kind::key_accounts : east ? team_kind::east : team_kind::west;
    const std::vector<std::uint32_t>& team = owners[static_cast<std::size_t>(c.team)];
    c.owner = team[random.below(team.size())];
    c.since_day =
        static_cast<std::int32_t>(random.between(s.start_day - s.history_days, s.start_day - 1));

    customer_truth t;
    t.customer = id;
    t.contact_weight =
        static_cast<std::uint64_t>(weights.sample(random)) * (c.key_account ? 2U : 1U);
    t.purchase_ppm = static_cast<std::uint32_t>(rates.sample(random));
    t.dropout_ppm = static_cast<std::uint32_t>(dropouts.sample(random));
    const std::int64_t spend = spends.sample(random) * (c.key_account ? key_account_factor : 1);
    t.purchase_mean = {spend * noise, 2'000'000};  // hundreds x per cent
    out.customers.push_back(c);
    out.truth.push_back(t);
    out.spend.push_back(spend);
  }
  return out;
}

}  // namespace crmetrics::workload::detail
