#pragma once

#include <crmetrics/core/decimal.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/io/detail/number_text.hpp>
#include <crmetrics/io/text.hpp>
#include <crmetrics/scorecard/ranking.hpp>
#include <crmetrics/scorecard/score_report.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

namespace crmetrics {

namespace detail {

/// Columns that UTF-8 text takes on a terminal: two for East Asian wide characters (Unicode
/// Standard Annex 11, the blocks that names use), one for others.
inline std::size_t columns(std::string_view text) {
  std::size_t count = 0;
  std::uint32_t code = 0;
  const auto wide = [](std::uint32_t c) {
    return (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) ||
           (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0xF900 && c <= 0xFAFF) ||
           (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
           (c >= 0x1F300 && c <= 0x1FAFF) || (c >= 0x20000 && c <= 0x3FFFD);
  };
  for (std::size_t i = 0; i != text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool continues = (byte & 0xC0) == 0x80;
    code = continues ? (code << 6 | (byte & 0x3F))
                     : byte & (byte < 0x80   ? 0x7F
                               : byte < 0xE0 ? 0x1F
                               : byte < 0xF0 ? 0x0F
                                             : 0x07);
    const bool ends =
        i + 1 == text.size() || (static_cast<unsigned char>(text[i + 1]) & 0xC0) != 0x80;
    if (ends) count += wide(code) ? 2u : 1u;
  }
  return count;
}

inline std::string padded(std::string text, std::size_t width, bool right = false) {
  const std::size_t length = columns(text);
  const std::string fill(length < width ? width - length : 0, ' ');
  return right ? fill + text : text + fill;
}

/// The component that had to have a score, with the scorecards that it is inside of: "errors",
/// "service / errors".
inline std::string required_in(const score_report& r) {
  if (r.failed_by != label()) return std::string(r.failed_by.view());
  for (const nested_report& card : r.nested) {
    if (card.report.why_absent() != absence::required_absent) continue;
    return std::string(card.component.view()) + " / " + required_in(card.report);
  }
  return "";
}
/// Why a report has no total, naming the component that had to have a score.
inline std::string why_no_total(const score_report& r) {
  const std::string why(to_string(r.why_absent()));
  return r.why_absent() == absence::required_absent ? why + " (" + required_in(r) + ")" : why;
}

/// Hundredths of a point, half away from zero: what is printed of a total, wherever it is printed.
inline std::int64_t hundredths_of(double x) {
  return static_cast<std::int64_t>(x < 0 ? x * 100 - 0.5 : x * 100 + 0.5);
}

/// ", 2 errors not known", where the error of a total leaves out the doubt of some components;
/// empty where it does not.
inline std::string errors_not_known(const score_uncertainty& u) {
  if (u.without_error == 0) return {};
  return ", " + std::to_string(u.without_error) + (u.without_error == 1 ? " error" : " errors") +
         " not known";
}

/// ", near the target of csat, a step of speed": what the delta method sees one side of; three at
/// most are named.
inline std::string near_text(const score_uncertainty& u) {
  const auto words = [](kink k) -> std::string_view {
    switch (k) {
      case kink::curve_floor:
        return "the floor of ";
      case kink::curve_target:
        return "the target of ";
      case kink::curve_cap:
        return "the cap of ";
      case kink::curve_step:
        return "a step of ";
      case kink::range_bound:
        return "a bound of the range of ";
      case kink::curve_bend:
        return "a bend of the curve of ";
      case kink::correction_start:
        return "the start of the correction by ";
      case kink::correction_end:
        return "the end of the correction by ";
      case kink::mean_tie:
        return "a tie or a zero of the mean by ";
      case kink::total_limit:
        return "the ";
      case kink::veto_cap:
        return "the cap of veto ";
    }
    return "";
  };
  std::string out;
  for (std::size_t i = 0; i != (std::min)(u.kinks.size(), std::size_t{3}); ++i) {
    out += i == 0 ? ", near " : ", ";
    out += std::string(words(u.kinks[i].what)) + std::string(u.kinks[i].of.view());
  }
  if (u.kinks.size() > 3) out += " and " + std::to_string(u.kinks.size() - 3) + " more";
  return out;
}

/// Hundredths of a point for each line of a sum, so that the printed lines add up to the printed
/// total: each is rounded, and the lines that lost most get the hundredths that are then missing
/// (largest remainders; ties to the first).
inline std::vector<std::int64_t> printed_hundredths(const std::vector<double>& lines,
                                                    double total) {
  std::vector<std::int64_t> out(lines.size());
  std::vector<std::size_t> order(lines.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::int64_t missing = hundredths_of(total);
  for (std::size_t i = 0; i != lines.size(); ++i) {
    out[i] = hundredths_of(lines[i]);
    missing -= out[i];
  }
  const std::int64_t step = missing < 0 ? -1 : 1;
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const double lost_a =
        static_cast<double>(step) * (lines[a] * 100 - static_cast<double>(out[a]));
    const double lost_b =
        static_cast<double>(step) * (lines[b] * 100 - static_cast<double>(out[b]));
    return lost_a != lost_b ? lost_a > lost_b : a < b;
  });
  for (std::size_t i = 0; missing != 0 && i != order.size(); ++i, missing -= step) {
    out[order[i]] += step;
  }
  return out;
}

inline std::string hundredths_text(std::int64_t h) {
  return rounded(exact_ratio{h, 100}, {.scale = 1, .places = 2});
}
inline std::string points_text(double x) { return hundredths_text(hundredths_of(x)); }

/// The value of a line, where it may be seen.
template <class Line>
std::string shown_value(const Line& line) {
  return line.absent == absence::suppressed ? "not shown" : value_text(line.raw);
}
/// ", n = 30"; a scorecard inside has components, not observations.
inline std::string n_text(const estimate& e) {
  const bool is_card = e.unit() == unit::points && e.method().empty() && e.n() != 0;
  if (!is_card) return ", n = " + std::to_string(e.n());
  return ", " + std::to_string(e.n()) + (e.n() == 1 ? " component" : " components");
}
/// " [6.8, 20.2]" in the units of the value; nothing where there is no interval.
inline std::string interval_text(const estimate& e) {
  if (!e.interval()) return "";
  const number_style style = style_of(e);
  return " [" + rounded(e.interval()->low, style) + ", " + rounded(e.interval()->high, style) + "]";
}
/// Why a part has no score, and how many observations it would need.
template <class Line>
std::string why_not_assessed(const Line& line) {
  std::string why = "not assessed: " + std::string(to_string(line.absent));
  if (line.absent == absence::insufficient && line.min_n != 0) {
    why += ", needs n = " + std::to_string(line.min_n);
  }
  return why;
}
/// f(path, line) for each veto, those of scorecards inside after its own: "service / compliance".
template <class F>
void each_veto(const score_report& r, const F& f, const std::string& before = {}) {
  for (const veto_line& v : r.vetoes) f(before + std::string(v.name.view()), v);
  for (const nested_report& card : r.nested) {
    each_veto(card.report, f, before + std::string(card.component.view()) + " / ");
  }
}
/// Each line of a text two columns further in.
inline std::string indented(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at != text.size();) {
    const std::size_t end = text.find('\n', at) + 1;
    if (text[at] != '\n') out += "  ";
    out += text.substr(at, end - at);
    at = end;
  }
  return out;
}
/// What a component measured; a prior that its value is drawn to is not what was measured.
inline std::string shown_value(const component_line& line) {
  if (line.absent == absence::suppressed) return "not shown";
  if (!line.before_shrinkage || !line.raw.has_value()) return value_text(line.raw);
  const number_style style = style_of(line.raw);
  return styled(rounded(*line.before_shrinkage, style), style) + ", drawn to " +
         value_text(line.raw);
}

}  // namespace detail

