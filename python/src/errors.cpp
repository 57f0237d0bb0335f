#include "errors.hpp"

#include <crmetrics/core/error.hpp>
#include <crmetrics/io/bad_bytes.hpp>

#include <exception>
#include <string>

namespace crmetrics::python {

namespace py = pybind11;

namespace {

// Never freed: exceptions may be raised as long as the interpreter runs.
struct classes {
  PyObject* error = nullptr;
  PyObject* bad_input = nullptr;
  PyObject* invalid_setting = nullptr;
  PyObject* definition_mismatch = nullptr;
  PyObject* no_value = nullptr;
  PyObject* overflow = nullptr;
  PyObject* bad_bytes = nullptr;
};
classes& all() {
  static classes c;
  return c;
}

PyObject* make(py::module_& module, const char* name, const char* doc, PyObject* first,
               PyObject* second) {
  const py::tuple bases = second == nullptr
                              ? py::tuple(py::make_tuple(py::handle(first)))
                              : py::tuple(py::make_tuple(py::handle(first), py::handle(second)));
  const std::string full = std::string("crmetrics.") + name;
  PyObject* made = PyErr_NewExceptionWithDoc(full.c_str(), doc, bases.ptr(), nullptr);
  if (made == nullptr) throw py::error_already_set();
  module.attr(name) = py::handle(made);
  return made;
}

void raise_bad_input(const bad_input& e) {
  const py::object made = py::handle(all().bad_input)(e.what());
  py::list problems;
  for (const problem& p : e.problems()) {
    py::dict one;
    one["field"] = p.field;
    one["row"] = p.row == 0 ? py::object(py::none()) : py::object(py::int_(p.row));
    one["value"] = p.value;
    one["reason"] = p.reason;
    problems.append(one);
  }
  made.attr("problems") = problems;
  made.attr("total") = e.problems().total();
  PyErr_SetObject(all().bad_input, made.ptr());
}

}  // namespace

void bind_errors(py::module_& module) {
  classes& c = all();
  c.error = make(module, "Error", "Base of all errors of crmetrics.", PyExc_Exception, nullptr);
  c.bad_input = make(module, "BadInput",
                     "Input that cannot be taken; nothing of the call has been taken. `problems` "
                     "has field, row (from 1), value and reason of up to 100, `total` counts all.",
                     c.error, PyExc_ValueError);
  c.invalid_setting =
      make(module, "InvalidSetting", "A setting that makes no sense.", c.error, PyExc_ValueError);
  c.definition_mismatch =
      make(module, "DefinitionMismatch",
           "Two definitions were to be merged, compared or read back.", c.error, PyExc_ValueError);
  c.no_value = make(module, "NoValue", "A value was asked of a result that has none.", c.error,
                    PyExc_ValueError);
  c.overflow = make(module, "CountOverflow", "A count or an exact sum left its integer.", c.error,
                    PyExc_OverflowError);
  c.bad_bytes = make(module, "BadBytes", "Bytes that are not a whole, undamaged state.", c.error,
                     PyExc_ValueError);

  py::register_exception_translator([](std::exception_ptr thrown) {
    if (!thrown) return;
    try {
      std::rethrow_exception(thrown);
    } catch (const bad_input& e) {
      raise_bad_input(e);
    } catch (const bad_bytes& e) {
      PyErr_SetString(all().bad_bytes, e.what());
    } catch (const invalid_setting& e) {
      PyErr_SetString(all().invalid_setting, e.what());
    } catch (const definition_mismatch& e) {
      PyErr_SetString(all().definition_mismatch, e.what());
    } catch (const no_value& e) {
      PyErr_SetString(all().no_value, e.what());
    } catch (const overflow& e) {
      PyErr_SetString(all().overflow, e.what());
    } catch (const error& e) {
      PyErr_SetString(all().error, e.what());
    }
  });
}

}  // namespace crmetrics::python
