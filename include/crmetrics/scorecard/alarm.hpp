#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/core/estimate.hpp>
#include <crmetrics/core/label.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/intervals/wilson.hpp>
#include <crmetrics/scorecard/concepts.hpp>
#include <crmetrics/scorecard/control_limits.hpp>
#include <crmetrics/scorecard/detail/absence_of.hpp>
#include <crmetrics/scorecard/detail/count_distribution.hpp>
#include <crmetrics/scorecard/detail/evidence.hpp>
#include <crmetrics/scorecard/review.hpp>
#include <crmetrics/scorecard/score_report.hpp>
#include <crmetrics/scorecard/veto_rules.hpp>
#include <crmetrics/time/instant.hpp>

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace crmetrics {

enum class alarm_state : std::uint8_t {
  quiet,
  raised,
  not_assessable  ///< too little to tell; never a silent all-clear
};

constexpr std::string_view to_string(alarm_state s) noexcept {
  switch (s) {
    case alarm_state::quiet:
      return "quiet";
    case alarm_state::raised:
      return "raised";
    case alarm_state::not_assessable:
      return "not assessable";
  }
  return "?";
}

/// What an alarm says of one value.
struct alarm_line {
  label name;
  alarm_state state = alarm_state::not_assessable;
  absence absent = absence::missing;
  estimate raw;
  std::optional<control_limits> limits;  ///< of a control chart, for this n
  double limit = 0;                      ///< the one that was broken, where it was raised
  bool above_limit = true;
  std::optional<double> false_alarm_rate;  ///< per value, in control; none where nobody knows it
};

/// Limits of its own for each result: `p_chart`, `u_chart`, `xmr_chart`, or one of your own.
template <class C>
concept control_chart =
    std::copyable<C> && requires(const C& c, const estimate& e, const control_limits& l,
                                 problem_list& problems, std::string_view part) {
      { c.limits(e) } -> std::same_as<control_limits>;
      { c.judge(e, l) } -> std::same_as<control_signal>;
      c.validate(problems, part);
    };

/// A fixed rule, with the share at which the process is in control, so that its false alarms can be
/// computed: `fixed(above{.005}, .003)`.
template <veto_trigger Trigger>
struct fixed_rule {
  Trigger trigger;
  std::optional<double> in_control;

  friend constexpr bool operator==(const fixed_rule&, const fixed_rule&) = default;
};

/// A rule of vetoes as an alarm: `above`, `below`, `surely_above`, `surely_below`, `more_than`,
/// `above_allowing`.
/// @param in_control the share of a process in control, for the rate of false alarms
template <veto_trigger Trigger>
constexpr fixed_rule<Trigger> fixed(Trigger trigger, std::optional<double> in_control = {}) {
  return {std::move(trigger), in_control};
}

/// An alarm on any metric: a fixed rule with the evidence it asks for, or control limits. It says
/// what it found, and how often it is raised by chance alone; `review_of` opens the review.
///
/// `alarm("errors", fixed(above{.005}, .003))`, `alarm("errors", p_chart{.003})`. The rate of false
/// alarms of a fixed rule on a share is exact: the probability, binomial with the n at hand and the
/// share in control, of all counts at which the rule fires. It needs no direction: an alarm on an
/// improvement is worth a look as well. Rates are per value; with 40 agents and 12 months an alarm
/// of 1 % is raised 5 times a year in a perfect team.
template <class Rule>
class alarm {
 public:
  /// @throws bad_input for a rule with settings that cannot be
  constexpr alarm(label name, Rule rule) : name_(name), rule_(std::move(rule)) {
    problem_list problems;
    if (name.view().empty()) problems.add({"alarm", 0, "", "an alarm has no name"});
    if constexpr (control_chart<Rule>) {
      rule_.validate(problems, name.view());
    } else {
      rule_.trigger.validate(problems, name.view());
      if (rule_.in_control && !(*rule_.in_control >= 0 && *rule_.in_control <= 1)) {
        detail::note(problems, name.view(), *rule_.in_control,
                     "the share in control must lie in [0, 1]");
      }
    }
    problems.throw_if_any();
  }
  /// Fewer observations than this are not assessable.
  constexpr alarm at_least(std::uint64_t min_n) && {
    min_n_ = min_n;
    return std::move(*this);
  }

  constexpr label name() const noexcept { return name_; }

  /// On a result of a metric; of a rule with evidence (`surely_above`) it must be one at the rule's
  /// level: `metric.result(rule.level)`.
  /// @throws error where the result is not of the kind that the rule needs
  alarm_line judge(const estimate& e) const {
    alarm_line line;
    line.name = name_;
    line.raw = e;
    line.absent = detail::absence_of(e, min_n_);
    if (line.absent != absence::none) return line;
    if constexpr (control_chart<Rule>) {
      line.limits = rule_.limits(e);
      line.false_alarm_rate = line.limits->false_alarm_rate();
      const control_signal found = rule_.judge(e, *line.limits);
      line.above_limit = found != control_signal::too_low;
      line.limit = line.above_limit ? line.limits->high : line.limits->low;
      set(line, found != control_signal::inside);
    } else {
      require_level(e);
      if (needs_interval && !detail::has_evidence(e)) {
        line.absent = absence::insufficient;
        return line;
      }
      line.above_limit = is_upper(e);
      line.limit = threshold(e);
      set(line, rule_.trigger.fires(e));
      if (rule_.in_control) line.false_alarm_rate = false_alarms(e);
    }
    return line;
  }

 private:
  static void set(alarm_line& line, bool raised) {
    line.state = raised ? alarm_state::raised : alarm_state::quiet;
  }
  static constexpr bool needs_interval = requires(const Rule& r) { r.trigger.level; };

  // In the unit of the value: an allowance of 3 events is 1 % of 300.
  double threshold(const estimate& e) const {
    double limit = detail::quiet_nan();
    if constexpr (requires { rule_.trigger.threshold; }) limit = rule_.trigger.threshold;
    if constexpr (requires { rule_.trigger.allowed; }) {
      const double share =
          static_cast<double>(rule_.trigger.allowed) / static_cast<double>(e.exact().denominator);
      if (!(limit > share)) limit = share;  // of both the one that is harder to pass
    }
    return limit;
  }
  bool is_upper(const estimate& e) const {
    if constexpr (requires { rule_.trigger.threshold; }) {
      return e.value() > rule_.trigger.threshold;
    } else {
      return true;
    }
  }
  void require_level(const estimate& e) const {
    if constexpr (requires { rule_.trigger.level; }) {
      if (!(e.level() == rule_.trigger.level)) {
        throw error("alarm " + std::string(name_.view()) + ": needs a result with an interval at " +
                    detail::shown(rule_.trigger.level.value()));
      }
    }
  }
  // The sum over all counts at which the rule fires; none where the result is no share of counts,
  // or has an interval that cannot be made from a count alone.
  std::optional<double> false_alarms(const estimate& e) const {
    if (e.unit() != unit::fraction || !e.exact().known() ||
        static_cast<std::uint64_t>(e.exact().denominator) != e.n()) {
      return std::nullopt;
    }
    if (needs_interval && e.method() != wilson::name) return std::nullopt;
    const auto fires = [&](std::uint64_t count) {
      estimate_parts parts = e.parts();
      parts.exact = {static_cast<std::int64_t>(count), e.exact().denominator};
      parts.value = parts.exact.value();
      if (needs_interval) {
        parts.interval =
            wilson::bounds({static_cast<double>(count), static_cast<double>(e.n())}, e.level());
      }
      return rule_.trigger.fires(estimate(parts));
    };
    const auto d = detail::count_distribution::binomial(e.n(), *rule_.in_control);
    double sum = 0;
    d.visit([&](std::uint64_t count, double probability) {
      if (fires(count)) sum += probability;
    });
    return sum;
  }

  label name_;
  Rule rule_;
  std::uint64_t min_n_ = 0;
};

/// The review that a raised alarm opens; none where it is quiet or not assessable.
inline std::optional<review> review_of(std::string who, const alarm_line& line, instant when) {
  if (line.state != alarm_state::raised) return std::nullopt;
  review r;
  r.who = std::move(who);
  r.alarm = line.name;
  r.raw = line.raw;
  r.limit = line.limit;
  r.above_limit = line.above_limit;
  r.false_alarm_rate = line.false_alarm_rate;
  r.opened = when;
  return r;
}

}  // namespace crmetrics
