#pragma once

#include <crmetrics/core/confidence_level.hpp>
#include <crmetrics/core/direction.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/core/label.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/intervals/correlation.hpp>
#include <crmetrics/scorecard/points.hpp>
#include <crmetrics/scorecard/score_report.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crmetrics {

/// Does a component go with the outcome that it is paid for?
enum class relevance : std::uint8_t {
  supported,      ///< better here goes with more of the outcome, beyond chance
  contradicted,   ///< better here goes with less of it, beyond chance
  not_shown,      ///< the interval holds 0: these data do not tell
  not_assessable  ///< too few agents, or it does not vary
};

constexpr std::string_view to_string(relevance r) noexcept {
  switch (r) {
    case relevance::supported:
      return "supported";
    case relevance::contradicted:
      return "contradicted";
    case relevance::not_shown:
      return "not shown";
    case relevance::not_assessable:
      return "not assessable";
  }
  return "?";
}

/// One component under review. Agents count where it was assessed (not where a rule filled it in).
struct relevance_line {
  label name;
  double weight = 0;
  /// The curve's. Neutral where it rewards both ways (`target_range`): then the points are held
  /// against the outcome instead of the values.
  direction better = direction::neutral;
  std::uint64_t assessed = 0;   ///< agents
  bool no_variation = false;    ///< all agents have the same value
  std::uint64_t at_target = 0;  ///< agents with full points
  correlation linear;           ///< Pearson, value (or points) with outcome
  correlation by_rank;          ///< Spearman, the same; decides the state
  relevance state = relevance::not_assessable;

  /// The target tells nobody apart: all meet it, or nobody does.
  constexpr bool target_always_met() const noexcept {
    return assessed != 0 && at_target == assessed;
  }
  constexpr bool target_never_met() const noexcept { return assessed != 0 && at_target == 0; }
};

/// Two components that say the same.
struct overlap_line {
  label a;
  label b;
  correlation together;         ///< Pearson, over the agents who have both
  bool shared_measure = false;  ///< the same metric with the same value and n at every agent
  double weight = 0;            ///< that they carry together
};

/// What a review of a definition found.
struct relevance_report {
  label outcome;
  std::uint64_t agents = 0;
  std::vector<relevance_line> components;  ///< in the order of the definition
  std::vector<overlap_line> overlaps;      ///< beyond the limit, or one measure twice
  std::string_view only_band;              ///< where all agents with a grade have the same
  std::uint64_t definition = 0;            ///< hash of the rules that were reviewed; 0: no agents

  /// @throws error where there is no such component
  const relevance_line& component(std::string_view name) const {
    for (const relevance_line& line : components) {
      if (line.name.view() == name) return line;
    }
    throw error("relevance review: no component is called \"" + std::string(name) + "\"");
  }
};

/// How a definition is reviewed.
struct relevance_review {
  confidence_level level = {};
  double overlap_above = .9;      ///< |r| of two components
  std::uint64_t min_agents = 10;  ///< fewer are not assessable

  /// Reviews the definition of a card over the agents it scored: does each component go with an
  /// outcome that the card does not contain (renewals a quarter later), do two of them say the
  /// same, does one say nothing because all are alike.
  ///
  /// Association is no cause, and agents are few: with ten components at 95 %, two in five
  /// reviews of a worthless card find one "supported" or "contradicted". The value is the raw one,
  /// so that a cap does not hide the spread; the points of a curve that rewards both ways. Ranks
  /// that agree fully have no interval: there the chance of so many in one order or the reverse
  /// decides. Cost: O(components^2 x agents).
  /// @param results what `by(agent, card).result()` gives, all of one definition
  /// @param outcome_of gives the outcome for a key, or std::nullopt
  template <class Results, class OutcomeOf>
  relevance_report of(const Results& results, label outcome, const OutcomeOf& outcome_of) const {
    std::vector<const score_report*> reports;
    std::vector<std::optional<double>> outcomes;
    for (const auto& row : results.rows) {
      reports.push_back(&row.result);
      outcomes.push_back(outcome_of(row.key));
    }
    return review(outcome, reports, outcomes);
  }

 private:
  using reports_type = std::vector<const score_report*>;

