#pragma once

#include <crmetrics/core/estimate.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/intervals/correlation.hpp>
#include <crmetrics/io/detail/json_writer.hpp>
#include <crmetrics/io/score_json.hpp>
#include <crmetrics/io/view_json.hpp>
#include <crmetrics/scorecard/alarm.hpp>
#include <crmetrics/scorecard/attainment.hpp>
#include <crmetrics/scorecard/attribution.hpp>
#include <crmetrics/scorecard/attribution_guard.hpp>
#include <crmetrics/scorecard/evidence_share.hpp>
#include <crmetrics/scorecard/payout.hpp>
#include <crmetrics/scorecard/relevance_review.hpp>
#include <crmetrics/scorecard/review.hpp>
#include <crmetrics/scorecard/target.hpp>

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// JSON of what happens around a card: targets, payouts, attribution, alarms, reviews. Text of the
/// same is in io/process_text.hpp; schemas are on docs/io/score-json.md. Plans: io/view_json.hpp.
namespace crmetrics {

namespace detail {

/// An object with a schema, its members written by `write(json)`.
template <class F>
std::string document_of(std::string_view schema, const F& write) {
  json_writer json;
  json.begin_object();
  json.member("schema", schema);
  write(json);
  json.end_object();
  return std::move(json).text();
}

inline void write_correlation(json_writer& json, std::string_view name,
                              const crmetrics::correlation& c) {
  json.key(name);
  json.begin_object();
  json.member("status", to_string(c.status));
  json.member("r", c.has_value() ? c.r : quiet_nan());
  write_interval(json, c.interval);
  json.member("level", c.level.value());
  json.member("n", c.n);
  json.member_or_null("method", c.method);
  json.end_object();
}

/// null for 0, the hash of no rules.
inline void write_rules(json_writer& json, std::uint64_t definition) {
  json.member_or_null("rules",
                      definition == 0 ? std::string() : std::string(hash_text(definition).view()));
}

inline void write_review(json_writer& json, const review& r) {
  json.member("who", std::string_view(r.who));
  json.member("alarm", r.alarm.view());
  json.member("state", to_string(r.state));
  json.member("limit", r.limit);
  json.member("above_limit", r.above_limit);
  json.member("false_alarm_rate", r.false_alarm_rate);
  json.member("opened", r.opened.microseconds);
  json.key("closed");
  r.closed ? json.value(r.closed->microseconds) : json.null();
  json.member("note", std::string_view(r.note));
  write_estimate(json, "raw", r.raw);
}

}  // namespace detail

/// A target held against one value.
inline std::string to_json(const target_line& t) {
  return detail::document_of("crmetrics/target/1", [&](detail::json_writer& json) {
    json.member("state", to_string(t.state));
    json.member("absent", to_string(t.absent));
    json.member("better", to_string(t.better));
    json.member("threshold", t.threshold);
    json.member("strict", t.strict);
    json.member("short_by", t.short_by);
    json.member("sure", t.sure);
    detail::write_estimate(json, "raw", t.raw);
  });
}
inline std::string to_json(const attainment& a) {
  return detail::document_of("crmetrics/attainment/1", [&](detail::json_writer& json) {
    json.member("met", a.met);
    json.member("not_met", a.not_met);
    json.member("not_assessed", a.not_assessed);
    json.member("rate", a.value());
  });
}

/// Amounts in minor units of money; null where nothing was assessed, which is not 0.
inline std::string to_json(const payout_line& p) {
  return detail::document_of("crmetrics/payout/1", [&](detail::json_writer& json) {
    json.member("state", to_string(p.state));
    json.member("absent", to_string(p.absent));
    json.member("score", p.score);
    json.member("amount", p.amount);
    detail::write_rules(json, p.definition);
  });
}

inline std::string to_json(const evidence_share& s) {
  return detail::document_of("crmetrics/evidence-share/1", [&](detail::json_writer& json) {
    json.member("measured", s.measured);
    json.member("rated", s.rated);
    json.member("outcome", s.outcome);
    json.member("process", s.process);
    json.member("unmarked", s.unmarked);
    json.member("filled", s.filled);
  });
}

/// Both results whole: estimates of a metric, reports of a card.
template <class Result>
std::string to_json(const attribution_effect<Result>& e) {
  return detail::document_of("crmetrics/attribution/1", [&](detail::json_writer& json) {
    json.member("judged", e.judged);
    json.member("left_out", e.excluded.total());
    json.member("share_left_out", e.removed_share());
    detail::write_exclusions(json, e.excluded);
    if constexpr (std::same_as<Result, score_report>) {
      json.key("before");
      detail::write_report(json, e.before);
      json.key("after");
      detail::write_report(json, e.after);
    } else {
      detail::write_estimate(json, "before", e.before);
      detail::write_estimate(json, "after", e.after);
    }
  });
}
/// What `attribution_guard` found.
template <class Key>
std::string to_json(const std::vector<removal_line<Key>>& lines) {
  return detail::listed("crmetrics/attribution-guard/1", "agents", lines,
                        [](detail::json_writer& json, const removal_line<Key>& l) {
                          json.key("who");
                          detail::write_key(json, l.key);
                          json.member("left_out", l.removed);
                          json.member("judged", l.judged);
                          detail::write_interval(json, l.share);
                          json.member("share_of_others", l.share_of_others);
                          json.member("p_value", l.p_value);
                          json.member("outlier", l.outlier);
                        });
}

/// `limit` is null where nothing was held against it.
inline std::string to_json(const alarm_line& a) {
  return detail::document_of("crmetrics/alarm/1", [&](detail::json_writer& json) {
    const bool judged = a.state != alarm_state::not_assessable;
    json.member("name", a.name.view());
    json.member("state", to_string(a.state));
    json.member("absent", to_string(a.absent));
    json.member("limit", judged ? a.limit : detail::quiet_nan());
    json.member("above_limit", judged ? std::optional(a.above_limit) : std::nullopt);
    json.member("false_alarm_rate", a.false_alarm_rate);
    json.key("limits");
    if (a.limits) {
      json.begin_object();
      json.member("low", a.limits->low);
      json.member("centre", a.limits->centre);
      json.member("high", a.limits->high);
      json.member("false_alarm_low", a.limits->false_alarm_low);
      json.member("false_alarm_high", a.limits->false_alarm_high);
      json.member_or_null("method", a.limits->method);
      json.end_object();
    } else {
      json.null();
    }
    detail::write_estimate(json, "raw", a.raw);
  });
}
/// Times in microseconds since 1970 (UTC).
inline std::string to_json(const review& r) {
  return detail::document_of("crmetrics/review/1",
                             [&](detail::json_writer& json) { detail::write_review(json, r); });
}
inline std::string to_json(const std::vector<review>& reviews) {
  return detail::listed("crmetrics/reviews/1", "reviews", reviews, detail::write_review);
}
inline std::string to_json(const review_tally& t) {
  return detail::document_of("crmetrics/review-tally/1", [&](detail::json_writer& json) {
    json.member("open", t.open);
    json.member("confirmed", t.confirmed);
    json.member("false_alarms", t.false_alarms);
  });
}

inline std::string to_json(const relevance_report& r) {
  return detail::document_of("crmetrics/relevance/1", [&](detail::json_writer& json) {
    json.member("outcome", r.outcome.view());
    json.member("agents", r.agents);
    detail::write_rules(json, r.definition);
    json.array("components", r.components, [&](const relevance_line& c) {
      json.begin_object();
      json.member("name", c.name.view());
      json.member("state", to_string(c.state));
      json.member("weight", c.weight);
      json.member("better", to_string(c.better));
      json.member("assessed", c.assessed);
      json.member("at_target", c.at_target);
      json.member("no_variation", c.no_variation);
      detail::write_correlation(json, "linear", c.linear);
      detail::write_correlation(json, "by_rank", c.by_rank);
      json.end_object();
    });
    json.array("overlaps", r.overlaps, [&](const overlap_line& o) {
      json.begin_object();
      json.member("a", o.a.view());
      json.member("b", o.b.view());
      json.member("shared_measure", o.shared_measure);
      json.member("weight", o.weight);
      detail::write_correlation(json, "together", o.together);
      json.end_object();
    });
    json.member_or_null("only_band", r.only_band);
  });
}

}  // namespace crmetrics
