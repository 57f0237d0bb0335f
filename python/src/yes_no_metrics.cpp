#include "registry.hpp"

#include <crmetrics/accumulators/occurrences.hpp>
#include <crmetrics/accumulators/proportion.hpp>
#include <crmetrics/intervals/adjusted_wald.hpp>
#include <crmetrics/intervals/agresti_coull.hpp>
#include <crmetrics/intervals/clopper_pearson.hpp>
#include <crmetrics/intervals/jeffreys.hpp>
#include <crmetrics/intervals/wald.hpp>
#include <crmetrics/metrics/error_rate.hpp>
#include <crmetrics/metrics/fcr_counted.hpp>
#include <crmetrics/metrics/renewal_rate.hpp>

namespace crmetrics::python {

namespace {

using state = std::unique_ptr<any_state>;

template <class Traits, class Missing, class Invalid, class Cell>
state proportion_with(settings& given) {
  const std::string interval =
      given.word("interval", {"Wilson", "Wilson with continuity correction", "Jeffreys",
                              "Clopper-Pearson", "Agresti-Coull", "adjusted Wald", "Wald"});
  using plain = basic_proportion<Traits, wilson, Missing, Invalid, Cell>;
  const auto by = [&]<class Interval>() {
    using reported = basic_proportion<Traits, Interval, Missing, Invalid, Cell>;
    return make_state<plain, yes_no_reader>(plain(), result_as<plain, reported>);
  };
  if (interval == "Jeffreys") return by.template operator()<jeffreys>();
  if (interval == "Agresti-Coull") return by.template operator()<agresti_coull>();
  if (interval == "Wald") return by.template operator()<wald>();
  if constexpr (std::same_as<Cell, count>) {
    if (interval == "Wilson with continuity correction") {
      return by.template operator()<wilson_corrected>();
    }
    if (interval == "Clopper-Pearson") return by.template operator()<clopper_pearson>();
    if (interval == "adjusted Wald") return by.template operator()<adjusted_wald>();
  }
  if (interval != "Wilson") {
    given.refuse("interval \"" + interval + "\" does not go with sampling weights");
  }
  return make_state<plain, yes_no_reader>(plain());
}

template <class Traits>
state make_proportion(settings& given) {
  const std::string missing = given.word("missing", {"skip", "reject", "failure"});
  const std::string invalid = given.word("invalid", {"reject", "count"});
  if (given.word("weights", {"frequency", "sampling"}) == "sampling") {
    if (missing == "reject" || invalid == "count") {
      given.refuse("sampling weights need missing \"skip\" or \"failure\", invalid \"reject\"");
    }
    return missing == "failure"
               ? proportion_with<Traits, missing::as_failure, invalid::reject, weighted_count>(
                     given)
               : proportion_with<Traits, missing::skip, invalid::reject, weighted_count>(given);
  }
  if (invalid == "count") {
    if (missing != "skip") given.refuse("invalid \"count\" needs missing \"skip\"");
    return proportion_with<Traits, missing::skip, invalid::count, count>(given);
  }
  if (missing == "failure") {
    return proportion_with<Traits, missing::as_failure, invalid::reject, count>(given);
  }
  if (missing == "reject") {
    return proportion_with<Traits, missing::reject, invalid::reject, count>(given);
  }
  return proportion_with<Traits, missing::skip, invalid::reject, count>(given);
}

state make_occurrences(settings&) { return make_state<occurrences, yes_no_reader>({}); }

state make_fcr_counted(settings& given) {
  const std::string kind =
      given.word("kind", {"never reopened", "one reply", "fewer than two replies", "no follow-up"});
  if (kind == "one reply") return make_state<basic_fcr_counted<one_reply>, number_reader>({});
  if (kind == "fewer than two replies") {
    return make_state<basic_fcr_counted<fewer_than_two_replies>, number_reader>({});
  }
  if (kind == "no follow-up") return make_state<basic_fcr_counted<no_follow_up>, number_reader>({});
  return make_state<basic_fcr_counted<never_reopened>, number_reader>({});
}

}  // namespace

void add_yes_no_metrics(state_makers& makers) {
  makers["proportion"] = make_proportion<share_of_successes>;
  makers["error_rate"] = make_proportion<errors_of_checked>;
  makers["renewal_rate"] = make_proportion<renewed_of_due>;
  makers["occurrences"] = make_occurrences;
  makers["fcr_counted"] = make_fcr_counted;
}

}  // namespace crmetrics::python
