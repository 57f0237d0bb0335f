// Runs vectors.json: the same inputs, bytes and results that the Python and SQL surfaces run.
// Its numbers come from make_vectors.py, which shares no code with the library.

#include <crmetrics/accumulators/duration.hpp>
#include <crmetrics/accumulators/exact_quantile.hpp>
#include <crmetrics/accumulators/mean.hpp>
#include <crmetrics/accumulators/occurrences.hpp>
#include <crmetrics/accumulators/ordinal.hpp>
#include <crmetrics/accumulators/proportion.hpp>
#include <crmetrics/accumulators/quantile.hpp>
#include <crmetrics/accumulators/rate.hpp>
#include <crmetrics/accumulators/ratio.hpp>
#include <crmetrics/accumulators/weighted_mean.hpp>
#include <crmetrics/combinators/by.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/combinators/over.hpp>
#include <crmetrics/combinators/then.hpp>
#include <crmetrics/combinators/together.hpp>
#include <crmetrics/combinators/where.hpp>
#include <crmetrics/derive/purchase_fact.hpp>
#include <crmetrics/derive/subscription_fact.hpp>
#include <crmetrics/intervals/agresti_coull.hpp>
#include <crmetrics/intervals/clopper_pearson.hpp>
#include <crmetrics/intervals/jeffreys.hpp>
#include <crmetrics/intervals/net_score.hpp>
#include <crmetrics/intervals/poisson_exact.hpp>
#include <crmetrics/io/state_bytes.hpp>
#include <crmetrics/metrics/churn.hpp>
#include <crmetrics/metrics/churn_convention.hpp>
#include <crmetrics/metrics/clv.hpp>
#include <crmetrics/metrics/csat.hpp>
#include <crmetrics/metrics/error_rate.hpp>
#include <crmetrics/metrics/fcr.hpp>
#include <crmetrics/metrics/fcr_kaplan_meier.hpp>
#include <crmetrics/metrics/given.hpp>
#include <crmetrics/metrics/gross_revenue_churn.hpp>
#include <crmetrics/metrics/gross_revenue_retention.hpp>
#include <crmetrics/metrics/handle_time.hpp>
#include <crmetrics/metrics/historical_clv.hpp>
#include <crmetrics/metrics/net_revenue_churn.hpp>
#include <crmetrics/metrics/net_revenue_retention.hpp>
#include <crmetrics/metrics/nps.hpp>
#include <crmetrics/metrics/quick_ratio.hpp>
#include <crmetrics/metrics/renewal_rate.hpp>
#include <crmetrics/metrics/repeat_contact.hpp>
#include <crmetrics/metrics/repeat_customers.hpp>
#include <crmetrics/metrics/retention.hpp>
#include <crmetrics/metrics/revenue_movements.hpp>
#include <crmetrics/metrics/share_within.hpp>
#include <crmetrics/scorecard/scorecard.hpp>

#include <gtest/gtest.h>
#include <boost/json/src.hpp>

#include <charconv>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace {

using namespace crmetrics;
namespace json = boost::json;

// --- reading the file -------------------------------------------------------------------------

double to_double(const json::value& x) {
  if (!x.is_string()) return x.to_number<double>();
  return std::strtod(x.as_string().c_str(), nullptr);  // reads inf, and rounds correctly
}

std::uint64_t to_count(const json::value& x) { return x.to_number<std::uint64_t>(); }
std::int64_t to_whole(const json::value& x) { return x.to_number<std::int64_t>(); }

std::string to_text(const json::value& x) { return std::string(x.as_string()); }

std::vector<std::byte> to_raw(std::string_view hex) {
  std::vector<std::byte> bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    unsigned byte = 0;
    std::from_chars(hex.data() + i, hex.data() + i + 2, byte, 16);
    bytes.push_back(static_cast<std::byte>(byte));
  }
  return bytes;
}

std::string to_hex(const std::vector<std::byte>& bytes) {
  std::string hex;
  for (const std::byte b : bytes) {
    hex += "0123456789abcdef"[std::to_integer<unsigned>(b) >> 4];
    hex += "0123456789abcdef"[std::to_integer<unsigned>(b) & 15];
  }
  return hex;
}

/// An event of the combinators.
struct row {
  std::optional<std::string> agent;
  std::optional<std::int64_t> desk;
  std::optional<std::int64_t> score;
  std::optional<std::int64_t> rating;
  std::optional<std::int64_t> at;
  std::optional<double> handled;
  std::optional<bool> ok;
  bool kept = false;
};

