// The main job from end to end: a quarter of a service desk as CSV files becomes metrics with
// intervals, a ranked and explained scorecard. Usage: demo FOLDER (CSV files are written there).

#include "demo/card.hpp"
#include "demo/records.hpp"

#include <crmetrics/adapters/boost_accumulators.hpp>
#include <crmetrics/adapters/range_v3.hpp>
#include <crmetrics/crmetrics.hpp>
#include <crmetrics/derive/link_contacts.hpp>
#include <crmetrics/derive/purchases.hpp>
#include <crmetrics/derive/subscriptions.hpp>
#include <crmetrics/intervals/comparison.hpp>
#include <crmetrics/intervals/sample_size.hpp>
#include <crmetrics/io/score_text.hpp>
#include <crmetrics/io/state_bytes.hpp>
#include <crmetrics/io/text.hpp>
#include <crmetrics/metrics/churn_convention.hpp>
#include <crmetrics/workload/csv.hpp>
#include <crmetrics/workload/service_desk.hpp>

#include <boost/accumulators/statistics/mean.hpp>
#include <boost/accumulators/statistics/stats.hpp>

#include <range/v3/view/filter.hpp>
#include <range/v3/view/transform.hpp>

#include <exception>
#include <filesystem>
#include <iomanip>
#include <iostream>
#include <map>
#include <sstream>
#include <string>

