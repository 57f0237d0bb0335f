#include <crmetrics/accumulators/mean.hpp>
#include <crmetrics/runtime/dynamic_scorecard.hpp>
#include <crmetrics/scorecard/equal_influence.hpp>
#include <crmetrics/scorecard/geometric.hpp>
#include <crmetrics/scorecard/harmonic.hpp>
#include <crmetrics/scorecard/min_max_scale.hpp>
#include <crmetrics/scorecard/percentile.hpp>
#include <crmetrics/scorecard/ranking.hpp>
#include <crmetrics/scorecard/z_score.hpp>

#include "support/csv_rows.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

// The index of sustainable connectivity of 51 countries (JRC, ASEM portal): 49 indicators in eight
// pillars in two sub-indices, with the results that COINr publishes (bluefoxr/COINr, data and
// docs/articles; MIT). Every country is a card; every number is the engine's.
namespace {

namespace crm = crmetrics;
using crm::interned;

struct node {
  std::string code, parent;
  int level = 0;
  bool higher = true;
  double weight = 1;
};

// Names hold commas in quotes: the last three cells are counted from the end.
std::vector<node> read_meta() {
  std::ifstream file(CRMETRICS_SHARED_DATA "/scorecard/asem_meta.csv");
  std::vector<node> out;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    const auto code = line.find(',');
    const auto parent = line.rfind(',');
    const auto weight = line.rfind(',', parent - 1);
    const auto direction = line.rfind(',', weight - 1);
    out.push_back({line.substr(0, code), line.substr(parent + 1), std::stoi(line.substr(code + 1)),
                   std::stoi(line.substr(direction + 1)) > 0, std::stod(line.substr(weight + 1))});
    while (!out.back().parent.empty() && out.back().parent.back() == '\r') {
      out.back().parent.pop_back();
    }
  }
  return out;
}

using fit = std::function<crm::dynamic_curve(const std::vector<double>&, crm::direction)>;
using makes_mean = std::function<std::optional<crm::dynamic_aggregation>()>;

crm::dynamic_curve by_min_max(const std::vector<double>& set, crm::direction better) {
  return crm::dynamic_curve(crm::min_max_scale{better}.fit(set));
}
crm::dynamic_curve by_percentile(const std::vector<double>& set, crm::direction better) {
  return crm::dynamic_curve(crm::percentile{crm::percentile::tie_rule::lowest, better}.fit(set));
}
crm::dynamic_curve by_z_score(const std::vector<double>& set, crm::direction better) {
  return crm::dynamic_curve(crm::z_score{.better = better}.fit(set));
}

// A policy of our own: min-max onto 1 to 100, as COINr's users do before geometric means.
struct from_1_to_100 {
  crm::min_max_scale::fitted line;
  double score(double raw) const { return 1 + .99 * line.score(raw); }
  double slope(double raw) const { return .99 * line.slope(raw); }
  crm::direction direction() const { return line.direction(); }
  std::uint64_t reference() const { return line.reference(); }
  void validate(crm::problem_list&, std::string_view) const {}
  void describe(crm::detail::definition_hash& hash) const {
    hash.add("from 1 to 100"), line.describe(hash);
  }
  bool operator==(const from_1_to_100&) const = default;
};
crm::dynamic_curve by_1_to_100(const std::vector<double>& set, crm::direction better) {
  return crm::dynamic_curve(from_1_to_100{crm::min_max_scale{better}.fit(set)});
}

class asem : public testing::Test {
 protected:
  void SetUp() override {
    if (!crm::test::shared_data_is_there()) GTEST_SKIP() << "no shared data";
    meta = read_meta();
    for (const auto& row : crm::test::csv_rows("scorecard/asem_indicators.csv")) {
      units.push_back(row.text("unit"));
      for (const node& n : meta) {
        if (n.level == 1) values[n.code].push_back(row.number(n.code));
      }
    }
    expected = crm::test::csv_rows("scorecard/asem_expected.csv");
    ASSERT_EQ(units.size(), 51U);
    ASSERT_EQ(values.size(), 49U);
    ASSERT_EQ(expected.size(), 51U);
  }

  // @param left_out a unit that is not in the reference sets
  crm::dynamic_scorecard card(
      const fit& curve_of, const makes_mean& mean = [] { return std::nullopt; },
      std::size_t left_out = 99) const {
    return crm::dynamic_scorecard(parts_of("Index", curve_of, mean, left_out));
  }
  std::vector<crm::dynamic_part> parts_of(const std::string& parent, const fit& curve_of,
                                          const makes_mean& mean, std::size_t left_out) const {
    std::vector<crm::dynamic_part> parts;
    if (const auto how = mean()) parts.emplace_back(crm::aggregated_by(*how));
    for (const node& n : meta) {
      if (n.parent != parent) continue;
      const crm::label name = interned(n.code);
      if (n.level > 1) {
        parts.emplace_back(crm::dynamic_group(
            name, n.weight, crm::dynamic_parts(parts_of(n.code, curve_of, mean, left_out))));
        continue;
      }
      std::vector<double> set = values.at(n.code);
      if (left_out < set.size()) set.erase(set.begin() + static_cast<std::ptrdiff_t>(left_out));
      parts.emplace_back(crm::component(name, crm::dynamic_metric(name, crm::mean{}),
                                        curve_of(set, n.higher ? crm::direction::higher_is_better
                                                               : crm::direction::lower_is_better),
                                        n.weight));
    }
    return parts;
  }

