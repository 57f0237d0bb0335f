#pragma once

#include <crmetrics/adapters/boost_date_time_convert.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/time/calendar.hpp>
#include <crmetrics/time/instant.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace crmetrics {

namespace detail {

// Takes characters off the front of a text; the first one that does not fit stops all that follows.
class time_text_reader {
 public:
  explicit time_text_reader(std::string_view text) : rest_(text) {}

  unsigned digits(std::size_t count) {
    unsigned value = 0;
    for (; count != 0 && good_; --count) {
      good_ = !rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9';
      if (good_) value = value * 10 + static_cast<unsigned>(take() - '0');
    }
    return value;
  }
  void one_of(std::string_view allowed) {
    good_ = good_ && !rest_.empty() && allowed.find(rest_[0]) != std::string_view::npos;
    if (good_) take();
  }
  bool next_is(char c) {
    if (!good_ || rest_.empty() || rest_[0] != c) return false;
    take();
    return true;
  }
  // One to nine digits of a fraction, in microseconds; what is finer is cut.
  std::int64_t fraction() {
    std::int64_t nanoseconds = digits(1);
    std::size_t read = 1;
    for (; read < 9 && !rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9'; ++read) {
      nanoseconds = nanoseconds * 10 + (take() - '0');
    }
    for (; read < 9; ++read) nanoseconds *= 10;
    return nanoseconds / 1000;
  }
  bool complete() const { return good_ && rest_.empty(); }

  date day() {
    date d;
    d.year = static_cast<int>(digits(4));
    one_of("-");
    d.month = digits(2);
    one_of("-");
    d.day = digits(2);
    return d;
  }

 private:
  char take() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  std::string_view rest_;
  bool good_ = true;
};

// What is wrong with the text; nullptr where nothing is and `out` is filled.
inline const char* read_text(std::string_view text, date& out) {
  time_text_reader reader(text);
  const date d = reader.day();
  if (!reader.complete()) return "not a date of the form 2025-01-31";
  if (const char* fault = gregorian_fault(d)) return fault;
  out = d;
  return nullptr;
}
inline const char* read_text(std::string_view text, instant& out) {
  time_text_reader reader(text);
  const date d = reader.day();
  reader.one_of(" T");
  const unsigned hour = reader.digits(2);
  reader.one_of(":");
  const unsigned minute = reader.digits(2);
  reader.one_of(":");
  const unsigned second = reader.digits(2);
  std::int64_t microseconds = reader.next_is('.') ? reader.fraction() : 0;
  reader.next_is('Z');
  if (!reader.complete()) return "not a time of the form 2025-01-31 09:12:58, in UTC";
  if (const char* fault = gregorian_fault(d)) return fault;
  if (hour > 23 || minute > 59 || second > 59) return "no such time of day";
  microseconds += ((std::int64_t{hour} * 60 + minute) * 60 + second) * 1'000'000;
  out = {to_instant(unchecked_gregorian(d)).microseconds + microseconds};
  return nullptr;
}

template <class T>
T from_text(std::string_view text, std::string_view field, std::uint64_t row) {
  T out;
  if (const char* fault = read_text(text, out)) {
    throw bad_input(problem{std::string(field), row, std::string(text), fault});
  }
  return out;
}

}  // namespace detail

/// Reads "2025-01-31 09:12:58", in UTC. Also with T between day and time, with a fraction of one to
/// nine digits (finer than a microsecond is cut), and with Z at the end (ISO 8601-1:2019).
///
/// Strict, where `boost::posix_time::time_from_string` takes 25:61:00 for the next day: each field
/// has its digits and its range, and the day is looked up in Boost's calendar. Other offsets than Z
/// are refused. @throws bad_input with field, row and text. O(1), no allocation where the
/// text is good.
inline instant instant_from_text(std::string_view text, std::string_view field = "time",
                                 std::uint64_t row = 0) {
  return detail::from_text<instant>(text, field, row);
}
/// Reads "2025-01-31". @throws bad_input with field, row and text
inline date date_from_text(std::string_view text, std::string_view field = "date",
                           std::uint64_t row = 0) {
  return detail::from_text<date>(text, field, row);
}

/// Reads a cell of a CSV table as a time or a date, for `csv_field("opened", &contact::opened,
/// instant_cell{})`; the table names field, row and value of what cannot be read.
template <class T>
struct time_cell {
  /// @throws error that says what is wrong with the text
  T operator()(std::string_view text) const {
    T out;
    if (const char* fault = detail::read_text(text, out)) throw error(fault);
    return out;
  }
};
using instant_cell = time_cell<instant>;
using date_cell = time_cell<date>;

}  // namespace crmetrics
