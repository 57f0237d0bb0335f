#pragma once

#include <crmetrics/core/direction.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/core/label.hpp>
#include <crmetrics/core/unit.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/scorecard/bands.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crmetrics::detail {

/// Looks a scorecard's definition over when it is made, and reports everything wrong with it at
/// once.
class card_checker {
 public:
  /// @param grades of the card, which it may get later
  constexpr explicit card_checker(const bands& grades) : grades_(&grades) {}

  constexpr problem_list& problems() { return problems_; }
  constexpr const bands& grades() const { return *grades_; }

  constexpr void name(label part) {
    if (part.view().empty()) problems_.add({"scorecard", 0, "", "a part has no name"});
    for (const char c : part.view()) {
      if (static_cast<unsigned char>(c) >= 0x20) continue;  // a line of text is to stay one line
      problems_.add({std::string(part.view()), 0, "", "the name holds a control character"});
      break;
    }
    if (std::find(names_.begin(), names_.end(), part.view()) != names_.end()) {
      problems_.add({std::string(part.view()), 0, "", "two parts have this name"});
    }
    names_.push_back(part.view());
  }

  constexpr void enter_group(label part, double weight) {
    weighted(part, weight);
    levels_.push_back({part.view(), 0, 0, 0});
  }
  constexpr void leave_group() {
    const level done = levels_.back();
    levels_.pop_back();
    close(done);
  }
  constexpr void weighted(label part, double weight) {
    name(part);
    if (!(weight >= 0) || !is_finite(weight)) {
      problems_.add(
          {std::string(part.view()), 0, shown(weight), "weight must be finite and not negative"});
    }
    if (weight > 0 && is_finite(weight)) levels_.back().sum += weight;
    ++levels_.back().parts;
  }

  /// Whether the post has the component.
  constexpr void applies(bool does) {
    ++components_;
    applicable_ += does ? 1U : 0U;
  }

  /// A part that acts on the whole total, which a group has none of.
  constexpr void of_the_whole(label part) {
    if (levels_.size() == 1) return;
    problems_.add({std::string(part.view()), 0, std::string(levels_.back().name),
                   "acts on the whole: it belongs beside the groups, not into one"});
  }
  /// How the parts beside it are combined.
  constexpr void combines() {
    if (++levels_.back().combiners != 2) return;
    problems_.add({std::string(levels_.back().name), 0, "", "has more than one aggregated_by"});
  }

  constexpr void corrector_name(label part, crmetrics::unit metric, crmetrics::direction better) {
    correctors_.push_back({part.view(), metric, better});
  }
  template <class Rule>
  constexpr void needs_corrector(label part, label corrector, const Rule& rule) {
    need n{part.view(), corrector.view()};
    if constexpr (requires { rule.start, rule.full; }) {
      n.start = rule.start;
      n.full = rule.full;
    } else if constexpr (requires { rule.range()->first; }) {
      if (const auto range = rule.range()) n.start = range->first, n.full = range->second;
    }
    needed_.push_back(n);
  }

