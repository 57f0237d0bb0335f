#pragma once

#include <crmetrics/workload/detail/calendar.hpp>
#include <crmetrics/workload/detail/people.hpp>
#include <crmetrics/workload/detail/streams.hpp>
#include <crmetrics/workload/detail/tables.hpp>
#include <crmetrics/workload/records.hpp>
#include <crmetrics/workload/samplers.hpp>
#include <crmetrics/workload/settings.hpp>
#include <crmetrics/workload/truth.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

namespace crmetrics::workload::detail {

inline constexpr subscription_truth movements{4'000, 15'000, 10'000, 30'000};

// Buys on the first day, then after geometric gaps until gone or observation ends.
inline std::vector<purchase> purchases_of(const service_desk_settings& s,
                                          const clientele& clients) {
  const quantile_sampler noise = spend_noise_table();
  const std::int64_t end = std::int64_t{s.start_day} + s.days;
  std::vector<purchase> out;
  for (std::size_t i = 0; i != clients.customers.size(); ++i) {
    random_stream random = record_stream(s, stream_kind::purchase, clients.customers[i].id);
    const customer_truth& truth = clients.truth[i];
    for (std::int64_t day = clients.customers[i].since_day; day < end;) {
      const std::int64_t when =
          day * day_seconds + random.between(8 * hour_seconds, 22 * hour_seconds - 1);
      out.push_back(
          {clients.customers[i].id, when * second, clients.spend[i] * noise.sample(random)});
      if (random.chance(truth.dropout_ppm)) break;
      const std::optional<std::int64_t> wait = geometric(random, truth.purchase_ppm, end - day);
      if (!wait) break;
      day += *wait;
    }
  }
  std::ranges::sort(out, {}, [](const purchase& p) { return std::tuple(p.bought, p.customer); });
  return out;
}

// The ledger of one customer: rows while subscribed, and what came of each renewal.
inline void keep_ledger(const service_desk_settings& s, const staff& desk, const customer& c,
                        const discrete_sampler& plans, std::vector<subscription>& ledger,
                        std::vector<renewal>& renewals) {
  random_stream random = record_stream(s, stream_kind::subscription, c.id);
  if (!random.chance(s.subscriber_ppm)) return;
  std::size_t plan = plans.sample(random);
  const auto months = static_cast<std::uint64_t>(s.ledger_months);
  // One in five joins during the ledger; the others came up to a year before it.
  const bool newcomer = random.chance(200'000);
  std::int64_t joined = newcomer ? static_cast<std::int64_t>(random.below(months))
                                 : -1 - static_cast<std::int64_t>(random.below(12));
  bool active = !newcomer;

  const std::int32_t first = month_of_day(s.start_day + s.days - 1) - s.ledger_months + 1;
  for (std::int32_t m = 0; m != s.ledger_months; ++m) {
    const std::int32_t day = first_day_of_month(first + m);
    const std::int64_t price = plan_amount[plan] * (c.key_account ? key_account_factor : 1);
    const auto fate = static_cast<std::uint32_t>(random.below(1'000'000));
    if (m < joined) continue;
    if (m == joined) {
      active = true;
    } else if (!active) {
      active = fate < movements.reactivation_ppm;
      if (active) joined = m;
    } else if ((m - joined) % 12 == 0) {
      active = fate < desk.truth[c.owner - 1].renewal_ppm;
      renewals.push_back({c.id, c.owner, day, active, price});
    } else if (fate < movements.churn_ppm) {
      active = false;
    } else if (fate < movements.churn_ppm + movements.upgrade_ppm) {
      plan = (std::min)(plan + 1, plan_amount.size() - 1);
    } else if (fate < movements.churn_ppm + movements.upgrade_ppm + movements.downgrade_ppm) {
      plan = plan == 0 ? 0 : plan - 1;
    }
    if (active) {
      ledger.push_back({c.id, day, plan_amount[plan] * (c.key_account ? key_account_factor : 1)});
    }
  }
}

inline std::pair<std::vector<subscription>, std::vector<renewal>> ledgers_of(
    const service_desk_settings& s, const staff& desk, const clientele& clients) {
  std::pair<std::vector<subscription>, std::vector<renewal>> out;
  if (s.ledger_months == 0) return out;
  const discrete_sampler plans{std::span<const std::uint64_t>(plan_share)};
  for (const customer& c : clients.customers) {
    keep_ledger(s, desk, c, plans, out.first, out.second);
  }
  std::ranges::sort(out.first, {}, [](const subscription& row) {
    return std::tuple(row.month_day, row.customer);
  });
  std::ranges::sort(out.second, {},
                    [](const renewal& r) { return std::tuple(r.due_day, r.customer); });
  return out;
}

}  // namespace crmetrics::workload::detail
