#pragma once

#include <crmetrics/runtime/detail/json_reader.hpp>
#include <crmetrics/runtime/detail/spec_fields.hpp>
#include <crmetrics/runtime/diagnostic.hpp>
#include <crmetrics/runtime/json_value.hpp>

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crmetrics {

/// Which columns of a table play which role for the metrics of a spec.
struct table_roles {
  /// A metric whose observations are a column: a rating, seconds, 1 and 0.
  struct value {
    std::string metric;  ///< its id in the spec, or the event of a bonus
    std::string column;
    std::string unit = {};  ///< of times: ms, s, min, h or d; empty: as it is, seconds
    friend bool operator==(const value&, const value&) = default;
  };
  /// A metric whose observations are the time between two columns.
  struct span {
    std::string metric;
    std::string from;
    std::string to;  ///< an empty cell: not yet
    friend bool operator==(const span&, const span&) = default;
  };
  /// Metrics on linked contacts, and what links them.
  struct contacts {
    std::vector<std::string> metrics;
    std::string within;  ///< the window: 7d
    std::string customer;
    std::string opened;
    std::string resolved;
    std::string issue;  ///< empty: whatever the customer calls about is a repeat
    friend bool operator==(const contacts&, const contacts&) = default;
  };

  std::string owner = {};  ///< whose card a row is for: the agent
  std::string time = {};   ///< when it counts; empty: always
  std::string cause = {};  ///< what brought it about; empty: nobody says
  std::vector<value> values = {};
  std::vector<span> spans = {};
  contacts linked = {};  ///< without metrics: none

  friend bool operator==(const table_roles&, const table_roles&) = default;
};

namespace detail {

/// Units of a column of times, in quotients of seconds: a thousandth is divided, not multiplied.
struct column_unit {
  std::string_view name;
  double times = 1;
  double by = 1;
};
inline constexpr column_unit column_units[] = {
    {"ms", 1, 1'000}, {"s", 1, 1}, {"min", 60, 1}, {"h", 3'600, 1}, {"d", 86'400, 1}};
/// Turns the numbers of a column into seconds, in place; an empty unit leaves them.
inline void to_seconds(std::span<double> values, std::string_view unit) {
  for (const column_unit& u : column_units) {
    if (u.name != unit) continue;
    for (double& x : values) x = x * u.times / u.by;
  }
}

namespace keys {
inline constexpr std::string_view of_value[] = {"column", "unit"};
inline constexpr std::string_view of_table[] = {"owner",  "time",  "cause",
                                                "values", "spans", "contacts"};
inline constexpr std::string_view of_contacts[] = {"metrics", "within",   "customer",
                                                   "opened",  "resolved", "issue"};
}  // namespace keys
namespace objects {
inline constexpr spec_object table{"table", keys::of_table};
inline constexpr spec_object value{"value", keys::of_value};
inline constexpr spec_object contacts{"contacts", keys::of_contacts};
}  // namespace objects

inline table_roles read_table_roles(const json_value& v, const spec_fields& fields) {
  using kind = json_value::kind;
  table_roles out;
  if (!fields.object(v, objects::table)) return out;
  const auto text = [&](const json_value& object, std::string_view key, bool needed) {
    const json_value* at = needed ? fields.required(object, key) : object.find(key);
    return at == nullptr ? std::string() : fields.name(*at).value_or("");
  };
  out.owner = text(v, "owner", true);
  out.time = text(v, "time", false);
  out.cause = text(v, "cause", false);
  if (const json_value* values = v.find("values")) {
    if (fields.is(*values, kind::object, "an object: metric to column")) {
      for (std::size_t i = 0; i != values->items.size(); ++i) {
        const json_value& item = values->items[i];
        if (!item.is(kind::object)) {
          out.values.push_back({values->keys[i], fields.name(item).value_or("")});
        } else if (fields.object(item, objects::value)) {
          table_roles::value value{values->keys[i], text(item, "column", true)};
          std::vector<std::string_view> units;
          for (const column_unit& u : column_units) units.push_back(u.name);
          if (const json_value* unit = item.find("unit")) {
            if (const auto which = fields.word(*unit, units)) value.unit = units[*which];
          }
          out.values.push_back(std::move(value));
        }
      }
    }
  }
  if (const json_value* spans = v.find("spans")) {
    if (fields.is(*spans, kind::object, "an object: metric to two columns")) {
      for (std::size_t i = 0; i != spans->items.size(); ++i) {
        const auto names = fields.names(spans->items[i]);
        if (!names) continue;
        if (names->size() == 2) {
          out.spans.push_back({spans->keys[i], names->front(), names->back()});
        } else {
          fields.sink().add("E23", spans->items[i], "must be two columns: from and to");
        }
      }
    }
  }
  if (const json_value* c = v.find("contacts")) {
    if (fields.object(*c, objects::contacts)) {
      if (const json_value* m = fields.required(*c, "metrics")) {
        out.linked.metrics = fields.names(*m).value_or(std::vector<std::string>());
      }
      out.linked.within = text(*c, "within", true);
      const auto window = quantity_from(out.linked.within);
      if (!out.linked.within.empty() && window && window->is_span() && !window->length()) {
        fields.sink().add("E26", *c->find("within"),
                          "is no number of microseconds that can be counted");
      } else if (!out.linked.within.empty() && (!window || !window->is_span())) {
        fields.sink().add("E07", *c->find("within"), "must be a time span, such as \"7d\"");
      }
      out.linked.customer = text(*c, "customer", true);
      out.linked.opened = text(*c, "opened", true);
      out.linked.resolved = text(*c, "resolved", true);
      out.linked.issue = text(*c, "issue", false);
    }
  }
  // A row is one observation of a metric, not two.
  std::set<std::string_view> fed;
  const auto feed = [&](std::string_view metric, std::size_t at) {
    if (fed.insert(metric).second) return;
    fields.sink().add("E13", at, "the table feeds \"" + std::string(metric) + "\" already",
                      "one column for each metric");
  };
  const auto feed_keys = [&](std::string_view role) {
    const json_value* of = v.find(role);
    if (of == nullptr || !of->is(kind::object)) return;
    for (std::size_t i = 0; i != of->keys.size(); ++i) {
      const auto last = of->keys.begin() + static_cast<std::ptrdiff_t>(i);
      if (std::find(of->keys.begin(), last, *last) != last) continue;  // told as a repeated key
      feed(of->keys[i], of->key_begins[i]);
    }
  };
  feed_keys("values"), feed_keys("spans");
  if (const json_value* c = v.find("contacts")) {
    if (const json_value* m = c->find("metrics")) {
      for (const json_value& item : m->items) {
        if (item.is(kind::text) && !item.text.empty()) feed(item.text, item.begin);
      }
    }
  }
  if (out.values.empty() && out.spans.empty() && out.linked.metrics.empty()) {
    fields.sink().add("E24", v, "the table feeds no metric", "give values, spans or contacts");
  }
  return out;
}

}  // namespace detail

/// Reads which columns play which roles: JSON with comments, one object for each table.
///
///     { "surveys":  { "owner": "agent", "time": "answered", "values": { "nps": "score" } },
///       "contacts": { "owner": "agent", "spans": { "res24": ["opened", "resolved"] } } }
///
/// @return by the name of the table
/// @throws bad_spec with every problem of the text
inline std::map<std::string, table_roles> table_roles_from(std::string_view text) {
  detail::diagnostic_sink sink;
  const detail::spec_fields fields(sink);
  std::map<std::string, table_roles> out;
  const auto root = detail::read_json(text, sink);
  if (root && fields.is(*root, json_value::kind::object, "an object of tables")) {
    for (std::size_t i = 0; i != root->items.size(); ++i) {
      out.insert_or_assign(root->keys[i], detail::read_table_roles(root->items[i], fields));
    }
  }
  auto problems = sink.finish(text, root ? *root : json_value());
  if (!problems.empty()) throw bad_spec(std::move(problems));
  return out;
}

}  // namespace crmetrics
