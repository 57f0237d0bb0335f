#include "cells.hpp"

#include "blocks.hpp"
#include "keys.hpp"
#include "results.hpp"

#include <crmetrics/time/calendar.hpp>
#include <crmetrics/time/detail/date_text.hpp>

#include <algorithm>
#include <limits>
#include <memory>
#include <utility>

namespace crmetrics::python {

namespace {

constexpr std::int64_t day_microseconds = 86'400'000'000;

[[noreturn]] void refuse_type(const column& c, const char* wanted) {
  throw py::type_error("column \"" + c.name + "\": " + wanted + " needed, not " +
                       (c.is_dictionary() ? "a dictionary" : c.type_text()));
}

/// A column of one piece that is made here.
template <class T>
class made_column {
 public:
  explicit made_column(const column& from) : rows_(from.rows) {
    out_.name = from.name;
    out_.rows = from.rows;
    data_->values.resize(static_cast<std::size_t>(from.rows));
  }
  T* values() { return data_->values.data(); }
  void leave_out(std::int64_t row) {
    if (data_->valid.empty()) data_->valid.assign(static_cast<std::size_t>((rows_ + 7) / 8), 0xFF);
    auto& byte = data_->valid[static_cast<std::size_t>(row >> 3)];
    byte = static_cast<std::uint8_t>(byte & ~(1U << (row & 7)));
  }
  column finish(kind type) {
    out_.type = type;
    chunk part;
    part.rows = rows_;
    part.values = data_->values.data();
    if (!data_->valid.empty()) part.validity = data_->valid.data();
    part.owner = data_;
    out_.chunks.push_back(std::move(part));
    return std::move(out_);
  }

