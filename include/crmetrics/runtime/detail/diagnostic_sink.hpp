#pragma once

#include <crmetrics/runtime/diagnostic.hpp>
#include <crmetrics/runtime/json_value.hpp>

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace crmetrics::detail {

/// One segment of a path as people write it: .floor, ["groups.x.weight"].
inline void append_segment(std::string& path, std::string_view key) {
  if (key.empty() || key.find_first_of(".[]\" \t\n") != std::string_view::npos) {
    path += '[';
    append_quoted(path, key);
    path += ']';
  } else {
    if (!path.empty()) path += '.';
    path += key;
  }
}

/// Collects problems by their offset in the file; path, line and column are found at the end, for
/// those few that are there. A piece that several versions share is reported once.
class diagnostic_sink {
 public:
  /// Problems found from here on belong to a version that takes pieces from another one.
  void set_label(std::string label) { label_ = std::move(label); }

  void add(std::string_view code, std::size_t offset, std::string message, std::string hint = {},
           std::string child = {}) {
    if (!seen_.emplace(code, offset, message + child).second) return;
    found_.push_back(
        {code, offset, std::move(message) + label_, std::move(hint), std::move(child)});
  }
  void add(std::string_view code, const json_value& at, std::string message, std::string hint = {},
           std::string child = {}) {
    add(code, at.begin, std::move(message), std::move(hint), std::move(child));
  }
  /// Whether there is one of this code, or of a code that begins so.
  bool has(std::string_view code) const noexcept {
    return std::any_of(found_.begin(), found_.end(),
                       [code](const finding& f) { return f.code.substr(0, code.size()) == code; });
  }

  /// In the order of the file.
  std::vector<diagnostic> finish(std::string_view text, const json_value& root) const {
    std::vector<diagnostic> out;
    out.reserve(found_.size());
    std::vector<std::size_t> lines = {0};
    if (!found_.empty()) {
      for (std::size_t i = 0; i != text.size(); ++i) {
        if (text[i] == '\n') lines.push_back(i + 1);
      }
    }
    for (const finding& f : found_) {
      diagnostic d;
      d.code = f.code, d.message = f.message, d.hint = f.hint;
      locate(root, f, text, d);
      const auto line = std::upper_bound(lines.begin(), lines.end(), f.offset) - 1;
      d.line = static_cast<std::size_t>(line - lines.begin()) + 1;
      d.column = 1;
      for (std::size_t i = *line; i < f.offset && i < text.size(); ++i) {
        if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80) ++d.column;  // UTF-8
      }
      out.push_back(std::move(d));
    }
    std::sort(out.begin(), out.end(), [](const diagnostic& a, const diagnostic& b) {
      return std::tie(a.line, a.column, a.code, a.path, a.message) <
             std::tie(b.line, b.column, b.code, b.path, b.message);
    });
    return out;
  }

 private:
  struct finding {
    std::string_view code;
    std::size_t offset;
    std::string message;
    std::string hint;
    std::string child;  ///< of what is missing below the offset
  };

  static std::string shortened(std::string_view raw) {
    constexpr std::size_t limit = 60;
    std::string out;
    bool blank = false;
    for (const char c : raw) {
      const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
      if (space && blank) continue;
      blank = space;
      out += space ? ' ' : c;
      if (out.size() > limit) break;
    }
    if (out.size() > limit) {
      out.resize(limit - 3);
      while (!out.empty() && (static_cast<unsigned char>(out.back()) & 0x80) != 0) out.pop_back();
      out += "...";
    }
    return out;
  }

  static void locate(const json_value& root, const finding& f, std::string_view text,
                     diagnostic& d) {
    const json_value* at = &root;
    while (at->begin != f.offset) {
      const bool object = at->is(json_value::kind::object);
      if (!object && !at->is(json_value::kind::array)) break;
      const auto begin_of = [&](const json_value& item) {
        const auto i = static_cast<std::size_t>(&item - at->items.data());
        return object ? at->key_begins[i] : item.begin;
      };
      // The last item that begins at or before the offset.
      const auto after =
          std::partition_point(at->items.begin(), at->items.end(),
                               [&](const json_value& item) { return begin_of(item) <= f.offset; });
      if (after == at->items.begin()) break;
      const json_value& item = *(after - 1);
      const auto index = static_cast<std::size_t>(&item - at->items.data());
      if (f.offset >= item.end) break;
      if (object) {
        append_segment(d.path, at->keys[index]);
        if (at->key_begins[index] == f.offset) {
          append_quoted(d.value, at->keys[index]);
          return;
        }
      } else {
        d.path += "[" + std::to_string(index) + "]";
      }
      at = &item;
    }
    if (!f.child.empty()) {
      append_segment(d.path, f.child);
    } else if (at->begin == f.offset && at->end <= text.size()) {
      d.value = shortened(text.substr(at->begin, at->end - at->begin));
    }
  }

  std::vector<finding> found_;
  std::set<std::tuple<std::string_view, std::size_t, std::string>> seen_;
  std::string label_;
};

}  // namespace crmetrics::detail
