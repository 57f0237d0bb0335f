#pragma once

#include <crmetrics/concepts.hpp>
#include <crmetrics/core/label.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/scorecard/bands.hpp>
#include <crmetrics/scorecard/concepts.hpp>
#include <crmetrics/scorecard/detail/card_checker.hpp>
#include <crmetrics/scorecard/detail/evidence.hpp>
#include <crmetrics/scorecard/detail/metered.hpp>
#include <crmetrics/scorecard/detail/part_rules.hpp>
#include <crmetrics/scorecard/detail/score_builder.hpp>
#include <crmetrics/scorecard/veto_rules.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace crmetrics {

/// A metric that caps the total when it breaches its limit, after everything else: a bonus cannot
/// buy back a breach. Of several that fire the lowest cap holds. Too few observations make it "not
/// assessable", which the report shows; it never passes in silence.
template <any_metric M, veto_trigger Trigger, veto_effect Effect>
class vetoing_metric final : public detail::metered<M>, public detail::band_effect {
 public:
  static_assert(reports_estimate<M>, "crmetrics: a veto needs a metric with one value");

  constexpr vetoing_metric(label name, M metric, Trigger trigger, Effect effect,
                           std::uint64_t min_n = 0)
      : detail::metered<M>(name, std::move(metric)),
        trigger_(std::move(trigger)),
        effect_(std::move(effect)),
        gate_{min_n, 0} {}

  /// Fewer observations than this make the veto not assessable.
  constexpr vetoing_metric at_least(std::uint64_t min_n) && {
    gate_.min_n = min_n;
    return std::move(*this);
  }
  /// With fewer observations than this the value is neither used nor shown: it would tell who gave
  /// it. See `weighted_component::anonymous_below`.
  constexpr vetoing_metric anonymous_below(std::uint64_t n) && {
    gate_.anonymous_below = n;
    return std::move(*this);
  }

  /// Bands it leaves, where its effect is one on the band.
  constexpr std::size_t band_left(const bands& grades, std::size_t by_total) const override {
    if constexpr (on_band) {
      return effect_.band_left(grades, by_total);
    } else {
      return by_total;
    }
  }

  constexpr void report(detail::score_builder& builder, confidence_level level) const {
    veto_line line;
    line.name = this->name_;
    line.min_n = gate_.min_n;
    if constexpr (requires { trigger_.limits(); }) {
      line.threshold = trigger_.limits().first;
      line.allowed = trigger_.limits().second;
    } else {
      if constexpr (requires { trigger_.threshold; }) line.threshold = trigger_.threshold;
      if constexpr (requires { trigger_.allowed; }) line.allowed = trigger_.allowed;
    }
    if constexpr (requires { trigger_.level; }) {
      line.raw = this->metric_.result(trigger_.level);  // the evidence it asks for
    } else if constexpr (requires { trigger_.level_asked(); }) {
      line.raw = this->metric_.result(trigger_.level_asked().value_or(level));
    } else {
      line.raw = this->metric_.result(level);
    }
    line.absent = gate_.look(line.raw);
    // Evidence that cannot be had is no clearance.
    if (needs_interval() && line.absent == absence::none && !detail::has_evidence(line.raw)) {
      line.absent = absence::insufficient;
    }
    line.highest_total = effect_.highest_total();
    if (line.absent == absence::none) {
      line.state = trigger_.fires(line.raw) ? veto_state::fired : veto_state::clear;
    }
    builder.add_veto(std::move(line), on_band ? this : nullptr);
  }
  constexpr void validate(detail::card_checker& checker) const {
    checker.name(this->name_);
    checker.of_the_whole(this->name_);
    trigger_.validate(checker.problems(), this->name_);
    effect_.validate(checker.problems(), this->name_);
    if constexpr (requires(problem_list& p) { effect_.validate_in(bands(), p, ""); }) {
      if (checker.grades().size() != 0) {
        effect_.validate_in(checker.grades(), checker.problems(), this->name_.view());
      }
    }
    const estimate empty = this->metric_.fresh().result(confidence_level::none());
    checker.unit(this->name_, empty.unit(), trigger_);
    checker.breach(this->name_, empty.direction(), trigger_);
  }
  constexpr void describe(detail::definition_hash& hash) const {
    hash.add("veto"), hash.add(this->name_.view());
    this->describe_metric(hash), hash.add(gate_.min_n);
    trigger_.describe(hash), effect_.describe(hash);
    gate_.describe_anonymity(hash);
  }
  friend bool operator==(const vetoing_metric&, const vetoing_metric&) = default;

 private:
  constexpr bool needs_interval() const {
    if constexpr (requires { trigger_.level_asked(); }) {
      return trigger_.level_asked().has_value();
    } else {
      return requires { trigger_.level; };
    }
  }
  static constexpr bool on_band = requires(const Effect& e, const bands& grades) {
    { e.band_left(grades, std::size_t{}) } -> std::same_as<std::size_t>;
  };

  Trigger trigger_;
  Effect effect_;
  detail::sample_gate gate_;
};

/// A veto: `veto("compliance", on(&check::failed, error_rate{}), above{.005}, cap{59.9})`.
template <any_metric M, veto_trigger Trigger, veto_effect Effect>
constexpr vetoing_metric<M, Trigger, Effect> veto(label name, M metric, Trigger trigger,
                                                  Effect effect) {
  return {name, std::move(metric), std::move(trigger), std::move(effect)};
}

}  // namespace crmetrics
