// W02, W09, W10, W11: what only results show.
#include <crmetrics/runtime/result_checks.hpp>
#include <crmetrics/runtime/spec_parser.hpp>

#include <support/spec_files.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crm = crmetrics;

namespace {

// Anscombe 1973 (doi:10.1080/00031305.1973.10478966), set I: r = 0.816.
const std::vector<std::optional<double>> x = {10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5};
const std::vector<std::optional<double>> y = {8.04, 6.95, 7.58,  8.81, 8.33, 9.96,
                                              7.24, 4.26, 10.84, 4.82, 5.68};

crm::card_rules rules(const std::string& name, std::size_t version) {
  for (const auto& f : crm::test::spec_files("good")) {
    if (f.name == name) return crm::card_spec_from(f.text).versions.at(version).rules;
  }
  return {};
}

}  // namespace

TEST(result_checks, w02_metrics_that_move_together) {
  const std::vector<crm::leaf_scores> leaves = {{"x", x}, {"y", y}};
  EXPECT_TRUE(crm::check_overlap(leaves).empty());
  const auto found = crm::check_overlap(leaves, 0.8);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].text(),
            "W02 metrics.y: r = 0.816: moves with x over 11 results; if both measure one thing, it "
            "carries both weights");
  EXPECT_FALSE(found[0].is_error());
  // The other way round is as close; who has no score in one of them is left out.
  std::vector<std::optional<double>> down;
  for (const auto& v : x) down.emplace_back(100 - *v);
  down[3].reset();
  const auto against = crm::check_overlap(std::vector<crm::leaf_scores>{{"x", x}, {"d", down}});
  ASSERT_EQ(against.size(), 1u);
  EXPECT_EQ(against[0].value, "r = -1");
  EXPECT_NE(against[0].message.find("over 10 results"), std::string::npos);
  // Too few, or no variation: nothing can be said.
  const std::vector<std::optional<double>> few = {1, 2, 3, 4};
  EXPECT_TRUE(crm::check_overlap(std::vector<crm::leaf_scores>{{"a", few}, {"b", few}}).empty());
  const std::vector<std::optional<double>> same(11, 5.0);
  EXPECT_TRUE(crm::check_overlap(std::vector<crm::leaf_scores>{{"x", x}, {"s", same}}).empty());
}

TEST(result_checks, w09_one_grade_for_all) {
  const std::vector<std::string_view> all = {"B", "", "B", "B"};
  const auto found = crm::check_grades(all);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].code, "W09");
  EXPECT_EQ(found[0].value, "B");
  EXPECT_NE(found[0].message.find("all 3"), std::string::npos);
  EXPECT_TRUE(crm::check_grades(std::vector<std::string_view>{"B", "A", "B"}).empty());
  EXPECT_TRUE(crm::check_grades(std::vector<std::string_view>{"B", ""}).empty());
  EXPECT_TRUE(crm::check_grades({}).empty());
}

TEST(result_checks, w10_targets_that_tell_nobody_apart) {
  const std::vector<crm::target_record> records = {
      {"never", 0, 8}, {"always", 8, 8}, {"some", 7, 8}, {"one", 1, 1}, {"none", 0, 0}};
  const auto found = crm::check_targets(records);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].text(),
            "W10 metrics.never.target: 0 of 8: the target was never met; it tells nobody apart");
  EXPECT_EQ(found[1].path, "metrics.always.target");
  EXPECT_EQ(found[1].message, "the target was always met");
}

TEST(result_checks, w11_definitions_that_differ) {
  const auto first = rules("service_staff", 0);
  const auto second = rules("service_staff", 1);
  EXPECT_TRUE(crm::check_comparable(first, first).empty());
  const auto found = crm::check_comparable(first, second);
  // csat .40 x .6 -> .35 x .6, nps, res24 .3 x .5 -> .3 x .6, aht, renewal .10 -> .15
  ASSERT_EQ(found.size(), 5u);
  EXPECT_EQ(found[0].path, "metrics.csat");
  EXPECT_EQ(found[0].value, "24 % -> 21 %");
  EXPECT_EQ(found[1].value, "16 % -> 14 %");
  EXPECT_EQ(found[2].value, "15 % -> 18 %");
  EXPECT_EQ(found[3].value, "15 % -> 12 %");
  EXPECT_EQ(found[4].path, "metrics.renewal");
  EXPECT_EQ(found[4].value, "10 % -> 15 %");
  for (const crm::diagnostic& d : found) EXPECT_EQ(d.code, "W11");
  // A curve, bands and a veto; a label that changed is no change of the rules.
  std::string paths;
  for (const crm::diagnostic& d :
       crm::check_comparable(rules("every_key", 0), rules("every_key", 1))) {
    paths += d.path + " ";
  }
  EXPECT_EQ(paths, "metrics.lin veto bands ");
}

TEST(result_checks, w11_means_of_groups_and_other_groups) {
  const auto first = rules("service_staff", 0);
  const auto paths = [&](const crm::card_rules& other) {
    std::string out;
    for (const crm::diagnostic& d : crm::check_comparable(first, other)) out += d.path + " ";
    return out;
  };
  auto own_mean = first;
  own_mean.groups[0].aggregate = crm::aggregate_spec{crm::aggregate_spec::method::minimum};
  EXPECT_EQ(paths(own_mean), "groups ");
  // The same effective weights, in one group more.
  auto regrouped = first;
  crm::part_spec inner;
  inner.name = "talk", inner.is_group = true, inner.weight = {100, 0};
  inner.of = regrouped.groups[0].of;
  regrouped.groups[0].of = {inner};
  EXPECT_EQ(paths(regrouped), "groups ");
  auto renamed = first;
  renamed.groups[0].name = "voice of the customer";
  std::swap(renamed.groups[1], renamed.groups[2]);
  EXPECT_EQ(paths(renamed), "");
}

TEST(result_checks, w11_weights_on_another_scale_are_the_same) {
  const auto first = rules("service_staff", 0);
  auto scaled = first;
  for (crm::part_spec& g : scaled.groups) g.weight.digits *= 7;
  EXPECT_TRUE(crm::check_comparable(first, scaled).empty());
}
