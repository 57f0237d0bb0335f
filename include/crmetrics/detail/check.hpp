#pragma once

namespace crmetrics::detail {

/// Throws what `metric.update(e)` would throw, and changes nothing: lets several metrics take an
/// event all or none. Combinators bring their own `check`; a plain metric is tried on an empty
/// state of its own, which the compiler reduces to the test of the value.
template <class M, class E>
constexpr void check(const M& metric, const E& e) {
  if constexpr (requires { metric.check(e); }) {
    metric.check(e);
  } else {
    M probe = metric.fresh();
    probe.update(e);
  }
}

}  // namespace crmetrics::detail
