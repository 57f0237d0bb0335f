#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/core/interval.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/intervals/fisher_test.hpp>
#include <crmetrics/intervals/samples.hpp>
#include <crmetrics/intervals/wilson.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace crmetrics {

/// How much of one agent's work was left out, against the rest of the team.
template <class Key>
struct removal_line {
  Key key;
  std::uint64_t removed = 0;
  std::uint64_t judged = 0;
  std::optional<interval> share;          ///< 95 % Wilson; none where nothing was judged
  std::optional<double> share_of_others;  ///< none where the others have nothing judged
  std::optional<double> p_value;          ///< Fisher's exact test, two-sided, against the others
  bool outlier = false;                   ///< more than the others, beyond chance at the level
};

/// Warns where one agent has far more events left out as "not the agent's doing" than the others:
/// either the agent gets the bad products, or somebody excuses too much. It accuses nobody.
///
/// Each agent is held against all others of the team together by Fisher's exact test; an agent is
/// an outlier where the share is higher and p < level / agents tested (Bonferroni). So with one
/// rate of causes for all, the probability that anybody is flagged is at most `level`, exactly, for
/// any counts. Cost: one exact test an agent.
struct attribution_guard {
  double level = .01;

  /// @param team what `by(agent, attributed(...))` is; @throws invalid_setting for a level outside
  ///        (0, 1)
  template <class Team>
  auto check(const Team& team) const {
    if (!(level > 0 && level < 1)) {
      throw invalid_setting("attribution guard: level " + detail::shown(level) +
                            ": must lie between 0 and 1, both excluded");
    }
    using key_type = typename decltype(team.result().rows)::value_type;
    std::vector<removal_line<decltype(key_type::key)>> lines;
    double removed = 0;
    double judged = 0;
    std::size_t tested = 0;
    team.for_each([&](const auto& key, const auto& metric) {
      lines.push_back({key, metric.removed(), metric.judged(), {}, {}, {}, false});
      removed += static_cast<double>(metric.removed());
      judged += static_cast<double>(metric.judged());
      if (metric.judged() != 0) ++tested;
    });
    for (auto& line : lines) {
      if (line.judged == 0) continue;
      const binomial_sample own{static_cast<double>(line.removed),
                                static_cast<double>(line.judged)};
      line.share = wilson::bounds(own);
      const binomial_sample others{removed - own.successes, judged - own.trials};
      if (others.trials == 0) continue;
      line.share_of_others = others.successes / others.trials;
      line.p_value = fisher_test(own, others).p_value;
      const bool higher = own.successes * others.trials > others.successes * own.trials;
      line.outlier = higher && line.p_value.value_or(1) < level / static_cast<double>(tested);
    }
    return lines;
  }
};

}  // namespace crmetrics
