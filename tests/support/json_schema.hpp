#pragma once

#include <crmetrics/runtime/json_value.hpp>

#include <cstddef>
#include <cstdlib>
#include <regex>
#include <string>
#include <vector>

namespace crmetrics::test {

/// As much of JSON Schema 2020-12 as the project's schema uses. A keyword that is not known here is
/// a failure, so that none is passed over in silence.
class json_schema {
 public:
  explicit json_schema(const json_value& root) : root_(root) {}

  /// What is wrong with the value; empty where nothing is.
  std::vector<std::string> errors(const json_value& v) const {
    std::vector<std::string> out;
    check(root_, v, "", out);
    return out;
  }

 private:
  using kind = json_value::kind;

  static double number(const json_value& v) { return std::strtod(v.text.c_str(), nullptr); }
  bool fits(const json_value& schema, const json_value& v) const {
    std::vector<std::string> out;
    check(schema, v, "", out);
    return out.empty();
  }
  static bool has_type(const std::string& type, const json_value& v) {
    if (type == "integer")
      return v.is(kind::number) &&
             number(v) == static_cast<double>(static_cast<long long>(number(v)));
    return (type == "object" && v.is(kind::object)) || (type == "array" && v.is(kind::array)) ||
           (type == "string" && v.is(kind::text)) || (type == "number" && v.is(kind::number)) ||
           (type == "null" && v.is(kind::null));
  }

  void check(const json_value& schema, const json_value& v, const std::string& path,
             std::vector<std::string>& out) const {
    const auto fail = [&](const std::string& what) { out.push_back(path + ": " + what); };
    const json_value* prefix = schema.find("prefixItems");
    for (std::size_t k = 0; k != schema.keys.size(); ++k) {
      const std::string& word = schema.keys[k];
      const json_value& rule = schema.items[k];
      const bool object = v.is(kind::object);
      const bool array = v.is(kind::array);
      if (word == "$schema" || word == "title" || word == "description" || word == "$defs") {
        continue;
      } else if (word == "$ref") {
        const std::string name = rule.text.substr(std::string("#/$defs/").size());
        const json_value* target = root_.find("$defs")->find(name);
        target == nullptr ? fail("no definition " + name) : check(*target, v, path, out);
      } else if (word == "type") {
        if (!has_type(rule.text, v)) fail("is no " + rule.text);
      } else if (word == "const") {
        if (!(v == rule)) fail("is not " + rule.text);
      } else if (word == "enum" || word == "anyOf" || word == "oneOf") {
        std::size_t n = 0;
        for (const json_value& one : rule.items)
          n += (word == "enum" ? v == one : fits(one, v)) ? 1u : 0u;
        if (word == "oneOf" ? n != 1 : n == 0) fail("none of " + word);
      } else if (word == "minimum") {
        if (v.is(kind::number) && number(v) < number(rule)) fail("too small");
      } else if (word == "exclusiveMinimum") {
        if (v.is(kind::number) && number(v) <= number(rule)) fail("too small");
      } else if (word == "maximum") {
        if (v.is(kind::number) && number(v) > number(rule)) fail("too large");
      } else if (word == "minLength") {
        if (v.is(kind::text) && v.text.empty()) fail("empty");
      } else if (word == "pattern") {
        if (v.is(kind::text) && !std::regex_search(v.text, std::regex(rule.text))) fail("pattern");
      } else if (word == "minItems" || word == "minProperties") {
        if ((word == "minItems" ? array : object) &&
            static_cast<double>(v.items.size()) < number(rule))
          fail("too few");
      } else if (word == "maxItems" || word == "maxProperties") {
        if ((word == "maxItems" ? array : object) &&
            static_cast<double>(v.items.size()) > number(rule))
          fail("too many");
      } else if (word == "required") {
        for (const json_value& key : rule.items) {
          if (object && v.find(key.text) == nullptr) fail("lacks " + key.text);
        }
      } else if (word == "properties" || word == "additionalProperties") {
        const json_value* known = schema.find("properties");
        for (std::size_t i = 0; object && i != v.keys.size(); ++i) {
          const json_value* own = known == nullptr ? nullptr : known->find(v.keys[i]);
          const std::string inner = path + "/" + v.keys[i];
          if (word == "properties") {
            if (own != nullptr) check(*own, v.items[i], inner, out);
          } else if (own == nullptr) {
            rule.is(kind::boolean) ? fail("unknown key " + v.keys[i])
                                   : check(rule, v.items[i], inner, out);
          }
        }
      } else if (word == "propertyNames") {
        for (std::size_t i = 0; object && i != v.keys.size(); ++i) {
          json_value name;
          name.type = kind::text;
          name.text = v.keys[i];
          check(rule, name, path + "/" + v.keys[i], out);
        }
      } else if (word == "prefixItems" || word == "items") {
        for (std::size_t i = 0; array && i != v.items.size(); ++i) {
          const bool first = prefix != nullptr && i < prefix->items.size();
          if (first != (word == "prefixItems")) continue;
          check(first ? prefix->items[i] : rule, v.items[i], path + "/" + std::to_string(i), out);
        }
      } else {
        fail("the test does not know the keyword " + word);
      }
    }
  }

  const json_value& root_;
};

}  // namespace crmetrics::test
