#pragma once

#include <filesystem>
#include <fstream>
#include <limits>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace crmetrics::test {

/// One row of a CSV file, by column name.
class csv_row {
 public:
  explicit csv_row(std::map<std::string, std::string> cells) : cells_(std::move(cells)) {}

  const std::string& text(const std::string& column) const { return cells_.at(column); }
  /// NA, NaN and an empty cell are NaN.
  double number(const std::string& column) const {
    const std::string& cell = text(column);
    if (cell.empty() || cell == "NA") return std::numeric_limits<double>::quiet_NaN();
    return std::stod(cell);
  }

 private:
  std::map<std::string, std::string> cells_;
};

inline bool shared_data_is_there() { return std::filesystem::is_directory(CRMETRICS_SHARED_DATA); }

/// The rows of a plain CSV file (a header line, no quotes) below the shared data folder. Ask
/// `shared_data_is_there()` first and skip the test where it is not.
inline std::vector<csv_row> csv_rows(const std::string& relative_path) {
  std::string path = CRMETRICS_SHARED_DATA;  // g++ 12 misreads a sum of texts here
  path.append("/").append(relative_path);
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  const auto cells_of = [](std::string line) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    std::vector<std::string> cells;
    std::istringstream stream(line);
    for (std::string cell; std::getline(stream, cell, ',');) cells.push_back(cell);
    if (!line.empty() && line.back() == ',') cells.emplace_back();
    return cells;
  };
  std::string line;
  std::getline(file, line);
  const std::vector<std::string> header = cells_of(line);
  std::vector<csv_row> rows;
  while (std::getline(file, line)) {
    const std::vector<std::string> cells = cells_of(line);
    if (cells.size() != header.size()) throw std::runtime_error("ragged row in " + path);
    std::map<std::string, std::string> row;
    for (std::size_t i = 0; i != cells.size(); ++i) row[header[i]] = cells[i];
    rows.emplace_back(row);
  }
  return rows;
}

}  // namespace crmetrics::test
