#include "shared_data.hpp"

#include <boost/json/src.hpp>

#include <cstdio>
#include <fstream>
#include <sstream>

namespace crmetrics::test {

namespace {
const std::string folder = std::string(CRMETRICS_SHARED_DATA) + "/";
}

std::optional<boost::json::value> shared_json(const std::string& relative_path) {
  std::ifstream file(folder + relative_path);
  if (!file) return std::nullopt;
  std::stringstream text;
  text << file.rdbuf();
  return boost::json::parse(text.str());
}

std::vector<std::vector<std::string>> shared_gzip_csv(const std::string& relative_path) {
  std::vector<std::vector<std::string>> out;
  FILE* pipe = popen(("gzip -dc '" + folder + relative_path + "'").c_str(), "r");
  if (pipe == nullptr) return out;
  std::string text;
  char buffer[65536];
  while (const std::size_t n = fread(buffer, 1, sizeof buffer, pipe)) text.append(buffer, n);
  pclose(pipe);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    auto& row = out.emplace_back();
    std::size_t from = 0;
    for (std::size_t to = line.find(','); to != std::string::npos; to = line.find(',', from)) {
      row.push_back(line.substr(from, to - from));
      from = to + 1;
    }
    row.push_back(line.substr(from));
  }
  return out;
}

}  // namespace crmetrics::test
