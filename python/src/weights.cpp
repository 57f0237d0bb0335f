#include "arrow_table.hpp"
#include "card_maths.hpp"
#include "column.hpp"
#include "tables.hpp"

#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/scorecard/ahp.hpp>
#include <crmetrics/scorecard/critic_weights.hpp>
#include <crmetrics/scorecard/entropy_weights.hpp>
#include <crmetrics/scorecard/equal_influence.hpp>
#include <crmetrics/scorecard/equal_weights.hpp>

#include <pybind11/stl.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace crmetrics::python {

namespace {

using texts = std::vector<std::string>;

/// Weights with the names of what they weigh.
struct named_weights {
  texts names;
  std::vector<double> weights;
  std::string provenance;
  std::string source;
  bool reference_dependent = false;
  std::optional<double> lambda_max = {};
  std::optional<double> consistency_index = {};
  std::optional<double> consistency_ratio = {};
};

template <bool ReferenceDependent>
named_weights named(texts names, const basic_weighting<ReferenceDependent>& w) {
  if (names.size() != w.weights.size()) {
    throw py::value_error(std::to_string(names.size()) + " names for " +
                          std::to_string(w.weights.size()) + " weights");
  }
  return {std::move(names), w.weights, w.provenance,
          std::string(crmetrics::detail::hash_text(w.source).view()), ReferenceDependent};
}

/// Columns side by side, row by row.
class units {
 public:
  explicit units(const std::vector<column>& columns) : columns_(columns.size()) {
    std::vector<std::vector<double>> read;
    for (const column& c : columns) {
      require_rows(c, columns.front());
      read.push_back(to_doubles(c));
      names_.push_back(c.name);
    }
    const std::size_t rows = read.empty() ? 0 : read.front().size();
    cells_.reserve(rows * columns_);
    for (std::size_t i = 0; i != rows; ++i) {
      for (const auto& c : read) cells_.push_back(c[i]);
    }
  }
  unit_table table() const { return {cells_, columns_}; }
  const texts& names() const { return names_; }

 private:
  std::size_t columns_;
  std::vector<double> cells_;
  texts names_;
};

direction better_from(const std::string& text) {
  if (text == "higher") return direction::higher_is_better;
  if (text == "lower") return direction::lower_is_better;
  throw py::value_error("better: \"" + text + "\" is neither \"higher\" nor \"lower\"");
}

random_index index_from(const std::string& text) {
  texts known;
  for (const random_index r :
       {random_index::saaty_1980, random_index::scikit_criteria, random_index::alonso_lamata_2006,
        random_index::tummala_ling_1998, random_index::ahpsurvey}) {
    if (to_string(r) == text) return r;
    known.emplace_back(to_string(r));
  }
  std::string all;
  for (const std::string& name : known) all += (all.empty() ? "\"" : ", \"") + name + "\"";
  throw py::value_error("random_index: \"" + text + "\" is none of " + all);
}

named_weights by_ahp(texts names, const std::vector<double>& judgements, bool upper,
                     const std::string& table, double limit) {
  const random_index index = index_from(table);
  const ahp made =
      upper ? ahp::from_upper(judgements, index, limit) : ahp(judgements, index, limit);
  const ahp::outcome found = made.result();
  named_weights out = named(std::move(names), static_cast<const weighting&>(found));
  out.lambda_max = found.lambda_max;
  out.consistency_index = found.consistency_index;
  out.consistency_ratio = found.consistency_ratio;
  return out;
}

}  // namespace

void bind_weights(py::module_& module) {
  py::class_<named_weights>(module, "Weights", "Weights that sum to 1, and where they come from.")
      .def_readonly("names", &named_weights::names)
      .def_readonly("weights", &named_weights::weights)
      .def_readonly("provenance", &named_weights::provenance)
      .def_readonly("source", &named_weights::source)
      .def_readonly("reference_dependent", &named_weights::reference_dependent)
      .def_readonly("lambda_max", &named_weights::lambda_max)
      .def_readonly("consistency_index", &named_weights::consistency_index)
      .def_readonly("consistency_ratio", &named_weights::consistency_ratio)
      .def(
          "__arrow_c_stream__",
          [](const named_weights& w, const py::object&) {
            auto table = std::make_shared<arrow_table>();
            auto& name = table->column("criterion", "u");
            auto& weight = table->column("weight", "g");
            auto& provenance = table->column("provenance", "u");
            for (std::size_t i = 0; i != w.names.size(); ++i) {
              name.add_text(w.names[i]);
              weight.add(w.weights[i]);
              provenance.add_text(w.provenance);
            }
            return arrow_table::stream(table);
          },
          py::arg("requested_schema") = py::none());
  module.def(
      "equal_weights", [](const texts& names) { return named(names, equal_weights(names.size())); },
      py::arg("names"));
  module.def("ahp", &by_ahp, py::arg("names"), py::arg("judgements"), py::arg("upper"),
             py::arg("random_index"), py::arg("max_consistency_ratio"));
  module.def(
      "entropy_weights",
      [](const std::vector<column>& columns) {
        const units u(columns);
        return named(u.names(), entropy_weights(u.table()));
      },
      py::arg("columns"));
  module.def(
      "critic_weights",
      [](const std::vector<column>& columns, const texts& better) {
        const units u(columns);
        std::vector<direction> directions;
        for (const std::string& b : better) directions.push_back(better_from(b));
        return named(u.names(), critic_weights(u.table(), directions));
      },
      py::arg("columns"), py::arg("better"));
  module.def(
      "equal_influence",
      [](const std::vector<column>& columns) {
        const units u(columns);
        return named(u.names(), equal_influence(u.table()));
      },
      py::arg("columns"));
}

}  // namespace crmetrics::python
