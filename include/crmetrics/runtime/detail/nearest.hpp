#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace crmetrics::detail {

/// Edit distance with swaps of neighbours (optimal string alignment): insertions, deletions,
/// replacements and swaps that turn one text into the other. O(|a| |b|)
inline std::size_t edit_distance(std::string_view a, std::string_view b) {
  const std::size_t width = b.size() + 1;
  std::vector<std::size_t> before(width), last(width), now(width);
  for (std::size_t j = 0; j != width; ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    now[0] = i;
    for (std::size_t j = 1; j != width; ++j) {
      const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      now[j] = (std::min)({last[j] + 1, now[j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        now[j] = (std::min)(now[j], before[j - 2] + 1);
      }
    }
    before.swap(last);
    last.swap(now);
  }
  return last[b.size()];
}

/// `did you mean "floor"?` for the nearest of the known names, the first in the alphabet of
/// several; empty where none is near: at most a third of the letters may differ.
template <class Names>
std::string nearest_hint(std::string_view name, const Names& known) {
  std::string best;
  std::size_t best_distance = (std::max)(std::size_t{1}, name.size() / 3) + 1;
  for (const auto& candidate : known) {
    const std::string_view other(candidate);
    const std::size_t longer = (std::max)(other.size(), name.size());
    if (longer - (std::min)(other.size(), name.size()) >= best_distance + 1) continue;
    const std::size_t distance = edit_distance(name, other);
    if (distance < best_distance || (distance == best_distance && !best.empty() && other < best)) {
      best = other;
      best_distance = distance;
    }
  }
  return best.empty() ? "" : "did you mean \"" + best + "\"?";
}

}  // namespace crmetrics::detail
