#pragma once

#include <crmetrics/runtime/card_spec.hpp>
#include <crmetrics/runtime/detail/curve_reader.hpp>
#include <crmetrics/runtime/detail/known_metric.hpp>
#include <crmetrics/runtime/detail/spec_fields.hpp>
#include <crmetrics/runtime/metric_catalogue.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace crmetrics::detail {

/// Reads the object `metrics`.
class metric_reader {
 public:
  metric_reader(const metric_catalogue& catalogue, const spec_fields& fields)
      : catalogue_(catalogue), fields_(fields), sink_(fields.sink()), curves_(fields) {}

  /// The metrics by id. Corrections are read last, because they are in another metric's unit.
  known_metrics read(const json_value& metrics) const {
    known_metrics known;
    if (!fields_.is(metrics, json_value::kind::object, "an object of metrics")) return known;
    for (std::size_t i = 0; i != metrics.items.size(); ++i) {
      if (metrics.keys[i].empty()) {
        sink_.add("E23", metrics.items[i], "a metric needs a name");
      } else if (known.contains(metrics.keys[i])) {
        continue;  // a duplicate key, which was reported
      } else {
        known.emplace(metrics.keys[i], read_metric(metrics.keys[i], metrics.items[i]));
      }
    }
    for (auto& [id, metric] : known) read_correction(metric, known);
    report_cycles(known);
    return known;
  }

  /// Name and argument of a `use` against the catalogue; nullptr where it is not understood.
  const catalogue_entry* read_use(const json_value& v) const {
    const auto text = fields_.name(v);
    if (!text) return nullptr;
    const auto use = metric_use::from(*text);
    const catalogue_entry* entry = use ? catalogue_.find(use->name) : nullptr;
    if (entry == nullptr) {
      std::vector<std::string_view> names;
      for (const catalogue_entry& e : catalogue_.entries()) names.emplace_back(e.name);
      sink_.add("E02", v, "no metric of this name is known",
                nearest_hint(use ? std::string_view(use->name) : std::string_view(*text), names));
      return nullptr;
    }
    const bool takes_span =
        entry->argument == use_argument::span || entry->argument == use_argument::optional_span;
    if (use->has_brackets && entry->argument == use_argument::none) {
      sink_.add("E02", v, entry->name + " takes nothing in brackets", "write " + entry->name);
    } else if (!use->has_brackets && entry->argument == use_argument::span) {
      sink_.add("E02", v, entry->name + " needs a time limit", "write " + entry->name + "(24h)");
    } else if (use->has_brackets && takes_span && !use->span()) {
      sink_.add("E02", v, entry->name + " needs a time span in brackets",
                "write " + entry->name + "(24h)");
    }
    return entry;
  }

 private:
  using kind = json_value::kind;

  known_metric read_metric(const std::string& id, const json_value& v) const {
    known_metric out;
    out.node = &v;
    metric_spec& m = out.spec;
    m.id = id;
    if (!fields_.object(v, objects::metric)) return out;
    if (const json_value* use = fields_.required(v, "use")) {
      out.entry = read_use(*use);
      if (use->is(kind::text)) m.use = use->text;
    }
    if (const json_value* b = v.find("better")) {
      if (const auto word = fields_.word(*b, std::span(words::better).subspan(1))) {
        m.better = static_cast<better>(*word + 1);
      }
    }
    const better natural = direction_of(out.entry);
    out.settled = m.better == better::unsaid ? natural : m.better;
    if (natural != better::unsaid && natural != out.settled && out.settled != better::range) {
      sink_.add("E06", *v.find("better"),
                "for " + out.entry->name + " " + text_of(natural) + " is better");
      out.settled = natural;  // so that a curve that is right is not called wrong, too
    }
    if (const json_value* n = v.find("min_n")) {
      m.min_n = fields_.count(*n).value_or(0);
      if (m.min_n != 0 && out.entry != nullptr && !out.entry->has_n) {
        sink_.add("E16", *n, out.entry->name + " does not tell how many observations it rests on",
                  "leave min_n out");
      }
    }
    if (const json_value* a = v.find("anonymity")) {
      const auto raters = fields_.count(*a);
      m.anonymity = raters.value_or(0);
      if (raters && *raters < 3) {
        sink_.add("E22", *a, "below 3 raters each can work out what another one said",
                  "5 is usual");
      }
    }
    if (const json_value* e = v.find("exclude")) {
      m.exclude = fields_.names(*e).value_or(std::vector<std::string>());
    }
    if (const json_value* b = v.find("basis")) {
      m.basis = static_cast<evidence>(fields_.word(*b, words::basis).value_or(0));
    }
    if (const json_value* a = v.find("aspect")) {
      m.aspect = static_cast<viewpoint>(fields_.word(*a, words::aspect).value_or(0));
    }
    if (const json_value* s = v.find("shrink")) m.shrink = read_shrink(*s, out.entry);
    if (const json_value* s = v.find("score")) curves_.read(*s, out);
    if (const json_value* t = v.find("target")) m.target = read_target(*t, out);
    return out;
  }

