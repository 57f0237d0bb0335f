#pragma once

#include <crmetrics/core/text.hpp>
#include <crmetrics/time/calendar.hpp>
#include <crmetrics/time/instant.hpp>
#include <crmetrics/time/period.hpp>

#include <cstdint>
#include <string_view>

namespace crmetrics::detail {

using instant_text = fixed_text<40>;

template <class Text>
constexpr void append_padded(Text& text, std::int64_t x, int digits) {
  if (x < 0) text.append("-");
  std::int64_t rest = x < 0 ? -x : x;
  std::int64_t unit = 1;
  for (int i = 1; i < digits; ++i) unit *= 10;
  while (rest / unit >= 10) unit *= 10;
  for (; unit != 0; unit /= 10) {
    text.append(
        std::string_view("0123456789").substr(static_cast<std::size_t>(rest / unit % 10), 1));
  }
}

/// An instant as people write it, in UTC and no longer than needed: 2024-01-31,
/// 2024-01-31 18:05:00, 2024-01-31 18:05:00.000250.
constexpr instant_text text_of_instant(instant t) {
  constexpr std::int64_t second = 1'000'000;
  constexpr std::int64_t day = 86'400 * second;
  instant_text text;
  const date d = date_of(t);
  append_padded(text, d.year, 4);
  text.append("-");
  append_padded(text, d.month, 2);
  text.append("-");
  append_padded(text, d.day, 2);
  const std::int64_t behind = t.microseconds % day;  // the day itself may begin before 64 bits do
  const std::int64_t in_day = behind < 0 ? behind + day : behind;
  if (in_day == 0) return text;
  text.append(" ");
  append_padded(text, in_day / (3'600 * second), 2);
  text.append(":");
  append_padded(text, in_day / (60 * second) % 60, 2);
  text.append(":");
  append_padded(text, in_day / second % 60, 2);
  if (in_day % second != 0) {
    text.append(".");
    append_padded(text, in_day % second, 6);
  }
  return text;
}

/// "2024-01-01 to 2024-02-01", of which the last instant does not belong to it.
constexpr fixed_text<88> text_of_period(const period& p) {
  fixed_text<88> text(text_of_instant(p.from()).view());
  return text.append(" to ").append(text_of_instant(p.to()).view());
}

}  // namespace crmetrics::detail