namespace {

namespace crm = crmetrics;

void heading(const char* text) { std::cout << "\n== " << text << "\n"; }

void show_metrics(const demo::service_desk& desk, crm::instant until) {
  heading("The whole desk, first quarter: value [95 % interval] (method, n; definition; left out)");
  const auto q1 = crm::calendar_quarter(2025, 1);
  auto answers = desk.surveys | crm::in_period(q1, &demo::survey::answered);
  std::cout
      << (answers | ranges::views::transform(&demo::survey::nps) | crm::into(crm::nps{})).result()
      << "\n";

  // One pass, three definitions of CSAT: the same ratings, very different figures.
  const auto csat = answers | ranges::views::transform(&demo::survey::csat) |
                    crm::into(crm::together(
                        crm::csat{}, crm::basic_csat<crm::rating_scale<1, 5>, crm::top_box<1>>{},
                        crm::basic_csat<crm::rating_scale<1, 5>, crm::mean_over_max>{}));
  std::apply([](const auto&... each) { ((std::cout << each << "\n"), ...); }, csat.result());

  auto contacts = desk.contacts | crm::in_period(q1, &demo::contact::opened);
  const auto times = contacts | crm::into(crm::together(
                                    crm::on(&demo::contact::handle_seconds, crm::handle_time{}),
                                    demo::resolved_in_a_day(until)));
  std::cout << std::get<0>(times.result()) << "\n" << std::get<1>(times.result()) << "\n";

  crm::error_rate compliance;
  compliance.update_many(desk.checks | ranges::views::transform(&demo::check::failed));
  std::cout << compliance.result() << "\n";
}

// The same contacts, linked by one definition after the other.
void show_fcr(const demo::service_desk& desk, crm::instant until) {
  heading(
      "First-contact resolution: did the customer not come back? One log, one word, many figures");
  const auto show = [&](const char* definition, const crm::estimate& fcr) {
    std::ostringstream line;
    line << "  " << std::left << std::setw(46) << definition << std::fixed << std::setprecision(1)
         << 100 * fcr.value() << " %  of " << fcr.n();
    if (fcr.pending() != 0) line << "; " << fcr.pending() << " are too recent to know";
    std::cout << line.str() << "\n";
  };
  const auto linked = [&](const auto& fields, const crm::within& window) {
    return desk.contacts | crm::linked(fields, window, until, {.keep_spans = true});
  };
  const crm::within week{.span = crm::days{7}};
  const crm::within month{.span = crm::days{30}};
  const auto by_case = (linked(demo::same_case, week) | crm::into(crm::fcr{})).result();
  show("with any matter in 7 days",
       (linked(demo::any_contact, week) | crm::into(crm::fcr{})).result());
  show("with the same topic in 7 days",
       (linked(demo::same_topic, week) | crm::into(crm::fcr{})).result());
  show("with the same case in 7 days", by_case);
  show("with the same case in 30 days",
       (linked(demo::same_case, month) | crm::into(crm::fcr{})).result());
  show("the same, recent contacts as far as known",
       (linked(demo::same_case, month) | crm::into(crm::fcr_kaplan_meier{})).result());
  show(
      "the same, recent contacts taken for resolved",
      (linked(demo::same_case, month) | crm::into(crm::basic_fcr<crm::naive_maturity>{})).result());
  std::cout << "The card below uses the third one. In full, and from the other side:\n"
            << by_case << "\n"
            << (linked(demo::same_case, week) | crm::into(crm::repeat_contact{})).result() << "\n";
}

// The same ledger, by one convention after the other.
void show_churn_and_value(const demo::service_desk& desk, const crm::period& quarter) {
  heading("Churn in the quarter: one subscription ledger, one word, five conventions");
  const auto ledger =
      crm::read_ledger(desk.levels, crm::ledger_fields{.customer = &demo::level::customer,
                                                       .at = &demo::level::from,
                                                       .level = &demo::level::amount});
  const auto facts = ledger.in(quarter);
  const auto show = [&](auto metric) {
    metric.update_many(facts);
    std::cout << metric.result() << "\n";
  };
  show(crm::churn{});
  show(crm::basic_churn<crm::lost_of_average>{});
  show(crm::basic_churn<crm::churn_events_of_start>{});
  show(crm::basic_churn<crm::churn_events_of_start_and_new>{});
  show(crm::basic_churn<crm::churn_by_day>{});
  show(crm::gross_revenue_retention{});
  show(crm::net_revenue_retention{});

  crm::historical_clv value;
  value.update_many(crm::read_purchases(desk.purchases,
                                        crm::purchase_fields{.customer = &demo::purchase::customer,
                                                             .at = &demo::purchase::bought,
                                                             .amount = &demo::purchase::amount}));
  std::cout << value.result() << ", in cents\n";
}

void show_trend(const demo::service_desk& desk) {
  heading("NPS by month, and the quarter as the three months merged");
  auto monthly = crm::over(crm::calendar_months{}, &demo::survey::answered,
                           crm::on(&demo::survey::nps, crm::nps{}));
  monthly.update_many(desk.surveys);
  for (const auto& [period, nps] : monthly.result()) {
    std::cout << crm::date_of(period.from()).year << "-0" << crm::date_of(period.from()).month
              << "  " << nps << "\n";
  }
  const auto quarter = monthly.within(crm::calendar_quarter(2025, 1));
  std::cout << "merged   " << quarter.result() << "\n";

  const auto bytes = crm::to_bytes(quarter);
  std::cout << "as state bytes: " << bytes.size() << " bytes, read back "
            << (crm::from_bytes(quarter, bytes) == quarter ? "equal" : "DIFFERENT") << "\n";
}

void show_beside_boost(const demo::service_desk& desk) {
  heading("In one Boost.Accumulators set: NPS beside Boost's own mean");
  namespace acc = boost::accumulators;
  acc::accumulator_set<int, acc::stats<crm::tag::nps, acc::tag::mean>> set;
  for (int score : desk.surveys | ranges::views::transform(&demo::survey::nps) |
                       ranges::views::filter([](const auto& s) { return s.has_value(); }) |
                       ranges::views::transform([](const auto& s) { return *s; })) {
    set(score);
  }
  std::cout << crm::extract::nps(set) << "\nmean score " << acc::mean(set) << " (Boost)\n";
}

template <class Ranking>
void show_team(const Ranking& ranking, const std::map<std::int64_t, std::string>& names) {
  heading("The team: ranks on points out of 100; a rank says nothing yet about noise");
  std::vector<crm::rank_line<std::string>> lines;
  for (const auto& line : ranking) lines.push_back({names.at(line.key), line.rank, line.report});
  std::cout << crm::to_text(lines);
}

template <class Ranking>
void show_comparison(const Ranking& ranking, const std::map<std::int64_t, std::string>& names) {
  std::cout << std::fixed << std::setprecision(2);
  heading("Is the first really better than the fifth? CSAT, first minus fifth");
  const auto& first = ranking[0];
  const auto& fifth = ranking[4];
  const auto d =
      crm::compare(first.report->component("CSAT").raw, fifth.report->component("CSAT").raw);
  std::cout << names.at(first.key) << " - " << names.at(fifth.key) << ": ";
  if (d.has_value() && d.interval() && d.p_value()) {
    std::cout << 100 * d.value() << " percentage points [" << 100 * d.interval()->low << ", "
              << 100 * d.interval()->high << "] (95 %, " << d.method() << ", n = " << d.n_a()
              << " and " << d.n_b() << "), p = " << *d.p_value() << "\n";
  } else {
    std::cout << crm::to_string(d.status()) << "\n";
  }
  std::cout << "Surveys needed to know one agent's CSAT to +-3 points at 95 %: "
            << crm::sample_size(crm::precision_goal{.margin = .03}) << "\n";
}

void run(const std::filesystem::path& folder) {
  const crm::workload::service_desk_settings settings;
  const auto generated = crm::workload::generate(settings);
  crm::workload::write_csv(generated, folder);
  const demo::service_desk desk = demo::read(folder);
  std::cout << "crmetrics demo: " << desk.contacts.size() << " contacts, " << desk.surveys.size()
            << " surveys, " << desk.reviews.size() << " reviews, " << desk.checks.size()
            << " compliance checks, " << desk.renewals.size() << " renewals of "
            << desk.agents.size() << " agents, generated with seed " << settings.seed << ",\n"
            << "written to and read back from " << folder.string() << "\n";

  const crm::instant until{generated.observed_until - 1};  // the last instant that was observed
  show_metrics(desk, until);
  show_fcr(desk, until);
  show_churn_and_value(desk, crm::calendar_quarter(2025, 1));
  show_trend(desk);
  show_beside_boost(desk);

  // One card for each agent on the roster; one state takes all seven kinds of records.
  std::map<std::int64_t, std::string> names;
  std::vector<std::int64_t> ids;
  for (const demo::agent& a : desk.agents) {
    names[a.id] = a.name;
    ids.push_back(a.id);
  }
  auto team = crm::by(crm::credited_agent, demo::service_card(until), crm::roster{ids});
  team.update_many(desk.surveys, "surveys");
  team.update_many(desk.contacts, "contacts");
  team.update_many(
      crm::link_contacts(desk.contacts, demo::same_case, crm::within{.span = crm::days{7}}, until),
      "linked contacts");
  team.update_many(desk.reviews, "reviews");
  team.update_many(desk.tests, "knowledge tests");
  team.update_many(desk.renewals, "renewals");
  team.update_many(desk.checks, "checks");

  const auto results = team.result();
  const auto ranking = crm::competition_ranking(results);
  show_team(ranking, names);
  show_comparison(ranking, names);

  heading("One agent, line by line");
  const auto& one = ranking[2];
  std::cout << names.at(one.key) << "\n" << *one.report;

  heading("The team as a whole: all states merged, not the mean of the agents' scores");
  std::cout << team.total().result();
}

}  // namespace

int main(int argc, char** argv) {
  try {
    run(argc > 1 ? argv[1] : "demo-data");
    return 0;
  } catch (const std::exception& e) {
    std::cerr << "demo: " << e.what() << "\n";
    return 1;
  }
}
