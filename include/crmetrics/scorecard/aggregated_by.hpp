#pragma once

#include <crmetrics/concepts.hpp>
#include <crmetrics/core/confidence_level.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/scorecard/concepts.hpp>
#include <crmetrics/scorecard/detail/card_checker.hpp>
#include <crmetrics/scorecard/detail/part_rules.hpp>
#include <crmetrics/scorecard/detail/score_builder.hpp>

#include <span>
#include <utility>

namespace crmetrics {

/// How the parts beside it are combined: `group("service", 60, aggregated_by(geometric{}), ...)`,
/// or among the parts of a card. The weighted arithmetic mean where there is none.
template <combining A>
class aggregated_by final : public detail::combiner {
 public:
  static constexpr merge_exactness exactness = merge_exactness::exact;
  static constexpr shard_constraint sharding = shard_constraint::any;
  template <class E>
  static constexpr int observers = 0;

  constexpr explicit aggregated_by(A how) : how_(std::move(how)) {}

  constexpr double combine(std::span<const double> weights, std::span<const double> scores,
                           std::span<double> gradient) const override {
    return how_.combine(weights, scores, gradient);
  }

  constexpr void report(detail::score_builder& builder, confidence_level) const {
    builder.combine_by(*this);
  }
  constexpr void validate(detail::card_checker& checker) const {
    checker.combines();
    how_.validate(checker.problems(), "aggregated_by");
  }
  constexpr void describe(detail::definition_hash& hash) const {
    hash.add("aggregated by"), how_.describe(hash);
  }
  template <class E>
  constexpr void offer(const E&) {}
  template <class E>
  constexpr void check(const E&) const {}
  constexpr void merge(const aggregated_by&) {}
  constexpr void clear() {}
  constexpr void serialize(auto&) {}
  friend bool operator==(const aggregated_by&, const aggregated_by&) = default;

 private:
  A how_;
};

}  // namespace crmetrics
