#pragma once

#include <crmetrics/core/estimate.hpp>
#include <crmetrics/io/detail/number_text.hpp>

#include <iosfwd>
#include <string>
#include <string_view>

namespace crmetrics {

/// What was left out, by cause: "2 excluded: product fault; 1 excluded: too recent". Empty where
/// nothing was.
inline std::string to_text(const exclusions& excluded) {
  std::string out;
  for (const auto& [cause, count] : excluded) {
    if (!out.empty()) out += "; ";
    out += std::to_string(count) + " excluded: " + std::string(cause.view());
  }
  return out;
}

namespace detail {

/// One decimal of a per cent hides most of a share below 2 %, where error rates live: two then.
inline number_style style_of(const estimate& e) {
  number_style style = style_of(e.unit());
  if (e.unit() == unit::fraction && e.has_value() && e.value() > 0 && e.value() < .02) {
    style.places = 2;
  }
  return style;
}

/// "; 3 missing; 2 excluded: unfair": what did not enter a value; empty where all did.
inline std::string left_out(const estimate& e) {
  std::string out;
  const auto counted = [&](std::uint64_t count, std::string_view what) {
    if (count != 0) out += "; " + std::to_string(count) + " " + std::string(what);
  };
  counted(e.missing(), "missing");
  counted(e.invalid(), "invalid");
  counted(e.pending(), "pending");
  if (e.excluded().total() != 0) out += "; " + to_text(e.excluded());
  return out;
}

}  // namespace detail

/// The value of an estimate alone, as people read it: a fraction times 100 with one decimal (two
/// below 2 %) and %, a net fraction times 100 with one decimal, seconds with one, everything else
/// with two. Rounded once: half away from zero, in integers, where the value is a quotient of
/// integers. "no data" and the like where there is no value.
inline std::string value_text(const estimate& e) {
  if (!e.has_value()) return std::string(to_string(e.status()));
  const detail::number_style style = detail::style_of(e);
  return detail::styled(
      e.exact().known() ? detail::rounded(e.exact(), style) : detail::rounded(e.value(), style),
      style);
}

/// One line that stands on its own:
/// `NPS 52.7 [51.2, 54.3] (95 % adjusted Wald, n = 6806; scale 0-10, ...; 171 missing)`.
inline std::string to_text(const estimate& e) {
  const detail::number_style style = detail::style_of(e);
  std::string out(e.name());
  out += ' ' + value_text(e);
  if (e.interval()) {
    out += " [" + detail::rounded(e.interval()->low, style) + ", " +
           detail::rounded(e.interval()->high, style) + "]";
  }
  out += " (";
  if (e.interval()) {
    const double percent = e.level().value() * 100;
    const bool whole = detail::abs(percent - detail::nearbyint(percent)) < 1e-9;
    out += detail::rounded(percent, {.scale = 1, .places = whole ? 0 : 1}) + " % ";
    out += std::string(e.method()) + ", ";
  }
  out += "n = " + std::to_string(e.n());
  if (e.status() == status::insufficient_data) out += ", insufficient";
  return out + "; " + std::string(e.convention()) + detail::left_out(e) + ")";
}

/// Streams `to_text`; needs <ostream> only where it is used.
template <class Traits>
std::basic_ostream<char, Traits>& operator<<(std::basic_ostream<char, Traits>& out,
                                             const estimate& e) {
  return out << to_text(e);
}
/// The same for exclusions.
template <class Traits>
std::basic_ostream<char, Traits>& operator<<(std::basic_ostream<char, Traits>& out,
                                             const exclusions& excluded) {
  return out << to_text(excluded);
}

}  // namespace crmetrics
