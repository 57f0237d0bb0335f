// Metrics on the shared real data, against figures that others computed: the retail NPS survey and
// the call-centre log. Skipped where the data is absent.

#include <crmetrics/accumulators/duration.hpp>
#include <crmetrics/accumulators/exact_quantile.hpp>
#include <crmetrics/accumulators/proportion.hpp>
#include <crmetrics/combinators/by.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/combinators/together.hpp>
#include <crmetrics/intervals/wald.hpp>
#include <crmetrics/metrics/csat.hpp>
#include <crmetrics/metrics/handle_time.hpp>
#include <crmetrics/metrics/nps.hpp>
#include <crmetrics/metrics/share_within.hpp>

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "../../support/shared_data.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace {

namespace crm = crmetrics;
namespace json = boost::json;

using crmetrics::test::shared_json;

const std::string folder = "service/";

// Rows without the header.
std::vector<std::vector<std::string>> rows(const std::string& name) {
  auto out = crmetrics::test::shared_gzip_csv(folder + name);
  if (!out.empty()) out.erase(out.begin());
  return out;
}

std::optional<int> whole(const std::string& cell) {
  return cell.empty() ? std::nullopt : std::optional(std::stoi(cell));
}

double number(const json::value& v) { return v.to_number<double>(); }
std::uint64_t integer(const json::value& v) { return v.to_number<std::uint64_t>(); }
void expect_interval(const crm::estimate& e, const json::value& v) {
  EXPECT_NEAR(e.interval()->low, number(v.as_array()[0]), 1e-12);
  EXPECT_NEAR(e.interval()->high, number(v.as_array()[1]), 1e-12);
}
void expect_share(const crm::estimate& e, const json::value& v) {
  EXPECT_EQ(e.exact(), (crm::exact_ratio{static_cast<std::int64_t>(integer(v.at("x"))),
                                         static_cast<std::int64_t>(integer(v.at("n")))}));
  EXPECT_NEAR(e.value(), number(v.at("value")), 1e-12);
  expect_interval(e, v.at("wilson95"));
}

struct answer {
  std::optional<int> nps;
  std::optional<int> satisfaction;
  std::optional<std::string> wave;
};

using retail_nps = crm::basic_nps<crm::scale_1_10>;
using retail_wald = crm::basic_nps<crm::scale_1_10, crm::wald>;
using ten = crm::rating_scale<1, 10>;

void expect_nps(const crm::estimate& adjusted, const crm::estimate& wald, const json::value& v) {
  EXPECT_EQ(adjusted.n(), integer(v.at("n")));
  EXPECT_NEAR(adjusted.value(), number(v.at("nps")), 1e-12);
  EXPECT_NEAR(*adjusted.standard_error(), number(v.at("se")), 1e-12);
  EXPECT_NEAR(*wald.standard_error() * *wald.standard_error() * static_cast<double>(wald.n()),
              number(v.at("var")), 1e-12);
  expect_interval(wald, v.at("wald95"));
  expect_interval(adjusted, v.at("adj_wald95"));
}

TEST(real_data, retail_survey) {
  const auto want = shared_json(folder + "nps_retail_survey_expected.json");
  if (!want) GTEST_SKIP() << "no retail survey under " << folder;
  std::vector<answer> answers;
  for (const auto& row : rows("nps_retail_survey.csv.gz")) {
    answers.push_back(
        {whole(row[2]), whole(row[3]), row[7].empty() ? std::nullopt : std::optional(row[7])});
  }
  ASSERT_EQ(answers.size(), integer(want->at("rows")));

  auto waves = crm::by(&answer::wave, crm::together(crm::on(&answer::nps, retail_nps{}),
                                                    crm::on(&answer::nps, retail_wald{})));
  waves.update_many(answers);
  const auto [adjusted, wald] = waves.total().result();
  expect_nps(adjusted, wald, want->at("nps"));
  EXPECT_EQ(adjusted.missing(), integer(want->at("missing").at("nps")));
  const auto by_wave = waves.result();
  const auto answered = std::count_if(by_wave.begin(), by_wave.end(), [](const auto& row) {
    return std::get<0>(row.result).n() != 0;
  });
  EXPECT_EQ(static_cast<std::size_t>(answered), want->at("by_wave").as_object().size());
  for (const auto& [wave, v] : want->at("by_wave").as_object()) {
    SCOPED_TRACE(std::string(wave));
    const auto* r = by_wave.find(std::string(wave));
    ASSERT_NE(r, nullptr);
    expect_nps(std::get<0>(*r), std::get<1>(*r), v);
  }

  auto csat =
      crm::together(crm::on(&answer::satisfaction, crm::basic_csat<ten, crm::top_box<2>>{}),
                    crm::on(&answer::satisfaction, crm::basic_csat<ten, crm::top_box<3>>{}),
                    crm::on(&answer::satisfaction, crm::basic_csat<ten, crm::mean_rating>{}),
                    crm::on(&answer::satisfaction, crm::basic_csat<ten, crm::min_max>{}),
                    crm::on(&answer::satisfaction, crm::basic_csat<ten, crm::mean_over_max>{}));
  csat.update_many(answers);
  const auto [top2, top3, mean, min_max, over_max] = csat.result();
  const json::value& v = want->at("csat");
  expect_share(top2, v.at("top2_box"));
  expect_share(top3, v.at("top3_box"));
  EXPECT_NEAR(mean.value(), number(v.at("mean")), 1e-12);
  EXPECT_NEAR(100 * min_max.value(), number(v.at("minmax_0_100")), 1e-10);
  EXPECT_NEAR(100 * over_max.value(), number(v.at("mean_over_max_100")), 1e-10);
  EXPECT_EQ(top2.missing(), integer(want->at("missing").at("satisfaction")));
}

