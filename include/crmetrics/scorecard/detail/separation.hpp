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
#include <utility>
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

/// The values that are compared, by their places in the ranking, and which pairs are told apart.
class compared_values {
 public:
  compared_values(std::span<const ranked_value> values, std::span<const std::size_t> order,
                  std::size_t only)
      : told_(values.size() * values.size(), 0) {
    for (std::size_t place = 0; place != order.size(); ++place) {
      values_.push_back(values[order[place]]);
      if (order[place] == only) only_ = place;
    }
  }

  std::size_t size() const noexcept { return values_.size(); }
  /// Whether all pairs are compared, not those of one value alone.
  bool all() const noexcept { return only_ == everyone; }
  std::size_t only() const noexcept { return only_; }
  /// The standard error of the difference; 0 where it is known without error, infinite where
  /// nothing is known of one of the two.
  double error(std::size_t i, std::size_t j) const {
    const double x = values_[i].standard_error;
    const double y = values_[j].standard_error;
    return sqrt(x * x + y * y);
  }
  double difference(std::size_t i, std::size_t j) const {
    return values_[i].value - values_[j].value;
  }
  /// The difference of two draws of standard normal errors, studentised. The better of the two
  /// stands first; where it is told to be above, the other direction stays in the family.
  double studentised(std::size_t i, std::size_t j, double error, std::span<const double> z) const {
    const double x =
        values_[i].standard_error / error * z[i] - values_[j].standard_error / error * z[j];
    return told(i, j) ? -x : abs(x);
  }
  bool told(std::size_t i, std::size_t j) const { return told_[i * size() + j] != 0; }
  void tell(std::size_t i, std::size_t j) { told_[i * size() + j] = 1; }

  /// Calls f(i, j) for each pair that is compared, the better one first.
  template <class F>
  void each_pair(const F& f) const {
    for (std::size_t i = 0; i != size(); ++i) {
      for (std::size_t j = i + 1; j != size(); ++j) {
        if (all() || i == only_ || j == only_) f(i, j);
      }
    }
  }

 private:
  std::vector<ranked_value> values_;
  std::size_t only_ = everyone;
  std::vector<char> told_;
};

/// The largest studentised difference that errors alone make, for each draw.
///
/// A pair's difference is at most the root of z_i^2 + z_j^2 (Cauchy and Schwarz: the two shares of
/// the error are a unit vector). So only pairs of the outermost draws need be looked at.
class largest_differences {
 public:
  largest_differences(std::size_t values, const separation_rule& rule) : rule_(rule) {
    for (std::size_t k = 0; k != values; ++k) {
      draws_.emplace_back(rule.seed, "rank " + std::to_string(k));
    }
  }
  std::vector<double> of(const compared_values& values) const {
    std::vector<double> out(rule_.draws);
    const std::size_t share = (rule_.draws + rule_.threads - 1) / rule_.threads;
    on_threads(rule_.threads, [&](unsigned t) {
      const std::size_t first = (std::min)(t * share, rule_.draws);
      const std::size_t last = (std::min)(first + share, rule_.draws);
      std::vector<double> z(draws_.size());
      std::vector<std::size_t> outermost;
      for (std::size_t d = first; d != last; ++d) {
        for (std::size_t k = 0; k != z.size(); ++k) z[k] = draws_[k].at(d);
        out[d] = values.all() ? largest(values, z, outermost) : largest_of_one(values, z);
      }
    });
    std::sort(out.begin(), out.end());
    return out;
  }

 private:
  static double studentised(const compared_values& values, std::size_t i, std::size_t j,
                            std::span<const double> z) {
    if (i > j) std::swap(i, j);
    const double error = values.error(i, j);
    return error > 0 && is_finite(error) ? values.studentised(i, j, error, z) : 0;
  }
  static double largest_of_one(const compared_values& values, std::span<const double> z) {
    double out = 0;
    for (std::size_t k = 0; k != z.size(); ++k) {
      if (k != values.only()) out = (std::max)(out, studentised(values, values.only(), k, z));
    }
    return out;
  }
  static double largest(const compared_values& values, std::span<const double> z,
                        std::vector<std::size_t>& outermost) {
    const auto [low, high] = std::minmax_element(z.begin(), z.end());
    const auto a = static_cast<std::size_t>(low - z.begin());
    const auto b = static_cast<std::size_t>(high - z.begin());
    double out = a == b ? 0 : (std::max)(0.0, studentised(values, a, b, z));
    // Below this no pair can be larger, whatever the rounding.
    const auto bound = [&] { return out * out * (1 - 1e-9); };
    const double widest = (std::max)(*low * *low, *high * *high);
    outermost.clear();
    for (std::size_t k = 0; k != z.size(); ++k) {
      if (z[k] * z[k] + widest >= bound()) outermost.push_back(k);
    }
    std::sort(outermost.begin(), outermost.end(),
              [&](std::size_t x, std::size_t y) { return abs(z[x]) > abs(z[y]); });
    for (std::size_t x = 0; x != outermost.size(); ++x) {
      const double square = z[outermost[x]] * z[outermost[x]];
      if (2 * square < bound()) break;
      for (std::size_t y = x + 1; y != outermost.size(); ++y) {
        if (square + z[outermost[y]] * z[outermost[y]] < bound()) break;
        out = (std::max)(out, studentised(values, outermost[x], outermost[y], z));
      }
    }
    return out;
  }

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

  compared_values compared(values, out.order, rule.only);
  const auto set_above = [&](std::size_t i, std::size_t j) {
    out.above[out.order[i] * n + out.order[j]] = 1;
  };
  // As ranks do: who shares a rank is told from nobody who has it.
  const auto tied = [&](std::size_t i, std::size_t j) {
    return grid_points::of(values[out.order[i]].value) ==
           grid_points::of(values[out.order[j]].value);
  };
  bool any = false;
  compared.each_pair([&](std::size_t i, std::size_t j) {
    const double error = compared.error(i, j);
    if (error > 0) {
      any = any || is_finite(error);
    } else if (!tied(i, j)) {
      set_above(i, j);  // known without error
    }
  });
  if (!any) return out;

  const largest_differences largest(n, rule);
  bool more = true;
  while (more) {
    const std::vector<double> sorted = largest.of(compared);
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
    compared.each_pair([&](std::size_t i, std::size_t j) {
      const double error = compared.error(i, j);
      if (!(error > 0) || compared.told(i, j)) return;
      if (!(compared.difference(i, j) / error > out.critical_value) || tied(i, j)) return;
      compared.tell(i, j);
      set_above(i, j);
      more = rule.step_down;
    });
  }
  return out;
}

}  // namespace crmetrics::detail
