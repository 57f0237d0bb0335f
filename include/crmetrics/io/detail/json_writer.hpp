#pragma once

#include <crmetrics/core/estimate.hpp>
#include <crmetrics/core/interval.hpp>
#include <crmetrics/detail/math.hpp>

#include <charconv>
#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace crmetrics::detail {

/// Writes JSON (RFC 8259) from the left to the right. Doubles in the fewest digits that read back
/// as the same double; what is not finite, and what there is not, is null.
class json_writer {
 public:
  void begin_object() { open('{'); }
  void end_object() { close('}'); }
  void begin_array() { open('['); }
  void end_array() { close(']'); }

  void key(std::string_view name) {
    value(name);
    out_ += ':';
    comma_ = false;
  }
  void value(std::string_view text) {
    separate();
    out_ += '"';
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      if (c == '"' || c == '\\') {
        out_ += '\\';
        out_ += c;
      } else if (byte < 0x20) {
        constexpr std::string_view digits = "0123456789abcdef";
        out_ += "\\u00";
        out_ += digits[byte >> 4U];
        out_ += digits[byte & 15U];
      } else {
        out_ += c;
      }
    }
    out_ += '"';
  }
  void value(const char* text) { value(std::string_view(text)); }
  void value(std::same_as<bool> auto yes) {
    separate();
    out_ += yes ? "true" : "false";
  }
  void value(double x) {
    separate();
    if (!is_finite(x)) {
      out_ += "null";
      return;
    }
    number(x);
  }
  template <std::integral T>
    requires(!std::same_as<T, bool>)
  void value(T x) {
    separate();
    number(x);
  }
  /// A value that is JSON text already.
  void document(std::string_view text) {
    separate();
    out_ += text;
  }
  void null() {
    separate();
    out_ += "null";
  }
  template <class T>
  void value(const std::optional<T>& x) {
    if (x) {
      value(*x);
    } else {
      null();
    }
  }

  template <class T>
  void member(std::string_view name, const T& x) {
    key(name);
    value(x);
  }
  /// null for an empty text.
  void member_or_null(std::string_view name, std::string_view text) {
    key(name);
    if (text.empty()) {
      null();
    } else {
      value(text);
    }
  }
  /// Of a range, each element written by `write(element)`.
  template <class Range, class F>
  void array(std::string_view name, const Range& range, const F& write) {
    key(name);
    begin_array();
    for (const auto& element : range) write(element);
    end_array();
  }

  std::string text() && { return std::move(out_); }

 private:
  void separate() {
    if (comma_) out_ += ',';
    comma_ = true;
  }
  void open(char bracket) {
    separate();
    out_ += bracket;
    comma_ = false;
  }
  void close(char bracket) {
    out_ += bracket;
    comma_ = true;
  }
  template <class T>
  void number(T x) {
    char text[40];
    out_.append(text, std::to_chars(text, text + sizeof text, x).ptr);
  }

  std::string out_;
  bool comma_ = false;
};

inline void write_exclusions(json_writer& json, const exclusions& excluded) {
  json.array("excluded", excluded, [&](const exclusions::entry& e) {
    json.begin_object();
    json.member("cause", e.cause.view());
    json.member("count", e.count);
    json.end_object();
  });
}

inline void write_interval(json_writer& json, const std::optional<interval>& i,
                           std::string_view name = "interval") {
  json.key(name);
  if (!i) return json.null();
  json.begin_object();
  json.member("low", i->low);
  json.member("high", i->high);
  json.end_object();
}

/// Every member of an estimate; null where it has no value.
inline void write_estimate(json_writer& json, std::string_view name, const estimate& e) {
  json.key(name);
  json.begin_object();
  json.member("name", e.name());
  json.member("convention", e.convention());
  json.member("unit", to_string(e.unit()));
  json.member("direction", to_string(e.direction()));
  json.member("status", to_string(e.status()));
  json.member("value", e.value_or(quiet_nan()));
  json.member("standard_error", e.standard_error());
  write_interval(json, e.interval());
  json.member("method", e.method());
  json.member("level", e.level().value());
  json.member("n", e.n());
  json.member("effective_n", e.effective_n());
  json.key("exact");
  if (e.exact().known()) {
    json.begin_object();
    json.member("numerator", e.exact().numerator);
    json.member("denominator", e.exact().denominator);
    json.end_object();
  } else {
    json.null();
  }
  json.member("missing", e.missing());
  json.member("invalid", e.invalid());
  json.member("pending", e.pending());
  write_exclusions(json, e.excluded());
  json.end_object();
}

/// Keys of agents: text as it is, numbers as numbers.
template <class Key>
void write_key(json_writer& json, const Key& key) {
  if constexpr (std::convertible_to<const Key&, std::string_view>) {
    json.value(std::string_view(key));
  } else {
    json.value(key);
  }
}

}  // namespace crmetrics::detail