struct call {
  std::string agent;
  std::string month;
  bool answered;
  bool resolved;
  std::optional<int> speed;
  std::optional<int> talk;
  std::optional<int> rating;

  bool abandoned() const { return !answered; }
  std::optional<bool> resolved_of_answered() const {
    return answered ? std::optional(resolved) : std::nullopt;
  }
  std::optional<int> speed_of_answered() const { return answered ? speed : std::nullopt; }
  std::optional<int> talk_of_answered() const { return answered ? talk : std::nullopt; }
};

std::vector<call> all_calls() {
  std::vector<call> calls;
  for (const auto& row : rows("call_centre_5000.csv.gz")) {
    calls.push_back({row[1], row[2].substr(0, 7), row[4] == "Y", row[5] == "Y", whole(row[6]),
                     whole(row[7]), whole(row[8])});
  }
  return calls;
}

auto call_metrics() {
  using unanswered_fails = crm::basic_share_within<crm::wilson, crm::missing::as_failure>;
  return crm::together(
      crm::on(&call::answered, crm::proportion{}), crm::on(&call::abandoned, crm::proportion{}),
      crm::on(&call::resolved_of_answered, crm::proportion{}),
      crm::on(&call::resolved, crm::proportion{}), crm::on(&call::rating, crm::csat{}),
      crm::on(&call::rating, crm::basic_csat<crm::rating_scale<1, 5>, crm::top_box<1>>{}),
      crm::on(&call::rating, crm::basic_csat<crm::rating_scale<1, 5>, crm::mean_rating>{}),
      crm::on(&call::rating, crm::basic_csat<crm::rating_scale<1, 5>, crm::min_max>{}),
      crm::on(&call::rating, crm::basic_csat<crm::rating_scale<1, 5>, crm::mean_over_max>{}),
      crm::on(&call::rating, crm::basic_csat<crm::rating_scale<1, 5>, crm::net_satisfied<4, 2>>{}),
      crm::on(&call::speed_of_answered, crm::duration{}),
      crm::on(&call::talk_of_answered, crm::handle_time{}),
      crm::on(&call::speed_of_answered, crm::share_within(crm::seconds{30})),
      crm::on(&call::speed_of_answered, unanswered_fails(crm::seconds{30})));
}

template <class Results>
void expect_calls(const Results& r, const json::value& v) {
  expect_share(std::get<0>(r), v.at("answered"));
  expect_share(std::get<1>(r), v.at("abandoned"));
  expect_share(std::get<2>(r), v.at("resolved_of_answered"));
  expect_share(std::get<3>(r), v.at("resolved_of_all"));
  const json::value& csat = v.at("csat");
  expect_share(std::get<4>(r), csat.at("top2_box"));
  expect_share(std::get<5>(r), csat.at("top1_box"));
  EXPECT_NEAR(std::get<6>(r).value(), number(csat.at("mean")), 1e-12);
  EXPECT_NEAR(100 * std::get<7>(r).value(), number(csat.at("minmax_pct")), 1e-10);
  EXPECT_NEAR(100 * std::get<8>(r).value(), number(csat.at("mean_over_max_pct")), 1e-10);
  EXPECT_NEAR(100 * std::get<9>(r).value(), number(csat.at("good_minus_bad_pct")), 1e-10);
  EXPECT_NEAR(std::get<10>(r).value(), number(v.at("asa_s").at("mean")), 1e-10);
  EXPECT_NEAR(std::get<11>(r).value(), number(v.at("talk_s").at("mean")), 1e-10);
  const json::value& level = v.at("service_level").at("le_30s");
  EXPECT_NEAR(std::get<12>(r).value(), number(level.at("of_answered")), 1e-12);
  EXPECT_NEAR(std::get<13>(r).value(), number(level.at("of_offered")), 1e-12);
}

