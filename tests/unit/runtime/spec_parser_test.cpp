// The files of tests/specs: each bad one gives what it says it gives and nothing else.
#include <crmetrics/runtime/spec_parser.hpp>

#include <support/spec_files.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace crm = crmetrics;
using crm::test::spec_file;
using crm::test::spec_files;

namespace {

// `CODE path`, and the hint where the file names one for that place.
std::vector<std::string> found_in(const spec_file& f, const crm::parsed_spec& parsed) {
  std::vector<std::string> out;
  for (const crm::diagnostic& d : parsed.diagnostics) {
    std::string line = std::string(d.code) + " " + d.path;
    for (const std::string& e : f.expected) {
      if (e.compare(0, line.size() + 3, line + " | ") == 0) {
        line += " | " + d.hint;
        break;
      }
    }
    out.push_back(std::move(line));
  }
  std::sort(out.begin(), out.end());
  return out;
}
std::vector<std::string> sorted(std::vector<std::string> v) {
  std::sort(v.begin(), v.end());
  return v;
}
std::string all_of(const crm::parsed_spec& parsed) {
  std::string out;
  for (const crm::diagnostic& d : parsed.diagnostics) out += d.text() + "\n";
  return out;
}
const spec_file& file_named(const std::vector<spec_file>& files, const std::string& name) {
  return *std::find_if(files.begin(), files.end(),
                       [&](const spec_file& f) { return f.name == name; });
}

}  // namespace

TEST(spec_parser, bad_files_give_what_they_say) {
  const auto files = spec_files("bad");
  ASSERT_GE(files.size(), 40u);
  for (const spec_file& f : files) {
    const auto parsed = crm::parse_card_spec(f.text);
    EXPECT_EQ(found_in(f, parsed), sorted(f.expected)) << f.name << "\n" << all_of(parsed);
    ASSERT_FALSE(f.expected.empty()) << f.name;
    for (const crm::diagnostic& d : parsed.diagnostics) {
      EXPECT_GE(d.line, 1u) << f.name;
      EXPECT_GE(d.column, 1u) << f.name;
      EXPECT_FALSE(d.message.empty()) << f.name;
    }
  }
}

TEST(spec_parser, good_files_have_no_errors) {
  const auto files = spec_files("good");
  ASSERT_GE(files.size(), 5u);
  for (const spec_file& f : files) {
    const auto parsed = crm::parse_card_spec(f.text);
    EXPECT_TRUE(parsed.ok()) << f.name << "\n" << all_of(parsed);
    EXPECT_EQ(found_in(f, parsed), sorted(f.expected)) << f.name << "\n" << all_of(parsed);
  }
}

TEST(spec_parser, every_code_has_a_failing_file) {
  // These need results, not only the file: result_checks_test.cpp.
  std::set<std::string> missing = {"W02", "W09", "W10", "W11", "W12", "W13", "W14"};
  std::set<std::string> seen;
  for (const spec_file& f : spec_files("bad")) {
    for (const std::string& e : f.expected) seen.insert(e.substr(0, 3));
  }
  for (const crm::diagnostic_code& c : crm::diagnostic_codes) {
    EXPECT_NE(seen.contains(std::string(c.code)), missing.contains(std::string(c.code))) << c.code;
  }
}

TEST(spec_parser, five_errors_are_five) {
  const auto files = spec_files("bad");
  const auto parsed = crm::parse_card_spec(file_named(files, "five_errors").text);
  EXPECT_EQ(parsed.diagnostics.size(), 5u);
  EXPECT_FALSE(parsed.ok());
  try {
    crm::card_spec_from(file_named(files, "five_errors").text);
    FAIL();
  } catch (const crm::bad_spec& e) {
    EXPECT_EQ(e.diagnostics(), parsed.diagnostics);
    EXPECT_EQ(e.problems().total(), 5u);
    EXPECT_NE(std::string(e.what()).find("did you mean \"min_n\"?"), std::string::npos) << e.what();
  }
}

