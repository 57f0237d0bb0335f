#include <crmetrics/scorecard/equal_influence.hpp>

#include "means.hpp"
#include "problems.hpp"

#include <cmath>
#include <vector>

namespace {

namespace crm = crmetrics;

double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  long double ma = 0;
  long double mb = 0;
  for (std::size_t i = 0; i != a.size(); ++i) ma += a[i], mb += b[i];
  ma /= static_cast<long double>(a.size());
  mb /= static_cast<long double>(a.size());
  long double ab = 0;
  long double aa = 0;
  long double bb = 0;
  for (std::size_t i = 0; i != a.size(); ++i) {
    ab += (a[i] - ma) * (b[i] - mb);
    aa += (a[i] - ma) * (a[i] - ma);
    bb += (b[i] - mb) * (b[i] - mb);
  }
  return static_cast<double>(ab / std::sqrt(aa * bb));
}

// Of each column with the composite.
std::vector<double> influences(const crm::unit_table& t, const std::vector<double>& weights) {
  std::vector<double> composite;
  for (std::size_t i = 0; i != t.rows(); ++i) {
    double sum = 0;
    for (std::size_t j = 0; j != t.columns; ++j) sum += weights[j] * t.at(i, j);
    composite.push_back(sum);
  }
  std::vector<double> out;
  for (std::size_t j = 0; j != t.columns; ++j) out.push_back(correlation(t.column(j), composite));
  return out;
}

TEST(equal_influence, of_two_is_the_share_of_the_others_deviation) {
  // Deviations 2 and 4 whatever the correlation: weights 2/3 and 1/3.
  const std::vector<double> cells = {1, 10, 5, 2, 1, 2, 5, 10};
  const auto got = crm::equal_influence({cells, 2});
  EXPECT_NEAR(got.weights[0], 2. / 3, 1e-15);
  EXPECT_NEAR(got.weights[1], 1. / 3, 1e-15);
}

// The definition itself, on tables whose criteria share a common part.
TEST(equal_influence, makes_all_correlations_with_the_composite_equal) {
  means::numbers random;
  int solved = 0;
  for (std::size_t n = 1; n <= 6; ++n) {
    std::vector<double> cells;
    for (int unit = 0; unit != 40; ++unit) {
      const double common = random.between(0, 20);
      for (std::size_t j = 0; j != n; ++j) {
        cells.push_back(common + random.between(0, 40 + 2 * static_cast<double>(j)));
      }
    }
    const crm::unit_table table{cells, n};
    const auto got = crm::equal_influence(table);
    const auto r = influences(table, got.weights);
    double sum = 0;
    for (std::size_t j = 0; j != n; ++j) {
      EXPECT_NEAR(r[j], r[0], 1e-9) << n << " criteria";
      EXPECT_GT(got.weights[j], 0);
      sum += got.weights[j];
    }
    EXPECT_NEAR(sum, 1, 1e-14);
    ++solved;
  }
  EXPECT_EQ(solved, 6);
}

TEST(equal_influence, duplicates_share_their_part) {
  // The third is the second again.
  const std::vector<double> cells = {1, 4, 4, 2, 3, 3, 4, 9, 9, 8, 7, 7, 9, 8, 8};
  const auto got = crm::equal_influence({cells, 3});
  EXPECT_NEAR(got.weights[1], got.weights[2], 1e-12);
  const std::vector<double> once = {1, 4, 2, 3, 4, 9, 8, 7, 9, 8};
  const auto of_two = crm::equal_influence({once, 2});
  EXPECT_NEAR(got.weights[0], of_two.weights[0], 1e-9);
  EXPECT_NEAR(got.weights[1] + got.weights[2], of_two.weights[1], 1e-9);
}

TEST(equal_influence, units_in_any_order) {
  const auto a = crm::equal_influence({std::vector<double>{1, 4, 2, 3, 4, 9}, 2});
  const auto b = crm::equal_influence({std::vector<double>{4, 9, 1, 4, 2, 3}, 2});
  EXPECT_EQ(a, b);
  problems::expect_part(a.provenance, "equal influence of 2 criteria over 3 units");
}

TEST(equal_influence, what_has_no_weights) {
  const auto said = [](const std::vector<double>& cells, std::size_t columns) {
    return problems::said_by([&] { return crm::equal_influence({cells, columns}); });
  };
  problems::expect_part(said({1, 3, 2, 2, 3, 1}, 2), "exact opposites");
  problems::expect_part(said({1, 5, 2, 5, 3, 5}, 2), "the same for all units");
  problems::expect_part(said({1, 2}, 2), "needs at least 2 units");
  // Three criteria of independent noise around the first, over a full factorial: with r = 1/sqrt 2
  // between the first and each of them, R u = 1 has u_1 = (1 - 2 r) / (1 + r) < 0.
  std::vector<double> factorial;
  for (int unit = 0; unit != 16; ++unit) {
    const double common = unit & 1 ? 1 : -1;
    factorial.push_back(common);
    for (const int bit : {2, 4, 8}) factorial.push_back(common + (unit & bit ? 1 : -1));
  }
  const std::string one = said(factorial, 4);
  problems::expect_part(one, "1 problem");
  problems::expect_part(one, "column 1");
  problems::expect_part(one, "a weight of 0 or less");
}

}  // namespace
