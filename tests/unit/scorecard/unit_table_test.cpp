#include <crmetrics/scorecard/unit_table.hpp>

#include "problems.hpp"

#include <limits>
#include <vector>

namespace {

namespace crm = crmetrics;

std::string said(const crm::unit_table& table, std::size_t min_rows) {
  return problems::said_by([&] {
    crm::problem_list found;
    table.validate(found, "table", min_rows);
    found.throw_if_any();
    return 0;
  });
}

TEST(unit_table, rows_and_columns) {
  const double cells[] = {1, 2, 3, 4, 5, 6};
  const crm::unit_table t{cells, 3};
  EXPECT_EQ(t.rows(), 2U);
  EXPECT_EQ(t.at(1, 0), 4);
  EXPECT_EQ(t.column(2), (std::vector<double>{3, 6}));
  EXPECT_EQ(said(t, 2), "");
  EXPECT_EQ(crm::unit_table{}.rows(), 0U);
}

TEST(unit_table, problems) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double cells[] = {1, nan, 3, nan};
  problems::expect_part(said({cells, 3}, 1), "cells do not fill rows of 3 columns");
  problems::expect_part(said({cells, 0}, 1), "cells do not fill rows of 0 columns");
  problems::expect_part(said({cells, 2}, 3), "needs at least 3 units");
  const std::string both = said({cells, 2}, 2);
  problems::expect_part(both, "column 2");
  problems::expect_part(both, "row 1");
  problems::expect_part(both, "row 2");
  problems::expect_part(both, "not a finite number");
}

}  // namespace