TEST(spec_parser, places_are_lines_and_characters) {
  // The umlaut is two bytes and one character.
  const auto parsed = crm::parse_card_spec(
      "{ \"spec\": \"scorecard/1\",\n  \"id\": \"\xc3\xbc\", \"metricz\": {},\n"
      "  \"metrics\": {}, \"versions\": [] }");
  ASSERT_EQ(parsed.diagnostics.size(), 2u) << all_of(parsed);
  EXPECT_EQ(parsed.diagnostics[0].text(),
            "E01 metricz (line 2, column 14): \"metricz\": unknown key; did you mean \"metrics\"?");
  EXPECT_EQ(parsed.diagnostics[1].text(),
            "E24 versions (line 3, column 30): []: must have at least one version");
}

TEST(spec_parser, the_service_card_is_read) {
  const auto files = spec_files("good");
  const crm::card_spec spec = crm::card_spec_from(file_named(files, "service_staff").text);
  EXPECT_EQ(spec.id, "service-staff");
  EXPECT_EQ(spec.timezone, "UTC");
  EXPECT_EQ(spec.grain, "month");
  ASSERT_EQ(spec.metrics.size(), 9u);
  EXPECT_EQ(spec.metrics[0].id, "csat");
  const crm::metric_spec& aht = spec.metrics[3];
  EXPECT_EQ(aht.id, "aht");
  const auto& line = std::get<crm::linear_spec>(aht.score);
  EXPECT_EQ(line.floor.value(), 600);
  EXPECT_EQ(line.target.value(), 400);
  ASSERT_TRUE(aht.correct_by);
  EXPECT_EQ(aht.correct_by->start.value(), 0.08);
  EXPECT_EQ(aht.correct_by->strength, (crm::decimal{5, 1}));
  EXPECT_EQ(std::get<crm::linear_spec>(spec.metrics[1].score).target.value(), 0.5);  // NPS 50
  ASSERT_EQ(spec.versions.size(), 2u);
  const crm::card_rules& first = spec.versions[0].rules;
  const crm::card_rules& second = spec.versions[1].rules;
  EXPECT_EQ(spec.versions[0].to, (crm::date{2025, 4, 1}));
  EXPECT_FALSE(spec.versions[1].to);
  EXPECT_EQ(first.groups[0].weight, (crm::decimal{40, 0}));
  EXPECT_EQ(second.groups[0].weight, (crm::decimal{35, 0}));
  EXPECT_EQ(second.groups[3].weight, (crm::decimal{15, 0}));
  EXPECT_EQ(second.groups[1].of[0].weight, (crm::decimal{60, 0}));
  EXPECT_EQ(second.groups[1].perspective, "process");  // not changed
  EXPECT_EQ(second.vetoes, first.vetoes);
  EXPECT_EQ(first.vetoes[0].threshold.value(), 0.005);
  EXPECT_EQ(first.overrides[0].who, "team:key-accounts");
  EXPECT_EQ(first.bands.size(), 5u);
}

TEST(spec_parser, a_version_may_change_a_metric) {
  const auto files = spec_files("good");
  const crm::card_spec spec = crm::card_spec_from(file_named(files, "every_key").text);
  const auto target = [&](const crm::card_rules& rules) {
    return std::get<crm::linear_spec>(rules.metric("lin")->score).target.text();
  };
  EXPECT_EQ(target(spec.versions[0].rules), "90.5%");
  EXPECT_EQ(target(spec.versions[1].rules), "91%");
  EXPECT_EQ(spec.versions[1].rules.bands[1].from, (crm::decimal{55, 0}));
  EXPECT_EQ(spec.versions[1].rules.groups[0].perspective, "people");
  EXPECT_EQ(spec.versions[1].rules.vetoes[0].threshold.text(), "1%");
}

TEST(spec_parser, a_fault_of_the_base_is_told_once) {
  const auto files = spec_files("bad");
  std::string text = file_named(files, "E08_bands_overlap").text;
  EXPECT_EQ(crm::parse_card_spec(text).diagnostics.size(), 1u);
  // One that only the change makes is told with its version.
  text = file_named(spec_files("good"), "plain").text;
  const std::string was = "\"groups.voice.weight\": 55";
  text.replace(text.find(was), was.size(), "\"groups.voice.of\": { \"csat\": 1 }");
  const auto parsed = crm::parse_card_spec(text);
  ASSERT_EQ(parsed.diagnostics.size(), 1u) << all_of(parsed);
  EXPECT_EQ(parsed.diagnostics[0].code, "W06");
  EXPECT_EQ(parsed.diagnostics[0].path, "versions[1].set[\"groups.voice.of\"].csat");
  EXPECT_NE(parsed.diagnostics[0].message.find("(version from 2025-04-01)"), std::string::npos);
}

