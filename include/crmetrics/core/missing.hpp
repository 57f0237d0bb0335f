#pragma once

#include <cstdint>
#include <string_view>

/// What a metric does with an observation that has no value. Whatever the policy, missing
/// observations are counted and shown.
namespace crmetrics::missing {

/// Leaves both sides of the metric (the default).
struct skip {
  static constexpr std::string_view name = "";
};
/// Throws bad_input.
struct reject {
  static constexpr std::string_view name = "missing rejected";
};
/// Counts as a failure (proportions, shares).
struct as_failure {
  static constexpr std::string_view name = "missing as failure";
};
/// Counts as a passive answer (NPS); no survey standard asks for it, some reports do.
struct as_passive {
  static constexpr std::string_view name = "missing as passive";
};

}  // namespace crmetrics::missing

/// What a metric does with a value outside its instrument.
namespace crmetrics::invalid {

/// Throws bad_input that names the value; nothing is updated (the default).
struct reject {
  static constexpr std::string_view name = "";
};
/// Leaves the metric, counted and shown as invalid.
struct count {
  static constexpr std::string_view name = "invalid counted";
};

}  // namespace crmetrics::invalid
