#include "card_maths.hpp"
#include "column.hpp"
#include "tables.hpp"

#include <crmetrics/core/estimate.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/scorecard/beta_binomial.hpp>
#include <crmetrics/scorecard/james_stein.hpp>
#include <crmetrics/scorecard/normal_normal.hpp>

#include <pybind11/stl.h>

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace crmetrics::python {

namespace {

/// A prior, agreed or fitted to peers.
/// No variant of its own name: pybind11 would convert that to its alternative.
struct prior {
  std::variant<beta_binomial, normal_normal, james_stein, fitted_to_peers<beta_binomial>,
               fitted_to_peers<normal_normal>, fitted_to_peers<james_stein>>
      rule;
};

template <class T>
prior checked(T made) {
  problem_list problems;
  made.validate(problems, "prior");
  problems.throw_if_any();
  return {made};
}

using figures = std::vector<std::pair<std::string, std::optional<double>>>;
figures of(const beta_binomial& p) { return {{"mean", p.mean}, {"strength", p.strength}}; }
figures of(const normal_normal& p) {
  return {
      {"mean", p.mean}, {"between", p.between}, {"within", p.within}, {"mean_error", p.mean_error}};
}
figures of(const james_stein& p) {
  return {{"mean", p.mean}, {"factor", p.factor}, {"mean_error", p.mean_error}};
}
template <class P>
figures of(const fitted_to_peers<P>& p) {
  return of(p.prior());
}

}  // namespace

void bind_shrinkage(py::module_& module) {
  py::class_<prior>(module, "Prior")
      .def(
          "shrink",
          [](const prior& p, const estimate& e) {
            return std::visit([&](const auto& rule) { return rule.shrink(e); }, p.rule);
          },
          py::arg("estimate"))
      .def(
          "slope",
          [](const prior& p, const estimate& e) {
            return std::visit([&](const auto& rule) { return rule.slope(e); }, p.rule);
          },
          py::arg("estimate"))
      .def_property_readonly("figures",
                             [](const prior& p) {
                               return std::visit([](const auto& rule) { return of(rule); }, p.rule);
                             })
      .def_property_readonly(
          "peers",
          [](const prior& p) {
            return std::visit(
                [](const auto& rule) -> std::optional<std::string> {
                  if constexpr (requires { rule.reference(); }) {
                    return std::string(crmetrics::detail::hash_text(rule.reference()).view());
                  } else {
                    return std::nullopt;
                  }
                },
                p.rule);
          })
      .def("fixed", [](const prior& p) {
        return std::visit(
            [](const auto& rule) -> prior {
              if constexpr (requires { rule.prior(); }) {
                return {rule.prior()};
              } else {
                return {rule};
              }
            },
            p.rule);
      });
  module.def(
      "beta_binomial",
      [](double mean, double strength) { return checked(beta_binomial{mean, strength}); },
      py::arg("mean"), py::arg("strength"));
  module.def(
      "normal_normal",
      [](double mean, double between, std::optional<double> within, double mean_error) {
        return checked(normal_normal{mean, between, within, mean_error});
      },
      py::arg("mean"), py::arg("between"), py::arg("within"), py::arg("mean_error"));
  module.def(
      "james_stein",
      [](double mean, double factor, double mean_error) {
        return checked(james_stein{mean, factor, mean_error});
      },
      py::arg("mean"), py::arg("factor"), py::arg("mean_error"));
  module.def(
      "fit_beta_binomial",
      [](const column& successes, const column& trials) -> prior {
        require_rows(trials, successes);
        const auto x = to_doubles(successes);
        const auto n = to_doubles(trials);
        std::vector<binomial_sample> peers;
        for (std::size_t i = 0; i != x.size(); ++i) peers.push_back({x[i], n[i]});
        return {fit_beta_binomial(peers)};
      },
      py::arg("successes"), py::arg("trials"));
  module.def(
      "fit_normal_normal",
      [](const column& values, const column& errors) -> prior {
        require_rows(errors, values);
        const auto x = to_doubles(values);
        const auto se = to_doubles(errors);
        std::vector<ranked_value> peers;
        for (std::size_t i = 0; i != x.size(); ++i) peers.push_back({x[i], se[i]});
        return {fit_normal_normal(peers)};
      },
      py::arg("values"), py::arg("errors"));
  module.def(
      "fit_james_stein",
      [](const column& values, double variance) -> prior {
        return {fit_james_stein(to_doubles(values), variance)};
      },
      py::arg("values"), py::arg("variance"));
}

}  // namespace crmetrics::python
