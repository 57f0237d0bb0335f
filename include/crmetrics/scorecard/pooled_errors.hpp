#pragma once

#include <crmetrics/core/estimate.hpp>
#include <crmetrics/core/unit.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/scorecard/ranked_value.hpp>
#include <crmetrics/scorecard/score_report.hpp>

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace crmetrics {

namespace detail {

/// The variance of one observation of a metric, from all who are listed.
class pooled_variance {
 public:
  void add(const estimate& e) {
    if (!e.has_value() || !e.standard_error() || !(e.effective_n() > 0)) return;
    const double n = e.effective_n();
    is_share_ = is_share_ && e.unit() == unit::fraction;
    n_ += n;
    sum_ += n * e.value();
    within_ += n * n * *e.standard_error() * *e.standard_error();
  }
  /// Of shares that of their common mean, as in the pooled z test; of others the mean of their own.
  double of_one() const {
    if (n_ == 0) return 0;
    const double mean = sum_ / n_;
    return is_share_ ? mean * (1 - mean) : within_ / n_;
  }
  double of_mean(const estimate& e) const { return of_one() / e.effective_n(); }
  bool known() const { return n_ > 0; }

 private:
  bool is_share_ = true;
  double n_ = 0;
  double sum_ = 0;
  double within_ = 0;
};

/// A nested scorecard says how many components it has, not how many observations.
inline bool can_be_pooled(const estimate& e) {
  return e.has_value() && e.effective_n() > 0 && e.unit() != unit::points;
}

}  // namespace detail

/// Standard errors for comparing the members of one team, with the variance of one observation
/// taken from all of them: SE_i = sqrt(v / n_i).
///
/// An agent's own standard error comes from the same few observations as his value: 29 of 30 looks
/// four times as sure as it is, and so the extremes separate from the rest by nothing but luck.
/// Where nobody differs all have the same variance, and that is what a test of "nobody differs"
/// assumes. Where spreads really differ (one agent does another job), use their own errors. Who has
/// no error of his own (one observation) gets one from the others. Without a value or an n, or
/// where nobody has an error, there is nothing. O(n).
inline std::vector<std::optional<ranked_value>> pooled_errors(std::span<const estimate> estimates) {
  detail::pooled_variance pooled;
  for (const estimate& e : estimates) pooled.add(e);
  std::vector<std::optional<ranked_value>> out;
  for (const estimate& e : estimates) {
    if (pooled.known() && e.has_value() && e.effective_n() > 0) {
      out.push_back(ranked_value{e.value(), detail::sqrt(pooled.of_mean(e))});
    } else {
      out.push_back(std::nullopt);
    }
  }
  return out;
}

/// The same for totals: the variances of each component and corrector are pooled over the team, and
/// go through each report's own marginal values as in the delta method. Components of which nobody
/// knows an error take no part, nested scorecards (`unit::points`) keep their own.
/// @param results what `by(agent, card).result()` gives
/// @return in the order of its rows; nothing where there is no total. O(agents x components)
template <class Results>
std::vector<std::optional<ranked_value>> pooled_total_errors(const Results& results) {
  std::map<std::string_view, detail::pooled_variance> pooled;
  const auto each_input = [](const score_report& r, const auto& f) {
    for (const component_line& c : r.components) {
      if (c.assessed()) f(c.name.view(), c.raw, c.marginal);
    }
    for (const corrector_line& c : r.correctors) {
      if (c.absent == absence::none) f(c.name.view(), c.raw, c.marginal);
    }
  };
  for (const auto& row : results.rows) {
    each_input(row.result, [&](std::string_view name, const estimate& raw, double) {
      if (detail::can_be_pooled(raw)) pooled[name].add(raw);
    });
  }
  std::vector<std::optional<ranked_value>> out;
  for (const auto& row : results.rows) {
    if (!row.result.total) {
      out.push_back(std::nullopt);
      continue;
    }
    // In the order of names, so that the order of the definition changes no bit.
    std::map<std::string_view, double> parts;
    each_input(row.result, [&](std::string_view name, const estimate& raw, double marginal) {
      const double own = raw.standard_error().value_or(0);
      const double variance = detail::can_be_pooled(raw) ? pooled.at(name).of_mean(raw) : own * own;
      parts[name] = marginal * marginal * variance;
    });
    double variance = 0;
    for (const auto& [name, part] : parts) variance += part;
    out.push_back(ranked_value{*row.result.total, detail::sqrt(variance)});
  }
  return out;
}

}  // namespace crmetrics
