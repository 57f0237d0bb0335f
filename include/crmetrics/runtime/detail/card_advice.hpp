#pragma once

#include <crmetrics/runtime/card_spec.hpp>
#include <crmetrics/runtime/detail/known_metric.hpp>
#include <crmetrics/runtime/detail/spec_fields.hpp>
#include <crmetrics/runtime/detail/tree_reader.hpp>
#include <crmetrics/runtime/leaf_weights.hpp>

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace crmetrics::detail {

/// What a whole card shows and no single piece of it: overlaps, odd weights, zeros in means that
/// cannot take them.
class card_advice {
 public:
  card_advice(const known_metrics& metrics, diagnostic_sink& sink)
      : metrics_(metrics), sink_(sink) {}

  /// W01, W04, W05, W08 of the weighted metrics of one tree.
  void leaves(const json_value& groups, const std::vector<leaf_place>& leaves) const {
    std::map<std::string_view, const json_value*> weighted;
    for (const leaf_place& leaf : leaves) weighted.emplace(leaf.metric, leaf.node);
    if (weighted.size() > 12) {
      sink_.add("W08", groups.begin,
                std::to_string(weighted.size()) + " weighted metrics: nobody can steer by so many",
                "at most 12");
    }
    std::map<std::string, std::set<std::string_view>> by_measure;
    for (const auto& [id, node] : weighted) {
      const auto found = metrics_.find(id);
      if (found == metrics_.end()) continue;
      const known_metric& metric = found->second;
      for (const std::string& measure : measures_of(metric)) by_measure[measure].insert(id);
      if (metric.entry != nullptr && metric.entry->is_speed && !metric.spec.correct_by) {
        sink_.add("W05", *node, "rewards haste, and nothing corrects it",
                  "correct_by with what haste spoils, such as repeat_contact(7d)");
      }
      if (metric.spec.correct_by && weighted.contains(metric.spec.correct_by->metric)) {
        const json_value* by = metric.node->find("correct_by")->find("metric");
        sink_.add("W04", *by,
                  "is weighted itself and corrects " + std::string(id) + ": it counts twice");
      }
    }
    // Each pair once, whatever it shares.
    std::map<std::pair<std::string_view, std::string_view>, std::string> shared;
    for (const auto& [measure, ids] : by_measure) {
      for (auto a = ids.begin(); a != ids.end(); ++a) {
        for (auto b = std::next(a); b != ids.end(); ++b) {
          std::string& all = shared[{*a, *b}];
          all += (all.empty() ? "" : ", ") + measure;
        }
      }
    }
    for (const auto& [pair, what] : shared) {
      sink_.add("W01", *weighted.at(pair.second),
                "shares a measure with " + std::string(pair.first) + ": " + what,
                "the same events weigh twice");
    }
  }

  /// W06: effective weights under 2 % or over 50 %.
  void weights(const std::vector<leaf_place>& leaves, const crmetrics::card_rules& rules,
               std::string_view who, std::string_view post) const {
    if (sink_.has("E03")) return;  // what would be said of weights that are not known?
    for (const leaf_weight& leaf : leaf_weights(rules, who, post)) {
      const bool small = leaf.weight < 0.02 - 1e-12;
      if (!small && leaf.weight < 0.5 + 1e-12) continue;
      for (const leaf_place& place : leaves) {
        if (place.metric != leaf.metric) continue;
        const auto tenths = static_cast<std::int64_t>(leaf.weight * 1000 + 0.5);
        std::string message = "counts for " + exact_text({tenths, 1}) + " % of the card" +
                              (who.empty() ? "" : " for " + std::string(who)) +
                              (post.empty() ? "" : " for the post " + std::string(post));
        sink_.add("W06", *place.node, std::move(message),
                  small ? "under 2 % nobody feels it" : "over 50 % the rest hardly counts");
        break;
      }
    }
  }

  /// E15: means that need positive scores where a score may be 0 and nothing says what then.
  void zeros(const json_value& groups, const std::vector<part_spec>& parts,
             const crmetrics::card_rules& rules, const json_value* aggregate) const {
    bool any = false;
    for (const part_spec& part : parts) {
      const json_value* node = groups.find(part.name);
      any = group_may_be_zero(node, part, rules, aggregate) || any;
    }
    if (any && is_unruled(rules.top)) report_zero(aggregate, "top");
  }

 private:
  using kind = json_value::kind;

  static std::vector<std::string> measures_of(const known_metric& metric) {
    if (metric.entry == nullptr) return {};
    std::vector<std::string> out = metric.entry->measures;
    if (metric.entry->argument == use_argument::optional_name) {
      const auto use = metric_use::from(metric.spec.use);
      if (use && !use->argument.empty()) out.push_back(use->argument);
    }
    return out;
  }

  static bool is_unruled(const aggregate_spec& mean) noexcept {
    return mean.needs_positive() && mean.zero == aggregate_spec::zero_rule::unsaid;
  }
  void report_zero(const json_value* at, std::string_view which) const {
    if (at == nullptr) return;
    const json_value* inner = at->find(which);
    sink_.add("E15", inner != nullptr ? *inner : *at,
              "this mean needs positive scores, but a score may be 0",
              "say what then: {\"mean\": \"geometric\", \"zero\": \"gives_zero\"}");
  }

  bool leaf_may_be_zero(const std::string& id, const crmetrics::card_rules& rules) const {
    if (rules.missing.how == missing_spec::method::zero) return true;
    if (rules.missing.how == missing_spec::method::neutral &&
        rules.missing.neutral_points.digits == 0) {
      return true;
    }
    const auto found = metrics_.find(id);
    if (found == metrics_.end()) return false;
    const metric_spec& m = found->second.spec;
    if (m.correct_by && m.correct_by->strength == decimal{1, 0}) return true;
    if (const auto* steps = std::get_if<steps_spec>(&m.score)) {
      return std::any_of(steps->points.begin(), steps->points.end(),
                         [](const decimal& d) { return d.digits == 0; });
    }
    // Both of these only approach 0; what lies so far out that it rounds to 0 does not count.
    return !std::holds_alternative<log_normal_spec>(m.score) &&
           !std::holds_alternative<logistic_spec>(m.score) &&
           !std::holds_alternative<std::monostate>(m.score);
  }
  bool group_may_be_zero(const json_value* node, const part_spec& group,
                         const crmetrics::card_rules& rules, const json_value* aggregate) const {
    const json_value* of = node == nullptr ? nullptr : node->find("of");
    bool any = false;
    bool all = !group.of.empty();
    for (const part_spec& part : group.of) {
      const json_value* inner = of == nullptr ? nullptr : of->find(part.name);
      const bool zero = part.is_group ? group_may_be_zero(inner, part, rules, aggregate)
                                      : leaf_may_be_zero(part.name, rules);
      any = any || zero;
      all = all && zero;
    }
    const aggregate_spec& mean = group.aggregate ? *group.aggregate : rules.leaf;
    if (any && is_unruled(mean)) {
      group.aggregate ? report_zero(node == nullptr ? nullptr : node->find("aggregate"), "")
                      : report_zero(aggregate, "leaf");
    }
    const bool one_is_enough = mean.needs_positive() || mean.how == aggregate_spec::method::minimum;
    return one_is_enough ? any : all;
  }

  const known_metrics& metrics_;
  diagnostic_sink& sink_;
};

}  // namespace crmetrics::detail
