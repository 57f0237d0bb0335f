#pragma once

#include <crmetrics/io/csv.hpp>
#include <crmetrics/io/table_columns.hpp>
#include <crmetrics/runtime/dynamic_event.hpp>
#include <crmetrics/runtime/interned.hpp>
#include <crmetrics/runtime/observation_table.hpp>
#include <crmetrics/runtime/open_span.hpp>
#include <crmetrics/runtime/table_roles.hpp>
#include <crmetrics/time/instant.hpp>
#include <crmetrics/time/period.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crmetrics {

/// One event, and whose card it is for.
struct table_event {
  std::string owner;
  dynamic_event event;
};

/// The events that a table holds for the metrics of a spec, row by row, and then its linked
/// contacts: `table_columns` for cards of your own. Rows whose time lies outside the period give no
/// event.
///
/// @param name of the table, for messages
/// @param read_time instant from the text of a cell; throws for what is no time
/// @param observed_until the log is complete up to then; none: up to its latest time
/// @throws bad_input with every missing column and every cell that cannot be read
template <class ReadTime>
std::vector<table_event> events_of(const csv_table& table, std::string_view name,
                                   const table_roles& roles, const ReadTime& read_time,
                                   const std::optional<period>& within,
                                   std::optional<instant> observed_until = {}) {
  const table_columns columns(table, name, roles, read_time, observed_until);
  const observation_table t = columns.table();
  std::vector<table_event> out;
  const auto counts = [&](std::span<const std::int64_t> instants, std::size_t row) {
    if (!within || instants.empty()) return true;
    return instants[row] != observation_table::no_time && within->contains({instants[row]});
  };
  const auto add = [&](std::size_t row, const std::string& metric, auto observed) {
    const auto text = [row](std::span<const std::uint32_t> numbers, const auto& names) {
      const bool said = !numbers.empty() && numbers[row] != observation_table::nobody;
      return said ? names[numbers[row]] : std::string();
    };
    const std::string cause = text(t.causes, t.cause_names);
    out.push_back(
        {text(t.owners, t.owner_names),
         {interned(metric), std::move(observed), cause.empty() ? label() : interned(cause)}});
  };
  for (std::size_t row = 0; row != t.rows(); ++row) {
    if (!counts(t.instants, row)) continue;
    for (const auto& c : t.columns) {
      const bool open = c.values[row] != c.values[row] && !c.ages.empty();
      if (open && c.ages[row] == c.ages[row]) {
        add(row, c.metric, open_span{c.ages[row]});
      } else {
        add(row, c.metric, c.values[row]);
      }
    }
  }
  if (!t.linked) return out;
  for (std::size_t row = 0; row != t.rows(); ++row) {
    if (!counts(t.linked->instants, row)) continue;
    for (const std::string& metric : t.linked->metrics) add(row, metric, t.linked->facts[row]);
  }
  return out;
}

}  // namespace crmetrics
