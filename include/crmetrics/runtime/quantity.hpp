#pragma once

#include <crmetrics/core/decimal.hpp>
#include <crmetrics/core/time_span.hpp>
#include <crmetrics/core/unit.hpp>
#include <crmetrics/detail/int128.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace crmetrics {

/// How a number of a spec file is written: 4.6, "95%", "+42" (NPS points), "300s", "5m", "24h",
/// "7d".
enum class notation : std::uint8_t { plain, percent, signed_points, s, m, h, d };

namespace detail {

/// A decimal without trailing zeros after the point.
constexpr decimal shortest(decimal d) noexcept {
  while (d.places > 0 && d.digits % 10 == 0) d.digits /= 10, --d.places;
  if (d.digits == 0) d.places = 0;
  return d;
}

/// The decimal as JSON writes a number; exact.
inline std::string exact_text(decimal d) {
  d = shortest(d);
  const bool negative = d.digits < 0;
  std::string text = std::to_string(negative ? -d.digits : d.digits);
  const auto places = static_cast<std::size_t>(d.places);
  if (places != 0) {
    if (text.size() <= places) text.insert(0, places + 1 - text.size(), '0');
    text.insert(text.size() - places, ".");
  }
  return negative ? "-" + text : text;
}

/// What could be read of a number's text.
struct read_number {
  std::optional<decimal> value;  ///< none where it is no number or loses digits
  bool is_number = false;        ///< it is one, if perhaps too long to be kept exactly
};

/// Reads `-12.50`, `1.5e-3`; at most 15 significant digits and 15 places, so that the value is kept
/// exactly and its double reads back as the same decimal.
constexpr read_number decimal_from(std::string_view text) noexcept {
  read_number out;
  std::size_t at = 0;
  const bool negative = !text.empty() && text[0] == '-';
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) ++at;
  std::int64_t digits = 0;
  int significant = 0;
  int zeros = 0;  // seen after the last digit taken; they count only if another digit follows
  int exponent = 0;
  bool point = false;
  bool any = false;
  bool lost = false;
  for (; at != text.size(); ++at) {
    const char c = text[at];
    if (c == '.' && !point) {
      point = true;
      continue;
    }
    if (c < '0' || c > '9') break;
    any = true;
    if (point && exponent > -100'000) --exponent;
    if (c == '0') {
      if (significant != 0) ++zeros;
      continue;
    }
    if (significant + zeros + 1 > 15) {
      lost = true;
      continue;
    }
    for (; zeros != 0; --zeros) digits *= 10, ++significant;
    digits = digits * 10 + (c - '0');
    ++significant;
  }
  exponent += zeros;
  if (!any) return out;
  if (at != text.size()) {
    if (text[at] != 'e' && text[at] != 'E') return out;
    bool minus = false;
    if (++at != text.size() && (text[at] == '-' || text[at] == '+')) minus = text[at++] == '-';
    if (at == text.size()) return out;
    int power = 0;
    for (; at != text.size(); ++at) {
      if (text[at] < '0' || text[at] > '9') return out;
      if (power < 100'000) power = power * 10 + (text[at] - '0');
    }
    exponent += minus ? -power : power;
  }
  out.is_number = true;
  if (lost) return out;
  if (digits == 0) {
    out.value = decimal{};
    return out;
  }
  if (exponent > 15 - significant || exponent < -15) return out;
  for (; exponent > 0; --exponent) digits *= 10;
  out.value = decimal{negative ? -digits : digits, -exponent};
  return out;
}

/// Exact sum of weights: none of the decimals is rounded.
class decimal_sum {
 public:
  constexpr void add(const decimal& d) noexcept {
    int128 scaled = d.digits;
    for (int i = d.places; i < 15; ++i) scaled *= 10;
    sum_ += scaled;
  }
  constexpr bool equals(const decimal& d) const noexcept {
    decimal_sum other;
    other.add(d);
    return sum_ == other.sum_;
  }
  constexpr bool is_zero() const noexcept { return sum_ == 0; }
  std::string text() const {
    const bool negative = sum_ < 0;
    uint128 rest = negative ? uint128{0} - static_cast<uint128>(sum_) : static_cast<uint128>(sum_);
    std::string reversed;
    for (int i = 0; rest != 0 || i <= 15; ++i, rest /= 10) {
      if (i == 15) reversed += '.';
      reversed += static_cast<char>('0' + static_cast<int>(rest % 10));
    }
    std::string out(reversed.rbegin(), reversed.rend());
    while (out.back() == '0') out.pop_back();
    if (out.back() == '.') out.pop_back();
    return negative ? "-" + out : out;
  }

 private:
  int128 sum_ = 0;
};

constexpr std::int64_t seconds_in(notation n) noexcept {
  switch (n) {
    case notation::m:
      return 60;
    case notation::h:
      return 3'600;
    case notation::d:
      return 86'400;
    default:
      return 1;
  }
}
constexpr std::string_view suffix_of(notation n) noexcept {
  switch (n) {
    case notation::percent:
      return "%";
    case notation::s:
      return "s";
    case notation::m:
      return "m";
    case notation::h:
      return "h";
    case notation::d:
      return "d";
    default:
      return "";
  }
}

}  // namespace detail

/// A number of a spec with its unit, exact. After parsing against a metric it is in that metric's
/// notation: per cent for shares, signed points for NPS, a span for time, plain for the others.
struct quantity {
  decimal number;
  notation written = notation::plain;

