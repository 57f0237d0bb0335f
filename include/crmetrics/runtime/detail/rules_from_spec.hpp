#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/runtime/card_spec.hpp>
#include <crmetrics/runtime/detail/ahp_judgements.hpp>
#include <crmetrics/runtime/dynamic_rules.hpp>
#include <crmetrics/runtime/dynamic_scorecard.hpp>
#include <crmetrics/runtime/interned.hpp>
#include <crmetrics/scorecard/absent.hpp>
#include <crmetrics/scorecard/bands.hpp>
#include <crmetrics/scorecard/beta_binomial.hpp>
#include <crmetrics/scorecard/geometric.hpp>
#include <crmetrics/scorecard/harmonic.hpp>
#include <crmetrics/scorecard/linear.hpp>
#include <crmetrics/scorecard/log_normal.hpp>
#include <crmetrics/scorecard/logistic.hpp>
#include <crmetrics/scorecard/minimum.hpp>
#include <crmetrics/scorecard/power.hpp>
#include <crmetrics/scorecard/redistribute.hpp>
#include <crmetrics/scorecard/scaled.hpp>
#include <crmetrics/scorecard/steps.hpp>
#include <crmetrics/scorecard/target_range.hpp>
#include <crmetrics/scorecard/uncertainty.hpp>
#include <crmetrics/scorecard/veto_rules.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <variant>
#include <vector>

/// Policies of the library from their plain values in a spec.
namespace crmetrics::detail {

inline dynamic_curve curve_from(const metric_spec& m) {
  struct maker {
    const metric_spec& m;
    dynamic_curve operator()(std::monostate) const {
      throw bad_input({m.id, 0, "", "is weighted and has no score"});
    }
    dynamic_curve operator()(const linear_spec& s) const {
      return dynamic_curve(linear{s.floor.value(), s.target.value(), s.cap.to_double()});
    }
    dynamic_curve operator()(const target_range_spec& s) const {
      return dynamic_curve(target_range{s.zero_below.value(), s.full_from.value(),
                                        s.full_to.value(), s.zero_above.value()});
    }
    dynamic_curve operator()(const steps_spec& s) const {
      std::vector<double> edges;
      std::vector<double> points;
      for (const quantity& q : s.edges) edges.push_back(q.value());
      for (const decimal& d : s.points) points.push_back(d.to_double());
      return dynamic_curve(steps(std::span<const double>(edges), std::span<const double>(points)));
    }
    dynamic_curve operator()(const log_normal_spec& s) const {
      return dynamic_curve(log_normal{s.p10.value(), s.median.value()});
    }
    dynamic_curve operator()(const logistic_spec& s) const {
      return dynamic_curve(logistic{s.mid.value(), s.width.value()});
    }
  };
  return std::visit(maker{m}, m.score);
}

inline dynamic_correction correction_from(const correction_spec& c) {
  return dynamic_correction(scaled{c.start.value(), c.full.value(), c.strength.to_double()});
}

inline dynamic_shrinkage shrinkage_from(const metric_spec& m) {
  const shrink_spec& s = m.shrink;
  if (!s.mean || !s.n || s.how != shrink_spec::method::beta_binomial) {
    throw bad_input({m.id, 0, "", "shrinkage needs a beta_binomial with a fixed mean and n"});
  }
  return dynamic_shrinkage(beta_binomial{s.mean->value(), s.n->to_double()});
}

inline dynamic_aggregation mean_from(const aggregate_spec& a) {
  switch (a.how) {
    case aggregate_spec::method::geometric:
      return dynamic_aggregation(geometric{});
    case aggregate_spec::method::harmonic:
      return dynamic_aggregation(harmonic{});
    case aggregate_spec::method::power:
      return dynamic_aggregation(power{a.power.to_double()});
    case aggregate_spec::method::minimum:
    case aggregate_spec::method::arithmetic:
      break;
  }
  return dynamic_aggregation(minimum{});
}

/// Weights of siblings as they are written: a static card of the same numbers has the same hash.
inline std::vector<double> weights_from(const weighting_spec& by,
                                        const std::vector<part_spec>& parts,
                                        const named_weights& instead) {
  std::vector<double> out(parts.size(), 1.0);
  if (instead.empty() && by.how == weighting_spec::method::ahp) {
    const ahp::outcome judged_by = judged(by.judgements);
    for (std::size_t i = 0; i != parts.size(); ++i) {
      const auto at = std::find(by.order.begin(), by.order.end(), parts[i].name);
      out[i] = at == by.order.end()
                   ? 0
                   : judged_by.weights[static_cast<std::size_t>(at - by.order.begin())];
    }
    return out;
  }
  for (std::size_t i = 0; i != parts.size(); ++i) {
    if (by.how == weighting_spec::method::fixed) out[i] = parts[i].weight.to_double();
    for (const auto& [name, w] : instead) {
      if (name == parts[i].name) out[i] = w.to_double();
    }
  }
  return out;
}

inline dynamic_trigger trigger_from(const veto_spec& v) {
  const double x = v.threshold.value();
  switch (v.by) {
    case veto_spec::evidence::point:
      return v.above ? dynamic_trigger(above{x}) : dynamic_trigger(below{x});
    case veto_spec::evidence::lower_bound: {
      const confidence_level level(v.level.to_double());
      return v.above ? dynamic_trigger(surely_above{x, level})
                     : dynamic_trigger(surely_below{x, level});
    }
    case veto_spec::evidence::budget:
      break;
  }
  if (!v.above) throw bad_input({v.metric, 0, "", "a budget of events needs \"above\""});
  if (x == 0) return dynamic_trigger(more_than{v.budget});
  return dynamic_trigger(above_allowing{x, v.budget});
}

inline dynamic_effect effect_from(const veto_spec& v) {
  switch (v.then) {
    case veto_spec::effect::cap:
      return dynamic_effect(cap{v.cap.to_double()});
    case veto_spec::effect::zero:
      return dynamic_effect(cap{0});
    case veto_spec::effect::drop_bands:
      return dynamic_effect(drop_bands{v.bands});
    case veto_spec::effect::block_band:
      break;
  }
  return dynamic_effect(block_band{interned(v.band)});
}

inline bands bands_from(const std::vector<band_spec>& specs) {
  std::vector<bands::band> list;
  for (const band_spec& b : specs) list.push_back({interned(b.name), b.from.to_double()});
  return bands(std::span<const bands::band>(list));
}

inline dynamic_scorecard with_absent(dynamic_scorecard card, const missing_spec& m) {
  const double coverage = m.min_coverage.to_double();
  switch (m.how) {
    case missing_spec::method::redistribute:
      break;
    case missing_spec::method::fail:
      return std::move(card).with(fail{});
    case missing_spec::method::neutral:
      return std::move(card).with(neutral{m.neutral_points.to_double(), coverage});
    case missing_spec::method::zero:
      return std::move(card).with(neutral{0, coverage});  // `zero`, with a least coverage
  }
  return std::move(card).with(redistribute{coverage});
}

inline dynamic_scorecard with_uncertainty(dynamic_scorecard card, const uncertainty_spec& u) {
  switch (u.how) {
    case uncertainty_spec::method::none:
      break;
    case uncertainty_spec::method::delta:
      return std::move(card).with(delta{confidence_level(u.level.to_double())});
    case uncertainty_spec::method::monte_carlo:
      return std::move(card).with(
          monte_carlo{u.draws, u.seed, confidence_level(u.level.to_double())});
  }
  return card;
}

}  // namespace crmetrics::detail
