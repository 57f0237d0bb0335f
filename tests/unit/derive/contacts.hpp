#pragma once

#include <crmetrics/derive/link_contacts.hpp>

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

/// Contacts for tests, and linking by its definition: each contact against each other one.
namespace contacts {

struct call {
  std::optional<int> customer;
  std::int64_t opened = 0;
  std::optional<std::int64_t> resolved;
  int topic = 0;
  int agent = 0;
  bool reopened = false;
  friend bool operator==(const call&, const call&) = default;
};

/// Few customers and coarse times, so that everything that can coincide does.
inline std::vector<call> random_calls(std::uint32_t seed, std::size_t n, std::int64_t end = 400) {
  std::mt19937 next(seed);
  const auto below = [&](std::uint32_t k) { return static_cast<int>(next() % k); };
  std::vector<call> out(n);
  for (call& c : out) {
    if (below(12) != 0) c.customer = below(1 + static_cast<std::uint32_t>(n / 12));
    c.opened = below(static_cast<std::uint32_t>(end));
    if (below(8) != 0) c.resolved = c.opened + (below(6) == 0 ? below(120) : below(6));
    c.topic = below(3);
    c.agent = below(4);
    c.reopened = below(9) == 0;
  }
  return out;
}

struct finding {
  bool known = false;
  bool anchored = false;
  bool mature = false;
  bool repeated = false;
  bool follows = false;
  bool short_look_back = false;
  bool simultaneous = false;
  std::int64_t span = -1;
  friend bool operator==(const finding&, const finding&) = default;
};

template <class Same>
std::vector<finding> by_definition(const std::vector<call>& calls, const crmetrics::within& w,
                                   std::int64_t from, std::int64_t until, Same same) {
  std::vector<finding> out(calls.size());
  const std::int64_t length = w.span.microseconds;
  for (std::size_t i = 0; i != calls.size(); ++i) {
    const call& c = calls[i];
    finding& f = out[i];
    if (!c.customer) continue;
    f.known = true;
    std::optional<std::int64_t> anchor = c.resolved;
    if (w.after == crmetrics::anchor::opened) anchor = c.opened;
    f.anchored = anchor.has_value();
    f.mature = anchor && *anchor + length <= until;
    f.short_look_back = c.opened - length < from;
    if (anchor) f.span = f.mature ? length : std::max<std::int64_t>(until - *anchor, 0);
    std::int64_t first = INT64_MAX;
    for (std::size_t j = 0; j != calls.size(); ++j) {
      const call& d = calls[j];
      if (i == j || d.customer != c.customer) continue;
      if (anchor && same(c, d) && d.opened > *anchor) {
        const std::int64_t gap = d.opened - *anchor;
        if (w.last_instant ? gap <= length : gap < length) first = std::min(first, gap);
      }
      if (!same(d, c)) continue;
      const std::int64_t gap = c.opened - d.opened;
      if (gap > 0 && (w.last_instant ? gap <= length : gap < length)) f.follows = true;
      if (gap == 0 && j < i) {
        f.simultaneous = true;
        if (w.simultaneous) f.follows = true;
      }
    }
    f.repeated = first != INT64_MAX;
    if (f.repeated) f.span = first;
  }
  return out;
}

inline finding found(const crmetrics::contact_fact& f) {
  return {f.known_customer(), f.anchored(),        f.mature(),       f.repeated(),
          f.follows(),        f.short_look_back(), f.simultaneous(), f.span().microseconds};
}

}  // namespace contacts