 private:
  struct memory {
    std::vector<T> values;
    std::vector<std::uint8_t> valid;
  };
  std::int64_t rows_;
  column out_;
  std::shared_ptr<memory> data_ = std::make_shared<memory>();
};

/// Calls f(row, chunk, row of the chunk) for the rows that are there, without(row) for the others.
template <class F, class Without>
void each_cell(const column& c, const F& f, const Without& without) {
  std::int64_t row = 0;
  for (const chunk& part : c.chunks) {
    const bool none = c.type == kind::null;
    for (std::int64_t i = 0; i != part.rows; ++i, ++row) {
      if (!none && part.valid(i)) {
        f(row, part, i);
      } else {
        without(row);
      }
    }
  }
}

/// Each stored T through `convert`, which says false of what cannot be taken.
template <class T, class To, class Convert>
void convert_cells(const column& c, made_column<To>& out, const Convert& convert) {
  To* const values = out.values();
  each_cell(
      c,
      [&](std::int64_t row, const chunk& part, std::int64_t i) {
        if (!convert(stored<T>(part)[i], values[row])) out.leave_out(row);
      },
      [&](std::int64_t row) { out.leave_out(row); });
}

bool is_one_piece(const column& c) { return c.chunks.size() == 1 && !c.is_dictionary(); }

template <class T>
column in_one_piece(const column& c, kind as) {
  if (is_one_piece(c)) {
    column same = c;
    same.type = as;
    return same;
  }
  made_column<T> out(c);
  convert_cells<T>(c, out, [](T x, T& to) {
    to = x;
    return true;
  });
  return out.finish(as);
}

/// Real numbers as whole ones; what is not whole calls unfit(row, value).
template <class Unfit>
column whole_of_reals(const column& c, const Unfit& unfit) {
  made_column<std::int64_t> out(c);
  problem_list none;
  each_block<number_reader, kernels::real>(c, none, [&]<class T>(const block<T>& rows) {
    for (std::size_t i = 0; i != rows.values.size(); ++i) {
      const auto x = static_cast<double>(rows.values[i]);
      const std::int64_t row = rows.first_row + static_cast<std::int64_t>(i);
      const bool missing = (rows.valid != nullptr && rows.valid[i] == absent) || x != x;
      if (!missing && crmetrics::detail::is_whole(x)) {
        out.values()[row] = static_cast<std::int64_t>(x);
        continue;
      }
      out.leave_out(row);
      if (!missing) unfit(row, x);
    }
  });
  return out.finish(kind::i64);
}

bool is_real(const column& c) {
  return !c.is_dictionary() && c.type >= kind::f16 && c.type <= kind::f64;
}

}  // namespace

column as_keys(const column& c) {
  if (!is_real(c)) return c;
  problem_list problems;
  column out = whole_of_reals(c, [&](std::int64_t row, double x) {
    problems.add({c.name, static_cast<std::uint64_t>(row) + 1, crmetrics::detail::shown(x),
                  "keys are whole numbers, texts, dates or times"});
  });
  problems.throw_if_any();
  return out;
}

std::vector<column> as_keys(const std::vector<column>& all) {
  std::vector<column> out;
  for (const column& c : all) out.push_back(as_keys(c));
  return out;
}

namespace {

/// Numbers of keys; 0 is a missing one or an empty text.
made_column<std::int32_t> numbered(const column& c) {
  key_numbers keys(c);
  made_column<std::int32_t> out(c);
  auto* const numbers = reinterpret_cast<std::uint32_t*>(out.values());
  std::int64_t row = 0;
  for (std::size_t i = 0; i != c.chunks.size(); ++i) {
    keys.read(i, 0, c.chunks[i].rows, numbers + row);
    row += c.chunks[i].rows;
  }
  const column& values = c.is_dictionary() ? *c.chunks.front().dictionary : c;
  if (!values.is_text()) return out;
  for (std::uint32_t number = 1; number != keys.size(); ++number) {
    if (keys.text(number).empty()) std::replace(numbers, numbers + c.rows, number, 0U);
  }
  return out;
}

std::string shown_decimal(__int128 digits, int scale) {
  const bool negative = digits < 0;
  auto rest = negative ? 0 - static_cast<unsigned __int128>(digits)
                       : static_cast<unsigned __int128>(digits);
  std::string out;
  for (int i = 0; rest != 0 || i <= scale; ++i, rest /= 10) {
    if (i == scale && scale > 0) out += '.';
    out += static_cast<char>('0' + static_cast<int>(rest % 10));
  }
  if (negative) out += '-';
  std::reverse(out.begin(), out.end());
  for (int i = scale; i < 0; ++i) out += '0';
  return out;
}

/// Microseconds of a stored time, finer ones cut towards the past; false beyond 64 bits, where they
/// are as many as fit.
bool to_microseconds(std::int64_t x, std::int64_t ticks, std::int64_t& out) {
  if (ticks > 1'000'000) {
    const std::int64_t each = ticks / 1'000'000;
    out = x / each - (x % each < 0 ? 1 : 0);
    return true;
  }
  if (!__builtin_mul_overflow(x, 1'000'000 / ticks, &out)) return true;
  out = x < 0 ? (std::numeric_limits<std::int64_t>::min)()
              : (std::numeric_limits<std::int64_t>::max)();
  return false;
}

/// digits * 10^shift, where that is a whole number of 64 bits.
bool scaled(__int128 digits, int shift, std::int64_t& out) {
  for (; shift < 0; ++shift) {
    if (digits % 10 != 0) return false;
    digits /= 10;
  }
  for (; shift > 0 && digits != 0; --shift) {
    if (__builtin_mul_overflow(digits, static_cast<__int128>(10), &digits)) return false;
  }
  out = static_cast<std::int64_t>(digits);
  return out == digits;
}

std::pair<const chunk*, std::int64_t> place_of(const column& c, std::int64_t row) {
  const chunk* part = c.chunks.data();
  for (; row >= part->rows; ++part) row -= part->rows;
  return {part, row};
}

/// The entry of a dictionary that a row refers to.
std::int64_t entry_of(const chunk& part, std::int64_t row) {
  return with_stored(part.index,
                     [&]<class T>(T) { return static_cast<std::int64_t>(stored<T>(part)[row]); });
}

}  // namespace

column as_whole_keys(const column& c) {
  if (!c.is_dictionary()) {
    switch (c.type) {
      case kind::i64:
      case kind::u64:
      case kind::instants:
      case kind::spans:
        return in_one_piece<std::int64_t>(c, kind::i64);
      case kind::i32:
      case kind::u32:
      case kind::days:
        return in_one_piece<std::int32_t>(c, kind::i32);
      default:
        break;
    }
    if (is_real(c)) return as_keys(c);
  }
  made_column<std::int32_t> out = numbered(c);
  for (std::int64_t row = 0; row != c.rows; ++row) {
    if (out.values()[row] == 0) out.leave_out(row);
  }
  return out.finish(kind::i32);
}

column as_issue_keys(const column& c) {
  if (is_real(c)) return as_issue_keys(as_keys(c));
  const auto none_missing = [](const chunk& part) { return part.validity == nullptr; };
  const bool whole = c.type == kind::i64 || c.type == kind::u64 || c.type == kind::i32 ||
                     c.type == kind::u32 || c.type == kind::days;
  if (whole && !c.is_dictionary() && std::all_of(c.chunks.begin(), c.chunks.end(), none_missing)) {
    return as_whole_keys(c);
  }
  return numbered(c).finish(kind::i32);
}

column as_microseconds(const column& c, too_far far) {
  if (c.is_dictionary() ||
      (c.type != kind::instants && c.type != kind::days && c.type != kind::null)) {
    refuse_type(c, "timestamps or dates are");
  }
  if (c.type == kind::instants && c.ticks == 1'000'000 && is_one_piece(c)) return c;
  made_column<std::int64_t> out(c);
  if (c.type == kind::days) {
    convert_cells<std::int32_t>(c, out, [](std::int32_t x, std::int64_t& to) {
      to = x * day_microseconds;
      return true;
    });
  } else {
    convert_cells<std::int64_t>(c, out, [&](std::int64_t x, std::int64_t& to) {
      return to_microseconds(x, c.ticks, to) || far == too_far::is_the_farthest;
    });
  }
  column made = out.finish(kind::instants);
  made.ticks = 1'000'000;
  return made;
}

column as_needed_microseconds(const column& c) {
  column made = as_microseconds(c, too_far::is_the_farthest);
  if (made.chunks.empty() || made.chunks.front().validity == nullptr) return made;
  made_column<std::int64_t> out(c);
  const time_cells cells(made);
  for (std::size_t row = 0; row != cells.size(); ++row) {
    constexpr instant farthest{(std::numeric_limits<std::int64_t>::max)()};
    out.values()[row] = cells[row].value_or(farthest).microseconds;
  }
  return out.finish(kind::instants);
}

column as_minor_units(const column& c, int places) {
  if (places < 0 || places > 18) {
    throw invalid_setting("minor_units: " + std::to_string(places) +
                          ": must be 0 to 18, the decimal places of one unit");
  }
  if (c.is_dictionary() || !number_reader::takes(c)) {
    refuse_type(c, "whole minor units or decimals are");
  }
  if (places != 0 && c.type != kind::decimal && c.type != kind::null) {
    throw invalid_setting("column \"" + c.name + "\" of " + c.type_text() +
                          " has no decimal places: it is taken as whole minor units, so leave " +
                          "minor_units out, or give a decimal column");
  }
  if (c.type == kind::i64) return in_one_piece<std::int64_t>(c, kind::i64);
  if (is_real(c)) return whole_of_reals(c, [](std::int64_t, double) {});
  made_column<std::int64_t> out(c);
  if (c.type == kind::null || c.type == kind::decimal) {
    each_cell(
        c,
        [&](std::int64_t row, const chunk& part, std::int64_t i) {
          if (!scaled(decimal_digits(c, part, i), places - c.scale, out.values()[row])) {
            out.leave_out(row);
          }
        },
        [&](std::int64_t row) { out.leave_out(row); });
  } else {
    with_stored(c.type, [&]<class T>(T) {
      convert_cells<T>(c, out, [](T x, std::int64_t& to) {
        to = static_cast<std::int64_t>(x);
        return std::in_range<std::int64_t>(x);
      });
    });
  }
  return out.finish(kind::i64);
}

column as_flags(const column& c) {
  if (c.is_dictionary() || !yes_no_reader::takes(c)) {
    refuse_type(c, "yes and no (boolean, or 1 and 0) are");
  }
  made_column<std::uint8_t> out(c);
  problem_list problems;
  each_block<yes_no_reader, kernels::real>(c, problems, [&](const block<bool>& rows) {
    for (std::size_t i = 0; i != rows.values.size(); ++i) {
      const std::int64_t row = rows.first_row + static_cast<std::int64_t>(i);
      out.values()[row] = rows.values[i] ? 1 : 0;
      if (rows.valid == nullptr || rows.valid[i] == there) continue;
      out.leave_out(row);
      if (rows.valid[i] == bad) {
        problems.add({c.name, static_cast<std::uint64_t>(row) + 1,
                      crmetrics::detail::shown(rows.given[i]), "must be 1 (yes) or 0 (no)"});
      }
    }
  });
  problems.throw_if_any();
  return out.finish(kind::bytes_as_bool);
}

std::string shown_cell(const column& c, std::int64_t row) {
  const auto [part, i] = place_of(c, row);
  if (c.type == kind::null || !part->valid(i)) return "missing";
  if (part->dictionary) return shown_cell(*part->dictionary, entry_of(*part, i));
  const auto whole = [&, part = part, i = i]<class T>(T) {
    return std::to_string(stored<T>(*part)[i]);
  };
  const auto real = [](double x) { return x != x ? "missing" : crmetrics::detail::shown(x); };
  if ((c.type >= kind::i8 && c.type <= kind::u64) || c.type == kind::spans) {
    return with_stored(c.type, whole);
  }
  switch (c.type) {
    case kind::bits:
      return part->bit(i) ? "true" : "false";
    case kind::bytes_as_bool:
      return stored<std::uint8_t>(*part)[i] != 0 ? "true" : "false";
    case kind::f16:
      return real(from_half(stored<std::uint16_t>(*part)[i]));
    case kind::f32:
      return real(static_cast<double>(stored<float>(*part)[i]));
    case kind::f64:
      return real(stored<double>(*part)[i]);
    case kind::decimal:
      return shown_decimal(decimal_digits(c, *part, i), c.scale);
    case kind::days: {
      const instant at{stored<std::int32_t>(*part)[i] * day_microseconds};
      return std::string(crmetrics::detail::text_of_instant(at).view());
    }
    case kind::instants: {
      instant at;
      if (!to_microseconds(stored<std::int64_t>(*part)[i], c.ticks, at.microseconds)) {
        return whole(std::int64_t{});
      }
      return std::string(crmetrics::detail::text_of_instant(at).view());
    }
    default:
      return std::string(text_at(c, *part, i));
  }
}

void add_cells(arrow_table& to, const column& c, std::span<const std::uint32_t> rows) {
  const column& values = c.is_dictionary() ? *c.chunks.front().dictionary : c;
  const bool real = values.type >= kind::f16 && values.type <= kind::f64;
  const std::string format = real ? "g" : values.type == kind::null ? "u" : format_of(values);
  auto& out = to.column(c.name, format);
  for (const std::uint32_t row : rows) {
    auto [part, i] = place_of(c, row);
    const column* from = &c;
    bool there = c.type != kind::null && part->valid(i);
    if (there && part->dictionary) {
      from = part->dictionary.get();
      i = entry_of(*part, i);
      part = &from->chunks.front();
      there = part->valid(i);
    }
    const auto add = [&, part = part, i = i]<class To, class From>(To, From) {
      out.add(there ? std::optional(static_cast<To>(stored<From>(*part)[i])) : std::nullopt);
    };
    if (from->type == kind::days) {
      add(std::int32_t{}, std::int32_t{});
      continue;
    }
    if ((from->type >= kind::i8 && from->type <= kind::u64) || from->type == kind::instants ||
        from->type == kind::spans) {
      with_stored(from->type, [&]<class T>(T) { add(std::int64_t{}, T{}); });
      continue;
    }
    switch (from->type) {
      case kind::bits:
        there ? out.add_flag(part->bit(i)) : out.add_no_flag();
        break;
      case kind::bytes_as_bool:
        there ? out.add_flag(stored<std::uint8_t>(*part)[i] != 0) : out.add_no_flag();
        break;
      case kind::f16:
        out.add(there ? std::optional(from_half(stored<std::uint16_t>(*part)[i])) : std::nullopt);
        break;
      case kind::f32:
        add(double{}, float{});
        break;
      case kind::f64:
        add(double{}, double{});
        break;
      case kind::text:
      case kind::large_text:
      case kind::text_view:
        there ? out.add_text(text_at(*from, *part, i)) : out.add_no_text();
        break;
      default:
        out.add_no_text();
    }
  }
}

void role_columns::require_equal_rows() const {
  problem_list problems;
  const column& first = *roles_.front().cells;
  for (const role& r : roles_) {
    if (r.cells->rows == first.rows) continue;
    problems.add({r.cells->name, 0, std::to_string(r.cells->rows) + " rows",
                  "column \"" + first.name + "\" has " + std::to_string(first.rows)});
  }
  problems.throw_if_any();
}

void role_columns::require_fit(std::string_view name, const column& made) const {
  problem_list problems;
  for (const role& r : roles_) {
    if (r.name != name || r.cells->type == made.type) continue;
    const cell_memory taken(made);
    for (std::int64_t row = 0; row != made.rows; ++row) {
      if (taken.there(static_cast<std::size_t>(row))) continue;
      const std::string shown = shown_cell(*r.cells, row);
      if (shown == "missing") continue;
      problems.add(
          {r.cells->name, static_cast<std::uint64_t>(row) + 1, shown, std::string(r.unfit)});
    }
  }
  problems.throw_if_any();
}

void role_columns::require_all(const column& c, const char* reason) {
  problem_list problems;
  const cell_memory cells(c);
  for (std::int64_t row = 0; row != c.rows; ++row) {
    if (cells.there(static_cast<std::size_t>(row))) continue;
    problems.add({c.name, static_cast<std::uint64_t>(row) + 1, "missing", reason});
  }
  problems.throw_if_any();
}

problem_list role_columns::named_problems(const problem_list& problems) const {
  problem_list out;
  for (problem p : problems) {
    const auto shown = [&](const role& r) {
      return shown_cell(*r.cells, static_cast<std::int64_t>(p.row) - 1);
    };
    for (const role& r : roles_) {
      if (p.field != r.name) continue;
      p.field = r.cells->name;
      if (p.row == 0) break;
      p.value = shown(r);
      if (p.value != "missing" && (p.reason == "no value" || p.reason == "no time")) {
        p.reason = r.unfit;
      }
      break;
    }
    // What must be there is read as something if it is not: then all else follows from that.
    for (const role& r : roles_) {
      if (p.row == 0 || r.missing.empty() || shown(r) != "missing") continue;
      p.field = r.cells->name;
      p.value = "missing";
      p.reason = r.missing;
    }
    // Keys that are no whole numbers have numbers of their own, which nobody knows.
    const std::size_t rest = p.reason.find(" has another row");
    if (p.reason.starts_with("customer ") && rest != std::string::npos) {
      for (const role& r : roles_) {
        if (r.name != "customer") continue;
        const auto row = static_cast<std::int64_t>(p.row) - 1;
        p.reason = "customer " + shown_cell(*r.cells, row) + p.reason.substr(rest);
      }
    }
    out.add(std::move(p));
  }
  while (out.total() < problems.total()) out.add(problem{});
  return out;
}

}  // namespace crmetrics::python
