#pragma once

#include "settings.hpp"
#include "state.hpp"

#include <map>
#include <memory>
#include <string>
#include <utility>

namespace crmetrics::python {

/// What makes an empty state of a metric from its keyword arguments.
using state_maker = std::unique_ptr<any_state> (*)(settings& given);
using state_makers = std::map<std::string, state_maker>;

// Each file of metrics adds its own.
void add_nps(state_makers& makers);
void add_csat(state_makers& makers);
void add_yes_no_metrics(state_makers& makers);
void add_number_metrics(state_makers& makers);
void add_span_metrics(state_makers& makers);
void add_pair_metrics(state_makers& makers);
void add_contact_metrics(state_makers& makers);
void add_ledger_metrics(state_makers& makers);
void add_purchase_metrics(state_makers& makers);

template <class M, class Reader, kernels Kernels = kernels::wide>
std::unique_ptr<any_state> make_state(M metric, report<M> result = own_result<M>) {
  return std::make_unique<column_state<M, Reader, Kernels>>(std::move(metric), result);
}

}  // namespace crmetrics::python
