#pragma once

// States to take apart, and what has to hold for whatever bytes come back: used by the fuzzer and
// by the unit test that damages bytes in every simple way.

#include <crmetrics/accumulators/exact_quantile.hpp>
#include <crmetrics/accumulators/mean.hpp>
#include <crmetrics/accumulators/occurrences.hpp>
#include <crmetrics/accumulators/ordinal.hpp>
#include <crmetrics/accumulators/proportion.hpp>
#include <crmetrics/accumulators/quantile.hpp>
#include <crmetrics/accumulators/rate.hpp>
#include <crmetrics/accumulators/ratio.hpp>
#include <crmetrics/accumulators/weighted_mean.hpp>
#include <crmetrics/combinators/by.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/combinators/over.hpp>
#include <crmetrics/combinators/together.hpp>
#include <crmetrics/combinators/where.hpp>
#include <crmetrics/intervals/net_score.hpp>
#include <crmetrics/io/state_bytes.hpp>
#include <crmetrics/metrics/churn.hpp>
#include <crmetrics/metrics/churn_convention.hpp>
#include <crmetrics/metrics/clv.hpp>
#include <crmetrics/metrics/csat.hpp>
#include <crmetrics/metrics/error_rate.hpp>
#include <crmetrics/metrics/fcr.hpp>
#include <crmetrics/metrics/fcr_counted.hpp>
#include <crmetrics/metrics/fcr_kaplan_meier.hpp>
#include <crmetrics/metrics/given.hpp>
#include <crmetrics/metrics/handle_time.hpp>
#include <crmetrics/metrics/historical_clv.hpp>
#include <crmetrics/metrics/net_revenue_churn.hpp>
#include <crmetrics/metrics/nps.hpp>
#include <crmetrics/metrics/repeat_contact.hpp>
#include <crmetrics/metrics/repeat_customers.hpp>
#include <crmetrics/metrics/revenue_movements.hpp>
#include <crmetrics/metrics/share_within.hpp>
#include <crmetrics/scorecard/scorecard.hpp>

#include <boost/endian/conversion.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

