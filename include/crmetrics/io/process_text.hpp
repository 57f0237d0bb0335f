#pragma once

#include <crmetrics/core/estimate.hpp>
#include <crmetrics/core/unit.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/intervals/correlation.hpp>
#include <crmetrics/intervals/difference.hpp>
#include <crmetrics/io/detail/number_text.hpp>
#include <crmetrics/io/score_text.hpp>
#include <crmetrics/io/text.hpp>
#include <crmetrics/io/view_text.hpp>
#include <crmetrics/scorecard/alarm.hpp>
#include <crmetrics/scorecard/attainment.hpp>
#include <crmetrics/scorecard/attribution.hpp>
#include <crmetrics/scorecard/attribution_guard.hpp>
#include <crmetrics/scorecard/evidence_share.hpp>
#include <crmetrics/scorecard/improvement_plan.hpp>
#include <crmetrics/scorecard/payout.hpp>
#include <crmetrics/scorecard/relevance_review.hpp>
#include <crmetrics/scorecard/review.hpp>
#include <crmetrics/scorecard/target.hpp>

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Text of what happens around a card: targets, payouts, attribution, alarms, reviews, plans. Each
/// is a line or a few, without a newline at the end.
namespace crmetrics {

namespace detail {

/// A number in the unit of an estimate.
inline std::string in_unit_of(const estimate& e, double x) {
  number_style style = style_of(e);
  // A limit of 0.5 % beside a value of 3.0 % needs its decimals all the same.
  if (e.unit() == unit::fraction && x > 0 && x < .02) style.places = 2;
  return styled(rounded(x, style), style);
}
inline std::string value_with_interval(const estimate& e) {
  std::string out = value_text(e);
  if (e.interval()) {
    const number_style style = style_of(e);
    out +=
        " [" + rounded(e.interval()->low, style) + ", " + rounded(e.interval()->high, style) + "]";
  }
  return out + ", n = " + std::to_string(e.n());
}
inline std::string per_cent(double share, int places = 1) {
  return rounded(share, {.scale = 100, .places = places}) + " %";
}
/// "1 in 28 values": how often an alarm is false.
inline std::string false_alarm_text(double rate) {
  if (!(rate > 0)) return "no false alarms";
  return "false alarms " + per_cent(rate, 2) + " of values, one in " +
         rounded(1 / rate, {.scale = 1, .places = 0});
}
inline std::string correlation_text(const crmetrics::correlation& c) {
  if (!c.has_value()) return std::string(to_string(c.status));
  std::string out = rounded(c.r, {.scale = 1, .places = 2});
  if (c.interval) {
    out += " [" + rounded(c.interval->low, {.scale = 1, .places = 2}) + ", " +
           rounded(c.interval->high, {.scale = 1, .places = 2}) + "]";
  }
  return out + ", n = " + std::to_string(c.n);
}

}  // namespace detail

/// `met: 95.0 % [90.8, 97.3], n = 180, target at least 95.0 %`; "within chance" where the interval
/// holds the target.
inline std::string to_text(const target_line& t) {
  std::string out(to_string(t.state));
  if (t.state == target_state::not_assessed) {
    out += " (" + std::string(to_string(t.absent)) + ", n = " + std::to_string(t.raw.n()) + ")";
  } else if (t.raw.n() != 0) {
    out += ": " + detail::value_with_interval(t.raw);
  }
  out += ", target " + std::string(detail::threshold_words(t.better, t.strict)) + " ";
  out += detail::in_unit_of(t.raw, t.threshold);
  if (t.raw.has_value() && t.raw.interval() && t.state != target_state::not_assessed && !t.sure) {
    out += ", within chance";
  }
  return out;
}
/// `2 of 3 met their target (66.7 %), 1 not assessed`
inline std::string to_text(const attainment& a) {
  std::string out = std::to_string(a.met) + " of " + std::to_string(a.assessed());
  out += " met their target";
  if (a.value()) out += " (" + detail::per_cent(*a.value()) + ")";
  if (a.not_assessed != 0) out += ", " + std::to_string(a.not_assessed) + " not assessed";
  return out;
}
/// `1217.60 for 85.44 (paid); rules c72719f8e6382b18`; "not assessed (insufficient)". @param
/// minor_digits of the currency: 2 for most, 0 for yen
inline std::string to_text(const payout_line& p, int minor_digits = 2) {
  const std::string rules = p.definition == 0
                                ? std::string()
                                : "; rules " + std::string(detail::hash_text(p.definition).view());
  if (!p.amount || !p.score) {
    return std::string(to_string(p.state)) + " (" + std::string(to_string(p.absent)) + ")" + rules;
  }
  std::int64_t whole = 1;
  for (int i = 0; i < minor_digits; ++i) whole *= 10;
  return detail::rounded(exact_ratio{*p.amount, whole}, {.scale = 1, .places = minor_digits}) +
         " for " + detail::rounded(*p.score, {.scale = 1, .places = 2}) + " (" +
         std::string(to_string(p.state)) + ")" + rules;
}
/// `measured 60.0 %, rated 40.0 %; outcome 30.0 %, process 50.0 %, unmarked 20.0 %`, and what was
/// filled in
inline std::string to_text(const evidence_share& s) {
  return "measured " + detail::per_cent(s.measured) + ", rated " + detail::per_cent(s.rated) +
         "; outcome " + detail::per_cent(s.outcome) + ", process " + detail::per_cent(s.process) +
         ", unmarked " + detail::per_cent(s.unmarked) +
         (s.filled > 0 ? "; filled in " + detail::per_cent(s.filled) : std::string());
}

/// The effect of leaving events out, on a metric or on the total of a card: what counts, what it
/// would have been, and how much was left out for what.
template <class Result>
std::string to_text(const attribution_effect<Result>& e) {
  const auto value = [](const auto& result) {
    if constexpr (std::same_as<Result, score_report>) {
      if (!result.total) return "no total (" + detail::why_no_total(result) + ")";
      std::string text = detail::points_text(*result.total) + " points";
      if (result.uncertainty && !result.uncertainty->nothing_known()) {
        text += " [" + detail::points_text(result.uncertainty->interval.low) + ", " +
                detail::points_text(result.uncertainty->interval.high) + "]";
      }
      return text;
    } else {
      return detail::value_with_interval(result);
    }
  };
  std::string out = "counts: " + value(e.after) + "; with all events: " + value(e.before) + "; ";
  out += std::to_string(e.excluded.total()) + " of " + std::to_string(e.judged) + " left out";
  std::string causes;
  for (const auto& [cause, count] : e.excluded) {
    causes +=
        (causes.empty() ? ": " : ", ") + std::to_string(count) + " " + std::string(cause.view());
  }
  if constexpr (std::same_as<Result, score_report>) {
    causes += "; rules " + std::string(detail::hash_text(e.after.definition).view());
  }
  return out + causes;
}
/// `30 of 100 left out (30.0 %), others 6.7 %, p = 1.5e-08: look at it`
template <class Key>
std::string to_text(const removal_line<Key>& l) {
  std::string out = std::to_string(l.removed) + " of " + std::to_string(l.judged) + " left out";
  if (l.judged != 0) {
    out += " (" + detail::per_cent(static_cast<double>(l.removed) / static_cast<double>(l.judged)) +
           ")";
  }
  if (l.share_of_others) out += ", others " + detail::per_cent(*l.share_of_others);
  if (l.p_value) out += ", p = " + detail::p_value_text(*l.p_value);
  return out + (l.outlier ? ": look at it" : "");
}

/// One line an agent: `Bo: 30 of 100 left out ...`
template <class Key>
std::string to_text(const std::vector<removal_line<Key>>& lines) {
  std::string out;
  for (const removal_line<Key>& l : lines) {
    out += (out.empty() ? "" : "\n") + detail::who_text(l.key) + ": " + to_text(l);
  }
  return out;
}

/// `errors raised: 4.0 % [2.3, 6.9], n = 300 above the limit 3.7 %; false alarms 3.56 % of values,
/// one in 28`
inline std::string to_text(const alarm_line& a) {
  std::string out = std::string(a.name.view()) + " " + std::string(to_string(a.state));
  if (a.state == alarm_state::not_assessable) {
    return out + " (" + std::string(to_string(a.absent)) + ", n = " + std::to_string(a.raw.n()) +
           ")";
  }
  out += ": " + detail::value_with_interval(a.raw);
  if (a.state == alarm_state::raised) {
    out += a.above_limit ? " above the limit " : " below the limit ";
    out += detail::in_unit_of(a.raw, a.limit);
  } else if (a.limits) {
    out += " within " + detail::in_unit_of(a.raw, a.limits->low) + " to " +
           detail::in_unit_of(a.raw, a.limits->high);
  }
  return out + "; " +
         (a.false_alarm_rate ? detail::false_alarm_text(*a.false_alarm_rate)
                             : std::string("rate of false alarms not known"));
}
/// `Bo, errors: open; 4.7 % [2.8, 7.7], n = 300, limit 3.7 %`
inline std::string to_text(const review& r) {
  std::string out = r.who + ", " + std::string(r.alarm.view()) + ": " +
                    std::string(to_string(r.state)) + "; " + detail::value_with_interval(r.raw) +
                    ", limit " + detail::in_unit_of(r.raw, r.limit);
  if (!r.note.empty()) out += "; " + r.note;
  return out;
}

/// `1 open, 3 confirmed, 2 false alarms`
inline std::string to_text(const review_tally& t) {
  return std::to_string(t.open) + " open, " + std::to_string(t.confirmed) + " confirmed, " +
         std::to_string(t.false_alarms) + (t.false_alarms == 1 ? " false alarm" : " false alarms");
}

/// One line a component, then what overlaps, then what tells nobody apart.
inline std::string to_text(const relevance_report& r) {
  std::string out = "association with " + std::string(r.outcome.view()) + " over " +
                    std::to_string(r.agents) + " agents";
  if (r.definition != 0) {
    out += "; rules " + std::string(detail::hash_text(r.definition).view());
  }
  const auto name = [](label l) { return std::string(l.view()); };
  for (const relevance_line& c : r.components) {
    out += "\n" + name(c.name) + ": " + std::string(to_string(c.state)) +
           (c.better == direction::neutral ? "; points by rank " : "; by rank ") +
           detail::correlation_text(c.by_rank);
    if (c.no_variation) out += "; all agents have the same value";
    if (c.target_always_met()) out += "; all meet the target";
    if (c.target_never_met()) out += "; nobody meets the target";
  }
  for (const overlap_line& o : r.overlaps) {
    out += "\n" + name(o.a) + " and " + name(o.b) +
           (o.shared_measure ? ": the same measure twice" : ": say nearly the same") + ", r " +
           detail::correlation_text(o.together) + "; together " + detail::per_cent(o.weight) +
           " of the weight";
  }
  if (!r.only_band.empty()) out += "\nall agents are in the band " + std::string(r.only_band);
  return out;
}

/// `Bo, NPS: listen to the recordings (20.00 points, costs 50.00)`
inline std::string to_text(const plan_item& i) {
  return i.who + ", " + std::string(i.component.view()) + ": " + i.action + " (" +
         detail::rounded(i.score, {.scale = 1, .places = 2}) + " points, costs " +
         detail::rounded(i.loss, {.scale = 1, .places = 2}) + ")";
}
/// `Bo, NPS: improved by 30.0 [8.3, 50.3], from 10.0 to 40.0; target at least 30.0 met`
inline std::string to_text(const plan_followup& f) {
  std::string out = f.item.who + ", " + std::string(f.item.component.view()) + ": " +
                    std::string(to_string(f.state));
  const detail::number_style style = detail::style_of(f.item.before.unit());
  if (f.change.has_value()) {
    out += ", change " + detail::rounded(f.change.value(), style);
    if (f.change.interval()) {
      out += " [" + detail::rounded(f.change.interval()->low, style) + ", " +
             detail::rounded(f.change.interval()->high, style) + "]";
    }
    out += style.suffix;
  }
  out += ", from " + value_text(f.item.before) + " to " +
         (f.absent == absence::suppressed ? "not shown" : value_text(f.now));
  if (f.absent != absence::none) out += " (" + std::string(to_string(f.absent)) + ")";
  if (f.reached) {
    out += "; target " +
           std::string(detail::threshold_words(f.reached->better, f.reached->strict)) + " ";
    out += detail::in_unit_of(f.now, f.reached->threshold) + " " +
           std::string(to_string(f.reached->state));
  }
  return out;
}

}  // namespace crmetrics
