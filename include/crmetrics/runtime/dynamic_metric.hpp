#pragma once

#include <crmetrics/combinators/about.hpp>
#include <crmetrics/concepts.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/core/label.hpp>
#include <crmetrics/core/time_span.hpp>
#include <crmetrics/derive/contact_fact.hpp>
#include <crmetrics/detail/bulk.hpp>
#include <crmetrics/detail/check.hpp>
#include <crmetrics/detail/checked_sum.hpp>
#include <crmetrics/detail/definition.hpp>
#include <crmetrics/detail/screen.hpp>
#include <crmetrics/runtime/dynamic_event.hpp>
#include <crmetrics/runtime/open_span.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace crmetrics {

/// Any metric with one value, behind one type: what a scorecard that is loaded from a file is made
/// of. It has a name of its own in the card and takes the events for that name.
///
/// Numbers are handed to metrics that observe them (ratings, spans in seconds, shares by 1 and 0);
/// linked contacts to those that observe `contact_fact`; spans that have not ended are judged by
/// the limit of the metric, or pending. Laws and results are those of the metric inside, bit for
/// bit; a virtual call an event, none inside `update_many`. Events with a cause that it excludes
/// are left out and counted by cause.
class dynamic_metric {
 public:
  // The weakest and the strictest that can be inside; see own_exactness() and own_sharding().
  static constexpr merge_exactness exactness = merge_exactness::up_to_rounding;
  static constexpr shard_constraint sharding = shard_constraint::time_contiguous;

  /// @param id the metric's name in the card
  template <any_metric M>
    requires(reports_estimate<M> && !std::same_as<M, dynamic_metric>)
  dynamic_metric(label id, M metric)
      : id_(id), held_(std::make_unique<holder<M>>(std::move(metric))) {}
  dynamic_metric(const dynamic_metric& other)
      : id_(other.id_),
        held_(other.held_->clone()),
        topic_(other.topic_),
        excluded_(other.excluded_),
        pending_(other.pending_) {}
  dynamic_metric(dynamic_metric&&) noexcept = default;
  dynamic_metric& operator=(const dynamic_metric& other) {
    if (this != &other) *this = dynamic_metric(other);
    return *this;
  }
  dynamic_metric& operator=(dynamic_metric&&) noexcept = default;
  ~dynamic_metric() = default;

  label id() const noexcept { return id_; }
  std::string_view name() const { return held_->name(); }
  convention_text convention() const {
    convention_text text = detail::about_text(topic_, held_->convention());
    for (const excluded_cause& c : excluded_) text.append(", without: ").append(c.cause);
    return text;
  }
  /// The same metric with a topic, as `crmetrics::about` gives one.
  dynamic_metric about(label topic) && {
    topic_ = topic;
    return std::move(*this);
  }
  /// The same metric, which leaves out events of these causes.
  dynamic_metric excluding(const std::vector<label>& causes) && {
    for (const label cause : causes) excluded_.push_back({cause, 0});
    std::sort(excluded_.begin(), excluded_.end(),
              [](const auto& a, const auto& b) { return a.cause.view() < b.cause.view(); });
    excluded_.erase(std::unique(excluded_.begin(), excluded_.end(),
                                [](const auto& a, const auto& b) { return a.cause == b.cause; }),
                    excluded_.end());
    return std::move(*this);
  }
  merge_exactness own_exactness() const { return held_->own_exactness(); }
  shard_constraint own_sharding() const { return held_->own_sharding(); }
  bool takes_numbers() const { return held_->takes_numbers(); }
  bool takes_contacts() const { return held_->takes_contacts(); }

  /// Takes an event that is meant for it; others pass by.
  /// @throws bad_input where the metric observes no such thing, or refuses the value
  void update(const dynamic_event& e) {
    if (e.metric != id_) return;
    if (std::uint64_t* excluded = excluded_by(excluded_, e.cause)) {
      *excluded = detail::checked_sum(*excluded, 1);
    } else {
      std::visit([&](const auto& x) { update(x); }, e.observed);
    }
  }
  void check(const dynamic_event& e) const {
    if (e.metric != id_) return;
    if (const std::uint64_t* excluded = excluded_by(excluded_, e.cause)) {
      static_cast<void>(detail::checked_sum(*excluded, 1));
    } else {
      std::visit([&](const auto& x) { check(x); }, e.observed);
    }
  }
  /// Of a share within a time; none of other metrics.
  std::optional<time_span> limit() const { return held_->limit(); }

