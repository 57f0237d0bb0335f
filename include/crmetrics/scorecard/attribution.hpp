#pragma once

#include <crmetrics/concepts.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/core/estimate.hpp>
#include <crmetrics/core/label.hpp>
#include <crmetrics/detail/bulk.hpp>
#include <crmetrics/detail/callable.hpp>
#include <crmetrics/detail/check.hpp>
#include <crmetrics/detail/checked_sum.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

namespace crmetrics {

/// A cause that is not the agent's, and how to tell: `cause("product fault",
/// &survey::product_fault)`.
template <class Predicate>
struct cause_of {
  label name;
  [[no_unique_address]] Predicate applies;
};

/// Names a cause. The predicate is a pointer to a member, a captureless lambda, or a callable with
/// ==; it gives true for the events that are to be left out.
template <class Predicate>
constexpr cause_of<Predicate> cause(label name, Predicate applies) {
  detail::require_comparable<Predicate>();
  return {name, std::move(applies)};
}

/// What leaving events out did.
template <class Result>
struct attribution_effect {
  Result before;             ///< of all events
  Result after;              ///< without those that have a cause: what counts
  exclusions excluded;       ///< how many were left out, by cause
  std::uint64_t judged = 0;  ///< events that a cause could have applied to, left out or not

  /// Share of the judged events that was left out; none where none was judged.
  constexpr std::optional<double> removed_share() const noexcept {
    if (judged == 0) return std::nullopt;
    return static_cast<double>(excluded.total()) / static_cast<double>(judged);
  }
};

/// A metric, or a whole scorecard, that leaves out the events which are not the agent's doing,
/// counts them by cause, and can show what that changed: `attributed(card, cause("product fault",
/// &survey::product_fault), cause("outage", &survey::in_outage))`.
///
/// Events meet the causes in the order given; the first that applies is the event's cause. A cause
/// that is not callable on a type of event does not apply to it. The result is that of the rest,
/// with the exclusions in it as `where` shows them; `effect()` gives it beside the result of all
/// events. Both are kept as states and merged (nothing is subtracted), so the state is twice that
/// of the metric. Laws, exactness and shard constraint are the metric's. The causes are part of the
/// definition. Somebody must look after who is excused how often: `attribution_guard`.
template <any_metric M, class... Predicates>
class attributed_metric {
 public:
  static constexpr merge_exactness exactness = M::exactness;
  static constexpr shard_constraint sharding = M::sharding;
  static constexpr std::size_t causes = sizeof...(Predicates);

  /// @throws bad_input naming causes without a name or with one that is taken
  constexpr attributed_metric(M metric, cause_of<Predicates>... of)
      : kept_(std::move(metric)),
        removed_(kept_.fresh()),
        predicates_(std::move(of.applies)...),
        names_{of.name...} {
    problem_list problems;
    for (std::size_t i = 0; i != causes; ++i) {
      if (names_[i].view().empty()) problems.add({"cause", 0, "", "a cause has no name"});
      for (std::size_t j = 0; j != i; ++j) {
        if (names_[i] == names_[j]) {
          problems.add({std::string(names_[i].view()), 0, "", "two causes have this name"});
        }
      }
    }
    problems.throw_if_any();
  }

  constexpr auto name() const { return kept_.name(); }
  constexpr convention_text convention() const {
    convention_text text = kept_.convention();
    for (const label& cause : names_) text.append(", without: ").append(cause);
    return text;
  }

  template <class E>
    requires observes<M, E>
  constexpr void update(const E& e) {
    const std::size_t which = cause_of_event(e);
    const std::uint64_t judged = detail::checked_sum(judged_, can_be_judged<E> ? 1 : 0);
    if (which == causes) {
      kept_.update(e);
    } else {
      removed_.update(e);
      ++counts_[which];  // at most judged_, which was checked
    }
    judged_ = judged;
  }
  template <class E>
  constexpr void check(const E& e) const {
    static_cast<void>(detail::checked_sum(judged_, 1));
    detail::check(cause_of_event(e) == causes ? kept_ : removed_, e);
  }
  /// All rows or none. @throws bad_input naming each bad row
  template <class Range>
  constexpr void update_many(const Range& rows, std::string_view field = {}) {
    detail::update_all(*this, rows, field);
  }