  std::optional<target_spec> read_target(const json_value& v, const known_metric& metric) const {
    const auto text = fields_.text(v);
    if (!text) return std::nullopt;
    for (const std::size_t i : {0u, 2u, 1u, 3u}) {  // the longer signs first
      const std::string_view sign = words::comparison[i];
      if (text->compare(0, sign.size(), sign) != 0) continue;
      std::string_view rest = std::string_view(*text).substr(sign.size());
      rest.remove_prefix((std::min)(rest.find_first_not_of(' '), rest.size()));
      const auto value = fields_.in_unit(rest, v, metric.entry);
      if (!value) return std::nullopt;
      const better side = i < 2 ? better::higher : better::lower;
      if ((metric.settled == better::higher || metric.settled == better::lower) &&
          metric.settled != side) {
        sink_.add("E06", v, "the target says that " + text_of(side) + " is better");
      }
      return target_spec{static_cast<target_spec::comparison>(i), *value};
    }
    sink_.add("E23", v, "must begin with >=, >, <= or <", "write \">= 95%\"");
    return std::nullopt;
  }

  shrink_spec read_shrink(const json_value& v, const catalogue_entry* entry) const {
    shrink_spec out;
    const auto method = [&](const json_value& word) {
      if (word.is(kind::text) && fields_.refused(objects::shrink.name, word.text, word.begin))
        return;
      out.how = static_cast<shrink_spec::method>(fields_.word(word, words::shrink).value_or(0));
    };
    if (v.is(kind::text)) {
      method(v);
      if (out.how != shrink_spec::method::none) {
        sink_.add("E27", v, "the mean of all who are listed would move everybody's points",
                  std::string(fixed_prior));
      }
      return out;
    }
    if (!fields_.object(v, objects::shrink)) return out;
    const json_value* how = fields_.required(v, "method");
    if (how != nullptr) method(*how);
    if (const json_value* m = v.find("mean")) out.mean = fields_.in_unit(*m, entry);
    if (const json_value* n = v.find("n")) {
      out.n = fields_.number(*n);
      if (out.n && out.n->digits <= 0) sink_.add("E26", *n, "must be above 0");
    }
    const bool drawn = out.how == shrink_spec::method::beta_binomial;
    for (const char* needed : {"mean", "n"}) {
      const json_value* there = v.find(needed);
      if (drawn && there == nullptr) {
        sink_.add("E24", v, "what it is drawn towards must be fixed: mean and n are needed", {},
                  needed);
      } else if (how != nullptr && how->is(kind::text) && how->text == "none" && there != nullptr) {
        sink_.add("E23", *there, "nothing is drawn towards it", "leave it out");
      }
    }
    if (drawn && entry != nullptr && entry->unit != unit::fraction) {
      sink_.add("E23", *how, "beta_binomial draws shares, and " + entry->name + " is none",
                "use min_n");
    } else if (drawn && out.mean && is_below(out.mean->number, {0, 0})) {
      sink_.add("E26", *v.find("mean"), "must not be negative");
    }
    return out;
  }

  void read_correction(known_metric& metric, const known_metrics& known) const {
    const json_value* v = metric.node->find("correct_by");
    if (v == nullptr || !fields_.object(*v, objects::correct_by)) return;
    correction_spec out;
    const catalogue_entry* entry = nullptr;
    better by = better::unsaid;
    if (const json_value* m = fields_.required(*v, "metric")) {
      if (const auto name = fields_.name(*m)) {
        out.metric = *name;
        const auto found = known.find(*name);
        if (found == known.end()) {
          sink_.add("E02", *m, "no metric of this name", nearest_hint(*name, ids_of(known)));
        } else {
          entry = found->second.entry;
          by = found->second.settled;
        }
      }
    }
    const auto start = fields_.required_in_unit(*v, "start", entry);
    const auto full = fields_.required_in_unit(*v, "full", entry);
    if (start && full) {
      out.start = *start, out.full = *full;
      const bool up = is_below(*start, *full);
      if (*start == *full) {
        sink_.add("E05", *v, "start equals full");
      } else if ((by == better::lower && !up) || (by == better::higher && up)) {
        sink_.add("E06", *v, "the score would fall where " + out.metric + " gets better",
                  "full must be the worse one");
      }
    }
    if (const json_value* s = v->find("strength")) {
      out.strength = fields_.share(*s).value_or(out.strength);
      if (out.strength.digits == 0) {
        sink_.add("W15", *s, "corrects nothing", "leave correct_by out");
      }
    }
    metric.spec.correct_by = std::move(out);
  }

  void report_cycles(const known_metrics& known) const {
    for (const auto& [id, metric] : known) {
      // Each metric has one corrector, so a walk either ends or comes round.
      std::string walk = id;
      std::set<std::string_view> seen = {id};
      const known_metric* at = &metric;
      while (at->spec.correct_by) {
        const auto next = known.find(at->spec.correct_by->metric);
        if (next == known.end()) break;
        walk += " -> " + next->first;
        if (next->first == id) {
          sink_.add("E14", *metric.node->find("correct_by"), "corrections go round: " + walk);
          break;
        }
        if (!seen.insert(next->first).second) break;
        at = &next->second;
      }
      if (metric.entry != nullptr) {
        std::vector<std::string_view> above;
        if (derives_from_itself(*metric.entry, above)) {
          sink_.add("E14", *metric.node->find("use"),
                    "the catalogue derives " + metric.entry->name + " from itself");
        }
      }
    }
  }
  bool derives_from_itself(const catalogue_entry& e, std::vector<std::string_view>& above) const {
    for (const std::string_view name : above) {
      if (name == e.name) return true;
    }
    above.emplace_back(e.name);
    for (const std::string& part : e.derived_from) {
      const catalogue_entry* inner = catalogue_.find(part);
      if (inner != nullptr && derives_from_itself(*inner, above)) return true;
    }
    above.pop_back();
    return false;
  }

  const metric_catalogue& catalogue_;
  const spec_fields& fields_;
  diagnostic_sink& sink_;
  curve_reader curves_;
};

}  // namespace crmetrics::detail
