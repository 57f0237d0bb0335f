#pragma once

#include <crmetrics/core/decimal.hpp>
#include <crmetrics/runtime/json_value.hpp>
#include <crmetrics/runtime/quantity.hpp>
#include <crmetrics/scorecard/score_report.hpp>
#include <crmetrics/time/calendar.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

/// A scorecard as a spec file says it, as plain values: names are std::string, numbers exact
/// decimals. Nothing here scores; the dynamic scorecard is made from `card_rules`. Grammar:
/// docs/runtime/spec.md.
namespace crmetrics {

/// Which way is better for a metric; `range` for a target in the middle.
enum class better : std::uint8_t { unsaid, higher, lower, range };

/// 0 points at `floor`, 100 at `target`, at most 100 x cap.
struct linear_spec {
  quantity floor;
  quantity target;
  decimal cap{1, 0};
  friend bool operator==(const linear_spec&, const linear_spec&) = default;
};
/// 100 points from `full_from` to `full_to`, falling to 0 at `zero_below` and at `zero_above`.
struct target_range_spec {
  quantity zero_below;
  quantity full_from;
  quantity full_to;
  quantity zero_above;
  friend bool operator==(const target_range_spec&, const target_range_spec&) = default;
};
/// points[i] in [edges[i - 1], edges[i]); one more points than edges.
struct steps_spec {
  std::vector<quantity> edges;
  std::vector<decimal> points;
  friend bool operator==(const steps_spec&, const steps_spec&) = default;
};
/// 90 points at `p10`, 50 at `median`, along a log-normal curve.
struct log_normal_spec {
  quantity p10;
  quantity median;
  friend bool operator==(const log_normal_spec&, const log_normal_spec&) = default;
};
/// 50 points at `mid`; rises with x where `width` is positive, falls where it is negative.
struct logistic_spec {
  quantity mid;
  quantity width;
  friend bool operator==(const logistic_spec&, const logistic_spec&) = default;
};
/// How a value becomes points; empty for a metric that is not weighted.
using curve_spec = std::variant<std::monostate, linear_spec, target_range_spec, steps_spec,
                                log_normal_spec, logistic_spec>;

/// A line that is met or not: `>= 95%`.
struct target_spec {
  enum class comparison : std::uint8_t { at_least, above, at_most, below };
  comparison how = comparison::at_least;
  quantity value;
  friend bool operator==(const target_spec&, const target_spec&) = default;
};

/// Multiplies the score by 1 - strength x clamp((r - start) / (full - start), 0, 1).
struct correction_spec {
  std::string metric;
  quantity start;
  quantity full;
  decimal strength{1, 0};  ///< a fraction
  friend bool operator==(const correction_spec&, const correction_spec&) = default;
};

/// Draws shares of few observations towards a fixed mean: nobody's score depends on the others.
struct shrink_spec {
  enum class method : std::uint8_t { none, beta_binomial };
  method how = method::none;
  std::optional<quantity> mean;
  std::optional<decimal> n;  ///< how many observations the mean stands for
  friend bool operator==(const shrink_spec&, const shrink_spec&) = default;
};

/// One metric of the file: which figure, and how it becomes points.
struct metric_spec {
  std::string id;
  std::string use;  ///< name in the metric catalogue with its argument: repeat_contact(7d)
  /// As it is said; else what the catalogue and the curve say.
  crmetrics::better better = crmetrics::better::unsaid;
  std::uint64_t min_n = 0;      ///< fewer observations: insufficient
  std::uint64_t anonymity = 0;  ///< fewer ratings: suppressed; see anonymous_below
  std::optional<target_spec> target;
  std::vector<std::string> exclude;  ///< causes whose events do not count
  curve_spec score;
  std::optional<correction_spec> correct_by;
  shrink_spec shrink;
  evidence basis = evidence::measured;  ///< counted, or judged by people
  viewpoint aspect = viewpoint::unmarked;
  friend bool operator==(const metric_spec&, const metric_spec&) = default;
};

/// A mean over scores.
struct aggregate_spec {
  enum class method : std::uint8_t { arithmetic, geometric, harmonic, power, minimum };
  /// What a score of 0 does to a mean that needs positive scores.
  enum class zero_rule : std::uint8_t { unsaid, gives_zero };
  method how = method::arithmetic;
  decimal power{1, 0};  ///< of `power`
  zero_rule zero = zero_rule::unsaid;

