#pragma once

#include <crmetrics/derive/detail/on_threads.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/scorecard/detail/uncertainty_of.hpp>
#include <crmetrics/scorecard/points.hpp>
#include <crmetrics/scorecard/ranked_value.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace crmetrics::detail {

inline constexpr auto everyone = static_cast<std::size_t>(-1);

/// Who is above whom by more than chance.
struct separation {
  std::vector<std::size_t> order;  ///< the input's places, best first
  std::vector<char> above;         ///< n x n, by the places of the input
  double critical_value = 0;
  double critical_value_error = 0;

  bool is_above(std::size_t i, std::size_t j) const { return above[i * order.size() + j] != 0; }
};

struct separation_rule {
  double level;
  std::size_t draws;
  std::uint64_t seed;
  bool step_down;
  unsigned threads;
  std::size_t only;  ///< compare the pairs of this one alone, or of everyone
};

/// Two values that are compared, by their places in the ranking, the better first.
struct compared_pair {
  std::size_t i, j;
  double a, b;        ///< standard errors, divided by that of the difference
  double distance;    ///< in standard errors of the difference
  bool told = false;  ///< the better one is above; the other direction stays in the family
};

/// The largest studentised difference that errors alone make, for each draw.
class largest_differences {
 public:
  largest_differences(std::size_t values, const separation_rule& rule) : rule_(rule) {
    for (std::size_t k = 0; k != values; ++k) {
      draws_.emplace_back(rule.seed, "rank " + std::to_string(k));
    }
  }
  std::vector<double> of(std::span<const compared_pair> pairs) const {
    std::vector<double> out(rule_.draws);
    const std::size_t share = (rule_.draws + rule_.threads - 1) / rule_.threads;
    on_threads(rule_.threads, [&](unsigned t) {
      const std::size_t first = (std::min)(t * share, rule_.draws);
      const std::size_t last = (std::min)(first + share, rule_.draws);
      std::vector<double> z(draws_.size());
      for (std::size_t d = first; d != last; ++d) {
        for (std::size_t k = 0; k != z.size(); ++k) z[k] = draws_[k].at(d);
        double largest = 0;
        for (const compared_pair& p : pairs) {
          const double x = p.a * z[p.i] - p.b * z[p.j];
          largest = (std::max)(largest, p.told ? -x : abs(x));
        }
        out[d] = largest;
      }
    });
    std::sort(out.begin(), out.end());
    return out;
  }

 private:
  separation_rule rule_;
  std::vector<normal_draws> draws_;
};

inline separation separate(std::span<const ranked_value> values, const separation_rule& rule) {
  const std::size_t n = values.size();
  separation out;
  out.above.assign(n * n, 0);
  for (std::size_t i = 0; i != n; ++i) out.order.push_back(i);
  // What tells two values apart decides their places, and so their draws: not where they stood.
  std::sort(out.order.begin(), out.order.end(), [&](std::size_t x, std::size_t y) {
    if (values[x].value != values[y].value) return values[x].value > values[y].value;
    if (values[x].standard_error != values[y].standard_error) {
      return values[x].standard_error < values[y].standard_error;
    }
    return x < y;
  });

  std::vector<compared_pair> pairs;
  for (std::size_t i = 0; i != n; ++i) {
    for (std::size_t j = i + 1; j != n; ++j) {
      const std::size_t better = out.order[i];
      const std::size_t worse = out.order[j];
      if (rule.only != everyone && rule.only != better && rule.only != worse) continue;
      const ranked_value& x = values[better];
      const ranked_value& y = values[worse];
      const double error =
          sqrt(x.standard_error * x.standard_error + y.standard_error * y.standard_error);
      if (error > 0) {
        pairs.push_back({i, j, x.standard_error / error, y.standard_error / error,
                         (x.value - y.value) / error});
      } else if (grid_points::of(x.value) != grid_points::of(y.value)) {
        out.above[better * n + worse] = 1;  // known without error
      }
    }
  }
  if (pairs.empty()) return out;

  const largest_differences largest(n, rule);
  bool more = true;
  while (more) {
    const std::vector<double> sorted = largest.of(pairs);
    const auto draws = static_cast<double>(rule.draws);
    const auto at = [&](double place) {
      const double last = draws - 1;
      return sorted[static_cast<std::size_t>(clamp(place, 0, last))];
    };
    const double place = rule.level * draws;
    const double spread = sqrt(draws * rule.level * (1 - rule.level));
    out.critical_value = at(place);
    out.critical_value_error = (at(place + spread) - at(place - spread)) / 2;
    more = false;
    for (compared_pair& p : pairs) {
      if (p.told || !(p.distance > out.critical_value)) continue;
      p.told = true;
      more = rule.step_down;
      out.above[out.order[p.i] * n + out.order[p.j]] = 1;
    }
  }
  return out;
}

}  // namespace crmetrics::detail