std::optional<std::int64_t> optional_whole(const json::value& x) {
  if (x.is_null()) return std::nullopt;
  return to_whole(x);
}

row to_row(const json::object& o) {
  row r;
  if (!o.at("agent").is_null()) r.agent = to_text(o.at("agent"));
  r.desk = optional_whole(o.at("desk"));
  r.score = optional_whole(o.at("score"));
  r.rating = optional_whole(o.at("rating"));
  r.at = optional_whole(o.at("at"));
  if (!o.at("handled").is_null()) r.handled = to_double(o.at("handled"));
  if (!o.at("ok").is_null()) r.ok = o.at("ok").as_bool();
  r.kept = o.at("kept").as_bool();
  return r;
}

/// A customer of a ledger, with the changes that the fact refers to.
struct subscriber {
  std::vector<level_change> changes;
  subscription_fact fact;

  explicit subscriber(const json::object& o) {
    for (const json::value& change : o.at("changes").as_array()) {
      changes.push_back({{to_whole(change.at(0))}, to_whole(change.at(1))});
    }
    fact.window = period({to_whole(o.at("window").at(0))}, {to_whole(o.at("window").at(1))});
    fact.level_at_start = to_whole(o.at("start"));
    fact.level_at_end = to_whole(o.at("end"));
    fact.active_before = o.at("before").as_bool();
    fact.changes = changes;
  }
};

std::vector<purchase> to_purchases(const json::value& list) {
  std::vector<purchase> purchases;
  for (const json::value& each : list.as_array()) {
    purchases.push_back({{to_whole(each.at(0))}, to_whole(each.at(1))});
  }
  return purchases;
}

// --- feeding ----------------------------------------------------------------------------------

template <class M, class T>
void offer(M& metric, const T& x, const json::value* weight) {
  if constexpr (requires { metric.update(x, typename M::weight_type{}); }) {
    if (weight == nullptr) {
      metric.update(x);
    } else if constexpr (std::same_as<typename M::weight_type, frequency_weight>) {
      metric.update(x, frequency_weight{to_count(*weight)});
    } else {
      metric.update(x, sampling_weight(to_double(*weight)));
    }
  } else if constexpr (requires { metric.update(x); }) {
    ASSERT_EQ(weight, nullptr);
    metric.update(x);
  } else {
    FAIL() << "this metric does not take such an input";
  }
}

/// What was found out about a contact by the metric's own rule.
contact_fact to_fact(const json::object& o, const contact_rule& rule) {
  static const std::map<std::string, std::uint8_t> flags = {
      {"known", detail::known_customer},
      {"bad row", detail::bad_row},
      {"resolved", detail::anchored},
      {"mature", detail::mature},
      {"repeated", detail::repeated},
      {"follows", detail::follows},
      {"short look-back", detail::short_look_back}};
  std::uint8_t found = 0;
  for (const json::value& name : o.at("contact").as_array()) {
    found = static_cast<std::uint8_t>(found | flags.at(to_text(name)));
  }
  const std::int64_t watched = o.contains("watched") ? to_whole(o.at("watched")) : -1;
  return {rule, found, {watched}, o.contains("failed") && o.at("failed").as_bool()};
}

template <class M>
void feed(M& metric, const json::value& input, const json::value* weight = nullptr) {
  if (input.is_null()) {
    if constexpr (std::same_as<M, given>) {
      metric.update(std::optional<figure>{});
    } else {
      offer(metric, std::nullopt, weight);
    }
  } else if (input.is_bool()) {
    offer(metric, input.as_bool(), weight);
  } else if (input.is_string()) {
    offer(metric, to_double(input), weight);
  } else if (input.is_uint64()) {
    offer(metric, input.as_uint64(), weight);
  } else if (input.is_int64()) {
    offer(metric, input.as_int64(), weight);
  } else {
    const json::object& o = input.as_object();
    if (o.contains("value")) {
      feed(metric, o.at("value"), &o.at("weight"));
    } else if (o.contains("trials")) {
      offer(metric, successes_of{to_count(o.at("successes")), to_count(o.at("trials"))}, weight);
    } else if (o.contains("exposure")) {
      offer(metric, rate_pair{to_whole(o.at("events")), to_whole(o.at("exposure"))}, weight);
    } else if (o.contains("denominator")) {
      offer(metric, ratio_pair{to_whole(o.at("numerator")), to_whole(o.at("denominator"))}, weight);
    } else if (o.contains("figure")) {
      figure f{to_double(o.at("figure")), to_count(o.at("n"))};
      if (o.contains("standard_error")) f.standard_error = to_double(o.at("standard_error"));
      offer(metric, f, weight);
    } else if (o.contains("window")) {
      const subscriber s(o);
      offer(metric, s.fact, weight);
    } else if (o.contains("margin")) {
      customer_period p{to_whole(o.at("margin")), std::nullopt};
      if (!o.at("retained").is_null()) p.retained = o.at("retained").as_bool();
      offer(metric, p, weight);
    } else if (o.contains("purchases")) {
      const std::vector<purchase> purchases = to_purchases(o.at("purchases"));
      offer(metric, customer_purchases{purchases, instant{to_whole(o.at("observed_until"))}},
            weight);
    } else if constexpr (requires { metric.rule(); }) {
      if (o.contains("contact")) {
        offer(metric, to_fact(o, metric.rule()), weight);
      } else {
        offer(metric,
              customer_fact{metric.rule(), to_count(o.at("contacts")), to_count(o.at("repeats"))},
              weight);
      }
    } else {
      offer(metric, to_row(o), weight);
    }
  }
}

