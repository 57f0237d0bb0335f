#pragma once

#include <crmetrics/io/detail/number_text.hpp>
#include <crmetrics/io/explanation_text.hpp>
#include <crmetrics/io/score_text.hpp>
#include <crmetrics/io/text.hpp>
#include <crmetrics/scorecard/agent_view.hpp>
#include <crmetrics/scorecard/perspective_view.hpp>
#include <crmetrics/scorecard/team_view.hpp>
#include <crmetrics/scorecard/trend.hpp>
#include <crmetrics/time/detail/date_text.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crmetrics {

namespace detail {

inline std::string percent_text(double share) {
  return rounded(share, {.scale = 100, .places = 1}) + " %";
}
/// "+1.25", "-0.40".
inline std::string signed_text(double x, number_style style = {.scale = 1, .places = 2}) {
  const std::string text = rounded(x, style);
  return (text.front() == '-' ? "" : "+") + text;
}
template <class Key>
std::string who_text(const Key& key) {
  if constexpr (std::convertible_to<const Key&, std::string_view>) {
    return std::string(std::string_view(key));
  } else {
    return std::to_string(key);
  }
}
/// A line for each run of a ranking that is all noise.
template <class Key>
std::string not_separable_text(const std::vector<std::vector<Key>>& runs) {
  std::string out;
  for (const auto& run : runs) {
    out += "not separable:";
    for (const auto& who : run) out += (&who == run.data() ? " " : ", ") + who_text(who);
    out += "\n";
  }
  return out;
}
inline std::string rank_text(const std::optional<double>& rank,
                             const std::optional<rank_set>& set) {
  std::string out = rank ? shown(*rank) : "-";
  if (set && set->first != set->last) {
    out += " (" + std::to_string(set->first) + "-" + std::to_string(set->last) + ")";
  }
  return out;
}

}  // namespace detail

/// What one agent is shown: one line with the rank, then the explanation; twelve lines at most.
template <class Key>
std::string to_text(const agent_view<Key>& view) {
  std::string out = detail::who_text(view.who) + ": rank " +
                    detail::rank_text(view.rank, view.could_be) + " of " +
                    std::to_string(view.ranked) + "\n";
  return out + to_text(view.why);
}

/// What a manager is shown: the team, its targets with both counts, the three worst bottlenecks,
/// the ranking with the ranks that the data leave open, and who cannot be told apart.
template <class Key>
std::string to_text(const team_view<Key>& view) {
  using detail::padded;
  std::string out = "team: " + detail::headline(view.team);
  for (const auto& t : view.targets) {
    const auto share = t.counts.value();
    out += "target " + std::string(t.component == label() ? "total" : t.component.view()) + " " +
           std::string(detail::threshold_words(t.goal.better(), t.goal.strict())) + " " +
           detail::shown(t.goal.threshold()) + ": " + std::to_string(t.counts.met) + " of " +
           std::to_string(t.counts.assessed()) + " met" +
           (share ? " (" + detail::percent_text(*share) + ")" : std::string()) + ", " +
           std::to_string(t.counts.not_assessed) + " not assessed\n";
  }
  for (std::size_t i = 0; i != (std::min)(view.bottlenecks.size(), std::size_t{3}); ++i) {
    const auto& b = view.bottlenecks[i];
    out += (i == 0 ? "bottleneck " : "then ") + std::string(b.component.view()) + ": " +
           detail::points_text(b.points) + " points lost by " + std::to_string(b.agents) +
           (b.agents == 1 ? " agent\n" : " agents\n");
  }
  out += padded("rank", 12) + padded("who", 14) + padded("points", 7, true) + "  " +
         padded("grade", 7) + "not assessed\n";
  for (const auto& line : view.ranking) {
    const score_report& r = line.report;
    out += padded(detail::rank_text(line.rank, line.could_be), 12);
    out += padded(detail::who_text(line.who), 14);
    out += padded(r.total ? detail::points_text(*r.total) : "none", 7, true) + "  ";
    out += padded(r.band.empty() ? "-" : std::string(r.band), 7);
    out += detail::percent_text(r.weight_not_assessed) + "\n";
  }
  return out + detail::not_separable_text(view.not_separable);
}

/// A table of perspectives. The printed contributions add up to the printed composite.
inline std::string to_text(const std::vector<perspective_line>& lines) {
  using detail::padded;
  std::vector<double> contributions;
  double sum = 0;
  for (const perspective_line& p : lines) {
    contributions.push_back(p.contribution);
    sum += p.contribution;
  }
  const auto printed = detail::printed_hundredths(contributions, sum);
  std::string out = padded("perspective", 16) + padded("weight", 8, true) +
                    padded("score", 9, true) + padded("contribution", 14, true) +
                    "  not assessed\n";
  for (std::size_t i = 0; i != lines.size(); ++i) {
    const perspective_line& p = lines[i];
    out += padded(p.name == label() ? "(none)" : std::string(p.name.view()), 16);
    out += padded(detail::percent_text(p.weight), 8, true);
    out += padded(p.score ? detail::points_text(*p.score) : "none", 9, true);
    out += padded(detail::hundredths_text(printed[i]), 14, true);
    out += "  " + detail::percent_text(p.not_assessed) + "\n";
  }
  return out;
}

/// A trend, one line a period: total, change with its interval, whether it is more than chance,
/// alone and as one of so many changes (Holm), and what changed most.
inline std::string to_text(const std::vector<trend_line>& lines) {
  std::string out;
  const auto changes = std::count_if(lines.begin(), lines.end(),
                                     [](const trend_line& t) { return t.adjusted_p.has_value(); });
  const auto chance = [&](const trend_line& t) -> std::string {
    if (!t.separable()) return ", within chance";
    if (t.differs(1 - t.change->level().value())) return {};
    return ", within chance as one of " + std::to_string(changes) + " changes";
  };
  for (const trend_line& t : lines) {
    out += std::string(detail::text_of_instant(t.period.from()).view()) + "  ";
    out += t.total ? detail::points_text(*t.total) : "none";
    if (!t.band.empty()) out += " " + std::string(t.band);
    if (t.other_rules) out += "  not comparable: other rules";
    if (t.change) {
      out += "  " + detail::signed_text(t.change->value());
      if (const auto& i = t.change->interval()) {
        out += " [" + detail::signed_text(i->low) + ", " + detail::signed_text(i->high) + "]" +
               chance(t);
      }
      const auto most =
          std::max_element(t.parts.begin(), t.parts.end(), [](const auto& a, const auto& b) {
            return detail::abs(a.points) < detail::abs(b.points);
          });
      if (most != t.parts.end() && most->points != 0) {
        out +=
            "; most: " + std::string(most->name.view()) + " " + detail::signed_text(most->points);
      }
    }
    if (t.weight_not_assessed > 0) {
      out += "; not assessed " + detail::percent_text(t.weight_not_assessed);
    }
    out += "\n";
  }
  return out;
}

}  // namespace crmetrics
