#pragma once

#include <pybind11/pybind11.h>

namespace crmetrics::python {

namespace py = pybind11;

/// `write_workload`: the generated service desk as CSV files.
void bind_workload(py::module_& module);

}  // namespace crmetrics::python