template <class M>
M state_of(const M& prototype, json::array::const_iterator from, json::array::const_iterator to) {
  M metric = prototype.fresh();
  for (; from != to; ++from) feed(metric, *from);
  return metric;
}

// --- comparing --------------------------------------------------------------------------------

void expect_near(const json::value& expected, std::optional<double> actual, const char* what) {
  if (expected.is_null()) {
    EXPECT_EQ(actual, std::nullopt) << what;
    return;
  }
  ASSERT_TRUE(actual.has_value()) << what << " is missing";
  const double e = to_double(expected);
  EXPECT_LE(std::abs(*actual - e), 1e-12 * std::abs(e)) << what << " " << *actual << " != " << e;
}

void expect_result(const json::value& expected, const estimate& actual) {
  const json::object& e = expected.as_object();
  EXPECT_EQ(to_string(actual.status()), to_text(e.at("status")));
  EXPECT_EQ(actual.n(), to_count(e.at("n")));
  EXPECT_EQ(actual.missing(), to_count(e.at("missing")));
  EXPECT_EQ(actual.invalid(), to_count(e.at("invalid")));
  EXPECT_EQ(actual.pending(), e.contains("pending") ? to_count(e.at("pending")) : 0);
  EXPECT_EQ(actual.excluded().total(), e.contains("excluded") ? to_count(e.at("excluded")) : 0);
  std::optional<double> value;
  if (actual.has_value()) value = actual.value();
  expect_near(e.at("value"), value, "value");
  expect_near(e.at("standard_error"), actual.standard_error(), "standard error");
  if (e.contains("effective_n")) {
    expect_near(e.at("effective_n"), actual.effective_n(), "effective n");
  } else {
    EXPECT_EQ(actual.effective_n(), static_cast<double>(actual.n()));
  }
  if (e.contains("method")) {
    EXPECT_EQ(actual.method(), to_text(e.at("method")));
  }

  EXPECT_EQ(actual.interval().has_value(), !e.at("interval").is_null());
  if (actual.interval() && !e.at("interval").is_null()) {
    expect_near(e.at("interval").at(0), actual.interval()->low, "low");
    expect_near(e.at("interval").at(1), actual.interval()->high, "high");
  }

  EXPECT_EQ(actual.exact().known(), e.contains("exact"));
  if (e.contains("exact")) {
    EXPECT_EQ(actual.exact().numerator, to_whole(e.at("exact").at(0)));
    EXPECT_EQ(actual.exact().denominator, to_whole(e.at("exact").at(1)));
  }
}

void expect_result(const json::value& expected, const movements_report& actual) {
  EXPECT_EQ(actual.customers, to_count(expected.at("customers")));
  EXPECT_EQ(to_string(actual.status), actual.customers == 0 ? "no data" : "ok");
  const movements& m = actual.total;
  std::size_t i = 0;
  for (const movement& each :
       {m.start, m.new_customers, m.reactivation, m.expansion, m.contraction, m.churn, m.end}) {
    EXPECT_EQ(each.money, to_whole(expected.at("movements").at(i).at(0)));
    EXPECT_EQ(each.count, to_count(expected.at("movements").at(i++).at(1)));
  }
}

/// Points, weights and contributions: near in absolute terms, since floors are subtracted.
void expect_points(const json::value& expected, std::optional<double> actual, const char* what) {
  ASSERT_EQ(actual.has_value(), !expected.is_null()) << what;
  if (actual) {
    EXPECT_NEAR(*actual, to_double(expected), 1e-10) << what;
  }
}

