#pragma once

#include <pybind11/pybind11.h>

namespace crmetrics::python {

namespace py = pybind11;

// What stands around a card, each in a file of its own.
void bind_weights(py::module_& module);
void bind_index(py::module_& module);
void bind_ranks(py::module_& module);
void bind_shrinkage(py::module_& module);
void bind_control(py::module_& module);
void bind_statistics(py::module_& module);
void bind_payout(py::module_& module);
void bind_targets(py::module_& module);
void bind_points(py::module_& module);

}  // namespace crmetrics::python
