#pragma once

#include <crmetrics/concepts.hpp>
#include <crmetrics/detail/bulk.hpp>
#include <crmetrics/detail/check.hpp>
#include <crmetrics/detail/definition.hpp>
#include <crmetrics/detail/definition_hash.hpp>

#include <cstddef>
#include <string_view>
#include <tuple>
#include <utility>

namespace crmetrics {

namespace detail {

constexpr merge_exactness worse(merge_exactness a, merge_exactness b) { return a < b ? b : a; }
constexpr shard_constraint stricter(shard_constraint a, shard_constraint b) {
  return a < b ? b : a;
}

/// Appends "name (convention)". A convention that was cut also brings the hash of the whole: what
/// stands behind the cut takes part in comparing. (Inlined, g++ 12 sees a dangling pointer in it.)
template <class M>
[[gnu::noinline]] constexpr void append_definition(convention_text& text, const M& metric) {
  const convention_text definition = metric.convention();
  append_part(text, std::string_view(metric.name()));
  if (definition.empty()) return;
  text.append(" (").append(definition.view());
  if (!definition.fits()) text.append(" ").append(hash_text(definition.hash()).view());
  text.append(")");
}

}  // namespace detail

/// Several metrics in one pass. An event goes to every metric that observes its type; an event that
/// none observes does not compile. The result is the tuple of their results.
///
/// Where several metrics observe an event, all of them take it or none does: each is asked before
/// any is changed, also whether an exact sum would leave its range. What no question can
/// foresee is memory that runs out in a metric that allocates for an event (`by`, `over`,
/// quantiles): std::bad_alloc may leave the event in the metrics before that one. The same holds
/// for metrics of your own that allocate and have no `check`.
template <any_metric... Ms>
class bundle {
 public:
  static constexpr merge_exactness exactness = [] {
    merge_exactness worst = merge_exactness::exact;
    ((worst = detail::worse(worst, Ms::exactness)), ...);
    return worst;
  }();
  static constexpr shard_constraint sharding = [] {
    shard_constraint strictest = shard_constraint::any;
    ((strictest = detail::stricter(strictest, Ms::sharding)), ...);
    return strictest;
  }();

  constexpr explicit bundle(Ms... metrics) : metrics_(std::move(metrics)...) {}

  static constexpr std::string_view name() { return "together"; }
  /// Name and definition of every metric, in their order; where that is too long for the text, the
  /// names, and a hash of it all.
  constexpr convention_text convention() const {
    convention_text all;
    std::apply([&](const auto&... m) { (detail::append_definition(all, m), ...); }, metrics_);
    if (all.fits()) return all;
    convention_text names;
    std::apply(
        [&](const auto&... m) { (detail::append_part(names, std::string_view(m.name())), ...); },
        metrics_);
    return names.append(", definitions ").append(detail::hash_text(all.hash()).view());
  }

  template <class E>
    requires(observes<Ms, E> || ...)
  constexpr void update(const E& e) {
    if constexpr ((observes<Ms, E> + ...) > 1) check(e);
    std::apply([&](auto&... m) { (offer(m, e), ...); }, metrics_);
  }
  template <class E>
  constexpr void check(const E& e) const {
    std::apply([&](const auto&... m) { (check_one(m, e), ...); }, metrics_);
  }
  /// All rows or none. @throws bad_input naming each bad row
  template <class Range>
  constexpr void update_many(const Range& rows, std::string_view field = {}) {
    detail::update_all(*this, rows, field);
  }

  /// All or nothing. @throws definition_mismatch where a metric's definition differs
  constexpr bundle& merge(const bundle& other) {
    auto next = metrics_;
    merge_each(next, other.metrics_, std::index_sequence_for<Ms...>{});
    metrics_ = std::move(next);
    return *this;
  }
  constexpr bundle fresh() const {
    return std::apply([](const auto&... m) { return bundle(m.fresh()...); }, metrics_);
  }

  constexpr auto result(confidence_level level = {}) const {
    return std::apply([&](const auto&... m) { return std::tuple(m.result(level)...); }, metrics_);
  }
  /// The I-th metric.
  template <std::size_t I>
  constexpr const auto& get() const noexcept {
    return std::get<I>(metrics_);
  }

  friend constexpr bool operator==(const bundle& a, const bundle& b) {
    return a.metrics_ == b.metrics_;
  }
  constexpr void serialize(auto& archive) {
    std::apply([&](auto&... m) { (archive(m), ...); }, metrics_);
  }

 private:
  template <class M, class E>
  static constexpr void offer(M& m, const E& e) {
    if constexpr (observes<M, E>) m.update(e);
  }
  template <class M, class E>
  static constexpr void check_one(const M& m, const E& e) {
    if constexpr (observes<M, E>) detail::check(m, e);
  }
  template <class Tuple, std::size_t... I>
  static constexpr void merge_each(Tuple& a, const Tuple& b, std::index_sequence<I...>) {
    (std::get<I>(a).merge(std::get<I>(b)), ...);
  }

  std::tuple<Ms...> metrics_;
};

/// Makes a `bundle`.
template <any_metric... Ms>
constexpr bundle<Ms...> together(Ms... metrics) {
  return bundle<Ms...>(std::move(metrics)...);
}

}  // namespace crmetrics
