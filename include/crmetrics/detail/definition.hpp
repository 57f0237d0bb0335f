#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/core/text.hpp>

#include <string>
#include <string_view>

namespace crmetrics::detail {

/// Throws where two states that are to be merged were made with different settings.
template <class M>
constexpr void require_same_definition(const M& a, const M& b) {
  if (a.convention() == b.convention()) return;
  const bool look_alike = a.convention().view() == b.convention().view();
  throw definition_mismatch(std::string(a.name()) + ": two definitions do not merge: \"" +
                            std::string(a.convention().view()) + "\" and \"" +
                            std::string(b.convention().view()) + "\"" +
                            (look_alike ? ", which differ behind the cut" : ""));
}

/// Joins the parts of a convention with ", ", leaving out empty ones.
constexpr void append_part(convention_text& text, std::string_view part) {
  if (part.empty()) return;
  if (!text.empty()) text.append(", ");
  text.append(part);
}

}  // namespace crmetrics::detail
