#include "arrow_table.hpp"
#include "card_maths.hpp"
#include "column.hpp"
#include "results.hpp"
#include "tables.hpp"

#include <crmetrics/combinators/by.hpp>
#include <crmetrics/intervals/holm.hpp>
#include <crmetrics/scorecard/comparison_bars.hpp>
#include <crmetrics/scorecard/expected_ranks.hpp>
#include <crmetrics/scorecard/pooled_errors.hpp>
#include <crmetrics/scorecard/rank_sets.hpp>
#include <crmetrics/scorecard/score_report.hpp>
#include <crmetrics/scorecard/total_difference.hpp>

#include <pybind11/stl.h>

#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace crmetrics::python {

namespace {

std::vector<ranked_value> ranked(const column& values, const column& errors) {
  require_rows(errors, values);
  const std::vector<double> value = to_doubles(values);
  const std::vector<double> error = to_doubles(errors);
  std::vector<ranked_value> out;
  for (std::size_t i = 0; i != value.size(); ++i) out.push_back({value[i], error[i]});
  return out;
}

simultaneous settings(double level, std::size_t draws, std::uint64_t seed, bool step_down,
                      unsigned threads) {
  return {confidence_level(level), draws, seed, step_down, threads};
}

/// Reports of totals and their errors, as far as differences look at them.
group_results<std::size_t, score_report> reports_of(
    const std::vector<std::optional<double>>& totals,
    const std::vector<std::optional<double>>& errors) {
  if (totals.size() != errors.size()) throw py::value_error("totals and errors differ in number");
  group_results<std::size_t, score_report> out;
  for (std::size_t i = 0; i != totals.size(); ++i) {
    score_report report;
    report.total = totals[i];
    if (errors[i]) {
      report.uncertainty.emplace();
      report.uncertainty->standard_error = *errors[i];
    }
    out.rows.push_back({i, std::move(report)});
  }
  return out;
}

}  // namespace

void bind_ranks(py::module_& module) {
  py::class_<rank_set_table>(module, "RankSets")
      .def("__len__", &rank_set_table::size)
      .def(
          "at",
          [](const rank_set_table& t, std::size_t i) {
            if (i >= t.size()) throw py::index_error("no value " + std::to_string(i));
            return std::pair(t[i].first, t[i].last);
          },
          py::arg("place"))
      .def(
          "is_above",
          [](const rank_set_table& t, std::size_t i, std::size_t j) {
            if (i >= t.size() || j >= t.size()) throw py::index_error("no such value");
            return t.is_above(i, j);
          },
          py::arg("place"), py::arg("other"))
      .def("top", &rank_set_table::top, py::arg("k"))
      .def("not_separable", &rank_set_table::not_separable)
      .def_property_readonly("nothing_separates", &rank_set_table::nothing_separates)
      .def_property_readonly("critical_value", &rank_set_table::critical_value)
      .def_property_readonly("critical_value_error", &rank_set_table::critical_value_error)
      .def_property_readonly("level",
                             [](const rank_set_table& t) { return t.settings().level.value(); });
  module.def(
      "rank_sets",
      [](const column& values, const column& errors, double level, std::size_t draws,
         std::uint64_t seed, bool step_down, unsigned threads) {
        const auto all = ranked(values, errors);
        const py::gil_scoped_release released;
        return rank_sets(all, settings(level, draws, seed, step_down, threads));
      },
      py::arg("values"), py::arg("errors"), py::arg("level"), py::arg("draws"), py::arg("seed"),
      py::arg("step_down"), py::arg("threads"));
  module.def(
      "rank_set_of",
      [](const column& values, const column& errors, std::size_t which, double level,
         std::size_t draws, std::uint64_t seed, bool step_down, unsigned threads) {
        const auto all = ranked(values, errors);
        const py::gil_scoped_release released;
        const rank_set found =
            rank_set_of(all, which, settings(level, draws, seed, step_down, threads));
        return std::pair(found.first, found.last);
      },
      py::arg("values"), py::arg("errors"), py::arg("which"), py::arg("level"), py::arg("draws"),
      py::arg("seed"), py::arg("step_down"), py::arg("threads"));
  module.def(
      "expected_ranks",
      [](const column& values, const column& errors) {
        return expected_ranks(ranked(values, errors));
      },
      py::arg("values"), py::arg("errors"));
  module.def(
      "bars_for_pair",
      [](double a, double b, double level) {
        const comparison_bars bars = bars_for_pair(a, b, confidence_level(level));
        return std::pair(bars.multiplier, bars.level);
      },
      py::arg("a"), py::arg("b"), py::arg("level"));
  module.def(
      "bars_for_chart",
      [](const column& values, const column& errors, double level) {
        const comparison_bars bars =
            bars_for_chart(ranked(values, errors), confidence_level(level));
        return std::pair(bars.multiplier, bars.level);
      },
      py::arg("values"), py::arg("errors"), py::arg("level"));
  module.def(
      "holm", [](const column& p_values) { return holm(to_doubles(p_values)); },
      py::arg("p_values"));
  module.def(
      "total_differences",
      [](const std::vector<std::optional<double>>& totals,
         const std::vector<std::optional<double>>& errors, double level) {
        std::vector<std::tuple<std::size_t, std::size_t, compared, std::optional<double>>> out;
        for (const auto& pair :
             total_differences(reports_of(totals, errors), confidence_level(level))) {
          out.emplace_back(pair.a, pair.b, compared{pair.difference, unit::points},
                           pair.adjusted_p);
        }
        return out;
      },
      py::arg("totals"), py::arg("errors"), py::arg("level"));
  module.def(
      "pooled_errors",
      [](const std::vector<estimate>& estimates) {
        std::vector<std::optional<double>> out;
        for (const auto& e : pooled_errors(estimates)) {
          out.push_back(e ? std::optional(e->standard_error) : std::nullopt);
        }
        return out;
      },
      py::arg("estimates"));
}

}  // namespace crmetrics::python
