#include "registry.hpp"

#include "spans.hpp"

#include <crmetrics/accumulators/duration.hpp>
#include <crmetrics/accumulators/exact_quantile.hpp>
#include <crmetrics/accumulators/quantile.hpp>
#include <crmetrics/metrics/handle_time.hpp>
#include <crmetrics/metrics/share_within.hpp>

namespace crmetrics::python {

namespace {

using state = std::unique_ptr<any_state>;

template <class Traits>
state make_duration(settings& given) {
  if (given.word("invalid", {"reject", "count"}) == "count") {
    return make_state<basic_duration<Traits, student_t, missing::skip, invalid::count>,
                      span_reader>({});
  }
  return make_state<basic_duration<Traits>, span_reader, kernels::all>({});
}

state make_share_within(settings& given) {
  const py::object limit = given.get("limit");
  if (limit.is_none()) given.refuse("limit is needed: \"30s\", a timedelta, or seconds");
  const time_span span = to_limit(limit, "limit");
  const std::string missing = given.word("missing", {"skip", "reject", "failure"});
  if (given.word("invalid", {"reject", "count"}) == "count") {
    if (missing != "skip") given.refuse("invalid \"count\" needs missing \"skip\"");
    using counted = basic_share_within<wilson, missing::skip, invalid::count>;
    return make_state<counted, span_reader>(counted(span));
  }
  if (missing == "failure") {
    using failed = basic_share_within<wilson, missing::as_failure>;
    return make_state<failed, span_reader>(failed(span));
  }
  if (missing == "reject") {
    using rejected = basic_share_within<wilson, missing::reject>;
    return make_state<rejected, span_reader>(rejected(span));
  }
  return make_state<share_within, span_reader, kernels::all>(share_within(span));
}

template <class Quantile>
state make_quantile(settings& given) {
  const double p = given.number("p", .5);
  return make_state<Quantile, span_reader>(
      Quantile(p, static_cast<quantile_type>(given.whole("type", 1, 9, 7))));
}

}  // namespace

void add_span_metrics(state_makers& makers) {
  makers["duration"] = make_duration<span_of_time>;
  makers["handle_time"] = make_duration<handled_time>;
  makers["share_within"] = make_share_within;
  makers["duration_quantile"] = make_quantile<duration_quantile>;
  makers["exact_duration_quantile"] = make_quantile<exact_duration_quantile>;
}

}  // namespace crmetrics::python