  constexpr bool needs_positive() const noexcept {
    return how == method::geometric || how == method::harmonic ||
           (how == method::power && power.digits <= 0);
  }
  friend bool operator==(const aggregate_spec&, const aggregate_spec&) = default;
};

/// One pairwise judgement, `3` or `1/3`: how many times as important.
struct judgement {
  decimal numerator{1, 0};
  decimal denominator{1, 0};
  double value() const noexcept { return numerator.to_double() / denominator.to_double(); }
  friend bool operator==(const judgement&, const judgement&) = default;
};
/// Where the weights of siblings come from.
struct weighting_spec {
  enum class method : std::uint8_t { fixed, equal, ahp };
  method how = method::fixed;
  // of ahp:
  std::vector<std::string> order;                  ///< rows and columns of the matrix
  std::vector<std::vector<judgement>> judgements;  ///< square, reciprocal
  std::string random_index;                        ///< which table of random indices
  decimal max_cr{1, 1};                            ///< highest consistency ratio taken
  friend bool operator==(const weighting_spec&, const weighting_spec&) = default;
};

/// A node of the weight tree: a leaf, whose name is a metric's id, or a group.
struct part_spec {
  std::string name;
  decimal weight{1, 0};  ///< relative to its siblings; 1 where a method weighs them
  bool is_group = false;
  // of groups:
  std::string perspective;
  std::optional<decimal> total;  ///< to which the weights of `of` must add up
  weighting_spec weights;
  std::optional<aggregate_spec> aggregate;  ///< instead of the card's for groups
  std::vector<part_spec> of;
  friend bool operator==(const part_spec&, const part_spec&) = default;
};

using named_weights = std::vector<std::pair<std::string, decimal>>;

/// Other weights of the top groups, for one team: "team:key-accounts".
struct override_spec {
  std::string who;
  named_weights weights;
  friend bool operator==(const override_spec&, const override_spec&) = default;
};

/// A post's card. What is not applicable leaves the tree before anything is weighed; what is not
/// assessed stays in it and lowers the coverage.
struct post_spec {
  std::string name;
  std::vector<std::string> not_applicable;  ///< metrics
  named_weights weights;                    ///< of the top groups that remain; empty: as they are
  std::vector<part_spec> groups;            ///< a tree of its own; empty: the card's
  friend bool operator==(const post_spec&, const post_spec&) = default;
};

struct missing_spec {
  enum class method : std::uint8_t { redistribute, fail, neutral, zero };
  method how = method::redistribute;
  decimal neutral_points{50, 0};  ///< of `neutral`
  decimal min_coverage;           ///< a fraction; below it there is no total
  friend bool operator==(const missing_spec&, const missing_spec&) = default;
};
struct bonus_spec {
  std::string event;
  decimal points;
  decimal cap;
  friend bool operator==(const bonus_spec&, const bonus_spec&) = default;
};
struct veto_spec {
  enum class evidence : std::uint8_t { point, lower_bound, budget };
  enum class effect : std::uint8_t { cap, zero, drop_bands, block_band };
  std::string metric;
  bool above = true;  ///< fires above the threshold, else below
  quantity threshold;
  evidence by = evidence::point;
  decimal level{95, 2};      ///< of lower_bound
  std::uint64_t budget = 0;  ///< of budget: events allowed
  effect then = effect::cap;
  decimal cap;              ///< of cap
  std::uint64_t bands = 0;  ///< of drop_bands
  std::string band;         ///< of block_band: this one and those above
  friend bool operator==(const veto_spec&, const veto_spec&) = default;
};
struct band_spec {
  std::string name;
  decimal from;
  friend bool operator==(const band_spec&, const band_spec&) = default;
};
struct uncertainty_spec {
  enum class method : std::uint8_t { none, delta, monte_carlo };
  method how = method::none;
  std::uint64_t draws = 4'000;
  std::uint64_t seed = 1;
  decimal level{95, 2};
  friend bool operator==(const uncertainty_spec&, const uncertainty_spec&) = default;
};
struct rank_spec {
  enum class tie_rule : std::uint8_t { competition, dense, fractional, ordinal };
  tie_rule ties = tie_rule::competition;
  std::vector<std::string> keys;  ///< of ordinal: metrics that break ties
  decimal min_coverage;
  friend bool operator==(const rank_spec&, const rank_spec&) = default;
};

/// All that one evaluation needs: a version with its base and changes worked in.
struct card_rules {
  std::vector<metric_spec> metrics;
  std::optional<decimal> total;  ///< to which the weights of the groups must add up
  weighting_spec weights;        ///< of the top groups
  std::vector<part_spec> groups;
  std::vector<override_spec> overrides;
  std::vector<post_spec> posts;
  aggregate_spec leaf;  ///< within groups
  aggregate_spec top;   ///< over the top groups
  missing_spec missing;
  std::vector<bonus_spec> bonus;
  std::vector<veto_spec> vetoes;
  std::vector<band_spec> bands;
  uncertainty_spec uncertainty;
  rank_spec rank;

  const metric_spec* metric(std::string_view id) const noexcept {
    for (const metric_spec& m : metrics) {
      if (m.id == id) return &m;
    }
    return nullptr;
  }
  friend bool operator==(const card_rules&, const card_rules&) = default;
};

/// One change against the base: groups.satisfaction.weight = 35.
struct set_spec {
  std::string path;
  json_value value;
  friend bool operator==(const set_spec&, const set_spec&) = default;
};

/// A dated version, in force in [from, to).
struct version_spec {
  date from;
  std::optional<date> to;  ///< none: still in force
  std::string note;
  std::string approved;
  std::optional<date> base;   ///< the version it changes, by its `from`
  std::vector<set_spec> set;  ///< what it changes
  card_rules rules;           ///< with base and changes worked in
  friend bool operator==(const version_spec&, const version_spec&) = default;
};

/// A whole spec file.
struct card_spec {
  std::string id;
  std::string timezone = "UTC";  ///< days begin there; there is no other yet
  std::string grain;             ///< day, week, month, quarter, year; empty: any
  std::vector<metric_spec> metrics;
  std::vector<version_spec> versions;  ///< in the order of the file
  friend bool operator==(const card_spec&, const card_spec&) = default;
};

}  // namespace crmetrics