void expect_result(const json::value& expected, const score_report& actual) {
  const json::object& e = expected.as_object();
  expect_points(e.at("total"), actual.total, "total");
  expect_points(e.at("composite"), actual.composite, "composite");
  expect_points(e.at("coverage"), actual.coverage, "coverage");
  expect_points(e.at("weight_not_assessed"), actual.weight_not_assessed, "weight not assessed");
  EXPECT_EQ(to_string(actual.why_absent()), to_text(e.at("absent")));
  EXPECT_EQ(actual.band, to_text(e.at("band")));

  const json::array& lines = e.at("components").as_array();
  ASSERT_EQ(actual.components.size(), lines.size());
  for (std::size_t i = 0; i != lines.size(); ++i) {
    const json::value& line = lines[i];
    const component_line& c = actual.components[i];
    SCOPED_TRACE("component " + to_text(line.at("component")));
    EXPECT_EQ(c.name.view(), to_text(line.at("component")));
    EXPECT_EQ(to_string(c.absent), to_text(line.at("absent")));
    const auto if_assessed = [&](double x) {
      return c.assessed() ? std::optional(x) : std::nullopt;
    };
    expect_points(line.at("points"), if_assessed(c.points), "points");
    expect_points(line.at("factor"), if_assessed(c.factor), "factor");
    expect_points(line.at("weight"), c.weight, "weight");
    expect_points(line.at("weight_used"), c.weight_used, "weight used");
    expect_points(line.at("contribution"), c.contribution, "contribution");
  }
  const json::array& vetoes = e.at("vetoes").as_array();
  ASSERT_EQ(actual.vetoes.size(), vetoes.size());
  for (std::size_t i = 0; i != vetoes.size(); ++i) {
    EXPECT_EQ(actual.vetoes[i].name.view(), to_text(vetoes[i].at("veto")));
    EXPECT_EQ(to_string(actual.vetoes[i].state), to_text(vetoes[i].at("state")));
    EXPECT_EQ(actual.vetoes[i].highest_total, to_double(vetoes[i].at("cap")));
  }
  const json::array& nested = e.at("nested").as_array();
  ASSERT_EQ(actual.nested.size(), nested.size());
  for (std::size_t i = 0; i != nested.size(); ++i) {
    SCOPED_TRACE("inside " + to_text(nested[i].at("component")));
    EXPECT_EQ(actual.nested[i].component.view(), to_text(nested[i].at("component")));
    expect_result(nested[i].at("report"), actual.nested[i].report);
  }
}

bool same_key(const json::value& expected, const std::string& key) {
  return to_text(expected) == key;
}
bool same_key(const json::value& expected, std::uint64_t key) { return to_count(expected) == key; }

// One function per kind of result; they call each other, so they are declared first.
template <class Key, class R>
void expect_result(const json::value& expected, const group_results<Key, R>& actual);
template <class R>
void expect_result(const json::value& expected, const window_results<R>& actual);
template <class... Rs>
void expect_result(const json::value& expected, const std::tuple<Rs...>& actual);

template <class Key, class R>
void expect_result(const json::value& expected, const group_results<Key, R>& actual) {
  const json::array& rows = expected.at("groups").as_array();
  ASSERT_EQ(actual.size(), rows.size());
  for (std::size_t i = 0; i != rows.size(); ++i) {
    SCOPED_TRACE("group " + json::serialize(rows[i].at("key")));
    EXPECT_TRUE(same_key(rows[i].at("key"), actual.rows[i].key));
    expect_result(rows[i].at("result"), actual.rows[i].result);
  }
  expect_result(expected.at("unkeyed"), actual.unkeyed);
  EXPECT_EQ(actual.unknown, to_count(expected.at("unknown")));
}

template <class R>
void expect_result(const json::value& expected, const window_results<R>& actual) {
  const json::array& rows = expected.at("periods").as_array();
  ASSERT_EQ(actual.size(), rows.size());
  for (std::size_t i = 0; i != rows.size(); ++i) {
    SCOPED_TRACE("period from " + json::serialize(rows[i].at("from")));
    EXPECT_EQ(actual.rows[i].period.from().microseconds, to_whole(rows[i].at("from")));
    EXPECT_EQ(actual.rows[i].period.to().microseconds, to_whole(rows[i].at("to")));
    expect_result(rows[i].at("result"), actual.rows[i].result);
  }
  expect_result(expected.at("untimed"), actual.untimed);
}

