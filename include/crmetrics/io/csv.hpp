#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/io/detail/csv_convert.hpp>
#include <crmetrics/io/detail/csv_scan.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <ios>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace crmetrics {

/// Which column fills which member of a record, and how its cells are read; see
/// `csv_table::rows_as`.
///
/// Without a converter the type of the member decides: whole numbers, floating-point numbers, bool
/// (true, false, yes, no, 1, 0 in any case), std::string, and std::optional of these, which is
/// empty for an empty cell. A converter takes a std::string_view and returns the value, or an
/// optional that is empty where the cell cannot be read, or throws an exception that says why.
template <class Record, class T, class Convert = detail::csv_by_type>
class csv_field {
 public:
  using record_type = Record;

  csv_field(std::string_view column, T Record::* member) : column_(column), member_(member) {}
  template <std::invocable<std::string_view> Function>
  csv_field(std::string_view column, T Record::* member, Function function)
      : column_(column), member_(member), convert_{std::move(function)} {}

  const std::string& column() const noexcept { return column_; }

  /// Fills the member; returns why it could not, empty where it could.
  std::string read(std::string_view cell, Record& record) const {
    return detail::csv_convert(cell, record.*member_, convert_);
  }

 private:
  std::string column_;
  T Record::* member_;
  Convert convert_;
};

template <class Record, class T>
csv_field(std::string_view, T Record::*) -> csv_field<Record, T>;
template <class Record, class T, class Function>
csv_field(std::string_view, T Record::*, Function)
    -> csv_field<Record, T, detail::csv_by_function<Function>>;

/// A table read from CSV, with columns by name. Made by `parse_csv` and `read_csv`.
///
/// Rows are counted from 1 without the header in messages, which also name the line of the file.
class csv_table {
 public:
  std::size_t rows() const noexcept { return lines_.size(); }
  const std::vector<std::string>& names() const noexcept { return names_; }

  /// The place of a column; empty if there is none of that name.
  std::optional<std::size_t> find(std::string_view column) const noexcept {
    for (std::size_t i = 0; i != names_.size(); ++i) {
      if (names_[i] == column) return i;
    }
    return std::nullopt;
  }

  /// A cell without its quotes; row and column count from 0 and are the caller's duty. The view is
  /// good while the table is.
  std::string_view cell(std::size_t row, std::size_t column) const& noexcept {
    const detail::csv_cell c = cells_[(row + 1) * names_.size() + column];
    return std::string_view(text_).substr(c.begin, c.size);
  }
  std::string_view cell(std::size_t row, std::size_t column) const&& = delete;

  /// The line of the file on which a row begins, from 1; the row counts from 0.
  std::uint64_t line(std::size_t row) const { return lines_.at(row); }

  /// The cells of a column as they stand; the views are good while the table is.
  /// Errors: `bad_input` if there is no such column.
  std::vector<std::string_view> text(std::string_view column) const& {
    problem_list problems;
    const std::size_t place = find_or_report(column, problems);
    problems.throw_if_any();
    std::vector<std::string_view> out;
    out.reserve(rows());
    for (std::size_t row = 0; row != rows(); ++row) out.push_back(cell(row, place));
    return out;
  }
  std::vector<std::string_view> text(std::string_view column) const&& = delete;

  /// A column as values of a type; the types are those of `csv_field`.
  /// Errors: `bad_input` with every cell that cannot be read, or if there is no such column.
  template <class T>
  std::vector<T> column(std::string_view column) const {
    return values<T>(csv_field(column, &held<T>::value));
  }

  /// A column through a converter as in `csv_field`.
  template <class T, std::invocable<std::string_view> Function>
  std::vector<T> column(std::string_view column, Function function) const {
    return values<T>(csv_field(column, &held<T>::value, std::move(function)));
  }

