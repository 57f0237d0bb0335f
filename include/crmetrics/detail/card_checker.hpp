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
  problem_list& problems() { return problems_; }

  void name(label part) {
    if (part.view().empty()) problems_.add({"scorecard", 0, "", "a part has no name"});
    if (std::find(names_.begin(), names_.end(), part.view()) != names_.end()) {
      problems_.add({std::string(part.view()), 0, "", "two parts have this name"});
    }
    names_.push_back(part.view());
  }

  void enter_group(label part, double weight) {
    weighted(part, weight);
    levels_.push_back({part.view(), 0, 0});
  }
  void leave_group() {
    const level done = levels_.back();
    levels_.pop_back();
    close(done);
  }
  void weighted(label part, double weight) {
    name(part);
    if (!(weight >= 0) || !is_finite(weight)) {
      problems_.add(
          {std::string(part.view()), 0, shown(weight), "weight must be finite and not negative"});
    }
    if (weight > 0 && is_finite(weight)) levels_.back().sum += weight;
    ++levels_.back().parts;
  }

  void corrector_name(label part) { correctors_.push_back(part.view()); }
  void needs_corrector(label part, label corrector) {
    needed_.push_back({part.view(), corrector.view()});
  }

  void direction(label part, crmetrics::direction metric, crmetrics::direction curve) {
    if (metric == crmetrics::direction::neutral || metric == curve) return;
    problems_.add(
        {std::string(part.view()), 0, std::string(to_string(curve)),
         "floor and target contradict the metric, for which " + std::string(to_string(metric))});
  }
  // A share in [0, 1] with a target of 90 is a share whose target was meant as 0.90.
  template <class Curve>
  void unit(label part, crmetrics::unit metric, const Curve& curve) {
    if (metric != crmetrics::unit::fraction && metric != crmetrics::unit::net_fraction) return;
    if constexpr (requires { curve.floor, curve.target; }) {
      for (const double bound : {curve.floor, curve.target}) {
        if (is_finite(bound) && abs(bound) > 1) {
          problems_.add({std::string(part.view()), 0, shown(bound),
                         "the metric is a fraction: floor and target must lie in [-1, 1]"});
        }
      }
    }
  }

  void finish() {
    close(levels_.front());
    for (const auto& [part, corrector] : needed_) {
      if (part == corrector) {
        problems_.add({std::string(part), 0, std::string(corrector), "corrects itself"});
      } else if (std::find(correctors_.begin(), correctors_.end(), corrector) ==
                 correctors_.end()) {
        problems_.add({std::string(part), 0, std::string(corrector),
                       "is to be corrected by a part that the card does not have"});
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
  void close(const level& done) {
    if (done.parts == 0) {
      problems_.add({std::string(done.name), 0, "", "has no weighted component"});
    } else if (done.sum == 0) {
      problems_.add({std::string(done.name), 0, "0", "all weights are zero"});
    } else if (!is_finite(done.sum)) {
      problems_.add({std::string(done.name), 0, "", "the sum of the weights is not finite"});
    }
  }

  problem_list problems_;
  std::vector<std::string_view> names_;
  std::vector<std::string_view> correctors_;
  std::vector<std::pair<std::string_view, std::string_view>> needed_;
  std::vector<level> levels_ = {{"scorecard", 0, 0}};
};

}  // namespace crmetrics::detail
