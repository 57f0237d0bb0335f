#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/derive/contact_fact.hpp>
#include <crmetrics/derive/link_contacts.hpp>
#include <crmetrics/io/csv.hpp>
#include <crmetrics/runtime/detail/nearest.hpp>
#include <crmetrics/runtime/observation_table.hpp>
#include <crmetrics/runtime/quantity.hpp>
#include <crmetrics/runtime/table_roles.hpp>
#include <crmetrics/time/instant.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace crmetrics {

namespace detail {

/// A number, or yes and no in words.
struct value_cell {
  double number = 0;
  std::string word = {};  ///< as written, where it is one

  /// None for what is neither.
  static std::optional<value_cell> from(std::string_view cell) {
    value_cell out;
    if (csv_convert(cell, out.number, csv_by_type{}).empty()) return out;
    bool yes = false;
    if (!csv_convert(cell, yes, csv_by_type{}).empty()) return std::nullopt;
    out.number = yes ? 1 : 0, out.word = cell;
    return out;
  }
};

/// Numbers, NaN for empty cells.
struct value_column {
  std::vector<double> values;
  bool yes_or_no = false;  ///< some are words
};

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
  /// Where one cell is a word, the others are words, 0 or 1: a "yes" among ratings is no rating.
  value_column values(std::string_view role, const std::string& column) {
    const auto cells = read<std::optional<value_cell>>(role, column, value_cell::from);
    value_column out;
    bool numbers = false;
    for (const auto& c : cells) {
      out.values.push_back(c ? c->number : std::numeric_limits<double>::quiet_NaN());
      out.yes_or_no = out.yes_or_no || (c && !c->word.empty());
      numbers = numbers || (c && c->number != 0 && c->number != 1);
    }
    if (!out.yes_or_no || !numbers) return out;
    for (std::size_t i = 0; i != cells.size(); ++i) {
      if (!cells[i] || cells[i]->word.empty()) continue;
      problems_.add({std::string(name_) + "." + column, i + 1, cells[i]->word,
                     "a word among numbers: which is meant?"});
    }
    return out;
  }
  void finish() const { problems_.throw_if_any(); }

 private:
  const csv_table* table_;
  std::string_view name_;
  problem_list problems_;
};

/// Texts as numbers into a list of the different ones; empty texts have none.
struct numbered_texts {
  std::vector<std::uint32_t> numbers;
  std::vector<std::string> names;

  explicit numbered_texts(const std::vector<std::string>& texts) {
    std::unordered_map<std::string_view, std::uint32_t> seen;
    for (const std::string& text : texts) {
      if (text.empty()) {
        numbers.push_back(observation_table::nobody);
        continue;
      }
      const auto [at, is_new] = seen.emplace(text, static_cast<std::uint32_t>(names.size()));
      if (is_new) names.push_back(text);
      numbers.push_back(at->second);
    }
  }
};

}  // namespace detail

/// The columns of a table that play a role for the metrics of a spec, read and converted.
///
/// Values are numbers, or yes and no for metrics of yes and no; an empty cell is missing. Spans are
/// the seconds between two times; one that has begun and not ended has an age, of which a metric
/// with a limit may know enough
/// (`open_span`). Contacts are linked over the whole table, so that a repeat is seen across the
/// ends of any period; those too recent to know are pending. The time of a contact is its opening.
class table_columns {
 public:
  /// @param name of the table, for messages
  /// @param read_time instant from the text of a cell; throws for what is no time
  /// @param observed_until the log is complete up to then; none: up to its latest time
  /// @throws bad_input with every missing column and every cell that cannot be read
  template <class ReadTime>
  table_columns(const csv_table& table, std::string_view name, const table_roles& roles,
                const ReadTime& read_time, std::optional<instant> observed_until = {})
      : name_(name), roles_(roles) {
    using maybe_time = std::optional<instant>;
    detail::role_columns columns(table, name);
    const auto times = [&](std::string_view role, const std::string& column) {
      return columns.read<maybe_time>(role, column, read_time);
    };
    const auto owners = columns.text("owner", roles.owner);
    const auto when = times("time", roles.time);
    const auto causes = columns.text("cause", roles.cause);
    for (const auto& v : roles.values) {
      auto column = columns.values(v.metric, v.column);
      detail::to_seconds(column.values, v.unit);
      values_.push_back(std::move(column.values));
      yes_or_no_.push_back(column.yes_or_no);
    }
    std::vector<std::pair<std::vector<maybe_time>, std::vector<maybe_time>>> spans;
    for (const auto& s : roles.spans) {
      auto from = times(s.metric, s.from);
      spans.emplace_back(std::move(from), times(s.metric, s.to));
    }
    const auto& linked = roles.linked;
    std::vector<std::string> customers;
    std::vector<std::string> issues;
    std::vector<instant> opened;
    std::vector<maybe_time> resolved;
    if (!linked.metrics.empty()) {
      customers = columns.text("customer", linked.customer);
      issues = columns.text("issue", linked.issue);
      opened = columns.read<instant>("opened", linked.opened, read_time);
      resolved = times("resolved", linked.resolved);
    }
    columns.finish();

    instant latest{(std::numeric_limits<std::int64_t>::min)()};
    const auto see = [&](const std::vector<maybe_time>& some) {
      for (const maybe_time& t : some) latest = t ? (std::max)(latest, *t) : latest;
    };
    see(when), see(resolved);
    for (const auto& [from, to] : spans) see(from), see(to);
    for (const instant t : opened) latest = (std::max)(latest, t);
    observed_until_ = observed_until.value_or(latest);
    for (const auto& [from, to] : spans) measure(from, to);
    owners_ = detail::numbered_texts(owners);
    causes_ = detail::numbered_texts(causes);
    for (const maybe_time& t : when) {
      instants_.push_back(t ? t->microseconds : observation_table::no_time);
    }
    if (linked.metrics.empty()) return;
    for (const instant t : opened) opened_.push_back(t.microseconds);
    link(customers, issues, opened, resolved);
  }

