#pragma once

#include <crmetrics/core/confidence_level.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/scorecard/score_report.hpp>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crmetrics {

/// How much one line of a card counts for, before and after its definition changed.
struct weight_change {
  std::string_view component;
  double before = 0;  ///< share of the card, 0 where the line was not there
  double after = 0;
};

/// The change of a total between two periods, split into what the results did and what the rules
/// did. Both periods are scored by both definitions; each part is the mean of the two ways to get
/// from one corner to the other (Shapley's value of two players), so that the parts add up to the
/// change and neither order is preferred.
///
///   by_rules   = ((old results, new rules - old rules) + (new results, new rules - old rules)) / 2
///   by_results = change - by_rules
///
/// Under other rules the totals of the two periods do not compare: only `by_results` is the
/// agent's. Source: Shapley 1953, doi:10.1515/9781400881970-018.
struct score_change {
  std::optional<double> before;         ///< total of the first period by the rules of then
  std::optional<double> after;          ///< total of the second period by its own rules
  std::optional<double> before_by_new;  ///< of the first by the rules of the second
  std::optional<double> after_by_old;   ///< of the second by the rules of the first
  std::optional<double> by_results;     ///< points; none where a total is missing
  std::optional<double> by_rules;       ///< points
  std::uint64_t old_rules = 0;          ///< hash of the definition
  std::uint64_t new_rules = 0;          ///< the same
  std::vector<weight_change> weights;   ///< lines whose share of the card changed

  bool comparable() const noexcept { return old_rules == new_rules; }

  /// One line: `85.44 -> 85.79 points: results +0.00, rules +0.35; not comparable: definition
  /// changed`.
  std::string text() const {
    // Whole hundredths, of which the larger part gets what rounding leaves: the line adds up as it
    // is printed, and what changed nothing says so.
    const auto hundredths = [](double x) {
      return static_cast<long long>(x < 0 ? x * 100 - .5 : x * 100 + .5);
    };
    const auto number = [](long long h, bool with_sign) {
      char out[48];
      std::snprintf(out, sizeof out, "%s%lld.%02lld",
                    h < 0       ? "-"
                    : with_sign ? "+"
                                : "",
                    (h < 0 ? -h : h) / 100, (h < 0 ? -h : h) % 100);
      return std::string(out);
    };
    const auto total = [&](const std::optional<double>& x) {
      return x ? number(hundredths(*x), false) : std::string("no total");
    };
    std::string out = total(before) + " -> " + total(after) + " points";
    if (by_results && before && after) {
      const bool split = by_rules && !comparable();
      const long long change = hundredths(*after) - hundredths(*before);
      const bool mostly_rules = split && std::abs(*by_rules) > std::abs(*by_results);
      const long long rules = !split         ? 0
                              : mostly_rules ? change - hundredths(*by_results)
                                             : hundredths(*by_rules);
      out += ": results " + number(change - rules, true);
      if (split) out += ", rules " + number(rules, true);
    }
    if (!comparable()) out += "; not comparable: definition changed";
    return out;
  }
};

/// The same from the four reports. @param before_by_new the first period by the second's rules
inline score_change change_of(const score_report& before, const score_report& before_by_new,
                              const score_report& after_by_old, const score_report& after) {
  score_change c;
  c.before = before.total, c.before_by_new = before_by_new.total;
  c.after_by_old = after_by_old.total, c.after = after.total;
  c.old_rules = before.definition, c.new_rules = after.definition;
  if (c.before && c.before_by_new && c.after_by_old && c.after) {
    c.by_rules = ((*c.before_by_new - *c.before) + (*c.after - *c.after_by_old)) / 2;
    c.by_results = *c.after - *c.before - *c.by_rules;
  }
  const auto share_in = [](const score_report& r, std::string_view name) {
    for (const component_line& line : r.components) {
      if (line.name.view() == name) return line.weight;
    }
    return 0.0;
  };
  for (const component_line& line : before.components) {
    const double now = share_in(after, line.name.view());
    if (now != line.weight) {
      c.weights.push_back({line.name.view(), line.weight, now});
    }
  }
  for (const component_line& line : after.components) {
    bool is_new = true;
    for (const component_line& old : before.components) is_new = is_new && old.name != line.name;
    if (is_new) c.weights.push_back({line.name.view(), 0, line.weight});
  }
  return c;
}

/// The same from two cards with the results of a period each, where each card can be scored by the
/// other's rules: `card.under(rules)`.
template <class Card>
score_change change_of(const Card& before, const Card& after,
                       confidence_level level = confidence_level::none()) {
  return change_of(before.result(level), before.under(after).result(level),
                   after.under(before).result(level), after.result(level));
}

}  // namespace crmetrics
