#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/core/estimate.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/intervals/difference.hpp>
#include <crmetrics/intervals/two_means.hpp>
#include <crmetrics/intervals/two_nets.hpp>
#include <crmetrics/intervals/two_proportions.hpp>

#include <optional>
#include <string>

namespace crmetrics {

namespace detail {

/// True where the estimate is a ratio of counts with n below the line. A mean of ratings over 5 is
/// an exact ratio as well, but has another denominator.
constexpr bool is_ratio_of_counts(const estimate& e) noexcept {
  const exact_ratio& r = e.exact();
  return r.known() && static_cast<std::uint64_t>(r.denominator) == e.n() && e.standard_error();
}

/// The counts behind a share; none unless its standard error is the binomial one, so that a share
/// with another error (clustered, bootstrapped) keeps it.
inline std::optional<binomial_sample> counts_of_share(const estimate& e) {
  if (e.unit() != unit::fraction || !is_ratio_of_counts(e)) return std::nullopt;
  const auto x = static_cast<double>(e.exact().numerator);
  const auto n = static_cast<double>(e.exact().denominator);
  if (x < 0 || x > n) return std::nullopt;
  const double binomial = sqrt(x / n * (1 - x / n) / n);
  if (abs(*e.standard_error() - binomial) > 1e-9 * binomial) return std::nullopt;
  return binomial_sample{x, n};
}

/// The counts behind a net share: P - D is known, P + D = n (n SE^2 + net^2) must come out whole.
inline std::optional<net_sample> counts_of_net(const estimate& e) {
  if (e.unit() != unit::net_fraction || !is_ratio_of_counts(e)) return std::nullopt;
  const auto difference = static_cast<double>(e.exact().numerator);
  const auto n = static_cast<double>(e.exact().denominator);
  const double net = difference / n;
  const double sum = n * (n * *e.standard_error() * *e.standard_error() + net * net);
  const double whole = nearbyint(sum);
  const net_sample s{(whole - difference) / 2, n - whole, (whole + difference) / 2};
  if (abs(sum - whole) > 1e-3 || !is_whole(s.positives)) return std::nullopt;
  if (s.negatives < 0 || s.neutrals < 0 || s.positives < 0) return std::nullopt;
  return s;
}

inline void require_one_definition(const estimate& a, const estimate& b) {
  if (a.name() == b.name() && a.unit() == b.unit() && a.convention() == b.convention()) return;
  const auto text = [](const estimate& e) {
    return "\"" + std::string(e.name()) + ": " + std::string(e.convention()) + "\" in " +
           std::string(to_string(e.unit()));
  };
  throw definition_mismatch("two definitions are not compared: " + text(a) + " and " + text(b));
}

/// d -+ z sqrt(SE_a^2 + SE_b^2), for estimates of which only the standard errors are known.
inline difference compare_by_errors(const estimate& a, const estimate& b, confidence_level level) {
  difference_parts parts;
  parts.status = status::ok;
  parts.value = a.value() - b.value();
  parts.level = level;
  parts.method = "normal, from the standard errors";
  if (!a.standard_error() || !b.standard_error()) {
    parts.status = status::insufficient_data;
    return difference(parts);
  }
  const double variance =
      *a.standard_error() * *a.standard_error() + *b.standard_error() * *b.standard_error();
  parts.standard_error = sqrt(variance);
  parts.interval = normal_interval(parts.value, variance, 1, level);
  parts.p_value = z_outcome(parts.value, *parts.standard_error).p_value;
  return difference(parts);
}

}  // namespace detail

/// Signed difference a - b of two results of one metric: is team a really better than team b?
///
/// Two shares of counts: Newcombe's interval and the pooled z test. Two net shares of counts (NPS):
/// adjusted Wald. Two means whose interval is Student's: Welch. Everything else: normal, from the
/// two standard errors. The samples are taken to be independent (other customers on each side); for
/// overlapping groups, a team and one of its members, or the same customers twice, the interval is
/// wrong, mostly too wide. No data on a side is the status of the difference, not a value.
/// @throws definition_mismatch where name, unit or convention differ; the text shows both
inline difference compare(const estimate& a, const estimate& b, confidence_level level = {}) {
  detail::require_one_definition(a, b);
  difference_parts parts;
  parts.level = level;
  if (!a.has_value() || !b.has_value()) {
    parts.status = a.has_value() ? b.status() : a.status();
  } else {
    const auto share_a = detail::counts_of_share(a), share_b = detail::counts_of_share(b);
    const auto net_a = detail::counts_of_net(a), net_b = detail::counts_of_net(b);
    if (share_a && share_b) {
      parts = compare(*share_a, *share_b, newcombe{}, level).parts();
    } else if (net_a && net_b) {
      parts = compare(*net_a, *net_b, adjusted_wald{}, level).parts();
    } else if (a.method() == student_t::name && b.method() == student_t::name &&
               a.standard_error() && b.standard_error()) {
      parts = compare(mean_sample{a.effective_n(), a.value(), *a.standard_error()},
                      mean_sample{b.effective_n(), b.value(), *b.standard_error()}, welch{}, level)
                  .parts();
    } else {
      parts = detail::compare_by_errors(a, b, level).parts();
    }
    if (!a.ok() || !b.ok()) parts.status = status::insufficient_data;
  }
  parts.n_a = a.n();
  parts.n_b = b.n();
  return difference(parts);
}

}  // namespace crmetrics
