#pragma once

#include <crmetrics/core/error.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace crmetrics::detail {

// A cell as a part of the text; quotes are already taken off.
struct csv_cell {
  std::size_t begin = 0;
  std::size_t size = 0;
};

// Where a row came from, for messages.
inline std::string csv_place(std::string_view source, std::uint64_t line) {
  std::string place = " (";
  if (!source.empty()) place.append(source).append(", ");
  return place + "line " + std::to_string(line) + ")";
}

// A value as it goes into a message: on one line, at most 60 bytes of it, cut between characters of
// UTF-8.
inline std::string csv_shown(std::string_view value) {
  constexpr std::size_t most = 60;
  std::size_t cut = value.size();
  if (cut > most) {
    cut = most;
    while (cut != 0 && (static_cast<unsigned char>(value[cut]) & 0xc0U) == 0x80U) --cut;
  }
  std::string out;
  for (const char c : value.substr(0, cut)) {
    const bool control = static_cast<unsigned char>(c) < 0x20U || c == 0x7f;
    out += c == '\n' ? "\\n" : c == '\r' ? "\\r" : control ? "?" : std::string(1, c);
  }
  return cut == value.size() ? out : out + "...";
}

// Takes a CSV text apart in one pass, in place: doubled quotes are folded inside the text, which
// only ever shortens a cell. Goes on after a problem, so that all of them are found.
class csv_scanner {
 public:
  csv_scanner(std::string& text, char separator, std::string_view source)
      : text_(text), separator_(separator), source_(source) {}

  std::vector<csv_cell> cells;       // the header's first, then row by row
  std::vector<std::uint64_t> lines;  // where each data row begins
  std::size_t width = 0;             // cells of the header
  problem_list problems;

  void run() {
    if (text_.starts_with("\xef\xbb\xbf")) at_ = 3;  // byte order mark
    if (at_ == text_.size()) {
      problems.add({"", 0, "", "no header: the text is empty" + csv_place(source_, 1)});
      return;
    }
    content_end_ = text_.find_last_not_of("\r\n") + 1;  // npos + 1 is 0
    scan_record();
    width = cells.size();
    check_header();
    while (at_ != text_.size()) {
      if (width > 1 && blank_line()) continue;
      const std::size_t before = cells.size();
      const std::uint64_t begins = line_;
      ++row_;
      if (!scan_record()) return;
      const std::size_t found = cells.size() - before;
      if (found == width) {
        lines.push_back(begins);
      } else {
        report("", "",
               "has " + std::to_string(found) + (found == 1 ? " cell" : " cells") +
                   ", the header has " + std::to_string(width),
               begins);
        cells.resize(before);
      }
    }
  }

 private:
  void report(std::string_view field, std::string_view value, const std::string& reason,
              std::uint64_t line) {
    problems.add({std::string(field), row_, csv_shown(value), reason + csv_place(source_, line)});
  }

  std::string_view view(csv_cell cell) const {
    return std::string_view(text_).substr(cell.begin, cell.size);
  }

  // The name of the column that the next cell belongs to.
  std::string_view column_name() const {
    const std::size_t place = cells.size() - record_begin_;
    return place < width ? view(cells[place]) : std::string_view();
  }

  void check_header() {
    for (std::size_t i = 0; i != width; ++i) {
      const std::string_view name = view(cells[i]);
      if (name.empty()) {
        report("", "", "column " + std::to_string(i + 1) + " has no name", 1);
      } else if (std::any_of(cells.begin(), cells.begin() + static_cast<std::ptrdiff_t>(i),
                             [&](csv_cell other) { return view(other) == name; })) {
        report(name, "", "stands twice in the header", 1);
      }
    }
  }

  bool at_line_break() const {
    return text_[at_] == '\n' ||
           (text_[at_] == '\r' && at_ + 1 != text_.size() && text_[at_ + 1] == '\n');
  }

  void skip_line_break() {
    at_ += text_[at_] == '\r' ? 2U : 1U;
    ++line_;
  }

  // Skips an empty line. At the end of the text they are harmless, elsewhere a row is missing.
  bool blank_line() {
    if (!at_line_break()) return false;
    const std::uint64_t line = line_;
    skip_line_break();
    if (at_ < content_end_) {
      ++row_;
      report("", "", "is an empty line", line);
    }
    return true;
  }

  // Reads to the end of the line; false where the text ends inside quotes.
  bool scan_record() {
    record_begin_ = cells.size();
    for (;;) {
      const bool closed = at_ != text_.size() && text_[at_] == '"' ? quoted_cell() : plain_cell();
      if (!closed) return false;
      if (at_ == text_.size()) return true;
      if (text_[at_] != separator_) {
        skip_line_break();
        return true;
      }
      ++at_;
    }
  }

  bool plain_cell() {
    const std::size_t begin = at_;
    skip_to_cell_end();
    const csv_cell cell{begin, at_ - begin};
    if (view(cell).find('"') != std::string_view::npos) {
      report(column_name(), view(cell), "a quote inside a cell that is not quoted", line_);
    }
    cells.push_back(cell);
    return true;
  }

  void skip_to_cell_end() {
    const std::size_t begin = at_;
    while (at_ != text_.size() && text_[at_] != separator_ && !at_line_break()) {
      if (text_[at_] == '\r') {
        report(column_name(), view({begin, at_ - begin}), "a carriage return without a line feed",
               line_);
      }
      ++at_;
    }
  }

  bool quoted_cell() {
    const std::uint64_t opened = line_;
    const std::size_t begin = ++at_;
    std::size_t to = begin;
    for (;; ++at_) {
      if (at_ == text_.size()) {
        report(column_name(), view({begin, to - begin}), "the quote is never closed", opened);
        return false;
      }
      if (text_[at_] == '"') {
        if (at_ + 1 == text_.size() || text_[at_ + 1] != '"') break;
        ++at_;
      } else if (text_[at_] == '\n') {
        ++line_;
      }
      text_[to++] = text_[at_];
    }
    const csv_cell cell{begin, to - begin};
    const std::size_t after = ++at_;
    skip_to_cell_end();
    if (at_ != after) {
      report(column_name(), view({after, at_ - after}), "text after the closing quote", line_);
    }
    cells.push_back(cell);
    return true;
  }

  std::string& text_;
  char separator_;
  std::string_view source_;
  std::size_t at_ = 0;
  std::size_t content_end_ = 0;  // only line breaks from here on
  std::size_t record_begin_ = 0;
  std::uint64_t line_ = 1;
  std::uint64_t row_ = 0;  // 1-based data row; 0 in the header
};

}  // namespace crmetrics::detail
