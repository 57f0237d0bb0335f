#pragma once

#include <crmetrics/runtime/detail/diagnostic_sink.hpp>
#include <crmetrics/runtime/json_value.hpp>
#include <crmetrics/runtime/quantity.hpp>

#include <boost/json/basic_parser_impl.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crmetrics::detail {

/// Takes the events of Boost.JSON's parser and builds json_values of them: with the text of
/// numbers, with duplicate keys, and with the place of each. The events tell no places; they come
/// in the order of the text, so a cursor that steps from token to token beside them knows.
class json_handler {
 public:
  using code = boost::json::error_code;
  using view = boost::json::string_view;
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);

  json_handler(std::string_view text, diagnostic_sink& sink) : text_(text), sink_(sink) {}

  json_value take() { return std::move(root_); }

  bool on_document_begin(code&) { return true; }
  bool on_document_end(code&) { return true; }
  bool on_array_begin(code&) { return open(json_value::kind::array); }
  bool on_array_end(std::size_t, code&) { return close(); }
  bool on_object_begin(code&) { return open(json_value::kind::object); }
  bool on_object_end(std::size_t, code&) {
    report_duplicates(open_.back());
    return close();
  }
  bool on_string_part(view s, std::size_t, code&) { return add_part(s); }
  bool on_string(view s, std::size_t, code&) {
    add_part(s);
    json_value v = token(json_value::kind::text, end_of_string());
    v.text = std::exchange(part_, {});
    return give(std::move(v));
  }
  bool on_key_part(view s, std::size_t, code&) { return add_part(s); }
  bool on_key(view s, std::size_t, code&) {
    add_part(s);
    skip_to_token();
    const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20; };
    if (std::any_of(part_.begin(), part_.end(), control)) {
      sink_.add("E23", at_, "the name holds a control character");
    }
    json_value& parent = open_.back();
    parent.keys.push_back(std::exchange(part_, {}));
    parent.key_begins.push_back(at_);
    at_ = end_of_string();
    return true;
  }
  bool on_number_part(view, code&) { return true; }
  bool on_int64(std::int64_t, view, code&) { return on_number(); }
  bool on_uint64(std::uint64_t, view, code&) { return on_number(); }
  bool on_double(double, view, code&) { return on_number(); }
  bool on_bool(bool yes, code&) {
    skip_to_token();
    json_value v = token(json_value::kind::boolean, at_ + (yes ? 4 : 5));
    v.text = yes ? "true" : "false";
    return give(std::move(v));
  }
  bool on_null(code&) {
    skip_to_token();
    return give(token(json_value::kind::null, at_ + 4));
  }
  bool on_comment_part(view, code&) { return true; }
  bool on_comment(view, code&) { return true; }

 private:
  void skip_to_token() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '/' && at_ + 1 < text_.size()) {
        const bool line = text_[at_ + 1] == '/';
        const std::size_t end = line ? text_.find('\n', at_) : text_.find("*/", at_ + 2);
        at_ = end == std::string_view::npos ? text_.size() : end + (line ? 1 : 2);
      } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',' || c == ':') {
        ++at_;
      } else {
        return;
      }
    }
  }
  std::size_t end_of_string() {
    skip_to_token();
    std::size_t i = at_ + 1;
    while (i < text_.size() && text_[i] != '"') i += text_[i] == '\\' ? 2u : 1u;
    return i + 1;
  }
  json_value token(json_value::kind kind, std::size_t end) {
    json_value v;
    v.type = kind, v.begin = at_, v.end = (std::min)(end, text_.size());
    at_ = v.end;
    return v;
  }
  bool add_part(view s) {
    part_.append(s.data(), s.size());
    return true;
  }
  bool on_number() {
    skip_to_token();
    const std::size_t end = text_.find_first_not_of("+-.0123456789eE", at_);
    json_value v = token(json_value::kind::number, (std::min)(end, text_.size()));
    v.text = text_.substr(v.begin, v.end - v.begin);
    if (!decimal_from(v.text).value) {
      sink_.add("E25", v, "the number cannot be kept exactly",
                "at most 15 digits, and 15 places after the point");
    }
    return give(std::move(v));
  }
  bool open(json_value::kind kind) {
    skip_to_token();
    open_.push_back(token(kind, at_ + 1));
    return true;
  }
  bool close() {
    skip_to_token();
    json_value v = std::move(open_.back());
    open_.pop_back();
    v.end = ++at_;
    return give(std::move(v));
  }
  bool give(json_value v) {
    (open_.empty() ? root_ : open_.back().items.emplace_back()) = std::move(v);
    return true;
  }
  void report_duplicates(const json_value& object) {
    std::vector<std::size_t> order(object.keys.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      const int way = object.keys[a].compare(object.keys[b]);
      return way != 0 ? way < 0 : a < b;
    });
    for (std::size_t i = 1; i < order.size(); ++i) {
      if (object.keys[order[i]] != object.keys[order[i - 1]]) continue;
      sink_.add("E20", object.key_begins[order[i]], "the key stands twice in one object",
                "keep one of them");
    }
  }

  std::string_view text_;
  diagnostic_sink& sink_;
  std::size_t at_ = 0;
  std::string part_;
  std::vector<json_value> open_;
  json_value root_;
};

/// Reads JSON with comments. None where the text is not JSON (E00).
inline std::optional<json_value> read_json(std::string_view text, diagnostic_sink& sink) {
  const bool marked = text.substr(0, 3) == "\xef\xbb\xbf";  // a byte order mark of UTF-8
  const std::size_t skipped = marked ? 3 : 0;
  boost::json::parse_options options;
  options.allow_comments = true;
  options.max_depth = 64;
  std::string blanked;
  if (marked) {
    blanked = "   " + std::string(text.substr(3));
    text = blanked;
  }
  boost::json::basic_parser<json_handler> parser(options, text, sink);
  boost::json::error_code failure;
  const std::size_t read = parser.write_some(false, text.data(), text.size(), failure);
  if (failure) {
    std::string hint;
    const std::size_t before = read == 0 ? 0 : text.find_last_not_of(" \t\r\n", read - 1);
    if (before < text.size() && text[before] == ',') hint = "no comma after the last item";
    sink.add("E00", (std::max)(read, skipped), "not JSON: " + failure.message(), std::move(hint));
    return std::nullopt;
  }
  if (read != text.size()) {
    sink.add("E00", read, "not JSON: text after the end");
    return std::nullopt;
  }
  return parser.handler().take();
}

}  // namespace crmetrics::detail
