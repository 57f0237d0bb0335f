#include <crmetrics/combinators/by.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/combinators/over.hpp>
#include <crmetrics/derive/purchase_fact.hpp>
#include <crmetrics/derive/subscription_fact.hpp>
#include <crmetrics/metrics/churn.hpp>
#include <crmetrics/metrics/churn_convention.hpp>
#include <crmetrics/metrics/clv.hpp>
#include <crmetrics/metrics/gross_revenue_churn.hpp>
#include <crmetrics/metrics/gross_revenue_retention.hpp>
#include <crmetrics/metrics/historical_clv.hpp>
#include <crmetrics/metrics/net_revenue_churn.hpp>
#include <crmetrics/metrics/net_revenue_retention.hpp>
#include <crmetrics/metrics/quick_ratio.hpp>
#include <crmetrics/metrics/renewal_rate.hpp>
#include <crmetrics/metrics/retention.hpp>
#include <crmetrics/metrics/revenue_movements.hpp>
#include <crmetrics/time/calendar.hpp>

#include "laws/events.hpp"
#include "laws/results.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// Metrics of subscriptions and purchases. A draw is a customer with a history of its own, so any
// split is one by customer, which is what their shard constraint asks for.
namespace crmetrics::laws {

inline void compare(const movements_report& a, const movements_report& b, nearness) {
  require_equal(a == b, true, "movements");
}

}  // namespace crmetrics::laws

#include "laws/metric_laws.hpp"  // after the comparison that it is to find

namespace crmetrics::laws {
namespace {

/// A customer in a month, together with the changes that the fact refers to.
struct customer {
  subscription_fact without_changes;
  std::vector<level_change> changes;
  std::optional<int> segment;

