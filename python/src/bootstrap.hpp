#pragma once

#include <pybind11/pybind11.h>

namespace crmetrics::python {

void bind_bootstrap(pybind11::module_& module);

}  // namespace crmetrics::python
