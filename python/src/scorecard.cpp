#include "scorecard.hpp"

#include "column.hpp"
#include "contacts.hpp"
#include "tables.hpp"

#include <crmetrics/io/evaluation_json.hpp>
#include <crmetrics/io/process_json.hpp>
#include <crmetrics/runtime/interned.hpp>
#include <crmetrics/runtime/quantity.hpp>
#include <crmetrics/runtime/spec_evaluation.hpp>
#include <crmetrics/runtime/spec_parser.hpp>
#include <crmetrics/scorecard/evidence_share.hpp>
#include <crmetrics/scorecard/relevance_review.hpp>
#include <crmetrics/scorecard/target.hpp>

#include <pybind11/stl.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace crmetrics::python {

namespace {

using text = std::string;

/// Contacts to be linked: which metrics observe them, and the roles.
struct linked_input {
  std::vector<text> metrics;
  text within;
  column customer;
  column opened;
  column resolved;
  std::optional<column> issue;
};

/// What Python knows of one table: the columns by role.
struct table_input {
  text name;
  column owner;
  std::optional<column> time;
  std::optional<column> cause;
  std::vector<std::tuple<text, column, text>> values;  ///< metric, column, unit of times
  std::vector<std::tuple<text, column, column>> spans;
  std::optional<linked_input> linked;
};

struct settings_input {
  text title;
  text period_name;
  double level = .95;
  unsigned threads = 1;
  std::size_t earlier_periods = 0;
  std::optional<std::int64_t> observed_until;
  std::optional<double> plan_below;  ///< components with fewer points became a plan
  std::uint64_t seed = 1;
};

evaluation_settings settings_of(const settings_input& given, const parsed_spec& spec,
                                const period& within) {
  evaluation_settings out;
  out.title = given.title;
  out.period_name = given.period_name;
  out.level = confidence_level(given.level);
  out.threads = given.threads;
  out.earlier_periods = given.earlier_periods;
  if (given.observed_until) out.observed_until = instant{*given.observed_until};
  out.ranks.seed = given.seed;
  for (const diagnostic& d : spec.diagnostics) {
    if (!d.is_error()) out.warnings.push_back(d);
  }
  if (!given.plan_below) return out;
  const version_spec* version = nullptr;
  for (const version_spec& v : spec.spec.versions) {
    if (start_of(v.from) <= within.from()) version = &v;
  }
  if (version == nullptr) return out;
  for (const metric_spec& m : version->rules.metrics) {
    if (!std::holds_alternative<std::monostate>(m.score)) {
      out.findings.push_back({interned(m.id), *given.plan_below, {}, ""});
    }
  }
  return out;
}

/// Contacts of one table after linking.
class linked_table {
 public:
  linked_table(const linked_input& in, const std::optional<std::int64_t>& observed_until)
      : metrics_(in.metrics), opened_(to_instants(in.opened)) {
    const auto window = quantity_from(in.within);
    if (!window || !window->is_span()) {
      throw bad_input({"contacts.within", 0, in.within, "must be a time span, such as \"7d\""});
    }
    link_settings how;
    how.window.span = time_span{static_cast<std::int64_t>(window->value() * 1e6)};
    if (observed_until) how.until = instant{*observed_until};
    const auto linked =
        link(in.customer, in.opened, &in.resolved, in.issue ? &*in.issue : nullptr, nullptr, how);
    facts_.resize(linked->size());
    linked->read(0, facts_);
  }
  observation_table::contacts contacts() const { return {metrics_, facts_, opened_}; }

 private:
  std::vector<text> metrics_;
  std::vector<std::int64_t> opened_;
  std::vector<contact_fact> facts_;
};

/// What an evaluation found, and what can be asked about it afterwards.
class found_evaluation {
 public:
  explicit found_evaluation(evaluation found) : found_(std::move(found)), json_(to_json(found_)) {}

  const std::string& json() const noexcept { return json_; }

  /// Documents crmetrics/relevance/1, one for each unit.
  std::vector<std::string> relevance(const std::map<text, double>& outcomes, const text& outcome,
                                     double level, double overlap_above,
                                     std::uint64_t min_agents) const {
    require_known(outcomes, outcome);
    const relevance_review review{confidence_level(level), overlap_above, min_agents};
    const auto outcome_of = [&](const text& agent) {
      const auto it = outcomes.find(agent);
      return it == outcomes.end() ? std::nullopt : std::optional(it->second);
    };
    std::vector<std::string> out;
    for (const evaluation::unit& unit : found_.units) {
      struct {
        std::vector<row> rows;
      } results;
      for (const evaluation::agent& a : unit.agents) results.rows.push_back({a.id, report_of(a)});
      out.push_back(to_json(review.of(results, interned(outcome), outcome_of)));
    }
    return out;
  }
  /// Documents crmetrics/evidence-share/1 by agent: as declared, and as used.
  std::vector<std::tuple<text, std::string, std::string>> evidence() const {
    std::vector<std::tuple<text, std::string, std::string>> out;
    for (const evaluation::unit& unit : found_.units) {
      for (const evaluation::agent& a : unit.agents) {
        out.emplace_back(a.id, to_json(evidence_share::declared(report_of(a))),
                         to_json(evidence_share::used(report_of(a))));
      }
    }
    return out;
  }

