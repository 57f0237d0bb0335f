#pragma once

#include <crmetrics/core/direction.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/core/label.hpp>
#include <crmetrics/core/unit.hpp>
#include <crmetrics/detail/math.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crmetrics::detail {

/// Looks a scorecard's definition over when it is made, and reports everything wrong with it at
/// once.
class card_checker {
 public:
  constexpr problem_list& problems() { return problems_; }

  constexpr void name(label part) {
    if (part.view().empty()) problems_.add({"scorecard", 0, "", "a part has no name"});
    if (std::find(names_.begin(), names_.end(), part.view()) != names_.end()) {
      problems_.add({std::string(part.view()), 0, "", "two parts have this name"});
    }
    names_.push_back(part.view());
  }

  constexpr void enter_group(label part, double weight) {
    weighted(part, weight);
    levels_.push_back({part.view(), 0, 0});
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

  constexpr void corrector_name(label part, crmetrics::unit metric) {
    correctors_.push_back({part.view(), metric});
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
      }
    }
    problems_.throw_if_any();
  }

 private:
  struct level {
    std::string_view name;
    double sum = 0;
    int parts = 0;
  };
  struct known_corrector {
    std::string_view name;
    crmetrics::unit metric;
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

  std::size_t components_ = 0;
  std::size_t applicable_ = 0;
  problem_list problems_;
  std::vector<std::string_view> names_;
  std::vector<known_corrector> correctors_;
  std::vector<need> needed_;
  std::vector<level> levels_ = {{"scorecard", 0, 0}};
};

}  // namespace crmetrics::detail
