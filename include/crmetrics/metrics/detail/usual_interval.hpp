#pragma once

#include <crmetrics/fwd.hpp>

namespace crmetrics::detail {

/// The interval that is named, or the usual one of the kind.
template <class Interval, class Usual>
struct interval_or_usual {
  using type = Interval;
};
template <class Usual>
struct interval_or_usual<usual_interval, Usual> {
  using type = Usual;
};

}  // namespace crmetrics::detail