  constexpr void direction(label part, crmetrics::direction metric, crmetrics::direction curve) {
    const auto none = crmetrics::direction::neutral;  // best in the middle
    if (metric == none || curve == none || metric == curve) return;
    problems_.add(
        {std::string(part.view()), 0, std::string(to_string(curve)),
         "floor and target contradict the metric, for which " + std::string(to_string(metric))});
  }
  /// The side on which a veto lies: what is above a threshold is a breach where less is better.
  template <class Trigger>
  constexpr void breach(label part, crmetrics::direction metric, const Trigger& trigger) {
    if constexpr (requires { trigger.better(); }) {
      const std::optional<crmetrics::direction> asked = trigger.better();
      if (!asked || metric == crmetrics::direction::neutral || metric == *asked) return;
      problems_.add({std::string(part.view()), 0, "",
                     "the veto would fire on the good side: of its metric, " +
                         std::string(to_string(metric))});
    }
  }
  // A share in [0, 1] with a target of 90 is a share whose target was meant as 0.90.
  template <class Rule>
  constexpr void unit(label part, crmetrics::unit metric, const Rule& rule) {
    if constexpr (requires { rule.check_unit(*this, part, metric); }) {
      rule.check_unit(*this, part, metric);  // one that hides another
    } else if constexpr (requires { rule.floor, rule.target; }) {
      constexpr std::string_view reason =
          "the metric is a fraction: floor and target must lie in [-1, 1]";
      bound(part, metric, rule.floor, reason);
      bound(part, metric, rule.target, reason);
    } else if constexpr (requires { rule.native_bounds(); }) {
      for (const double at : rule.native_bounds()) {
        bound(part, metric, at, "the metric is a fraction: the curve's bounds must lie in [-1, 1]");
      }
    } else if constexpr (requires { rule.threshold; }) {
      bound(part, metric, rule.threshold,
            "the metric is a fraction: the threshold must lie in [-1, 1]");
    }
    // Seconds are summed in integers, too: nobody allows a sum of them.
    if constexpr (requires { rule.allowed; }) {
      if (metric == crmetrics::unit::fraction) return;
      problems_.add({std::string(part.view()), 0, std::to_string(rule.allowed),
                     "an allowance of events needs a share of counted events"});
    }
  }

  constexpr void finish() {
    close(levels_.front());
    if (components_ != 0 && applicable_ == 0) {
      problems_.add({"scorecard", 0, "", "no component is applicable"});
    }
    for (const need& n : needed_) {
      const auto found =
          std::find_if(correctors_.begin(), correctors_.end(),
                       [&](const known_corrector& c) { return c.name == n.corrector; });
      if (n.part == n.corrector) {
        problems_.add({std::string(n.part), 0, std::string(n.corrector), "corrects itself"});
      } else if (found == correctors_.end()) {
        problems_.add({std::string(n.part), 0, std::string(n.corrector),
                       "is to be corrected by a part that the card does not have"});
      } else {
        constexpr std::string_view reason =
            "correction: the corrector is a fraction: start and full must lie in [-1, 1]";
        bound(n.part, found->metric, n.start, reason);
        bound(n.part, found->metric, n.full, reason);
        const bool more_costs = n.full > n.start;
        if (n.start != n.full &&
            found->better == (more_costs ? crmetrics::direction::higher_is_better
                                         : crmetrics::direction::lower_is_better)) {
          problems_.add({std::string(n.part), 0, std::string(n.corrector),
                         "correction: would take points where the corrector gets better, for it " +
                             std::string(to_string(found->better))});
        }
      }
    }
    problems_.throw_if_any();
  }

 private:
  struct level {
    std::string_view name;
    double sum = 0;
    int parts = 0;
    int combiners = 0;
  };
  struct known_corrector {
    std::string_view name;
    crmetrics::unit metric;
    crmetrics::direction better;
  };
  struct need {
    std::string_view part;
    std::string_view corrector;
    double start = 0;
    double full = 0;
  };
  constexpr void bound(std::string_view part, crmetrics::unit metric, double value,
                       std::string_view reason) {
    const bool fraction =
        metric == crmetrics::unit::fraction || metric == crmetrics::unit::net_fraction;
    if (!fraction || !is_finite(value) || abs(value) <= 1) return;
    problems_.add({std::string(part), 0, shown(value), std::string(reason)});
  }
  constexpr void close(const level& done) {
    if (done.parts == 0) {
      problems_.add({std::string(done.name), 0, "", "has no weighted component"});
    } else if (done.sum == 0) {
      problems_.add({std::string(done.name), 0, "0", "all weights are zero"});
    } else if (!is_finite(done.sum)) {
      problems_.add({std::string(done.name), 0, "", "the sum of the weights is not finite"});
    }
  }

  const bands* grades_;
  std::size_t components_ = 0;
  std::size_t applicable_ = 0;
  problem_list problems_;
  std::vector<std::string_view> names_;
  std::vector<known_corrector> correctors_;
  std::vector<need> needed_;
  std::vector<level> levels_ = {{"scorecard", 0, 0, 0}};
};

}  // namespace crmetrics::detail
