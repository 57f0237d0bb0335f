// Scores CSV files by a spec file: no line of C++ knows the card.
//
//     score_csv OUT                                         on generated data, card.json beside
//     score_csv OUT CARD.json TABLES.json FOLDER YEAR QUARTER [OBSERVED_UNTIL]
//
// FOLDER holds one CSV file for each table of TABLES.json, and agents.csv with id, name and team.
// The tables are complete up to OBSERVED_UNTIL ("2025-06-01", its beginning); not given, each up to
// its latest time. Prints the teams; the whole result goes to OUT/evaluation.json.

#include <crmetrics/adapters/boost_date_time_text.hpp>
#include <crmetrics/io/csv.hpp>
#include <crmetrics/io/evaluation_json.hpp>
#include <crmetrics/io/evaluation_text.hpp>
#include <crmetrics/io/table_columns.hpp>
#include <crmetrics/runtime/spec_evaluation.hpp>
#include <crmetrics/runtime/spec_parser.hpp>
#include <crmetrics/workload/csv.hpp>
#include <crmetrics/workload/service_desk.hpp>

#include <boost/json/src.hpp>

#include <algorithm>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

void score(const fs::path& card_file, const fs::path& tables_file, const fs::path& folder,
           const crm::period& quarter, std::optional<crm::instant> observed_until,
           const fs::path& out) {
  const crm::parsed_spec parsed = crm::parse_card_spec(text_of(card_file));
  if (!parsed.ok()) throw crm::bad_spec(parsed.diagnostics);

  const auto agents =
      crm::read_csv(folder / "agents.csv")
          .rows_as<crm::listed_agent>(crm::csv_field("id", &crm::listed_agent::id),
                                      crm::csv_field("name", &crm::listed_agent::name),
                                      crm::csv_field("team", &crm::listed_agent::team));
  std::vector<crm::table_columns> columns;
  crm::instant until = quarter.from();
  crm::problem_list problems;  // of all tables
  for (const auto& [name, roles] : crm::table_roles_from(text_of(tables_file))) {
    try {
      columns.emplace_back(crm::read_csv(folder / (name + ".csv")), name, roles, when,
                           observed_until);
      until = (std::max)(until, columns.back().observed_until());
    } catch (const crm::bad_input& e) {
      problems.add(e.problems());
    }
  }
  problems.throw_if_any();
  std::vector<crm::observation_table> tables;
  for (const auto& c : columns) tables.push_back(c.table());

  const crm::spec_evaluation scoring(parsed.spec, quarter,
                                     {.observed_until = until, .warnings = parsed.diagnostics});
  const crm::evaluation e = scoring.evaluate(agents, tables);
  std::cout << e;
  if (!e.units.empty()) {
    const auto& best = e.units.front().agents.front();
    std::cout << "\n" << best.name << "\n" << best.view.why.report;
  }
  fs::create_directories(out.parent_path());
  std::ofstream file(out);
  if (!(file << crm::to_json(e)).flush()) throw crm::error("cannot write " + out.string());
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 2 && argc != 7 && argc != 8) {
    std::cerr << "usage: score_csv OUT [CARD.json TABLES.json FOLDER YEAR QUARTER "
                 "[OBSERVED_UNTIL]]\n";
    return 2;
  }
  const fs::path out = fs::path(argv[1]) / "evaluation.json";
  if (argc != 2) {
    score(argv[2], argv[3], argv[4],
          crm::calendar_quarter(std::stoi(argv[5]), static_cast<unsigned>(std::stoul(argv[6]))),
          argc == 8 ? std::optional(when(argv[7])) : std::nullopt, out);
    return 0;
  }
  const fs::path data = fs::path(argv[1]) / "data";
  const auto desk = crm::workload::generate({});
  crm::workload::write_csv(desk, data);
  const fs::path beside = fs::path(__FILE__).parent_path() / "score_csv";
  score(beside / "card.json", beside / "tables.json", data, crm::calendar_quarter(2025, 1),
        crm::instant{desk.observed_until}, out);
} catch (const std::exception& e) {
  std::cerr << e.what() << "\n";
  return 1;
}
