#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/detail/math.hpp>

#include <string>

namespace crmetrics {

// What an interval method is given. The counts are doubles because a metric under sampling weights
// passes effective counts (share times Kish's n_eff), which are not whole.

/// Successes out of trials.
struct binomial_sample {
  double successes = 0;
  double trials = 0;
  friend constexpr bool operator==(const binomial_sample&, const binomial_sample&) = default;
};

/// Three kinds of answers: detractors, passives and promoters of the NPS, or bad, neutral and good
/// of any net share. Its value is (positives - negatives) / trials().
struct net_sample {
  double negatives = 0;
  double neutrals = 0;
  double positives = 0;

  constexpr double trials() const noexcept { return negatives + neutrals + positives; }
  friend constexpr bool operator==(const net_sample&, const net_sample&) = default;
};

/// A mean of n values, n possibly effective. The standard error is that of the mean,
/// sqrt(sum of squared deviations / (n - 1) / n): the n - 1 is already in it.
struct mean_sample {
  double n = 0;
  double mean = 0;
  double standard_error = 0;
  friend constexpr bool operator==(const mean_sample&, const mean_sample&) = default;
};

/// Events counted over an exposure (contacts, customers, agent hours), in units of that exposure.
struct poisson_sample {
  double events = 0;
  double exposure = 0;
  friend constexpr bool operator==(const poisson_sample&, const poisson_sample&) = default;
};

namespace detail {

constexpr bool is_amount(double x) noexcept { return x >= 0 && is_finite(x); }

inline void note_amount(problem_list& problems, const char* field, double x) {
  if (is_amount(x)) return;
  problems.add({field, 0, std::to_string(x), "must be finite and not negative"});
}

}  // namespace detail

/// Throws where a sample cannot have been counted; every interval method asks first.
/// @throws bad_input naming each bad field: negative, infinite, NaN, more successes than trials
inline void require_valid(const binomial_sample& s) {
  if (detail::is_amount(s.successes) && detail::is_amount(s.trials) && s.successes <= s.trials) {
    return;
  }
  problem_list problems;
  detail::note_amount(problems, "successes", s.successes);
  detail::note_amount(problems, "trials", s.trials);
  if (s.successes > s.trials) {
    problems.add({"successes", 0, std::to_string(s.successes),
                  "more than the " + std::to_string(s.trials) + " trials"});
  }
  throw bad_input(problems);
}

inline void require_valid(const net_sample& s) {
  if (detail::is_amount(s.negatives) && detail::is_amount(s.neutrals) &&
      detail::is_amount(s.positives)) {
    return;
  }
  problem_list problems;
  detail::note_amount(problems, "negatives", s.negatives);
  detail::note_amount(problems, "neutrals", s.neutrals);
  detail::note_amount(problems, "positives", s.positives);
  throw bad_input(problems);
}

inline void require_valid(const mean_sample& s) {
  if (detail::is_amount(s.n) && detail::is_finite(s.mean) && detail::is_amount(s.standard_error)) {
    return;
  }
  problem_list problems;
  detail::note_amount(problems, "n", s.n);
  if (!detail::is_finite(s.mean)) {
    problems.add({"mean", 0, std::to_string(s.mean), "must be finite"});
  }
  detail::note_amount(problems, "standard error", s.standard_error);
  throw bad_input(problems);
}

inline void require_valid(const poisson_sample& s) {
  if (detail::is_amount(s.events) && detail::is_amount(s.exposure) &&
      (s.exposure > 0 || s.events == 0)) {
    return;
  }
  problem_list problems;
  detail::note_amount(problems, "events", s.events);
  detail::note_amount(problems, "exposure", s.exposure);
  if (s.exposure == 0 && s.events > 0) {
    problems.add({"exposure", 0, "0", "there are events but no exposure"});
  }
  throw bad_input(problems);
}

}  // namespace crmetrics
