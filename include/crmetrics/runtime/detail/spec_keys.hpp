#pragma once

#include <span>
#include <string_view>

namespace crmetrics::detail {

/// An object of the grammar with the keys it may have; the parser, the schema and the page of the
/// grammar agree on these (a test sees to it).
struct spec_object {
  std::string_view name;
  std::span<const std::string_view> keys;

  constexpr bool has(std::string_view key) const noexcept {
    for (const std::string_view k : keys) {
      if (k == key) return true;
    }
    return false;
  }
};

namespace keys {

inline constexpr std::string_view of_spec[] = {"spec",  "id",      "timezone",
                                               "grain", "metrics", "versions"};
inline constexpr std::string_view of_metric[] = {"use",    "better",  "min_n", "anonymity",
                                                 "target", "exclude", "score", "correct_by",
                                                 "shrink", "basis",   "aspect"};
inline constexpr std::string_view of_score[] = {"linear", "target_range", "steps", "log_normal",
                                                "logistic"};
inline constexpr std::string_view of_linear[] = {"floor", "target", "cap"};
inline constexpr std::string_view of_target_range[] = {"zero_below", "full_from", "full_to",
                                                       "zero_above"};
inline constexpr std::string_view of_steps[] = {"edges", "points"};
inline constexpr std::string_view of_log_normal[] = {"p10", "median"};
inline constexpr std::string_view of_logistic[] = {"mid", "width"};
inline constexpr std::string_view of_correct_by[] = {"metric", "start", "full", "strength"};
inline constexpr std::string_view of_shrink[] = {"method", "mean", "n"};
inline constexpr std::string_view of_version[] = {
    "from",     "to",    "note",      "approved", "base",  "set",  "total", "weights",     "groups",
    "override", "posts", "aggregate", "missing",  "bonus", "veto", "bands", "uncertainty", "rank"};
inline constexpr std::string_view of_group[] = {"weight",  "perspective", "total",
                                                "weights", "aggregate",   "of"};
inline constexpr std::string_view of_weights[] = {"ahp"};
inline constexpr std::string_view of_ahp[] = {"order", "judgements", "random_index", "max_cr"};
inline constexpr std::string_view of_post[] = {"not_applicable", "weights", "groups"};
inline constexpr std::string_view of_aggregate[] = {"leaf", "top"};
inline constexpr std::string_view of_mean[] = {"mean", "p", "zero"};
inline constexpr std::string_view of_missing[] = {"policy", "points", "min_coverage"};
inline constexpr std::string_view of_bonus[] = {"event", "points", "cap"};
inline constexpr std::string_view of_veto[] = {"metric", "above", "below", "evidence", "effect"};
inline constexpr std::string_view of_evidence[] = {"lower_bound", "budget"};
inline constexpr std::string_view of_effect[] = {"cap", "drop_bands", "block_band"};
inline constexpr std::string_view of_uncertainty[] = {"method", "draws", "seed", "level"};
inline constexpr std::string_view of_rank[] = {"ties", "keys", "min_coverage"};

}  // namespace keys

namespace objects {

inline constexpr spec_object spec{"spec", keys::of_spec};
inline constexpr spec_object metric{"metric", keys::of_metric};
inline constexpr spec_object score{"score", keys::of_score};
inline constexpr spec_object linear{"linear", keys::of_linear};
inline constexpr spec_object target_range{"target_range", keys::of_target_range};
inline constexpr spec_object steps{"steps", keys::of_steps};
inline constexpr spec_object log_normal{"log_normal", keys::of_log_normal};
inline constexpr spec_object logistic{"logistic", keys::of_logistic};
inline constexpr spec_object correct_by{"correct_by", keys::of_correct_by};
inline constexpr spec_object shrink{"shrink", keys::of_shrink};
inline constexpr spec_object version{"version", keys::of_version};
inline constexpr spec_object group{"group", keys::of_group};
inline constexpr spec_object weights{"weights", keys::of_weights};
inline constexpr spec_object ahp{"ahp", keys::of_ahp};
inline constexpr spec_object post{"post", keys::of_post};
inline constexpr spec_object aggregate{"aggregate", keys::of_aggregate};
inline constexpr spec_object mean{"mean", keys::of_mean};
inline constexpr spec_object missing{"missing", keys::of_missing};
inline constexpr spec_object bonus{"bonus", keys::of_bonus};
inline constexpr spec_object veto{"veto", keys::of_veto};
inline constexpr spec_object evidence{"evidence", keys::of_evidence};
inline constexpr spec_object effect{"effect", keys::of_effect};
inline constexpr spec_object uncertainty{"uncertainty", keys::of_uncertainty};
inline constexpr spec_object rank{"rank", keys::of_rank};

}  // namespace objects

/// All objects of the grammar.
inline constexpr spec_object spec_objects[] = {
    objects::spec,         objects::metric,  objects::score,       objects::linear,
    objects::target_range, objects::steps,   objects::log_normal,  objects::logistic,
    objects::correct_by,   objects::shrink,  objects::version,     objects::group,
    objects::weights,      objects::ahp,     objects::post,        objects::aggregate,
    objects::mean,         objects::missing, objects::bonus,       objects::veto,
    objects::evidence,     objects::effect,  objects::uncertainty, objects::rank};

/// What the library computes and a spec file cannot have, because no single card has it: it is
/// refused by name (E27) instead of being called unknown.
struct spec_refusal {
  std::string_view object;
  std::string_view word;  ///< a key, or what the key may not say
  std::string_view why;
  std::string_view hint;
};
inline constexpr std::string_view of_the_listed = "the points would depend on who else is listed";
inline constexpr std::string_view fixed_curve = "a linear curve with a fixed floor and target";
inline constexpr std::string_view fixed_prior =
    "{\"method\": \"beta_binomial\", \"mean\": \"80%\", \"n\": 20} for a share, or min_n";
inline constexpr spec_refusal spec_refusals[] = {
    {"score", "min_max", of_the_listed, fixed_curve},
    {"score", "z_score", of_the_listed, fixed_curve},
    {"score", "percentile", of_the_listed, fixed_curve},
    {"shrink", "normal_normal", "a spec has no standard deviation between peers", fixed_prior},
    {"shrink", "james_stein", of_the_listed, fixed_prior},
    {"rank", "within", "each team and post is ranked apart, and nothing else is", "leave it out"},
    {"mean", "raised_to", "scores of zero are not raised", "write \"zero\": \"gives_zero\""},
};
constexpr const spec_refusal* refusal_of(std::string_view object, std::string_view word) noexcept {
  for (const spec_refusal& r : spec_refusals) {
    if (r.object == object && r.word == word) return &r;
  }
  return nullptr;
}

/// The words that a text of the grammar may be; in the order of the enumerations in card_spec.hpp.
namespace words {

inline constexpr std::string_view better[] = {"unsaid", "higher", "lower", "range"};
inline constexpr std::string_view grain[] = {"day", "week", "month", "quarter", "year"};
inline constexpr std::string_view basis[] = {"measured", "rated"};
inline constexpr std::string_view aspect[] = {"unmarked", "outcome", "process"};
inline constexpr std::string_view shrink[] = {"none", "beta_binomial"};
inline constexpr std::string_view mean[] = {"arithmetic", "geometric", "harmonic", "power",
                                            "minimum"};
inline constexpr std::string_view missing[] = {"redistribute", "fail", "neutral", "zero"};
inline constexpr std::string_view uncertainty[] = {"none", "delta", "monte_carlo"};
inline constexpr std::string_view ties[] = {"competition", "dense", "fractional", "ordinal"};
inline constexpr std::string_view comparison[] = {">=", ">", "<=", "<"};

}  // namespace words

}  // namespace crmetrics::detail
