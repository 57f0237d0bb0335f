#pragma once

#include <type_traits>

namespace crmetrics::detail {

/// Throws what `metric.update(e)` would throw, and changes nothing: lets several metrics take an
/// event all or none. Combinators and metrics that allocate bring their own `check`. A plain metric
/// is tried on a copy, so that a sum near its limit is noticed; the compiler reduces that to the
/// tests, since nobody looks at the copy. Where copying may be dear, on an empty state instead.
template <class M, class E>
constexpr void check(const M& metric, const E& e) {
  if constexpr (requires { metric.check(e); }) {
    metric.check(e);
  } else if constexpr (std::is_trivially_copyable_v<M>) {
    M probe = metric;
    probe.update(e);
  } else {
    M probe = metric.fresh();
    probe.update(e);
  }
}

}  // namespace crmetrics::detail
