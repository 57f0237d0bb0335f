// L21: parse(print(spec)) is spec, and the problems do not depend on the order of keys.
#include <crmetrics/runtime/spec_parser.hpp>
#include <crmetrics/runtime/spec_printer.hpp>

#include <support/all_cards.hpp>
#include <support/spec_files.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace crm = crmetrics;
using crm::json_value;
using crm::test::spec_file;
using crm::test::spec_files;

namespace {

// splitmix64
struct dice {
  std::uint64_t state;
  std::uint64_t next() {
    std::uint64_t z = (state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(next() % n); }
  bool one_in(std::size_t n) { return below(n) == 0; }
};

std::string number(dice& d, std::size_t below) {
  std::string out = std::to_string(1 + d.below(below));
  if (d.one_in(2)) out += "." + std::to_string(1 + d.below(9)) + (d.one_in(3) ? "0" : "");
  return out;
}

// A metric with any curve in its unit; a and b are two different sizes.
std::string random_metric(dice& d, std::size_t i) {
  const std::array<std::array<const char*, 4>, 6> kinds = {
      {{"proportion(item", "\"1", "\"7", "%\""},
       {"duration.mean(item", "\"1", "\"7", "m\""},
       {"mean(item", "1", "7", ""},
       {"mean(item", "0.1", "0.7", ""},
       {"duration.mean(item", "\"2", "\"8", "h\""},
       {"proportion(item", "0.1", "0.9", ""}}};
  const auto& k = kinds[d.below(kinds.size())];
  const std::string digit = std::to_string(d.below(10));
  const std::string low = std::string(k[1]) + digit + k[3];
  const std::string high = std::string(k[2]) + digit + k[3];
  const bool up = d.one_in(2);
  std::string s = "{ \"use\": \"" + std::string(k[0]) + " " + std::to_string(i) + ")\"";
  if (d.one_in(2)) s += ", \"min_n\": " + std::to_string(d.below(50));
  if (d.one_in(3)) s += ", \"anonymity\": " + std::to_string(3 + d.below(5));
  if (d.one_in(3)) s += ", \"exclude\": [\"cause:a\", \"cause \\\"b\\\"\"]";
  if (d.one_in(3)) s += ", \"basis\": \"rated\", \"aspect\": \"process\"";
  if (d.one_in(3) && s.find("proportion") != s.npos)
    s += ", \"shrink\": { \"method\": \"beta_binomial\", \"mean\": " + low + ", \"n\": 3.5 }";
  s += ", \"score\": { ";
  switch (d.below(6)) {
    case 0:
      s += "\"steps\": { \"edges\": [" + low + ", " + high +
           "], \"points\": " + (up ? "[0, 50.5, 100]" : "[99, 50, 1]") + " }";
      break;
    case 1:
      s += "\"log_normal\": { \"p10\": " + (up ? high : low) +
           ", \"median\": " + (up ? low : high) + " }";
      break;
    case 2:
      s += "\"logistic\": { \"mid\": " + high + ", \"width\": " + low + " }";
      break;
    default:
      s += "\"linear\": { \"floor\": " + (up ? low : high) + ", \"target\": " + (up ? high : low) +
           (d.one_in(2) ? ", \"cap\": 1.25" : "") + " }";
  }
  return s + " } }";
}

// A spec without errors, as a text.
std::string random_spec(std::uint64_t seed) {
  dice d{seed};
  const std::size_t groups = 1 + d.below(4);
  std::string metrics;
  std::string tree;
  std::string others;
  std::string first;
  std::size_t m = 0;
  for (std::size_t g = 0; g != groups; ++g) {
    const std::size_t n = 1 + d.below(4);
    const bool equal = d.one_in(4);
    std::string of;
    for (std::size_t i = 0; i != n; ++i, ++m) {
      const std::string id = "m." + std::to_string(m);
      metrics += (metrics.empty() ? "" : ",\n  ") + ("\"" + id + "\": " + random_metric(d, m));
      of += (i == 0 ? "" : ", ") + ("\"" + id + "\"") + (equal ? "" : ": " + number(d, 90));
      if (first.empty()) first = id;
    }
    const std::string name = "group " + std::to_string(g);
    tree += (g == 0 ? "" : ", ") + ("\"" + name + "\": { \"weight\": " + number(d, 60));
    if (equal) tree += ", \"weights\": \"equal\"";
    if (d.one_in(3)) tree += ", \"perspective\": \"p" + std::to_string(d.below(3)) + "\"";
    if (d.one_in(4)) tree += ", \"aggregate\": { \"mean\": \"power\", \"p\": 2.5 }";
    tree += std::string(", \"of\": ") + (equal ? "[" : "{ ") + of + (equal ? "]" : " }") + " }";
    others += (g == 0 ? "" : ", ") + ("\"" + name + "\": " + number(d, 60));
  }
  std::string v =
      "{ \"from\": \"2024-01-01\", \"to\": \"2025-01-01\", \"groups\": { " + tree + " }";
  if (d.one_in(2)) v += ", \"override\": { \"team:x\": { " + others + " } }";
  if (d.one_in(3)) v += ", \"posts\": { \"lead\": { \"weights\": { " + others + " } } }";
  if (d.one_in(2))
    v += ", \"aggregate\": { \"top\": { \"mean\": \"geometric\", \"zero\": \"gives_zero\" "
         "} }";
  if (d.one_in(2))
    v +=
        ", \"missing\": { \"policy\": \"neutral\", \"points\": 45.5, \"min_coverage\": \"62.5%\" }";
  if (d.one_in(2)) v += ", \"bonus\": [{ \"event\": \"e\", \"points\": 1.5, \"cap\": 3 }]";
  if (d.one_in(2)) v += ", \"bands\": [[\"A\", 85.5], [\"B\", 0]]";
  if (d.one_in(2))
    v += ", \"uncertainty\": { \"method\": \"monte_carlo\", \"draws\": 100, \"level\": 0.8 }";
  if (d.one_in(2)) v += ", \"rank\": { \"ties\": \"ordinal\", \"keys\": [\"" + first + "\"] }";
  v += " },\n  { \"from\": \"2025-01-01\", \"base\": \"2024-01-01\", \"set\": { \"groups[\\\"group "
       "0\\\"].weight\": " +
       number(d, 60) + " } }";
  return "{ \"spec\": \"scorecard/1\", \"id\": \"random\", \"metrics\": {\n  " + metrics +
         " },\n  \"versions\": [" + v + "] }";
}

json_value read(const std::string& text) {
  crm::detail::diagnostic_sink sink;
  auto v = crm::detail::read_json(text, sink);
  EXPECT_TRUE(v) << text;
  return v.value_or(json_value());
}
void shuffle(json_value& v, dice& d) {
  for (json_value& item : v.items) shuffle(item, d);
  if (!v.is(json_value::kind::object)) return;
  for (std::size_t i = v.items.size(); i > 1; --i) {
    const std::size_t j = d.below(i);
    std::swap(v.items[i - 1], v.items[j]);
    std::swap(v.keys[i - 1], v.keys[j]);
  }
}
std::size_t size_of(const json_value& v) {
  std::size_t n = 1;
  for (const json_value& item : v.items) n += size_of(item);
  return n;
}
json_value* nth(json_value& v, std::size_t& n) {
  if (n-- == 0) return &v;
  for (json_value& item : v.items) {
    if (json_value* found = nth(item, n)) return found;
  }
  return nullptr;
}
// Breaks something somewhere: a value, a key, a missing key.
void spoil(json_value& root, dice& d) {
  std::size_t n = d.below(size_of(root));
  json_value& v = *nth(root, n);
  if (!v.keys.empty() && d.one_in(2)) {
    const std::size_t i = d.below(v.keys.size());
    if (d.one_in(2)) {
      v.keys[i] += "x";
    } else {
      v.keys.erase(v.keys.begin() + static_cast<std::ptrdiff_t>(i));
      v.items.erase(v.items.begin() + static_cast<std::ptrdiff_t>(i));
    }
    return;
  }
  const std::array<json_value, 7> values = {json_value::null(),        json_value::of("95%"),
                                            json_value::of(true),      json_value::number("-3"),
                                            json_value::number("0"),   json_value::of("2024-06-01"),
                                            json_value::number("1e99")};
  v = values[d.below(values.size())];
}
// Without places and values, which show the text as it is written.
std::vector<std::string> problems(const std::string& text) {
  std::vector<std::string> out;
  for (const crm::diagnostic& d : crm::parse_card_spec(text).diagnostics) {
    out.push_back(std::string(d.code) + " " + d.path + ": " + d.message + "; " + d.hint);
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

TEST(spec_printer, printed_specs_read_back) {
  for (const spec_file& f : spec_files("good")) {
    const crm::card_spec spec = crm::card_spec_from(f.text);
    const std::string printed = crm::to_spec_text(spec);
    EXPECT_EQ(crm::card_spec_from(printed), spec) << printed;
    EXPECT_NO_THROW(crm::test::make_all_cards(spec)) << f.name;
    EXPECT_EQ(crm::to_spec_text(crm::card_spec_from(printed)), printed);
    for (const int width : {1, 40, 1000}) {
      EXPECT_EQ(crm::card_spec_from(crm::to_spec_text(spec, width)), spec) << f.name;
    }
  }
}

TEST(spec_printer, changes_may_lead_to_defaults) {
  // Each of these is at its default in the base, and changed; found by the fuzzer.
  const std::string base = R"json({ "spec": "scorecard/1", "id": "d", "metrics": {
    "a": { "use": "csat", "min_n": 0, "exclude": [], "basis": "measured", "aspect": "unmarked",
           "shrink": { "method": "none" },
           "score": { "linear": { "floor": "50%", "target": "90%", "cap": 1 } } },
    "b": { "use": "nps", "score": { "linear": { "floor": 0, "target": 50 } } },
    "c": { "use": "aht.mean", "score": { "linear": { "floor": "9m", "target": "5m" } },
           "correct_by": { "metric": "e", "start": "1%", "full": "5%", "strength": 1 } },
    "e": { "use": "compliance_error_rate" } },
  "versions": [{ "from": "2024-01-01", "to": "2025-01-01",
    "groups": { "g": { "weight": 1, "aggregate": { "mean": "arithmetic" },
                       "of": { "a": 1, "b": 1, "c": 1 } } },
    "override": {}, "posts": { "p": { "not_applicable": [] } }, "bonus": [], "bands": [],
    "aggregate": { "leaf": { "mean": "arithmetic" }, "top": "arithmetic" },
    "missing": { "policy": "redistribute", "min_coverage": 0 },
    "veto": [{ "metric": "e", "above": "9%", "evidence": "point", "effect": "zero" }],
    "uncertainty": { "method": "none", "draws": 4000, "seed": 1, "level": 0.95 },
    "rank": { "ties": "ordinal", "keys": [], "min_coverage": 0 } },
   { "from": "2025-01-01", "base": "2024-01-01", "set": { CHANGE } }] })json";
  for (const char* change : {"\"metrics.a.min_n\": 5",
                             "\"metrics.a.exclude\": [\"x\"]",
                             "\"metrics.a.basis\": \"rated\"",
                             "\"metrics.a.aspect\": \"process\"",
                             "\"metrics.a.shrink\": {\"method\": \"beta_binomial\", "
                             "\"mean\": \"80%\", \"n\": 20}",
                             "\"metrics.a.score.linear.cap\": 1.5",
                             "\"metrics.c.correct_by.strength\": 0.5",
                             "\"override\": {\"team:x\": {\"g\": 2}}",
                             "\"posts.p.not_applicable\": [\"a\"]",
                             "\"groups.g.aggregate.mean\": \"minimum\"",
                             "\"aggregate.leaf.mean\": \"minimum\"",
                             "\"aggregate.top\": \"minimum\"",
                             "\"missing.min_coverage\": 0.5",
                             "\"veto[0].evidence\": {\"budget\": 1}",
                             "\"uncertainty.method\": \"delta\"",
                             "\"uncertainty.seed\": 2",
                             "\"rank.keys\": [\"a\"]",
                             "\"rank.min_coverage\": 0.5",
                             "\"bands\": [[\"A\", 0]]",
                             "\"bonus\": []"}) {
    std::string text = base;
    text.replace(text.find("CHANGE"), 6, change);
    const auto parsed = crm::parse_card_spec(text);
    std::string found;
    for (const crm::diagnostic& d : parsed.diagnostics) found += d.text() + "\n";
    ASSERT_TRUE(parsed.ok()) << change << "\n" << found;
    const auto again = crm::parse_card_spec(crm::to_spec_text(parsed.spec));
    found.clear();
    for (const crm::diagnostic& d : again.diagnostics) found += d.text() + "\n";
    EXPECT_TRUE(again.ok()) << change << "\n" << found;
    EXPECT_EQ(again.spec, parsed.spec) << change;
  }
}

// What is better is printed where it was said, and only there: a version may turn it round.
TEST(spec_printer, what_is_inferred_is_not_printed) {
  const std::string base = R"json({ "spec": "scorecard/1", "id": "d", "metrics": {
    "a": { "use": "aht.median", "score": { "target_range": { "zero_below": "1m", "full_from": "2m",
                                                 "full_to": "4m", "zero_above": "9m" } } },
    "b": { "use": "mean(x)", "score": { "linear": { "floor": 0, "target": 9 } } },
    "c": { "use": "mean(y)", "better": "higher",
           "score": { "linear": { "floor": 0, "target": 9 } } } },
  "versions": [{ "from": "2024-01-01", "to": "2025-01-01",
    "groups": { "g": { "weight": 1, "of": { "a": 1, "b": 1, "c": 1 } } } },
   { "from": "2025-01-01", "base": "2024-01-01", "set": { CHANGE } }] })json";
  for (const char* change :
       {"\"metrics.a.score\": {\"linear\": {\"floor\": \"9m\", \"target\": \"5m\"}}",
        "\"metrics.b.score\": {\"linear\": {\"floor\": 9, \"target\": 0}}",
        "\"metrics.b.score.linear\": {\"floor\": 9, \"target\": 0}",
        "\"metrics.a.use\": \"mean(z)\", \"metrics.a.score\": {\"linear\": {\"floor\": 9, "
        "\"target\": 0}}",
        "\"metrics.c.better\": \"lower\", \"metrics.c.score\": {\"linear\": {\"floor\": 9, "
        "\"target\": 0}}"}) {
    std::string text = base;
    text.replace(text.find("CHANGE"), 6, change);
    const crm::card_spec spec = crm::card_spec_from(text);
    EXPECT_EQ(crm::card_spec_from(crm::to_spec_text(spec)), spec) << change;
  }
}

