#pragma once

#include "arrow_table.hpp"
#include "finding.hpp"
#include "keys.hpp"
#include "state.hpp"

#include <crmetrics/core/estimate.hpp>
#include <crmetrics/core/unit.hpp>
#include <crmetrics/intervals/difference.hpp>

#include <memory>
#include <string>
#include <vector>

namespace crmetrics::python {

/// Results by group: what `nps(scores, by=agents)` gives. Rows ascend by key.
class group_table {
 public:
  group_table(const composite_keys& keys, grouped_findings findings);

  std::size_t size() const { return rows_.size(); }
  /// The key of a row: a value, or a tuple of them where there are several columns.
  py::object key(std::size_t row) const;
  const finding& at(std::size_t row) const { return rows_.at(row); }
  const std::optional<finding>& without_key() const { return without_key_; }
  const finding& total() const { return total_; }
  const std::vector<std::string>& key_names() const { return key_names_; }
  /// As Arrow; every row with its definition, so that a row alone still says what it is.
  std::shared_ptr<const arrow_table> table() const;

 private:
  struct key_column {
    std::string format;
    kind type;
    std::int64_t ticks;
    std::string zone;
    std::vector<std::int64_t> wholes;
    std::vector<std::string> texts;
  };
  /// The name of a column of keys, changed where another column of the result has it.
  std::string free_name(std::string name) const;

  std::vector<std::string> key_names_;
  std::vector<key_column> keys_;
  std::vector<finding> rows_;
  std::optional<finding> without_key_;
  finding total_;
};

/// A difference with the unit of its sides, without which it has no text.
struct compared {
  difference what;
  unit of;
};

/// Estimates as columns: value, low, high, standard_error, n ... appended to a table.
void add_estimates(arrow_table& table, const std::vector<const estimate*>& estimates);

/// How Arrow writes the keys of a column; `l` for whole numbers of any width.
std::string format_of(const column& keys);

void bind_results(py::module_& module);

}  // namespace crmetrics::python
