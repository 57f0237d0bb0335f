#pragma once

#include <crmetrics/runtime/card_spec.hpp>
#include <crmetrics/runtime/detail/diagnostic_sink.hpp>
#include <crmetrics/runtime/detail/rules_writer.hpp>
#include <crmetrics/runtime/json_value.hpp>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace crmetrics {

/// One place in which two definitions differ.
struct spec_change {
  std::string path;    ///< groups.satisfaction.weight
  std::string before;  ///< as JSON; empty where it was not there
  std::string after;   ///< as JSON; empty where it is gone

  /// `groups.satisfaction.weight: 40 -> 35`
  std::string text() const {
    return path + ": " + (before.empty() ? "nothing" : before) + " -> " +
           (after.empty() ? "nothing" : after);
  }
  friend bool operator==(const spec_change&, const spec_change&) = default;
};

namespace detail {

inline void find_changes(const std::string& path, const json_value& before, const json_value& after,
                         std::vector<spec_change>& out) {
  using kind = json_value::kind;
  const auto below = [&](const std::string& key) {
    std::string p = path;
    append_segment(p, key);
    return p;
  };
  if (before.is(kind::object) && after.is(kind::object)) {
    for (std::size_t i = 0; i != before.keys.size(); ++i) {
      const std::string& key = before.keys[i];
      if (const json_value* now = after.find(key)) {
        find_changes(below(key), before.items[i], *now, out);
      } else {
        out.push_back({below(key), to_json_text(before.items[i]), ""});
      }
    }
    for (std::size_t i = 0; i != after.keys.size(); ++i) {
      if (before.find(after.keys[i]) == nullptr) {
        out.push_back({below(after.keys[i]), "", to_json_text(after.items[i])});
      }
    }
  } else if (!(before == after)) {
    out.push_back({path, to_json_text(before), to_json_text(after)});
  }
}

inline json_value whole(const card_rules& rules) {
  json_value out = json_value::object();
  json_value& metrics = out.put("metrics", json_value::object());
  for (const metric_spec& m : rules.metrics) metrics.put(m.id, metric_json(m, true));
  rules_writer(rules, true).put(out);
  return out;
}

}  // namespace detail

/// Every place in which two versions of a spec differ, in the order of the first; defaults are
/// written out, so that a key that was left out and one at its default are the same. Lists
/// (bands, vetoes) that differ are given whole. Quantities compare as they are written: 5m and
/// 300s differ in text. O(size)
inline std::vector<spec_change> spec_diff(const card_rules& before, const card_rules& after) {
  std::vector<spec_change> out;
  detail::find_changes("", detail::whole(before), detail::whole(after), out);
  return out;
}

}  // namespace crmetrics
