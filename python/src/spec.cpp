#include "spec.hpp"

#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/runtime/card_from_spec.hpp>
#include <crmetrics/runtime/diagnostic.hpp>
#include <crmetrics/runtime/spec_diff.hpp>
#include <crmetrics/runtime/spec_parser.hpp>
#include <crmetrics/runtime/spec_printer.hpp>
#include <crmetrics/runtime/table_roles.hpp>
#include <crmetrics/time/detail/date_text.hpp>

#include <pybind11/stl.h>
#include <pybind11/typing.h>
#include <boost/json/src.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crmetrics::python {

namespace {

using record = py::typing::Dict<py::str, py::object>;
using records = py::typing::List<record>;

record to_dict(const diagnostic& d) {
  record out;
  out["code"] = std::string(d.code);
  out["severity"] = d.is_error() ? "error" : "warning";
  out["path"] = d.path;
  out["line"] = d.line;
  out["column"] = d.column;
  out["value"] = d.value;
  out["message"] = d.message;
  out["hint"] = d.hint;
  out["text"] = d.text();
  return out;
}

std::string text_of(const date& d) {
  return std::string(crmetrics::detail::text_of_instant(start_of(d)).view().substr(0, 10));
}

record to_dict(const version_spec& v) {
  record out;
  out["from"] = text_of(v.from);
  out["to"] = v.to ? py::object(py::str(text_of(*v.to))) : py::object(py::none());
  out["note"] = v.note;
  out["approved"] = v.approved;
  return out;
}

record to_dict(const table_roles& roles) {
  record out;
  out["owner"] = roles.owner;
  out["time"] = roles.time;
  out["cause"] = roles.cause;
  py::list values;
  for (const auto& v : roles.values) values.append(py::make_tuple(v.metric, v.column, v.unit));
  out["values"] = values;
  py::list spans;
  for (const auto& s : roles.spans) spans.append(py::make_tuple(s.metric, s.from, s.to));
  out["spans"] = spans;
  if (roles.linked.metrics.empty()) {
    out["contacts"] = py::none();
  } else {
    py::dict contacts;
    contacts["metrics"] = roles.linked.metrics;
    contacts["within"] = roles.linked.within;
    contacts["customer"] = roles.linked.customer;
    contacts["opened"] = roles.linked.opened;
    contacts["resolved"] = roles.linked.resolved;
    contacts["issue"] = roles.linked.issue;
    out["contacts"] = contacts;
  }
  return out;
}

records to_list(const std::vector<diagnostic>& diagnostics) {
  records out;
  for (const diagnostic& d : diagnostics) out.append(to_dict(d));
  return out;
}

}  // namespace

void bind_spec(py::module_& module) {
  py::class_<parsed_spec>(module, "Spec")
      .def(py::init([](const std::string& text) { return parse_card_spec(text); }), py::arg("text"))
      .def_property_readonly("ok", &parsed_spec::ok)
      .def_property_readonly("id", [](const parsed_spec& s) { return s.spec.id; })
      .def_property_readonly("diagnostics",
                             [](const parsed_spec& s) { return to_list(s.diagnostics); })
      .def_property_readonly("metrics",
                             [](const parsed_spec& s) {
                               std::vector<std::string> ids;
                               for (const version_spec& v : s.spec.versions) {
                                 for (const metric_spec& m : v.rules.metrics) {
                                   if (std::find(ids.begin(), ids.end(), m.id) == ids.end()) {
                                     ids.push_back(m.id);
                                   }
                                 }
                               }
                               return ids;
                             })
      .def_property_readonly("versions",
                             [](const parsed_spec& s) {
                               records out;
                               for (const version_spec& v : s.spec.versions) out.append(to_dict(v));
                               return out;
                             })
      .def("to_text", [](const parsed_spec& s) { return to_spec_text(s.spec); })
      .def(
          "diff",
          [](const parsed_spec& s, std::size_t before, std::size_t after) {
            py::typing::List<py::typing::Dict<py::str, py::str>> out;
            for (const spec_change& c :
                 spec_diff(s.spec.versions.at(before).rules, s.spec.versions.at(after).rules)) {
              py::typing::Dict<py::str, py::str> one;
              one["path"] = c.path;
              one["before"] = c.before;
              one["after"] = c.after;
              out.append(one);
            }
            return out;
          },
          py::arg("before"), py::arg("after"));

  module.def(
      "table_roles",
      [](const std::string& text) -> std::pair<py::typing::Dict<py::str, record>, records> {
        try {
          record out;
          for (const auto& [name, roles] : table_roles_from(text))
            out[py::str(name)] = to_dict(roles);
          return std::pair(out, records());
        } catch (const bad_spec& e) {
          return std::pair(py::typing::Dict<py::str, record>(), to_list(e.diagnostics()));
        }
      },
      py::arg("text"));
}

}  // namespace crmetrics::python
