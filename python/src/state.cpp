#include "state.hpp"

namespace crmetrics::python {

void refuse_merge(const any_state& a, const any_state& b) {
  throw definition_mismatch(a.name() + " (" + a.convention() + ") and " + b.name() + " (" +
                            b.convention() + ") do not merge");
}

const column& required_column(const any_state& metric, const std::vector<column>& columns,
                              const column* weights, const column_wanted& wanted) {
  if (columns.size() != 1) throw py::type_error(metric.name() + " takes one column");
  const column& values = columns.front();
  if (!wanted.takes(values)) {
    throw py::type_error("column \"" + values.name + "\": " + metric.name() + " takes " +
                         wanted.what + ", not " + values.type_text());
  }
  if (values.is_dictionary()) {
    throw py::type_error("column \"" + values.name + "\": a dictionary of values; " +
                         metric.name() + " takes them as they are");
  }
  if (weights == nullptr) return values;
  if (!wanted.weighable) throw py::type_error(metric.name() + " takes no weights");
  require_rows(*weights, values);
  return values;
}

}  // namespace crmetrics::python
