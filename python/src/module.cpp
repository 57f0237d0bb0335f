#include "arrow_table.hpp"
#include "bootstrap.hpp"
#include "card_maths.hpp"
#include "cells.hpp"
#include "column.hpp"
#include "contacts.hpp"
#include "errors.hpp"
#include "facts.hpp"
#include "registry.hpp"
#include "results.hpp"
#include "scorecard.hpp"
#include "settings.hpp"
#include "spec.hpp"
#include "state_object.hpp"
#include "workload.hpp"

#include <crmetrics/version.hpp>

#include <pybind11/stl.h>
#include <pybind11/typing.h>

#include <utility>

namespace crmetrics::python {

namespace {

const state_makers& makers() {
  static const state_makers all = [] {
    state_makers m;
    add_nps(m);
    add_csat(m);
    add_yes_no_metrics(m);
    add_number_metrics(m);
    add_span_metrics(m);
    add_pair_metrics(m);
    add_contact_metrics(m);
    add_ledger_metrics(m);
    add_purchase_metrics(m);
    return m;
  }();
  return all;
}

using columns = std::vector<column>;

}  // namespace

State::State(const std::string& metric, const keyword_arguments& given) {
  const auto found = makers().find(metric);
  if (found == makers().end()) throw py::value_error("no metric \"" + metric + "\"");
  settings all(metric, given);
  held_ = found->second(all);
  all.finish();
}

void bind_columns(py::module_& module) {
  py::class_<column>(module, "Column")
      .def_readonly("name", &column::name)
      .def_readonly("rows", &column::rows)
      .def_property_readonly("type", &column::type_text)
      .def("__len__", [](const column& c) { return c.rows; });
  module.def("to_column", &to_column, py::arg("data"), py::arg("name"));
  module.def("times", &times_of, py::arg("data"), py::arg("name"), py::arg("is_span"),
             py::arg("ticks"), py::arg("zone"));
  module.def("to_columns", &to_columns, py::arg("table"), py::arg("names"));
  py::class_<arrow_table, std::shared_ptr<arrow_table>>(module, "Table")
      .def("__len__", &arrow_table::rows)
      .def(
          "__arrow_c_stream__",
          [](const std::shared_ptr<arrow_table>& t, const py::object&) {
            return arrow_table::stream(t);
          },
          py::arg("requested_schema") = py::none())
      .def("__arrow_c_schema__",
           [](const std::shared_ptr<arrow_table>& t) { return arrow_table::schema(t); });
  py::class_<fact_source, std::shared_ptr<fact_source>>(module, "Facts")
      .def("__len__", &fact_source::size);
}

void bind_states(py::module_& module) {
  module.def("metric_names", [] {
    std::vector<std::string> names;
    for (const auto& [name, make] : makers()) names.push_back(name);
    return names;
  });

  py::class_<State>(module, "State")
      .def(py::init<const std::string&, const keyword_arguments&>(), py::arg("metric"),
           py::arg("settings"))
      .def_property_readonly("name", [](const State& s) { return s->name(); })
      .def_property_readonly("convention", [](const State& s) { return s->convention(); })
      .def_property_readonly("definition", [](const State& s) { return s->definition(); })
      .def(
          "_update_many",
          [](State& s, const columns& values, const column* weights) {
            std::unique_ptr<any_state> next;
            {
              const py::gil_scoped_release released;
              next = s->observed(values, weights);
            }
            s->merge(*next);  // with the GIL: another thread may do so as well
          },
          py::arg("values"), py::arg("weights").none(true))
      .def(
          "_by",
          [](const State& s, const columns& values, const column* weights, const columns& by,
             double level) {
            return by_group(values, by, [&](composite_keys& keys) {
              return s->by(values, weights, keys, level_of(level));
            });
          },
          py::arg("values"), py::arg("weights").none(true), py::arg("by"), py::arg("level"))
      .def(
          "_merge", [](State& s, const State& other) { s->merge(*other); }, py::arg("other"))
      .def(
          "_equals", [](const State& s, const State& other) { return s->equals(*other); },
          py::arg("other"))
      .def(
          "_observe",
          [](State& s, const fact_source& facts) {
            // Of its own: a merge in another thread may give the state a rule meanwhile.
            std::unique_ptr<any_state> next = s->fresh();
            {
              const py::gil_scoped_release released;
              next = next->observed(facts);
            }
            s->merge(*next);
          },
          py::arg("facts"))
      .def(
          "_observe_by",
          [](const State& s, const fact_source& facts, const columns& by, double level) {
            const std::unique_ptr<any_state> empty = s->fresh();
            const columns groups = as_keys(by);
            const py::gil_scoped_release released;
            composite_keys keys(groups);
            if (keys.rows() != facts.rows()) {
              throw py::value_error("column \"" + by.front().name + "\" has " +
                                    std::to_string(keys.rows()) + " rows, the table has " +
                                    std::to_string(facts.rows()));
            }
            return group_table(keys, empty->observe_by(facts, keys, level_of(level)));
          },
          py::arg("facts"), py::arg("by"), py::arg("level"))
      .def("_rule",
           [](const State& s) {
             const auto rule = s->rule();
             return rule ? std::optional(settings_of(*rule)) : std::nullopt;
           })
      .def("_clear", [](State& s) { s.replace(s->fresh()); })
      .def(
          "_adopt", [](State& s, const State& other) { s.replace(other->clone()); },
          py::arg("other"))
      .def(
          "_result", [](const State& s, double level) { return s->result(level_of(level)); },
          py::arg("level"))
      .def("to_bytes", [](const State& s) { return to_python(s->to_bytes()); })
      .def(
          "_read",
          [](State& s, const py::bytes& data) { s.replace(s->from_bytes(bytes_of(data))); },
          py::arg("data"));
}

}  // namespace crmetrics::python

PYBIND11_MODULE(_core, module) {
  using namespace crmetrics::python;
  module.doc() = "The compiled part of crmetrics.";
  module.attr("version") = std::to_string(CRMETRICS_VERSION_MAJOR) + "." +
                           std::to_string(CRMETRICS_VERSION_MINOR) + "." +
                           std::to_string(CRMETRICS_VERSION_PATCH);
  bind_errors(module);
  bind_columns(module);
  bind_movements(module);
  bind_results(module);
  bind_contacts(module);
  bind_ledger(module);
  bind_purchases(module);
  bind_states(module);
  bind_bootstrap(module);
  bind_spec(module);
  bind_scorecard(module);
  bind_workload(module);
  bind_weights(module);
  bind_index(module);
  bind_ranks(module);
  bind_shrinkage(module);
  bind_control(module);
  bind_statistics(module);
  bind_payout(module);
  bind_targets(module);
  bind_points(module);
}