  /// @throws definition_mismatch where causes, predicates or the metrics differ
  constexpr attributed_metric& merge(const attributed_metric& other) {
    if (names_ != other.names_ || !same_predicates(other)) {
      throw definition_mismatch(std::string(std::string_view(name())) +
                                ": metrics of different causes do not merge");
    }
    attributed_metric next = *this;
    next.judged_ = detail::checked_sum(judged_, other.judged_);
    next.kept_.merge(other.kept_);
    next.removed_.merge(other.removed_);
    for (std::size_t i = 0; i != causes; ++i) next.counts_[i] += other.counts_[i];
    *this = std::move(next);
    return *this;
  }
  constexpr attributed_metric fresh() const {
    attributed_metric empty = *this;
    empty.kept_ = kept_.fresh();
    empty.removed_ = removed_.fresh();
    empty.counts_ = {};
    empty.judged_ = 0;
    return empty;
  }

  /// What counts: without the excluded events, which are shown by cause.
  constexpr auto result(confidence_level level = {}) const {
    auto out = kept_.result(level);
    if constexpr (reports_estimate<M>) {
      estimate_parts parts = out.parts();
      for (std::size_t i = 0; i != causes; ++i) parts.excluded.add(names_[i], counts_[i]);
      parts.convention = convention();
      return estimate(parts);
    } else {
      static_assert(
          requires { out.leave_out(names_[0], counts_[0]); },
          "crmetrics: attributed(...) takes a metric with one value or a scorecard; put "
          "by(...) and over(...) around it");
      for (std::size_t i = 0; i != causes; ++i) out.leave_out(names_[i], counts_[i]);
      return out;
    }
  }
  /// The result of all events beside that of the rest.
  constexpr auto effect(confidence_level level = {}) const {
    M all = kept_;
    all.merge(removed_);
    attribution_effect<decltype(result(level))> out{all.result(level), result(level), excluded(),
                                                    judged_};
    return out;
  }

  constexpr exclusions excluded() const {
    exclusions out;
    for (std::size_t i = 0; i != causes; ++i) out.add(names_[i], counts_[i]);
    return out;
  }
  /// Events left out for this cause. @throws error where there is no such cause
  constexpr std::uint64_t excluded(std::string_view cause) const {
    for (std::size_t i = 0; i != causes; ++i) {
      if (names_[i].view() == cause) return counts_[i];
    }
    throw error("attribution: no cause is called \"" + std::string(cause) + "\"");
  }
  constexpr std::uint64_t removed() const noexcept {
    std::uint64_t sum = 0;
    for (const std::uint64_t count : counts_) sum += count;
    return sum;
  }
  /// Events that a cause could have applied to, left out or not.
  constexpr std::uint64_t judged() const noexcept { return judged_; }
  /// The state of what counts.
  constexpr const M& metric() const noexcept { return kept_; }

  friend constexpr bool operator==(const attributed_metric& a, const attributed_metric& b) {
    return a.names_ == b.names_ && a.same_predicates(b) && a.kept_ == b.kept_ &&
           a.removed_ == b.removed_ && a.counts_ == b.counts_ && a.judged_ == b.judged_;
  }
  constexpr void serialize(auto& archive) {
    for (label& cause : names_) archive.setting(cause);
    archive(kept_), archive(removed_);
    for (std::uint64_t& count : counts_) archive(count);
    archive(judged_);
  }
  constexpr bool possible() const noexcept { return removed() <= judged_; }

 private:
  template <class E>
  static constexpr bool can_be_judged = (detail::callable_on<Predicates, E> || ...);

  // The number of the first cause that applies; `causes` where none does.
  template <class E>
  constexpr std::size_t cause_of_event(const E& e) const {
    return first_cause<0>(e);
  }
  template <std::size_t I, class E>
  constexpr std::size_t first_cause(const E& e) const {
    if constexpr (I == causes) {
      return causes;
    } else {
      if constexpr (detail::callable_on<std::tuple_element_t<I, std::tuple<Predicates...>>, E>) {
        if (static_cast<bool>(detail::call(std::get<I>(predicates_), e))) return I;
      }
      return first_cause<I + 1>(e);
    }
  }
  constexpr bool same_predicates(const attributed_metric& other) const {
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return (detail::same_callable(std::get<I>(predicates_), std::get<I>(other.predicates_)) &&
              ...);
    }(std::index_sequence_for<Predicates...>());
  }

  M kept_;
  M removed_;
  [[no_unique_address]] std::tuple<Predicates...> predicates_;
  std::array<label, sizeof...(Predicates)> names_;
  std::array<std::uint64_t, sizeof...(Predicates)> counts_ = {};
  std::uint64_t judged_ = 0;
};

/// Leaves out events by cause, before the metric or the card sees them.
template <any_metric M, class... Predicates>
  requires(sizeof...(Predicates) > 0)
constexpr attributed_metric<M, Predicates...> attributed(M metric, cause_of<Predicates>... of) {
  return {std::move(metric), std::move(of)...};
}

}  // namespace crmetrics
