#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crmetrics {

/// A piece of a spec file: numbers keep their text (so no digit is lost), objects keep the order of
/// their keys and duplicates, and each piece knows where it stood.
struct json_value {
  enum class kind : std::uint8_t { null, boolean, number, text, array, object };

  kind type = kind::null;
  std::string text;               ///< of a text its characters, of a number or a boolean its digits
  std::vector<json_value> items;  ///< of an array; the values of an object
  std::vector<std::string> keys;  ///< of an object, beside items
  std::vector<std::size_t> key_begins;  ///< offsets of the keys in the file; may be empty
  std::size_t begin = 0;                ///< offset of the first character in the file
  std::size_t end = 0;                  ///< one past the last

  static json_value null() { return {}; }
  static json_value of(std::string_view text) {
    json_value v;
    v.type = kind::text, v.text = text;
    return v;
  }
  // A plain bool parameter would take string literals.
  template <std::same_as<bool> Bool>
  static json_value of(Bool yes) {
    json_value v;
    v.type = kind::boolean, v.text = yes ? "true" : "false";
    return v;
  }
  static json_value number(std::string digits) {
    json_value v;
    v.type = kind::number, v.text = std::move(digits);
    return v;
  }
  static json_value array() {
    json_value v;
    v.type = kind::array;
    return v;
  }
  static json_value object() {
    json_value v;
    v.type = kind::object;
    return v;
  }

  bool is(kind k) const noexcept { return type == k; }
  /// Appends to an array.
  void push(json_value item) { items.push_back(std::move(item)); }
  /// Appends to an object, whatever is there already.
  json_value& put(std::string key, json_value value) {
    keys.push_back(std::move(key));
    items.push_back(std::move(value));
    return items.back();
  }
  /// The first value of a key; nullptr where there is none or this is no object.
  const json_value* find(std::string_view key) const noexcept {
    for (std::size_t i = 0; i != keys.size(); ++i) {
      if (keys[i] == key) return &items[i];
    }
    return nullptr;
  }
  json_value* find(std::string_view key) noexcept {
    return const_cast<json_value*>(std::as_const(*this).find(key));
  }

  /// Content only; where it stood does not matter.
  friend bool operator==(const json_value& a, const json_value& b) {
    return a.type == b.type && a.text == b.text && a.keys == b.keys && a.items == b.items;
  }
};

namespace detail {

inline void append_quoted(std::string& out, std::string_view text) {
  constexpr std::string_view hex = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\', out += c;
    } else if (byte < 0x20) {
      out += "\\u00", out += hex[byte >> 4], out += hex[byte & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

inline void append_json(std::string& out, const json_value& v, int indent, int width) {
  using kind = json_value::kind;
  if (v.is(kind::text)) return append_quoted(out, v.text);
  if (v.is(kind::null)) return void(out += "null");
  if (v.is(kind::number) || v.is(kind::boolean)) return void(out += v.text);
  const auto write = [&](int inner) {
    const bool object = v.is(kind::object);
    const auto new_line = [&](int depth) {
      if (inner < 0) return;
      out += '\n';
      out.append(static_cast<std::size_t>(2 * depth), ' ');
    };
    out += object ? '{' : '[';
    for (std::size_t i = 0; i != v.items.size(); ++i) {
      if (i != 0) out += inner < 0 ? ", " : ",";
      new_line(inner + 1);
      if (object) append_quoted(out, v.keys[i]), out += ": ";
      append_json(out, v.items[i], inner < 0 ? -1 : inner + 1, width);
    }
    if (!v.items.empty()) new_line(inner);
    out += object ? '}' : ']';
  };
  if (indent < 0) return write(-1);
  // What fits on a line stands on one.
  const std::size_t start = out.size();
  write(-1);
  const std::size_t line = out.rfind('\n') + 1;                   // 0 where there is none
  if (out.size() - line + 1 > static_cast<std::size_t>(width)) {  // a comma may follow
    out.resize(start);
    write(indent);
  }
}

}  // namespace detail

/// The value as JSON text; on one line, or broken where a line would be longer than `width`.
inline std::string to_json_text(const json_value& v) {
  std::string out;
  detail::append_json(out, v, -1, 0);
  return out;
}
inline std::string to_json_text(const json_value& v, int width) {
  std::string out;
  detail::append_json(out, v, 0, width);
  return out;
}

}  // namespace crmetrics
