#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/derive/link_contacts.hpp>
#include <crmetrics/io/csv.hpp>
#include <crmetrics/runtime/detail/nearest.hpp>
#include <crmetrics/runtime/dynamic_event.hpp>
#include <crmetrics/runtime/interned.hpp>
#include <crmetrics/runtime/quantity.hpp>
#include <crmetrics/runtime/table_roles.hpp>
#include <crmetrics/time/instant.hpp>
#include <crmetrics/time/period.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
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

namespace detail {

/// A number, or yes and no in words; none for what is neither.
inline std::optional<double> number_of_cell(std::string_view cell) {
  double number = 0;
  if (csv_convert(cell, number, csv_by_type{}).empty()) return number;
  bool yes = false;
  if (csv_convert(cell, yes, csv_by_type{}).empty()) return yes ? 1 : 0;
  return std::nullopt;
}

/// Columns of one table by role; problems of all of them are collected.
class role_columns {
 public:
  role_columns(const csv_table& table, std::string_view name) : table_(&table), name_(name) {}

  /// Empty where the role is not played, or its column cannot be read: then there is a problem.
  template <class T, class Convert>
  std::vector<T> read(std::string_view role, const std::string& column, const Convert& convert) {
    if (column.empty()) return {};
    if (!table_->find(column)) {
      std::string reason = "no such column for the role " + std::string(role);
      const std::string hint = nearest_hint(column, table_->names());
      reason += hint.empty() ? "; there are" : "; " + hint;
      if (hint.empty()) {
        for (const std::string& n : table_->names()) reason += " " + n;
      }
      problems_.add({std::string(name_) + "." + column, 0, "", std::move(reason)});
      return {};
    }
    try {
      return table_->column<T>(column, convert);
    } catch (const bad_input& e) {
      problems_.add(e.problems());
      return {};
    }
  }
  std::vector<std::string> text(std::string_view role, const std::string& column) {
    return read<std::string>(role, column, [](std::string_view cell) { return std::string(cell); });
  }
  /// NaN for empty cells.
  std::vector<double> numbers(std::string_view role, const std::string& column) {
    std::vector<double> out;
    for (const auto& x : read<std::optional<double>>(role, column, number_of_cell)) {
      out.push_back(x.value_or(std::numeric_limits<double>::quiet_NaN()));
    }
    return out;
  }
  void finish() const { problems_.throw_if_any(); }

 private:
  const csv_table* table_;
  std::string_view name_;
  problem_list problems_;
};

}  // namespace detail

/// The events that a table holds for the metrics of a spec, row by row.
///
/// Values are numbers or yes and no; an empty cell is missing. Spans are the seconds between two
/// times. Contacts are linked over the whole table, so that a repeat is seen across the ends of the
/// period; those too recent to know are pending. Rows whose time lies outside the period give no
/// event; the time of a contact is its opening.
///
/// @param name of the table, for messages
/// @param read_time instant from the text of a cell; throws for what is no time
/// @param observed_until the log is complete up to then
/// @throws bad_input with every missing column and every cell that cannot be read
template <class ReadTime>
std::vector<table_event> events_of(const csv_table& table, std::string_view name,
                                   const table_roles& roles, const ReadTime& read_time,
                                   const std::optional<period>& within, instant observed_until) {
  using maybe_time = std::optional<instant>;
  detail::role_columns columns(table, name);
  const auto times = [&](std::string_view role, const std::string& column) {
    return columns.read<maybe_time>(role, column, read_time);
  };
  const auto owners = columns.text("owner", roles.owner);
  const auto when = times("time", roles.time);
  const auto causes = columns.text("cause", roles.cause);
  std::vector<std::vector<double>> numbers;
  for (const auto& v : roles.values) numbers.push_back(columns.numbers(v.metric, v.column));
  for (const auto& s : roles.spans) {
    const auto from = times(s.metric, s.from);
    const auto to = times(s.metric, s.to);
    auto& lengths = numbers.emplace_back();
    for (std::size_t i = 0; i != from.size() && i != to.size(); ++i) {
      lengths.push_back(from[i] && to[i]
                            ? static_cast<double>(to[i]->microseconds - from[i]->microseconds) / 1e6
                            : std::numeric_limits<double>::quiet_NaN());
    }
  }
  const auto& linked = roles.linked;
  const bool links = !linked.metrics.empty();
  std::vector<std::string> customers;
  std::vector<std::string> issues;
  std::vector<instant> opened;
  std::vector<maybe_time> resolved;
  if (links) {
    customers = columns.text("customer", linked.customer);
    issues = columns.text("issue", linked.issue);
    opened = columns.read<instant>("opened", linked.opened, read_time);
    resolved = times("resolved", linked.resolved);
  }
  columns.finish();

  std::vector<table_event> out;
  const auto counts_at = [&](const maybe_time& t) {
    return !within || (t && within->contains(*t));
  };
  const auto add = [&](std::size_t row, const std::string& metric, auto observed) {
    const label cause = causes.empty() || causes[row].empty() ? label() : interned(causes[row]);
    out.push_back({owners[row], {interned(metric), std::move(observed), cause}});
  };
  for (std::size_t row = 0; row != table.rows(); ++row) {
    if (!when.empty() && !counts_at(when[row])) continue;
    std::size_t next = 0;
    for (const auto& v : roles.values) add(row, v.metric, numbers[next++][row]);
    for (const auto& s : roles.spans) add(row, s.metric, numbers[next++][row]);
  }
  if (!links) return out;

  const auto window = quantity_from(linked.within);
  if (!window || !window->is_span()) {
    throw bad_input({std::string(name) + ".contacts.within", 0, linked.within,
                     "must be a time span, such as \"7d\""});
  }
  const crmetrics::within rule{time_span{static_cast<std::int64_t>(window->value() * 1e6)}};
  const auto give = [&](const auto& facts) {
    std::size_t row = 0;
    for (const contact_fact& fact : facts) {
      if (counts_at(opened[row])) {
        for (const std::string& metric : linked.metrics) add(row, metric, fact);
      }
      ++row;
    }
  };
  const std::span<const std::string> customer(customers);
  const std::span<const instant> from(opened);
  const std::span<const maybe_time> to(resolved);
  if (linked.issue.empty()) {
    give(link_contacts(contact_fields{.customer = customer, .opened = from, .resolved = to}, rule,
                       observed_until));
  } else {
    give(link_contacts(contact_fields{.customer = customer,
                                      .opened = from,
                                      .resolved = to,
                                      .issue = std::span<const std::string>(issues)},
                       rule, observed_until));
  }
  return out;
}

}  // namespace crmetrics
