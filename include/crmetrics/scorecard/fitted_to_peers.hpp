#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/core/estimate.hpp>
#include <crmetrics/core/interval.hpp>
#include <crmetrics/core/normal.hpp>
#include <crmetrics/core/unit.hpp>
#include <crmetrics/detail/definition.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/scorecard/concepts.hpp>

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace crmetrics {

namespace detail {

/// What every shrunk estimate has in common; its doubt is the prior's business.
inline estimate_parts shrunk_parts(const estimate& e, double value, double towards) {
  estimate_parts parts = e.parts();
  parts.status = e.ok() ? status::ok : status::insufficient_data;
  parts.value = value;
  parts.exact = {};
  append_part(parts.convention, "drawn to ");
  parts.convention.append(shown(towards));
  parts.standard_error.reset();
  parts.interval.reset();
  return parts;
}

/// The root of x^2 + y^2, also where a square leaves the range of doubles.
inline double root_of_squares(double x, double y) noexcept {
  const double larger = (std::max)(x, y);
  const double smaller = (std::min)(x, y);
  if (!(smaller > 0)) return larger;
  return larger * sqrt(1 + smaller / larger * (smaller / larger));
}

/// Error and normal interval of a shrunk value, in the range of its unit.
inline void set_normal_doubt(estimate_parts& parts, const estimate& e, double error) {
  parts.method = "normal, shrunk";
  parts.standard_error = error;
  if (!e.level().wanted()) return;
  const double reach = critical_value(e.level()) * error;
  interval within{parts.value - reach, parts.value + reach};
  if (e.unit() == unit::fraction || e.unit() == unit::net_fraction) {
    const double low = e.unit() == unit::fraction ? 0 : -1;
    within = {clamp(within.low, low, 1), clamp(within.high, low, 1)};
  }
  parts.interval = within;
}

/// A number for a set of peers, whatever their order.
class peer_reference {
 public:
  void add(double a, double b) { peers_.push_back({a, b}); }
  std::uint64_t id() {
    std::sort(peers_.begin(), peers_.end());
    definition_hash hash;
    for (const auto& [a, b] : peers_) hash.add(a), hash.add(b);
    return hash.value();
  }

 private:
  std::vector<std::pair<double, double>> peers_;
};

}  // namespace detail

/// A prior that was fitted to the people who are scored by it: an agent's score then depends on who
/// else is listed. The type says so, every estimate names the peers by their reference, and so does
/// the definition of the card: cards of other peers do not merge or compare. `prior()` is the same
/// prior as a fixed one, for the months to come.
template <shrinking Prior>
class fitted_to_peers {
 public:
  static constexpr bool reference_dependent = true;

  constexpr fitted_to_peers(Prior prior, std::uint64_t reference)
      : prior_(std::move(prior)), reference_(reference) {}

  estimate shrink(const estimate& e) const {
    estimate_parts parts = prior_.shrink(e).parts();
    parts.convention.append(", peers ").append(detail::hash_text(reference_).view());
    return estimate(parts);
  }
  double slope(const estimate& e) const { return prior_.slope(e); }
  constexpr void validate(problem_list& problems, std::string_view part) const {
    prior_.validate(problems, part);
  }
  constexpr void describe(detail::definition_hash& hash) const {
    prior_.describe(hash);
    hash.add("fitted to peers"), hash.add(reference_);
  }

  constexpr const Prior& prior() const noexcept { return prior_; }
  /// Equal for equal peers in any order.
  constexpr std::uint64_t reference() const noexcept { return reference_; }

  friend constexpr bool operator==(const fitted_to_peers&, const fitted_to_peers&) = default;

 private:
  Prior prior_;
  std::uint64_t reference_;
};

}  // namespace crmetrics
