#pragma once

#include <crmetrics/core/label.hpp>

namespace crmetrics {

/// Another weight for a part of a card, by its name.
struct part_weight {
  label part;
  double weight = 0;
};

}  // namespace crmetrics
