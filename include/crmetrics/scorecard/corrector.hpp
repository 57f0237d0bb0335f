#pragma once

#include <crmetrics/concepts.hpp>
#include <crmetrics/core/label.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/scorecard/detail/card_checker.hpp>
#include <crmetrics/scorecard/detail/metered.hpp>
#include <crmetrics/scorecard/detail/score_builder.hpp>

#include <cstdint>
#include <utility>

namespace crmetrics {

/// A metric that carries no weight of its own but corrects other components by name.
template <any_metric M>
class correcting_metric : public detail::metered<M> {
 public:
  static_assert(reports_estimate<M>, "crmetrics: a corrector needs a metric with one value");

  constexpr correcting_metric(label name, M metric, std::uint64_t min_n = 0)
      : detail::metered<M>(name, std::move(metric)), gate_{min_n, 0} {}

  /// Fewer observations than this are insufficient: no correction, and the report says so.
  constexpr correcting_metric at_least(std::uint64_t min_n) && {
    gate_.min_n = min_n;
    return std::move(*this);
  }
  /// With fewer observations than this the value is neither used nor shown: it would tell who gave
  /// it. See `weighted_component::anonymous_below`.
  constexpr correcting_metric anonymous_below(std::uint64_t n) && {
    gate_.anonymous_below = n;
    return std::move(*this);
  }

  constexpr void report(detail::score_builder& builder, confidence_level level) const {
    corrector_line line;
    line.name = this->name_;
    line.raw = this->metric_.result(level);
    line.min_n = gate_.min_n;
    line.absent = gate_.look(line.raw);
    builder.add_corrector(std::move(line));
  }
  constexpr void validate(detail::card_checker& checker) const {
    checker.name(this->name_);
    const estimate empty = this->metric_.fresh().result(confidence_level::none());
    checker.corrector_name(this->name_, empty.unit(), empty.direction());
  }
  constexpr void describe(detail::definition_hash& hash) const {
    hash.add("corrector"), hash.add(this->name_.view());
    this->describe_metric(hash), hash.add(gate_.min_n);
    gate_.describe_anonymity(hash);
  }
  friend bool operator==(const correcting_metric&, const correcting_metric&) = default;

 private:
  detail::sample_gate gate_;
};

/// A metric that corrects components which name it in `corrected_by`.
template <any_metric M>
constexpr correcting_metric<M> corrector(label name, M metric) {
  return {name, std::move(metric)};
}

}  // namespace crmetrics
