#pragma once

#include <crmetrics/runtime/card_spec.hpp>
#include <crmetrics/runtime/detail/diagnostic_sink.hpp>
#include <crmetrics/runtime/detail/json_reader.hpp>
#include <crmetrics/runtime/detail/spec_fields.hpp>
#include <crmetrics/runtime/detail/version_reader.hpp>
#include <crmetrics/runtime/diagnostic.hpp>
#include <crmetrics/runtime/metric_catalogue.hpp>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

namespace crmetrics {

/// What was read of a spec file, and everything that is wrong with it.
struct parsed_spec {
  card_spec spec;                       ///< to be used only where `ok()`
  std::vector<diagnostic> diagnostics;  ///< errors and warnings, in the order of the file

  bool ok() const noexcept {
    return std::none_of(diagnostics.begin(), diagnostics.end(),
                        [](const diagnostic& d) { return d.is_error(); });
  }
};

/// Reads a spec file: JSON with comments (UTF-8), grammar in docs/runtime/spec.md. Finds every
/// problem in one pass. Metrics are checked against `catalogue`. O(n log n)
///
/// Boost.JSON has to be linked: Boost::json, or <boost/json/src.hpp> in one file of the program.
inline parsed_spec parse_card_spec(
    std::string_view text, const metric_catalogue& catalogue = metric_catalogue::standard()) {
  parsed_spec out;
  detail::diagnostic_sink sink;
  const detail::spec_fields fields(sink);
  const auto root = detail::read_json(text, sink);
  if (!root) {
    out.diagnostics = sink.finish(text, json_value());
    return out;
  }
  if (fields.object(*root, detail::objects::spec)) {
    if (const json_value* s = fields.required(*root, "spec")) {
      const auto name = fields.text(*s);
      if (name && *name != "scorecard/1") {
        sink.add("E23", *s, "is not known here", "this library reads \"scorecard/1\"");
      }
    }
    if (const json_value* id = fields.required(*root, "id")) {
      out.spec.id = fields.name(*id).value_or("");
    }
    if (const json_value* zone = root->find("timezone")) {
      const auto name = fields.name(*zone);
      if (name && *name != out.spec.timezone) {
        sink.add("E27", *zone, "days begin at midnight UTC, in no other zone",
                 "write \"UTC\", and give times of which the days are meant");
      }
    }
    if (const json_value* grain = root->find("grain")) {
      if (const auto word = fields.word(*grain, detail::words::grain)) {
        out.spec.grain = detail::words::grain[*word];
      }
    }
    const json_value* metrics = fields.required(*root, "metrics");
    const json_value* versions = fields.required(*root, "versions");
    detail::version_reader reader(metrics != nullptr ? *metrics : json_value::object(), catalogue,
                                  fields);
    out.spec.metrics = reader.metrics();
    if (versions != nullptr) out.spec.versions = reader.read(*versions, out.spec.grain);
  }
  out.diagnostics = sink.finish(text, *root);
  return out;
}

/// The spec of a file that must be without errors; warnings are not looked at.
/// @throws bad_spec with every problem of the file, where one of them is an error
inline card_spec card_spec_from(std::string_view text,
                                const metric_catalogue& catalogue = metric_catalogue::standard()) {
  parsed_spec parsed = parse_card_spec(text, catalogue);
  if (!parsed.ok()) throw bad_spec(std::move(parsed.diagnostics));
  return std::move(parsed.spec);
}

}  // namespace crmetrics