template <class... Rs>
void expect_result(const json::value& expected, const std::tuple<Rs...>& actual) {
  const json::array& parts = expected.as_array();
  ASSERT_EQ(parts.size(), sizeof...(Rs));
  std::size_t i = 0;
  std::apply([&](const auto&... part) { (expect_result(parts[i++], part), ...); }, actual);
}

// --- one metric -------------------------------------------------------------------------------

template <class M>
void run(const M& prototype, const json::object& entry) {
  EXPECT_EQ(std::string_view(prototype.name()), to_text(entry.at("name")));
  EXPECT_EQ(prototype.convention().view(), to_text(entry.at("convention")));
  EXPECT_TRUE(prototype.convention().fits());
  const std::string definition = state_definition(prototype);
  EXPECT_EQ(definition, to_text(entry.at("definition")));
  detail::fnv1a hash;
  hash(definition);
  EXPECT_EQ(detail::hash_text(hash.value()).view(), to_text(entry.at("definition_hash")));
  if constexpr (reports_estimate<M>) {
    const estimate e = prototype.result();
    if (entry.contains("unit")) {
      EXPECT_EQ(to_string(e.unit()), to_text(entry.at("unit")));
      EXPECT_EQ(to_string(e.direction()), to_text(entry.at("direction")));
    }
    if (entry.contains("method")) {
      EXPECT_EQ(e.method(), to_text(entry.at("method")));
    }
  }

  for (const json::value& vector : entry.at("vectors").as_array()) {
    SCOPED_TRACE("case " + to_text(vector.at("case")));
    const json::array& inputs = vector.at("inputs").as_array();
    const M state = state_of(prototype, inputs.begin(), inputs.end());

    // Both ways: the state gives these bytes, and the bytes this state.
    const std::string hex = to_text(vector.at("bytes"));
    EXPECT_EQ(to_hex(to_bytes(state)), hex);
    const std::vector<std::byte> bytes = to_raw(hex);
    const M read = from_bytes(prototype, bytes);
    EXPECT_TRUE(read == state);
    EXPECT_EQ(to_bytes(read), bytes);
    EXPECT_TRUE(from_bytes(state, bytes) == state) << "the state of the prototype shows through";

    expect_result(vector.at("result"), state.result());
    expect_result(vector.at("result"), read.result());

    if constexpr (M::exactness == merge_exactness::exact) {
      for (std::size_t cut = 0; cut <= inputs.size(); ++cut) {
        const auto middle = inputs.begin() + static_cast<std::ptrdiff_t>(cut);
        M merged = from_bytes(prototype, to_bytes(state_of(prototype, inputs.begin(), middle)));
        merged.merge(from_bytes(prototype, to_bytes(state_of(prototype, middle, inputs.end()))));
        EXPECT_EQ(to_hex(to_bytes(merged)), hex) << "merged after " << cut << " inputs";
      }
    }

    if (!entry.contains("refuses")) continue;
    for (const json::value& bad : entry.at("refuses").as_array()) {
      M unharmed = state;
      EXPECT_THROW(feed(unharmed, bad), bad_input) << json::serialize(bad);
      EXPECT_EQ(to_hex(to_bytes(unharmed)), hex) << "changed by " << json::serialize(bad);
    }
  }
}

using runner = std::function<void(const json::object&)>;
template <class M>
runner runs(M prototype) {
  return [prototype](const json::object& entry) { run(prototype, entry); };
}

template <class Interval>
using nps_by = basic_nps<scale_0_10, Interval>;
template <class Interval>
using proportion_by = basic_proportion<share_of_successes, Interval>;
template <class Scale, class Score, class Interval = wilson>
using csat_by = basic_csat<Scale, Score, Interval>;
template <class Score>
using sampled_csat =
    basic_csat<rating_scale<1, 5>, Score, wilson, missing::skip, invalid::reject, weighted_count>;
template <class Interval, class Missing = missing::skip>
using sampled_proportion =
    basic_proportion<share_of_successes, Interval, Missing, invalid::reject, weighted_count>;
template <class Interval>
using sampled_nps = basic_nps<scale_0_10, Interval, missing::skip, invalid::reject, weighted_count>;
using stars = rating_scale<1, 5>;
constexpr contact_rule week{.span = days{7}};
constexpr contact_rule month_of_opening{.span = days{30},
                                        .after = anchor::opened,
                                        .last_instant = false,
                                        .simultaneous = true,
                                        .about = subject::customer_and_issue,
                                        .other_failures = true};

