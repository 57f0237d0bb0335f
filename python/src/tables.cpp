#include "tables.hpp"

#include "blocks.hpp"
#include "cells.hpp"
#include "keys.hpp"

#include <crmetrics/runtime/table_roles.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace crmetrics::python {

namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

template <class T>
void append(std::vector<double>& out, const block<T>& rows) {
  for (std::size_t i = 0; i != rows.values.size(); ++i) {
    const bool known = rows.valid == nullptr || rows.valid[i] == there;
    if constexpr (std::same_as<T, time_span>) {
      out.push_back(known ? static_cast<double>(rows.values[i].microseconds) / 1e6 : missing);
    } else {
      out.push_back(known ? static_cast<double>(rows.values[i]) : missing);
    }
  }
}

}  // namespace

std::vector<double> to_doubles(const column& c) {
  if (c.is_dictionary() || !(yes_no_reader::takes(c) || c.type == kind::spans)) {
    throw py::type_error("column \"" + c.name + "\": numbers, yes and no, or durations are " +
                         "needed, not " + (c.is_dictionary() ? "a dictionary" : c.type_text()));
  }
  std::vector<double> out;
  out.reserve(static_cast<std::size_t>(c.rows));
  const auto take = [&](const auto& rows) { append(out, rows); };
  problem_list problems;
  if (c.type == kind::bits || c.type == kind::bytes_as_bool) {
    each_block<yes_no_reader, kernels::real>(c, problems, take);
  } else if (c.type == kind::spans) {
    each_block<span_reader, kernels::real>(c, problems, take);
  } else {
    each_block<number_reader, kernels::real>(c, problems, take);
  }
  problems.throw_if_any();
  return out;
}

std::vector<std::int64_t> to_instants(const column& c) {
  const column made = as_microseconds(c, too_far::is_missing);
  role_columns roles;
  roles.add("time", c, "more than 292,000 years from 1970");
  roles.require_fit("time", made);
  std::vector<std::int64_t> out;
  out.reserve(static_cast<std::size_t>(c.rows));
  for (const auto& at : time_cells(made)) {
    out.push_back(at ? at->microseconds : observation_table::no_time);
  }
  return out;
}

named_keys to_names(const column& given) {
  const column c = as_keys(given);
  key_numbers keys(c);
  named_keys out;
  out.numbers.resize(static_cast<std::size_t>(c.rows));
  std::size_t row = 0;
  for (std::size_t i = 0; i != c.chunks.size(); ++i) {
    keys.read(i, 0, c.chunks[i].rows, out.numbers.data() + row);
    row += static_cast<std::size_t>(c.chunks[i].rows);
  }
  const column& values = c.is_dictionary() ? *c.chunks.front().dictionary : c;
  for (std::uint32_t number = 1; number != keys.size(); ++number) {
    if (values.is_text()) {
      out.names.push_back(keys.text(number));
    } else if (values.type == kind::u64) {
      out.names.push_back(std::to_string(static_cast<std::uint64_t>(keys.whole(number))));
    } else {
      out.names.push_back(std::to_string(keys.whole(number)));
    }
  }
  // Numbers begin at 1 with 0 as missing; so 0 - 1 is nobody.
  static_assert(observation_table::nobody == static_cast<std::uint32_t>(-1));
  for (std::uint32_t& number : out.numbers) --number;
  return out;
}

owned_table::owned_table(std::string name, const column& owner)
    : rows_(owner.rows), first_(owner.name), owners_(to_names(owner)) {
  table_.name = std::move(name);
  table_.owners = owners_.numbers;
  table_.owner_names = owners_.names;
  table_.owner_column = owner.name;
}

void owned_table::require_rows(const column& c) const {
  if (c.rows != rows_) {
    throw py::value_error(table_.name + ": column \"" + c.name + "\" has " +
                          std::to_string(c.rows) + " rows, \"" + first_ + "\" has " +
                          std::to_string(rows_));
  }
}

void owned_table::set_time(const column& c) {
  require_rows(c);
  instants_ = to_instants(c);
  table_.instants = instants_;
  table_.time_column = c.name;
}

void owned_table::set_cause(const column& c) {
  require_rows(c);
  causes_ = to_names(c);
  table_.causes = causes_.numbers;
  table_.cause_names = causes_.names;
  table_.cause_column = c.name;
}

void owned_table::add_values(const std::string& metric, const column& c, const std::string& unit) {
  require_rows(c);
  const bool is_time = !unit.empty() || c.type == kind::spans;
  const bool as_it_is = unit.empty() || unit == "s" || c.type == kind::spans;
  if (as_it_is && c.type == kind::f64 && c.chunks.size() == 1 &&
      c.chunks.front().validity == nullptr) {
    kept_.push_back(c);  // read where it lies
    table_.columns.push_back(
        {metric,
         c.name,
         {static_cast<const double*>(c.chunks.front().values), static_cast<std::size_t>(c.rows)},
         {},
         false,
         is_time});
    return;
  }
  values_.push_back(std::make_unique<std::vector<double>>(to_doubles(c)));
  if (!as_it_is) crmetrics::detail::to_seconds(*values_.back(), unit);
  const bool yes_or_no = c.type == kind::bits || c.type == kind::bytes_as_bool;
  table_.columns.push_back({metric, c.name, *values_.back(), {}, yes_or_no, is_time});
}

void owned_table::add_span(const std::string& metric, const column& from, const column& to,
                           std::optional<std::int64_t> observed_until) {
  require_rows(from);
  require_rows(to);
  const auto begin = to_instants(from);
  const auto end = to_instants(to);
  auto until = observed_until.value_or(observation_table::no_time);  // which is before any
  if (!observed_until) {
    const std::vector<std::int64_t>* const all[] = {&begin, &end, &instants_};
    for (const auto* times : all) {
      for (const std::int64_t at : *times) until = (std::max)(until, at);
    }
  }
  auto lengths = std::make_unique<std::vector<double>>();
  auto ages = std::make_unique<std::vector<double>>();
  lengths->reserve(begin.size());
  ages->reserve(begin.size());
  for (std::size_t i = 0; i != begin.size(); ++i) {
    const bool begun = begin[i] != observation_table::no_time;
    const bool ended = end[i] != observation_table::no_time;
    lengths->push_back(begun && ended ? static_cast<double>(end[i] - begin[i]) / 1e6 : missing);
    ages->push_back(begun && !ended ? static_cast<double>(until - begin[i]) / 1e6 : missing);
  }
  values_.push_back(std::move(lengths));
  const std::vector<double>& kept = *values_.back();
  values_.push_back(std::move(ages));
  table_.columns.push_back(
      {metric, from.name + " to " + to.name, kept, *values_.back(), false, true});
}

}  // namespace crmetrics::python
