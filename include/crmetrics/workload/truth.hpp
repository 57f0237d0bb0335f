#pragma once

#include <crmetrics/core/decimal.hpp>
#include <crmetrics/workload/detail/tables.hpp>
#include <crmetrics/workload/records.hpp>
#include <crmetrics/workload/samplers.hpp>

#include <array>
#include <cstdint>
#include <vector>

namespace crmetrics::workload {

/// What is true of one agent: the distributions that the agent's records are drawn from, exactly.
/// Probabilities are whole parts per million. Records of an agent are independent of each other
/// given this, so an interval from them can be judged by whether it holds the true value.
struct agent_truth {
  std::uint32_t agent = 0;

  // Latent traits, 0 to 100; everything below follows from them.
  std::int32_t quality = 0;    ///< general ability
  std::int32_t service = 0;    ///< how customers and reviewers see it
  std::int32_t pace = 0;       ///< speed
  std::int32_t resolving = 0;  ///< ability and patience: haste costs repeat contacts

  std::array<std::uint32_t, 5> csat_ppm{};  ///< P(answer 1) ... P(answer 5)
  std::array<std::uint32_t, 11> nps_ppm{};  ///< P(answer 0) ... P(answer 10)

  std::int64_t handle_percent = 100;    ///< handle times against the table, before the channel
  std::int64_t response_percent = 100;  ///< first responses against the table of the channel
  exact_ratio handle_time_mean;         ///< microseconds, over the mix of channels
  exact_ratio first_response_mean;      ///< microseconds, over the mix of channels

  std::uint32_t resolved_24h_ppm = 0;  ///< P(resolved within 24 h of being opened)
  std::uint32_t unresolved_ppm = 0;    ///< P(never resolved)

  /// P(the customer comes back with the issue within 7 days of the resolution), for a resolved
  /// contact of a known customer; by topic, and over the topics of first contacts.
  std::array<std::uint32_t, topic_count> repeat_by_topic_ppm{};
  std::uint32_t repeat_ppm = 0;

  std::int32_t review_mean = 0;         ///< mean points of a review
  std::uint32_t check_failure_ppm = 0;  ///< P(a compliance check fails)
  std::uint32_t renewal_ppm = 0;        ///< P(a subscription that the agent owns is renewed)
  std::uint32_t knowledge_ppm = 0;      ///< P(a question of the test is answered right)

  /// P(csat answer is 4 or 5).
  constexpr std::uint32_t satisfied_ppm() const noexcept { return csat_ppm[3] + csat_ppm[4]; }
  /// P(nps answer is 9 or 10).
  constexpr std::uint32_t promoter_ppm() const noexcept { return nps_ppm[9] + nps_ppm[10]; }
  /// P(nps answer is 7 or 8).
  constexpr std::uint32_t passive_ppm() const noexcept { return nps_ppm[7] + nps_ppm[8]; }
  /// P(nps answer is 0 to 6).
  constexpr std::uint32_t detractor_ppm() const noexcept {
    return 1'000'000 - promoter_ppm() - passive_ppm();
  }

  friend bool operator==(const agent_truth&, const agent_truth&) = default;
};

/// P(late repeat): the customer comes back with the issue after 7 and within 30 days.
constexpr std::uint32_t late_repeat_ppm(const agent_truth& truth, topic_kind topic) noexcept {
  return truth.repeat_by_topic_ppm[static_cast<std::size_t>(topic)] / 4;
}

/// P(handle time <= seconds) of an agent, to a few units of the last place.
inline double handle_time_within(const agent_truth& truth, std::int64_t seconds) {
  double share = 0;
  for (std::size_t c = 0; c != channel_count; ++c) {
    share += static_cast<double>(detail::channel_share[c]) *
             detail::handle_table(truth.handle_percent, c).share_at_most(seconds);
  }
  return share / 100;
}

/// P(first response within that many seconds of being opened), to a few units of the last place.
inline double first_response_within(const agent_truth& truth, std::int64_t seconds) {
  double share = 0;
  for (std::size_t c = 0; c != channel_count; ++c) {
    share += static_cast<double>(detail::channel_share[c]) *
             detail::response_table(truth.response_percent, c).share_at_most(seconds);
  }
  return share / 100;
}

/// What is true of one customer.
struct customer_truth {
  std::uint32_t customer = 0;
  std::uint64_t contact_weight = 0;  ///< issues are shared out in proportion to it
  std::uint32_t purchase_ppm = 0;    ///< P(buys on a day), while alive: gaps are geometric
  std::uint32_t dropout_ppm = 0;     ///< P(gone for good after a purchase), the first one included
  exact_ratio purchase_mean;         ///< minor units

  friend bool operator==(const customer_truth&, const customer_truth&) = default;
};

/// What is true of subscriptions in a month: probabilities of each movement, the same for all.
struct subscription_truth {
  std::uint32_t churn_ppm = 0;         ///< leaves in a month without a renewal
  std::uint32_t upgrade_ppm = 0;       ///< tries the next plan (no change on the highest)
  std::uint32_t downgrade_ppm = 0;     ///< tries the plan below (no change on the lowest)
  std::uint32_t reactivation_ppm = 0;  ///< comes back in a month after leaving

  friend bool operator==(const subscription_truth&, const subscription_truth&) = default;
};

struct service_desk_truth {
  std::vector<agent_truth> agents;        ///< in the order of the ids
  std::vector<customer_truth> customers;  ///< in the order of the ids
  subscription_truth subscriptions;

  friend bool operator==(const service_desk_truth&, const service_desk_truth&) = default;
};

}  // namespace crmetrics::workload
