#pragma once

#include <crmetrics/concepts.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/detail/bulk.hpp>
#include <crmetrics/detail/definition.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/runtime/dynamic_event.hpp>
#include <crmetrics/runtime/dynamic_metric.hpp>
#include <crmetrics/runtime/dynamic_rules.hpp>
#include <crmetrics/runtime/interned.hpp>
#include <crmetrics/scorecard/detail/weights_of.hpp>
#include <crmetrics/scorecard/scorecard.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace crmetrics {

class dynamic_group;

/// A part of a card that is made at run time: the parts of `make_scorecard` with the erased metric
/// and the erased policies. What `component(...)`, `corrector(...)`, `veto(...)`, `bonus(...)` and
/// `deduction(...)` make of them fits as it is.
template <class Correction, class Shrinkage>
using dynamic_component = weighted_component<dynamic_metric, dynamic_curve, Correction, Shrinkage>;
using dynamic_part = std::variant<
    dynamic_component<uncorrected, unshrunk>, dynamic_component<dynamic_correction, unshrunk>,
    dynamic_component<uncorrected, dynamic_shrinkage>,
    dynamic_component<dynamic_correction, dynamic_shrinkage>, correcting_metric<dynamic_metric>,
    vetoing_metric<dynamic_metric, dynamic_trigger, dynamic_effect>, bonus_metric<dynamic_metric>,
    aggregated_by<dynamic_aggregation>, dynamic_group>;

/// Parts of a card in the order of the definition, however many.
class dynamic_parts {
 public:
  dynamic_parts() = default;
  explicit dynamic_parts(std::vector<dynamic_part> parts);

  template <class F>
  void for_each(const F& f) const;
  template <class F>
  void for_each(const F& f);
  template <class F>
  void each_weight(const F& f, const void* siblings);

 private:
  friend bool operator==(const dynamic_parts& a, const dynamic_parts& b);
  std::vector<dynamic_part> parts_;
};

/// A group of a card that is made at run time; see `group`.
class dynamic_group {
 public:
  dynamic_group(label name, double weight, dynamic_parts parts)
      : name_(name), weight_(weight), parts_(std::move(parts)) {}

  dynamic_group in(label perspective) && {
    perspective_ = perspective;
    return std::move(*this);
  }

  void report(detail::score_builder& builder, confidence_level level) const;
  void validate(detail::card_checker& checker) const;
  void describe(detail::definition_hash& hash) const;
  void offer(const dynamic_event& e);
  void check(const dynamic_event& e) const;
  void merge(const dynamic_group& other);
  void clear();
  template <class F>
  void each_weight(const F& f, const void* siblings);
  void leave_out(label part);
  template <class F>
  void each_metric(const F& f);
  template <class F>
  void each_metric(const F& f) const;

  friend bool operator==(const dynamic_group& a, const dynamic_group& b) {
    return a.name_ == b.name_ && a.weight_ == b.weight_ && a.perspective_ == b.perspective_ &&
           a.parts_ == b.parts_;
  }

 private:
  label name_;
  double weight_;
  label perspective_;
  dynamic_parts parts_;
};

inline dynamic_parts::dynamic_parts(std::vector<dynamic_part> parts) : parts_(std::move(parts)) {}
inline bool operator==(const dynamic_parts& a, const dynamic_parts& b) {
  return a.parts_ == b.parts_;
}
template <class F>
void dynamic_parts::for_each(const F& f) const {
  for (const dynamic_part& part : parts_) std::visit(f, part);
}
template <class F>
void dynamic_parts::for_each(const F& f) {
  for (dynamic_part& part : parts_) std::visit(f, part);
}

inline void dynamic_group::report(detail::score_builder& builder, confidence_level level) const {
  builder.enter_group(name_, weight_, perspective_);
  parts_.for_each([&](const auto& part) { part.report(builder, level); });
  builder.leave_group();
}
inline void dynamic_group::validate(detail::card_checker& checker) const {
  checker.enter_group(name_, weight_);
  parts_.for_each([&](const auto& part) { part.validate(checker); });
  checker.leave_group();
}
inline void dynamic_group::describe(detail::definition_hash& hash) const {
  hash.add("group"), hash.add(name_.view()), hash.add(weight_);
  if (perspective_ != label()) hash.add("in"), hash.add(perspective_.view());
  parts_.for_each([&](const auto& part) { part.describe(hash); });
  hash.add("end");
}
inline void dynamic_group::offer(const dynamic_event& e) {
  parts_.for_each([&](auto& part) { part.offer(e); });
}
inline void dynamic_group::check(const dynamic_event& e) const {
  parts_.for_each([&](const auto& part) { part.check(e); });
}
inline void dynamic_group::clear() {
  parts_.for_each([](auto& part) { part.clear(); });
}