auto service_card() {
  return make_scorecard(
             group("service", 60, component("nps", on(&row::score, nps{}), linear{-.5, .75}, 2),
                   component("csat", on(&row::rating, csat{}), linear{.2, .9}, 1).at_least(2)),
             component("time", on(&row::handled, handle_time{}), linear{900, 30}, 40)
                 .corrected_by("solved", scaled{.9, .4, .5}),
             corrector("solved", on(&row::ok, proportion{})).at_least(2),
             veto("agreed", on(&row::ok, proportion{}), below{.5}, cap{40}).at_least(2))
      .graded({{"A", 75}, {"B", 37.5}, {"C", 0}})
      .with(redistribute{.min_coverage = .5});
}

const std::map<std::string, runner>& runners() {
  const auto score = on(&row::score, nps{});
  const auto rating = on(&row::rating, csat{});
  const auto handled = on(&row::handled, handle_time{});
  static const std::map<std::string, runner> table = {
      {"nps", runs(nps{})},
      {"nps_1_10", runs(basic_nps<scale_1_10>{})},
      {"nps_wald", runs(nps_by<wald>{})},
      {"nps_score", runs(nps_by<net_score>{})},
      {"nps_1_10_score", runs(basic_nps<scale_1_10, net_score>{})},
      {"nps_missing_as_passive", runs(basic_nps<scale_0_10, adjusted_wald, missing::as_passive>{})},
      {"nps_invalid_counted",
       runs(basic_nps<scale_0_10, adjusted_wald, missing::skip, invalid::count>{})},
      {"nps_missing_rejected", runs(basic_nps<scale_0_10, adjusted_wald, missing::reject>{})},
      {"nps_sampling", runs(sampled_nps<adjusted_wald>{})},
      {"nps_sampling_score", runs(sampled_nps<net_score>{})},
      {"csat", runs(csat{})},
      {"csat_top_1", runs(csat_by<stars, top_box<1>>{})},
      {"csat_1_7_top_2", runs(csat_by<rating_scale<1, 7>, top_box<2>>{})},
      {"csat_1_10_top_3", runs(csat_by<rating_scale<1, 10>, top_box<3>>{})},
      {"csat_0_10_top_3", runs(csat_by<rating_scale<0, 10>, top_box<3>>{})},
      {"csat_jeffreys", runs(csat_by<stars, top_box<2>, jeffreys>{})},
      {"csat_mean", runs(csat_by<stars, mean_rating>{})},
      {"csat_min_max", runs(csat_by<stars, min_max>{})},
      {"csat_mean_over_max", runs(csat_by<stars, mean_over_max>{})},
      {"csat_good_of_rated", runs(csat_by<stars, good_of_rated<4, 2>>{})},
      {"csat_net_satisfied", runs(csat_by<stars, net_satisfied<4, 2>>{})},
      {"csat_invalid_counted",
       runs(basic_csat<stars, top_box<2>, wilson, missing::skip, invalid::count>{})},
      {"csat_sampling", runs(sampled_csat<top_box<2>>{})},
      {"csat_mean_sampling", runs(sampled_csat<mean_rating>{})},
      {"csat_good_of_rated_sampling", runs(sampled_csat<good_of_rated<4, 2>>{})},
      {"csat_net_satisfied_sampling", runs(sampled_csat<net_satisfied<4, 2>>{})},
      {"ordinal_1_5", runs(ordinal<stars>{})},
      {"ordinal_1_7", runs(ordinal<rating_scale<1, 7>>{})},
      {"ordinal_sampling", runs(ordinal<stars, missing::skip, invalid::reject, weighted_count>{})},
      {"proportion", runs(proportion{})},
      {"proportion_wald", runs(proportion_by<wald>{})},
      {"proportion_wilson_corrected", runs(proportion_by<wilson_corrected>{})},
      {"proportion_agresti_coull", runs(proportion_by<agresti_coull>{})},
      {"proportion_jeffreys", runs(proportion_by<jeffreys>{})},
      {"proportion_clopper_pearson", runs(proportion_by<clopper_pearson>{})},
      {"proportion_adjusted_wald", runs(proportion_by<adjusted_wald>{})},
      {"proportion_missing_as_failure",
       runs(basic_proportion<share_of_successes, wilson, missing::as_failure>{})},
      {"proportion_invalid_counted",
       runs(basic_proportion<share_of_successes, wilson, missing::skip, invalid::count>{})},
      {"proportion_sampling", runs(sampled_proportion<wilson>{})},
      {"proportion_sampling_jeffreys", runs(sampled_proportion<jeffreys>{})},
      {"proportion_sampling_missing_as_failure",
       runs(sampled_proportion<wilson, missing::as_failure>{})},
      {"error_rate", runs(error_rate{})},
      {"occurrences", runs(occurrences{})},
      {"share_within_30_s", runs(share_within{seconds{30}})},
      {"share_within_1500_ms", runs(share_within{milliseconds{1500}})},
      {"share_within_missing_as_failure",
       runs(basic_share_within<wilson, missing::as_failure>{seconds{30}})},
      {"share_within_invalid_counted",
       runs(basic_share_within<wilson, missing::skip, invalid::count>{seconds{30}})},
      {"handle_time", runs(handle_time{})},
      {"duration", runs(duration{})},
      {"duration_invalid_counted",
       runs(basic_duration<span_of_time, student_t, missing::skip, invalid::count>{})},
      {"integer_mean", runs(integer_mean{})},
      {"integer_mean_invalid_counted",
       runs(basic_mean<std::int64_t, student_t, missing::skip, invalid::count>{})},
      {"mean", runs(mean{})},
      {"mean_invalid_counted",
       runs(basic_mean<double, student_t, missing::skip, invalid::count>{})},
      {"given", runs(given{})},
      {"weighted_mean", runs(weighted_mean{})},
      {"rate", runs(rate{})},
      {"rate_per_1000_contacts", runs(rate{per{1000, "contacts"}})},
      {"rate_exact", runs(basic_rate<events_per_exposure, poisson_exact>{})},
      {"ratio", runs(ratio{})},
      {"quantile_50", runs(quantile{0.5})},
      {"quantile_90", runs(quantile{0.9})},
      {"duration_quantile_90", runs(duration_quantile{0.9})},
      {"exact_quantile_50", runs(exact_quantile{0.5})},
      {"exact_duration_quantile_90", runs(exact_duration_quantile{0.9})},
      {"exact_quantile_90_type_1", runs(exact_quantile{0.9, quantile_type::inverted_cdf})},
      {"exact_quantile_90_type_2", runs(exact_quantile{0.9, quantile_type::averaged_inverted_cdf})},
      {"exact_quantile_90_type_3", runs(exact_quantile{0.9, quantile_type::closest_observation})},
      {"exact_quantile_90_type_4",
       runs(exact_quantile{0.9, quantile_type::interpolated_inverted_cdf})},
      {"exact_quantile_90_type_5", runs(exact_quantile{0.9, quantile_type::hazen})},
      {"exact_quantile_90_type_6", runs(exact_quantile{0.9, quantile_type::weibull})},
      {"exact_quantile_90_type_7", runs(exact_quantile{0.9, quantile_type::linear})},
      {"exact_quantile_90_type_8", runs(exact_quantile{0.9, quantile_type::median_unbiased})},
      {"exact_quantile_90_type_9", runs(exact_quantile{0.9, quantile_type::normal_unbiased})},
      {"churn", runs(churn{})},
      {"churn_average", runs(basic_churn<lost_of_average>{})},
      {"churn_events_of_start", runs(basic_churn<churn_events_of_start>{})},
      {"churn_events_of_start_and_new", runs(basic_churn<churn_events_of_start_and_new>{})},
      {"churn_by_day", runs(basic_churn<churn_by_day>{})},
      {"retention", runs(retention{})},
      {"gross_revenue_churn", runs(gross_revenue_churn{})},
      {"net_revenue_churn", runs(net_revenue_churn{})},
      {"net_revenue_churn_with_reactivation", runs(basic_net_revenue_churn<with_reactivation>{})},
      {"net_revenue_retention", runs(net_revenue_retention{})},
      {"gross_revenue_retention", runs(gross_revenue_retention{})},
      {"gross_revenue_retention_by_events",
       runs(basic_gross_revenue_retention<event_accounting>{})},
      {"quick_ratio", runs(quick_ratio{})},
      {"quick_ratio_by_events", runs(basic_quick_ratio<event_accounting>{})},
      {"revenue_movements", runs(revenue_movements{})},
      {"revenue_movements_by_events", runs(basic_revenue_movements<event_accounting>{})},
      {"renewal_rate", runs(renewal_rate{})},
      {"clv", runs(clv({.discount = discount_rate::annual(.1)}))},
      {"clv_monthly_after_renewal", runs(clv({.discount = discount_rate::annual(.12),
                                              .period = time_unit::month,
                                              .timing = payment_timing::middle,
                                              .first = first_payment::after_renewal}))},
      {"clv_finite", runs(clv({.discount = discount_rate::annual(.25),
                               .timing = payment_timing::end,
                               .horizon = 8,
                               .acquisition_cost = 20}))},
      {"clv_undiscounted", runs(clv({.discount = discount_rate::none(),
                                     .first = first_payment::after_renewal,
                                     .horizon = 3}))},
      {"historical_clv", runs(historical_clv{})},
      {"historical_clv_365_d", runs(historical_clv(days{365}))},
      {"on_score_nps", runs(score)},
      {"then_nps", runs(then(score, [](const estimate& e) { return e; }))},
      {"where_kept_nps", runs(where(&row::kept, score, "not kept"))},
      {"by_agent_nps", runs(by(&row::agent, score))},
      {"by_roster_csat", runs(by(&row::agent, rating,
                                 roster<std::string>({"dora", "ann", "cem"}, unknown_key::count)))},
      {"by_desk_handle_time", runs(by(&row::desk, handled, dense_ids{4}))},
      {"over_month_csat", runs(over(calendar_months{1}, &row::at, rating))},
      {"over_week_proportion", runs(over(iso_weeks(), &row::at, on(&row::ok, proportion{})))},
      {"over_quarter_by_agent_nps",
       runs(over(calendar_months{3}, &row::at, by(&row::agent, score)))},
      {"together_nps_csat", runs(together(score, rating))},
      {"by_agent_together_where",
       runs(by(&row::agent, together(score, where(&row::kept, handled, "not kept"))))},
      {"scorecard", runs(service_card())},
      {"scorecard_in_scorecard", runs(make_scorecard(component("desk", service_card(), 3),
                                                     component("rating", rating, linear{0, 1}, 1))
                                          .graded({{"pass", 60}, {"fail", 0}}))},
      {"fcr_7_days", runs(fcr(week))},
      {"fcr_naive_30_days", runs(basic_fcr<naive_maturity>(month_of_opening))},
      {"fcr_kaplan_meier_7_days", runs(fcr_kaplan_meier(week))},
      {"fcr_kaplan_meier_245_days",
       runs(fcr_kaplan_meier(
           {.span = days{245}, .about = subject::customer_and_relation, .other_failures = true}))},
      {"repeat_contact_7_days", runs(repeat_contact(week))},
      {"repeat_contact_full_look_back",
       runs(basic_repeat_contact<full_look_back>(month_of_opening))},
      {"repeat_customers_7_days", runs(repeat_customers(week))},
  };
  return table;
}

