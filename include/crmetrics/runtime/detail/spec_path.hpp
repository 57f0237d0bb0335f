#pragma once

#include <crmetrics/runtime/json_value.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crmetrics::detail {

/// One step of a path into a spec: a key, or an index into a list.
struct path_step {
  std::string key;
  std::optional<std::size_t> index;
  friend bool operator==(const path_step&, const path_step&) = default;
};
using spec_path = std::vector<path_step>;

/// Reads groups.satisfaction.weight, veto[0].above, groups["key.accounts"].of; none where it is
/// written otherwise.
inline std::optional<spec_path> path_from(std::string_view text) {
  spec_path out;
  std::size_t at = 0;
  while (at != text.size()) {
    path_step step;
    if (text[at] == '[' && at + 1 < text.size() && text[at + 1] == '"') {
      at += 2;
      while (at < text.size() && text[at] != '"') {
        if (text[at] == '\\' && at + 1 < text.size()) ++at;
        step.key += text[at++];
      }
      if (text.substr(at, 2) != "\"]") return std::nullopt;
      at += 2;
    } else if (text[at] == '[') {
      const std::size_t close = text.find(']', at);
      if (close == text.npos || close == at + 1 || close - at > 6) return std::nullopt;
      std::size_t index = 0;
      for (const char c : text.substr(at + 1, close - at - 1)) {
        if (c < '0' || c > '9') return std::nullopt;
        index = index * 10 + static_cast<std::size_t>(c - '0');
      }
      step.index = index;
      at = close + 1;
    } else {
      if (!out.empty() && text[at++] != '.') return std::nullopt;
      const std::size_t end = (std::min)(text.find_first_of(".[", at), text.size());
      if (end == at) return std::nullopt;
      step.key = text.substr(at, end - at);
      at = end;
    }
    out.push_back(std::move(step));
  }
  return out.empty() ? std::nullopt : std::optional(std::move(out));
}

/// Whether the first path leads to the second or to something around it.
inline bool leads_to(const spec_path& a, const spec_path& b) {
  return a.size() <= b.size() && std::equal(a.begin(), a.end(), b.begin());
}

/// One step down; nullptr where there is nothing.
inline json_value* step_down(json_value& v, const path_step& step) noexcept {
  if (!step.index) return v.is(json_value::kind::object) ? v.find(step.key) : nullptr;
  const bool there = v.is(json_value::kind::array) && *step.index < v.items.size();
  return there ? &v.items[*step.index] : nullptr;
}

}  // namespace crmetrics::detail
