#pragma once

#include <concepts>
#include <type_traits>
#include <utility>

namespace crmetrics::detail {

// std::invoke without <functional>: pointers to data members and to member functions without
// arguments, and anything that can be called.
template <class F, class E>
constexpr decltype(auto) call(const F& f, const E& e) {
  if constexpr (std::is_member_object_pointer_v<F>) {
    if constexpr (requires { e.*f; }) {
      return (e.*f);
    } else {
      return ((*e).*f);
    }
  } else if constexpr (std::is_member_function_pointer_v<F>) {
    if constexpr (requires { (e.*f)(); }) {
      return (e.*f)();
    } else {
      return ((*e).*f)();
    }
  } else {
    return f(e);
  }
}

template <class F, class E>
concept callable_on = (std::is_member_pointer_v<F> &&
                       (requires(const F& f, const E& e) { e.*f; } ||
                        requires(const F& f, const E& e) { (e.*f)(); } ||
                        requires(const F& f, const E& e) { (*e).*f; } ||
                        requires(const F& f, const E& e) { ((*e).*f)(); })) ||
                      (!std::is_member_pointer_v<F> && requires(const F& f, const E& e) { f(e); });

template <class F, class E>
using call_result =
    std::remove_cvref_t<decltype(call(std::declval<const F&>(), std::declval<const E&>()))>;

/// Callables take part in `==`, so that two states made with different ones do not merge. A lambda
/// without captures is its type; one with captures cannot be compared and is refused.
template <class F>
concept comparable_callable = std::is_empty_v<F> || std::equality_comparable<F>;

template <class F>
constexpr bool same_callable(const F& a, const F& b) {
  if constexpr (std::equality_comparable<F>) {
    return a == b;
  } else {
    return true;
  }
}

template <class F>
constexpr void require_comparable() {
  static_assert(comparable_callable<F>,
                "crmetrics: this callable holds state but has no operator==, so nobody could tell "
                "whether two metrics were made with the same one: use a captureless lambda, a "
                "pointer to a member, or a struct with operator==");
}

}  // namespace crmetrics::detail
