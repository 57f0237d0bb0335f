#pragma once

#include <crmetrics/core/unit.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/intervals/difference.hpp>
#include <crmetrics/io/detail/number_text.hpp>
#include <crmetrics/io/score_text.hpp>
#include <crmetrics/io/view_text.hpp>
#include <crmetrics/scorecard/comparison_bars.hpp>
#include <crmetrics/scorecard/rank_sets.hpp>
#include <crmetrics/scorecard/team_ranking.hpp>
#include <crmetrics/scorecard/total_difference.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// Text of what tells totals apart: differences, rank sets, rankings, bars. JSON of the same stands
/// in io/ranking_json.hpp.
namespace crmetrics {

namespace detail {

/// "+10.00 [+0.20, +19.80]"; "no data" where there is no value.
inline std::string change_text(const difference& d, unit u) {
  if (!d.has_value()) return std::string(to_string(d.status()));
  const number_style style = style_of(u);
  std::string out = signed_text(d.value(), style);
  if (const auto& i = d.interval()) {
    out += " [" + signed_text(i->low, style) + ", " + signed_text(i->high, style) + "]";
  }
  return styled(out, style);
}
inline std::string level_text(confidence_level level) {
  const double percent = level.value() * 100;
  const bool whole = abs(percent - nearbyint(percent)) < 1e-9;
  return rounded(percent, {.scale = 1, .places = whole ? 0 : 1}) + " %";
}
/// The chance of a wrong claim that goes with a level; 5 % where none is wanted.
inline double alpha_of(confidence_level level) { return level.wanted() ? 1 - level.value() : .05; }

}  // namespace detail

/// `+10.00 [+0.20, +19.80] (95 % normal, from the standard errors of the totals; p = 0.046)`, with
/// the observations of both sides where they are known; "insufficient data" where there is a value
/// and nothing is known of its error.
/// @param u the unit of both sides: `unit::points` for totals
inline std::string to_text(const difference& d, unit u) {
  std::string out = detail::change_text(d, u);
  if (!d.has_value()) return out;
  out += " (";
  if (d.interval()) out += detail::level_text(d.level()) + " ";
  out += d.ok() ? std::string(d.method()) : std::string(to_string(d.status()));
  if (d.p_value()) out += "; p = " + detail::p_value_text(*d.p_value());
  if (d.n_a() != 0 || d.n_b() != 0) {
    out += "; n = " + std::to_string(d.n_a()) + " and " + std::to_string(d.n_b());
  }
  return out + ")";
}

/// All pairs of a team as a table: a - b with the interval of the pair alone, p alone and corrected
/// for the number of pairs, and what that says.
template <class Key>
std::string to_text(const std::vector<pair_difference<Key>>& pairs) {
  using detail::padded;
  if (pairs.empty()) return "no pairs: fewer than two have a total\n";
  std::size_t width = 4;
  std::size_t known = 0;
  std::vector<std::string> names;
  for (const auto& pair : pairs) {
    names.push_back(detail::who_text(pair.a) + " - " + detail::who_text(pair.b));
    width = (std::max)(width, detail::columns(names.back()));
    known += pair.adjusted_p ? 1U : 0U;
  }
  const difference& first = pairs.front().difference;
  const double alpha = detail::alpha_of(first.level());
  std::string out = padded("pair", width) + "  " + padded("points [interval]", 26) +
                    padded("p", 9) + "p (Holm)\n";
  for (std::size_t i = 0; i != pairs.size(); ++i) {
    const difference& d = pairs[i].difference;
    out += padded(names[i], width) + "  " + padded(detail::change_text(d, unit::points), 26);
    if (pairs[i].adjusted_p) {
      out += padded(detail::p_value_text(*d.p_value()), 9) +
             padded(detail::p_value_text(*pairs[i].adjusted_p), 9) +
             (pairs[i].differs(alpha) ? "differ" : "within chance");
    } else {
      out += std::string(to_string(d.status()));
    }
    out += "\n";
  }
  if (first.level().wanted()) out += detail::level_text(first.level()) + " ";
  return out + std::string(first.method()) + "; Holm over " + std::to_string(known) +
         (known == 1 ? " pair" : " pairs") + "; rules " +
         std::string(detail::hash_text(pairs.front().definition).view()) + "\n";
}

/// `2-5`, or `3` where only one rank is open.
inline std::string to_text(const rank_set& set) {
  std::string out = std::to_string(set.first);
  if (set.first != set.last) out += "-" + std::to_string(set.last);
  return out;
}
/// `bars of 1.386 standard errors (83.4 % intervals)`
inline std::string to_text(const comparison_bars& bars) {
  return "bars of " + detail::rounded(bars.multiplier, {.scale = 1, .places = 3}) +
         " standard errors (" + detail::rounded(bars.level, {.scale = 100, .places = 1}) +
         " % intervals)";
}

namespace detail {

/// What the sets of a ranking rest on.
inline std::string compared_text(const simultaneous& how, double critical, double error) {
  return "all pairs at once at " + level_text(how.level) + ": " +
         rounded(critical, {.scale = 1, .places = 3}) + " errors apart (simulated to " +
         rounded(error, {.scale = 1, .places = 3}) + ", " + std::to_string(how.draws) +
         " draws, seed " + std::to_string(how.seed) + ")\n";
}

}  // namespace detail

/// The sets of values without names, by their places in the input.
inline std::string to_text(const rank_set_table& sets) {
  std::string out;
  for (std::size_t i = 0; i != sets.size(); ++i) {
    out += "value " + std::to_string(i + 1) + ": rank " + to_text(sets[i]) + "\n";
  }
  auto runs = sets.not_separable();
  for (auto& run : runs) {
    for (std::size_t& i : run) ++i;
  }
  return out + detail::not_separable_text(runs) +
         detail::compared_text(sets.settings(), sets.critical_value(), sets.critical_value_error());
}

/// A ranking as a table: rank with the ranks that are open, total, the error it was compared by,
/// expected rank, grade, weight not assessed; then who cannot be told apart, and how that was found
/// out. With bars also where each begins and ends: totals whose bars do not touch differ.
template <class Key>
std::string to_text(const team_ranking<Key>& ranking,
                    const std::optional<comparison_bars>& bars = {}) {
  using detail::padded;
  const bool compared =
      std::any_of(ranking.lines.begin(), ranking.lines.end(), [](auto& l) { return l.set; });
  std::string out = padded("rank", 12) + padded("who", 14) + padded("points", 7, true) +
                    padded("error", 8, true) + padded("expected", 10, true) +
                    (bars ? padded("bar", 18, true) : std::string()) + "  " + padded("grade", 7) +
                    "not assessed\n";
  for (const auto& line : ranking.lines) {
    const score_report& r = *line.report;
    std::optional<double> rank;
    if (line.rank) rank = static_cast<double>(*line.rank);
    const auto& error = line.standard_error;
    out += padded(detail::rank_text(rank, line.set), 12);
    out += padded(detail::who_text(line.key), 14);
    out += padded(r.total ? detail::points_text(*r.total) : "none", 7, true);
    out += padded(error ? detail::points_text(*error) : "-", 8, true);
    out += padded(line.expected ? detail::rounded(*line.expected, {.scale = 1, .places = 1}) : "-",
                  10, true);
    if (bars) {
      const double reach = error ? bars->multiplier * *error : 0;
      out += padded(error ? detail::points_text(*r.total - reach) + " to " +
                                detail::points_text(*r.total + reach)
                          : std::string("-"),
                    18, true);
    }
    out += "  " + padded(r.band.empty() ? "-" : std::string(r.band), 7);
    out += detail::percent_text(r.weight_not_assessed) + "\n";
  }
  out += detail::not_separable_text(ranking.not_separable);
  if (compared) {
    if (ranking.nothing_separates) out += "nothing separates: the ranking says nothing\n";
    out += std::string(to_string(ranking.errors)) + " errors, " +
           detail::compared_text(ranking.settings, ranking.critical_value,
                                 ranking.critical_value_error);
  } else {
    out += "not compared: no errors are known\n";
  }
  if (bars) out += to_text(*bars) + "\n";
  if (!ranking.lines.empty()) {
    out += "rules " +
           std::string(detail::hash_text(ranking.lines.front().report->definition).view()) + "\n";
  }
  return out;
}

}  // namespace crmetrics
