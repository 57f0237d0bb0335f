#include "card_maths.hpp"
#include "column.hpp"
#include "tables.hpp"

#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/scorecard/arithmetic.hpp>
#include <crmetrics/scorecard/geometric.hpp>
#include <crmetrics/scorecard/harmonic.hpp>
#include <crmetrics/scorecard/min_max_scale.hpp>
#include <crmetrics/scorecard/minimum.hpp>
#include <crmetrics/scorecard/percentile.hpp>
#include <crmetrics/scorecard/power.hpp>
#include <crmetrics/scorecard/z_score.hpp>

#include <pybind11/stl.h>

#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace crmetrics::python {

namespace {

/// A curve of any kind. No variant of its own name: pybind11 would convert that to its alternative.
struct fitted {
  std::variant<min_max_scale::fitted, z_score::fitted, percentile::fitted> curve;
};
using scores = std::vector<std::optional<double>>;

direction better_from(const std::string& text) {
  if (text == "higher") return direction::higher_is_better;
  if (text == "lower") return direction::lower_is_better;
  throw py::value_error("better: \"" + text + "\" is neither \"higher\" nor \"lower\"");
}

percentile::tie_rule ties_from(const std::string& text) {
  if (text == "lowest") return percentile::tie_rule::lowest;
  if (text == "average") return percentile::tie_rule::average;
  if (text == "highest") return percentile::tie_rule::highest;
  throw py::value_error("ties: \"" + text + "\" is none of \"lowest\", \"average\", \"highest\"");
}

/// What f gives for each value; none where the value is missing.
template <class F>
scores each(const column& c, F f) {
  scores out;
  for (const double x : to_doubles(c)) {
    out.push_back(std::isnan(x) ? std::nullopt : std::optional<double>(f(x)));
  }
  return out;
}

std::vector<std::pair<std::string, double>> figures(const fitted& f) {
  if (const auto* m = std::get_if<min_max_scale::fitted>(&f.curve)) {
    return {{"worst", m->worst()}, {"best", m->best()}};
  }
  if (const auto* z = std::get_if<z_score::fitted>(&f.curve)) {
    return {{"mean", z->mean()}, {"standard_deviation", z->standard_deviation()}};
  }
  return {{"size", static_cast<double>(std::get<percentile::fitted>(f.curve).size())}};
}

/// One mean over the columns for each row; none where a column that counts is missing.
template <class Mean>
scores means(const Mean& mean, const std::vector<column>& columns, std::vector<double> shares) {
  problem_list problems;
  mean.validate(problems, "mean");
  double sum = 0;
  for (std::size_t i = 0; i != shares.size(); ++i) {
    if (!(shares[i] >= 0 && std::isfinite(shares[i]))) {
      problems.add({columns[i].name, 0, crmetrics::detail::shown(shares[i]),
                    "a weight must be finite and not negative"});
    }
    sum += shares[i];
  }
  if (problems.empty() && !(sum > 0 && std::isfinite(sum))) {
    problems.add({"weights", 0, crmetrics::detail::shown(sum), "must have a sum above 0"});
  }
  for (double& w : shares) w /= sum;
  std::vector<std::vector<double>> read;
  for (const column& c : columns) {
    require_rows(c, columns.front());
    read.push_back(to_doubles(c));
    for (std::size_t row = 0; row != read.back().size(); ++row) {
      const double x = read.back()[row];
      if (!std::isnan(x) && !(x >= 0 && std::isfinite(x))) {
        problems.add({c.name, row + 1, crmetrics::detail::shown(x),
                      "points must be finite and not negative"});
      }
    }
  }
  problems.throw_if_any();
  scores out;
  std::vector<double> row(columns.size());
  std::vector<double> gradient(columns.size());
  for (std::size_t i = 0; i != read.front().size(); ++i) {
    bool known = true;
    for (std::size_t j = 0; j != row.size(); ++j) {
      row[j] = read[j][i];
      if (std::isnan(row[j]) && shares[j] == 0) row[j] = 0;
      known = known && !std::isnan(row[j]);
    }
    if (known) {
      out.emplace_back(mean.combine(shares, row, gradient));
    } else {
      out.emplace_back();
    }
  }
  return out;
}

scores combine(const std::vector<column>& columns, const std::vector<double>& shares,
               const std::string& mean, double p) {
  if (columns.empty() || columns.size() != shares.size()) {
    throw py::value_error(std::to_string(shares.size()) + " weights for " +
                          std::to_string(columns.size()) + " columns");
  }
  if (mean == "arithmetic") return means(arithmetic{}, columns, shares);
  if (mean == "geometric") return means(geometric{}, columns, shares);
  if (mean == "harmonic") return means(harmonic{}, columns, shares);
  if (mean == "minimum") return means(minimum{}, columns, shares);
  return means(power{p}, columns, shares);
}

}  // namespace

void bind_index(py::module_& module) {
  py::class_<fitted>(module, "Normaliser",
                     "A curve from native values to points from 0 to 100, fitted to a reference "
                     "set and fixed from then on.")
      .def(
          "score",
          [](const fitted& f, const column& c) {
            return std::visit(
                [&](const auto& n) { return each(c, [&](double x) { return n.score(x); }); },
                f.curve);
          },
          py::arg("values"))
      .def(
          "slope",
          [](const fitted& f, const column& c) {
            return std::visit(
                [&](const auto& n) { return each(c, [&](double x) { return n.slope(x); }); },
                f.curve);
          },
          py::arg("values"))
      .def_property_readonly(
          "direction",
          [](const fitted& f) {
            return std::visit([](const auto& n) { return std::string(to_string(n.direction())); },
                              f.curve);
          })
      .def_property_readonly(
          "reference",
          [](const fitted& f) {
            return std::visit(
                [](const auto& n) {
                  return std::string(crmetrics::detail::hash_text(n.reference()).view());
                },
                f.curve);
          })
      .def_property_readonly("figures", &figures);
  module.def(
      "min_max_scale",
      [](const column& c, const std::string& better) -> fitted {
        return {min_max_scale{better_from(better)}.fit(to_doubles(c), c.name)};
      },
      py::arg("reference"), py::arg("better"));
  module.def(
      "z_score",
      [](const column& c, const std::string& better, int ddof, double centre,
         double spread) -> fitted {
        return {z_score{ddof, centre, spread, better_from(better)}.fit(to_doubles(c), c.name)};
      },
      py::arg("reference"), py::arg("better"), py::arg("ddof"), py::arg("centre"),
      py::arg("spread"));
  module.def(
      "percentile",
      [](const column& c, const std::string& better, const std::string& ties) -> fitted {
        return {percentile{ties_from(ties), better_from(better)}.fit(to_doubles(c), c.name)};
      },
      py::arg("reference"), py::arg("better"), py::arg("ties"));
  module.def("combine", &combine, py::arg("columns"), py::arg("shares"), py::arg("mean"),
             py::arg("p"));
}

}  // namespace crmetrics::python