  struct scored {
    struct row {
      std::string key;
      crm::score_report result;
    };
    std::vector<row> rows;  // in the order of units

    double total(std::size_t unit) const { return *rows[unit].result.total; }
    std::vector<double> totals() const {
      std::vector<double> out;
      for (std::size_t i = 0; i != rows.size(); ++i) out.push_back(total(i));
      return out;
    }
    std::vector<double> group(std::string_view name) const {
      std::vector<double> out;
      for (const row& r : rows) out.push_back(*r.result.group(name).score);
      return out;
    }
    std::map<std::string, int> ranks() const {
      std::map<std::string, int> out;
      for (const auto& line : crm::competition_ranking(*this)) {
        out[line.key] = static_cast<int>(*line.rank);
      }
      return out;
    }
  };
  scored score(const crm::dynamic_scorecard& empty) const {
    scored out;
    for (std::size_t u = 0; u != units.size(); ++u) {
      auto of_unit = empty;
      for (const auto& [code, column] : values) of_unit.update({interned(code), column[u]});
      out.rows.push_back({units[u], of_unit.result(crm::confidence_level::none())});
    }
    return out;
  }

  std::vector<node> meta;
  std::vector<std::string> units;
  std::map<std::string, std::vector<double>> values;  // by indicator, in the order of units
  std::vector<crm::test::csv_row> expected;
};

double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  const auto n = static_cast<double>(a.size());
  double ma = 0;
  double mb = 0;
  for (std::size_t i = 0; i != a.size(); ++i) ma += a[i] / n, mb += b[i] / n;
  double ab = 0;
  double aa = 0;
  double bb = 0;
  for (std::size_t i = 0; i != a.size(); ++i) {
    ab += (a[i] - ma) * (b[i] - mb);
    aa += (a[i] - ma) * (a[i] - ma);
    bb += (b[i] - mb) * (b[i] - mb);
  }
  return ab / std::sqrt(aa * bb);
}

double mean_shift(const std::map<std::string, int>& a, const std::map<std::string, int>& b) {
  double sum = 0;
  for (const auto& [unit, rank] : a) sum += std::abs(rank - b.at(unit));
  return sum / static_cast<double>(a.size());
}

TEST_F(asem, totals_pillars_and_ranks_with_min_max) {
  const scored all = score(card(by_min_max));
  const auto ranks = all.ranks();
  for (std::size_t u = 0; u != units.size(); ++u) {
    SCOPED_TRACE(units[u]);
    ASSERT_EQ(expected[u].text("unit"), units[u]);
    const double total = expected[u].number("Index");
    EXPECT_NEAR(all.total(u), total, 1e-12 * total);
    EXPECT_EQ(ranks.at(units[u]), expected[u].number("rank_minmax"));
    for (const node& n : meta) {
      if (n.level != 2 && n.level != 3) continue;
      const double score = expected[u].number(n.code);
      EXPECT_NEAR(*all.rows[u].result.group(n.code).score, score, 1e-12 * 100) << n.code;
    }
    EXPECT_NE(all.rows[u].result.reference(), 0U);
    EXPECT_EQ(all.rows[u].result.coverage, 1);
  }
}

TEST_F(asem, published_top_six) {
  const scored all = score(card(by_min_max));
  const std::map<std::string, double> published = {{"CHE", 68.38}, {"NLD", 64.82}, {"DNK", 64.80},
                                                   {"NOR", 64.47}, {"BEL", 63.54}, {"SWE", 63.00}};
  const auto ranks = all.ranks();
  std::size_t found = 0;
  for (std::size_t u = 0; u != units.size(); ++u) {
    const auto it = published.find(units[u]);
    EXPECT_EQ(it != published.end(), ranks.at(units[u]) <= 6);
    if (it == published.end()) continue;
    EXPECT_NEAR(all.total(u), it->second, .005 + 1e-9);
    ++found;
  }
  EXPECT_EQ(found, 6U);
  EXPECT_EQ(ranks.at("AUS"), 35);
  EXPECT_EQ(ranks.at("RUS"), 51);
}

TEST_F(asem, ranks_with_percentiles) {
  const auto ranks = score(card(by_percentile)).ranks();
  for (std::size_t u = 0; u != units.size(); ++u) {
    EXPECT_EQ(ranks.at(units[u]), expected[u].number("rank_percentile")) << units[u];
  }
}

