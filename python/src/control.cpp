#include "card_maths.hpp"
#include "column.hpp"
#include "tables.hpp"

#include <crmetrics/core/estimate.hpp>
#include <crmetrics/scorecard/control_charts.hpp>
#include <crmetrics/scorecard/run_rules.hpp>

#include <pybind11/stl.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace crmetrics::python {

namespace {

confidence_level level_of(double level) { return confidence_level(level); }

run_rules rules_of(const std::vector<std::string>& names) {
  run_rules out{false, false, false, false};
  for (const std::string& name : names) {
    if (name == "beyond") {
      out.beyond = true;
    } else if (name == "two_of_three") {
      out.two_of_three = true;
    } else if (name == "four_of_five") {
      out.four_of_five = true;
    } else if (name == "eight_in_row") {
      out.eight_in_row = true;
    } else {
      throw py::value_error("rules: \"" + name +
                            "\" is none of \"beyond\", \"two_of_three\", \"four_of_five\", "
                            "\"eight_in_row\"");
    }
  }
  return out;
}

std::string text_of(control_signal s) { return std::string(to_string(s)); }

}  // namespace

void bind_control(py::module_& module) {
  py::class_<control_limits>(module, "ControlLimits",
                             "Limits within which a process in control stays, and how often it "
                             "leaves them all the same.")
      .def_readonly("low", &control_limits::low)
      .def_readonly("centre", &control_limits::centre)
      .def_readonly("high", &control_limits::high)
      .def_readonly("false_alarm_low", &control_limits::false_alarm_low)
      .def_readonly("false_alarm_high", &control_limits::false_alarm_high)
      .def_property_readonly("false_alarm_rate", &control_limits::false_alarm_rate)
      .def_property_readonly("average_run_length", &control_limits::average_run_length)
      .def_property_readonly("method",
                             [](const control_limits& l) { return std::string(l.method); })
      .def("__repr__",
           [](const control_limits& l) {
             using crmetrics::detail::shown;
             return "<limits " + shown(l.low) + " to " + shown(l.high) + " around " +
                    shown(l.centre) + " (" + std::string(l.method) + "; false alarms " +
                    shown(l.false_alarm_rate()) + ")>";
           })
      .def_readonly("low_count", &control_limits::low_count)
      .def_readonly("high_count", &control_limits::high_count)
      .def(
          "judge", [](const control_limits& l, double value) { return text_of(l.judge(value)); },
          py::arg("value"))
      .def(
          "judge_count",
          [](const control_limits& l, std::uint64_t count) {
            if (!l.low_count) throw py::value_error("limits of single values have no counts");
            return text_of(l.judge_count(count));
          },
          py::arg("count"));
  py::class_<p_chart>(module, "PChart")
      .def(py::init([](double share, double level) { return p_chart{share, level_of(level)}; }),
           py::arg("share"), py::arg("level"))
      .def(
          "limits", [](const p_chart& c, std::uint64_t n) { return c.limits(n); }, py::arg("n"))
      .def(
          "normal_limits",
          [](const p_chart& c, std::uint64_t n, double z) { return c.normal_limits(n, z); },
          py::arg("n"), py::arg("z"))
      .def(
          "judge",
          [](const p_chart& c, const estimate& e) {
            const control_limits l = c.limits(e);
            return std::pair(text_of(c.judge(e, l)), l);
          },
          py::arg("estimate"));
  py::class_<u_chart>(module, "UChart")
      .def(py::init([](double rate, std::int64_t per, double level) {
             return u_chart{rate, per, level_of(level)};
           }),
           py::arg("rate"), py::arg("per"), py::arg("level"))
      .def(
          "limits", [](const u_chart& c, std::uint64_t exposure) { return c.limits(exposure); },
          py::arg("exposure"))
      .def(
          "judge",
          [](const u_chart& c, const estimate& e) {
            const control_limits l = c.limits(e);
            return std::pair(text_of(c.judge(e, l)), l);
          },
          py::arg("estimate"));
  module.def(
      "xmr_limits",
      [](const column& history, double width) {
        return xmr_chart::of(to_doubles(history), width).limits();
      },
      py::arg("history"), py::arg("width"));
  module.def(
      "first_signal",
      [](const column& z, const std::vector<std::string>& rules)
          -> std::optional<std::pair<std::size_t, std::string>> {
        const auto found = rules_of(rules).first_signal(to_doubles(z));
        if (!found) return std::nullopt;
        return std::pair(found->index, std::string(found->rule));
      },
      py::arg("z"), py::arg("rules"));
  module.def(
      "average_run_length",
      [](const std::vector<std::string>& rules, double shift) {
        const run_rules chosen = rules_of(rules);
        const py::gil_scoped_release released;
        return chosen.average_run_length(shift);
      },
      py::arg("rules"), py::arg("shift"));
}

}  // namespace crmetrics::python
