#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/time/instant.hpp>

#include <string>

namespace crmetrics {

/// A half-open span of time [from, to): neighbouring periods share no instant and leave no gap.
class period {
 public:
  constexpr period() = default;
  /// @throws bad_input where it ends before it begins
  constexpr period(instant from, instant to) : from_(from), to_(to) {
    if (to < from) {
      throw bad_input(problem{"period", 0, std::to_string(to.microseconds),
                              "ends before it begins at " + std::to_string(from.microseconds)});
    }
  }

  constexpr instant from() const noexcept { return from_; }
  constexpr instant to() const noexcept { return to_; }
  constexpr bool contains(instant t) const noexcept { return from_ <= t && t < to_; }
  friend constexpr auto operator<=>(const period&, const period&) = default;

 private:
  instant from_;
  instant to_;
};

}  // namespace crmetrics
