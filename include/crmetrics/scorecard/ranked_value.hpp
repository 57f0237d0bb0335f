#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/scorecard/score_report.hpp>

#include <cstdint>
#include <optional>
#include <span>

namespace crmetrics {

/// A value that is ranked, highest first, with its standard error: a total, or any metric of which
/// more is better.
struct ranked_value {
  double value = 0;
  double standard_error = 0;
  friend constexpr bool operator==(const ranked_value&, const ranked_value&) = default;
};

/// The total of a report with the error it carries; nothing where there is no total or the card was
/// not asked for its uncertainty.
inline std::optional<ranked_value> ranked_total(const score_report& r) {
  if (!r.total || !r.uncertainty) return std::nullopt;
  return ranked_value{*r.total, r.uncertainty->standard_error};
}

/// @throws bad_input naming each value that is not finite and each error that is negative or not
///         finite
inline void require_valid(std::span<const ranked_value> values) {
  problem_list problems;
  std::uint64_t row = 0;
  for (const ranked_value& v : values) {
    ++row;
    if (!detail::is_finite(v.value)) {
      problems.add({"value", row, detail::shown(v.value), "not finite"});
    }
    if (!(v.standard_error >= 0 && detail::is_finite(v.standard_error))) {
      problems.add({"standard error", row, detail::shown(v.standard_error),
                    "must be finite and not negative"});
    }
  }
  problems.throw_if_any();
}

}  // namespace crmetrics
