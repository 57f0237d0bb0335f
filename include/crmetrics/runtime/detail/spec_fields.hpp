#pragma once

#include <crmetrics/core/decimal.hpp>
#include <crmetrics/core/unit.hpp>
#include <crmetrics/runtime/detail/diagnostic_sink.hpp>
#include <crmetrics/runtime/detail/nearest.hpp>
#include <crmetrics/runtime/detail/spec_keys.hpp>
#include <crmetrics/runtime/json_value.hpp>
#include <crmetrics/runtime/metric_catalogue.hpp>
#include <crmetrics/runtime/quantity.hpp>
#include <crmetrics/time/calendar.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace crmetrics::detail {

inline bool is_at_most(const decimal& a, const decimal& b) noexcept {
  return a.digits * b.scale() <= b.digits * a.scale();
}
inline bool is_below(const decimal& a, const decimal& b) noexcept { return !is_at_most(b, a); }
inline bool is_below(const quantity& a, const quantity& b) noexcept {
  return is_below(a.canonical(), b.canonical());
}

/// A unit as the writer of a spec knows it.
constexpr std::string_view how_to_write(unit u) noexcept {
  switch (u) {
    case unit::fraction:
    case unit::relative:
      return "a share, such as \"95%\"";
    case unit::net_fraction:
      return "NPS points, such as \"+42\"";
    case unit::second:
      return "a time span, such as \"300s\", \"5m\" or \"24h\"";
    default:
      return "a plain number, such as 4.6";
  }
}

/// Reads single values of a spec; what is wrong goes to the sink, and the value is then none.
class spec_fields {
 public:
  using kind = json_value::kind;

  explicit spec_fields(diagnostic_sink& sink) : sink_(sink) {}
  diagnostic_sink& sink() const noexcept { return sink_; }

  /// Whether it is an object; its keys are compared with those of the grammar.
  bool object(const json_value& v, const spec_object& grammar) const {
    if (!is(v, kind::object, "an object")) return false;
    for (std::size_t i = 0; i != v.keys.size(); ++i) {
      if (grammar.has(v.keys[i]) || refused(grammar.name, v.keys[i], v.key_begins[i])) continue;
      sink_.add("E01", v.key_begins[i], "unknown key", nearest_hint(v.keys[i], grammar.keys));
    }
    return true;
  }
  /// E27 for what a spec cannot have. @return whether it was that
  bool refused(std::string_view object, std::string_view word, std::size_t at) const {
    const spec_refusal* r = refusal_of(object, word);
    if (r != nullptr) sink_.add("E27", at, std::string(r->why), std::string(r->hint));
    return r != nullptr;
  }
  bool is(const json_value& v, kind k, std::string_view wanted) const {
    if (v.is(k)) return true;
    sink_.add("E23", v, "must be " + std::string(wanted));
    return false;
  }
  /// The value of a key that must be there.
  const json_value* required(const json_value& object, std::string_view key) const {
    const json_value* v = object.find(key);
    if (v == nullptr) {
      sink_.add("E24", object, "the key \"" + std::string(key) + "\" is missing", {},
                std::string(key));
    }
    return v;
  }

  std::optional<std::string> text(const json_value& v) const {
    if (!is(v, kind::text, "a text")) return std::nullopt;
    return v.text;
  }
  /// A text that is not empty.
  std::optional<std::string> name(const json_value& v) const {
    auto out = text(v);
    if (out && out->empty()) sink_.add("E23", v, "must not be empty"), out.reset();
    return out;
  }
  std::optional<std::vector<std::string>> names(const json_value& v) const {
    if (!is(v, kind::array, "a list of texts")) return std::nullopt;
    std::vector<std::string> out;
    for (const json_value& item : v.items) {
      if (auto one = name(item)) out.push_back(std::move(*one));
    }
    return out;
  }
  /// Index of a text among the words it may be.
  std::optional<std::size_t> word(const json_value& v,
                                  std::span<const std::string_view> words) const {
    std::string all;
    for (std::size_t i = 0; i != words.size(); ++i) {
      if (v.is(kind::text) && v.text == words[i]) return i;
      all += (i == 0 ? "" : ", ") + std::string(words[i]);
    }
    sink_.add("E23", v, "must be one of: " + all,
              v.is(kind::text) ? nearest_hint(v.text, words) : "");
    return std::nullopt;
  }

  std::optional<decimal> number(const json_value& v) const {
    if (!is(v, kind::number, "a number")) return std::nullopt;
    const auto read = decimal_from(v.text).value;  // digits that are lost were reported (E25)
    return read ? std::optional(shortest(*read)) : std::nullopt;
  }
  std::optional<decimal> number(const json_value& v, std::int64_t lowest,
                                std::int64_t highest) const {
    const auto n = number(v);
    if (!n || (is_at_most({lowest, 0}, *n) && is_at_most(*n, {highest, 0}))) return n;
    sink_.add("E26", v, "must lie in " + std::to_string(lowest) + " to " + std::to_string(highest));
    return std::nullopt;
  }
  /// A number of points, 0 to 100.
  std::optional<decimal> points(const json_value& v) const { return number(v, 0, 100); }
  std::optional<std::uint64_t> count(const json_value& v, std::uint64_t lowest = 0,
                                     std::optional<std::uint64_t> highest = {}) const {
    const auto n = number(v);
    if (!n) return std::nullopt;
    if (n->places == 0 && n->digits >= 0) {
      const auto found = static_cast<std::uint64_t>(n->digits);
      if (found >= lowest && (!highest || found <= *highest)) return found;
    }
    sink_.add("E26", v,
              "must be a whole number of at least " + std::to_string(lowest) +
                  (highest ? ", at most " + std::to_string(*highest) : ""));
    return std::nullopt;
  }
  /// 0.6 or "60%", as a fraction in [0, 1].
  std::optional<decimal> share(const json_value& v) const {
    std::optional<quantity> q;
    if (v.is(kind::text)) q = quantity_from(v.text);
    if (v.is(kind::number)) {
      const auto n = number(v);
      if (!n) return std::nullopt;
      q = quantity{*n};
    }
    if (q) q = in_unit_of(*q, unit::fraction);
    if (!q) {
      sink_.add("E26", v, "must be a share from 0 to 1, such as 0.6 or \"60%\"");
      return std::nullopt;
    }
    const decimal fraction = shortest({q->number.digits, q->number.places + 2});
    if (fraction.places > 15) {
      sink_.add("E25", v, "the number cannot be kept exactly");
      return std::nullopt;
    }
    return fraction;
  }
  /// A share strictly between 0 and 1.
  std::optional<decimal> level(const json_value& v) const {
    auto out = share(v);
    if (out && (out->digits == 0 || *out == decimal{1, 0})) {
      sink_.add("E26", v, "must lie strictly between 0 and 1"), out.reset();
    }
    return out;
  }

