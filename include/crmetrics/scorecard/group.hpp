#pragma once

#include <crmetrics/concepts.hpp>
#include <crmetrics/core/label.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/scorecard/detail/card_checker.hpp>
#include <crmetrics/scorecard/detail/part_tuple.hpp>
#include <crmetrics/scorecard/detail/score_builder.hpp>

#include <utility>

namespace crmetrics {

/// Components (or groups) under one name and one weight: "satisfaction, 40: CSAT 60, NPS 40". Its
/// score is the weighted mean of its available children; with none available it is not assessed.
template <class... Parts>
class component_group : public detail::part_tuple<Parts...> {
 public:
  constexpr component_group(label name, double weight, Parts... parts)
      : detail::part_tuple<Parts...>(std::move(parts)...), name_(name), weight_(weight) {}

  /// The perspective of a balanced scorecard that it belongs to, with all that is in it.
  constexpr component_group in(label perspective) && {
    perspective_ = perspective;
    return std::move(*this);
  }

  constexpr label name() const noexcept { return name_; }
  constexpr double weight() const noexcept { return weight_; }

  constexpr void report(detail::score_builder& builder, confidence_level level) const {
    builder.enter_group(name_, weight_, perspective_);
    this->for_each([&](const auto& part) { part.report(builder, level); });
    builder.leave_group();
  }
  constexpr void validate(detail::card_checker& checker) const {
    checker.enter_group(name_, weight_);
    this->for_each([&](const auto& part) { part.validate(checker); });
    checker.leave_group();
  }
  constexpr void describe(detail::definition_hash& hash) const {
    hash.add("group"), hash.add(name_.view()), hash.add(weight_);
    if (perspective_ != label()) hash.add("in"), hash.add(perspective_.view());
    this->for_each([&](const auto& part) { part.describe(hash); });
    hash.add("end");
  }
  /// Calls f(siblings, name, weight) for this and all weighted parts in it, which may change the
  /// weight; `siblings` is one for all parts of a group.
  template <class F>
  constexpr void each_weight(const F& f, const void* siblings) {
    f(siblings, name_, weight_);
    detail::part_tuple<Parts...>::each_weight(f, this);
  }
  constexpr void leave_out(label part) { this->leave_out_of_parts(part); }
  friend bool operator==(const component_group&, const component_group&) = default;

 private:
  label name_;
  double weight_;
  label perspective_;
};

/// A group of components of a scorecard.
template <class... Parts>
constexpr component_group<Parts...> group(label name, double weight, Parts... parts) {
  return {name, weight, std::move(parts)...};
}

}  // namespace crmetrics
