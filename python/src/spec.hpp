#pragma once

#include <pybind11/pybind11.h>

namespace crmetrics::python {

namespace py = pybind11;

/// `Spec`, `table_roles`: files as text, and everything that is wrong with them.
void bind_spec(py::module_& module);

}  // namespace crmetrics::python
