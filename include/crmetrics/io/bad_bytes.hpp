#pragma once

#include <crmetrics/core/error.hpp>

namespace crmetrics {

/// Bytes that are no state: of another format or a newer layout, cut, damaged, or holding what no
/// observations lead to. The text says what and at which byte.
class bad_bytes : public error {
  using error::error;
};

}  // namespace crmetrics
