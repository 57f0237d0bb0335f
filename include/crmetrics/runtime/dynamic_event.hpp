#pragma once

#include <crmetrics/core/label.hpp>
#include <crmetrics/derive/contact_fact.hpp>
#include <crmetrics/runtime/open_span.hpp>

#include <variant>

namespace crmetrics {

/// An event for a card that was made at run time: for which of its metrics, and what was observed.
///
/// A number is a rating, seconds, points, an amount, or 1 and 0 for yes and no; NaN is missing.
/// A time span that has not ended is an `open_span`.
struct dynamic_event {
  label metric;
  std::variant<double, contact_fact, open_span> observed;
  label cause = {};  ///< what brought it about, where somebody said: metrics may leave it out
};

}  // namespace crmetrics
