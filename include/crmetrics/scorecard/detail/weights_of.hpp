#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/core/label.hpp>

#include <string>
#include <string_view>

namespace crmetrics::detail {

/// What changes weights of a card by the names of its parts. `parts.each_weight(f, siblings)` calls
/// f(siblings, name, weight) for every part, where equal `siblings` share a weight of one.
template <class Parts>
constexpr void set_weight(Parts& parts, std::string_view name, double to, problem_list& problems) {
  bool found = false;
  parts.each_weight(
      [&](const void*, label of, double& weight) {
        if (of.view() != name) return;
        weight = to;
        found = true;
      },
      nullptr);
  if (!found) problems.add({std::string(name), 0, "", "no part with a weight"});
}

/// The part gets the weight; its siblings are scaled so that the sum stays.
template <class Parts>
constexpr void raise_weight(Parts& parts, std::string_view name, double to,
                            problem_list& problems) {
  const void* its_siblings = nullptr;
  double old = 0;
  bool found = false;
  parts.each_weight(
      [&](const void* siblings, label of, double& weight) {
        if (of.view() != name) return;
        its_siblings = siblings, old = weight, found = true;
      },
      nullptr);
  if (!found) {
    problems.add({std::string(name), 0, "", "no part with a weight"});
    return;
  }
  double sum = 0;
  parts.each_weight(
      [&](const void* siblings, label, double& weight) {
        if (siblings == its_siblings) sum += weight;
      },
      nullptr);
  if (!(to >= 0 && to <= sum)) {
    problems.add(
        {std::string(name), 0, shown(to), "must lie between 0 and the weight of all its siblings"});
    return;
  }
  if (!(old < sum)) {
    problems.add({std::string(name), 0, "", "has no siblings with a weight"});
    return;
  }
  const double scale = (sum - to) / (sum - old);
  parts.each_weight(
      [&](const void* siblings, label of, double& weight) {
        if (siblings == its_siblings) weight = of.view() == name ? to : weight * scale;
      },
      nullptr);
}

}  // namespace crmetrics::detail