/// Explains one evaluation line by line: what each component measured (with its interval and n),
/// the points, the correction, the weight used, the contribution; then bonus, limits and vetoes;
/// what was left out of each measurement; what was not assessed; and, indented, the same of each
/// scorecard inside. The printed contributions and adjustments add up to the printed total.
inline std::string to_text(const score_report& r) {
  using detail::padded;
  std::vector<double> lines;
  for (const component_line& c : r.components) lines.push_back(c.contribution);
  for (const adjustment_line& a : r.adjustments) lines.push_back(a.points);
  double sum = 0;
  for (const double line : lines) sum += line;
  const auto printed = detail::printed_hundredths(lines, r.total.value_or(sum));

  std::size_t width = 9;
  for (const component_line& c : r.components) width = (std::max)(width, c.name.view().size());
  const auto percent = [](double share) {
    return detail::rounded(share, {.scale = 100, .places = 1}) + " %";
  };
  const auto points = [](double x) { return detail::points_text(x); };

  std::string out = padded("component", width) + "  " + padded("measured [interval], n", 36) +
                    padded("points x correction x weight", 48) + " = contribution\n";
  for (std::size_t i = 0; i != r.components.size(); ++i) {
    const component_line& c = r.components[i];
    out += padded(std::string(c.name.view()), width) + "  ";
    out +=
        padded(detail::shown_value(c) + detail::interval_text(c.raw) + detail::n_text(c.raw), 36);
    if (c.absent == absence::not_applicable) {
      out += "not applicable\n";
      continue;
    }
    if (!c.assessed()) {
      std::string why = detail::why_not_assessed(c);
      if (c.absent == absence::low_coverage) why += " (" + percent(c.coverage_inside) + ")";
      if (c.absent == absence::required_absent) {
        why += " (" + detail::required_in(r.inside(c.name.view())) + ")";
      }
      if (c.filled) {
        out += padded(why + "; " + points(c.score) + " points x " + percent(c.weight_used), 48) +
               " = " + padded(detail::hundredths_text(printed[i]), 6, true) + "\n";
      } else {
        out += why + "; its weight of " + percent(c.weight) + " goes to the others\n";
      }
      continue;
    }
    std::string arithmetic = points(c.points);
    if (!c.corrected_by.view().empty()) {
      arithmetic += c.corrector_absent
                        ? " (" + std::string(c.corrected_by.view()) + " not assessed)"
                        : " x " + detail::rounded(c.factor, {.scale = 1, .places = 3}) + " (" +
                              std::string(c.corrected_by.view()) + ")";
    }
    arithmetic += " points x " + percent(c.weight_used);
    // Other means than the arithmetic one: a contribution is points x what a point moves.
    if (detail::abs(c.sensitivity - c.weight_used) > 1e-9) {
      arithmetic += ", moves " + detail::rounded(c.sensitivity, {.scale = 1, .places = 3});
    }
    out += padded(arithmetic, 48) + " = ";
    out += padded(detail::hundredths_text(printed[i]), 6, true) + "\n";
  }
  for (std::size_t i = 0; i != r.adjustments.size(); ++i) {
    std::string what(r.adjustments[i].name.view());
    for (const veto_line& v : r.vetoes) {
      if (v.name == r.adjustments[i].name) what = "veto " + what;
    }
    out += padded(what, width + 2 + 36 + 48) + " = " +
           padded(detail::hundredths_text(printed[r.components.size() + i]), 6, true) + "\n";
  }
  for (const veto_line& v : r.vetoes) {
    out += "veto " + std::string(v.name.view()) + ": " + std::string(to_string(v.state)) + " (" +
           detail::shown_value(v) + ", n = " + std::to_string(v.raw.n()) + detail::left_out(v.raw) +
           ")";
    if (v.state == veto_state::fired && v.highest_total < 100) {
      out += ", at most " + points(v.highest_total) + " points";
    }
    out += "\n";
  }
  for (const bonus_line& b : r.bonuses) {
    out += std::string(b.takes ? "deduction " : "bonus ") + std::string(b.name.view()) + ": " +
           (b.absent == absence::none ? detail::shown_value(b) : detail::why_not_assessed(b)) +
           detail::n_text(b.raw) + " (" + points(b.each) + " points each, at most " +
           points(b.at_most) + ")" + detail::left_out(b.raw) + "\n";
  }
  for (const corrector_line& c : r.correctors) {
    out += "corrector " + std::string(c.name.view()) + ": " +
           (c.absent == absence::none ? detail::shown_value(c) + detail::interval_text(c.raw)
                                      : detail::why_not_assessed(c)) +
           detail::n_text(c.raw) + detail::left_out(c.raw) + "\n";
  }
  for (const component_line& c : r.components) {
    const std::string rest = detail::left_out(c.raw);
    if (!rest.empty()) {
      out += "left out of " + std::string(c.name.view()) + ":" + rest.substr(1) + "\n";
    }
  }
  std::int64_t printed_total = 0;
  for (const std::int64_t line : printed) printed_total += line;
  out += "total " + (r.total ? detail::hundredths_text(printed_total)
                             : std::string("none: ") +
                                   (r.coverage > 0 ? detail::why_no_total(r) : "nothing assessed"));
  if (!r.band.empty()) out += ", grade " + std::string(r.band);
  if (r.band != r.band_of_total) out += " (" + std::string(r.band_of_total) + " without vetoes)";
  if (r.uncertainty && r.uncertainty->nothing_known()) {
    out += " (" + std::string(r.uncertainty->method) + ": error not known)";
  } else if (r.uncertainty) {
    const score_uncertainty& u = *r.uncertainty;
    out += " [" + points(u.interval.low) + ", " + points(u.interval.high) + "] (" +
           detail::rounded(u.level.value(), {.scale = 100, .places = 0}) + " % " +
           std::string(u.method) + ", standard error " + points(u.standard_error) +
           detail::errors_not_known(u) + detail::near_text(u) + ")";
  }
  out += "; coverage " + percent(r.coverage) + ", weight not assessed " +
         percent(r.weight_not_assessed);
  if (r.excluded.total() != 0) out += "; " + to_text(r.excluded);
  if (const std::uint64_t set = r.reference(); set != 0) {
    out += "; depends on reference set " + std::string(detail::hash_text(set).view());
  }
  out += "; rules " + std::string(detail::hash_text(r.definition).view()) + "\n";
  for (const nested_report& card : r.nested) {
    out += "\ninside " + std::string(card.component.view()) + ":\n" +
           detail::indented(to_text(card.report));
  }
  return out;
}

