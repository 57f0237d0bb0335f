#pragma once

#include "column.hpp"

#include <crmetrics/runtime/observation_table.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace crmetrics::python {

/// Numbers of a column as doubles, NaN where missing; yes and no as 1 and 0, durations in seconds.
/// The column itself where it is that already.
/// @throws py::type_error naming the column
std::vector<double> to_doubles(const column& c);

/// Instants of a column as microseconds since 1970 (UTC), `observation_table::no_time` where
/// missing; dates are their first instant.
/// @throws py::type_error naming the column; bad_input for instants beyond 64 bits
std::vector<std::int64_t> to_instants(const column& c);

/// Keys as numbers into names; `observation_table::nobody` where missing. Whole numbers are named
/// by their digits.
struct named_keys {
  std::vector<std::uint32_t> numbers;
  std::vector<std::string> names;
};
named_keys to_names(const column& c);

/// A table of observations that keeps its columns.
class owned_table {
 public:
  owned_table(std::string name, const column& owner);

  void set_time(const column& c);
  void set_cause(const column& c);
  /// @param unit of numbers that are times: ms, s, min, h, d; durations know their own
  void add_values(const std::string& metric, const column& c, const std::string& unit);
  /// The time between two columns. What has begun and not ended is as old as `observed_until` says,
  /// or the latest time of the table: give the time of the rows first.
  void add_span(const std::string& metric, const column& from, const column& to,
                std::optional<std::int64_t> observed_until);
  observation_table& table() { return table_; }
  const std::vector<std::int64_t>& instants() const { return instants_; }

 private:
  void require_rows(const column& c) const;

  observation_table table_;
  std::int64_t rows_ = 0;
  std::string first_;
  named_keys owners_;
  named_keys causes_;
  std::vector<std::int64_t> instants_;
  std::vector<std::unique_ptr<std::vector<double>>> values_;
  std::vector<column> kept_;
};

}  // namespace crmetrics::python
