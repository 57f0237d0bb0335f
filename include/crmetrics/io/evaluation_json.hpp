#pragma once

#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/io/detail/json_writer.hpp>
#include <crmetrics/io/view_json.hpp>
#include <crmetrics/runtime/evaluation.hpp>
#include <crmetrics/runtime/spec_printer.hpp>
#include <crmetrics/scorecard/target.hpp>
#include <crmetrics/scorecard/timeline.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace crmetrics {

namespace detail {

/// A member that is a document of its own; null where there is none.
template <class T>
void write_inner(json_writer& json, std::string_view name, const std::optional<T>& inner) {
  json.key(name);
  inner ? json.document(to_json(*inner)) : json.null();
}

inline void write_quality(json_writer& json, const table_quality& q) {
  json.begin_object();
  json.member("table", std::string_view(q.table));
  json.member("rows", q.rows);
  json.member("in_period", q.in_period);
  json.member("outside_period", q.outside_period);
  json.member("without_time", q.without_time);
  json.member("without_owner", q.without_owner);
  json.member("unknown_owner", q.unknown_owner);
  json.array("columns", q.columns, [&](const table_quality::column& c) {
    json.begin_object();
    json.member("column", std::string_view(c.name));
    json.member("role", std::string_view(c.role));
    json.member("missing", c.missing);
    json.member("rows", c.rows);
    json.member("not_on_card", c.not_on_card);
    json.member("open", c.open);
    json.member("open_without_time", c.open_without_time);
    json.end_object();
  });
  json.key("linked");
  if (q.linked) {
    json.begin_object();
    json.member("within", std::string_view(q.linked->within));
    json.member("rows", q.linked->rows);
    json.member("pending", q.linked->pending);
    json.member("unknown_customer", q.linked->unknown_customer);
    json.member("left_out", q.linked->left_out);
    json.end_object();
  } else {
    json.null();
  }
  json.end_object();
}

}  // namespace detail

/// A diagnostic, as the evaluation lists it.
inline std::string to_json(const diagnostic& d) {
  detail::json_writer json;
  json.begin_object();
  json.member("code", d.code);
  json.member("severity", d.is_error() ? "error" : "warning");
  json.member("path", std::string_view(d.path));
  json.member("value", std::string_view(d.value));
  json.member("message", std::string_view(d.message));
  json.member("hint", std::string_view(d.hint));
  json.end_object();
  return std::move(json).text();
}

/// The split of a change; the hashes tell whether the rules are others.
inline std::string to_json(const score_change& c) {
  detail::json_writer json;
  json.begin_object();
  json.member("before", c.before);
  json.member("after", c.after);
  json.member("before_by_new", c.before_by_new);
  json.member("after_by_old", c.after_by_old);
  json.member("by_results", c.by_results);
  json.member("by_rules", c.by_rules);
  json.member("old_rules", detail::hash_text(c.old_rules).view());
  json.member("new_rules", detail::hash_text(c.new_rules).view());
  json.array("weights", c.weights, [&](const weight_change& w) {
    json.begin_object();
    json.member("component", w.component);
    json.member("before", w.before);
    json.member("after", w.after);
    json.end_object();
  });
  json.end_object();
  return std::move(json).text();
}

namespace detail {

/// What became of the targets of a team for one of its agents.
template <class Targets>
void write_targets(json_writer& json, const Targets& targets, const score_report& r) {
  json.array("targets", targets, [&](const auto& t) {
    const target_line line =
        t.component == label() ? t.goal.judge(r) : t.goal.judge(r.component(t.component.view()));
    json.begin_object();
    json.member_or_null("component", t.component.view());
    json.member("better", to_string(line.better));
    json.member("threshold", line.threshold);
    json.member("strict", line.strict);
    json.member("needing", t.goal.min_n());
    json.member("state", to_string(line.state));
    json.member("absent", to_string(line.absent));
    json.member("short_by", line.short_by);
    json.member("sure", line.sure);
    json.end_object();
  });
}

}  // namespace detail

/// A whole evaluation as one document, schema crmetrics/evaluation/1 on docs/io/score-json.md. What
/// the report draws and the command line writes.
inline std::string to_json(const evaluation& e) {
  detail::json_writer json;
  json.begin_object();
  json.member("schema", "crmetrics/evaluation/1");
  json.member("title", std::string_view(e.title));
  json.key("period");
  json.begin_object();
  json.member("name", std::string_view(e.period_name));
  json.member("from", e.period.from().microseconds);
  json.member("to", e.period.to().microseconds);
  json.key("observed_until");
  e.observed_until ? json.value(e.observed_until->microseconds) : json.null();
  json.end_object();
  json.member("level", e.level.value());
  json.key("spec");
  json.document(to_json_text(to_json(e.spec)));
  json.key("version");
  json.begin_object();
  json.member("from", std::string_view(detail::date_shown(e.in_force.from)));
  json.key("to");
  e.in_force.to ? json.value(std::string_view(detail::date_shown(*e.in_force.to))) : json.null();
  json.member("note", std::string_view(e.in_force.note));
  json.member("approved", std::string_view(e.in_force.approved));
  json.end_object();
  json.array("definitions", e.definitions, [&](const evaluation::definition& d) {
    json.begin_object();
    json.member("metric", std::string_view(d.metric));
    json.member("use", std::string_view(d.use));
    json.member("convention", std::string_view(d.convention));
    json.member("unit", to_string(d.unit));
    json.member("direction", to_string(d.direction));
    json.member("role", d.role);
    json.end_object();
  });
  json.array("units", e.units, [&](const evaluation::unit& u) {
    json.begin_object();
    json.member("name", std::string_view(u.name));
    json.member_or_null("post", u.post);
    json.member("rules", detail::hash_text(u.rules()).view());
    json.key("view");
    json.document(to_json(u.view));
    json.key("perspectives");
    json.document(to_json(u.perspectives));
    detail::write_inner(json, "trend", u.trend);
    detail::write_inner(json, "change", u.change);
    json.array("agents", u.agents, [&](const evaluation::agent& a) {
      json.begin_object();
      json.member("id", std::string_view(a.id));
      json.member("name", std::string_view(a.name));
      json.key("view");
      json.document(to_json(a.view));
      detail::write_targets(json, u.view.targets, a.view.why.report);
      json.key("perspectives");
      json.document(to_json(a.perspectives));
      detail::write_inner(json, "trend", a.trend);
      detail::write_inner(json, "plan", a.plan);
      detail::write_inner(json, "change", a.change);
      json.end_object();
    });
    json.end_object();
  });
  json.array("without_data", e.without_data, [&](const listed_agent& a) {
    json.begin_object();
    json.member("id", std::string_view(a.id));
    json.member("name", std::string_view(a.name));
    json.member("team", std::string_view(a.team));
    json.end_object();
  });
  json.array("quality", e.quality, [&](const table_quality& q) { detail::write_quality(json, q); });
  json.array("diagnostics", e.diagnostics, [&](const diagnostic& d) { json.document(to_json(d)); });
  json.end_object();
  return std::move(json).text();
}

}  // namespace crmetrics
