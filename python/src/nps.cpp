#include "registry.hpp"

#include <crmetrics/intervals/net_score.hpp>
#include <crmetrics/intervals/wald.hpp>
#include <crmetrics/metrics/nps.hpp>

namespace crmetrics::python {

namespace {

using state = std::unique_ptr<any_state>;

// ---- NPS
// -----------------------------------------------------------------------------------------

template <kernels K, class Scale, class Missing, class Invalid, class Cell>
state nps_with(const std::string& interval) {
  using plain = basic_nps<Scale, adjusted_wald, Missing, Invalid, Cell>;
  const auto by = [&]<class Interval>() {
    using reported = basic_nps<Scale, Interval, Missing, Invalid, Cell>;
    return make_state<plain, number_reader, K>(plain(), result_as<plain, reported>);
  };
  if (interval == "Wald") {
    return by.template operator()<wald>();
  }
  if (interval == "iterative score") {
    return by.template operator()<net_score>();
  }
  return make_state<plain, number_reader, K>(plain());
}

template <class Scale>
state nps_on(settings& given) {
  const std::string interval = given.word("interval", {"adjusted Wald", "Wald", "iterative score"});
  const std::string missing = given.word("missing", {"skip", "reject", "passive"});
  const std::string invalid = given.word("invalid", {"reject", "count"});
  const std::string weights = given.word("weights", {"frequency", "sampling"});
  using reject = crmetrics::invalid::reject;
  using counted = crmetrics::invalid::count;
  if (weights == "sampling") {
    if (missing != "skip" || invalid != "reject") {
      given.refuse("sampling weights need missing \"skip\" and invalid \"reject\"");
    }
    return nps_with<kernels::real, Scale, missing::skip, reject, weighted_count>(interval);
  }
  const auto with_invalid = [&]<kernels K, class Missing>() {
    return invalid == "count" ? nps_with<kernels::real, Scale, Missing, counted, count>(interval)
                              : nps_with<K, Scale, Missing, reject, count>(interval);
  };
  if (missing == "reject")
    return with_invalid.template operator()<kernels::real, missing::reject>();
  if (missing == "passive")
    return with_invalid.template operator()<kernels::real, missing::as_passive>();
  return with_invalid.template operator()<kernels::all, missing::skip>();
}

state make_nps(settings& given) {
  return given.word("scale", {"0-10", "1-10"}) == "1-10" ? nps_on<scale_1_10>(given)
                                                         : nps_on<scale_0_10>(given);
}

}  // namespace

void add_nps(state_makers& makers) { makers["nps"] = make_nps; }

}  // namespace crmetrics::python
