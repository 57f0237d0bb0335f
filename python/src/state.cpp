#include "state.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

namespace crmetrics::python {

namespace {

bool is_number(std::string_view text) {
  double x = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), x);
  return error == std::errc() && end == text.data() + text.size();
}

/// ": row 7 is "N/A"": one word makes a column of a CSV file text. Empty where none is found.
std::string first_word(const column& c) {
  if (!c.is_text() || c.is_dictionary()) return "";
  std::int64_t before = 0;
  for (const chunk& part : c.chunks) {
    for (std::int64_t row = 0; row != part.rows; ++row) {
      if (!part.valid(row)) continue;
      const std::string_view text = text_at(c, part, row);
      if (is_number(text)) continue;
      std::size_t shown = (std::min)(text.size(), std::size_t{40});
      // Not in the middle of a character.
      while (shown != text.size() && (text[shown] & '\xc0') == '\x80') --shown;
      return ": row " + std::to_string(before + row + 1) + " is \"" +
             std::string(text.substr(0, shown)) + (shown != text.size() ? "..." : "") + "\"";
    }
    before += part.rows;
  }
  return "";
}

}  // namespace

void refuse_merge(const any_state& a, const any_state& b) {
  throw definition_mismatch(a.name() + " (" + a.convention() + ") and " + b.name() + " (" +
                            b.convention() + ") do not merge");
}

const column& required_column(const any_state& metric, const std::vector<column>& columns,
                              const column* weights, const column_wanted& wanted) {
  if (columns.size() != 1) throw py::type_error(metric.name() + " takes one column");
  const column& values = columns.front();
  if (!wanted.takes(values)) {
    throw py::type_error("column \"" + values.name + "\": " + metric.name() + " takes " +
                         wanted.what + ", not " + values.type_text() + first_word(values));
  }
  if (values.is_dictionary()) {
    throw py::type_error("column \"" + values.name + "\": a dictionary of values; " +
                         metric.name() + " takes them as they are");
  }
  if (weights == nullptr) return values;
  if (!wanted.weighable) throw py::type_error(metric.name() + " takes no weights");
  require_rows(*weights, values);
  return values;
}

}  // namespace crmetrics::python
