#pragma once

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace crmetrics::test {

/// A spec file of tests/specs. Lines `// expect CODE path | hint` say what is to be found in it.
struct spec_file {
  std::string name;
  std::string text;
  std::vector<std::string> expected;
};

/// The files of tests/specs/<folder>, by name.
inline std::vector<spec_file> spec_files(const std::string& folder) {
  std::vector<spec_file> out;
  const std::filesystem::path root = std::string(CRMETRICS_SOURCE_DIR) + "/tests/specs/" + folder;
  for (const auto& entry : std::filesystem::directory_iterator(root)) {
    spec_file f;
    f.name = entry.path().stem().string();
    std::ifstream in(entry.path());
    std::stringstream text;
    text << in.rdbuf();
    f.text = text.str();
    std::string line;
    const std::string mark = "// expect ";
    while (std::getline(text, line)) {
      if (line.compare(0, mark.size(), mark) == 0) f.expected.push_back(line.substr(mark.size()));
    }
    out.push_back(std::move(f));
  }
  for (std::size_t i = 1; i < out.size(); ++i) {
    for (std::size_t j = i; j > 0 && out[j].name < out[j - 1].name; --j)
      std::swap(out[j], out[j - 1]);
  }
  return out;
}

}  // namespace crmetrics::test
