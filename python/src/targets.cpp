#include "card_maths.hpp"

#include <crmetrics/core/estimate.hpp>
#include <crmetrics/io/process_text.hpp>
#include <crmetrics/runtime/interned.hpp>
#include <crmetrics/scorecard/alarm.hpp>
#include <crmetrics/scorecard/target.hpp>
#include <crmetrics/scorecard/target_to_date.hpp>
#include <crmetrics/scorecard/veto_rules.hpp>

#include <pybind11/stl.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace crmetrics::python {

namespace {

template <class Enum>
std::string word_of(Enum x) {
  return std::string(to_string(x));
}

std::optional<std::string> why(absence absent) {
  return absent == absence::none ? std::nullopt : std::optional(word_of(absent));
}

/// An alarm by a fixed rule: on the value itself, or on the near end of its interval.
struct fixed_alarm {
  std::variant<alarm<fixed_rule<above>>, alarm<fixed_rule<below>>, alarm<fixed_rule<surely_above>>,
               alarm<fixed_rule<surely_below>>>
      one;
};

fixed_alarm alarm_of(const std::string& name, bool is_above, double threshold, bool sure,
                     double level, std::optional<double> in_control, std::uint64_t min_n) {
  const auto made = [&](auto trigger) -> fixed_alarm {
    return {alarm(interned(name), fixed(trigger, in_control)).at_least(min_n)};
  };
  if (!sure) return is_above ? made(above{threshold}) : made(below{threshold});
  const confidence_level at(level);
  return is_above ? made(surely_above{threshold, at}) : made(surely_below{threshold, at});
}

target target_of(const std::string& kind, double threshold, std::uint64_t min_n) {
  const auto plain = [&] {
    if (kind == "at least") return target::at_least(threshold);
    if (kind == "at most") return target::at_most(threshold);
    return kind == "above" ? target::above(threshold) : target::below(threshold);
  };
  return plain().needing(min_n);
}

}  // namespace

void bind_targets(py::module_& module) {
  py::class_<target_line>(module, "TargetLine", "A target held against one result.")
      .def_property_readonly("state", [](const target_line& l) { return word_of(l.state); })
      .def_property_readonly("why_absent", [](const target_line& l) { return why(l.absent); })
      .def_readonly("threshold", &target_line::threshold)
      .def_readonly("short_by", &target_line::short_by)
      .def_readonly("sure", &target_line::sure)
      .def("__repr__", [](const target_line& l) { return "<target " + to_text(l) + ">"; });
  py::class_<target_to_date>(module, "TargetToDate",
                             "A target for a whole period, judged before its end.")
      .def_readonly("so_far", &target_to_date::so_far)
      .def_readonly("remaining", &target_to_date::remaining)
      .def_property_readonly("outlook", [](const target_to_date& t) { return word_of(t.outlook); })
      .def_readonly("needed", &target_to_date::needed)
      .def_property_readonly("needed_share", &target_to_date::needed_share)
      .def("__repr__", [](const target_to_date& t) {
        std::string out = "<target " + word_of(t.outlook);
        if (t.needed) {
          out +=
              ": " + std::to_string(*t.needed) + " of the remaining " + std::to_string(t.remaining);
        }
        return out + "; so far " + to_text(t.so_far) + ">";
      });
  py::class_<target>(module, "Target")
      .def(py::init(&target_of), py::arg("kind"), py::arg("threshold"), py::arg("min_n"))
      .def(
          "judge", [](const target& t, const estimate& e) { return t.judge(e); }, py::arg("result"))
      .def(
          "to_date",
          [](const target& t, const estimate& e, std::uint64_t remaining) {
            return to_date(t, e, remaining);
          },
          py::arg("result"), py::arg("remaining"));
  py::class_<alarm_line>(module, "AlarmLine", "What an alarm says of one result.")
      .def_property_readonly("state", [](const alarm_line& l) { return word_of(l.state); })
      .def_property_readonly("why_absent", [](const alarm_line& l) { return why(l.absent); })
      .def_property_readonly(
          "limit",
          [](const alarm_line& l) {
            return l.state == alarm_state::not_assessable ? std::nullopt : std::optional(l.limit);
          })
      .def_readonly("false_alarm_rate", &alarm_line::false_alarm_rate)
      .def("__repr__", [](const alarm_line& l) { return "<alarm " + to_text(l) + ">"; });
  py::class_<fixed_alarm>(module, "FixedAlarm")
      .def(py::init(&alarm_of), py::arg("name"), py::arg("is_above"), py::arg("threshold"),
           py::arg("sure"), py::arg("level"), py::arg("in_control"), py::arg("min_n"))
      .def(
          "judge",
          [](const fixed_alarm& a, const estimate& e) {
            return std::visit([&](const auto& one) { return one.judge(e); }, a.one);
          },
          py::arg("result"));
}

}  // namespace crmetrics::python
