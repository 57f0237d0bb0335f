#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/runtime/card_spec.hpp>
#include <crmetrics/runtime/detail/rules_from_spec.hpp>
#include <crmetrics/runtime/dynamic_scorecard.hpp>
#include <crmetrics/runtime/interned.hpp>
#include <crmetrics/runtime/leaf_weights.hpp>
#include <crmetrics/runtime/metric_factory.hpp>
#include <crmetrics/scorecard/absent.hpp>
#include <crmetrics/scorecard/redistribute.hpp>
#include <crmetrics/scorecard/timeline.hpp>
#include <crmetrics/scorecard/uncertainty.hpp>

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crmetrics {

/// Whose card is made.
struct card_holder {
  std::string_view who = {};   ///< for overrides: "team:key-accounts"
  std::string_view post = {};  ///< of `posts`
};

namespace detail {

/// The events of a bonus that is no metric of the spec.
inline dynamic_metric bonus_events(const std::string& event) {
  return {interned(event), on(yes_or_no{}, occurrences{})};
}

/// Makes the parts of a card, one after the other.
class card_maker {
 public:
  card_maker(const card_rules& rules, const metric_factory& factory)
      : rules_(&rules), factory_(&factory) {}

  dynamic_scorecard make(const card_holder& holder) {
    const post_spec* post = nullptr;
    for (const post_spec& p : rules_->posts) {
      if (p.name == holder.post) post = &p;
    }
    if (post == nullptr && !holder.post.empty()) {
      throw bad_input({"post", 0, std::string(holder.post), "the spec has no post of this name"});
    }
    const bool own_tree = post != nullptr && !post->groups.empty();
    const auto& groups = own_tree ? post->groups : rules_->groups;
    std::vector<dynamic_part> parts = siblings(
        groups, rules_->weights, top_weights_for(*rules_, holder.who, holder.post), rules_->top);
    add_correctors(parts);
    for (const bonus_spec& b : rules_->bonus) add_bonus(parts, b);
    for (const veto_spec& v : rules_->vetoes) add_veto(parts, v);

    dynamic_scorecard card(std::move(parts));
    if (!rules_->bands.empty()) card = std::move(card).graded(bands_from(rules_->bands));
    card = with_absent(std::move(card), rules_->missing);
    card = with_uncertainty(std::move(card), rules_->uncertainty);
    if (post != nullptr) {
      for (const std::string& metric : post->not_applicable) card = card.without(metric);
    }
    return card;
  }

 private:
  const metric_spec& spec_of(const std::string& id) const {
    const metric_spec* m = rules_->metric(id);
    if (m == nullptr) throw bad_input({"card", 0, id, "the spec has no metric of this name"});
    return *m;
  }
  dynamic_metric metric_of(const metric_spec& m) const {
    dynamic_metric metric = factory_->make(interned(m.id), m.use);
    if (m.exclude.empty()) return metric;
    std::vector<label> causes;
    for (const std::string& cause : m.exclude) causes.push_back(interned(cause));
    return std::move(metric).excluding(causes);
  }

  /// What a metric asks for, it asks for in every part.
  template <class Part>
  static Part gated(Part part, const metric_spec& m) {
    return std::move(std::move(part).at_least(m.min_n)).anonymous_below(m.anonymity);
  }

  std::vector<dynamic_part> siblings(const std::vector<part_spec>& specs, const weighting_spec& by,
                                     const named_weights& instead, const aggregate_spec& mean) {
    std::vector<dynamic_part> parts;
    if (mean.how != aggregate_spec::method::arithmetic) {
      parts.emplace_back(aggregated_by(mean_from(mean)));
    }
    const std::vector<double> weights = weights_from(by, specs, instead);
    for (std::size_t i = 0; i != specs.size(); ++i) {
      const part_spec& part = specs[i];
      if (!part.is_group) {
        add_component(parts, spec_of(part.name), weights[i]);
        continue;
      }
      names_.insert(part.name);
      dynamic_group group(interned(part.name), weights[i],
                          dynamic_parts(siblings(part.of, part.weights, {},
                                                 part.aggregate ? *part.aggregate : rules_->leaf)));
      if (!part.perspective.empty()) group = std::move(group).in(interned(part.perspective));
      parts.emplace_back(std::move(group));
    }
    return parts;
  }

  // The types of a component differ by whether it is corrected and shrunk.
  void add_component(std::vector<dynamic_part>& parts, const metric_spec& m, double weight) {
    weighted_.insert(m.id);
    auto part = gated(component(interned(m.id), metric_of(m), curve_from(m), weight), m);
    if (m.basis == evidence::rated) part = std::move(part).rated();
    if (m.aspect != viewpoint::unmarked) part = std::move(part).looking_at(m.aspect);
    const bool shrunk = m.shrink.how != shrink_spec::method::none;
    if (m.correct_by) {
      needed_.insert(m.correct_by->metric);
      auto corrected = std::move(part).corrected_by(interned(m.correct_by->metric),
                                                    correction_from(*m.correct_by));
      if (shrunk) {
        parts.emplace_back(std::move(corrected).shrunk_by(shrinkage_from(m)));
      } else {
        parts.emplace_back(std::move(corrected));
      }
    } else if (shrunk) {
      parts.emplace_back(std::move(part).shrunk_by(shrinkage_from(m)));
    } else {
      parts.emplace_back(std::move(part));
    }
  }
  void add_correctors(std::vector<dynamic_part>& parts) {
    for (const std::string& id : needed_) {
      if (weighted_.contains(id)) continue;
      const metric_spec& m = spec_of(id);
      parts.emplace_back(gated(corrector(interned(id), metric_of(m)), m));
      names_.insert(id);
    }
    names_.insert(weighted_.begin(), weighted_.end());
  }
  // An event, or a metric of the file with that name.
  void add_bonus(std::vector<dynamic_part>& parts, const bonus_spec& b) {
    const label name = unused(b.event, b.points.digits < 0 ? "deduction" : "bonus");
    const metric_spec* m = rules_->metric(b.event);
    dynamic_metric events = m != nullptr ? metric_of(*m) : bonus_events(b.event);
    const double points = b.points.to_double();
    const points_each rule{points < 0 ? -points : points, b.cap.to_double()};
    auto part = points < 0 ? deduction(name, std::move(events), rule)
                           : bonus(name, std::move(events), rule);
    parts.emplace_back(m != nullptr ? gated(std::move(part), *m) : std::move(part));
  }
  void add_veto(std::vector<dynamic_part>& parts, const veto_spec& v) {
    const metric_spec& m = spec_of(v.metric);
    parts.emplace_back(
        gated(veto(unused(v.metric, "veto"), metric_of(m), trigger_from(v), effect_from(v)), m));
  }
  // A metric may be a line of the card and a veto: the veto says so then.
  label unused(const std::string& name, std::string_view role) {
    std::string out = name;
    for (int i = 1; !names_.insert(out).second; ++i) {
      out = name + " " + std::string(role) + (i == 1 ? "" : " " + std::to_string(i));
    }
    return interned(out);
  }

  const card_rules* rules_;
  const metric_factory* factory_;
  std::set<std::string> weighted_;
  std::set<std::string> needed_;
  std::set<std::string> names_;
};

}  // namespace detail

/// The card that a version of a spec defines: of the same definition as the static card with the
/// same parts, with the same hash and the same bits. Events of a metric bear its id in the spec;
/// events of a bonus its event name. Weights are those of the team and the post.
///
/// @throws bad_input for what the parser does not know: a metric that the factory does not make, a
///         post that the spec does not have. Policies that need the listed peers (min-max, z-score,
///         percentile, shrinkage without a fixed mean) the parser has refused (E27)
inline dynamic_scorecard card_from_spec(
    const card_rules& rules, const card_holder& holder = {},
    const metric_factory& factory = metric_factory::standard()) {
  return detail::card_maker(rules, factory).make(holder);
}

/// All versions of a spec as cards, by date: `card_timeline(spec).at(calendar_month(2025, 3))`.
inline timeline<dynamic_scorecard> card_timeline(
    const card_spec& spec, const card_holder& holder = {},
    const metric_factory& factory = metric_factory::standard()) {
  std::vector<dated<dynamic_scorecard>> versions;
  for (const version_spec& v : spec.versions) {
    versions.push_back(
        {v.from, v.to, card_from_spec(v.rules, holder, factory), v.note, v.approved});
  }
  return timeline<dynamic_scorecard>(std::move(versions));
}

}  // namespace crmetrics
