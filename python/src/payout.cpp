#include <crmetrics/scorecard/payout.hpp>

#include "card_maths.hpp"

#include <crmetrics/core/estimate.hpp>

#include <pybind11/stl.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace crmetrics::python {

void bind_payout(py::module_& module) {
  py::class_<payout_line>(module, "PayoutLine", "What a score pays, and why.")
      .def_property_readonly("state",
                             [](const payout_line& l) { return std::string(to_string(l.state)); })
      .def_readonly("score", &payout_line::score)
      .def_readonly("amount", &payout_line::amount)
      .def_property_readonly("why_absent",
                             [](const payout_line& l) {
                               return l.amount ? std::nullopt
                                               : std::optional(std::string(to_string(l.absent)));
                             })
      .def("__repr__", [](const payout_line& l) {
        if (!l.amount) return "<payout: not assessed, " + std::string(to_string(l.absent)) + ">";
        return "<payout " + std::to_string(*l.amount) + " minor units for " +
               crmetrics::detail::shown(*l.score) + ", " + std::string(to_string(l.state)) + ">";
      });
  py::class_<payout>(module, "Payout")
      .def(py::init([](const std::vector<std::pair<double, std::int64_t>>& steps, bool half_up) {
             std::vector<payout::step> all;
             for (const auto& [score, amount] : steps) all.push_back({score, amount});
             return payout(std::move(all),
                           half_up ? money_rounding::half_up : money_rounding::down);
           }),
           py::arg("steps"), py::arg("half_up"))
      .def(
          "of_score", [](const payout& p, double score) { return p.of(score); }, py::arg("score"))
      .def(
          "of_result", [](const payout& p, const estimate& result) { return p.of(result); },
          py::arg("result"));
}

}  // namespace crmetrics::python
