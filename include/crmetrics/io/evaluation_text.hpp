#pragma once

#include <crmetrics/io/score_text.hpp>
#include <crmetrics/io/view_text.hpp>
#include <crmetrics/runtime/evaluation.hpp>
#include <crmetrics/runtime/table_quality.hpp>
#include <crmetrics/scorecard/team_view.hpp>

#include <map>
#include <ostream>
#include <string>
#include <string_view>

namespace crmetrics {

namespace detail {

/// The view with the names of the agents instead of their ids.
inline team_view<std::string> with_names(const evaluation::unit& unit) {
  std::map<std::string_view, std::string_view> names;
  for (const evaluation::agent& a : unit.agents) names.emplace(a.id, a.name);
  team_view<std::string> view = unit.view;
  for (auto& place : view.ranking) place.who = names.at(place.who);
  for (auto& run : view.not_separable) {
    for (auto& who : run) who = names.at(who);
  }
  return view;
}

inline std::string quality_text(const table_quality& q) {
  std::string out = q.table + ": " + std::to_string(q.in_period) + " of " + std::to_string(q.rows) +
                    " rows in the period";
  const auto add = [&](std::uint64_t n, const std::string& what) {
    if (n != 0) out += ", " + std::to_string(n) + " " + what;
  };
  add(q.without_time, "without a time");
  add(q.without_owner, "without an owner");
  add(q.unknown_owner, "of unknown owners");
  for (const auto& c : q.columns) {
    if (c.role == "owner" || c.role == "time") continue;
    add(c.missing, "without " + c.name);
    add(c.not_on_card, "of agents whose card has no " + c.role);
    add(c.open, "open: " + c.name);
  }
  if (q.linked) {
    add(q.linked->pending, "contacts too recent to know");
    add(q.linked->unknown_customer, "contacts of unknown customers");
    add(q.linked->left_out, "contacts left out");
  }
  return out + "\n";
}

}  // namespace detail

/// An evaluation for a terminal: every team with its ranking by name, who has no data, what the
/// tables lack, and the warnings. The cards of agents are in `unit.agents`.
inline std::string to_text(const evaluation& e) {
  std::string out = e.title + ", " + e.period_name + "\n";
  for (const evaluation::unit& unit : e.units) {
    out += "\n" + unit.name + (unit.name.empty() || unit.post.empty() ? "" : ", ") + unit.post;
    if (!unit.name.empty() || !unit.post.empty()) out += "\n";
    out += to_text(detail::with_names(unit));
    if (unit.change) out += "since the period before " + unit.change->text() + "\n";
  }
  if (!e.without_data.empty()) {
    out += "\nwithout data:";
    for (const listed_agent& a : e.without_data) {
      out += (&a == &e.without_data.front() ? " " : ", ") + a.name;
    }
    out += "\n";
  }
  out += "\n";
  for (const table_quality& q : e.quality) out += detail::quality_text(q);
  for (const diagnostic& d : e.diagnostics) out += d.text() + "\n";
  return out;
}

inline std::ostream& operator<<(std::ostream& out, const evaluation& e) {
  return out << to_text(e);
}

}  // namespace crmetrics
