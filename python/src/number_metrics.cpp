#include "registry.hpp"

#include <crmetrics/accumulators/exact_quantile.hpp>
#include <crmetrics/accumulators/mean.hpp>
#include <crmetrics/accumulators/quantile.hpp>
#include <crmetrics/accumulators/weighted_mean.hpp>

namespace crmetrics::python {

namespace {

using state = std::unique_ptr<any_state>;

template <class Value>
state mean_of(settings& given) {
  if (given.word("invalid", {"reject", "count"}) == "count") {
    return make_state<basic_mean<Value, student_t, missing::skip, invalid::count>, number_reader>(
        {});
  }
  return make_state<basic_mean<Value>, number_reader, kernels::all>({});
}

state make_mean(settings& given) {
  const std::string values = given.word("values", {"real", "whole"});
  if (given.word("weights", {"frequency", "sampling"}) == "sampling") {
    if (values == "whole" || given.word("invalid", {"reject", "count"}) == "count") {
      given.refuse("sampling weights need values \"real\" and invalid \"reject\"");
    }
    return make_state<weighted_mean, number_reader>({});
  }
  return values == "whole" ? mean_of<std::int64_t>(given) : mean_of<double>(given);
}

template <class Quantile>
state make_quantile(settings& given) {
  const double p = given.number("p", .5);
  return make_state<Quantile, number_reader>(
      Quantile(p, static_cast<quantile_type>(given.whole("type", 1, 9, 7))));
}

}  // namespace

void add_number_metrics(state_makers& makers) {
  makers["mean"] = make_mean;
  makers["quantile"] = make_quantile<quantile>;
  makers["exact_quantile"] = make_quantile<exact_quantile>;
}

}  // namespace crmetrics::python
