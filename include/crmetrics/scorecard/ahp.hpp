#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/scorecard/concepts.hpp>
#include <crmetrics/scorecard/random_index.hpp>
#include <crmetrics/scorecard/weighting.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crmetrics {

/// Weights from comparisons in pairs, the analytic hierarchy process: the principal eigenvector of
/// the matrix of judgements, scaled to sum to 1.
///
/// Judgements are n x n numbers row by row: how many times more important the row's criterion
/// is than the column's. The diagonal is 1 and a_ji = 1 / a_ij (to 1e-6, so write fractions, or
/// give the half above the diagonal to `from_upper`). The consistency index CI = (lambda - n) /
/// (n - 1) and the ratio CR = CI / RI(n) say how far the judgements contradict each other; more
/// than `max_consistency_ratio` is an error, infinity accepts all. For n <= 2 CR is 0. RI depends
/// on whose table it is, so there is no default.
///
/// Cost: O(n^2) a step of the power iteration, some tens of steps; 10,000 more where judgements of
/// e^8 and beyond contradict each other.
/// Source: Saaty 1977, Journal of Mathematical Psychology 15(3), 234-281,
/// https://doi.org/10.1016/0022-2496(77)90033-5.
class ahp {
 public:
  /// Weights, and how consistent the judgements are.
  struct outcome : weighting {
    double lambda_max = 0;
    double consistency_index = 0;
    double consistency_ratio = 0;
    friend bool operator==(const outcome&, const outcome&) = default;
  };

  /// Nothing is checked here: see `result` and `validate`.
  ahp(std::vector<double> judgements, random_index table, double max_consistency_ratio = 0.10)
      : judgements_(std::move(judgements)),
        table_(table),
        max_consistency_ratio_(max_consistency_ratio) {}

  /// The judgements above the diagonal, row by row: a_12, a_13, ..., a_23, ...
  /// @throws bad_input where their number is not n (n - 1) / 2
  static ahp from_upper(std::span<const double> upper, random_index table,
                        double max_consistency_ratio = 0.10) {
    std::size_t n = 1;
    while (n * (n - 1) / 2 < upper.size()) ++n;
    if (n * (n - 1) / 2 != upper.size()) {
      throw bad_input(problem{"ahp", 0, std::to_string(upper.size()),
                              "the half above the diagonal has n (n - 1) / 2 judgements"});
    }
    std::vector<double> full(n * n, 1);
    std::size_t at = 0;
    for (std::size_t i = 0; i != n; ++i) {
      for (std::size_t j = i + 1; j != n; ++j, ++at) {
        full[i * n + j] = upper[at];
        full[j * n + i] = 1 / upper[at];
      }
    }
    return {std::move(full), table, max_consistency_ratio};
  }

  /// @throws bad_input naming each judgement that is not above 0 and finite, each pair that is not
  ///         reciprocal, each element of the diagonal that is not 1; a number of judgements that
  ///         is no square; n above 15; a consistency ratio above the limit
  outcome result() const {
    const std::size_t n = size();
    problem_list problems;
    validate(problems, "ahp");
    problems.throw_if_any();

    outcome out;
    out.weights = principal_eigenvector(n);
    const auto count = static_cast<double>(n);
    const std::vector<double> image = times(out.weights, n);
    for (const double x : image) out.lambda_max += x;  // the vector sums to 1
    if (n > 2) {
      const double index = (out.lambda_max - count) / (count - 1);
      out.consistency_index = index > 0 ? index : 0;  // a consistent matrix misses 0 by rounding
      out.consistency_ratio = out.consistency_index / value_of(table_, n);
    }
    if (!(out.consistency_ratio <= max_consistency_ratio_)) {
      throw bad_input(problem{"ahp", 0, detail::shown(out.consistency_ratio),
                              "consistency ratio above " + detail::shown(max_consistency_ratio_) +
                                  " (random index of " + std::string(to_string(table_)) +
                                  "): the judgements contradict each other"});
    }
    out.provenance = "AHP, principal eigenvector of " + std::to_string(n) + " x " +
                     std::to_string(n) + " judgements, consistency ratio " +
                     detail::shown(detail::nearbyint(out.consistency_ratio * 1e4) / 1e4) +
                     " (random index of " + std::string(to_string(table_)) + ")";
    detail::definition_hash hash;
    describe(hash);
    out.source = hash.value();
    return out;
  }

