#pragma once

#include <pybind11/pybind11.h>

namespace crmetrics::python {

/// Errors of the library as Python exceptions: Error and below it BadInput (with `problems`),
/// InvalidSetting, DefinitionMismatch, NoValue, CountOverflow, BadBytes.
void bind_errors(pybind11::module_& module);

}  // namespace crmetrics::python