TEST(real_data, call_centre) {
  const auto want = shared_json(folder + "call_centre_5000_expected.json");
  if (!want) GTEST_SKIP() << "no call-centre log under " << folder;
  const std::vector<call> calls = all_calls();
  ASSERT_EQ(calls.size(), integer(want->at("overall").at("calls")));

  auto all = call_metrics();
  all.update_many(calls);
  expect_calls(all.result(), want->at("overall"));
  // What the source's own README publishes, to its printed digits.
  const auto& published = want->at("published_by_source_readme");
  EXPECT_NEAR(100 * std::get<8>(all.result()).value(), number(published.at("csat_pct")), .005);
  EXPECT_NEAR(std::get<10>(all.result()).value(), number(published.at("asa_s")), .005);

  for (const auto& [key, member] :
       {std::pair{"by_agent", &call::agent}, std::pair{"by_month", &call::month}}) {
    auto groups = crm::by(member, call_metrics());
    groups.update_many(calls);
    const auto results = groups.result();
    EXPECT_EQ(results.size(), want->at(key).as_object().size());
    for (const auto& [name, v] : want->at(key).as_object()) {
      SCOPED_TRACE(std::string(name));
      const auto* r = results.find(std::string(name));
      ASSERT_NE(r, nullptr);
      expect_calls(*r, v);
    }
    EXPECT_EQ(groups.total(), all) << "team = merged states";
  }

  auto talk = crm::on(&call::talk_of_answered, crm::exact_quantile(.9));
  talk.update_many(calls);
  EXPECT_NEAR(talk.result().value(), number(want->at("overall").at("talk_s").at("p90")), 1e-10);
  EXPECT_NEAR(talk.metric().at(.5).value(), number(want->at("overall").at("talk_s").at("p50")),
              1e-10);
  EXPECT_NEAR(talk.metric().at(.95).value(), number(want->at("overall").at("talk_s").at("p95")),
              1e-10);
}

// Every service level and every percentile (type 7), of all calls, by agent and by month.
template <class Calls>
void expect_waits(const Calls& calls, const json::value& v) {
  for (const int limit : {20, 30, 60, 80}) {
    SCOPED_TRACE(limit);
    using unanswered_fails = crm::basic_share_within<crm::wilson, crm::missing::as_failure>;
    auto levels =
        crm::together(crm::on(&call::speed_of_answered, crm::share_within(crm::seconds{limit})),
                      crm::on(&call::speed_of_answered, unanswered_fails(crm::seconds{limit})));
    levels.update_many(calls);
    const auto [of_answered, of_offered] = levels.result();
    const json::value& level = v.at("service_level").at("le_" + std::to_string(limit) + "s");
    EXPECT_NEAR(of_answered.value(), number(level.at("of_answered")), 1e-12);
    EXPECT_NEAR(of_offered.value(), number(level.at("of_offered")), 1e-12);
    EXPECT_EQ(of_offered.n(), calls.size());
    EXPECT_EQ(of_answered.missing(), of_offered.n() - of_answered.n());
  }
  auto waits = crm::together(crm::on(&call::speed_of_answered, crm::exact_duration_quantile(.5)),
                             crm::on(&call::talk_of_answered, crm::exact_duration_quantile(.5)));
  waits.update_many(calls);
  const auto expect_quantile = [](const crm::exact_duration_quantile& q, const json::value& want,
                                  double p, const char* name) {
    EXPECT_NEAR(q.at(p).value(), number(want.at(name)), 1e-12 * number(want.at(name))) << name;
  };
  const auto& asa = waits.template get<0>().metric();
  const auto& talk = waits.template get<1>().metric();
  for (const auto& [p, name] : {std::pair{.5, "p50"}, std::pair{.9, "p90"}}) {
    expect_quantile(asa, v.at("asa_s"), p, name);
    expect_quantile(talk, v.at("talk_s"), p, name);
  }
  expect_quantile(talk, v.at("talk_s"), .95, "p95");
}

TEST(real_data, call_centre_service_levels_and_percentiles) {
  const auto want = shared_json(folder + "call_centre_5000_expected.json");
  if (!want) GTEST_SKIP() << "no call-centre log under " << folder;
  const std::vector<call> calls = all_calls();
  expect_waits(calls, want->at("overall"));
  for (const auto& [key, member] :
       {std::pair{"by_agent", &call::agent}, std::pair{"by_month", &call::month}}) {
    for (const auto& [name, v] : want->at(key).as_object()) {
      SCOPED_TRACE(std::string(name));
      std::vector<call> some;
      std::copy_if(calls.begin(), calls.end(), std::back_inserter(some),
                   [&](const call& c) { return c.*member == std::string(name); });
      expect_waits(some, v);
    }
  }
}

}  // namespace
