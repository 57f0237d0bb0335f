#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/scorecard/score_report.hpp>

#include <cstdint>
#include <optional>
#include <span>

namespace crmetrics {

/// A value that is ranked, highest first, with its standard error: a total, or any metric of which
/// more is better. An error of 0 says that it is known exactly, one of infinity that nothing is
/// known: `rank_sets` and `expected_ranks` tell such a value from nobody.
struct ranked_value {
  double value = 0;
  double standard_error = 0;
  friend constexpr bool operator==(const ranked_value&, const ranked_value&) = default;
};

namespace detail {

/// Errors of totals below this, in points, are rounding: the grid on which totals are compared.
inline constexpr double least_error = 1e-9;

/// Whether the error of a total is good enough to compare it with another. 0 is no certainty: the
/// total is held by a limit or a veto, the curve is flat there, or few observations were equal by
/// luck. And where a component knows no error, that of the total is too small.
inline bool knows_its_error(const score_report& r) {
  return r.uncertainty && r.uncertainty->standard_error >= least_error &&
         r.uncertainty->without_error == 0;
}

}  // namespace detail

/// The total of a report with the error it carries; nothing where there is no total, the card was
/// not asked for its uncertainty, a component has no error, or the error is 0, which is no
/// certainty: a total held by a limit or a veto, a flat piece of a curve.
inline std::optional<ranked_value> ranked_total(const score_report& r) {
  if (!r.total || !detail::knows_its_error(r)) return std::nullopt;
  return ranked_value{*r.total, r.uncertainty->standard_error};
}

namespace detail {

inline void require_valid(std::span<const ranked_value> values, bool unknown_errors) {
  problem_list problems;
  std::uint64_t row = 0;
  for (const ranked_value& v : values) {
    ++row;
    if (!detail::is_finite(v.value)) {
      problems.add({"value", row, detail::shown(v.value), "not finite"});
    }
    const bool fits = unknown_errors || detail::is_finite(v.standard_error);
    if (!(v.standard_error >= 0 && fits)) {
      problems.add({"standard error", row, detail::shown(v.standard_error),
                    unknown_errors ? "must not be negative" : "must be finite and not negative"});
    }
  }
  problems.throw_if_any();
}

}  // namespace detail

/// @throws bad_input naming each value that is not finite and each error that is negative or not
///         finite
inline void require_valid(std::span<const ranked_value> values) {
  detail::require_valid(values, false);
}
/// The same, but an error may be infinite: nothing is known.
inline void require_rankable(std::span<const ranked_value> values) {
  detail::require_valid(values, true);
}

}  // namespace crmetrics
