#include "finding.hpp"

#include "results.hpp"

#include <pybind11/stl.h>
#include <pybind11/typing.h>

#include <string>
#include <utility>

namespace crmetrics::python {

namespace {

/// In the order in which they add up.
constexpr std::pair<const char*, movement movements::*> parts[] = {
    {"start", &movements::start},
    {"new_customers", &movements::new_customers},
    {"reactivation", &movements::reactivation},
    {"expansion", &movements::expansion},
    {"contraction", &movements::contraction},
    {"churn", &movements::churn},
    {"end", &movements::end},
};

std::string text_of(const movement& m) {
  return std::to_string(m.money) + " (" + std::to_string(m.count) + ")";
}

std::string text_of(const movements_report& r) {
  std::string out(r.name);
  out += ": ";
  if (r.status != status::ok) {
    out += to_string(r.status);
  } else {
    const movements& m = r.total;
    out += "start " + text_of(m.start) + " + new " + text_of(m.new_customers) + " + reactivation " +
           text_of(m.reactivation) + " + expansion " + text_of(m.expansion) + " - contraction " +
           text_of(m.contraction) + " - churn " + text_of(m.churn) + " = end " + text_of(m.end);
  }
  return out + " (" + std::string(r.convention.view()) + ")";
}

}  // namespace

void add_movements(arrow_table& table, const std::vector<const movements_report*>& reports) {
  for (const auto& [name, part] : parts) {
    auto& money = table.column(name, "l");
    auto& count = table.column(std::string(name) + "_count", "L");
    for (const movements_report* r : reports) {
      money.add((r->total.*part).money);
      count.add((r->total.*part).count);
    }
  }
  auto& net_new = table.column("net_new", "l");
  auto& customers = table.column("customers", "L");
  auto& state = table.column("status", "u");
  auto& metric = table.column("metric", "u");
  auto& convention = table.column("convention", "u");
  for (const movements_report* r : reports) {
    net_new.add(r->net_new());
    customers.add(r->customers);
    state.add_text(to_string(r->status));
    metric.add_text(r->name);
    convention.add_text(r->convention.view());
  }
}

void bind_movements(py::module_& module) {
  py::class_<movement>(module, "Movement", "Money in minor units, and how often it came.")
      .def_readonly("money", &movement::money)
      .def_readonly("count", &movement::count)
      .def(
          "__eq__", [](const movement& a, const movement& b) { return a == b; }, py::is_operator())
      .def("__repr__", [](const movement& m) { return "<" + text_of(m) + ">"; });

  py::class_<movements_report> report(
      module, "Movements",
      "How recurring revenue came from its value at the start of a window to that at its end: "
      "start + new + reactivation + expansion - contraction - churn == end, in minor units, "
      "exactly. A complete count, without an interval.");
  for (const auto& [name, part] : parts) {
    report.def_property_readonly(
        name, [part = part](const movements_report& r) { return r.total.*part; });
  }
  report
      .def_property_readonly("name", [](const movements_report& r) { return std::string(r.name); })
      .def_property_readonly(
          "convention", [](const movements_report& r) { return std::string(r.convention.view()); })
      .def_property_readonly(
          "status", [](const movements_report& r) { return std::string(to_string(r.status)); })
      .def_readonly("customers", &movements_report::customers)
      .def_property_readonly("net_new", &movements_report::net_new)
      .def("to_dict",
           [](const movements_report& r) {
             py::typing::Dict<py::str, py::object> out;
             out["metric"] = std::string(r.name);
             for (const auto& [name, part] : parts) {
               out[name] = (r.total.*part).money;
               out[py::str(std::string(name) + "_count")] = (r.total.*part).count;
             }
             out["net_new"] = r.net_new();
             out["customers"] = r.customers;
             out["status"] = std::string(to_string(r.status));
             out["convention"] = std::string(r.convention.view());
             return out;
           })
      .def(
          "__arrow_c_stream__",
          [](const movements_report& r, const py::object&) {
            auto table = std::make_shared<arrow_table>();
            add_movements(*table, {&r});
            return arrow_table::stream(table);
          },
          py::arg("requested_schema") = py::none())
      .def(
          "__eq__", [](const movements_report& a, const movements_report& b) { return a == b; },
          py::is_operator())
      .def("__str__", [](const movements_report& r) { return text_of(r); })
      .def("__repr__", [](const movements_report& r) { return "<" + text_of(r) + ">"; })
      .def("_repr_html_", [](const movements_report& r) {
        return "<span>" + text_of(r) + "</span>";  // nothing in it needs an escape
      });
}

}  // namespace crmetrics::python
