#pragma once

#include <crmetrics/runtime/contact_column.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace crmetrics {

/// A table of observations as columns, one element for each row; or a batch of its rows: tables of
/// one name are one table, in the order in which they are given. Refers to the columns, which must
/// live as long.
struct observation_table {
  /// As an owner or a cause: nobody said.
  static constexpr std::uint32_t nobody = (std::numeric_limits<std::uint32_t>::max)();
  /// As a time: unknown. Such a row lies in no period.
  static constexpr std::int64_t no_time = (std::numeric_limits<std::int64_t>::min)();

  /// Observations of one metric.
  struct column {
    std::string metric;  ///< its id in the spec, or the event of a bonus
    std::string name;    ///< of the column, for messages
    /// A rating, seconds, points, an amount, or 1 and 0 for yes and no; NaN is missing.
    std::span<const double> values;
    /// Of spans that had not ended when the log was read, where the value is missing: how many
    /// seconds they had lasted by then; NaN where that is not known. Empty: nobody says.
    std::span<const double> ages = {};
    /// The cells say yes and no, not numbers: only for metrics of yes and no. A 1 of these is no
    /// rating.
    bool yes_or_no = false;
    /// Lengths of time in seconds, turned into them from another unit or measured between two
    /// times: only for metrics of time. Six minutes are no rating of 360.
    bool seconds = false;
  };
  /// Linked contacts, and the metrics that observe them.
  struct contacts {
    std::vector<std::string> metrics;
    contact_column facts;
    std::span<const std::int64_t> instants;  ///< of the contacts; empty: those of the table
  };

  std::string name;
  /// Whose card a row is for: numbers into `owner_names`.
  std::span<const std::uint32_t> owners;
  std::vector<std::string> owner_names;
  /// When a row counts: microseconds since 1970 (UTC); empty: always.
  std::span<const std::int64_t> instants = {};
  /// What brought a row about, for metrics that exclude causes: numbers into `cause_names`; empty:
  /// nobody says.
  std::span<const std::uint32_t> causes = {};
  std::vector<std::string> cause_names = {};
  std::vector<column> columns = {};
  std::optional<contacts> linked = {};
  // What the columns are called, for the account of missing cells.
  std::string owner_column = "owner";
  std::string time_column = "time";
  std::string cause_column = "cause";

  std::size_t rows() const noexcept { return owners.size(); }
};

}  // namespace crmetrics
