#pragma once

#include <crmetrics/core/decimal.hpp>
#include <crmetrics/core/unit.hpp>
#include <crmetrics/detail/int128.hpp>
#include <crmetrics/detail/math.hpp>

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

namespace crmetrics::detail {

/// How a unit is shown: the value times `scale`, with so many decimals, and a suffix.
struct number_style {
  int scale = 1;
  int places = 2;
  std::string_view suffix = "";
};

constexpr number_style style_of(unit u) noexcept {
  switch (u) {
    case unit::fraction:
    case unit::relative:
      return {100, 1, " %"};
    case unit::net_fraction:
      return {100, 1, ""};
    case unit::second:
      return {1, 1, " s"};
    case unit::per_exposure:
      return {1, 3, ""};
    case unit::points:
    case unit::money:
    case unit::number:
      return {1, 2, ""};
  }
  return {};
}

inline std::string without_minus_zero(std::string text) {
  if (text.front() == '-' && text.find_first_of("123456789") == std::string::npos) {
    text.erase(0, 1);
  }
  return text;
}

/// A double times the style's scale, correctly rounded to its places.
inline std::string rounded(double x, number_style style) {
  if (!is_finite(x)) return x != x ? "nan" : x < 0 ? "-inf" : "inf";
  char text[400];  // the longest double in fixed notation has 309 digits before the point
  const auto end = std::to_chars(text, text + sizeof text, x * style.scale,
                                 std::chars_format::fixed, style.places)
                       .ptr;
  return without_minus_zero(std::string(text, end));
}

/// A quotient of integers, rounded half away from zero without any intermediate rounding: 7 of 12
/// promoters and 2 detractors are 41.7, however the division comes out in binary.
inline std::string rounded(const exact_ratio& r, number_style style) {
  int128 tens = 1;
  for (int i = 0; i != style.places; ++i) tens *= 10;
  const bool negative = r.numerator < 0;
  int128 scaled = static_cast<int128>(r.numerator) * style.scale * tens;
  if (negative) scaled = -scaled;
  const int128 units = (2 * scaled + r.denominator) / (2 * static_cast<int128>(r.denominator));
  const auto whole = static_cast<std::uint64_t>(units / tens);
  std::string text = std::to_string(whole);
  if (style.places != 0) {
    std::string decimals = std::to_string(static_cast<std::uint64_t>(units % tens));
    text += '.' + std::string(static_cast<std::size_t>(style.places) - decimals.size(), '0');
    text += decimals;
  }
  return without_minus_zero(negative ? '-' + text : text);
}

/// Two digits: "0.046", "1.5e-08".
inline std::string p_value_text(double p) {
  char text[40];
  return {text, std::to_chars(text, text + sizeof text, p, std::chars_format::general, 2).ptr};
}

inline std::string styled(std::string number, number_style style) { return number += style.suffix; }

}  // namespace crmetrics::detail
