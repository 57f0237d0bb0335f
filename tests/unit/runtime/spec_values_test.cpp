// The values that specs are made of: quantities, decimals, JSON, catalogue, effective weights.
#include <crmetrics/runtime/card_spec.hpp>
#include <crmetrics/runtime/detail/ahp_judgements.hpp>
#include <crmetrics/runtime/detail/nearest.hpp>
#include <crmetrics/runtime/detail/spec_path.hpp>
#include <crmetrics/runtime/diagnostic.hpp>
#include <crmetrics/runtime/json_value.hpp>
#include <crmetrics/runtime/leaf_weights.hpp>
#include <crmetrics/runtime/metric_catalogue.hpp>
#include <crmetrics/runtime/quantity.hpp>
#include <crmetrics/runtime/spec_parser.hpp>

#include <support/spec_files.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace crm = crmetrics;
using crm::notation;
using crm::unit;

namespace {

// What a text means for a metric of this unit, in the library's own unit; -1 where it is refused.
double value(std::string_view text, unit u) {
  const auto q = crm::quantity_from(text);
  const auto in = q ? crm::in_unit_of(*q, u) : std::nullopt;
  return in ? in->value() : -1;
}

}  // namespace

TEST(quantity, texts_with_units) {
  EXPECT_EQ(value("95%", unit::fraction), 0.95);
  EXPECT_EQ(value("0.95", unit::fraction), 0.95);
  EXPECT_EQ(value("95", unit::fraction), -1);
  EXPECT_EQ(value("101%", unit::fraction), -1);
  EXPECT_EQ(value("110%", unit::relative), 1.1);
  EXPECT_EQ(value("0.5 %", unit::fraction), 0.005);
  EXPECT_EQ(value("300s", unit::second), 300);
  EXPECT_EQ(value("5m", unit::second), 300);
  EXPECT_EQ(value("0.5h", unit::second), 1800);
  EXPECT_EQ(value("7d", unit::second), 604'800);
  EXPECT_EQ(value("300", unit::second), -1);
  EXPECT_EQ(value("95%", unit::second), -1);
  EXPECT_EQ(value("+42", unit::net_fraction), 0.42);
  EXPECT_EQ(value("50", unit::net_fraction), 0.5);
  EXPECT_EQ(value("0.42", unit::net_fraction), -1);  // NPS points or a fraction?
  EXPECT_EQ(value("4.6", unit::points), 4.6);
  EXPECT_EQ(value("4.6%", unit::points), -1);
  for (const char* wrong : {"", "%", "abc", "1.2.3", "5 5", "1e", "--1", "5w", "1e30",
                            "1234567890123456", "0.1234567890123456"}) {
    EXPECT_FALSE(crm::quantity_from(wrong)) << wrong;
  }
  EXPECT_EQ(*crm::quantity_from("5m"), *crm::quantity_from("300s"));
  EXPECT_NE(*crm::quantity_from("5m"), *crm::quantity_from("5%"));
  for (const char* text : {"95%", "+42", "-3.5", "300s", "0.5h", "4.6", "+0", "0.005%"}) {
    EXPECT_EQ(crm::quantity_from(text)->text(), text);
  }
}

TEST(quantity, numbers_keep_every_digit_or_are_refused) {
  const auto read = [](std::string_view text) {
    const auto v = crm::detail::decimal_from(text).value;
    return v ? crm::detail::exact_text(*v) : std::string("-");
  };
  EXPECT_EQ(read("0.10"), "0.1");
  EXPECT_EQ(read("-12.50"), "-12.5");
  EXPECT_EQ(read("1.5e3"), "1500");
  EXPECT_EQ(read("1.5e-3"), "0.0015");
  EXPECT_EQ(read("100000000000000"), "100000000000000");
  EXPECT_EQ(read("0.000000000000001"), "0.000000000000001");
  EXPECT_EQ(read("0.0000000000000001"), "-");
  EXPECT_EQ(read("123456789012345"), "123456789012345");
  EXPECT_EQ(read("1234567890123456"), "-");
  EXPECT_EQ(read("1.00000000000000000000"), "1");
  EXPECT_EQ(read("0e99"), "0");
  EXPECT_EQ(read("1e15"), "-");
  EXPECT_EQ(read("."), "-");
}

TEST(quantity, sums_of_weights_are_exact) {
  // In doubles the first is 100.00000000000001, the second 99.99999999999999.
  const auto sum = [](int n, crm::decimal a, int m, crm::decimal b) {
    crm::detail::decimal_sum s;
    for (int i = 0; i != n; ++i) s.add(a);
    for (int i = 0; i != m; ++i) s.add(b);
    return s;
  };
  EXPECT_TRUE(sum(8, {83, 1}, 4, {84, 1}).equals({100, 0}));
  EXPECT_TRUE(sum(8, {111, 1}, 1, {112, 1}).equals({100, 0}));
  EXPECT_EQ(sum(8, {83, 1}, 3, {84, 1}).text(), "91.6");
  EXPECT_EQ(sum(1, {-5, 1}, 0, {}).text(), "-0.5");
  EXPECT_TRUE(sum(1, {-5, 1}, 1, {50, 2}).is_zero());
}

TEST(json_value, text) {
  crm::json_value v = crm::json_value::object();
  v.put("a \"b\"\n", crm::json_value::number("1.50"));
  v.put("list", crm::json_value::array()).push(crm::json_value::of(true));
  EXPECT_EQ(crm::to_json_text(v), "{\"a \\\"b\\\"\\u000a\": 1.50, \"list\": [true]}");
  EXPECT_EQ(crm::to_json_text(v, 10),
            "{\n  \"a \\\"b\\\"\\u000a\": 1.50,\n  \"list\": [\n    true\n  ]\n}");
  EXPECT_EQ(v.find("list")->items.size(), 1u);
  EXPECT_EQ(v.find("none"), nullptr);
}

TEST(spec_path, reads_what_diagnostics_write) {
  using crm::detail::path_from;
  const auto path = path_from("groups[\"a.b \\\"c\\\"\"].of.x[12]");
  ASSERT_TRUE(path);
  ASSERT_EQ(path->size(), 5u);
  EXPECT_EQ((*path)[1].key, "a.b \"c\"");
  EXPECT_EQ((*path)[4].index, 12u);
  std::string written;
  for (const auto& step : *path) {
    if (!step.index) crm::detail::append_segment(written, step.key);
  }
  EXPECT_EQ(written, "groups[\"a.b \\\"c\\\"\"].of.x");
  for (const char* wrong : {"", ".", "a.", "a..b", "a[", "a[]", "a[x]", "a[\"b", "a[\"b\"", "a]b.[",
                            "a[1234567]", "a[1]b"}) {
    EXPECT_FALSE(path_from(wrong)) << wrong;
  }
}

TEST(nearest, hints) {
  const std::vector<std::string_view> known = {"floor", "target", "cap"};
  EXPECT_EQ(crm::detail::nearest_hint("flor", known), "did you mean \"floor\"?");
  EXPECT_EQ(crm::detail::nearest_hint("tagret", known), "did you mean \"target\"?");
  EXPECT_EQ(crm::detail::nearest_hint("ceiling", known), "");
  EXPECT_EQ(crm::detail::edit_distance("kitten", "sitting"), 3u);  // Levenshtein's example
  EXPECT_EQ(crm::detail::edit_distance("ab", "ba"), 1u);
  EXPECT_EQ(crm::detail::edit_distance("", "abc"), 3u);
}

TEST(metric_catalogue, finds_and_refuses) {
  const auto& all = crm::metric_catalogue::standard();
  ASSERT_NE(all.find("nps"), nullptr);
  EXPECT_EQ(all.find("nps")->unit, unit::net_fraction);
  EXPECT_EQ(all.find("np"), nullptr);
  for (std::size_t i = 1; i < all.entries().size(); ++i) {
    EXPECT_LT(all.entries()[i - 1].name, all.entries()[i].name);
  }
  crm::metric_catalogue own;
  EXPECT_THROW(own.add({"a b"}), crm::bad_input);
  EXPECT_THROW(own.add({""}), crm::bad_input);
  own.add({"a", unit::number}).add({"a", unit::second});
  EXPECT_EQ(own.entries().size(), 1u);
  EXPECT_EQ(own.find("a")->unit, unit::second);
  const auto use = crm::metric_use::from("resolved_in(24h)");
  ASSERT_TRUE(use);
  EXPECT_EQ(use->span()->value(), 86'400);
  for (const char* wrong : {"a(b", "a)b", "a(b))", "a(b)c"}) {
    EXPECT_FALSE(crm::metric_use::from(wrong)) << wrong;
  }
}

TEST(leaf_weights, of_the_service_card) {
  for (const auto& f : crm::test::spec_files("good")) {
    if (f.name != "service_staff") continue;
    const auto spec = crm::card_spec_from(f.text);
    const auto& rules = spec.versions[0].rules;
    const auto all = crm::leaf_weights(rules);
    ASSERT_EQ(all.size(), 7u);
    const double expected[] = {.24, .16, .15, .15, .14, .06, .10};
    for (std::size_t i = 0; i != 7; ++i) EXPECT_NEAR(all[i].weight, expected[i], 1e-15);
    EXPECT_EQ(all[5].path, "professional.peer360");
    EXPECT_EQ(all[5].perspective, "learning");
    EXPECT_NEAR(crm::leaf_weights(rules, "team:key-accounts")[6].weight, .30, 1e-15);
    EXPECT_NEAR(crm::leaf_weights(rules, "team:other")[6].weight, .10, 1e-15);
  }
}

TEST(leaf_weights, of_posts) {
  for (const auto& f : crm::test::spec_files("good")) {
    if (f.name != "every_key") continue;
    const auto spec = crm::card_spec_from(f.text);
    const auto trainer = crm::leaf_weights(spec.versions[0].rules, "", "trainer");
    ASSERT_EQ(trainer.size(), 2u);
    EXPECT_EQ(trainer[0].weight, 0.5);
    const auto lead = crm::leaf_weights(spec.versions[0].rules, "", "lead");
    ASSERT_EQ(lead.size(), 4u);
    EXPECT_NEAR(lead[0].weight, .15, 1e-15);
    EXPECT_NEAR(lead[3].weight, .35, 1e-15);
    for (const auto& leaf : crm::leaf_weights(spec.versions[0].rules, "", "back office")) {
      EXPECT_NE(leaf.metric, "curve");
    }
  }
}

TEST(ahp_judgements, ratio_depends_on_the_table) {
  using crm::judgement;
  const auto j = [](std::int64_t a, std::int64_t b) { return judgement{{a, 0}, {b, 0}}; };
  // A consistent matrix has the largest eigenvalue n.
  const auto whole = crm::detail::judged(
      {{j(1, 1), j(2, 1), j(6, 1)}, {j(1, 2), j(1, 1), j(3, 1)}, {j(1, 6), j(1, 3), j(1, 1)}});
  EXPECT_NEAR(whole.lambda_max, 3, 1e-12);
  EXPECT_NEAR(whole.weights[0], .6, 1e-12);
  EXPECT_NEAR(whole.weights[1], .3, 1e-12);
  // 1, 3, 5; 1/3, 1, 3: for three, lambda = 1 + t + 1/t with t^3 = a13 / (a12 a23), here 5/9;
  // weights are the geometric means of the rows.
  const std::vector<std::vector<judgement>> matrix{
      {j(1, 1), j(3, 1), j(5, 1)}, {j(1, 3), j(1, 1), j(3, 1)}, {j(1, 5), j(1, 3), j(1, 1)}};
  const auto judged = crm::detail::judged(matrix);
  const double t = std::cbrt(5.0 / 9);
  EXPECT_NEAR(judged.lambda_max, 1 + t + 1 / t, 1e-12);
  const double a = std::cbrt(15.0), b = 1, c = std::cbrt(1.0 / 15);
  EXPECT_NEAR(judged.weights[0], a / (a + b + c), 1e-12);
  const double ci = (judged.lambda_max - 3) / 2;
  EXPECT_NEAR(judged.consistency_ratio, ci / .58, 1e-12);
  EXPECT_NEAR(crm::detail::judged(matrix, crm::random_index::alonso_lamata_2006).consistency_ratio,
              ci / .5247, 1e-12);
}