namespace detail {

// Parts of two cards of one definition, side by side.
inline void merge_parts(dynamic_parts& into, const dynamic_parts& from) {
  std::vector<std::function<void(const void*)>> merges;
  into.for_each([&](auto& part) {
    using part_type = std::remove_reference_t<decltype(part)>;
    merges.push_back(
        [&part](const void* other) { part.merge(*static_cast<const part_type*>(other)); });
  });
  std::size_t i = 0;
  from.for_each([&](const auto& part) { merges[i++](&part); });
}
template <class Parts, class F>
void each_metric(Parts& parts, const F& f) {
  parts.for_each([&](auto& part) {
    if constexpr (requires { part.each_metric(f); }) {
      part.each_metric(f);
    } else if constexpr (requires { part.metric(); }) {
      f(part);
    }
  });
}

}  // namespace detail

inline void dynamic_group::merge(const dynamic_group& other) {
  detail::merge_parts(parts_, other.parts_);
}
template <class F>
void dynamic_parts::each_weight(const F& f, const void* siblings) {
  for_each([&](auto& part) {
    if constexpr (requires { part.each_weight(f, siblings); }) part.each_weight(f, siblings);
  });
}
template <class F>
void dynamic_group::each_weight(const F& f, const void* siblings) {
  f(siblings, name_, weight_);
  parts_.each_weight(f, this);
}
inline void dynamic_group::leave_out(label name) {
  parts_.for_each([&](auto& part) {
    if constexpr (requires { part.leave_out(name); }) part.leave_out(name);
  });
}
template <class F>
void dynamic_group::each_metric(const F& f) {
  detail::each_metric(parts_, f);
}
template <class F>
void dynamic_group::each_metric(const F& f) const {
  detail::each_metric(parts_, f);
}

/// A scorecard whose parts are only known at run time: the twin of `scorecard`, made of the same
/// parts and evaluated by the same code, so that a card of the same definition has the same hash
/// and gives the same bits. Observes `dynamic_event`. What is loaded from a file and used from
/// Python.
class dynamic_scorecard {
 public:
  static constexpr merge_exactness exactness = dynamic_metric::exactness;
  static constexpr shard_constraint sharding = dynamic_metric::sharding;

  /// @throws bad_input with every problem of the definition, as `make_scorecard`
  explicit dynamic_scorecard(std::vector<dynamic_part> parts) : parts_(std::move(parts)) {
    define();
  }
  dynamic_scorecard graded(crmetrics::bands grades) && {
    bands_ = grades;
    define();
    return std::move(*this);
  }
  template <absent_policy P>
  dynamic_scorecard with(P policy) && {
    require_valid(policy);
    absent_ = policy.rule();
    define();
    return std::move(*this);
  }
  template <uncertainty_method U>
  dynamic_scorecard with(U method) && {
    require_valid(method);
    uncertainty_ = method.rule();
    return std::move(*this);
  }

  /// The same states under other weights; see `scorecard::reweighted`.
  dynamic_scorecard reweighted(const std::vector<std::pair<std::string, double>>& weights) const {
    dynamic_scorecard out = *this;
    problem_list problems;
    for (const auto& [part, to] : weights) detail::set_weight(out.parts_, part, to, problems);
    problems.throw_if_any();
    out.define();
    return out;
  }
  /// The same states with another weight for one part, its siblings scaled so that the sum stays;
  /// see `scorecard::raised`.
  dynamic_scorecard raised(std::string_view part, double weight) const {
    dynamic_scorecard out = *this;
    problem_list problems;
    detail::raise_weight(out.parts_, part, weight, problems);
    problems.throw_if_any();
    out.define();
    return out;
  }
  /// What was observed, scored by the rules of another card; see `scorecard::under`. Parts may
  /// differ: each metric there must be one of this card.
  /// @throws bad_input naming each metric whose events were not seen
  dynamic_scorecard under(const dynamic_scorecard& rules) const {
    dynamic_scorecard out = rules.fresh();
    problem_list problems;
    detail::each_metric(out.parts_, [&](auto& part) {
      bool found = false;
      detail::each_metric(parts_, [&](const auto& seen) {
        if (found || !(seen.metric().fresh() == part.metric())) return;
        part.adopt(seen.metric());
        found = true;
      });
      if (!found) {
        problems.add({std::string(part.name().view()), 0, std::string(part.metric().id().view()),
                      "events of this metric were not seen under the other rules"});
      }
    });
    problems.throw_if_any();
    return out;
  }
  /// The same states with a component that a post does not have; see `scorecard::without`.
  dynamic_scorecard without(std::string_view component) const {
    dynamic_scorecard out = *this;
    label name;
    out.parts_.each_weight(
        [&](const void*, label of, double&) {
          if (of.view() == component) name = of;
        },
        nullptr);
    if (name == label()) throw bad_input({std::string(component), 0, "", "no such component"});
    out.parts_.for_each([&](auto& part) {
      if constexpr (requires { part.leave_out(name); }) part.leave_out(name);
    });
    out.define();
    return out;
  }

