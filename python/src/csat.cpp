#include "registry.hpp"

#include <crmetrics/accumulators/ordinal.hpp>
#include <crmetrics/intervals/agresti_coull.hpp>
#include <crmetrics/intervals/clopper_pearson.hpp>
#include <crmetrics/intervals/jeffreys.hpp>
#include <crmetrics/intervals/wald.hpp>
#include <crmetrics/metrics/csat.hpp>

namespace crmetrics::python {

namespace {

using state = std::unique_ptr<any_state>;

template <class Score>
inline constexpr bool is_share = false;
template <int K>
inline constexpr bool is_share<top_box<K>> = true;
template <int Good, int Bad>
inline constexpr bool is_share<good_of_rated<Good, Bad>> = true;

// ---- CSAT
// ----------------------------------------------------------------------------------------

template <class Scale, class Score, class Invalid, class Cell>
state csat_with(settings& given) {
  using plain = basic_csat<Scale, Score, wilson, missing::skip, Invalid, Cell>;
  constexpr auto usual = std::same_as<Cell, count> && std::same_as<Invalid, invalid::reject>;
  constexpr kernels K = usual ? kernels::all : kernels::real;
  const std::string interval =
      given.word("interval", {"Wilson", "Jeffreys", "Clopper-Pearson", "Agresti-Coull", "Wald"});
  const auto by = [&]<class Interval>() {
    using reported = basic_csat<Scale, Score, Interval, missing::skip, Invalid, Cell>;
    return make_state<plain, number_reader, K>(plain(), result_as<plain, reported>);
  };
  if (interval == "Wilson") return make_state<plain, number_reader, K>(plain());
  // Means and net scores have intervals of their own.
  if constexpr (is_share<Score>) {
    if (interval == "Jeffreys") return by.template operator()<jeffreys>();
    if (interval == "Agresti-Coull") return by.template operator()<agresti_coull>();
    if (interval == "Wald") return by.template operator()<wald>();
    if constexpr (std::same_as<Cell, count>) {
      if (interval == "Clopper-Pearson") return by.template operator()<clopper_pearson>();
    }
  }
  given.refuse("interval \"" + interval + "\" does not go with this score");
}

// Policies beside the plain ones are there for the usual scale.
template <class Scale, class Score>
state csat_scored(settings& given) {
  const std::string invalid = given.word("invalid", {"reject", "count"});
  const std::string weights = given.word("weights", {"frequency", "sampling"});
  if (weights == "frequency" && invalid == "reject") {
    return csat_with<Scale, Score, invalid::reject, count>(given);
  }
  if (weights == "sampling" && invalid == "count") {
    given.refuse("sampling weights need invalid \"reject\"");
  }
  if constexpr (std::same_as<Scale, rating_scale<1, 5>>) {
    return weights == "sampling" ? csat_with<Scale, Score, invalid::reject, weighted_count>(given)
                                 : csat_with<Scale, Score, invalid::count, count>(given);
  }
  given.refuse("sampling weights and counted invalid ratings are there for scale \"1-5\"");
}

template <class Scale>
state csat_on(settings& given) {
  const std::string score = given.word(
      "score", {"top box", "mean", "min-max", "mean over max", "good of rated", "net satisfied"});
  if (score == "mean") return csat_scored<Scale, mean_rating>(given);
  if (score == "min-max") return csat_scored<Scale, min_max>(given);
  if (score == "mean over max") return csat_scored<Scale, mean_over_max>(given);
  if (score == "good of rated" || score == "net satisfied") {
    if constexpr (std::same_as<Scale, rating_scale<1, 5>>) {
      if (score == "good of rated") return csat_scored<Scale, good_of_rated<4, 2>>(given);
      return csat_scored<Scale, net_satisfied<4, 2>>(given);
    }
    given.refuse("score \"" + score + "\" is there for scale \"1-5\"");
  }
  const auto top = given.whole("top", 1, 3, usual_top_box(Scale::points));
  if (top == 1) return csat_scored<Scale, top_box<1>>(given);
  if (top == 2) return csat_scored<Scale, top_box<2>>(given);
  return csat_scored<Scale, top_box<3>>(given);
}

state make_csat(settings& given) {
  given.get("top");
  const std::string scale = given.word("scale", {"1-5", "1-7", "1-10", "0-10"});
  if (scale == "1-7") return csat_on<rating_scale<1, 7>>(given);
  if (scale == "1-10") return csat_on<rating_scale<1, 10>>(given);
  if (scale == "0-10") return csat_on<rating_scale<0, 10>>(given);
  return csat_on<rating_scale<1, 5>>(given);
}

// ---- mean rating
// ---------------------------------------------------------------------------------

template <class Scale>
state rating_on(settings& given) {
  if (given.word("weights", {"frequency", "sampling"}) == "sampling") {
    return make_state<ordinal<Scale, missing::skip, invalid::reject, weighted_count>, number_reader,
                      kernels::real>({});
  }
  return make_state<ordinal<Scale>, number_reader, kernels::all>({});
}

state make_mean_rating(settings& given) {
  const std::string scale = given.word("scale", {"1-5", "1-7", "1-10", "0-10"});
  if (scale == "1-7") return rating_on<rating_scale<1, 7>>(given);
  if (scale == "1-10") return rating_on<rating_scale<1, 10>>(given);
  if (scale == "0-10") return rating_on<rating_scale<0, 10>>(given);
  return rating_on<rating_scale<1, 5>>(given);
}

}  // namespace

void add_csat(state_makers& makers) {
  makers["csat"] = make_csat;
  makers["mean_rating"] = make_mean_rating;
}

}  // namespace crmetrics::python
