#pragma once

#include <crmetrics/scorecard/detail/part_rules.hpp>
#include <crmetrics/scorecard/score_report.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace crmetrics::detail {

/// Components and groups of a card as a tree, with their weights among those that count. Siblings
/// stand in the order of their names, so that the order of the definition changes no bit.
class score_tree {
 public:
  struct node {
    std::string_view name;
    std::uint64_t first_letters = 0;  ///< of the name; most names differ in them
    std::size_t parent = 0;           ///< in nodes; the root is its own
    std::size_t index = 0;            ///< of the component or the group
    bool is_group = false;
    bool applies = false;   ///< or something in it does
    bool assessed = false;  ///< or something in it is
    bool counts = false;    ///< has a score
    double weight = 0;      ///< relative to its siblings
    double declared = 1;    ///< share of the whole by definition
    double share = 0;       ///< among the siblings that count
    double used = 1;        ///< share of the whole among those that count
    double score = 0;
    double sensitivity = 1;  ///< points of the whole per point of it
  };

  constexpr score_tree() = default;
  constexpr score_tree(const std::vector<component_line>& components,
                       const std::vector<group_line>& groups,
                       const std::vector<const combiner*>& combiners, const combiner* top) {
    constexpr std::size_t none = component_line::no_group;
    groups_ = groups.size();
    const std::size_t all = 1 + groups.size() + components.size();
    nodes_.resize(all);
    combiners_.push_back(top);
    combiners_.insert(combiners_.end(), combiners.begin(), combiners.end());
    const auto parent_of = [&](std::size_t group) { return group == none ? 0 : 1 + group; };
    nodes_[0].is_group = true;
    for (std::size_t g = 0; g != groups.size(); ++g) {
      node& n = nodes_[1 + g];
      n.name = groups[g].name.view();
      n.parent = parent_of(groups[g].parent);
      n.index = g;
      n.is_group = true;
      n.weight = groups[g].weight;
    }
    for (std::size_t i = 0; i != components.size(); ++i) {
      node& n = nodes_[1 + groups_ + i];
      n.name = components[i].name.view();
      n.parent = parent_of(components[i].group);
      n.index = i;
      // What the post does not have is no part of the card.
      n.weight = components[i].absent == absence::not_applicable ? 0 : components[i].weight;
      n.assessed = components[i].assessed();
      n.counts = components[i].counts();
      for (std::size_t up = 1 + groups_ + i; components[i].absent != absence::not_applicable;
           up = nodes_[up].parent) {
        if (nodes_[up].applies) break;
        nodes_[up].applies = true;
      }
    }
    for (std::size_t g = 1; g <= groups_; ++g) {
      if (!nodes_[g].applies) nodes_[g].weight = 0;
    }
    for (std::size_t i = 0; i != components.size(); ++i) {
      const node& n = nodes_[1 + groups_ + i];
      // What counts with weight 0 is shown, but gives no group a score: that would be 0 / 0.
      if (!(n.weight > 0)) continue;
      bool assessed = n.assessed;
      bool counts = n.counts;
      for (std::size_t up = n.parent;; up = nodes_[up].parent) {
        nodes_[up].assessed = nodes_[up].assessed || assessed;
        nodes_[up].counts = nodes_[up].counts || counts;
        if (up == 0 || !(nodes_[up].weight > 0)) break;
      }
    }
    order();
    weigh();
  }

  constexpr const node& group(std::size_t g) const noexcept { return nodes_[1 + g]; }
  constexpr const node& leaf(std::size_t i) const noexcept { return nodes_[1 + groups_ + i]; }
  constexpr bool counts() const noexcept { return nodes_[0].counts; }
  /// Assessed share of the top-level weight; a group with something assessed in it counts whole.
  constexpr double coverage() const noexcept { return coverage_; }
  constexpr const std::vector<std::size_t>& leaves_by_name() const noexcept { return leaves_; }

  /// Scores of all groups, and how much each score moves the whole.
  template <class ScoreOfLeaf>
  constexpr void combine(const ScoreOfLeaf& score_of) {
    for (std::size_t i = 1 + groups_; i != nodes_.size(); ++i) {
      nodes_[i].score = score_of(nodes_[i].index);
    }
    std::vector<double> weights;
    std::vector<double> scores;
    std::vector<double> gradient;
    // A group stands before what is in it.
    for (std::size_t g = groups_ + 1; g-- != 0;) {
      if (!nodes_[g].counts) continue;
      const combiner* how = combiners_[g];
      double mean = 0;
      if (how == nullptr) {
        for_children(g, [&](node& n) {
          mean += n.share * n.score;
          n.sensitivity = n.share;
        });
      } else {
        weights.clear(), scores.clear();
        for_children(g, [&](const node& n) {
          weights.push_back(n.share);
          scores.push_back(n.score);
        });
        gradient.assign(weights.size(), 0);
        mean = how->combine(weights, scores, gradient);
        std::size_t i = 0;
        for_children(g, [&](node& n) { n.sensitivity = gradient[i++]; });
      }
      nodes_[g].score = mean;
    }
    for (std::size_t i = 1; i != nodes_.size(); ++i) {
      const bool part = nodes_[i].counts && nodes_[i].share > 0;
      nodes_[i].sensitivity =
          part ? nodes_[i].sensitivity * nodes_[nodes_[i].parent].sensitivity : 0;
    }
  }

