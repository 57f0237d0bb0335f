#pragma once

#include <crmetrics/core/label.hpp>

#include <cstdint>
#include <string_view>

namespace crmetrics {

/// Where a total stops following its tangent.
enum class kink : std::uint8_t {
  curve_floor,       ///< of a curve: below it there is nothing to lose
  curve_target,      ///< of a curve: beyond it there is nothing to gain
  curve_cap,         ///< of a curve that counts over-achievement
  curve_step,        ///< an edge of `steps`
  range_bound,       ///< of `target_range`
  curve_bend,        ///< of any other curve
  correction_start,  ///< from which a correction takes points
  correction_end,    ///< from which it takes no more
  mean_tie,          ///< a tie under `minimum`, a zero under `geometric`
  total_limit,       ///< of 0 or 100 points
  veto_cap           ///< the cap of one that fired
};

constexpr std::string_view to_string(kink k) noexcept {
  switch (k) {
    case kink::curve_floor:
      return "floor";
    case kink::curve_target:
      return "target";
    case kink::curve_cap:
      return "cap";
    case kink::curve_step:
      return "step";
    case kink::range_bound:
      return "range bound";
    case kink::curve_bend:
      return "bend";
    case kink::correction_start:
      return "start of a correction";
    case kink::correction_end:
      return "end of a correction";
    case kink::mean_tie:
      return "tie or zero of a mean";
    case kink::total_limit:
      return "limit";
    case kink::veto_cap:
      return "cap of a veto";
  }
  return "?";
}

/// A kink within a standard error of what was measured.
struct near_by {
  label of;  ///< the component or corrector; the veto; "limit of 100 points"
  kink what = kink::curve_bend;
  friend constexpr bool operator==(const near_by&, const near_by&) = default;
};

}  // namespace crmetrics
