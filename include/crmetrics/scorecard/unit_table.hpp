#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/detail/math.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace crmetrics {

/// A view of the values of several units (agents, teams, countries) by several criteria, row by
/// row: what weights from data are computed from. Owns nothing.
struct unit_table {
  std::span<const double> cells;
  std::size_t columns = 0;

  constexpr std::size_t rows() const noexcept { return columns == 0 ? 0 : cells.size() / columns; }
  constexpr double at(std::size_t row, std::size_t column) const noexcept {
    return cells[row * columns + column];
  }
  std::vector<double> column(std::size_t j) const {
    std::vector<double> out(rows());
    for (std::size_t i = 0; i != out.size(); ++i) out[i] = at(i, j);
    return out;
  }

  /// Notes cells that do not fill the rows, fewer than `min_rows` rows, and each cell that is not a
  /// finite number with its row and column.
  void validate(problem_list& problems, std::string_view part, std::size_t min_rows) const {
    if (columns == 0 || cells.size() % columns != 0) {
      problems.add({std::string(part), 0, std::to_string(cells.size()),
                    "cells do not fill rows of " + std::to_string(columns) + " columns"});
      return;
    }
    if (rows() < min_rows) {
      problems.add({std::string(part), 0, std::to_string(rows()),
                    "needs at least " + std::to_string(min_rows) + " units"});
    }
    for (std::size_t i = 0; i != cells.size(); ++i) {
      if (!detail::is_finite(cells[i])) {
        problems.add({std::string(part) + ", column " + std::to_string(i % columns + 1),
                      i / columns + 1, detail::shown(cells[i]), "not a finite number"});
      }
    }
  }
};

}  // namespace crmetrics