namespace hostile {

namespace crm = crmetrics;
using bytes = std::vector<std::byte>;

struct event {
  std::optional<std::string> agent;
  std::uint64_t desk = 0;
  int score = 0;
  crm::instant at;
  double handled = 0;
  bool kept = true;
};

inline std::vector<event> events() {
  return {{"ann", 0, 9, {0}, 30, true},
          {"bob", 1, 3, {2'678'400'000'000}, 61.5, true},
          {"ann", 2, 7, {-1}, 0.000001, false},
          {std::nullopt, 1, 10, {5}, 3600, true}};
}

/// A linked contact, by its number of findings and the time it was watched.
inline crm::contact_fact fact(unsigned flags, std::int64_t span) {
  return {{.span = crm::days{7}}, static_cast<std::uint8_t>(flags), {span}, false};
}

template <class M>
M seen(M metric, const auto&... inputs) {
  (metric.update(inputs), ...);
  return metric;
}
template <class M>
M seen_events(M metric) {
  for (const event& e : events()) metric.update(e);
  return metric;
}

/// A metric that has seen a customer who stays and one who leaves on the first of two days.
template <class M>
M seen_customers(M metric) {
  const crm::period window({0}, {2 * 86'400'000'000});
  const std::vector<crm::level_change> gone{{{7}, 0}};
  metric.update(crm::subscription_fact{window, 5, 5, true, {}});
  metric.update(crm::subscription_fact{window, 9, 0, true, gone});
  return metric;
}
inline crm::historical_clv seen_buyer() {
  const std::vector<crm::purchase> purchases{{{0}, 30}, {{9}, -12}};
  return seen(crm::historical_clv{}, crm::customer_purchases{purchases, {}});
}

/// One filled state of each kind of payload.
inline auto states() {
  using namespace crm;
  const auto score = on(&event::score, nps{});
  const auto handled = on(&event::handled, handle_time{});
  using sampled_nps =
      basic_nps<scale_0_10, adjusted_wald, missing::skip, invalid::reject, weighted_count>;
  sampled_nps sampled;
  sampled.update(9, sampling_weight(0.5));
  sampled.update(2, sampling_weight(1.25));
  const auto card = make_scorecard(
      group("satisfaction", 40, component("nps", score, linear{-0.5, 0.5}, 60)),
      component("efficiency", handled, linear{900, 300}, 30)
          .corrected_by("dropped", scaled{.start = .08, .full = .18, .strength = .5}),
      corrector("dropped", on(&event::kept, error_rate{})),
      veto("complaints", on(&event::kept, error_rate{}), above{.5}, cap{59.9}),
      bonus("kept", on(&event::kept, occurrences{}), {.points = 1, .at_most = 3}));
  return std::tuple(
      seen(nps{}, 9, 3, 7, std::nullopt),
      seen(basic_nps<scale_1_10, net_score, missing::as_passive, invalid::count>{}, 9, 11,
           std::nullopt),
      sampled, seen(csat{}, 5, 4, 1, std::nullopt),
      seen(basic_csat<rating_scale<1, 5>, good_of_rated<4, 2>, wilson, missing::skip,
                      invalid::count>{},
           3, 3, 6),
      seen(ordinal<rating_scale<1, 7>, missing::skip, invalid::reject, weighted_count>{}, 2, 7),
      seen(basic_proportion<share_of_successes, wilson, missing::as_failure>{}, true, false,
           std::nullopt),
      seen(error_rate{}, successes_of{1, 200}), seen(occurrences{}, true, false),
      seen(share_within{seconds{30}}, 29, 31), seen(handle_time{}, 30, 61.5, std::nullopt),
      seen(mean{}, 0.1, -7.5, 3e5), seen(integer_mean{}, -4, 9, 1'000'000'000'000),
      seen(given{}, figure{71.5, 12, 1.25}, figure{80, 3}), seen(weighted_mean{}, 0.1, -7.5, 3e5),
      seen(quantile{0.9}, 3, 1000, 0), seen(exact_quantile{0.5}, 0, -2.5, 1e300),
      seen(exact_duration_quantile{0.9}, 0, 2.5),
      seen(rate{per{1000, "contacts"}}, rate_pair{1, 9}),
      seen(ratio{}, ratio_pair{-1, 9}, ratio_pair{4, 7}), seen_customers(churn{}),
      seen_customers(basic_churn<churn_by_day>{}), seen_customers(net_revenue_churn{}),
      seen_customers(revenue_movements{}),
      seen(clv({.discount = discount_rate::annual(.1)}), customer_period{30, true},
           customer_period{-5, false}, customer_period{8, std::nullopt}),
      seen_buyer(), seen_events(card), seen_events(by(&event::agent, card)),
      seen_events(by(&event::agent, score)),
      seen(fcr{}, fact(7, 9), fact(15, 3), fact(3, 5), fact(1, 0), fact(0, 0)),
      seen(basic_fcr<naive_maturity>{}, fact(3, 5)), seen(fcr_one_touch{}, 1, 2, std::nullopt),
      seen(fcr_kaplan_meier{}, fact(7, 9), fact(15, 3), fact(3, 5), fact(1, 0), fact(0, 0)),
      seen(repeat_contact{}, fact(1, 0), fact(17, 0), fact(0, 0)),
      seen(basic_repeat_contact<full_look_back>{}, fact(49, 0), fact(17, 0)),
      seen(repeat_customers{}, customer_fact{{.span = days{7}}, 3, 1}),
      seen(ratio{}, ratio_pair{-1, 9}, ratio_pair{4, 7}), seen_events(card),
      seen_events(by(&event::agent, card)), seen_events(by(&event::agent, score)),
      seen_events(
          by(&event::agent, score, roster<std::string>({"ann", "cem"}, unknown_key::count))),
      seen_events(by(&event::desk, handled, dense_ids{3})),
      seen_events(over(iso_weeks(), &event::at, score)),
      seen_events(over(calendar_months{3}, &event::at, by(&event::agent, handled))),
      seen_events(by(&event::score, together(score, where(&event::kept, handled, "dropped")))));
}

inline void repair_checksum(bytes& message) {
  if (message.size() < 4) return;
  const std::size_t at = message.size() - 4;
  boost::endian::store_little_u32(reinterpret_cast<unsigned char*>(message.data() + at),
                                  crm::detail::crc_32(std::span(message).first(at)));
}

inline std::uint32_t get_u32(std::span<const std::byte> message, std::size_t at) {
  return boost::endian::load_little_u32(
      reinterpret_cast<const unsigned char*>(message.subspan(at, 4).data()));
}
inline void set_u32(bytes& message, std::size_t at, std::uint32_t x) {
  boost::endian::store_little_u32(
      reinterpret_cast<unsigned char*>(std::span(message).subspan(at, 4).data()), x);
}
inline void set_u64(bytes& message, std::size_t at, std::uint64_t x) {
  boost::endian::store_little_u64(
      reinterpret_cast<unsigned char*>(std::span(message).subspan(at, 8).data()), x);
}

/// Where the payload of a message begins.
inline std::size_t payload_at(std::span<const std::byte> message) {
  return 28 + get_u32(message, 16);
}

/// A message of this metric with any payload, otherwise in order.
template <class M>
bytes forged(const M& metric, std::span<const std::byte> payload) {
  bytes message = crm::to_bytes(metric);
  const std::size_t at = payload_at(message);
  message.resize(at);
  message.insert(message.end(), payload.begin(), payload.end());
  message.resize(message.size() + 4);
  set_u64(message, at - 8, payload.size());
  repair_checksum(message);
  return message;
}

enum class outcome { refused, other_definition, accepted };

struct broken_law : std::logic_error {
  using std::logic_error::logic_error;
};

/// Reads the bytes, and uses what came out of them. Whatever they are: refused with one of two
/// exceptions, or a state that writes the same bytes, that reports and merges, or says why not.
template <class M>
outcome examine(const M& prototype, std::span<const std::byte> message) {
  std::optional<M> read;
  try {
    read.emplace(crm::from_bytes(prototype, message));
  } catch (const crm::bad_bytes&) {
    return outcome::refused;
  } catch (const crm::definition_mismatch&) {
    return outcome::other_definition;
  }
  const bytes again = crm::to_bytes(*read);
  if (again != bytes(message.begin(), message.end()))
    throw broken_law("to_bytes(from_bytes(x)) == x");
  const bool comparable = *read == *read;  // NaN is not
  if (comparable && !(crm::from_bytes(prototype, again) == *read)) {
    throw broken_law("bytes and back is equal");
  }
  try {
    static_cast<void>(read->result());
    M twice = *read;
    twice.merge(*read);
    static_cast<void>(twice.result());
  } catch (const crm::error&) {  // counts or sums that leave their range: said, not wrapped
  }
  return outcome::accepted;
}

}  // namespace hostile