  constexpr bool is_span() const noexcept { return written >= notation::s; }
  /// A span in microseconds; none where it is longer than those can count, or no whole number.
  constexpr std::optional<time_span> length() const noexcept {
    decimal exact = canonical();
    for (int places = 6; places != 0; --places) {
      if (exact.places > 0) {
        --exact.places;
      } else if (__builtin_mul_overflow(exact.digits, 10, &exact.digits)) {
        return std::nullopt;
      }
    }
    if (exact.places != 0) return std::nullopt;  // parts of a microsecond
    return time_span{exact.digits};
  }
  /// The number, with spans in seconds; exact.
  constexpr decimal canonical() const noexcept {
    return detail::shortest({number.digits * detail::seconds_in(written), number.places});
  }
  /// In the library's own unit: a fraction for per cent and NPS points, seconds for a span. The
  /// double nearest to the exact value.
  constexpr double value() const noexcept {
    const bool hundredths = written == notation::percent || written == notation::signed_points;
    const decimal d = canonical();
    return decimal{d.digits, d.places + (hundredths ? 2 : 0)}.to_double();
  }
  /// As a spec writes it, without quotes: 4.6, 95%, +42, 5m.
  std::string text() const {
    const std::string digits = detail::exact_text(number);
    const bool plus = written == notation::signed_points && number.digits >= 0;
    return (plus ? "+" : "") + digits + std::string(detail::suffix_of(written));
  }

  /// "5m" equals "300s"; 0.95 does not equal "95%": for what metric it stands is not known here.
  friend constexpr bool operator==(const quantity& a, const quantity& b) noexcept {
    const auto kind = [](const quantity& q) { return q.is_span() ? notation::s : q.written; };
    return kind(a) == kind(b) && a.canonical() == b.canonical();
  }
};

/// Reads `95%`, `300s`, `5m`, `24h`, `7d`, `+42`, `-3.5`; one blank before the unit is taken. None
/// where it is something else, has more than 15 digits, or is a span of 31 million years.
constexpr std::optional<quantity> quantity_from(std::string_view text) noexcept {
  quantity q;
  if (text.empty()) return std::nullopt;
  switch (text.back()) {
    case '%':
      q.written = notation::percent;
      break;
    case 's':
      q.written = notation::s;
      break;
    case 'm':
      q.written = notation::m;
      break;
    case 'h':
      q.written = notation::h;
      break;
    case 'd':
      q.written = notation::d;
      break;
    default:
      if (text[0] == '+' || text[0] == '-') q.written = notation::signed_points;
  }
  if (!detail::suffix_of(q.written).empty()) {
    text.remove_suffix(1);
    if (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  }
  const auto read = detail::decimal_from(text);
  if (!read.value) return std::nullopt;
  q.number = detail::shortest(*read.value);
  const auto digits = static_cast<detail::int128>(q.number.digits) * detail::seconds_in(q.written);
  if (digits >= 1'000'000'000'000'000 || digits <= -1'000'000'000'000'000) return std::nullopt;
  return q;
}

namespace detail {

/// Per cent from a fraction, exactly.
constexpr decimal times_100(decimal d) noexcept {
  return shortest(d.places >= 2 ? decimal{d.digits, d.places - 2}
                                : decimal{d.digits * (d.places == 1 ? 10 : 100), 0});
}

}  // namespace detail

/// The quantity in the notation of a metric's unit; none where it is of another unit. Plain numbers
/// stand for fractions where they lie in [0, 1] (relative values: below 10), for NPS points where
/// they are not strictly between -1 and 1. A span always needs its unit.
constexpr std::optional<quantity> in_unit_of(quantity q, unit u) noexcept {
  const bool plain = q.written == notation::plain || q.written == notation::signed_points;
  const auto at_most = [&](std::int64_t x) {
    const detail::int128 limit = x * q.number.scale();
    return q.number.digits <= limit && q.number.digits >= -limit;
  };
  switch (u) {
    case unit::fraction:
    case unit::relative:
      if (q.written == notation::percent) {
        return u == unit::relative || (q.number.digits >= 0 && at_most(100)) ? std::optional(q)
                                                                             : std::nullopt;
      }
      if (!plain || !at_most(u == unit::relative ? 10 : 1)) return std::nullopt;
      if (u == unit::fraction && q.number.digits < 0) return std::nullopt;
      return quantity{detail::times_100(q.number), notation::percent};
    case unit::net_fraction: {
      if (q.is_span() || !at_most(100)) return std::nullopt;
      const bool below_1 = q.number.digits != 0 && at_most(1) && !(q.number == decimal{1, 0}) &&
                           !(q.number == decimal{-1, 0});
      if (q.written == notation::plain && below_1) return std::nullopt;
      return quantity{q.number, notation::signed_points};
    }
    case unit::second:
      return q.is_span() ? std::optional(q) : std::nullopt;
    case unit::points:
    case unit::money:
    case unit::per_exposure:
    case unit::number:
      return plain ? std::optional(quantity{q.number, notation::plain}) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace crmetrics