  relevance_report review(label outcome, const reports_type& reports,
                          const std::vector<std::optional<double>>& outcomes) const {
    check(reports);
    relevance_report out;
    out.outcome = outcome;
    out.agents = reports.size();
    if (reports.empty()) return out;
    out.definition = reports.front()->definition;
    const std::size_t parts = reports.front()->components.size();
    for (std::size_t i = 0; i != parts; ++i) out.components.push_back(line(i, reports, outcomes));
    for (std::size_t i = 0; i != parts; ++i) {
      for (std::size_t j = i + 1; j != parts; ++j) {
        if (auto o = overlap(i, j, reports)) out.overlaps.push_back(*o);
      }
    }
    std::size_t graded = 0;
    bool same = true;
    for (const score_report* r : reports) {
      if (r->band.empty()) continue;
      if (graded++ == 0) out.only_band = r->band;
      same = same && r->band == out.only_band;
    }
    if (!same || graded < 2) out.only_band = {};
    return out;
  }

  void check(const reports_type& reports) const {
    if (!(overlap_above > 0 && overlap_above < 1)) {
      throw invalid_setting("relevance review: overlap_above " + detail::shown(overlap_above) +
                            ": must lie between 0 and 1, both excluded");
    }
    for (const score_report* r : reports) {
      if (r->definition != reports.front()->definition) {
        throw definition_mismatch(
            "relevance review: the results are of two definitions of the card");
      }
    }
  }

  relevance_line line(std::size_t i, const reports_type& reports,
                      const std::vector<std::optional<double>>& outcomes) const {
    relevance_line line;
    const component_line& first = reports.front()->components[i];
    line.name = first.name;
    line.weight = first.weight;
    line.better = first.better;
    const bool by_points = line.better == direction::neutral;
    std::vector<double> values;
    std::vector<double> results;
    bool varies = false;
    std::optional<double> one;
    for (std::size_t a = 0; a != reports.size(); ++a) {
      const component_line& c = reports[a]->components[i];
      if (!c.assessed()) continue;
      const double value = measured(c);
      ++line.assessed;
      if (grid_points::of(c.points) >= grid_points::of(100)) ++line.at_target;
      varies = varies || (one && *one != value);
      one = value;
      if (!outcomes[a]) continue;
      values.push_back(by_points ? c.points : value);
      results.push_back(*outcomes[a]);
    }
    line.no_variation = line.assessed > 1 && !varies;
    line.linear = pearson(values, results, level);
    line.by_rank = spearman(values, results, level);
    if (line.by_rank.n < min_agents || !line.by_rank.has_value() || !level.wanted()) return line;
    const double rho = line.by_rank.r;
    bool beyond_chance = false;
    if (line.by_rank.interval) {
      beyond_chance = !line.by_rank.interval->contains(0);
    } else if (detail::abs(rho) > 1 - 1e-14) {
      beyond_chance = 2 * chance_of_order(results) <= 1 - level.value();
    } else {
      return line;
    }
    const bool lower = line.better == direction::lower_is_better;
    line.state = !beyond_chance       ? relevance::not_shown
                 : (rho > 0) != lower ? relevance::supported
                                      : relevance::contradicted;
    return line;
  }

  // That values fall into one order by chance, equal ones in any: product of t! over n!.
  static double chance_of_order(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    double chance = 1;
    double tied = 0;
    for (std::size_t i = 0; i != values.size(); ++i) {
      tied = i != 0 && values[i] == values[i - 1] ? tied + 1 : 1;
      chance *= tied / static_cast<double>(i + 1);
    }
    return chance;
  }

  std::optional<overlap_line> overlap(std::size_t i, std::size_t j,
                                      const reports_type& reports) const {
    const component_line& a = reports.front()->components[i];
    const component_line& b = reports.front()->components[j];
    overlap_line line{a.name, b.name, {}, true, a.weight + b.weight};
    std::vector<double> x;
    std::vector<double> y;
    for (const score_report* r : reports) {
      const component_line& c = r->components[i];
      const component_line& d = r->components[j];
      line.shared_measure = line.shared_measure && c.raw.name() == d.raw.name() &&
                            c.raw.convention() == d.raw.convention() && c.raw.n() == d.raw.n() &&
                            c.raw.value_or(0) == d.raw.value_or(0);
      if (!c.assessed() || !d.assessed()) continue;
      x.push_back(measured(c));
      y.push_back(measured(d));
    }
    line.together = pearson(x, y, level);
    // One agent with the same value twice is chance; no agent at all says nothing.
    if (x.size() < 2) line.shared_measure = false;
    const bool beyond = line.together.n >= min_agents && line.together.has_value() &&
                        detail::abs(line.together.r) > overlap_above;
    if (!beyond && !line.shared_measure) return std::nullopt;
    return line;
  }

  static double measured(const component_line& c) {
    return c.before_shrinkage ? *c.before_shrinkage : c.raw.value();
  }
};

}  // namespace crmetrics
