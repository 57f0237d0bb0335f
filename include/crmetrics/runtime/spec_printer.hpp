#pragma once

#include <crmetrics/runtime/card_spec.hpp>
#include <crmetrics/runtime/detail/rules_writer.hpp>
#include <crmetrics/runtime/detail/spec_fields.hpp>
#include <crmetrics/runtime/json_value.hpp>

#include <algorithm>
#include <string>

namespace crmetrics {

/// The spec as a JSON value, in the order of the grammar. A version with a base is written as its
/// changes. What is at its default is left out where no version has changes: the path of a change
/// must lead to something.
inline json_value to_json(const card_spec& spec) {
  const bool full = std::any_of(spec.versions.begin(), spec.versions.end(),
                                [](const version_spec& v) { return !v.set.empty(); });
  json_value out = json_value::object();
  out.put("spec", json_value::of("scorecard/1"));
  out.put("id", json_value::of(spec.id));
  out.put("timezone", json_value::of(spec.timezone));
  if (!spec.grain.empty()) out.put("grain", json_value::of(spec.grain));
  json_value& metrics = out.put("metrics", json_value::object());
  for (const metric_spec& m : spec.metrics) metrics.put(m.id, detail::metric_json(m, full));
  json_value versions = json_value::array();
  for (const version_spec& v : spec.versions) {
    json_value item = json_value::object();
    item.put("from", json_value::of(detail::date_text(v.from)));
    if (v.to) item.put("to", json_value::of(detail::date_text(*v.to)));
    if (!v.note.empty()) item.put("note", json_value::of(v.note));
    if (!v.approved.empty()) item.put("approved", json_value::of(v.approved));
    if (v.base) {
      item.put("base", json_value::of(detail::date_text(*v.base)));
      json_value& set = item.put("set", json_value::object());
      for (const set_spec& s : v.set) set.put(s.path, s.value);
    } else {
      detail::rules_writer(v.rules, full).put(item);
    }
    versions.push(std::move(item));
  }
  out.put("versions", std::move(versions));
  return out;
}

/// The spec as a file; lines are broken where they would be longer than `width`. Parsing the text
/// gives the same spec again, if it has no errors; comments are lost.
inline std::string to_spec_text(const card_spec& spec, int width = 100) {
  return to_json_text(to_json(spec), width) + "\n";
}

}  // namespace crmetrics
