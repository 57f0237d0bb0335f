#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/intervals/samples.hpp>
#include <crmetrics/intervals/two_proportion_tests.hpp>

#include <cstdint>
#include <string>

namespace crmetrics {

namespace detail {

/// The hypergeometric distribution of successes in a, given both sizes and all successes: its
/// weights relative to its mode, by the ratio of neighbours, so that no factorial is needed.
struct hypergeometric_weights {
  double n_a = 0;
  double n_b = 0;
  double successes = 0;

  double lowest() const noexcept { return successes > n_b ? successes - n_b : 0; }
  double highest() const noexcept { return successes < n_a ? successes : n_a; }
  double mode() const noexcept {
    const double k = (n_a + 1) * ((successes + 1) / (n_a + n_b + 2));
    return clamp(static_cast<double>(static_cast<std::int64_t>(k)), lowest(), highest());
  }
  /// Weight of k + 1 over weight of k.
  double step_up(double k) const noexcept {
    return ((n_a - k) / (k + 1)) * ((successes - k) / (n_b - successes + k + 1));
  }
  /// Calls f(k, weight) outwards from the mode, each side until the weight is no longer a normal
  /// double.
  template <class F>
  void visit(const F& f) const {
    constexpr double negligible = 1e-300;
    const double start = mode();
    f(start, 1.0);
    double weight = 1;
    for (double k = start; k < highest() && weight > negligible; ++k) {
      weight *= step_up(k);
      f(k + 1, weight);
    }
    weight = 1;
    for (double k = start; k > lowest() && weight > negligible; --k) {
      weight /= step_up(k - 1);
      f(k - 1, weight);
    }
  }
};

inline void require_whole_counts(const binomial_sample& a, const binomial_sample& b) {
  constexpr double largest = 9007199254740992.0;  // 2^53
  problem_list problems;
  const auto check = [&](const char* field, double x) {
    if (is_whole(x) && x <= largest) return;
    problems.add({field, 0, std::to_string(x), "Fisher's exact test needs whole counts to 2^53"});
  };
  check("successes of a", a.successes);
  check("trials of a", a.trials);
  check("successes of b", b.successes);
  check("trials of b", b.trials);
  problems.throw_if_any();
}

}  // namespace detail

/// Fisher's exact test of two independent shares, two-sided: the probability, given the margins, of
/// all tables that are not likelier than the observed one (those within a factor 1 + 1e-7 of it
/// count, as in base R). Right for any counts, and on the careful side. A p-value below some 1e-300
/// comes out as 0. There is no statistic, and no p-value where a side has no trials.
/// Cost: about 40 standard deviations of the table's distribution in steps, microseconds for
/// hundreds of trials and a millisecond for millions.
/// Fisher 1935, Journal of the Royal Statistical Society 98(1), 39-82,
/// https://doi.org/10.2307/2342435
/// @throws bad_input for counts that cannot be, or are not whole (an effective n has no exact test)
inline test_outcome fisher_test(const binomial_sample& a, const binomial_sample& b) {
  require_valid(a);
  require_valid(b);
  detail::require_whole_counts(a, b);
  test_outcome outcome;
  outcome.method = "Fisher exact";
  if (a.trials == 0 || b.trials == 0) return outcome;

  const detail::hypergeometric_weights table{a.trials, b.trials, a.successes + b.successes};
  double observed = 0;
  table.visit([&](double k, double weight) {
    if (k == a.successes) observed = weight;
  });
  double total = 0;
  double as_unlikely = 0;
  table.visit([&](double, double weight) {
    total += weight;
    if (weight <= observed * (1 + 1e-7)) as_unlikely += weight;
  });
  outcome.p_value = as_unlikely < total ? as_unlikely / total : 1;
  return outcome;
}

}  // namespace crmetrics
