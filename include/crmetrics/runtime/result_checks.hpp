#pragma once

#include <crmetrics/runtime/card_spec.hpp>
#include <crmetrics/runtime/detail/diagnostic_sink.hpp>
#include <crmetrics/runtime/diagnostic.hpp>
#include <crmetrics/runtime/leaf_weights.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Warnings about a card that only its results show. Each takes what it needs and nothing else;
/// the paths are those of the spec, line and column are 0.
namespace crmetrics {

/// The scores of one weighted metric, one entry for each who is listed, in the same order for all
/// metrics; none where it was not assessed.
struct leaf_scores {
  std::string metric;
  std::vector<std::optional<double>> scores;
};

/// How often the target of one metric was met in a period.
struct target_record {
  std::string metric;
  std::uint64_t met = 0;
  std::uint64_t assessed = 0;
};

namespace detail {

inline diagnostic warning(std::string_view code, std::string path, std::string value,
                          std::string message, std::string hint) {
  diagnostic d;
  d.code = code, d.path = std::move(path), d.value = std::move(value);
  d.message = std::move(message), d.hint = std::move(hint);
  return d;
}
inline std::string metric_path(std::string_view id) {
  std::string path = "metrics";
  append_segment(path, id);
  return path;
}
/// Three decimals of a correlation, or one of a percentage.
inline std::string rounded(double x, int places) {
  double scale = 1;
  for (int i = 0; i != places; ++i) scale *= 10;
  return exact_text({static_cast<std::int64_t>(std::llround(x * scale)), places});
}

/// Pearson's r over those who have both; none with fewer than 3, or where one does not vary.
inline std::optional<std::pair<double, std::size_t>> correlation(const leaf_scores& a,
                                                                 const leaf_scores& b) {
  double n = 0;
  double mean_a = 0;
  double mean_b = 0;
  double aa = 0;
  double bb = 0;
  double ab = 0;
  const std::size_t size = (std::min)(a.scores.size(), b.scores.size());
  for (std::size_t i = 0; i != size; ++i) {
    if (!a.scores[i] || !b.scores[i]) continue;
    n += 1;
    const double da = *a.scores[i] - mean_a;
    const double db = *b.scores[i] - mean_b;
    mean_a += da / n;
    mean_b += db / n;
    aa += da * (*a.scores[i] - mean_a);
    bb += db * (*b.scores[i] - mean_b);
    ab += da * (*b.scores[i] - mean_b);
  }
  if (n < 3 || !(aa > 0) || !(bb > 0)) return std::nullopt;
  return std::pair(ab / std::sqrt(aa * bb), static_cast<std::size_t>(n));
}

}  // namespace detail

/// W02: pairs of weighted metrics with |r| above `limit` over those listed; together they carry the
/// sum of their weights. Pearson's r, pairs with both scores, at least `at_least` of them.
/// O(metrics^2 x listed)
inline std::vector<diagnostic> check_overlap(std::span<const leaf_scores> leaves,
                                             double limit = 0.9, std::size_t at_least = 5) {
  std::vector<diagnostic> out;
  for (std::size_t i = 0; i != leaves.size(); ++i) {
    for (std::size_t j = i + 1; j != leaves.size(); ++j) {
      const auto r = detail::correlation(leaves[i], leaves[j]);
      if (!r || r->second < at_least || !(std::fabs(r->first) > limit)) continue;
      out.push_back(detail::warning(
          "W02", detail::metric_path(leaves[j].metric), "r = " + detail::rounded(r->first, 3),
          "moves with " + leaves[i].metric + " over " + std::to_string(r->second) + " results",
          "if both measure one thing, it carries both weights"));
    }
  }
  return out;
}

/// W09: everybody who has a grade has the same one. `grades` by name, empty for none; two graded
/// are the least.
inline std::vector<diagnostic> check_grades(std::span<const std::string_view> grades) {
  std::string_view only;
  std::size_t graded = 0;
  for (const std::string_view g : grades) {
    if (g.empty()) continue;
    if (++graded == 1) only = g;
    if (g != only) return {};
  }
  if (graded < 2) return {};
  return {detail::warning("W09", "bands", std::string(only),
                          "all " + std::to_string(graded) + " have this grade",
                          "bounds that nobody is near decide nothing")};
}

/// W10: targets that nobody met, or everybody. Two assessed are the least.
inline std::vector<diagnostic> check_targets(std::span<const target_record> records) {
  std::vector<diagnostic> out;
  for (const target_record& r : records) {
    if (r.assessed < 2 || (r.met != 0 && r.met < r.assessed)) continue;
    std::string path = detail::metric_path(r.metric);
    detail::append_segment(path, "target");
    out.push_back(detail::warning(
        "W10", std::move(path), std::to_string(r.met) + " of " + std::to_string(r.assessed),
        r.met == 0 ? "the target was never met" : "the target was always met",
        "it tells nobody apart"));
  }
  return out;
}

namespace detail {

/// What is combined with what and how, whatever the names and the weights are.
inline std::string shape_of(const std::vector<part_spec>& parts, const aggregate_spec& mean,
                            const aggregate_spec& leaf) {
  std::vector<std::string> of;
  for (const part_spec& part : parts) {
    of.push_back(part.is_group ? shape_of(part.of, part.aggregate ? *part.aggregate : leaf, leaf)
                               : to_json_text(json_value::of(part.name)));
  }
  std::sort(of.begin(), of.end());
  std::string out = std::to_string(static_cast<int>(mean.how)) + " " + exact_text(mean.power) + "(";
  for (const std::string& s : of) out += s + ",";
  return out + ")";
}

}  // namespace detail

/// W11: what of the definition differs between two periods that a trend compares, one entry for
/// each thing: effective weights of metrics, metrics that came or went, curves, other rules.
/// Nothing where all is equal: notes and dates do not count. O(metrics)
inline std::vector<diagnostic> check_comparable(const card_rules& before, const card_rules& after) {
  std::vector<diagnostic> out;
  const char* const hint = "the trend is not comparable: score the old period by the new rules too";
  const std::vector<leaf_weight> old_leaves = leaf_weights(before);
  const std::vector<leaf_weight> new_leaves = leaf_weights(after);
  const auto weight_in = [](const std::vector<leaf_weight>& in, std::string_view metric) {
    for (const leaf_weight& l : in) {
      if (l.metric == metric) return l.weight;
    }
    return 0.0;
  };
  const auto report_weight = [&](const std::string& metric) {
    const double x = weight_in(old_leaves, metric);
    const double y = weight_in(new_leaves, metric);
    if (std::fabs(x - y) < 1e-12) return;
    out.push_back(
        detail::warning("W11", detail::metric_path(metric),
                        detail::rounded(100 * x, 2) + " % -> " + detail::rounded(100 * y, 2) + " %",
                        "its weight in the card changed", hint));
  };
  for (const leaf_weight& l : old_leaves) report_weight(l.metric);
  for (const leaf_weight& l : new_leaves) {
    if (weight_in(old_leaves, l.metric) == 0) report_weight(l.metric);
  }
  for (const metric_spec& m : before.metrics) {
    const metric_spec* now = after.metric(m.id);
    if (now != nullptr && !(*now == m)) {
      out.push_back(detail::warning("W11", detail::metric_path(m.id), "",
                                    "how it is measured or scored changed", hint));
    }
  }
  const auto report = [&](const char* path, bool same) {
    if (!same) out.push_back(detail::warning("W11", path, "", "this rule changed", hint));
  };
  report("override", before.overrides == after.overrides);
  report("posts", before.posts == after.posts);
  const bool same_means = before.leaf == after.leaf && before.top == after.top;
  report("aggregate", same_means);
  if (same_means) {
    report("groups", detail::shape_of(before.groups, before.top, before.leaf) ==
                         detail::shape_of(after.groups, after.top, after.leaf));
  }
  report("missing", before.missing == after.missing);
  report("bonus", before.bonus == after.bonus);
  report("veto", before.vetoes == after.vetoes);
  report("bands", before.bands == after.bands);
  return out;
}

}  // namespace crmetrics