  /// All rows as records of the caller's own type.
  ///
  ///     auto surveys = read_csv("surveys.csv").rows_as<survey>(
  ///         csv_field("agent", &survey::agent), csv_field("csat", &survey::rating));
  ///
  /// Errors: one `bad_input` with every missing column and every cell of the named columns that
  /// cannot be read, row by row.
  template <std::default_initializable Record, class... Fields>
  std::vector<Record> rows_as(const Fields&... fields) const {
    static_assert((std::derived_from<Record, typename Fields::record_type> && ...),
                  "a csv_field names a member of another record");
    problem_list problems;
    const std::array<std::size_t, sizeof...(Fields)> places{
        find_or_report(fields.column(), problems)...};
    std::vector<Record> out(rows());
    for (std::size_t row = 0; row != rows(); ++row) {
      std::size_t next = 0;
      (read_cell(row, places[next++], fields, out[row], problems), ...);
    }
    problems.throw_if_any();
    return out;
  }

 private:
  friend csv_table parse_csv(std::string text, char separator, std::string source);

  static constexpr std::size_t no_column = static_cast<std::size_t>(-1);

  template <class T>
  struct held {
    T value{};
  };

  template <class T, class Field>
  std::vector<T> values(const Field& field) const {
    std::vector<T> out;
    out.reserve(rows());
    for (held<T>& h : rows_as<held<T>>(field)) out.push_back(std::move(h.value));
    return out;
  }

  std::size_t find_or_report(std::string_view column, problem_list& problems) const {
    if (const auto place = find(column)) return *place;
    std::string reason = "no such column; there are";
    for (std::size_t i = 0; i != names_.size(); ++i) {
      reason.append(i == 0 ? " " : ", ").append(names_[i]);
    }
    problems.add({std::string(column), 0, "", reason + detail::csv_place(source_, 1)});
    return no_column;
  }

  template <class Field, class Record>
  void read_cell(std::size_t row, std::size_t place, const Field& field, Record& record,
                 problem_list& problems) const {
    if (place == no_column) return;
    const std::string_view text = cell(row, place);
    const std::string reason = field.read(text, record);
    if (reason.empty()) return;
    problems.add({field.column(), row + 1, detail::csv_shown(text),
                  reason + detail::csv_place(source_, lines_[row])});
  }

  std::string text_;
  std::string source_;
  std::vector<std::string> names_;
  std::vector<detail::csv_cell> cells_;  // the header's first
  std::vector<std::uint64_t> lines_;
};

/// Takes a CSV text apart: RFC 4180 with a header line; lines end in CR LF or LF, also the last one
/// or not; a byte order mark and empty lines at the end are skipped. Quoted cells may hold
/// separators, line breaks and doubled quotes. Cells are taken as bytes: spaces count.
///
/// Errors: one `bad_input` with every problem of the whole text: no header, a column without a name
/// or with one that stands twice, a row with too few or too many cells, an empty line between rows,
/// a quote that is never closed or stands inside an unquoted cell, text after a closing quote, a
/// lone carriage return. `invalid_setting` for a separator that is a quote or a line break.
/// `source` names the text in messages. Cost: one pass, in place; 16 bytes a cell beside the text.
/// Source: Shafranovich 2005, RFC 4180, doi:10.17487/RFC4180.
inline csv_table parse_csv(std::string text, char separator = ',', std::string source = {}) {
  if (separator == '"' || separator == '\n' || separator == '\r') {
    throw invalid_setting("parse_csv: the separator is a quote or a line break");
  }
  csv_table table;
  table.text_ = std::move(text);
  table.source_ = std::move(source);
  detail::csv_scanner scanner(table.text_, separator, table.source_);
  scanner.run();
  scanner.problems.throw_if_any();
  table.cells_ = std::move(scanner.cells);
  table.lines_ = std::move(scanner.lines);
  for (std::size_t i = 0; i != scanner.width; ++i) {
    table.names_.emplace_back(table.text_, table.cells_[i].begin, table.cells_[i].size);
  }
  return table;
}

/// Reads a file as `parse_csv` does. Errors: the same, naming the file; `error` if it cannot be
/// read.
inline csv_table read_csv(const std::filesystem::path& file, char separator = ',') {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw error("cannot open " + file.string());
  std::string text;
  std::vector<char> part(1U << 16U);
  do {
    in.read(part.data(), static_cast<std::streamsize>(part.size()));
    text.append(part.data(), static_cast<std::size_t>(in.gcount()));
  } while (in);
  if (in.bad()) throw error("cannot read " + file.string());
  return parse_csv(std::move(text), separator, file.filename().string());
}

}  // namespace crmetrics
