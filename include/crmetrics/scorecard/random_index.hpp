#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace crmetrics {

/// Tables of the random index RI(n): the mean consistency index of random reciprocal matrices, by
/// which AHP divides. They differ by who simulated how many, so that one matrix has a consistency
/// ratio of 0.046 by one table and 0.052 by another: name the table.
enum class random_index : std::uint8_t {
  saaty_1980,          ///< Saaty 1980, The Analytic Hierarchy Process (as used by pyDecision)
  scikit_criteria,     ///< the table of scikit-criteria's AHP extension; 0.52 for n = 3
  alonso_lamata_2006,  ///< 100,000 matrices; https://doi.org/10.1142/S0218488506004114
  tummala_ling_1998,   ///< Tummala and Ling 1998 (as used by pymcdm)
  ahpsurvey            ///< 500,000 matrices, R package ahpsurvey
};

constexpr std::string_view to_string(random_index table) noexcept {
  switch (table) {
    case random_index::saaty_1980:
      return "Saaty 1980";
    case random_index::scikit_criteria:
      return "scikit-criteria";
    case random_index::alonso_lamata_2006:
      return "Alonso and Lamata 2006";
    case random_index::tummala_ling_1998:
      return "Tummala and Ling 1998";
    case random_index::ahpsurvey:
      return "ahpsurvey";
  }
  return "?";
}

/// The largest matrix that the tables know.
inline constexpr std::size_t random_index_up_to = 15;

/// RI(n); 0 for n <= 2, where every reciprocal matrix is consistent, and for n above 15.
constexpr double value_of(random_index table, std::size_t n) noexcept {
  constexpr double values[][random_index_up_to - 2] = {
      {.58, .90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59},
      {.52, .89, 1.12, 1.26, 1.36, 1.41, 1.46, 1.49, 1.52, 1.54, 1.56, 1.58, 1.59},
      {.5247, .8816, 1.1086, 1.2479, 1.3417, 1.4057, 1.4499, 1.4854, 1.5140, 1.5365, 1.5551, 1.5713,
       1.5838},
      {.5799, .8921, 1.1159, 1.2358, 1.3322, 1.3952, 1.4537, 1.4882, 1.5117, 1.5356, 1.5571, 1.5714,
       1.5831},
      {.5251686, .8836651, 1.1081014, 1.2492774, 1.3415514, 1.4048466, 1.4507197, 1.4857266,
       1.5141022, 1.5356638, 1.5545925, 1.5703498, 1.5839958}};
  if (n <= 2 || n > random_index_up_to) return 0;
  return values[static_cast<std::size_t>(table)][n - 3];
}

}  // namespace crmetrics
