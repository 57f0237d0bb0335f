#pragma once

#include <boost/json/value.hpp>

#include <optional>
#include <string>
#include <vector>

// The shared data folder for tests; what is not there is empty, and the test is to be skipped.
namespace crmetrics::test {

/// A JSON file below the shared data folder.
std::optional<boost::json::value> shared_json(const std::string& relative_path);

/// The cells of a gzipped CSV file without quotes, row by row, its header first.
std::vector<std::vector<std::string>> shared_gzip_csv(const std::string& relative_path);

}  // namespace crmetrics::test