  /// Everything that is wrong with the judgements but their consistency.
  void validate(problem_list& problems, std::string_view part) const {
    const std::size_t n = size();
    const std::string name(part);
    if (n == 0 || n * n != judgements_.size()) {
      problems.add({name, 0, std::to_string(judgements_.size()),
                    "judgements must be n x n numbers, row by row"});
      return;
    }
    if (n > random_index_up_to) {
      problems.add({name, 0, std::to_string(n), "random indices are known up to 15 criteria"});
    }
    if (!(max_consistency_ratio_ >= 0)) {
      detail::note(problems, part, max_consistency_ratio_,
                   "the highest consistency ratio must not be negative");
    }
    const auto at = [&](std::size_t i, std::size_t j) { return judgements_[i * n + j]; };
    const auto note = [&](std::size_t i, std::size_t j, std::string reason) {
      problems.add({name + ", column " + std::to_string(j + 1), i + 1, detail::shown(at(i, j)),
                    std::move(reason)});
    };
    for (std::size_t i = 0; i != n; ++i) {
      for (std::size_t j = 0; j != n; ++j) {
        if (!(at(i, j) > 0) || !detail::is_finite(at(i, j))) {
          note(i, j, "a judgement must be above 0 and finite");
        } else if (i == j && at(i, j) != 1) {
          note(i, j, "the diagonal must be 1");
        } else if (j < i && at(j, i) > 0 && detail::is_finite(at(j, i)) &&
                   !(detail::abs(at(i, j) * at(j, i) - 1) <= 1e-6)) {
          note(i, j, "not the reciprocal of " + detail::shown(at(j, i)) + " on the other side");
        }
      }
    }
  }

  void describe(detail::definition_hash& hash) const {
    hash.add("ahp"), hash.add(std::uint64_t{judgements_.size()});
    for (const double a : judgements_) hash.add(a);
    hash.add(to_string(table_)), hash.add(max_consistency_ratio_);
  }
  friend bool operator==(const ahp&, const ahp&) = default;

 private:
  std::vector<double> judgements_;
  random_index table_;
  double max_consistency_ratio_;

  std::size_t size() const noexcept {
    std::size_t n = 0;
    while (n * n < judgements_.size()) ++n;
    return n;
  }

  std::vector<double> times(const std::vector<double>& x, std::size_t n) const {
    std::vector<double> out(n, 0);
    for (std::size_t i = 0; i != n; ++i) {
      for (std::size_t j = 0; j != n; ++j) out[i] += judgements_[i * n + j] * x[j];
    }
    return out;
  }

  // All judgements are above 0, so the power iteration goes to the one positive eigenvector. Where
  // they go round in a circle (a over b, b over c, c over a) other eigenvalues are nearly as large,
  // in other directions of the plane: adding the largest to all leaves them behind.
  std::vector<double> principal_eigenvector(std::size_t n) const {
    for (const bool shifted : {false, true}) {
      std::vector<double> x(n, 1 / static_cast<double>(n));
      for (int step = 0; step != 10000; ++step) {
        std::vector<double> next = times(x, n);
        double sum = sum_of(next);
        if (shifted) {
          for (std::size_t i = 0; i != n; ++i) next[i] += sum * x[i];
          sum = sum_of(next);
        }
        double change = 0;
        for (std::size_t i = 0; i != n; ++i) {
          next[i] /= sum;
          const double moved = detail::abs(next[i] - x[i]) / next[i];
          if (!(moved <= change)) change = moved;
        }
        x.swap(next);
        if (change <= 1e-14) return x;
      }
    }
    throw bad_input(problem{"ahp", 0, "", "the power iteration does not settle"});
  }
  static double sum_of(const std::vector<double>& values) {
    double sum = 0;
    for (const double v : values) sum += v;
    return sum;
  }
};

}  // namespace crmetrics
