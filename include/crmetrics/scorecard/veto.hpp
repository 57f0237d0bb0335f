#pragma once

#include <crmetrics/concepts.hpp>
#include <crmetrics/core/label.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/scorecard/bands.hpp>
#include <crmetrics/scorecard/concepts.hpp>
#include <crmetrics/scorecard/detail/card_checker.hpp>
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
        min_n_(min_n) {}

  /// Fewer observations than this make the veto not assessable.
  constexpr vetoing_metric at_least(std::uint64_t min_n) && {
    min_n_ = min_n;
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
    line.min_n = min_n_;
    if constexpr (requires { trigger_.level; }) {
      line.raw = this->metric_.result(trigger_.level);  // the evidence it asks for
    } else if constexpr (requires { trigger_.level_asked(); }) {
      line.raw = this->metric_.result(trigger_.level_asked().value_or(level));
    } else {
      line.raw = this->metric_.result(level);
    }
    line.absent = detail::absence_of(line.raw, min_n_);
    line.highest_total = effect_.highest_total();
    if (line.absent == absence::none) {
      line.state = trigger_.fires(line.raw) ? veto_state::fired : veto_state::clear;
    }
    builder.add_veto(std::move(line), on_band ? this : nullptr);
  }
  constexpr void validate(detail::card_checker& checker) const {
    checker.name(this->name_);
    trigger_.validate(checker.problems(), this->name_);
    effect_.validate(checker.problems(), this->name_);
    checker.unit(this->name_, this->metric_.fresh().result().unit(), trigger_);
  }
  constexpr void describe(detail::definition_hash& hash) const {
    hash.add("veto"), hash.add(this->name_.view());
    this->describe_metric(hash), hash.add(min_n_);
    trigger_.describe(hash), effect_.describe(hash);
  }
  friend bool operator==(const vetoing_metric&, const vetoing_metric&) = default;

 private:
  static constexpr bool on_band = requires(const Effect& e, const bands& grades) {
    { e.band_left(grades, std::size_t{}) } -> std::same_as<std::size_t>;
  };

  Trigger trigger_;
  Effect effect_;
  std::uint64_t min_n_;
};

/// A veto: `veto("compliance", on(&check::failed, error_rate{}), above{.005}, cap{59.9})`.
template <any_metric M, veto_trigger Trigger, veto_effect Effect>
constexpr vetoing_metric<M, Trigger, Effect> veto(label name, M metric, Trigger trigger,
                                                  Effect effect) {
  return {name, std::move(metric), std::move(trigger), std::move(effect)};
}

}  // namespace crmetrics
