#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace crmetrics {

/// What became of the rows of one table in an evaluation.
///
/// Each row has no time, or lies in the period or outside; each in the period has no owner, an
/// unknown one, or counts for somebody's card.
struct table_quality {
  /// Missing cells of one column, among the rows that were looked at.
  struct column {
    std::string name;
    std::string role;  ///< "owner", "time", "cause", or the metric that it feeds
    std::uint64_t missing = 0;
    std::uint64_t rows = 0;
    std::uint64_t not_on_card = 0;  ///< rows of agents whose card has no such metric
    std::uint64_t open = 0;         ///< spans that had not ended: pending, or over the limit
    /// Rows of the whole table whose span had not ended, and that have no time: in no period.
    std::uint64_t open_without_time = 0;
    friend bool operator==(const column&, const column&) = default;
  };
  /// Of linked contacts.
  struct contacts {
    std::string within;                  ///< the rule by which they were linked
    std::uint64_t rows = 0;              ///< contacts that count for somebody's card
    std::uint64_t pending = 0;           ///< too recent to know whether they come back
    std::uint64_t unknown_customer = 0;  ///< linked with nothing
    std::uint64_t left_out = 0;          ///< rows that cannot be, left out when they were linked
    friend bool operator==(const contacts&, const contacts&) = default;
  };

  std::string table;
  std::uint64_t rows = 0;
  std::uint64_t in_period = 0;
  std::uint64_t outside_period = 0;
  std::uint64_t without_time = 0;
  std::uint64_t without_owner = 0;  ///< of those in the period
  std::uint64_t unknown_owner = 0;  ///< of those in the period: owners that are not listed
  std::vector<column> columns;
  std::optional<contacts> linked;

  friend bool operator==(const table_quality&, const table_quality&) = default;
};

}  // namespace crmetrics
