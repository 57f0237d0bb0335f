#pragma once

#include <crmetrics/io/detail/number_text.hpp>
#include <crmetrics/io/score_text.hpp>
#include <crmetrics/io/text.hpp>
#include <crmetrics/scorecard/exchange_table.hpp>
#include <crmetrics/scorecard/explanation.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <iosfwd>
#include <string>
#include <vector>

namespace crmetrics {

namespace detail {

/// A step as people say it, without its sign: 10 s, 1 pp, 1 point.
inline std::string step_text(double step, unit u, int places = -1) {
  const double size = (step < 0 ? -step : step) / reporting_unit(u);
  std::string out;
  if (places >= 0) {
    out = rounded(size, {.scale = 1, .places = places});
  } else {
    char text[32];
    out.assign(text, std::to_chars(text, text + sizeof text, nearbyint(size * 1e9) / 1e9).ptr);
  }
  switch (u) {
    case unit::fraction:
    case unit::relative:
      return out + " pp";
    case unit::second:
      return out + " s";
    case unit::net_fraction:
    case unit::points:
      return out + (out == "1" ? " point" : " points");
    case unit::money:
    case unit::per_exposure:
    case unit::number:
      break;
  }
  return out;
}

/// The terms of the top level: groups and single components with what they contribute, then the
/// adjustments. Printed, they add up to the printed total.
inline std::string composition_text(const score_report& r) {
  std::vector<std::string> names;
  std::vector<double> points;
  std::vector<std::size_t> place(r.groups.size());
  for (std::size_t g = 0; g != r.groups.size(); ++g) {
    const std::size_t parent = r.groups[g].parent;
    if (parent != component_line::no_group) {
      place[g] = place[parent];  // a group stands after the one around it
      continue;
    }
    if (!r.groups[g].score) {
      place[g] = component_line::no_group;
      continue;
    }
    place[g] = names.size();
    names.emplace_back(r.groups[g].name.view());
    points.push_back(0);
  }
  for (const component_line& c : r.components) {
    if (c.group != component_line::no_group) {
      if (place[c.group] != component_line::no_group) points[place[c.group]] += c.contribution;
    } else if (c.counts()) {
      names.emplace_back(c.name.view());
      points.push_back(c.contribution);
    }
  }
  for (const adjustment_line& a : r.adjustments) {
    names.emplace_back(a.name.view());
    points.push_back(a.points);
  }
  const auto printed = printed_hundredths(points, *r.total);
  std::string out = "=";
  for (std::size_t i = 0; i != names.size(); ++i) {
    if (i != 0 || printed[i] < 0) out += printed[i] < 0 ? " -" : " +";
    out += " " + names[i] + " " + hundredths_text(printed[i] < 0 ? -printed[i] : printed[i]);
  }
  return out + "\n";
}

/// What a veto or a deduction took.
inline std::string loss_text(const score_report& r, const explanation::loss& loss) {
  std::string out = "lost " + points_text(loss.points) + " by ";
  for (const bonus_line& b : r.bonuses) {
    if (b.name != loss.name) continue;
    return out + "deduction " + std::string(b.name.view()) + " (" + shown_value(b) +
           ", n = " + std::to_string(b.raw.n()) + ")\n";
  }
  for (const veto_line& v : r.vetoes) {
    if (v.name != loss.name) continue;
    return out + "veto " + std::string(v.name.view()) + " (" + shown_value(v) +
           ", n = " + std::to_string(v.raw.n()) + "): at most " + points_text(v.highest_total) +
           " points\n";
  }
  return out + std::string(loss.name.view()) + "\n";
}
inline std::string loss_text(const component_line& c, double lost) {
  const auto points = [](double x) { return points_text(x); };
  std::string out = "lost " + points(lost) + " by " + std::string(c.name.view());
  out += c.assessed() ? " (" + shown_value(c) + n_text(c.raw) + "): "
                      : " (" + std::string(to_string(c.absent)) + "): ";
  out += points(c.score) + " of 100 points";
  if (c.factor < 1) {
    out += ", corrected by " + std::string(c.corrected_by.view()) + " x " +
           rounded(c.factor, {.scale = 1, .places = 3});
  }
  out += ", weight " + rounded(c.weight_used, {.scale = 100, .places = 1}) + " %";
  // Other means than the arithmetic one: the weight does not say what a point is worth.
  if (abs(c.sensitivity - c.weight_used) > 1e-9) {
    out += ", a point moves the total by " + rounded(c.sensitivity, {.scale = 1, .places = 3});
  }
  return out + "\n";
}

/// The six steps that raise the total most, and one exchange rate: of a component and what corrects
/// it, else of the first two.
inline std::string exchange_text(const explanation& e) {
  std::vector<explanation::worth> steps;
  for (const explanation::worth& w : e.values) {
    if (w.points > 0) steps.push_back(w);
  }
  if (steps.empty()) return {};
  std::sort(steps.begin(), steps.end(), [](const auto& a, const auto& b) {
    const auto x = grid_points::of(a.points);
    const auto y = grid_points::of(b.points);
    return x != y ? x > y : a.name.view() < b.name.view();
  });
  if (steps.size() > 6) steps.resize(6);
  std::string out = "worth, to first order:";
  for (const explanation::worth& w : steps) {
    out += &w == steps.data() ? " " : ", ";
    out += step_text(w.step, w.unit) + (w.step < 0 ? " less " : " more ") +
           std::string(w.name.view()) + " " + rounded(w.points, {.scale = 1, .places = 3});
  }
  out += "\n";
  const auto one_for = [&](label one, label other) {
    const auto amount = e.exchange(one, other);
    if (!amount) return std::string();
    const auto& a = e.value_of(one);
    const auto& b = e.value_of(other);
    return step_text(a.step, a.unit) + " of " + std::string(one.view()) + " for " +
           step_text(*amount, b.unit, 2) + " of " + std::string(other.view()) + "\n";
  };
  for (const component_line& c : e.report.components) {
    if (c.assessed() && c.corrector_marginal != 0) {
      const std::string line = one_for(c.name, c.corrected_by);
      if (!line.empty()) return out + "exchange rate: " + line;
    }
  }
  if (steps.size() > 1) out += "exchange rate: " + one_for(steps[0].name, steps[1].name);
  return out;
}

inline std::string headline(const score_report& r) {
  if (!r.total) return "no total: " + why_no_total(r) + "\n";
  std::string out = points_text(*r.total) + " points";
  if (!r.band.empty()) out += ", grade " + std::string(r.band);
  if (r.band != r.band_of_total) out += " (" + std::string(r.band_of_total) + " without vetoes)";
  if (r.uncertainty && r.uncertainty->nothing_known()) {
    out += " (" + std::string(r.uncertainty->method) + ": error not known)";
  } else if (r.uncertainty) {
    const score_uncertainty& u = *r.uncertainty;
    out += " [" + points_text(u.interval.low) + ", " + points_text(u.interval.high) + "] (" +
           rounded(u.level.value(), {.scale = 100, .places = 0}) + " % " + std::string(u.method) +
           errors_not_known(u) + near_text(u) + ")";
    if (const auto probability = u.at_least(r.band)) {
      out += ", " + std::string(r.band) + " or better with probability " +
             rounded(*probability, {.scale = 1, .places = 2});
      if (u.without_error != 0) out += " by the errors that are known";
    }
  }
  return out + "\n";
}

}  // namespace detail

/// An explanation in at most twelve lines: total, grade and doubt; what the total is made of; the
/// largest losses; what steps of the metrics are worth and their exchange rate; vetoes; what was
/// not assessed; what was left out; coverage and rules. Whatever does not apply has no line.
inline std::string to_text(const explanation& e) {
  const score_report& r = e.report;
  const auto percent = [](double share) {
    return detail::rounded(share, {.scale = 100, .places = 1}) + " %";
  };
  std::string out = detail::headline(r);
  if (r.total) out += detail::composition_text(r);
  for (std::size_t i = 0; i != (std::min)(e.losses.size(), std::size_t{3}); ++i) {
    const explanation::loss& lost = e.losses[i];
    out += lost.adjustment ? detail::loss_text(r, lost)
                           : detail::loss_text(r.component(lost.name), lost.points);
  }
  out += detail::exchange_text(e);
  std::string vetoes;
  detail::each_veto(r, [&](const std::string& path, const veto_line& v) {
    vetoes += (vetoes.empty() ? "veto " : "; ") + path + " " + std::string(to_string(v.state)) +
              " (" + detail::shown_value(v) + ", n = " + std::to_string(v.raw.n()) + ")";
  });
  if (!vetoes.empty()) out += vetoes + "\n";
  std::string gaps;
  for (const explanation::gap& g : e.gaps) {
    gaps += (gaps.empty() ? "not assessed: " : ", ") + std::string(g.name.view()) + " (" +
            std::string(to_string(g.why));
    if (g.why == absence::required_absent) {
      gaps += ": " + detail::required_in(r.inside(g.name.view()));
    }
    gaps += (g.weight > 0 ? ", weight " + percent(g.weight) : "") + ")";
  }
  if (!gaps.empty()) out += gaps + "\n";
  std::string left;
  const auto see = [&](const auto& lines) {
    for (const auto& line : lines) {
      const std::string rest = detail::left_out(line.raw);
      if (rest.empty()) continue;
      left += (left.empty() ? "left out of " : "; of ") + std::string(line.name.view()) + ":" +
              rest.substr(1);
    }
  };
  see(r.components), see(r.correctors), see(r.bonuses), see(r.vetoes);
  if (!left.empty()) out += left + "\n";
  return out + "coverage " + percent(r.coverage) + ", weight not assessed " +
         percent(r.weight_not_assessed) + "; rules " +
         std::string(detail::hash_text(r.definition).view()) + "\n";
}

/// The exchange rates of all metrics that are worth something, one line a metric: its step, and how
/// much of each other is worth as much. Directions are those that raise the total.
inline std::string to_text(const exchange_table& table) {
  using detail::padded;
  std::vector<std::size_t> worth;
  std::string nothing;
  for (std::size_t i = 0; i != table.metrics.size(); ++i) {
    const explanation::worth& w = table.metrics[i].value;
    if (w.points > 0) {
      worth.push_back(i);
    } else {
      nothing += (nothing.empty() ? "worth nothing at what was measured: " : ", ") +
                 std::string(w.name.view());
    }
  }
  std::vector<std::string> steps;
  std::size_t first = 16;
  for (const std::size_t i : worth) {
    const explanation::worth& w = table.metrics[i].value;
    steps.push_back(detail::step_text(w.step, w.unit) + (w.step < 0 ? " less " : " more ") +
                    std::string(w.name.view()) + " (n = " + std::to_string(table.metrics[i].n) +
                    ")");
    first = (std::max)(first, detail::columns(steps.back()));
  }
  const auto width = [&](std::size_t i) {
    return (std::max)(std::size_t{12}, detail::columns(table.metrics[i].value.name.view())) + 2;
  };
  std::string out;
  if (!worth.empty()) {
    out = padded("worth as much as", first) + padded("points", 10, true);
    for (const std::size_t i : worth) {
      out += padded(std::string(table.metrics[i].value.name.view()), width(i), true);
    }
    out += "\n";
  }
  for (std::size_t row = 0; row != worth.size(); ++row) {
    out += padded(steps[row], first);
    out +=
        padded(detail::rounded(table.metrics[worth[row]].value.points, {.scale = 1, .places = 3}),
               10, true);
    for (const std::size_t column : worth) {
      const explanation::worth& w = table.metrics[column].value;
      const auto amount = table.rate(worth[row], column);
      out += padded(amount && column != worth[row] ? detail::step_text(*amount, w.unit, 2) : "-",
                    width(column), true);
    }
    out += "\n";
  }
  if (!nothing.empty()) out += nothing + "\n";
  return out + "rules " + std::string(detail::hash_text(table.definition).view()) + "\n";
}

/// Streams the text of an explanation.
template <class Traits>
std::basic_ostream<char, Traits>& operator<<(std::basic_ostream<char, Traits>& out,
                                             const explanation& e) {
  return out << to_text(e);
}

}  // namespace crmetrics
