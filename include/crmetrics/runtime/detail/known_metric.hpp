#pragma once

#include <crmetrics/core/direction.hpp>
#include <crmetrics/runtime/card_spec.hpp>
#include <crmetrics/runtime/detail/spec_keys.hpp>
#include <crmetrics/runtime/json_value.hpp>
#include <crmetrics/runtime/metric_catalogue.hpp>

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace crmetrics::detail {

/// A metric of the file while it is checked.
struct known_metric {
  const json_value* node = nullptr;
  const catalogue_entry* entry = nullptr;  ///< none where `use` names nothing known
  metric_spec spec;
  better settled = better::unsaid;  ///< said, or what catalogue and curve say
};
using known_metrics = std::map<std::string, known_metric, std::less<>>;

/// What is better in a metric, where something says so.
constexpr better direction_of(const catalogue_entry* entry) noexcept {
  if (entry == nullptr) return better::unsaid;
  return entry->direction == direction::higher_is_better  ? better::higher
         : entry->direction == direction::lower_is_better ? better::lower
                                                          : better::unsaid;
}
inline std::string text_of(better b) {
  return std::string(words::better[static_cast<std::size_t>(b)]);
}

/// Names of all, for hints.
inline std::vector<std::string_view> ids_of(const known_metrics& known) {
  std::vector<std::string_view> out;
  for (const auto& [id, metric] : known) out.emplace_back(id);
  return out;
}

}  // namespace crmetrics::detail
