#pragma once

#include <crmetrics/concepts.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/core/text.hpp>
#include <crmetrics/detail/bulk.hpp>
#include <crmetrics/detail/definition.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/scorecard/absent.hpp>
#include <crmetrics/scorecard/aggregated_by.hpp>
#include <crmetrics/scorecard/bands.hpp>
#include <crmetrics/scorecard/bonus.hpp>
#include <crmetrics/scorecard/component.hpp>
#include <crmetrics/scorecard/corrector.hpp>
#include <crmetrics/scorecard/detail/card_checker.hpp>
#include <crmetrics/scorecard/detail/part_tuple.hpp>
#include <crmetrics/scorecard/detail/replicated_totals.hpp>
#include <crmetrics/scorecard/detail/score_builder.hpp>
#include <crmetrics/scorecard/detail/uncertainty_of.hpp>
#include <crmetrics/scorecard/detail/weights_of.hpp>
#include <crmetrics/scorecard/group.hpp>
#include <crmetrics/scorecard/linear.hpp>
#include <crmetrics/scorecard/part_weight.hpp>
#include <crmetrics/scorecard/redistribute.hpp>
#include <crmetrics/scorecard/scaled.hpp>
#include <crmetrics/scorecard/score_report.hpp>
#include <crmetrics/scorecard/uncertainty.hpp>
#include <crmetrics/scorecard/veto.hpp>

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace crmetrics {

/// A weighted scorecard: metrics, normalisers, weights, corrections, bonuses and vetoes as one
/// metric. It updates, merges and reports like any other, so `by(agent, card)` scores a team,
/// `over(months, ...)` a year, and a card can be a component of another card.
///
/// One event goes to every part that observes its type; an event that no part observes does not
/// compile. The evaluation is in the order normalise, correct, aggregate (weighted arithmetic
/// mean), bonus, veto, band: docs/scorecard/rules.md. The score of a card depends on its own events
/// only. Cost of `result()`: O(parts log parts).
///
/// All parts that observe an event take it, or none does: each is asked before any is changed, also
/// whether an exact sum would leave its range. Not foreseen is memory that runs out in a
/// metric that allocates for an event: see `bundle`.
template <class... Parts>
class scorecard {
 public:
  static constexpr merge_exactness exactness = detail::part_tuple<Parts...>::exactness;
  static constexpr shard_constraint sharding = detail::part_tuple<Parts...>::sharding;
  /// True where a component's curve or prior was fitted on a set of values: who is in it decides
  /// the score.
  static constexpr bool reference_dependent = detail::part_tuple<Parts...>::reference_dependent;

  /// @throws bad_input with every problem of the definition: weights negative or all zero, floor
  ///         equal to target, a direction that contradicts the metric, unknown correctors, names
  ///         used twice
  constexpr explicit scorecard(Parts... parts) : parts_(std::move(parts)...) { define(); }

  /// The same card with grades. @throws bad_input from `bands`
  constexpr scorecard graded(crmetrics::bands grades) && {
    bands_ = grades;
    define();
    return std::move(*this);
  }
  /// The same card with another rule for what cannot be assessed.
  template <absent_policy P>
  constexpr scorecard with(P policy) && {
    problem_list problems;
    policy.validate(problems, "scorecard");
    problems.throw_if_any();
    absent_ = policy.rule();
    define();
    return std::move(*this);
  }
  /// The same card whose reports say how sure the total is. No other definition: it asks more of
  /// the same rules.
  template <uncertainty_method U>
  constexpr scorecard with(U method) && {
    problem_list problems;
    method.validate(problems, "scorecard");
    problems.throw_if_any();
    uncertainty_ = method.rule();
    return std::move(*this);
  }

  /// The same states under other weights, for a team or a post: `card.reweighted({{"relationship",
  /// 30}, {"efficiency", 20}})`; parts that are not named keep theirs.
  /// @throws bad_input naming each part that the card does not weigh
  constexpr scorecard reweighted(std::initializer_list<part_weight> weights) const {
    return reweighted(std::span<const part_weight>(weights.begin(), weights.size()));
  }
  /// Also with what a weighting gives: `card.reweighted(ahp{...}.result().for_parts({"a", "b"}))`.
  constexpr scorecard reweighted(std::span<const part_weight> weights) const {
    scorecard out = *this;
    problem_list problems;
    for (const part_weight& w : weights) {
      detail::set_weight(out.parts_, w.part.view(), w.weight, problems);
    }
    problems.throw_if_any();
    out.define();
    return out;
  }
  /// The same states with another weight for one part, where its siblings give or get the
  /// difference in proportion, so that their sum stays: `card.raised("relationship", 30)`.
  /// @throws bad_input for a part that the card does not weigh, or a weight above the sum
  constexpr scorecard raised(label part, double weight) const {
    scorecard out = *this;
    problem_list problems;
    detail::raise_weight(out.parts_, part.view(), weight, problems);
    problems.throw_if_any();
    out.define();
    return out;
  }
  /// What was observed, scored by the rules of another card of the same type: an old period by the
  /// new definition, a new one by the old.
  /// @throws bad_input naming each part whose metric is another one there
  constexpr scorecard under(const scorecard& rules) const {
    scorecard out = rules.fresh();
    problem_list problems;
    out.parts_.take_state(parts_, problems);
    problems.throw_if_any();
    return out;
  }
  /// The same states with a component that a post does not have: not applicable, which is not the
  /// same as not assessed. @throws bad_input where there is no such component
  constexpr scorecard without(label component) const {
    scorecard out = *this;
    bool found = false;
    out.parts_.each_weight(
        [&](const void*, label name, double&) { found = found || name == component; }, nullptr);
    if (!found) throw bad_input({std::string(component.view()), 0, "", "no such component"});
    out.parts_.leave_out_of_parts(component);
    out.define();
    return out;
  }

  static constexpr std::string_view name() { return "scorecard"; }
  /// "rules " and the hash of the whole definition: cards of different rules do not merge.
  constexpr convention_text convention() const {
    return convention_text("rules ").append(detail::hash_text(definition_).view());
  }
  /// Hash of the rules: names, metrics with their conventions, normalisers, weights, corrections,
  /// vetoes, bonuses, bands, the rule for what is missing.
  constexpr std::uint64_t definition() const noexcept { return definition_; }

  template <class E>
    requires(detail::part_tuple<Parts...>::template observers<E> > 0)
  constexpr void update(const E& e) {
    if constexpr (detail::part_tuple<Parts...>::template observers<E> > 1) parts_.check(e);
    parts_.offer(e);
  }
  template <class E>
  constexpr void check(const E& e) const {
    parts_.check(e);
  }
  /// All rows or none. @throws bad_input naming each bad row
  template <class Range>
  constexpr void update_many(const Range& rows, std::string_view field = {}) {
    detail::update_all(*this, rows, field);
  }

  /// @throws definition_mismatch where the rules differ
  constexpr scorecard& merge(const scorecard& other) {
    detail::require_same_definition(*this, other);
    scorecard next = *this;
    next.parts_.merge(other.parts_);
    *this = std::move(next);
    return *this;
  }
  constexpr scorecard fresh() const {
    scorecard empty = *this;
    empty.parts_.clear();
    return empty;
  }

  /// `result(confidence_level::none())` leaves out the intervals of the components, which take most
  /// of the time.
  constexpr score_report result(confidence_level level = {}) const {
    return result(level, detail::uncertainty_rule{});
  }
  /// For the card around it, which asks for doubt where this one does not.
  constexpr score_report result(confidence_level level,
                                const detail::uncertainty_rule& around) const {
    const bool asked = uncertainty_.what != detail::uncertainty_rule::kind::none;
    detail::score_builder builder(asked ? uncertainty_ : around);
    builder.reserve(detail::part_tuple<Parts...>::components);
    parts_.for_each([&](const auto& part) { part.report(builder, level); });
    return std::move(builder).finish({&bands_, absent_, definition_});
  }

  constexpr const crmetrics::bands& grades() const noexcept { return bands_; }

  friend constexpr bool operator==(const scorecard&, const scorecard&) = default;
  constexpr void serialize(auto& archive) { parts_.serialize(archive); }

 private:
  constexpr void define() {
    detail::card_checker checker(bands_);
    parts_.for_each([&](const auto& part) { part.validate(checker); });
    checker.finish();

    detail::definition_hash hash;
    parts_.for_each([&](const auto& part) { part.describe(hash); });
    absent_.describe(hash);
    bands_.describe(hash);
    definition_ = hash.value();
  }

  detail::part_tuple<Parts...> parts_;
  detail::absent_rule absent_;
  detail::uncertainty_rule uncertainty_;
  crmetrics::bands bands_;
  std::uint64_t definition_ = 0;
};

/// Makes a scorecard of components, groups, correctors, vetoes and bonuses, in any order.
template <class... Parts>
constexpr scorecard<Parts...> make_scorecard(Parts... parts) {
  return scorecard<Parts...>(std::move(parts)...);
}

}  // namespace crmetrics
