#pragma once

#include <crmetrics/core/confidence_level.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/core/estimate.hpp>
#include <crmetrics/core/normal.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/scorecard/concepts.hpp>
#include <crmetrics/scorecard/control_limits.hpp>
#include <crmetrics/scorecard/detail/count_distribution.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace crmetrics::detail {

template <class Chart>
void require_valid_chart(const Chart& chart, std::string_view part) {
  problem_list problems;
  chart.validate(problems, part);
  problems.throw_if_any();
}

}  // namespace crmetrics::detail

/// Control charts: which limits belong to a share, to a rate, to any other value.
namespace crmetrics {

/// Limits for a share of n (a p chart), exactly from the binomial distribution: `p_chart{.02}`
/// gives 0.67 % to 3.67 % for n = 300 at level .95 (2 to 11 of 300).
///
/// The counts inside are those with P(X < low) <= tail and P(X > high) <= tail, tail = (1 -
/// level) / 2; the stated rate of false alarms is that of these counts, so at most 1 - level and
/// often well below. The level .9973 is that of three standard errors. Poisson limits are wrong
/// here: at 90 % and n = 100 their upper end lies above 100 %. Shewhart 1931, Economic Control of
/// Quality of Manufactured Product. Cost: O(sqrt(n)).
struct p_chart {
  double share = 0;  ///< in control
  confidence_level level{.9973};

  /// @throws bad_input for a share that is none; invalid_setting for n = 0
  control_limits limits(std::uint64_t n) const {
    detail::require_valid_chart(*this, "p_chart");
    if (n == 0) throw invalid_setting("p_chart: no limits for n = 0");
    const auto d = detail::count_distribution::binomial(n, share);
    const double tail = (1 - level.value()) / 2;
    const std::uint64_t low = d.low(tail);
    const std::uint64_t high = d.high(tail);
    const auto trials = static_cast<double>(n);
    return {static_cast<double>(low) / trials,
            share,
            static_cast<double>(high) / trials,
            d.below(low),
            d.above(high),
            "binomial, exact",
            low,
            high};
  }
  /// Shewhart's limits p +- z sqrt(p (1 - p) / n), with the rates of false alarms that they really
  /// have: for comparison with other tools.
  control_limits normal_limits(std::uint64_t n, double z = 3) const {
    detail::require_valid_chart(*this, "p_chart");
    if (n == 0) throw invalid_setting("p_chart: no limits for n = 0");
    const auto d = detail::count_distribution::binomial(n, share);
    const auto trials = static_cast<double>(n);
    const double reach = z * std::sqrt(share * (1 - share) / trials);
    const double low = (std::max)(0.0, share - reach);
    const double high = (std::min)(1.0, share + reach);
    const auto first = static_cast<std::uint64_t>(std::ceil(low * trials - 1e-9));
    const auto last = static_cast<std::uint64_t>(std::floor(high * trials + 1e-9));
    return {low,   share, high, d.below(first), d.above(last), "normal limits, binomial rates",
            first, last};
  }
  /// @throws error where the result is no share of counts
  control_limits limits(const estimate& e) const {
    if (e.unit() != unit::fraction || !e.exact().known() ||
        static_cast<std::uint64_t>(e.exact().denominator) != e.n()) {
      throw error("p_chart: " + std::string(e.name()) + " is no share of counts");
    }
    return limits(e.n());
  }
  control_signal judge(const estimate& e, const control_limits& l) const {
    return l.judge_count(static_cast<std::uint64_t>(e.exact().numerator));
  }
  void validate(problem_list& problems, std::string_view part) const {
    if (!(share >= 0 && share <= 1)) {
      detail::note(problems, part, share, "the share in control must lie in [0, 1]");
    }
    if (!level.wanted()) detail::note(problems, part, 0, "a chart needs a level");
  }
  friend constexpr bool operator==(const p_chart&, const p_chart&) = default;
};

/// Limits for events per exposure (a u chart), exactly from the Poisson distribution: complaints
/// per contact, where one contact can bring several: `u_chart{.rate = 2.8, .per = 1'000}` for a
/// metric `rate` that is told per 1,000. Not for shares: see `p_chart`.
struct u_chart {
  double rate = 0;       ///< in control: events in `per` units of exposure
  std::int64_t per = 1;  ///< the scale of the metric
  confidence_level level{.9973};

