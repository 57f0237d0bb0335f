#pragma once

#include <crmetrics/accumulators/duration.hpp>

#include <string_view>

namespace crmetrics {

/// Average handle time: mean time spent on a handled segment (talk + hold + wrap-up, as the field
/// you feed says), in seconds; lower is better. The denominator is handled segments, not
/// conversations: a transferred call is one conversation and two segments.
/// `handle_time` is `basic_duration<handled_time>`; see there for input, interval and merge.
struct handled_time {
  static constexpr std::string_view name = "handle time";
  static constexpr std::string_view definition = "mean time of a handled segment";
  static constexpr crmetrics::direction direction = crmetrics::direction::lower_is_better;
};

}  // namespace crmetrics
