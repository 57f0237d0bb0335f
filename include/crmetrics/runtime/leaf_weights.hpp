#pragma once

#include <crmetrics/core/decimal.hpp>
#include <crmetrics/runtime/card_spec.hpp>
#include <crmetrics/runtime/detail/ahp_judgements.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace crmetrics {

/// A weighted metric and what it counts for in the whole.
struct leaf_weight {
  std::string metric;
  std::string path;         ///< groups down to it: satisfaction.csat
  std::string perspective;  ///< of the nearest group that names one
  double weight = 0;        ///< of the whole, 0 to 1: the product of the shares down the path
  friend bool operator==(const leaf_weight&, const leaf_weight&) = default;
};

namespace detail {

/// Shares of siblings, summing to 1; zeros where no weight is positive.
inline std::vector<double> shares(const weighting_spec& by, const std::vector<part_spec>& parts,
                                  const named_weights& instead) {
  std::vector<double> out(parts.size(), 0.0);
  if (instead.empty() && by.how == weighting_spec::method::ahp) {
    const ahp::outcome judged_by = judged(by.judgements);
    for (std::size_t i = 0; i != parts.size(); ++i) {
      const auto at = std::find(by.order.begin(), by.order.end(), parts[i].name);
      const auto place = static_cast<std::size_t>(at - by.order.begin());
      if (place < judged_by.weights.size()) out[i] = judged_by.weights[place];
    }
  } else {
    for (std::size_t i = 0; i != parts.size(); ++i) {
      decimal weight = by.how == weighting_spec::method::equal ? decimal{1, 0} : parts[i].weight;
      for (const auto& [name, w] : instead) {
        if (name == parts[i].name) weight = w;
      }
      out[i] = weight.to_double();
    }
  }
  // In ascending order, so that the order of the siblings leaves no trace in the sum.
  std::vector<double> sorted = out;
  std::sort(sorted.begin(), sorted.end());
  double sum = 0;
  for (const double w : sorted) sum += w;
  for (double& w : out) w = sum > 0 ? w / sum : 0;
  return out;
}

/// The parts without the metrics that are not applicable, and without groups that are empty then.
inline std::vector<part_spec> applicable(const std::vector<part_spec>& parts,
                                         const std::vector<std::string>& without) {
  std::vector<part_spec> out;
  for (const part_spec& part : parts) {
    if (!part.is_group) {
      if (std::find(without.begin(), without.end(), part.name) == without.end()) {
        out.push_back(part);
      }
      continue;
    }
    part_spec group = part;
    group.of = applicable(part.of, without);
    if (!group.of.empty()) out.push_back(std::move(group));
  }
  return out;
}

inline void add_leaves(std::vector<leaf_weight>& out, const weighting_spec& by,
                       const std::vector<part_spec>& parts, const named_weights& instead,
                       const std::string& path, const std::string& perspective, double weight) {
  const std::vector<double> share = shares(by, parts, instead);
  for (std::size_t i = 0; i != parts.size(); ++i) {
    const part_spec& part = parts[i];
    const std::string below = path.empty() ? part.name : path + "." + part.name;
    if (part.is_group) {
      add_leaves(out, part.weights, part.of, {}, below,
                 part.perspective.empty() ? perspective : part.perspective, weight * share[i]);
    } else {
      out.push_back({part.name, below, perspective, weight * share[i]});
    }
  }
}

}  // namespace detail

/// The weight tree that holds for a post: its own or the card's, without what is not applicable.
/// An unknown or empty post has the card's.
inline std::vector<part_spec> groups_for(const card_rules& rules, std::string_view post) {
  for (const post_spec& p : rules.posts) {
    if (p.name == post) {
      return detail::applicable(p.groups.empty() ? rules.groups : p.groups, p.not_applicable);
    }
  }
  return rules.groups;
}

/// The weights of the top groups that replace those of the tree: the post's where it has some,
/// else those of the override for `who` ("team:key-accounts"); empty where nothing is replaced.
inline named_weights top_weights_for(const card_rules& rules, std::string_view who,
                                     std::string_view post) {
  bool own_tree = false;
  for (const post_spec& p : rules.posts) {
    if (p.name != post) continue;
    if (!p.weights.empty()) return p.weights;
    own_tree = !p.groups.empty();
  }
  if (own_tree) return {};  // an override names the groups of the card
  for (const override_spec& o : rules.overrides) {
    if (o.who == who) return o.weights;
  }
  return {};
}

/// Effective weight of each leaf, in the order of the tree: the product of the normalised weights
/// down the path. With only arithmetic means and nothing missing it is what a point of the leaf is
/// worth in the total. O(leaves)
inline std::vector<leaf_weight> leaf_weights(const card_rules& rules, std::string_view who = {},
                                             std::string_view post = {}) {
  std::vector<leaf_weight> out;
  detail::add_leaves(out, rules.weights, groups_for(rules, post), top_weights_for(rules, who, post),
                     "", "", 1);
  return out;
}

}  // namespace crmetrics