const json::object& file() {
  static const json::value parsed = [] {
    std::ifstream in(CRMETRICS_SOURCE_DIR "/tests/conformance/vectors.json", std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(in), {});
    return json::parse(text);
  }();
  return parsed.as_object();
}

std::vector<std::string> metrics_of_file() {
  std::vector<std::string> keys;
  for (const json::value& entry : file().at("metrics").as_array()) {
    keys.push_back(to_text(entry.at("metric")));
  }
  return keys;
}

class conformance : public testing::TestWithParam<std::string> {};

TEST_P(conformance, vectors) {
  const auto it = runners().find(GetParam());
  ASSERT_NE(it, runners().end()) << "vectors.json has a metric that this test does not know";
  for (const json::value& entry : file().at("metrics").as_array()) {
    if (to_text(entry.at("metric")) == GetParam()) it->second(entry.as_object());
  }
}

INSTANTIATE_TEST_SUITE_P(each, conformance, testing::ValuesIn(metrics_of_file()),
                         [](const auto& test) { return test.param; });

TEST(conformance_file, has_every_metric_of_the_test_once) {
  const std::vector<std::string> keys = metrics_of_file();
  const std::set<std::string> in_file(keys.begin(), keys.end());
  EXPECT_EQ(in_file.size(), keys.size());
  for (const auto& [key, run] : runners()) EXPECT_TRUE(in_file.contains(key)) << key;
  EXPECT_EQ(file().at("layout_version").to_number<int>(), state_layout_version);
}

TEST(conformance_file, a_projection_has_the_bytes_of_the_metric_inside) {
  nps plain;
  auto projected = on(&row::score, nps{});
  plain.update(9);
  row r;
  r.score = 9;
  projected.update(r);
  EXPECT_EQ(to_bytes(projected), to_bytes(plain));
  EXPECT_EQ(to_bytes(then(projected, [](const estimate& e) { return e.value(); })),
            to_bytes(plain));
}

}  // namespace
