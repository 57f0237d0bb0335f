#pragma once

#include <crmetrics/runtime/card_spec.hpp>
#include <crmetrics/runtime/detail/known_metric.hpp>
#include <crmetrics/runtime/detail/spec_fields.hpp>
#include <crmetrics/runtime/metric_catalogue.hpp>
#include <crmetrics/scorecard/steps.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

namespace crmetrics::detail {

/// Reads the `score` of a metric: how its value becomes points.
class curve_reader {
 public:
  explicit curve_reader(const spec_fields& fields) : fields_(fields), sink_(fields.sink()) {}

  void read(const json_value& v, known_metric& metric) const {
    if (!fields_.object(v, objects::score)) return;
    if (v.items.size() != 1) {
      sink_.add(v.items.empty() ? "E24" : "E23", v, "must have exactly one curve",
                "linear, target_range, steps, log_normal or logistic");
      // Each by itself, so that what is wrong in them is told, too.
      for (std::size_t i = 0; i != v.items.size(); ++i) {
        known_metric alone = metric;
        read_one(v.keys[i], v.items[i], alone);
      }
      return;
    }
    read_one(v.keys[0], v.items[0], metric);
  }

 private:
  using kind = json_value::kind;

  void read_one(const std::string& name, const json_value& c, known_metric& metric) const {
    if (name == "linear") {
      read_linear(c, metric);
    } else if (name == "target_range") {
      read_target_range(c, metric);
    } else if (name == "steps") {
      read_steps(c, metric);
    } else if (name == "log_normal") {
      read_log_normal(c, metric);
    } else if (name == "logistic") {
      read_logistic(c, metric);
    }
  }

  // Direction of a curve against what is said of the metric; fills what was not said.
  void settle_direction(const json_value& at, better curve, known_metric& m) const {
    if (m.settled == better::unsaid) {
      m.settled = curve;
    } else if (curve != better::unsaid && m.settled != curve) {
      sink_.add("E06", at,
                "better is " + text_of(m.settled) + ", but the curve rewards " + text_of(curve));
    }
  }