/// A ranking as a table: rank, key, total, grade, coverage, weight not assessed, vetoes.
template <class Key>
std::string to_text(const std::vector<rank_line<Key>>& lines) {
  using detail::padded;
  std::string out = "rank  " + padded("who", 14) + padded("points", 7, true) + "  " +
                    padded("grade", 7) + padded("not assessed", 14) + "veto\n";
  for (const rank_line<Key>& line : lines) {
    const score_report& r = *line.report;
    std::string vetoes;
    detail::each_veto(r, [&](const std::string& path, const veto_line& v) {
      if (v.state == veto_state::clear) return;
      if (!vetoes.empty()) vetoes += ", ";
      vetoes += path + " " + std::string(to_string(v.state));
    });
    std::string who;
    if constexpr (std::convertible_to<const Key&, std::string_view>) {
      who = std::string(std::string_view(line.key));
    } else {
      who = std::to_string(line.key);
    }
    out += padded(line.rank ? std::to_string(*line.rank) : "-", 4, true) + "  ";
    out += padded(who, 14);
    out += padded(r.total ? detail::points_text(*r.total) : "none", 7, true);
    out += "  " + padded(r.band.empty() ? "-" : std::string(r.band), 7);
    out += padded(detail::rounded(r.weight_not_assessed, {.scale = 100, .places = 1}) + " %", 14);
    out += (vetoes.empty() ? "-" : vetoes) + "\n";
  }
  return out;
}

/// Streams the text of a report.
template <class Traits>
std::basic_ostream<char, Traits>& operator<<(std::basic_ostream<char, Traits>& out,
                                             const score_report& r) {
  return out << to_text(r);
}

}  // namespace crmetrics