  /// The score of the whole for many vectors of scores at once.
  /// @param leaf_scores of component i its scores, `many` of them; those that do not count are not
  ///     looked at
  /// @param scratch for the groups
  template <class LeafScores>
  void combine_many(std::size_t many, const LeafScores& leaf_scores, std::vector<double>& scratch,
                    std::span<double> out) const {
    scratch.assign((groups_ + 1) * many, 0);
    const auto values = [&](const node& n) -> const double* {
      return n.is_group ? scratch.data() + (1 + n.index) * many : leaf_scores(n.index);
    };
    std::vector<double> weights;
    std::vector<double> scores;
    std::vector<double> gradient;
    std::vector<const double*> children;
    for (std::size_t g = groups_ + 1; g-- != 0;) {
      if (!nodes_[g].counts) continue;
      double* mean = scratch.data() + g * many;
      weights.clear(), children.clear();
      for (std::size_t c = begins_[g]; c != begins_[g + 1]; ++c) {
        const node& n = nodes_[children_[c]];
        if (!n.counts || !(n.share > 0)) continue;
        weights.push_back(n.share);
        children.push_back(values(n));
      }
      if (combiners_[g] == nullptr) {
        for (std::size_t c = 0; c != children.size(); ++c) {
          for (std::size_t d = 0; d != many; ++d) mean[d] += weights[c] * children[c][d];
        }
        continue;
      }
      scores.resize(children.size());
      gradient.resize(children.size());
      for (std::size_t d = 0; d != many; ++d) {
        for (std::size_t c = 0; c != children.size(); ++c) scores[c] = children[c][d];
        mean[d] = combiners_[g]->combine(weights, scores, gradient);
      }
    }
    std::copy_n(scratch.data(), many, out.data());
  }

 private:
  template <class F>
  constexpr void for_children(std::size_t g, F&& f) {
    for (std::size_t c = begins_[g]; c != begins_[g + 1]; ++c) {
      node& n = nodes_[children_[c]];
      if (n.counts && n.share > 0) f(n);
    }
  }

  constexpr void order() {
    std::vector<std::size_t> by_name(nodes_.size() - 1, 0);
    for (std::size_t i = 0; i != by_name.size(); ++i) by_name[i] = 1 + i;
    for (node& n : nodes_) {
      for (std::size_t c = 0; c != 8; ++c) {
        const auto letter = c < n.name.size() ? static_cast<unsigned char>(n.name[c]) : 0U;
        n.first_letters = n.first_letters << 8U | letter;
      }
    }
    std::sort(by_name.begin(), by_name.end(), [&](std::size_t a, std::size_t b) {
      const node& x = nodes_[a];
      const node& y = nodes_[b];
      return x.first_letters != y.first_letters ? x.first_letters < y.first_letters
                                                : x.name < y.name;
    });
    begins_.assign(groups_ + 2, 0);
    for (const std::size_t i : by_name) ++begins_[nodes_[i].parent + 1];
    for (std::size_t g = 1; g != begins_.size(); ++g) begins_[g] += begins_[g - 1];
    children_.assign(by_name.size(), 0);
    std::vector<std::size_t> next(begins_.begin(), begins_.end() - 1);
    for (const std::size_t i : by_name) {
      children_[next[nodes_[i].parent]++] = i;
      if (!nodes_[i].is_group) leaves_.push_back(nodes_[i].index);
    }
  }

  constexpr void weigh() {
    struct sums {
      double all = 0;
      double assessed = 0;
      double counting = 0;
    };
    std::vector<sums> inside(groups_ + 1);
    for (const std::size_t i : children_) {
      const node& n = nodes_[i];
      sums& s = inside[n.parent];
      s.all += n.weight;
      if (n.assessed) s.assessed += n.weight;
      if (n.counts) s.counting += n.weight;
    }
    for (std::size_t i = 1; i != nodes_.size(); ++i) {
      node& n = nodes_[i];
      const sums& s = inside[n.parent];
      const node& above = nodes_[n.parent];
      n.declared = s.all > 0 ? above.declared * (n.weight / s.all) : 0;
      n.share = n.counts && n.weight > 0 ? n.weight / s.counting : 0;
      n.used = above.used * n.share;
    }
    coverage_ = inside[0].all > 0 ? inside[0].assessed / inside[0].all : 0;
  }

  std::vector<node> nodes_;  ///< the root, the groups, the components
  std::size_t groups_ = 0;
  std::vector<std::size_t> children_;  ///< of each node in turn, by name
  std::vector<std::size_t> begins_;
  std::vector<std::size_t> leaves_;
  std::vector<const combiner*> combiners_;
  double coverage_ = 0;
};

}  // namespace crmetrics::detail