  /// A quantity of a metric; without an entry of the catalogue the unit stays unchecked.
  std::optional<quantity> in_unit(const json_value& v, const catalogue_entry* metric) const {
    if (v.is(kind::number)) {
      const auto n = number(v);
      return n ? in_unit(quantity{*n}, v, metric) : std::nullopt;
    }
    if (!v.is(kind::text)) {
      sink_.add("E23", v, "must be a number with its unit");
      return std::nullopt;
    }
    return in_unit(std::string_view(v.text), v, metric);
  }
  /// The quantity of a key that must be there.
  std::optional<quantity> required_in_unit(const json_value& object, std::string_view key,
                                           const catalogue_entry* metric) const {
    const json_value* v = required(object, key);
    return v != nullptr ? in_unit(*v, metric) : std::nullopt;
  }
  std::optional<quantity> in_unit(std::string_view written, const json_value& v,
                                  const catalogue_entry* metric) const {
    const auto q = quantity_from(written);
    if (!q) {
      const std::size_t digits = written.find_last_of("0123456789");
      const bool number =
          digits != written.npos && decimal_from(written.substr(0, digits + 1)).is_number;
      sink_.add(number ? "E25" : "E23", v,
                number ? "the number cannot be kept exactly, or its unit is unknown"
                       : "is no number with a unit",
                "write 4.6, \"95%\", \"300s\", \"5m\", \"24h\", \"7d\" or \"+42\"");
      return std::nullopt;
    }
    return in_unit(*q, v, metric);
  }
  /// A quantity whatever its unit, such as that of a metric that is not known.
  std::optional<quantity> in_unit(const quantity& q, const json_value& v,
                                  const catalogue_entry* metric) const {
    if (metric == nullptr) return q;
    const auto converted = in_unit_of(q, metric->unit);
    if (!converted) {
      std::string hint;
      if (q.written == notation::plain || q.written == notation::signed_points) {
        quantity guess = q;
        if (metric->unit == unit::fraction) guess.written = notation::percent;
        if (metric->unit == unit::second) guess.written = notation::s;
        if (metric->unit == unit::net_fraction) guess.written = notation::signed_points;
        if (guess.written != q.written && in_unit_of(guess, metric->unit)) {
          hint = "write \"" + guess.text() + "\" if that is meant";
        }
      }
      sink_.add("E07", v, metric->name + " is " + std::string(how_to_write(metric->unit)),
                std::move(hint));
      return std::nullopt;
    }
    if ((metric->lowest && is_below(converted->number, *metric->lowest)) ||
        (metric->highest && is_below(*metric->highest, converted->number))) {
      sink_.add(
          "E07", v,
          metric->name + " lies in " + bound(metric->lowest) + " to " + bound(metric->highest));
      return std::nullopt;
    }
    return converted;
  }

  /// 2025-01-31.
  std::optional<crmetrics::date> date(const json_value& v) const {
    if (!v.is(kind::text)) {
      sink_.add("E21", v, "must be a date, such as \"2025-01-31\"");
      return std::nullopt;
    }
    const auto d = date_from(v.text);
    if (!d) sink_.add("E21", v, "is no date of the form year-month-day, such as \"2025-01-31\"");
    return d;
  }
  static std::optional<crmetrics::date> date_from(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    unsigned part[3] = {};
    for (std::size_t i = 0, which = 0; i != 10; ++i) {
      if (i == 4 || i == 7) {
        ++which;
        continue;
      }
      if (text[i] < '0' || text[i] > '9') return std::nullopt;
      part[which] = part[which] * 10 + static_cast<unsigned>(text[i] - '0');
    }
    const int year = static_cast<int>(part[0]);
    if (part[1] < 1 || part[1] > 12) return std::nullopt;
    if (part[2] < 1 || part[2] > days_in_month(year, part[1])) return std::nullopt;
    return crmetrics::date{year, part[1], part[2]};
  }

 private:
  static std::string bound(const std::optional<decimal>& d) {
    return d ? exact_text(*d) : std::string("any value");
  }

  diagnostic_sink& sink_;
};

/// The date as a spec writes it.
inline std::string date_text(const date& d) {
  std::string out = std::to_string(d.year);
  if (out.size() < 4) out.insert(0, 4 - out.size(), '0');
  for (const unsigned part : {d.month, d.day}) {
    out += part < 10 ? "-0" : "-";
    out += std::to_string(part);
  }
  return out;
}

}  // namespace crmetrics::detail