TEST(spec_parser, texts_that_are_no_spec) {
  for (const char* text : {"", "   ", "[", "{\"a\":}", "nul", "{} {}", "\xff", "{\"a\": \"\xff\"}",
                           "// only a comment", "{\"a\": 01}", "\"open"}) {
    const auto parsed = crm::parse_card_spec(text);
    ASSERT_EQ(parsed.diagnostics.size(), 1u) << text;
    EXPECT_EQ(parsed.diagnostics[0].code, "E00") << text;
  }
  for (const char* text : {"[]", "1", "null", "\"spec\""}) {
    const auto parsed = crm::parse_card_spec(text);
    ASSERT_EQ(parsed.diagnostics.size(), 1u) << text;
    EXPECT_EQ(parsed.diagnostics[0].code, "E23") << text;
  }
  EXPECT_EQ(crm::parse_card_spec(std::string(100'000, '[')).diagnostics[0].code, "E00");
  EXPECT_EQ(crm::parse_card_spec("{}").diagnostics.size(), 4u);  // spec, id, metrics, versions
}

TEST(spec_parser, windows_are_whole_microseconds_that_can_be_counted) {
  // Found by the fuzzer: 110 million days are parsed, and no card can have them.
  const std::string text = file_named(spec_files("good"), "plain").text;
  for (const char* window : {"11E7d", "0.0000001s"}) {
    std::string bad = text;
    bad.replace(bad.find("repeat_contact(7d)"), 18, "repeat_contact(" + std::string(window) + ")");
    const auto parsed = crm::parse_card_spec(bad);
    ASSERT_EQ(parsed.diagnostics.size(), 1u) << all_of(parsed);
    EXPECT_EQ(parsed.diagnostics[0].code, "E02");
  }
}

TEST(spec_parser, a_mark_of_utf_8_is_taken) {
  const auto files = spec_files("good");
  const std::string& text = file_named(files, "plain").text;
  EXPECT_EQ(crm::card_spec_from("\xef\xbb\xbf" + text), crm::card_spec_from(text));
}

TEST(spec_parser, own_metrics_come_from_a_catalogue) {
  const std::string text =
      R"({ "spec": "scorecard/1", "id": "own", "metrics": {
           "a": { "use": "smiles", "score": { "linear": { "floor": 0, "target": 10 } } },
           "b": { "use": "csat", "score": { "linear": { "floor": 0, "target": 1 } } } },
         "versions": [{ "from": "2025-01-01",
                        "groups": { "g": { "weight": 1, "of": { "a": 1, "b": 1 } } } }] })";
  const auto unknown = crm::parse_card_spec(text);
  ASSERT_EQ(unknown.diagnostics.size(), 1u) << all_of(unknown);
  EXPECT_EQ(unknown.diagnostics[0].code, "E02");
  crm::metric_catalogue mine = crm::metric_catalogue::standard();
  mine.add({"smiles",
            crm::unit::number,
            crm::direction::higher_is_better,
            crm::use_argument::none,
            {"smiles"}});
  EXPECT_TRUE(crm::parse_card_spec(text, mine).diagnostics.empty());
  // A metric that is derived from itself.
  crm::metric_catalogue round = mine;
  round.add({"smiles",
             crm::unit::number,
             crm::direction::higher_is_better,
             crm::use_argument::none,
             {},
             true,
             false,
             {},
             {},
             {"laughs"}});
  round.add({"laughs",
             crm::unit::number,
             crm::direction::higher_is_better,
             crm::use_argument::none,
             {},
             true,
             false,
             {},
             {},
             {"smiles"}});
  const auto cycle = crm::parse_card_spec(text, round);
  ASSERT_EQ(cycle.diagnostics.size(), 1u) << all_of(cycle);
  EXPECT_EQ(cycle.diagnostics[0].code, "E14");
  EXPECT_EQ(cycle.diagnostics[0].path, "metrics.a.use");
}