TEST(spec_printer, a_short_spec_as_text) {
  for (const spec_file& f : spec_files("good")) {
    if (f.name != "fewest_keys") continue;
    EXPECT_EQ(crm::to_spec_text(crm::card_spec_from(f.text)),
              R"({
  "spec": "scorecard/1",
  "id": "small",
  "timezone": "UTC",
  "metrics": {
    "a": {"use": "csat", "score": {"linear": {"floor": "50%", "target": "90%"}}},
    "b": {"use": "nps", "score": {"linear": {"floor": "+0", "target": "+40"}}}
  },
  "versions": [{"from": "2025-01-01", "groups": {"all": {"weight": 1, "of": {"a": 1, "b": 1}}}}]
}
)");
  }
}

TEST(spec_printer, law_21_a_thousand_random_specs_read_back) {
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    const std::string text = random_spec(seed);
    const auto parsed = crm::parse_card_spec(text);
    std::string found;
    for (const crm::diagnostic& d : parsed.diagnostics) found += d.text() + "\n";
    ASSERT_TRUE(parsed.ok()) << found << text;
    const std::string printed = crm::to_spec_text(parsed.spec);
    ASSERT_EQ(crm::card_spec_from(printed), parsed.spec) << text << printed;
    // What is read without an error is a card, for each team and post.
    ASSERT_NO_THROW(crm::test::make_all_cards(parsed.spec)) << text;
  }
}

