// Scores CSV files by a spec file: no line of C++ knows the card.
//
//     score_csv OUT                                     on generated data, with the files beside
//     this one score_csv OUT CARD.json TABLES.json FOLDER YEAR QUARTER
//
// FOLDER holds one CSV file for each table of TABLES.json, and agents.csv with id, name and team.

#include <crmetrics/adapters/boost_date_time_text.hpp>
#include <crmetrics/combinators/by.hpp>
#include <crmetrics/io/csv.hpp>
#include <crmetrics/io/score_text.hpp>
#include <crmetrics/io/table_events.hpp>
#include <crmetrics/runtime/card_from_spec.hpp>
#include <crmetrics/runtime/spec_parser.hpp>
#include <crmetrics/scorecard/ranking.hpp>
#include <crmetrics/workload/csv.hpp>
#include <crmetrics/workload/service_desk.hpp>

#include <boost/json/src.hpp>

#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace crm = crmetrics;
namespace fs = std::filesystem;

namespace {

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw crm::error("cannot open " + file.string());
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// "2025-01-31 09:12:58", or a date alone: its first instant.
crm::instant when(std::string_view text) {
  return text.size() == 10 ? crm::start_of(crm::date_cell{}(text)) : crm::instant_cell{}(text);
}

struct agent {
  std::string id;
  std::string name;
  std::string team;
};

void score(const fs::path& card_file, const fs::path& tables_file, const fs::path& folder,
           const crm::period& quarter) {
  const crm::parsed_spec parsed = crm::parse_card_spec(text_of(card_file));
  for (const crm::diagnostic& d : parsed.diagnostics) std::cout << d.text() << "\n";
  if (!parsed.ok()) throw crm::error(card_file.string() + " has errors");

  // An empty card for each agent: by the version of the quarter, with the weights of the team.
  const auto agents =
      crm::read_csv(folder / "agents.csv")
          .rows_as<agent>(crm::csv_field("id", &agent::id), crm::csv_field("name", &agent::name),
                          crm::csv_field("team", &agent::team));
  std::map<std::string, crm::dynamic_scorecard, std::less<>> cards;
  for (const agent& a : agents) {
    const std::string team = "team:" + a.team;
    cards.emplace(a.id, crm::card_timeline(parsed.spec, {.who = team}).at(quarter).definition);
  }

  for (const auto& [name, roles] : crm::table_roles_from(text_of(tables_file))) {
    const auto table = crm::read_csv(folder / (name + ".csv"));
    for (const auto& e : crm::events_of(table, name, roles, when, quarter, quarter.to())) {
      const auto card = cards.find(e.owner);
      if (card == cards.end()) throw crm::error(name + ": agents.csv has no agent " + e.owner);
      card->second.update(e.event);
    }
  }

  // Each team by itself: cards of other weights do not compare.
  std::map<std::string, crm::group_results<std::string, crm::score_report>> teams;
  for (const agent& a : agents) {
    teams[a.team].rows.push_back({a.name, cards.at(a.id).result()});
  }
  for (const auto& [team, results] : teams) {
    const auto ranking = crm::competition_ranking(results);
    std::cout << "\n" << team << "\n" << crm::to_text(ranking);
    if (team == teams.begin()->first) {
      std::cout << "\n" << ranking[0].key << "\n" << *ranking[0].report;
    }
  }
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 2 && argc != 7) {
    std::cerr << "usage: score_csv OUT [CARD.json TABLES.json FOLDER YEAR QUARTER]\n";
    return 2;
  }
  if (argc == 7) {
    score(argv[2], argv[3], argv[4],
          crm::calendar_quarter(std::stoi(argv[5]), static_cast<unsigned>(std::stoul(argv[6]))));
    return 0;
  }
  const fs::path data = fs::path(argv[1]) / "data";
  crm::workload::write_csv(crm::workload::generate({}), data);
  const fs::path beside = fs::path(__FILE__).parent_path() / "score_csv";
  score(beside / "card.json", beside / "tables.json", data, crm::calendar_quarter(2025, 1));
} catch (const std::exception& e) {
  std::cerr << e.what() << "\n";
  return 1;
}