  /// The log is complete up to then.
  instant observed_until() const noexcept { return observed_until_; }
  /// As an evaluation takes it; refers to these columns.
  observation_table table() const {
    observation_table out;
    out.name = name_;
    out.owners = owners_.numbers;
    out.owner_names = owners_.names;
    out.instants = instants_;
    out.causes = causes_.numbers;
    out.cause_names = causes_.names;
    out.owner_column = roles_.owner;
    out.time_column = values_.empty() ? roles_.linked.opened : roles_.time;
    out.cause_column = roles_.cause;
    std::size_t next = 0;
    for (const auto& v : roles_.values) {
      out.columns.push_back(
          {v.metric, v.column, values_[next], {}, yes_or_no_[next], !v.unit.empty()});
      ++next;
    }
    for (const auto& s : roles_.spans) {
      out.columns.push_back({s.metric, s.from + " to " + s.to, values_[next],
                             ages_[next - roles_.values.size()], false, true});
      ++next;
    }
    if (!roles_.linked.metrics.empty()) out.linked = {roles_.linked.metrics, facts_, opened_};
    return out;
  }

 private:
  void measure(const std::vector<std::optional<instant>>& from,
               const std::vector<std::optional<instant>>& to) {
    constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
    const auto between = [](instant a, instant b) {
      return static_cast<double>(b.microseconds - a.microseconds) / 1e6;
    };
    auto& lengths = values_.emplace_back();
    auto& ages = ages_.emplace_back();
    for (std::size_t i = 0; i != from.size(); ++i) {
      lengths.push_back(from[i] && to[i] ? between(*from[i], *to[i]) : nothing);
      ages.push_back(from[i] && !to[i] ? between(*from[i], observed_until_) : nothing);
    }
  }
  void link(const std::vector<std::string>& customers, const std::vector<std::string>& issues,
            const std::vector<instant>& opened,
            const std::vector<std::optional<instant>>& resolved) {
    const table_roles::contacts& linked = roles_.linked;
    const auto window = quantity_from(linked.within);
    const auto length = window && window->is_span() ? window->length() : std::nullopt;
    if (!length) {
      throw bad_input({name_ + ".contacts.within", 0, linked.within,
                       "must be a time span of whole microseconds, such as \"7d\""});
    }
    const crmetrics::within rule{*length};
    const auto keep = [&](const auto& all) {
      facts_.reserve(all.size());
      for (const contact_fact& fact : all) facts_.push_back(fact);
    };
    const std::span<const std::string> customer(customers);
    const std::span<const instant> from(opened);
    const std::span<const std::optional<instant>> to(resolved);
    if (linked.issue.empty()) {
      keep(link_contacts(contact_fields{.customer = customer, .opened = from, .resolved = to}, rule,
                         observed_until_));
    } else {
      keep(link_contacts(contact_fields{.customer = customer,
                                        .opened = from,
                                        .resolved = to,
                                        .issue = std::span<const std::string>(issues)},
                         rule, observed_until_));
    }
  }

  std::string name_;
  table_roles roles_;
  detail::numbered_texts owners_{{}};
  detail::numbered_texts causes_{{}};
  std::vector<std::int64_t> instants_;
  std::vector<std::int64_t> opened_;
  std::vector<std::vector<double>> values_;  ///< of `values`, then of `spans`
  std::vector<bool> yes_or_no_;              ///< of `values`
  std::vector<std::vector<double>> ages_;    ///< of `spans`
  instant observed_until_;
  std::vector<contact_fact> facts_;
};

}  // namespace crmetrics
