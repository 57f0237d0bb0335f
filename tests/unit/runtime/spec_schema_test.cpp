// schema/scorecard-1.schema.json against the parser: the same keys and words, and the same verdict
// on structure.
#include <crmetrics/runtime/detail/ahp_judgements.hpp>
#include <crmetrics/runtime/detail/spec_keys.hpp>
#include <crmetrics/runtime/spec_parser.hpp>
#include <crmetrics/runtime/spec_printer.hpp>

#include <support/json_schema.hpp>
#include <support/spec_files.hpp>

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace crm = crmetrics;
using crm::json_value;

namespace {

json_value read(const std::string& text) {
  crm::detail::diagnostic_sink sink;
  auto v = crm::detail::read_json(text, sink);
  EXPECT_TRUE(v);
  return v.value_or(json_value());
}
std::string file(const std::string& path) {
  std::ifstream in(std::string(CRMETRICS_SOURCE_DIR) + "/" + path);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}
const json_value& schema() {
  static const json_value all = read(file("schema/scorecard-1.schema.json"));
  return all;
}
const json_value& property(const std::string& object, const std::string& key) {
  return *schema().find("$defs")->find(object)->find("properties")->find(key);
}
// All words that the definition allows, in whatever alternative.
void words_of(const json_value& v, std::set<std::string>& out) {
  if (const json_value* e = v.find("enum")) {
    for (const json_value& word : e->items) out.insert(word.text);
  }
  if (const json_value* any = v.find("anyOf")) {
    for (const json_value& one : any->items) words_of(one, out);
  }
}
void expect_words(const std::string& object, const std::string& key,
                  std::span<const std::string_view> words) {
  std::set<std::string> found;
  words_of(property(object, key), found);
  EXPECT_EQ(found, std::set<std::string>(words.begin(), words.end())) << object << "." << key;
}
std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& l : lines) out += l + "\n";
  return out;
}

}  // namespace

TEST(spec_schema, has_the_keys_of_the_parser) {
  for (const crm::detail::spec_object& object : crm::detail::spec_objects) {
    const json_value* def = schema().find("$defs")->find(object.name);
    ASSERT_NE(def, nullptr) << object.name;
    const auto& keys = def->find("properties")->keys;
    EXPECT_EQ(std::set<std::string>(keys.begin(), keys.end()),
              std::set<std::string>(object.keys.begin(), object.keys.end()))
        << object.name;
    EXPECT_EQ(def->find("additionalProperties")->text, "false") << object.name;
  }
}

TEST(spec_schema, has_the_words_of_the_parser) {
  namespace words = crm::detail::words;
  expect_words("metric", "better", std::span(words::better).subspan(1));
  expect_words("spec", "grain", words::grain);
  expect_words("metric", "basis", words::basis);
  expect_words("metric", "aspect", words::aspect);
  expect_words("shrink", "method", words::shrink);
  expect_words("mean", "mean", words::mean);
  expect_words("version", "missing", words::missing);
  expect_words("missing", "policy", words::missing);
  expect_words("version", "uncertainty", words::uncertainty);
  expect_words("uncertainty", "method", words::uncertainty);
  expect_words("rank", "ties", words::ties);
  expect_words("ahp", "random_index", crm::detail::random_index_words);
}

TEST(spec_schema, pages_name_every_key_and_every_code) {
  const std::string grammar = file("docs/runtime/spec.md");
  for (const crm::detail::spec_object& object : crm::detail::spec_objects) {
    for (const std::string_view key : object.keys) {
      const bool named = grammar.find("`" + std::string(key) + "`") != std::string::npos ||
                         grammar.find("\"" + std::string(key) + "\"") != std::string::npos;
      EXPECT_TRUE(named) << object.name << "." << key;
    }
  }
  const std::string errors = file("docs/runtime/errors.md");
  for (const crm::diagnostic_code& c : crm::diagnostic_codes) {
    const std::string row = "| " + std::string(c.code) + " | " + std::string(c.meaning) + " |";
    EXPECT_NE(errors.find(row), std::string::npos) << row;
  }
}

TEST(spec_schema, takes_every_good_spec) {
  const crm::test::json_schema check(schema());
  for (const auto& f : crm::test::spec_files("good")) {
    const auto found = check.errors(read(f.text));
    EXPECT_TRUE(found.empty()) << f.name << "\n" << joined(found);
    const auto printed = check.errors(crm::to_json(crm::card_spec_from(f.text)));
    EXPECT_TRUE(printed.empty()) << f.name << ", printed\n" << joined(printed);
  }
}

TEST(spec_schema, refuses_what_is_wrong_in_structure) {
  const crm::test::json_schema check(schema());
  for (const auto& f : crm::test::spec_files("bad")) {
    const std::string code = f.name.substr(0, 3);
    if (code == "E00") continue;
    const bool refused = !check.errors(read(f.text)).empty();
    if (code == "E01" || code == "E22" || code == "E23" || code == "E26" || code == "E27") {
      EXPECT_TRUE(refused) << f.name;
    }
    // What is only a warning is no fault of structure.
    if (code[0] == 'W') {
      EXPECT_FALSE(refused) << f.name;
    }
  }
}