// Whatever metric gives a bonus or costs points, and whatever the spec says is better in it: what
// is read without an error is a card.
TEST(spec_printer, bonuses_of_every_metric_are_refused_by_the_parser_or_make_a_card) {
  std::size_t cards = 0;
  for (const crm::catalogue_entry& entry : crm::metric_catalogue::standard().entries()) {
    const bool window = entry.argument == crm::use_argument::span ||
                        entry.argument == crm::use_argument::optional_span;
    for (const char* better : {"", R"(, "better": "lower")", R"(, "better": "higher")"}) {
      for (const char* points : {"2", "-2"}) {
        const std::string text = R"({ "spec": "scorecard/1", "id": "s", "grain": "month",
  "metrics": { "nps": { "use": "nps", "score": { "linear": { "floor": 0, "target": 50 } } },
               "extra": { "use": ")" +
                                 std::string(entry.name) + (window ? "(7d)" : "") + "\"" + better +
                                 R"( } },
  "versions": [{ "from": "2025-01-01", "groups": { "all": { "weight": 1, "of": { "nps": 1 } } },
                 "bonus": [{ "event": "extra", "points": )" +
                                 points + R"(, "cap": 5 }] }] })";
        const auto parsed = crm::parse_card_spec(text);
        if (!parsed.ok()) continue;
        ++cards;
        EXPECT_NO_THROW(crm::test::make_all_cards(parsed.spec)) << text;
      }
    }
  }
  EXPECT_GT(cards, 40U);
}

TEST(spec_printer, law_21_problems_do_not_depend_on_the_order_of_keys) {
  std::size_t with_problems = 0;
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    dice d{seed + 100'000};
    json_value v = read(random_spec(seed));
    for (std::size_t i = 0; i != 1 + seed % 4; ++i) spoil(v, d);
    const std::string text = crm::to_json_text(v, 100);
    const auto before = problems(text);
    if (!before.empty()) ++with_problems;
    shuffle(v, d);
    const std::string shuffled = crm::to_json_text(v, 100);
    ASSERT_EQ(problems(shuffled), before) << seed << "\n" << text << "\n" << shuffled;
  }
  EXPECT_GE(with_problems, 900u);
}

TEST(spec_printer, problems_of_the_bad_files_in_any_order) {
  for (const spec_file& f : spec_files("bad")) {
    if (f.name.substr(0, 3) == "E00" || f.name == "E20_duplicate_key") continue;
    json_value v = read(f.text);
    const auto before = problems(crm::to_json_text(v));
    dice d{7};
    for (int i = 0; i != 20; ++i) {
      shuffle(v, d);
      ASSERT_EQ(problems(crm::to_json_text(v)), before) << f.name;
    }
  }
}
