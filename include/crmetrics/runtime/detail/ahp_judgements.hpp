#pragma once

#include <crmetrics/runtime/card_spec.hpp>
#include <crmetrics/scorecard/ahp.hpp>
#include <crmetrics/scorecard/random_index.hpp>

#include <cmath>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

namespace crmetrics::detail {

/// The tables of random indices as specs name them, in the order of `random_index`.
inline constexpr std::string_view random_index_words[] = {
    "saaty_1980", "scikit_criteria", "alonso_lamata_2006", "tummala_ling_1998", "ahpsurvey"};

/// Whether a times b is 1: exactly, as 3 and `1/3` are, or to the last digits of 0.333333333.
inline bool reciprocal(const judgement& a, const judgement& b) noexcept {
  return std::fabs(a.value() * b.value() - 1) <= 1e-8;
}

/// Weights of a square matrix of reciprocal judgements, however consistent.
inline ahp::outcome judged(const std::vector<std::vector<judgement>>& matrix,
                           random_index table = random_index::saaty_1980) {
  std::vector<double> judgements;
  for (const auto& row : matrix) {
    for (const judgement& j : row) judgements.push_back(j.value());
  }
  return ahp(std::move(judgements), table, std::numeric_limits<double>::infinity()).result();
}

}  // namespace crmetrics::detail
