#include "card_maths.hpp"
#include "column.hpp"
#include "tables.hpp"

#include <crmetrics/intervals/correlation.hpp>
#include <crmetrics/intervals/direct_standardisation.hpp>
#include <crmetrics/intervals/funnel_limits.hpp>
#include <crmetrics/intervals/sample_size.hpp>
#include <crmetrics/intervals/wald.hpp>
#include <crmetrics/intervals/wilson.hpp>

#include <pybind11/stl.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace crmetrics::python {

namespace {

using bounds = std::optional<std::pair<double, double>>;

bounds bounds_of(const std::optional<interval>& i) {
  return i ? bounds(std::pair(i->low, i->high)) : std::nullopt;
}

std::string bounds_text(const std::optional<interval>& i, confidence_level level) {
  using crmetrics::detail::shown;
  if (!i) return "";
  return " [" + shown(i->low) + ", " + shown(i->high) + "] at " + shown(level.value());
}

template <class Result>
bool is_meant(const Result& r) {
  return r.status == status::ok || r.status == status::insufficient_data;
}

}  // namespace

void bind_statistics(py::module_& module) {
  py::class_<correlation>(module, "Correlation", "How closely two columns go together.")
      .def_property_readonly(
          "r",
          [](const correlation& c) { return c.has_value() ? std::optional(c.r) : std::nullopt; })
      .def_property_readonly("interval", [](const correlation& c) { return bounds_of(c.interval); })
      .def_property_readonly("status",
                             [](const correlation& c) { return std::string(to_string(c.status)); })
      .def_property_readonly("level", [](const correlation& c) { return c.level.value(); })
      .def_readonly("n", &correlation::n)
      .def_property_readonly("method", [](const correlation& c) { return std::string(c.method); })
      .def("__repr__", [](const correlation& c) {
        const std::string r =
            c.has_value() ? crmetrics::detail::shown(c.r) : std::string(to_string(c.status));
        return "<correlation " + r + bounds_text(c.interval, c.level) +
               " (n = " + std::to_string(c.n) + "; " + std::string(c.method) + ")>";
      });
  py::class_<standardised_share>(module, "StandardisedShare",
                                 "A share at the mix of cases of a reference.")
      .def_property_readonly("value",
                             [](const standardised_share& s) {
                               return is_meant(s) ? std::optional(s.value) : std::nullopt;
                             })
      .def_property_readonly("crude",
                             [](const standardised_share& s) {
                               return s.n != 0 ? std::optional(s.crude) : std::nullopt;
                             })
      .def_readonly("standard_error", &standardised_share::standard_error)
      .def_property_readonly("interval",
                             [](const standardised_share& s) { return bounds_of(s.interval); })
      .def_property_readonly(
          "status", [](const standardised_share& s) { return std::string(to_string(s.status)); })
      .def_property_readonly("level", [](const standardised_share& s) { return s.level.value(); })
      .def_readonly("n", &standardised_share::n)
      .def_readonly("empty_strata", &standardised_share::empty_strata)
      .def("__repr__", [](const standardised_share& s) {
        const std::string value =
            is_meant(s) ? crmetrics::detail::shown(s.value) : std::string(to_string(s.status));
        return "<standardised share " + value + bounds_text(s.interval, s.level) +
               " (n = " + std::to_string(s.n) + "; crude " +
               (s.n == 0 ? std::string("none") : crmetrics::detail::shown(s.crude)) + ")>";
      });

  const auto correlate = [&](const char* name, auto by) {
    module.def(
        name,
        [by](const column& x, const column& y, double level) {
          const std::vector<double> a = to_doubles(x);
          const std::vector<double> b = to_doubles(y);
          const py::gil_scoped_release released;
          return by(a, b, confidence_level(level));
        },
        py::arg("x"), py::arg("y"), py::arg("level"));
  };
  using values = std::vector<double>;
  correlate("pearson", [](const values& x, const values& y, confidence_level level) {
    return pearson(x, y, level);
  });
  correlate("spearman", [](const values& x, const values& y, confidence_level level) {
    return spearman(x, y, level);
  });
  module.def(
      "standardise",
      [](const column& successes, const column& trials, const column& reference, double level) {
        require_rows(trials, successes);
        const values hits = to_doubles(successes);
        const values all = to_doubles(trials);
        std::vector<binomial_sample> strata;
        for (std::size_t i = 0; i != hits.size(); ++i) strata.push_back({hits[i], all[i]});
        return standardise(strata, to_doubles(reference), confidence_level(level));
      },
      py::arg("successes"), py::arg("trials"), py::arg("reference"), py::arg("level"));
  module.def(
      "funnel_limits",
      [](double expected, double level) {
        const interval found = funnel_limits(expected, confidence_level(level));
        return std::pair(found.low, found.high);
      },
      py::arg("expected"), py::arg("level"));
  module.def(
      "funnel_dispersion",
      [](const column& observed, const column& expected) {
        require_rows(expected, observed);
        const values o = to_doubles(observed);
        const values e = to_doubles(expected);
        std::vector<observed_expected> units;
        for (std::size_t i = 0; i != o.size(); ++i) units.push_back({o[i], e[i]});
        return funnel_dispersion(units);
      },
      py::arg("observed"), py::arg("expected"));
  module.def(
      "sample_size_of_share",
      [](double margin, double share, bool by_wilson, double level,
         std::optional<std::uint64_t> population) {
        const precision_goal goal{margin, confidence_level(level), population};
        return by_wilson ? sample_size(goal, planned_share{share}, wilson{})
                         : sample_size(goal, planned_share{share}, wald{});
      },
      py::arg("margin"), py::arg("share"), py::arg("by_wilson"), py::arg("level"),
      py::arg("population"));
  module.def(
      "sample_size_of_net",
      [](double margin, double promoters, double detractors, double level,
         std::optional<std::uint64_t> population) {
        return sample_size(precision_goal{margin, confidence_level(level), population},
                           planned_net{promoters, detractors});
      },
      py::arg("margin"), py::arg("promoters"), py::arg("detractors"), py::arg("level"),
      py::arg("population"));
  module.def(
      "sample_size_to_detect",
      [](double share_a, double share_b, double power, double level) {
        return sample_size(detection_goal{share_a, share_b, power, confidence_level(level)});
      },
      py::arg("share_a"), py::arg("share_b"), py::arg("power"), py::arg("level"));
}

}  // namespace crmetrics::python