  /// @param exposure in single units: 4,300 contacts
  /// @throws bad_input for a rate that is none; invalid_setting for no exposure
  control_limits limits(std::uint64_t exposure) const {
    detail::require_valid_chart(*this, "u_chart");
    if (exposure == 0) throw invalid_setting("u_chart: no limits for no exposure");
    const double units = static_cast<double>(exposure) / static_cast<double>(per);
    const auto d = detail::count_distribution::poisson(rate * units);
    const double tail = (1 - level.value()) / 2;
    const std::uint64_t low = d.low(tail);
    const std::uint64_t high = d.high(tail);
    return {static_cast<double>(low) / units,
            rate,
            static_cast<double>(high) / units,
            d.below(low),
            d.above(high),
            "Poisson, exact",
            low,
            high};
  }
  /// @throws error where the result is no rate of counted events, or is told per another scale
  control_limits limits(const estimate& e) const {
    static_cast<void>(events(e));
    return limits(e.n());
  }
  control_signal judge(const estimate& e, const control_limits& l) const {
    return l.judge_count(events(e));
  }
  void validate(problem_list& problems, std::string_view part) const {
    if (!(rate > 0) || !detail::is_finite(rate)) {
      detail::note(problems, part, rate, "the rate in control must be finite and above 0");
    }
    if (per < 1) {
      detail::note(problems, part, static_cast<double>(per), "per must be at least 1");
    }
    if (!level.wanted()) detail::note(problems, part, 0, "a chart needs a level");
  }
  friend constexpr bool operator==(const u_chart&, const u_chart&) = default;

 private:
  std::uint64_t events(const estimate& e) const {
    if (e.unit() != unit::per_exposure || !e.exact().known() || !e.standard_error()) {
      throw error("u_chart: " + std::string(e.name()) + " is no rate of counted events");
    }
    // value = per x events / exposure, standard error = per sqrt(events) / exposure
    const auto exposure = static_cast<double>(e.n());
    const auto scale = static_cast<double>(per);
    const double events = std::nearbyint(e.value() * exposure / scale);
    const double error_told = scale * std::sqrt(events) / exposure;
    if (detail::abs(error_told - *e.standard_error()) > 1e-9 * (error_told + 1e-300)) {
      throw error("u_chart: " + std::string(e.name()) + " is not told per " + std::to_string(per) +
                  ": " + std::string(e.convention()));
    }
    return static_cast<std::uint64_t>(events);
  }
};

/// Limits for single values of anything (individuals, XmR): mean -+ 2.66 x the mean moving range of
/// a stable history, which is three standard deviations for normal values (3 / 1.128). The stated
/// rate, 0.0027 at three, holds for normal, independent values; skewed ones (times) leave the upper
/// limit far more often. Takes any metric, also with changing n, which it does not see: use p and u
/// charts for counts. Wheeler, Chambers 1992, Understanding Statistical Process Control.
struct xmr_chart {
  double mean = 0;
  double sigma = 1;  ///< of single values, in control
  double width = 3;  ///< in sigma

  /// From past values in the order of time. @throws bad_input for fewer than two values, or any
  /// that is not finite
  static xmr_chart of(std::span<const double> history, double width = 3) {
    problem_list problems;
    if (history.size() < 2) {
      problems.add({"history", 0, std::to_string(history.size()), "needs at least two values"});
    }
    for (std::size_t i = 0; i != history.size(); ++i) {
      if (!detail::is_finite(history[i])) {
        problems.add({"history", i + 1, detail::shown(history[i]), "not finite"});
      }
    }
    problems.throw_if_any();
    double sum = 0;
    double moves = 0;
    for (std::size_t i = 0; i != history.size(); ++i) {
      sum += history[i];
      if (i != 0) moves += detail::abs(history[i] - history[i - 1]);
    }
    // The mean range of two normal values is 2 / sqrt(pi) of their standard deviation.
    constexpr double d2 = 1.12837916709551257390;
    const auto n = static_cast<double>(history.size());
    return {sum / n, moves / (n - 1) / d2, width};
  }

  /// @throws bad_input for a sigma that is not above 0, as of a history that never moves
  control_limits limits() const {
    detail::require_valid_chart(*this, "xmr_chart");
    const double tail = normal_cdf(-width);
    return {mean - width * sigma, mean, mean + width * sigma, tail, tail, "normal, individuals"};
  }
  control_limits limits(const estimate&) const { return limits(); }
  control_signal judge(const estimate& e, const control_limits& l) const {
    return l.judge(e.value());
  }
  void validate(problem_list& problems, std::string_view part) const {
    if (!detail::is_finite(mean)) detail::note(problems, part, mean, "mean is not finite");
    if (!(sigma > 0) || !detail::is_finite(sigma)) {
      detail::note(problems, part, sigma, "sigma must be finite and above 0");
    }
    if (!(width > 0) || !detail::is_finite(width)) {
      detail::note(problems, part, width, "width must be finite and above 0");
    }
  }
  friend constexpr bool operator==(const xmr_chart&, const xmr_chart&) = default;
};

}  // namespace crmetrics