  void update(double x) { held_->update(id_, x); }
  void update(const contact_fact& fact) { held_->update(id_, fact); }
  /// A span that lasts longer than the metric's limit already counts as it is; else it is pending.
  void update(const open_span& span) {
    if (is_pending(span)) {
      pending_ = detail::checked_sum(pending_, 1);
    } else {
      held_->update(id_, span.seconds);
    }
  }
  void check(double x) const { held_->check(id_, x); }
  void check(const contact_fact& fact) const { held_->check(id_, fact); }
  void check(const open_span& span) const {
    is_pending(span) ? static_cast<void>(detail::checked_sum(pending_, 1))
                     : held_->check(id_, span.seconds);
  }
  /// All rows or none. @throws bad_input naming each bad row
  void update_many(std::span<const double> column) { held_->update_many(id_, column); }
  void update_many(std::span<const contact_fact> column) { held_->update_many(id_, column); }
  void update_many(std::span<const open_span> column) {
    detail::update_all(*this, column, id_.view());
  }
  /// Counts events of a cause that it leaves out, as that many updates with this cause.
  /// @throws bad_input where it leaves out no events of this cause
  void leave_out(label cause, std::uint64_t events) {
    std::uint64_t* excluded = excluded_by(excluded_, cause);
    if (excluded == nullptr) {
      throw bad_input({std::string(id_.view()), 0, std::string(cause.view()),
                       "events of this cause are not left out"});
    }
    *excluded = detail::checked_sum(*excluded, events);
  }

  /// @throws definition_mismatch where the metrics inside are of other types or settings
  dynamic_metric& merge(const dynamic_metric& other) {
    if (id_ != other.id_) {
      throw definition_mismatch("the metrics \"" + std::string(id_.view()) + "\" and \"" +
                                std::string(other.id_.view()) + "\" of a card do not merge");
    }
    detail::require_same_topic(name(), topic_, other.topic_);
    const auto same_cause = [](const auto& a, const auto& b) { return a.cause == b.cause; };
    if (!std::equal(excluded_.begin(), excluded_.end(), other.excluded_.begin(),
                    other.excluded_.end(), same_cause)) {
      throw definition_mismatch(std::string(id_.view()) + ": other causes are left out");
    }
    std::vector<excluded_cause> excluded = excluded_;
    for (std::size_t i = 0; i != excluded.size(); ++i) {
      excluded[i].events = detail::checked_sum(excluded[i].events, other.excluded_[i].events);
    }
    const std::uint64_t pending = detail::checked_sum(pending_, other.pending_);
    held_->merge(*other.held_);
    excluded_ = std::move(excluded);
    pending_ = pending;
    return *this;
  }
  dynamic_metric fresh() const {
    dynamic_metric empty(id_, held_->fresh());
    empty.topic_ = topic_;
    empty.excluded_ = excluded_;
    for (excluded_cause& c : empty.excluded_) c.events = 0;
    return empty;
  }
  estimate result(confidence_level level = {}) const {
    if (topic_ == label() && excluded_.empty() && pending_ == 0) return held_->result(level);
    estimate_parts parts = held_->result(level).parts();
    parts.pending = detail::checked_sum(parts.pending, pending_);
    for (const excluded_cause& c : excluded_) parts.excluded.add(c.cause, c.events);
    // Of linked contacts the result knows more than the metric: their rule.
    parts.convention = detail::about_text(topic_, parts.convention);
    for (const excluded_cause& c : excluded_)
      parts.convention.append(", without: ").append(c.cause);
    return estimate(parts);
  }

  friend bool operator==(const dynamic_metric& a, const dynamic_metric& b) {
    return a.id_ == b.id_ && a.topic_ == b.topic_ && a.held_->equals(*b.held_) &&
           a.excluded_ == b.excluded_ && a.pending_ == b.pending_;
  }

 private:
  struct base {
    virtual ~base() = default;
    virtual std::unique_ptr<base> clone() const = 0;
    virtual std::unique_ptr<base> fresh() const = 0;
    virtual std::string_view name() const = 0;
    virtual convention_text convention() const = 0;
    virtual merge_exactness own_exactness() const = 0;
    virtual shard_constraint own_sharding() const = 0;
    virtual bool takes_numbers() const = 0;
    virtual bool takes_contacts() const = 0;
    virtual std::optional<time_span> limit() const = 0;
    virtual void update(label id, double x) = 0;
    virtual void update(label id, const contact_fact& x) = 0;
    virtual void check(label id, double x) const = 0;
    virtual void check(label id, const contact_fact& x) const = 0;
    virtual void update_many(label id, std::span<const double> column) = 0;
    virtual void update_many(label id, std::span<const contact_fact> column) = 0;
    virtual void merge(const base& other) = 0;
    virtual estimate result(confidence_level level) const = 0;
    virtual bool equals(const base& other) const = 0;
  };

