#pragma once

#include <crmetrics/runtime/detail/json_reader.hpp>
#include <crmetrics/runtime/detail/spec_fields.hpp>
#include <crmetrics/runtime/diagnostic.hpp>
#include <crmetrics/runtime/json_value.hpp>

#include <map>
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
    friend bool operator==(const value&, const value&) = default;
  };
  /// A metric whose observations are the time between two columns.
  struct span {
    std::string metric;
    std::string from;
    std::string to;  ///< an empty cell: not yet, missing
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

namespace keys {
inline constexpr std::string_view of_table[] = {"owner",  "time",  "cause",
                                                "values", "spans", "contacts"};
inline constexpr std::string_view of_contacts[] = {"metrics", "within",   "customer",
                                                   "opened",  "resolved", "issue"};
}  // namespace keys
namespace objects {
inline constexpr spec_object table{"table", keys::of_table};
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
        out.values.push_back({values->keys[i], fields.name(values->items[i]).value_or("")});
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
      if (!out.linked.within.empty() && (!window || !window->is_span())) {
        fields.sink().add("E07", *c->find("within"), "must be a time span, such as \"7d\"");
      }
      out.linked.customer = text(*c, "customer", true);
      out.linked.opened = text(*c, "opened", true);
      out.linked.resolved = text(*c, "resolved", true);
      out.linked.issue = text(*c, "issue", false);
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