 private:
  struct row {
    const text& key;
    const score_report& result;
  };
  static const score_report& report_of(const evaluation::agent& a) { return a.view.why.report; }
  void require_known(const std::map<text, double>& outcomes, const text& name) const {
    std::set<std::string_view> there;
    for (const evaluation::unit& unit : found_.units) {
      for (const evaluation::agent& a : unit.agents) there.insert(a.id);
    }
    problem_list problems;
    for (const auto& [agent, value] : outcomes) {
      if (!there.contains(agent)) {
        problems.add({name, 0, agent, "nobody in the evaluation has this id"});
      } else if (!crmetrics::detail::is_finite(value)) {
        problems.add(
            {name + " of " + agent, 0, crmetrics::detail::shown(value), "must be a finite number"});
      }
    }
    problems.throw_if_any();
  }

  evaluation found_;
  std::string json_;
};

found_evaluation evaluate(
    const parsed_spec& spec, std::int64_t from, std::int64_t to, const settings_input& given,
    const std::optional<std::vector<std::tuple<text, text, text, text>>>& agents,
    const std::vector<table_input>& inputs) {
  const py::gil_scoped_release released;
  const period within(instant{from}, instant{to});
  std::vector<std::unique_ptr<owned_table>> tables;
  for (const table_input& input : inputs) {
    auto& table = *tables.emplace_back(std::make_unique<owned_table>(input.name, input.owner));
    if (input.time) table.set_time(*input.time);
    if (input.cause) table.set_cause(*input.cause);
    for (const auto& [metric, c, unit] : input.values) table.add_values(metric, c, unit);
    for (const auto& [metric, begin, end] : input.spans) {
      table.add_span(metric, begin, end, given.observed_until);
    }
  }
  std::vector<observation_table> views;
  std::vector<std::unique_ptr<linked_table>> linked;
  for (std::size_t i = 0; i != inputs.size(); ++i) {
    views.push_back(tables[i]->table());
    if (!inputs[i].linked) continue;
    linked.push_back(std::make_unique<linked_table>(*inputs[i].linked, given.observed_until));
    views.back().linked = linked.back()->contacts();
  }

  const spec_evaluation run(spec.spec, within, settings_of(given, spec, within));
  if (!agents) return found_evaluation(run.evaluate(views));
  std::vector<listed_agent> listed;
  for (const auto& [id, name, team, post] : *agents) listed.push_back({id, name, team, post});
  return found_evaluation(run.evaluate(listed, views));
}

}  // namespace

void bind_scorecard(py::module_& module) {
  module.def(
      "texts",
      [](const column& c) {
        const named_keys keys = to_names(c);
        std::vector<std::string> out;
        for (const std::uint32_t number : keys.numbers) {
          out.push_back(number == observation_table::nobody ? "" : keys.names[number]);
        }
        return out;
      },
      py::arg("column"));
  py::class_<linked_input>(module, "LinkedInput")
      .def(py::init([](std::vector<text> metrics, text window, column customer, column opened,
                       column resolved, std::optional<column> issue) {
             return linked_input{std::move(metrics), std::move(window),   std::move(customer),
                                 std::move(opened),  std::move(resolved), std::move(issue)};
           }),
           py::arg("metrics"), py::arg("within"), py::arg("customer"), py::arg("opened"),
           py::arg("resolved"), py::arg("issue"));
  py::class_<table_input>(module, "TableInput")
      .def(py::init([](text name, column owner, std::optional<column> time,
                       std::optional<column> cause,
                       std::vector<std::tuple<text, column, text>> values,
                       std::vector<std::tuple<text, column, column>> spans,
                       std::optional<linked_input> linked) {
             return table_input{std::move(name),  std::move(owner),  std::move(time),
                                std::move(cause), std::move(values), std::move(spans),
                                std::move(linked)};
           }),
           py::arg("name"), py::arg("owner"), py::arg("time"), py::arg("cause"), py::arg("values"),
           py::arg("spans"), py::arg("linked"));
  py::class_<settings_input>(module, "EvaluationSettings")
      .def(py::init<>())
      .def_readwrite("title", &settings_input::title)
      .def_readwrite("period_name", &settings_input::period_name)
      .def_readwrite("level", &settings_input::level)
      .def_readwrite("threads", &settings_input::threads)
      .def_readwrite("earlier_periods", &settings_input::earlier_periods)
      .def_readwrite("observed_until", &settings_input::observed_until)
      .def_readwrite("plan_below", &settings_input::plan_below)
      .def_readwrite("seed", &settings_input::seed);
  py::class_<found_evaluation>(module, "Found")
      .def_property_readonly("json", &found_evaluation::json)
      .def("relevance", &found_evaluation::relevance, py::arg("outcomes"), py::arg("outcome"),
           py::arg("level"), py::arg("overlap_above"), py::arg("min_agents"))
      .def("evidence", &found_evaluation::evidence);
  module.def("evaluate", &evaluate, py::arg("spec"), py::arg("from_us"), py::arg("to_us"),
             py::arg("settings"), py::arg("agents"), py::arg("tables"));
}

}  // namespace crmetrics::python