  template <class M>
  struct holder final : base {
    explicit holder(M m) : metric(std::move(m)) {}

    std::unique_ptr<base> clone() const override { return std::make_unique<holder>(metric); }
    std::unique_ptr<base> fresh() const override {
      return std::make_unique<holder>(metric.fresh());
    }
    std::string_view name() const override { return metric.name(); }
    convention_text convention() const override { return metric.convention(); }
    merge_exactness own_exactness() const override { return M::exactness; }
    shard_constraint own_sharding() const override { return M::sharding; }
    bool takes_numbers() const override { return observes<M, double>; }
    bool takes_contacts() const override { return observes<M, contact_fact>; }
    std::optional<time_span> limit() const override {
      if constexpr (requires { time_span(metric.limit()); }) {
        return metric.limit();
      } else {
        return std::nullopt;
      }
    }
    void update(label id, double x) override { offer(id, x); }
    void update(label id, const contact_fact& x) override { offer(id, x); }
    void check(label id, double x) const override { ask(id, x); }
    void check(label id, const contact_fact& x) const override { ask(id, x); }
    void update_many(label id, std::span<const double> column) override {
      if constexpr (observes<M, double>) {
        metric.update_many(column, id.view());
      } else {
        refuse(id);
      }
    }
    void update_many(label id, std::span<const contact_fact> column) override {
      if constexpr (observes<M, contact_fact>) {
        detail::update_all(metric, column, id.view());
      } else {
        refuse(id);
      }
    }
    void merge(const base& other) override {
      const auto* same = dynamic_cast<const holder*>(&other);
      if (same == nullptr) {
        throw definition_mismatch(std::string(name()) + " and " + std::string(other.name()) +
                                  " do not merge");
      }
      metric.merge(same->metric);
    }
    estimate result(confidence_level level) const override { return metric.result(level); }
    bool equals(const base& other) const override {
      const auto* same = dynamic_cast<const holder*>(&other);
      return same != nullptr && same->metric == metric;
    }

    M metric;

   private:
    template <class E>
    void offer(label id, const E& e) {
      if constexpr (observes<M, E>) {
        metric.update(e);
      } else {
        refuse(id);
      }
    }
    template <class E>
    void ask(label id, const E& e) const {
      if constexpr (observes<M, E>) {
        detail::check(metric, e);
      } else {
        refuse(id);
      }
    }
    [[noreturn]] void refuse(label id) const {
      throw bad_input({std::string(id.view()), 0, "",
                       observes<M, double> ? "takes numbers, not linked contacts"
                                           : "takes linked contacts, not numbers"});
    }
  };

  dynamic_metric(label id, std::unique_ptr<base> held) : id_(id), held_(std::move(held)) {}

  struct excluded_cause {
    label cause;
    std::uint64_t events = 0;
    friend bool operator==(const excluded_cause&, const excluded_cause&) = default;
  };
  /// Where events of a cause are counted; nullptr where they count for the metric.
  template <class Causes>
  static auto excluded_by(Causes& causes, label cause) -> decltype(&causes.front().events) {
    if (cause == label()) return nullptr;
    for (auto& c : causes) {
      if (c.cause == cause) return &c.events;
    }
    return nullptr;
  }

  /// What is not, counts as a number: longer than the limit, or not known at all.
  bool is_pending(const open_span& span) const {
    if (!held_->takes_numbers()) held_->check(id_, span.seconds);  // which refuses it
    if (span.seconds < 0) {
      detail::refuse_value(id_.view(), span.seconds, "began after the log ended");
    }
    if (span.seconds != span.seconds) return false;
    const auto limit = held_->limit();
    return !limit || span.seconds * 1e6 <= static_cast<double>(limit->microseconds);
  }

  label id_;
  std::unique_ptr<base> held_;
  label topic_;
  std::vector<excluded_cause> excluded_;
  std::uint64_t pending_ = 0;  ///< spans that have not ended
};

}  // namespace crmetrics
