#pragma once

#include "arrow_table.hpp"

#include <crmetrics/core/estimate.hpp>
#include <crmetrics/metrics/revenue_movements.hpp>

#include <variant>
#include <vector>

namespace crmetrics::python {

/// What `result()` of a metric gives: an estimate, or a report of exact totals.
using finding = std::variant<estimate, movements_report>;

/// Reports as columns, appended to a table: start, start_count, new_customers ...
void add_movements(arrow_table& table, const std::vector<const movements_report*>& reports);

void bind_movements(py::module_& module);

}  // namespace crmetrics::python
