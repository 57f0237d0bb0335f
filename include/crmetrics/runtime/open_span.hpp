#pragma once

namespace crmetrics {

/// A span of time that had not ended when the log was read: how long it had lasted by then.
///
/// A metric with a limit (resolved within 24 h) knows what becomes of it once it has lasted longer:
/// it is over the limit, however it ends. A younger one is pending, and so is any of a metric
/// without a limit.
struct open_span {
  double seconds = 0;

  friend bool operator==(const open_span&, const open_span&) = default;
};

}  // namespace crmetrics