  static constexpr std::string_view name() { return "scorecard"; }
  convention_text convention() const {
    return convention_text("rules ").append(detail::hash_text(definition_).view());
  }
  std::uint64_t definition() const noexcept { return definition_; }

  /// Goes to every part whose metric has that name; a name that no metric has is refused.
  void update(const dynamic_event& e) {
    check(e);
    parts_.for_each([&](auto& part) { part.offer(e); });
  }
  void check(const dynamic_event& e) const {
    bool known = false;
    detail::each_metric(parts_,
                        [&](const auto& part) { known = known || part.metric().id() == e.metric; });
    if (!known) throw bad_input({std::string(e.metric.view()), 0, "", "no metric of this card"});
    parts_.for_each([&](const auto& part) { part.check(e); });
  }
  template <class Range>
  void update_many(const Range& rows, std::string_view field = {}) {
    detail::update_all(*this, rows, field);
  }
  /// A column of numbers, of linked contacts, or of spans that have not ended, for one of its
  /// metrics: all rows or none.
  /// @throws bad_input naming each bad row
  void update_many(label metric, std::span<const double> column) {
    change(metric, [&](dynamic_metric& m) { m.update_many(column); });
  }
  void update_many(label metric, std::span<const contact_fact> column) {
    change(metric, [&](dynamic_metric& m) { m.update_many(column); });
  }
  void update_many(label metric, std::span<const open_span> column) {
    change(metric, [&](dynamic_metric& m) { m.update_many(column); });
  }
  /// Counts events of a cause that one of its metrics leaves out; see `dynamic_metric::leave_out`.
  void leave_out(label metric, label cause, std::uint64_t events) {
    change(metric, [&](dynamic_metric& m) { m.leave_out(cause, events); });
  }

  /// @throws definition_mismatch where the rules differ
  dynamic_scorecard& merge(const dynamic_scorecard& other) {
    detail::require_same_definition(*this, other);
    dynamic_scorecard next = *this;
    detail::merge_parts(next.parts_, other.parts_);
    *this = std::move(next);
    return *this;
  }
  dynamic_scorecard fresh() const {
    dynamic_scorecard empty = *this;
    empty.parts_.for_each([](auto& part) { part.clear(); });
    return empty;
  }

  score_report result(confidence_level level = {}) const {
    return result(level, detail::uncertainty_rule{});
  }
  /// For the card around it, which asks for doubt where this one does not.
  score_report result(confidence_level level, const detail::uncertainty_rule& around) const {
    const bool asked = uncertainty_.what != detail::uncertainty_rule::kind::none;
    detail::score_builder builder(asked ? uncertainty_ : around);
    parts_.for_each([&](const auto& part) { part.report(builder, level); });
    return std::move(builder).finish({&bands_, absent_, definition_});
  }
  const crmetrics::bands& grades() const noexcept { return bands_; }

  /// Calls f with each metric in it.
  template <class F>
  void each_metric(const F& f) const {
    detail::each_metric(parts_, [&](const auto& part) { f(part.metric()); });
  }

  friend bool operator==(const dynamic_scorecard&, const dynamic_scorecard&) = default;

 private:
  // One metric may stand in several parts: they change together or not at all.
  template <class F>
  void change(label metric, const F& f) {
    std::vector<dynamic_metric> changed;
    detail::each_metric(std::as_const(parts_), [&](const auto& part) {
      if (part.metric().id() == metric) f(changed.emplace_back(part.metric()));
    });
    if (changed.empty())
      throw bad_input({std::string(metric.view()), 0, "", "no metric of this card"});
    auto next = changed.begin();
    detail::each_metric(parts_, [&](auto& part) {
      if (part.metric().id() == metric) part.adopt(std::move(*next++));
    });
  }
  template <class Policy>
  static void require_valid(const Policy& policy) {
    problem_list problems;
    policy.validate(problems, "scorecard");
    problems.throw_if_any();
  }
  void define() {
    detail::card_checker checker(bands_);
    parts_.for_each([&](const auto& part) { part.validate(checker); });
    checker.finish();
    detail::definition_hash hash;
    parts_.for_each([&](const auto& part) { part.describe(hash); });
    absent_.describe(hash);
    bands_.describe(hash);
    definition_ = hash.value();
  }

  dynamic_parts parts_;
  detail::absent_rule absent_;
  detail::uncertainty_rule uncertainty_;
  crmetrics::bands bands_;
  std::uint64_t definition_ = 0;
};

}  // namespace crmetrics
