#pragma once

#include <pybind11/pybind11.h>

namespace crmetrics::python {

namespace py = pybind11;

/// `evaluate`: tables scored by a spec, as the JSON document of an evaluation.
void bind_scorecard(py::module_& module);

}  // namespace crmetrics::python
