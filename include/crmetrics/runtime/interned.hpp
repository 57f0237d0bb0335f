#pragma once

#include <crmetrics/core/label.hpp>

#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

namespace crmetrics {

/// A label of a text that is only known at run time. Each distinct text is kept once and until the
/// program ends, so that results can outlive the card, file and thread that named them; meant for
/// the names of definitions, not for data. Safe from any thread. O(log names)
inline label interned(std::string_view text) {
  static std::mutex guard;
  static std::set<std::string, std::less<>> kept;
  const std::lock_guard lock(guard);
  auto it = kept.find(text);
  if (it == kept.end()) it = kept.emplace(text).first;
  return label::of_static(*it);
}

}  // namespace crmetrics