  void read_linear(const json_value& c, known_metric& metric) const {
    if (!fields_.object(c, objects::linear)) return;
    linear_spec out;
    const auto floor = fields_.required_in_unit(c, "floor", metric.entry);
    const auto target = fields_.required_in_unit(c, "target", metric.entry);
    if (const json_value* cap = c.find("cap")) {
      if (const auto n = fields_.number(*cap)) {
        out.cap = *n;
        if (is_below(*n, {1, 0})) sink_.add("E26", *cap, "must be at least 1");
      }
    }
    if (floor && target) {
      out.floor = *floor, out.target = *target;
      if (*floor == *target) {
        sink_.add("E05", *c.find("floor"), "floor equals target");
      } else {
        settle_direction(c, is_below(*floor, *target) ? better::higher : better::lower, metric);
      }
    }
    metric.spec.score = out;
  }
  void read_target_range(const json_value& c, known_metric& metric) const {
    if (!fields_.object(c, objects::target_range)) return;
    const auto a = fields_.required_in_unit(c, "zero_below", metric.entry);
    const auto b = fields_.required_in_unit(c, "full_from", metric.entry);
    const auto d = fields_.required_in_unit(c, "full_to", metric.entry);
    const auto e = fields_.required_in_unit(c, "zero_above", metric.entry);
    if (a && b && d && e) {
      metric.spec.score = target_range_spec{*a, *b, *d, *e};
      if (*a == *b || *d == *e) {
        sink_.add("E05", c, "a slope of the range has no width");
      } else if (is_below(*b, *a) || is_below(*d, *b) || is_below(*e, *d)) {
        sink_.add("E26", c, "must rise: zero_below < full_from <= full_to < zero_above");
      }
    }
    if (const json_value* said = metric.node->find("better")) {
      settle_direction(*said, better::range, metric);
    } else {
      metric.settled = better::range;
    }
  }
  void read_steps(const json_value& c, known_metric& metric) const {
    if (!fields_.object(c, objects::steps)) return;
    steps_spec out;
    const json_value* edges = fields_.required(c, "edges");
    const json_value* points = fields_.required(c, "points");
    if (edges == nullptr || points == nullptr) return;
    if (!fields_.is(*edges, kind::array, "a list of edges") ||
        !fields_.is(*points, kind::array, "a list of points")) {
      return;
    }
    for (const json_value& e : edges->items) {
      const auto edge = fields_.in_unit(e, metric.entry);
      if (!edge) continue;
      if (!out.edges.empty() && *edge == out.edges.back()) {
        sink_.add("E05", e, "the step has no width");
      } else if (!out.edges.empty() && is_below(*edge, out.edges.back())) {
        sink_.add("E26", e, "edges must rise");
      }
      out.edges.push_back(*edge);
    }
    bool rises = false;
    bool falls = false;
    for (const json_value& p : points->items) {
      const auto n = fields_.points(p);
      if (!n) continue;
      if (!out.points.empty()) {
        rises = rises || is_below(out.points.back(), *n);
        falls = falls || is_below(*n, out.points.back());
      }
      out.points.push_back(*n);
    }
    if (edges->items.empty() || points->items.size() != edges->items.size() + 1) {
      sink_.add("E26", *points, "must be one more than the edges, of which there must be one");
    } else if (points->items.size() > crmetrics::steps::capacity) {
      sink_.add("E26", *points,
                "has more than " + std::to_string(crmetrics::steps::capacity) + " steps");
    } else if (rises && falls) {
      sink_.add("E06", *points, "the points rise and fall: getting better would lower the score");
    } else if (!rises && !falls) {
      sink_.add("E05", *points, "all steps have the same points");
    } else {
      settle_direction(c, rises ? better::higher : better::lower, metric);
    }
    metric.spec.score = std::move(out);
  }
  void read_log_normal(const json_value& c, known_metric& metric) const {
    if (!fields_.object(c, objects::log_normal)) return;
    const auto p10 = fields_.required_in_unit(c, "p10", metric.entry);
    const auto median = fields_.required_in_unit(c, "median", metric.entry);
    if (!p10 || !median) return;
    metric.spec.score = log_normal_spec{*p10, *median};
    if (p10->number.digits <= 0 || median->number.digits <= 0) {
      sink_.add("E26", c, "both control points must be above 0");
    } else if (*p10 == *median) {
      sink_.add("E05", c, "p10 equals median");
    } else {
      settle_direction(c, is_below(*median, *p10) ? better::higher : better::lower, metric);
    }
  }
  void read_logistic(const json_value& c, known_metric& metric) const {
    if (!fields_.object(c, objects::logistic)) return;
    const auto mid = fields_.required_in_unit(c, "mid", metric.entry);
    // A width is a difference: it may be negative, and outside the metric's range.
    std::optional<quantity> width;
    if (const json_value* w = fields_.required(c, "width")) width = read_width(*w, metric.entry);
    if (!mid || !width) return;
    metric.spec.score = logistic_spec{*mid, *width};
    const bool share = width->written == notation::percent;
    const decimal most{100, 0};
    if (share && (is_below(most, width->number) || is_below(width->number, {-100, 0}))) {
      sink_.add("E26", *c.find("width"), "of a share lies in -100% to 100%");
    } else if (width->number.digits == 0) {
      sink_.add("E05", *c.find("width"), "the curve has no width");
    } else {
      settle_direction(c, width->number.digits > 0 ? better::higher : better::lower, metric);
    }
  }
  std::optional<quantity> read_width(const json_value& v, const catalogue_entry* entry) const {
    if (entry == nullptr) return fields_.in_unit(v, nullptr);
    catalogue_entry difference;
    difference.name = "a difference of " + entry->name;
    difference.unit = entry->unit == unit::fraction ? unit::relative : entry->unit;
    return fields_.in_unit(v, &difference);
  }

  const spec_fields& fields_;
  diagnostic_sink& sink_;
};

}  // namespace crmetrics::detail
