#pragma once

#include <crmetrics/concepts.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/core/estimate.hpp>
#include <crmetrics/core/label.hpp>
#include <crmetrics/detail/bulk.hpp>
#include <crmetrics/detail/check.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace crmetrics {

namespace detail {

/// "transfers: errors / checked"
constexpr convention_text about_text(label topic, const convention_text& inside) {
  if (topic == label()) return inside;
  convention_text text;
  return text.append(topic.view()).append(": ").append(inside);
}
/// @throws definition_mismatch naming both
constexpr void require_same_topic(std::string_view name, label a, label b) {
  if (a == b) return;
  throw definition_mismatch(std::string(name) + " about \"" + std::string(a.view()) +
                            "\" and about \"" + std::string(b.view()) + "\" do not merge");
}

}  // namespace detail

/// A metric and what it measures: `about("transfers", error_rate{})`.
///
/// Many figures have one formula: transfers, escalations and failed checks are all a share of
/// errors. With a topic they are different definitions: it stands in the convention, so that two
/// topics do not merge, cards of other topics have other hashes, and a result says what it is of.
/// Values, exactness and laws are those of the metric inside. A card from a spec has the topics of
/// its catalogue; a card in C++ that is to be the same says the same.
template <any_metric M>
class metric_about {
 public:
  static_assert(reports_estimate<M>, "crmetrics: a metric with a topic has one value");
  static constexpr merge_exactness exactness = M::exactness;
  static constexpr shard_constraint sharding = M::sharding;

  constexpr metric_about(label topic, M metric) : topic_(topic), metric_(std::move(metric)) {}

  constexpr auto name() const { return metric_.name(); }
  constexpr convention_text convention() const {
    return detail::about_text(topic_, metric_.convention());
  }
  constexpr label topic() const noexcept { return topic_; }
  constexpr auto limit() const
    requires requires(const M& m) { m.limit(); }
  {
    return metric_.limit();
  }

  template <class E>
    requires observes<M, E>
  constexpr void update(const E& e) {
    metric_.update(e);
  }
  template <class E, class Weight>
    requires requires(M& m, const E& e, const Weight& w) { m.update(e, w); }
  constexpr void update(const E& e, const Weight& w) {
    metric_.update(e, w);
  }
  template <class E>
  constexpr void check(const E& e) const {
    detail::check(metric_, e);
  }
  /// All rows or none. @throws bad_input naming each bad row
  template <class Range>
  constexpr void update_many(const Range& rows, std::string_view field = {}) {
    detail::update_all(*this, rows, field);
  }

  /// @throws definition_mismatch where the topics differ
  constexpr metric_about& merge(const metric_about& other) {
    detail::require_same_topic(name(), topic_, other.topic_);
    metric_.merge(other.metric_);
    return *this;
  }
  constexpr metric_about fresh() const { return {topic_, metric_.fresh()}; }

  constexpr estimate result(confidence_level level = {}) const {
    estimate_parts parts = metric_.result(level).parts();
    parts.convention = detail::about_text(topic_, parts.convention);
    return estimate(parts);
  }
  constexpr const M& metric() const noexcept { return metric_; }

  friend bool operator==(const metric_about& a, const metric_about& b) {
    return a.topic_ == b.topic_ && a.metric_ == b.metric_;
  }
  constexpr void serialize(auto& archive) { archive(metric_); }

 private:
  label topic_;
  M metric_;
};

/// Gives a metric a topic.
template <any_metric M>
constexpr metric_about<M> about(label topic, M metric) {
  return {topic, std::move(metric)};
}

}  // namespace crmetrics