  subscription_fact fact() const {
    subscription_fact f = without_changes;
    f.changes = changes;
    return f;
  }
  instant month() const { return without_changes.window.from(); }
};

customer customer_of(const draw& d, unsigned month = 1) {
  const period window = calendar_month(2024, month);
  std::uint64_t random = d.pick * 0x9e3779b97f4a7c15u + static_cast<std::uint64_t>(d.x) + 1;
  const auto next = [&](std::uint64_t below) {
    random = random * 6364136223846793005u + 1442695040888963407u;
    return static_cast<std::int64_t>((random >> 33) % below);
  };
  const auto level = [&] { return next(3) * next(1'000'000); };
  customer c;
  c.without_changes.window = window;
  c.without_changes.level_at_start = level();
  c.without_changes.active_before = c.without_changes.level_at_start > 0 || next(2) == 0;
  const std::int64_t many = next(4);
  for (std::int64_t i = 0; i != many; ++i) {
    const std::int64_t within = next(7 * 86'400'000) * 1'000;  // each in a week of its own
    c.changes.push_back({{window.from().microseconds + i * 604'800'000'000 + within}, level()});
  }
  c.without_changes.level_at_end =
      c.changes.empty() ? c.without_changes.level_at_start : c.changes.back().level;
  if (d.kind == kind::outside) c.without_changes.level_at_end = -1;
  if (d.kind == kind::fraction) c.without_changes.level_at_end += 1;
  if (next(5) != 0) c.segment = static_cast<int>(next(3));
  return c;
}

template <class M>
struct of_customers {
  static auto make() { return on(&customer::fact, M{}); }
  static customer event(const draw& d) { return customer_of(d); }
};

struct churn_start : of_customers<churn> {
  static constexpr const char* name = "churn";
};
struct churn_average : of_customers<basic_churn<lost_of_average>> {
  static constexpr const char* name = "churn_average";
};
struct churn_events : of_customers<basic_churn<churn_events_of_start, student_t>> {
  static constexpr const char* name = "churn_events_of_start";
};
struct churn_stripe : of_customers<basic_churn<churn_events_of_start_and_new>> {
  static constexpr const char* name = "churn_events_of_start_and_new";
};
struct churn_daily : of_customers<basic_churn<churn_by_day>> {
  static constexpr const char* name = "churn_by_day";
};
struct kept : of_customers<retention> {
  static constexpr const char* name = "retention";
};
struct gross_churn : of_customers<gross_revenue_churn> {
  static constexpr const char* name = "gross_revenue_churn";
};
struct net_churn : of_customers<net_revenue_churn> {
  static constexpr const char* name = "net_revenue_churn";
};
struct net_churn_with : of_customers<basic_net_revenue_churn<with_reactivation>> {
  static constexpr const char* name = "net_revenue_churn_with_reactivation";
};
struct nrr : of_customers<net_revenue_retention> {
  static constexpr const char* name = "net_revenue_retention";
};
struct grr : of_customers<gross_revenue_retention> {
  static constexpr const char* name = "gross_revenue_retention";
};
struct grr_events : of_customers<basic_gross_revenue_retention<event_accounting>> {
  static constexpr const char* name = "gross_revenue_retention_by_events";
};
struct quick : of_customers<quick_ratio> {
  static constexpr const char* name = "quick_ratio";
};
struct quick_events : of_customers<basic_quick_ratio<event_accounting>> {
  static constexpr const char* name = "quick_ratio_by_events";
};
struct movements_snapshot : of_customers<revenue_movements> {
  static constexpr const char* name = "revenue_movements";
  static constexpr bool counts = false;
};
struct movements_events : of_customers<basic_revenue_movements<event_accounting>> {
  static constexpr const char* name = "revenue_movements_by_events";
  static constexpr bool counts = false;
};
struct churn_by_segment {
  static constexpr const char* name = "by_segment_churn";
  static auto make() { return by(&customer::segment, on(&customer::fact, churn{})); }
  static customer event(const draw& d) { return customer_of(d); }
};
struct renewals {
  static constexpr const char* name = "renewal_rate";
  static renewal_rate make() { return {}; }
  static std::optional<bool> event(const draw& d) { return yes_no(d); }
};

// Pending periods and customers are observations too.
struct value_by_formula {
  static constexpr const char* name = "clv";
  static clv make() {
    return clv({.discount = discount_rate::annual(.1), .period = time_unit::month});
  }
  static std::optional<customer_period> event(const draw& d) {
    if (d.kind == kind::no_value) return std::nullopt;
    customer_period p{std::int64_t{d.x} - 100'000, d.pick % 4 != 0};
    if (d.kind == kind::not_a_number) p.retained.reset();
    return p;
  }
  static std::optional<detail::uint128> accounted(const clv& m) {
    const estimate e = m.result();
    return detail::uint128{e.n()} + e.missing() + e.pending();
  }
};
struct value_with_a_horizon : value_by_formula {
  static constexpr const char* name = "clv_finite";
  static clv make() {
    return clv({.discount = discount_rate::none(),
                .timing = payment_timing::middle,
                .first = first_payment::after_renewal,
                .horizon = 12,
                .acquisition_cost = 1'000});
  }
};

struct buyer {
  std::vector<purchase> purchases;
  customer_purchases all() const { return {purchases, instant{2'000}}; }
};
buyer buyer_of(const draw& d) {
  buyer b;
  for (std::size_t i = 0; i <= d.pick % 4; ++i) {
    const auto at = static_cast<std::int64_t>(i * 300 + d.pick % 1'500);
    b.purchases.push_back({{at}, std::int64_t{d.x} - 1'000 * static_cast<std::int64_t>(i)});
  }
  if (d.kind == kind::outside) b.purchases.clear();
  if (d.kind == kind::fraction) b.purchases.push_back({{-1}, 5});
  return b;
}
template <class M>
std::optional<detail::uint128> with_pending(const M& m) {
  const estimate e = m.result();
  return detail::uint128{e.n()} + e.pending();
}
struct value_so_far {
  static constexpr const char* name = "historical_clv";
  static auto make() { return on(&buyer::all, historical_clv(microseconds{900})); }
  static buyer event(const draw& d) { return buyer_of(d); }
  static auto accounted(const projected<customer_purchases (buyer::*)() const, historical_clv>& m) {
    return with_pending(m);
  }
};
struct value_so_far_discounted {
  static constexpr const char* name = "historical_clv_discounted";
  static constexpr double scale = 4e6;
  static auto make() {
    return on(&buyer::all, basic_historical_clv<discounted>({discount_rate::continuous(1e12)},
                                                            microseconds{900}));
  }
  static buyer event(const draw& d) { return buyer_of(d); }
  static auto accounted(
      const projected<customer_purchases (buyer::*)() const, basic_historical_clv<discounted>>& m) {
    return with_pending(m);
  }
};

[[maybe_unused]] const bool entered =
    enter_all<churn_start, churn_average, churn_events, churn_stripe, churn_daily, kept,
              gross_churn, net_churn, net_churn_with, nrr, grr, grr_events, quick, quick_events,
              movements_snapshot, movements_events, churn_by_segment, renewals, value_by_formula,
              value_with_a_horizon, value_so_far, value_so_far_discounted>();

}  // namespace
}  // namespace crmetrics::laws