TEST_F(asem, effective_weights) {
  const auto report = card(by_min_max).result();
  EXPECT_NEAR(report.component("Goods").weight, .02, 1e-15);
  EXPECT_NEAR(report.component("Renew").weight, .03333333, 5.1e-9);
  double sum = 0;
  for (const auto& line : report.components) sum += line.weight;
  EXPECT_NEAR(sum, 1, 1e-14);
}

TEST_F(asem, mean_change_of_rank_without_one_pillar) {
  const auto whole = card(by_min_max);
  const auto ranks = score(whole).ranks();
  const std::map<std::string, double> published = {{"Physical", 1.529412},  {"ConEcFin", 2.627451},
                                                   {"Political", 2.901961}, {"Instit", 1.176471},
                                                   {"P2P", 1.686275},       {"Environ", 3.098039},
                                                   {"Social", 3.960784},    {"SusEcFin", 2.627451}};
  for (const auto& [pillar, shift] : published) {
    const auto without = score(whole.reweighted({{pillar, 0}})).ranks();
    EXPECT_NEAR(mean_shift(ranks, without), shift, 5.1e-7) << pillar;
  }
}

TEST_F(asem, correlations_of_the_sub_indices_and_equal_influence) {
  const auto whole = card(by_min_max);
  const scored all = score(whole);
  const auto conn = all.group("Conn");
  const auto sust = all.group("Sust");
  EXPECT_NEAR(correlation(conn, all.totals()), .9397805, 5.1e-8);
  EXPECT_NEAR(correlation(sust, all.totals()), .8382873, 5.1e-8);

  // Weights that COINr's search published.
  const auto searched = score(whole.reweighted({{"Conn", .3902439}, {"Sust", .6097561}})).totals();
  EXPECT_NEAR(correlation(conn, searched), .8971336, 5.1e-8);
  EXPECT_NEAR(correlation(sust, searched), .8925119, 5.1e-8);

  // And those that are right; recomputed by others.
  std::vector<double> cells;
  for (std::size_t u = 0; u != units.size(); ++u) cells.insert(cells.end(), {conn[u], sust[u]});
  const auto equal = crm::equal_influence({cells, 2}).fixed();
  EXPECT_NEAR(equal[0], .3853166046547598, 1e-13);
  const auto solved = score(whole.reweighted({{"Conn", equal[0]}, {"Sust", equal[1]}})).totals();
  EXPECT_NEAR(correlation(conn, solved), .8948347524554615, 1e-12);
  EXPECT_NEAR(correlation(sust, solved), .8948347524554615, 1e-12);
}

// What another normaliser or mean does to ranks; recomputed by others.
TEST_F(asem, mean_change_of_rank_with_other_methods) {
  const auto ranks = score(card(by_min_max)).ranks();
  const auto with = [&](const fit& curve, const makes_mean& mean) {
    return mean_shift(ranks, score(card(curve, mean)).ranks());
  };
  const auto arithmetic = [] { return std::optional<crm::dynamic_aggregation>(); };
  EXPECT_NEAR(with(by_percentile, arithmetic), 2.2745098039215685, 1e-12);
  EXPECT_NEAR(with(by_z_score, arithmetic), .8627450980392157, 1e-12);
  EXPECT_NEAR(
      with(by_1_to_100, [] { return std::optional(crm::dynamic_aggregation(crm::geometric{})); }),
      2.8627450980392157, 1e-12);
  EXPECT_NEAR(
      with(by_1_to_100, [] { return std::optional(crm::dynamic_aggregation(crm::harmonic{})); }),
      6.1568627450980395, 1e-12);
}

// The trap of reference sets: who leaves decides the order of others. Recomputed by others.
TEST_F(asem, who_leaves_swaps_others) {
  const auto before = score(card(by_min_max)).totals();
  std::size_t units_that_flip = 0;
  std::size_t most = 0;
  bool swapped_by_mlt = false;
  for (std::size_t gone = 0; gone != units.size(); ++gone) {
    const auto after = score(card(by_min_max, [] { return std::nullopt; }, gone)).totals();
    std::size_t flipped = 0;
    for (std::size_t a = 0; a != units.size(); ++a) {
      for (std::size_t b = a + 1; b != units.size(); ++b) {
        if (a == gone || b == gone) continue;
        const bool flips = (before[a] < before[b]) != (after[a] < after[b]);
        if (flips) ++flipped;
        const bool second_and_third =
            (units[a] == "NLD" && units[b] == "DNK") || (units[a] == "DNK" && units[b] == "NLD");
        if (units[gone] == "MLT" && second_and_third) swapped_by_mlt = flips;
      }
    }
    if (flipped != 0) ++units_that_flip;
    if (units[gone] == "LUX" || units[gone] == "KOR") {
      EXPECT_EQ(flipped, 8U);
    }
    most = (std::max)(most, flipped);
  }
  EXPECT_EQ(units_that_flip, 20U);
  EXPECT_EQ(most, 8U);
  EXPECT_TRUE(swapped_by_mlt);
}

}  // namespace
