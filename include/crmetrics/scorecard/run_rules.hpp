#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/core/normal.hpp>
#include <crmetrics/detail/math.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace crmetrics {

/// The run rules of the Western Electric handbook on a series of standardised values
/// z = (x - centre) / sigma, with the false alarms that the chosen rules give together.
///
/// - beyond: one value beyond 3 sigma
/// - two_of_three: two of three values in a row beyond 2 sigma on one side
/// - four_of_five: four of five in a row beyond 1 sigma on one side
/// - eight_in_row: eight in a row on one side of the centre
///
/// A value exactly on the centre is on neither side and ends a run.
///
/// Each rule finds smaller shifts sooner and adds false alarms: a chart with all four gives one in
/// 92 values instead of one in 370. `average_run_length()` computes that for the rules chosen, for
/// independent normal values. Western Electric 1956, Statistical Quality Control Handbook; Champ,
/// Woodall 1987, Technometrics 29(4), 393-399, https://doi.org/10.1080/00401706.1987.10488266
struct run_rules {
  bool beyond = true;
  bool two_of_three = true;
  bool four_of_five = true;
  bool eight_in_row = true;

  struct signal {
    std::size_t index = 0;  ///< of the value that completes the pattern
    std::string_view rule;  ///< a literal
    friend constexpr bool operator==(const signal&, const signal&) = default;
  };

  /// The first signal; none where the series stays in control. O(values).
  /// @throws bad_input naming each value that is no number
  std::optional<signal> first_signal(std::span<const double> z) const {
    problem_list problems;
    for (std::size_t i = 0; i != z.size(); ++i) {
      if (detail::is_nan(z[i])) problems.add({"z", i + 1, "nan", "is no number"});
    }
    problems.throw_if_any();
    memory seen;
    for (std::size_t i = 0; i != z.size(); ++i) {
      if (const std::string_view rule = seen.take(zone_of(z[i]), *this); !rule.empty()) {
        return signal{i, rule};
      }
    }
    return std::nullopt;
  }

  /// Values until the first false alarm, on average, for independent normal values that lie
  /// `shift` sigma off the centre (0: in control). Exact: a Markov chain over what the rules
  /// remember, solved by iteration to 1e-10. Infinite where no rule is chosen. Cost: for all four
  /// rules in control some hundredths of a second.
  double average_run_length(double shift = 0) const {
    if (!beyond && !two_of_three && !four_of_five && !eight_in_row) return detail::infinity();
    std::array<double, zones> p{};
    for (int zone = 0; zone != zones; ++zone) {
      const double from = zone == 0 ? 0 : normal_cdf(edge(zone - 1) - shift);
      const double to = zone == zones - 1 ? 1 : normal_cdf(edge(zone) - shift);
      p[static_cast<std::size_t>(zone)] = to - from;
    }
    // All states that can be reached; `none` is a signal.
    constexpr std::size_t none = static_cast<std::size_t>(-1);
    std::map<memory, std::size_t> number{{memory{}, 0}};
    std::vector<memory> states{memory{}};
    std::vector<std::array<std::size_t, zones>> next;
    for (std::size_t s = 0; s != states.size(); ++s) {
      auto& row = next.emplace_back();
      for (int zone = 0; zone != zones; ++zone) {
        memory after = states[s];
        std::size_t& to = row[static_cast<std::size_t>(zone)];
        to = none;
        if (!after.take(zone, *this).empty()) continue;
        const auto [found, is_new] = number.try_emplace(after, states.size());
        if (is_new) states.push_back(after);
        to = found->second;
      }
    }
    // length(s) = 1 + sum p length(next), by Gauss and Seidel.
    std::vector<double> length(states.size(), 1);
    for (int sweep = 0; sweep != 1'000'000; ++sweep) {
      double largest = 0;
      for (std::size_t s = states.size(); s-- != 0;) {
        double sum = 1;
        double stays = 0;
        for (std::size_t zone = 0; zone != zones; ++zone) {
          const std::size_t to = next[s][zone];
          if (to == none) continue;
          if (to == s) {
            stays += p[zone];
          } else {
            sum += p[zone] * length[to];
          }
        }
        const double better = sum / (1 - stays);
        largest = (std::max)(largest, detail::abs(better - length[s]) / better);
        length[s] = better;
      }
      if (largest < 1e-14) break;
    }
    return length[0];
  }
  friend constexpr bool operator==(const run_rules&, const run_rules&) = default;

 private:
  // -inf .. -3 .. -2 .. -1 .. 0 .. 1 .. 2 .. 3 .. inf
  static constexpr int zones = 8;
  static constexpr int centre = -1;  // no zone: it has no probability
  static constexpr double edge(int i) noexcept { return i - 3; }
  static constexpr int zone_of(double z) noexcept {
    if (z == 0) return centre;
    // On a line is inside it.
    if (z < 0) return z < -3 ? 0 : z < -2 ? 1 : z < -1 ? 2 : 3;
    return z > 3 ? 7 : z > 2 ? 6 : z > 1 ? 5 : 4;
  }

  // What the rules remember of the values before: on each side the last two beyond 2 sigma, the
  // last four beyond 1 sigma, and the run.
  struct memory {
    std::array<unsigned, 2> beyond_2{};
    std::array<unsigned, 2> beyond_1{};
    int side = 0;
    int run = 0;

    // The rule that signals; empty where none does.
    std::string_view take(int zone, const run_rules& rules) {
      std::string_view rule;
      const int now = zone == centre ? centre : zone < 4 ? 0 : 1;
      // 0 within 1 sigma .. 3 beyond 3 sigma
      const int out = zone == centre ? 0 : zone < 4 ? 3 - zone : zone - 4;
      if (rules.beyond && out == 3) rule = "beyond 3 sigma";
      for (int s = 0; s != 2; ++s) {
        const auto i = static_cast<std::size_t>(s);
        const unsigned is_2 = s == now && out >= 2 ? 1 : 0;
        const unsigned is_1 = s == now && out >= 1 ? 1 : 0;
        if (rules.two_of_three) {
          if (rule.empty() && is_2 != 0 && beyond_2[i] != 0) {
            rule = "two of three beyond 2 sigma";
          }
          beyond_2[i] = (beyond_2[i] << 1 | is_2) & 3U;
        }
        if (rules.four_of_five) {
          const int before = __builtin_popcount(beyond_1[i]);
          if (rule.empty() && is_1 != 0 && before >= 3) rule = "four of five beyond 1 sigma";
          beyond_1[i] = (beyond_1[i] << 1 | is_1) & 15U;
        }
      }
      if (rules.eight_in_row) {
        run = now == centre ? 0 : side == now && run != 0 ? run + 1 : 1;
        side = run == 0 ? 0 : now;
        if (rule.empty() && run >= 8) rule = "eight in a row on one side";
      }
      return rule;
    }
    friend constexpr auto operator<=>(const memory&, const memory&) = default;
  };
};

}  // namespace crmetrics
