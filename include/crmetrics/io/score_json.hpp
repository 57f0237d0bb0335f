#pragma once

#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/io/detail/json_writer.hpp>
#include <crmetrics/scorecard/exchange_table.hpp>
#include <crmetrics/scorecard/explanation.hpp>
#include <crmetrics/scorecard/score_report.hpp>

#include <cstddef>
#include <string>
#include <utility>

namespace crmetrics {

namespace detail {

inline void write_uncertainty(json_writer& json, const score_report& r) {
  json.key("uncertainty");
  if (!r.uncertainty) return json.null();
  const score_uncertainty& u = *r.uncertainty;
  json.begin_object();
  json.member("method", u.method);
  json.member("level", u.level.value());
  json.member("standard_error", u.standard_error);
  write_interval(json, u.interval);
  json.array("bands", u.bands, [&](const score_uncertainty::band_probability& b) {
    json.begin_object();
    json.member("band", b.band);
    json.member("probability", b.probability);
    json.end_object();
  });
  json.member("without_error", u.without_error);
  json.member("draws", u.draws);
  json.member("seed", std::to_string(u.seed));
  json.member("monte_carlo_error", u.monte_carlo_error);
  json.member("near_kink", u.near_kink);
  json.array("kinks", u.kinks, [&](const near_by& n) {
    json.begin_object();
    json.member("of", n.of.view());
    json.member("what", to_string(n.what));
    json.end_object();
  });
  json.end_object();
}

inline void write_component(json_writer& json, const score_report& r, const component_line& c) {
  json.begin_object();
  json.member("name", c.name.view());
  json.member_or_null("group", c.group == component_line::no_group ? std::string_view()
                                                                   : r.groups[c.group].name.view());
  json.member_or_null("perspective", c.perspective.view());
  json.member("evidence", to_string(c.kind));
  json.member("looks_at", to_string(c.looks_at));
  json.member("better", to_string(c.better));
  json.member("absent", to_string(c.absent));
  write_estimate(json, "raw", c.raw);
  json.member("min_n", c.min_n);
  json.member("before_shrinkage", c.before_shrinkage);
  json.member("error_before_shrinkage", c.error_before_shrinkage);
  json.member("shrinkage_slope", c.shrinkage_slope);
  json.member("points", c.points);
  json.member_or_null("corrected_by", c.corrected_by.view());
  json.member("corrector_absent", c.corrector_absent);
  json.member("factor", c.factor);
  json.member("score", c.score);
  json.member("filled", c.filled);
  json.member("slope", c.slope);
  json.member("slope_ahead", c.slope_ahead);
  json.member("weight", c.weight);
  json.member("weight_used", c.weight_used);
  json.member("sensitivity", c.sensitivity);
  json.member("contribution", c.contribution);
  json.member("marginal", c.marginal);
  json.member("corrector_marginal", c.corrector_marginal);
  json.member_or_null(
      "reference", c.reference == 0 ? std::string() : std::string(hash_text(c.reference).view()));
  json.member("not_assessed_inside", c.not_assessed_inside);
  json.member("coverage_inside", c.coverage_inside);
  json.end_object();
}

inline void write_report(json_writer& json, const score_report& r) {
  json.begin_object();
  json.member("schema", "crmetrics/score-report/1");
  json.member("rules", hash_text(r.definition).view());
  json.member_or_null("reference", r.reference() == 0
                                       ? std::string()
                                       : std::string(hash_text(r.reference()).view()));
  json.member("total", r.total);
  json.member("composite", r.composite);
  json.member_or_null("band", r.band);
  json.member_or_null("band_of_total", r.band_of_total);
  json.key("why_absent");
  r.total ? json.null() : json.value(to_string(r.why_absent()));
  json.member_or_null("failed_by", r.failed_by.view());
  json.member("held", r.held);
  json.member("coverage", r.coverage);
  json.member("weight_not_assessed", r.weight_not_assessed);
  write_uncertainty(json, r);
  json.array("components", r.components,
             [&](const component_line& c) { write_component(json, r, c); });
  json.array("groups", r.groups, [&](const group_line& g) {
    json.begin_object();
    json.member("name", g.name.view());
    json.member_or_null("parent", g.parent == component_line::no_group
                                      ? std::string_view()
                                      : r.groups[g.parent].name.view());
    json.member_or_null("perspective", g.perspective.view());
    json.member("weight", g.weight);
    json.member("score", g.score);
    json.end_object();
  });
  json.array("correctors", r.correctors, [&](const corrector_line& c) {
    json.begin_object();
    json.member("name", c.name.view());
    json.member("absent", to_string(c.absent));
    write_estimate(json, "raw", c.raw);
    json.member("min_n", c.min_n);
    json.member("marginal", c.marginal);
    json.end_object();
  });
  json.array("vetoes", r.vetoes, [&](const veto_line& v) {
    json.begin_object();
    json.member("name", v.name.view());
    json.member("state", to_string(v.state));
    json.member("absent", to_string(v.absent));
    write_estimate(json, "raw", v.raw);
    json.member("min_n", v.min_n);
    json.member("highest_total", v.highest_total);
    json.member("threshold", v.threshold);
    json.member("allowed", v.allowed);
    json.end_object();
  });
  json.array("bonuses", r.bonuses, [&](const bonus_line& b) {
    json.begin_object();
    json.member("name", b.name.view());
    json.member("absent", to_string(b.absent));
    write_estimate(json, "raw", b.raw);
    json.member("min_n", b.min_n);
    json.member("each", b.each);
    json.member("at_most", b.at_most);
    json.member("takes", b.takes);
    json.member("points", b.points);
    json.end_object();
  });
  json.array("adjustments", r.adjustments, [&](const adjustment_line& a) {
    json.begin_object();
    json.member("name", a.name.view());
    json.member("points", a.points);
    json.end_object();
  });
  json.array("nested", r.nested, [&](const nested_report& card) {
    json.begin_object();
    json.member("component", card.component.view());
    json.key("report");
    write_report(json, card.report);
    json.end_object();
  });
  write_exclusions(json, r.excluded);
  json.end_object();
}

inline void write_worth(json_writer& json, const explanation::worth& w) {
  json.member("name", w.name.view());
  json.member("unit", to_string(w.unit));
  json.member("per_unit", w.per_unit);
  json.member("step", w.step);
  json.member("points", w.points);
}

inline void write_explanation(json_writer& json, const explanation& e) {
  json.begin_object();
  json.member("schema", "crmetrics/explanation/1");
  json.array("parts", e.parts, [&](const explanation::part& p) {
    json.begin_object();
    json.member("name", p.name.view());
    json.member("points", p.points);
    json.member("adjustment", p.adjustment);
    json.end_object();
  });
  json.array("values", e.values, [&](const explanation::worth& w) {
    json.begin_object();
    write_worth(json, w);
    json.end_object();
  });
  json.array("losses", e.losses, [&](const explanation::loss& l) {
    json.begin_object();
    json.member("name", l.name.view());
    json.member("points", l.points);
    json.member("adjustment", l.adjustment);
    json.end_object();
  });
  json.array("gaps", e.gaps, [&](const explanation::gap& g) {
    json.begin_object();
    json.member("name", g.name.view());
    json.member("why", to_string(g.why));
    json.member("weight", g.weight);
    json.end_object();
  });
  json.key("report");
  write_report(json, e.report);
  json.end_object();
}

}  // namespace detail

/// A report as JSON, every member of it; schema on docs/io/score-json.md. Numbers come back bit for
/// bit. Keys stand in a fixed order: equal reports give equal text.
inline std::string to_json(const score_report& r) {
  detail::json_writer json;
  detail::write_report(json, r);
  return std::move(json).text();
}
/// An exchange-rate table, row by row; null where one of the two is worth nothing.
inline std::string to_json(const exchange_table& table) {
  detail::json_writer json;
  json.begin_object();
  json.member("schema", "crmetrics/exchange-rates/1");
  json.member("rules", detail::hash_text(table.definition).view());
  json.array("metrics", table.metrics, [&](const exchange_table::metric& m) {
    json.begin_object();
    detail::write_worth(json, m.value);
    json.member("n", m.n);
    json.end_object();
  });
  json.key("rates");
  json.begin_array();
  for (std::size_t row = 0; row != table.metrics.size(); ++row) {
    json.begin_array();
    for (std::size_t column = 0; column != table.metrics.size(); ++column) {
      json.value(table.rate(row, column));
    }
    json.end_array();
  }
  json.end_array();
  json.end_object();
  return std::move(json).text();
}
/// An explanation, with its report.
inline std::string to_json(const explanation& e) {
  detail::json_writer json;
  detail::write_explanation(json, e);
  return std::move(json).text();
}

}  // namespace crmetrics
